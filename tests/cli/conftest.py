"""A real command on a real archive of the seed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from command_support import ROOT, SEED, Run


@pytest.fixture(scope="session")
def run() -> Run:
    """Run ``juanzong`` in a folder, or ``code``; the environment of the caller does not say where the archive
    is.
    """

    def call(
        *arguments: str | Path,
        cwd: Path = ROOT,
        environment: dict[str, str] | None = None,
        stdin: IO[bytes] | None = None,
        code: str = "",
    ) -> subprocess.CompletedProcess[str]:
        inherited = {
            k: v for k, v in os.environ.items() if k not in ("JUANZONG_HOME", "LC_ALL", "PYTHONUTF8")
        }
        return subprocess.run(
            [sys.executable, *(("-c", code) if code else ("-m", "cli.main")), *map(str, arguments)],
            cwd=cwd,
            env={**inherited, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **(environment or {})},
            stdin=stdin,
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


@pytest.fixture(scope="session")
def letters(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an archive of letters, some with characters that a spreadsheet minds."""
    folder = tmp_path_factory.mktemp("letters")
    records = [
        {"id": "甲", "title": "第一封信", "author": "编辑", "date": "1949-10", "text": "见字如面。"},
        {"id": "=乙", "title": "=1+1", "author": "读者", "date": "1956", "text": "-见字，\n又见字。"},
        {"id": "丙", "title": '有"引号", 有逗号', "text": "山高水长。"},
    ]
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    (folder / "书信.jsonl").write_text(lines, "utf-8")
    (folder / "史部" / "正史").mkdir(parents=True)
    (folder / "史部" / "正史" / "卷一.txt").write_text("高祖，沛豐邑中陽里人，姓劉氏。\n", "utf-8")
    home = tmp_path_factory.mktemp("letters-home")
    built = run("--home", home, "rebuild", folder)
    assert built.returncode == 0, built.stderr
    return home
