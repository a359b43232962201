"""Extractors in a separate process, so that a file cannot harm the build.

The process is kept for many files. It has limits on memory, processor time and output for each of
them, and ends with the process that started it, whatever it is doing. On a busy machine a file may take any
time, unless nothing goes on at all; elsewhere than on Linux a clock times it, and Windows has no limits on
memory and processor time. A file that exceeds a limit, or whose reader crashes, is abandoned: the process is
killed, and the next file gets a new one.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from archive.described import NOTHING, Described
from archive.errors import JuanzongError, ReadError
from archive.messages import note
from archive.model import Note
from archive.own_process import Pulse, counted, limit, more_time, patience, python_command, worn
from archive.patient import PATIENCE, open_file
from archive.readers.extract import Extract

SECONDS: Final = 25
"""Of a processor, that a file may take before anything comes of it (``archive.own_process``)."""
MEMORY: Final = 500
"""Megabytes of address space while a file is read, unless ``juanzong.toml`` gives it more."""
OUTPUT: Final = 64_000_000
OUTPUT_A_BYTE: Final = 20
"""Bytes of all extracts of a file, and those added for each byte of the file."""
LONGEST: Final = 64_000_000
"""Bytes of the largest extract: some 20 million characters in one document."""


class _Request(Struct, frozen=True):
    reader: str
    file: bytes
    status: tuple[int, int, int, int]
    path: str
    encoding: str | None
    seconds: int
    memory: int = MEMORY
    columns: dict[str, str] = {}


class _Told(Struct, frozen=True):
    """A note as the key and the values of its message, for pages and terminal to translate."""

    path: str
    said: tuple[str | int, ...]
    line: int | None
    left_out: bool
    count: int


class _Answer(Struct, frozen=True):
    """An extract with its notes, or the end: why it failed, if it did, and whether the process takes another
    file.
    """

    extract: Extract | None = None
    notes: tuple[_Told, ...] = ()
    failed: tuple[str | int, ...] = ()
    again: bool = True


def extracts(
    reader: str,
    file: Path,
    status: os.stat_result,
    path: str,
    encoding: str | None,
    described: Described = NOTHING,
) -> Iterator[Extract | Note]:
    """Extract a file in another process; a note comes last if it was not read to its end.
    ``status`` is that of the file as it was opened.
    """
    size = status.st_size
    memory = described.memory or MEMORY
    request = _Request(
        reader, os.fsencode(file), _same(status), path, encoding, SECONDS, memory, described.columns
    )
    process = _asked(msgspec.msgpack.encode(request))
    again = False
    left = OUTPUT + OUTPUT_A_BYTE * size
    try:
        with process.watched(patience(PATIENCE, size)):
            while True:
                data = process.receive(min(LONGEST, left))
                left -= len(data)
                answer = _ANSWERS.decode(data)
                if answer.extract is None:
                    break
                yield _with_notes(answer)
                del data, answer
        again = answer.again
        if answer.failed:
            key, *values = answer.failed
            yield note(path, str(key), *values, left_out=True)
    except ReadError as error:
        yield note(path, f"{error.code}.{error.reason}", *error.values, left_out=True)
    except msgspec.MsgspecError:
        yield note(path, "read_failed.crash", "?", left_out=True)
    finally:
        if again:
            _idle.append(process)
        else:
            process.kill()


_ANSWERS: Final = msgspec.msgpack.Decoder(_Answer)


def decoded(data: bytes) -> Extract:
    """The extract that ``encoded`` turned into these bytes. Raises ``msgspec.MsgspecError``."""
    return _with_notes(_ANSWERS.decode(data))


def _with_notes(answer: _Answer) -> Extract:
    extract = answer.extract or Extract(())
    return replace(extract, notes=tuple(map(_note, answer.notes)))


_idle: list[_Process] = []


@atexit.register
def close() -> None:
    """End the processes that wait for a file."""
    while _idle:
        _idle.pop().kill()


def _asked(request: bytes) -> _Process:
    """Ask a waiting process, or a new one; return that process."""
    while _idle:
        process = _idle.pop()
        try:
            process.send(request)
            return process
        except OSError:
            process.kill()
    process = _Process()
    process.send(request)
    return process


def _same(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


class _Process:
    """A process of extractors, seen from the process that started it."""

    def __init__(self) -> None:
        living, life = os.pipe()
        self._life = os.fdopen(life, "wb")
        try:
            self._process = subprocess.Popen(
                python_command("from archive.readers.apart import serve; serve()"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=living,
                start_new_session=True,  # Ctrl-C is its starter's, and what it starts ends with it
            )
        finally:
            os.close(living)
        self._waited_for = self._late = False

    def send(self, data: bytes) -> None:
        """Ask for a file; ``OSError`` where the process has gone."""
        _write(_pipe(self._process.stdin), data)

    def receive(self, most: int) -> bytes:
        """The next answer. Raises ``ReadError`` where none comes, or one that is too long."""
        pipe = _pipe(self._process.stdout)
        self._waited_for = True
        try:
            size = int.from_bytes(pipe.read(4), "big")
            if size > most:
                raise ReadError("text", most // 1_000_000)
            data = pipe.read(size)
        finally:
            self._waited_for = False
        if not size or len(data) < size:
            raise self._ended()
        return data

    def _ended(self) -> ReadError:
        """Why no answer came."""
        try:
            status = self._process.wait(5)
        except subprocess.TimeoutExpired:
            status = 0
        if self._late or status == -getattr(signal, "SIGXCPU", signal.SIGTERM):
            return ReadError("time")
        named = signal.Signals(-status).name if status < 0 else str(status)
        return ReadError("crash", named)

    @contextmanager
    def watched(self, patience: float) -> Iterator[None]:
        """While an answer is waited for, kill the process if it hangs for so many seconds."""
        done = threading.Event()

        def watch() -> None:
            pulse = Pulse(self._process.pid)
            while not done.wait(1):
                if self._waited_for and pulse.still() >= patience:
                    self._late = True
                    self._end()
                    return

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _end(self) -> None:
        """Kill the process and all that it started."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.kill()

    def kill(self) -> None:
        """Kill it with all that it started, and close its pipes."""
        self._end()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._life):
            with suppress(OSError):
                _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _write(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(4, "big") + data)
    pipe.flush()


# What follows is done in the process of the extractors.


def serve() -> None:
    """Answer requests until the pipe is closed."""
    requests, answers, life = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"), os.dup(2)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # what a library prints is not an answer
        os.dup2(null, number)
    _end_with(life)
    while size := int.from_bytes(requests.read(4), "big"):
        request = msgspec.msgpack.decode(requests.read(size), type=_Request)
        _write(answers, msgspec.msgpack.encode(_serve(request, answers)))


def _serve(request: _Request, answers: IO[bytes]) -> _Answer:
    """Write the extracts of a file; return the last answer."""
    try:
        limit(request.memory * 1_000_000, request.seconds)
        module = import_module(f"archive.readers.{request.reader}")
        with open_file(Path(os.fsdecode(request.file))) as file:
            if _same(os.fstat(file.fileno())) != request.status:
                return _Answer(failed=("read_failed.replaced",))
            columns = (request.columns,) if request.columns else ()  # for the reader of tables
            for extract in module.extract(counted(file), request.path, request.encoding, *columns):
                data = encoded(extract)
                more_time(given=sum(len(line.text.encode("utf-8", "replace")) for line in extract.lines))
                _write(answers, data)
    except ReadError as error:
        return _Answer(failed=(f"{error.code}.{error.reason}", *error.values))
    except JuanzongError as error:
        return _Answer(failed=(error.code, str(error)))
    except ModuleNotFoundError as error:
        return _Answer(failed=("read_failed.library", error.name or str(error)))
    except MemoryError:
        return _Answer(failed=("read_failed.more_memory", request.memory), again=False)
    except Exception as error:
        reason = f"{type(error).__name__} {error}".split("\n")[0]
        return _Answer(failed=("read_failed.broken", reason[:200]), again=False)
    return _Answer(again=not worn())


def _note(told: _Told) -> Note:
    key, *values = told.said
    return note(told.path, str(key), *values, line=told.line, left_out=told.left_out, count=told.count)


def encoded(extract: Extract) -> bytes:
    """An extract as bytes, for ``decoded``."""
    notes = [msgspec.convert(one, _Told, from_attributes=True) for one in extract.notes]
    extract = replace(extract, notes=())
    try:
        return msgspec.msgpack.encode(_Answer(extract, tuple(notes)))
    except UnicodeEncodeError:  # half of a surrogate pair
        lines = [replace(line, text=line.text.encode("utf-8", "replace").decode()) for line in extract.lines]
        return msgspec.msgpack.encode(
            _Answer(replace(extract, lines=tuple(lines), metadata={}), tuple(notes))
        )


def _end_with(life: int) -> None:
    """Let the system end this process, and those that it started, when the one that asks is gone.

    Nothing of a library has to come back for that: SIGIO, which says that the pipe was closed, ends it. It
    also says that something was written, now and then only after that was read: this pipe takes nothing.
    """
    if sys.platform == "win32" or not hasattr(os, "O_ASYNC"):
        return
    import fcntl

    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([life], [], [], 0)[0]:  # closed before
        os._exit(1)
