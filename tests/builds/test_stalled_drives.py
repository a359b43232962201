"""A file whose drive gives nothing is given up after a minute, kept or named, and the rest is read."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive import patient
from archive.errors import StalledError
from archive.patient import open_patiently, waited_for
from index.build import rebuild
from index.errors import SourcesMissingError
from index.update import update

DRIVE = Path(__file__).with_name("stalling_drive.py")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient, "PATIENCE", 1)
    monkeypatch.setattr(patient, "_is_on_disk", lambda _: False)


@contextmanager
def drive(folder: Path, files: int, *stalling: str) -> Iterator[None]:
    """Such a drive at the folder; the test is skipped where none can be mounted."""
    folder.mkdir(exist_ok=True)
    command = [sys.executable, str(DRIVE), str(folder), str(files), *stalling]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    try:
        if process.stdout.readline() != "mounted\n":
            pytest.skip("no drive of FUSE can be mounted here")
        yield
    finally:
        ctypes.CDLL(None).umount2(os.fsencode(folder), 2)
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A pipe into which nobody writes: opening it to read waits for ever."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def opened(path: Path) -> Callable[[], int]:
    return lambda: os.open(path, os.O_RDONLY)


def test_what_never_comes_is_given_up_and_what_comes_late_is_not(
    pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient, "PATIENCE", 2)
    with pytest.raises(TimeoutError):
        waited_for(opened(pipe))
    threading.Timer(1.2, pipe.write_bytes, [b"late"]).start()
    assert os.read(waited_for(opened(pipe)), 9) == b"late"


def test_a_process_that_is_stopped_meanwhile_gives_nothing_up(pipe: Path) -> None:
    code = (
        "import sys, os; from archive import patient; patient.PATIENCE = 3; print(1, flush=True);"
        "print(patient.waited_for(lambda: os.read(os.open(sys.argv[1], os.O_RDONLY), 9)))"
    )
    reader = subprocess.Popen([sys.executable, "-c", code, str(pipe)], stdout=subprocess.PIPE)
    assert reader.stdout is not None
    assert reader.stdout.readline() == b"1\n"
    reader.send_signal(signal.SIGSTOP)
    time.sleep(4)
    reader.send_signal(signal.SIGCONT)
    pipe.write_bytes(b"late")
    assert reader.communicate()[0] == b"b'late'\n"


@pytest.mark.parametrize("size", [0, 1, (1 << 17) - 1, 1 << 17, 300_000])
def test_a_file_is_read_as_it_is(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "a").write_bytes(data)
    with open_patiently(tmp_path / "a") as file:
        assert file.read() == data
        for at in (0, size // 2, size - 1, size + 5):
            file.seek(max(0, at))
            assert file.read(1000) == data[max(0, at) : max(0, at) + 1000]
        file.seek(0)
        assert b"".join(file) == data


def test_after_several_files_no_further_one_is_tried(pipe: Path, tmp_path: Path) -> None:
    for _ in range(5):
        with pytest.raises(TimeoutError):
            waited_for(opened(pipe))
    with pytest.raises(StalledError, match=r"a\.txt was waited for in vain"):
        open_patiently(tmp_path / "a.txt")
    with pytest.raises(FileNotFoundError):  # it is tried again another time
        open_patiently(tmp_path / "a.txt")


def test_a_file_that_stalls_is_named_and_the_next_update_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # it is known by its device
    monkeypatch.setattr(patient, "PATIENCE", 1)
    home, texts = tmp_path / "home", tmp_path / "texts"
    with drive(texts, 9, "read=3"):
        report = rebuild(home, texts)
        assert report.documents == 8
        [found] = report.notes
        assert (found.path, found.said[0]) == ("0003.txt", "unreadable.stalled")
    with drive(texts, 9):
        assert update(home).documents == 9


def test_a_drive_that_stalls_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    home, texts = tmp_path / "home", tmp_path / "texts"
    with drive(texts, 9):
        rebuild(home, texts)
    with (
        drive(texts, 9, "read=3", "read=4", "read=5"),
        pytest.raises(SourcesMissingError, match="3 of 9 files"),
    ):
        rebuild(home, texts)
    with drive(texts, 9, *(f"read={n}" for n in range(9))), pytest.raises(StalledError):
        rebuild(home, texts)
    with drive(texts, 9, "read=3"):
        report = rebuild(home, texts)
        assert report.documents == 9
        assert [note.code for note in report.notes] == ["kept"]


def test_a_folder_of_which_the_drive_says_nothing_leaves_the_archive_as_it_was(tmp_path: Path) -> None:
    home, texts = tmp_path / "home", tmp_path / "texts"
    with drive(texts, 9):
        rebuild(home, texts)
    for questions in (["stat"], ["list"], [f"look={n}" for n in range(9)]):
        with drive(texts, 9, *questions), pytest.raises(StalledError, match="waited for in vain"):
            update(home)
    with drive(texts, 9, "look=3"):
        report = update(home)
        assert report.documents == 9
        assert [(note.path, note.code) for note in report.notes] == [
            ("0003.txt", "unreadable"),
            ("0003.txt", "kept"),
        ]
