"""Readers of formats work in a process of their own: what a file does there is only named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from archive.described import NOTHING, Described
from archive.model import Note
from archive.readers import apart
from archive.readers.extract import Extract

HOSTILE = Path(__file__).with_name("hostile")


@pytest.fixture(autouse=True)
def _hostile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(HOSTILE), str(HOSTILE.parents[2])]))
    monkeypatch.setattr(apart, "SECONDS", 2)
    monkeypatch.setattr(apart, "PATIENCE", 2)
    apart.close()
    yield
    apart.close()


def extracted(folder: Path, *lines: str, described: Described = NOTHING) -> list[Extract | Note]:
    file = folder / "a.bad"
    file.write_text("\n".join(lines), "utf-8")
    return list(apart.extracts("misbehaving", file, file.stat(), "a.bad", None, described))


def codes(items: list[Extract | Note]) -> list[str]:
    return [str(item.said[0]) for item in items if isinstance(item, Note)]


def texts(items: list[Extract | Note]) -> list[str]:
    return [item.lines[-1].text for item in items if isinstance(item, Extract)]


def gone(process: int) -> bool:
    """Whether a process has ended, or does within a second."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("sleeps", "read_failed.time"),
        ("spins", "read_failed.time"),
        ("eats", "read_failed.more_memory"),
        ("exits 0", "read_failed.crash"),
        ("exits 7", "read_failed.crash"),
        ("crashes", "read_failed.crash"),
        ("floods", "read_failed.text"),
        ("swells", "read_failed.text"),
        ("lies", "read_failed.crash"),
        ("recurses", "read_failed.broken"),
        ("refuses", "read_failed.protected"),
        ("fails 甲", "read_failed.broken"),
    ],
)
def test_a_file_that_misbehaves_is_named_and_the_next_one_is_read(
    tmp_path: Path, what: str, code: str
) -> None:
    began = time.monotonic()
    items = extracted(tmp_path, "text 以前", what)
    assert codes(items)[-1:] in ([code], ["read_failed.text"] if what == "lies" else [code])
    assert texts(items)[:1] == ["以前"]
    assert all(note.left_out for note in items if isinstance(note, Note))
    assert time.monotonic() - began < 20
    assert texts(extracted(tmp_path, "text 以后")) == ["以后"]


def test_what_a_reader_prints_is_no_answer(tmp_path: Path) -> None:
    assert texts(extracted(tmp_path, "prints \xff\xff\xff\xff", "text 正文")) == ["正文"]


def test_half_of_a_surrogate_pair_does_no_harm(tmp_path: Path) -> None:
    assert texts(extracted(tmp_path, "halves")) == ["半?字\0"]


def test_one_process_reads_many_files(tmp_path: Path) -> None:
    first = texts(extracted(tmp_path, "process"))
    assert texts(extracted(tmp_path, "process")) == first
    extracted(tmp_path, "crashes")
    assert texts(extracted(tmp_path, "process")) != first


def test_what_the_build_holds_does_not_wear_its_reader_out(tmp_path: Path) -> None:
    # Every file got a process of its own from a build of more than 250 MB: 0.1 s and more for each.
    held = b"x" * 300_000_000
    first = texts(extracted(tmp_path, "process"))
    assert texts(extracted(tmp_path, "process")) == first
    assert len(held) == 300_000_000


def test_an_unfinished_file_ends_its_process_and_two_files_may_be_open(tmp_path: Path) -> None:
    file = tmp_path / "a.bad"
    file.write_text("process\nsleeps")
    reading = apart.extracts("misbehaving", file, file.stat(), "a.bad", None)
    first = next(reading)
    other = texts(extracted(tmp_path, "process"))
    assert isinstance(first, Extract)
    assert other != [first.lines[0].text]
    del reading
    assert gone(int(first.lines[0].text))


def test_what_is_written_to_a_reader_at_work_does_not_end_it(tmp_path: Path) -> None:
    # The system tells of a request after its reader may have it. On a busy machine the signal that ends a
    # reader whose build is gone came for its own request: now and then a good file was "damaged".
    file = tmp_path / "a.bad"
    file.write_text("process\n" + "text 甲\n" * 3000)
    wanted = msgspec.msgpack.encode(
        apart._Request("misbehaving", os.fsencode(file), apart._same(file.stat()), "a.bad", None, 9)
    )
    process = apart._Process()
    process.send(wanted)
    answers = [process.receive(1000)]
    process.send(wanted)
    answers += [process.receive(1000) for _ in range(2 * 3002 - 1)]
    assert answers[3001] == answers[-1]
    process.kill()


def test_the_time_that_its_reader_takes_does_not_count_against_a_file(tmp_path: Path) -> None:
    file = tmp_path / "a.bad"
    file.write_text("text 甲\n" * 3000)
    seen = 0
    for item in apart.extracts("misbehaving", file, file.stat(), "a.bad", None):
        assert isinstance(item, Extract)
        seen += 1
        if seen == 1:
            time.sleep(3)
    assert seen == 3000


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not say what a process works")
def test_a_reader_that_gets_little_of_the_machine_is_waited_for(tmp_path: Path) -> None:
    # At load 20 a table of 50 MB was abandoned, which takes 14 s of a processor: a clock had timed it.
    file = tmp_path / "a.bad"
    file.write_text("process\nworks 0.6\ntext 以后", "utf-8")
    items = apart.extracts("misbehaving", file, file.stat(), "a.bad", None)
    first = next(items)
    assert isinstance(first, Extract)
    reader, done = int(first.lines[0].text), threading.Event()

    def hold_up() -> None:
        while not done.is_set():
            os.kill(reader, signal.SIGSTOP)
            time.sleep(0.9)
            os.kill(reader, signal.SIGCONT)
            time.sleep(0.15)

    busy, began = threading.Thread(target=hold_up), time.monotonic()
    busy.start()
    try:
        assert texts(list(items)) == ["以后"]
    finally:
        done.set()
        busy.join()
    assert time.monotonic() - began > 2  # of patience


def test_a_file_has_more_time_as_text_comes_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 1)
    assert len(texts(extracted(tmp_path, *["works 0.8", f"text {'水' * 10_000}"] * 3))) == 3
    assert codes(extracted(tmp_path, *["works 0.8", "text 水"] * 4)) == ["read_failed.time"]
    assert codes(extracted(tmp_path, *["works 0.8", "nothing 20000"] * 4)) == ["read_failed.time"]


def test_a_file_has_more_time_as_it_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A table of 50 MB in one page had no more time than a small one until its one document was made.
    monkeypatch.setattr(apart, "SECONDS", 0)
    works, rest = ["works 0.8"] * 2, "x" * 1_000_000
    assert codes(extracted(tmp_path, "rereads 1", *works, "text 正文", rest)) == []
    assert codes(extracted(tmp_path, "rereads 9", *works * 2, "text 正文", rest)) == ["read_failed.time"]


def test_its_owner_gives_a_file_more_memory(tmp_path: Path) -> None:
    (refused,) = extracted(tmp_path, "takes 600", "text 正文")
    assert isinstance(refused, Note)
    assert refused.message == (
        "takes more than 500 MB of memory to be read. Give it more ([memory] in juanzong.toml), or divide it."
    )
    assert texts(extracted(tmp_path, "takes 600", "text 正文", described=Described(memory=1000))) == ["正文"]
    assert codes(extracted(tmp_path, "takes 600", "text 正文")) == ["read_failed.more_memory"]


def test_another_file_under_the_name_is_not_read(tmp_path: Path) -> None:
    file, other = tmp_path / "a.bad", tmp_path / "b.bad"
    file.write_text("text 甲")
    other.write_text("text 乙")
    status = file.stat()
    other.replace(file)
    assert codes(list(apart.extracts("misbehaving", file, status, "a.bad", None))) == ["read_failed.replaced"]


def test_a_format_without_its_library_is_named_with_the_command_that_adds_it(tmp_path: Path) -> None:
    file = tmp_path / "a.bad"
    file.write_text("text 甲")
    [item] = apart.extracts("not_there", file, file.stat(), "a.bad", None)
    assert isinstance(item, Note)
    assert "pip install 'juanzong[formats]'" in item.message


@pytest.mark.skipif(not hasattr(os, "O_ASYNC"), reason="the system cannot end a process with its starter")
def test_the_process_and_what_it_started_end_with_a_build_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "a.bad"
    file.write_text("starts")
    script = (
        "import sys; from pathlib import Path; from archive.readers import apart; file = Path(sys.argv[1]);"
        "apart.SECONDS = apart.PATIENCE = 600\n"
        "for item in apart.extracts('misbehaving', file, file.stat(), 'a.bad', None):"
        " print(item.lines[0].text, flush=True)"
    )
    build = subprocess.Popen([sys.executable, "-c", script, str(file)], stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    reader, started = map(int, build.stdout.readline().split())
    assert not gone(reader)
    build.send_signal(signal.SIGKILL)
    build.wait()
    build.stdout.close()
    assert gone(reader)
    assert gone(started)
