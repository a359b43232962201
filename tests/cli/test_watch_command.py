"""juanzong watch and serve --watch: what is put into the folder is found without another command."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from index.archive import Archive
from index.build import rebuild

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """An archive in the folder of its texts: its own files are no changes."""
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}.txt").write_text(f"第{number}篇，讲春耕。\n" * 5, "utf-8")
    rebuild(folder / "archive", folder)
    return folder, folder / "archive"


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command, running."""
    command = [sys.executable, "-m", "cli.main", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def soon(holds: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.2)
    return False


def titles(home: Path) -> set[str]:
    """The files of the documents in the archive."""
    with Archive.open(home) as archive:
        return archive.generation.store.document_paths()


def test_changes_of_the_folder_are_taken_in(place: tuple[Path, Path]) -> None:
    folder, home = place
    with started("--home", str(home), "watch") as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        assert said[0].startswith("Nothing changed: 20 documents")
        assert said[1].startswith("Watching the folder of")
        (folder / "新.txt").write_text("新来的一篇。\n", "utf-8")
        assert soon(lambda: "新.txt" in titles(home))
        (folder / "新.txt").unlink()
        assert soon(lambda: "新.txt" not in titles(home))
        before = (home / "current").read_text()
        time.sleep(3)
        assert (home / "current").read_text() == before, "its own files are taken for changes"
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_an_update_that_fails_is_named_and_tried_again(place: tuple[Path, Path]) -> None:
    folder, home = place
    with started("--home", str(home), "watch") as process:
        assert process.stderr is not None
        [process.stderr.readline() for _ in range(2)]
        texts = {path: path.read_bytes() for path in folder.glob("1*.txt")}
        for path in texts:
            path.unlink()
        line = process.stderr.readline()
        while not line.startswith("juanzong: "):
            line = process.stderr.readline()
        assert "--allow-missing" in line
        for path, data in texts.items():
            path.write_bytes(data)
        (folder / "新.txt").write_text("新来的一篇。\n", "utf-8")
        assert soon(lambda: "新.txt" in titles(home))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_server_that_watches_shows_what_is_new(place: tuple[Path, Path], end: signal.Signals) -> None:
    folder, home = place
    arguments = ("--home", str(home), "serve", "--port", "0", "--watch", "--processes", "2")
    with started(*arguments) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        while not line.startswith("Serving"):
            line = process.stderr.readline()
        address = next(word for word in line.split() if word.startswith("http"))

        def found() -> bool:
            with urlopen(f"{address}api/v1/search?q={quote('新来的')}") as answer:
                return bool(json.load(answer)["total"])

        assert not found()
        (folder / "新.txt").write_text("新来的一篇。\n", "utf-8")
        assert soon(found)
        (watcher,) = _children(process.pid, "watch")
        process.send_signal(end)
        process.wait(30)
        assert soon(lambda: not Path(f"/proc/{watcher}").exists() or _is_dead(watcher), 20)


def _children(process: int, word: str) -> list[int]:
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(process)], capture_output=True, text=True
    )
    return [int(line.split()[0]) for line in listed.stdout.splitlines() if word in line.split()]


def _is_dead(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_watching_without_an_archive_names_the_next_step(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "cli.main", "--home", str(tmp_path / "none"), "watch"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode != 0
    assert "rebuild FOLDER" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "none").exists()
