"""A rebuild runs in large pages of memory; nothing else is started twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import ROOT

from cli.large_pages import SETTINGS, VARIABLE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the C library of Linux is asked for them")

PROGRAM = (
    "import atexit, json, os, sys;"
    "print('started', flush=True);"
    f"atexit.register(lambda: print(json.dumps([os.getpid(), os.environ.get({VARIABLE!r}), sys.argv[1:]])));"
    "from cli.main import main; main()"
)


def ended(
    arguments: list[str], settings: str | None = None
) -> tuple[int, int, tuple[int, str | None, list[str]]]:
    """How often the program was started, its process, and at its end: process, settings and arguments."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), **({VARIABLE: settings} if settings else {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    printed = process.communicate(timeout=60)[0]
    return printed.count("started"), process.pid, tuple(json.loads(printed.splitlines()[-1]))


@pytest.fixture
def rebuild(tmp_path: Path) -> list[str]:
    (tmp_path / "文").mkdir()
    (tmp_path / "文" / "一.txt").write_text("派出所的民警说话算话。", encoding="utf-8")
    return ["--home", str(tmp_path / "档 案"), "rebuild", str(tmp_path / "文")]


def test_a_rebuild_starts_again_with_large_pages_in_the_same_process(rebuild: list[str]) -> None:
    starts, process, at_end = ended(rebuild)
    assert (starts, at_end) == (2, (process, SETTINGS, rebuild))


def test_the_users_own_settings_of_memory_stay(rebuild: list[str]) -> None:
    starts, _, (_, settings, _) = ended(rebuild, "glibc.malloc.arena_max=3")
    assert (starts, settings) == (1, "glibc.malloc.arena_max=3")


@pytest.mark.parametrize("command", ["stats", "update"])
def test_other_commands_are_started_once(rebuild: list[str], command: str) -> None:
    ended(rebuild)
    starts, _, (_, settings, _) = ended([*rebuild[:2], command])
    assert (starts, settings) == (1, None)


def test_the_c_library_knows_the_settings() -> None:
    """It ignores a name that it does not know, without a word."""
    loader = next(Path("/").glob("lib64/ld-linux-*.so.2"), None)
    if loader is None:
        pytest.skip("no loader of glibc is at the usual place")
    listed = subprocess.run([loader, "--list-tunables"], capture_output=True, text=True, check=False)
    if "glibc.malloc.hugetlb" not in listed.stdout:
        pytest.skip("this C library is older than large pages (glibc 2.35), or none of glibc")
    for setting in SETTINGS.split(":"):
        assert f"{setting.partition('=')[0]}:" in listed.stdout
