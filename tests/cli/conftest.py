"""A real command on a real archive of the seed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import ROOT, SEED, Run


@pytest.fixture(scope="session")
def run() -> Run:
    """Run ``juanzong`` in a folder; the environment of the caller does not say where the archive is."""

    def call(
        *arguments: str | Path, cwd: Path = ROOT, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        inherited = {
            k: v for k, v in os.environ.items() if k not in ("JUANZONG_HOME", "LC_ALL", "PYTHONUTF8")
        }
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *map(str, arguments)],
            cwd=cwd,
            env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **(environment or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return call


@pytest.fixture(scope="session")
def home(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an archive of the seed."""
    folder = tmp_path_factory.mktemp("seed")
    shutil.copy(SEED, folder)
    home = tmp_path_factory.mktemp("home")
    built = run("--home", home, "rebuild", folder)
    assert built.returncode == 0, built.stderr
    return home
