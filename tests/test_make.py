"""What `make` may remove: nothing that it did not make itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def make_environment(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the script that makes the environment."""
    command = [sys.executable, "tools/environment.py", str(folder), "serve"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_an_environment_is_not_made_over_files_of_others(tmp_path: Path) -> None:
    # `make serve VENV=texts` once emptied the folder, as `venv --clear` does.
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("卷宗\n", "utf-8")
    ended = make_environment(texts)
    assert ended.returncode == 1
    assert "holds files that this project did not put there" in ended.stderr
    assert [path.name for path in texts.iterdir()] == ["a.txt"]


def test_an_environment_is_not_made_where_a_file_is(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("卷宗\n", "utf-8")
    ended = make_environment(file)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert file.read_text("utf-8") == "卷宗\n"


def test_make_clean_keeps_the_archive() -> None:
    # It removed ./var, where `make serve` keeps an archive of one's own texts.
    ended = subprocess.run(
        ["make", "--dry-run", "clean"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "var" not in ended.stdout.split()
