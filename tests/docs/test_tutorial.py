"""The tutorial does what it says: its commands are run, and print the lines below them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, list[str]]]:
    """Each command of the tutorial, and the lines that it prints, among others."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall((ROOT / "docs" / "using" / "tutorial.md").read_text("utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def test_every_command_of_the_tutorial_prints_what_is_said(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "source_texts", tmp_path / "texts")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "LC_ALL": "C.UTF-8"}
    assert len(steps()) >= 10
    for command, lines in steps():
        ended = subprocess.run(
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        printed = ended.stdout + ended.stderr
        assert ended.returncode == 0, (command, printed)
        for line in lines:
            pattern = ".*".join(map(re.escape, line.split("…")))
            assert re.search(f"^\\s*{pattern}$", printed, re.MULTILINE), (command, line, printed)
