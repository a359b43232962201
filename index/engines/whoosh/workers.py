"""Records to segments in several processes: each takes its share of the batches.

Whoosh's own ``MpWriter`` does not notice a process that was killed: it waits for ever when all are gone,
and when one is gone leaves its records out without a word. Here every wait ends when a process ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable, Sequence
from itertools import cycle
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from index.engines.base import Record
from index.engines.whoosh.builder import Builder
from index.engines.whoosh.layout import ENGINE
from index.engines.whoosh.toc import Entry, segment_files
from index.errors import EngineError
from index.spawning import PREFIX, starting


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, folder: Path, memory: int) -> None:
        # "spawn" is the one way that all systems have and that is safe beside threads.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(
            target=_work, args=(theirs, str(folder), memory), name=f"{PREFIX}index", daemon=True
        )
        self.process.start()
        theirs.close()

    def send(self, message: tuple[str, object]) -> None:
        try:
            self.pipe.send(message)
        except OSError as error:
            raise self._failure() from error

    def receive(self) -> list[Entry]:
        wait([self.pipe, self.process.sentinel])
        try:
            if not self.pipe.poll():
                raise EOFError
            kind, value = self.pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended() from error
        if kind == "failed":
            raise EngineError(ENGINE, str(value))
        entries: list[Entry] = value
        return entries

    def _failure(self) -> EngineError:
        """Why nothing can be sent: what the process said, or that it is gone."""
        with contextlib.suppress(EOFError, OSError):
            if self.pipe.poll():
                kind, value = self.pipe.recv()
                if kind == "failed":
                    return EngineError(ENGINE, str(value))
        return self._ended()

    def _ended(self) -> EngineError:
        self.process.join(5)
        return EngineError(
            ENGINE,
            f"a process that writes the index ended early (exit code {self.process.exitcode})",
            hint="If the system ended it for want of memory, build with less memory or fewer processes.",
        )

    def close(self) -> None:
        """End the process. Without a message it removes its files."""
        self.pipe.close()
        self.process.join(10)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class Workers:
    """Implements ``SegmentBuilder`` with ``processes`` processes besides this one."""

    def __init__(self, folder: Path, memory: int, processes: int) -> None:
        self._folder = folder
        self._before = set(segment_files(folder))
        self._workers: list[_Worker] = []
        try:
            for _ in range(processes):
                with starting():
                    self._workers.append(_Worker(folder, memory // processes))
        except BaseException:
            self.discard()
            raise
        self._turns = cycle(self._workers)

    def add(self, records: Sequence[Record]) -> None:
        """Add records: the whole batch to one process."""
        next(self._turns).send(("add", records))

    def delete(self, documents: set[int]) -> None:
        """Delete the records of these documents that were added before."""
        for worker in self._workers:
            worker.send(("delete", documents))

    def finish(self) -> list[Entry]:
        """Write what is left, and name all segments."""
        for worker in self._workers:
            worker.send(("finish", None))
        entries = [entry for worker in self._workers for entry in worker.receive()]
        for worker in self._workers:
            worker.close()
        self._workers = []
        return entries

    def discard(self) -> None:
        """End the processes and remove what they wrote, also where they could not do it themselves."""
        for worker in self._workers:
            worker.close()
        self._workers = []
        for path in segment_files(self._folder):
            if path not in self._before:
                path.unlink(missing_ok=True)


def _work(pipe: Connection, folder: str, memory: int) -> None:
    """What a process does: messages until ``finish``, or until the other end is gone."""
    builder = Builder(Path(folder), memory)
    actions: dict[str, Callable[..., None]] = {"add": builder.add, "delete": builder.delete}
    try:
        while True:
            kind, value = _received(pipe)
            if kind == "finish":
                pipe.send(("finished", builder.finish()))
                return
            actions[kind](value)
    except (EOFError, KeyboardInterrupt):  # the caller is gone, or (on Windows) both were interrupted
        builder.discard()
    except Exception as error:
        builder.discard()
        reason = error.reason if isinstance(error, EngineError) else f"{type(error).__name__}: {error}"
        with contextlib.suppress(OSError):  # nobody is there to hear it
            pipe.send(("failed", reason))


def _received(pipe: Connection) -> tuple[str, Any]:
    """The next message. Raises EOFError where the caller is gone, also in the middle of a message."""
    try:
        message: tuple[str, Any] = pipe.recv()
    except OSError as error:
        raise EOFError from error
    return message
