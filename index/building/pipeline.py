"""Batches read by worker processes, in order, with bounded memory; a worker that dies is a named error.

Each worker has a list of jobs of its own (every n-th) and sends its batches through a pipe; the consumer
takes the jobs in order. A worker runs ahead of the consumer by some batches, then waits.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import Struct

from archive.errors import JuanzongError, said
from index.analysis.analyzer import Analyzer
from index.building.batches import Task, batches
from index.building.columns import Batch, BatchWriter, analyse
from index.errors import BuildError
from index.report import Progress, ProgressCallback

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

JOB = 4_000_000
"""Bytes of source files in a job; a larger file is a job of its own."""

PREFIX = "juanzong-"
"""How the names of these processes begin."""

IN_PROCESS = 1_500_000
"""Bytes of source files up to which starting a process takes longer than it saves."""

FEW = 100_000
"""Bytes of source files up to which cutting words is faster than loading the dictionary for it."""

FEW_CORES = 2
"""Cores up to which workers only read, and the consumer analyses.

The streams are four times as many bytes as the texts, and sending them from one process to another is a
twentieth of a build's work. Two cores are kept busy without it; with more of them one process that analyses
would be what all others wait for.
"""

MOST_WORKERS = 8

_MEMORY = "If the machine ran out of memory, close other programs and build again."

_AHEAD = 2
"""Batches by which a worker runs ahead: some 2 MB each with their streams …"""
_AHEAD_READING = 32
"""… and 0.4 MB without. As much is read while the consumer loads its dictionary."""


class Division(Struct, frozen=True):
    """How the work is divided.

    Attributes:
        workers: how many processes read, besides the one that stores; 0: that one reads too.
        analysing: whether they analyse what they read.
    """

    workers: int
    analysing: bool = False


class WorkerSettings(Struct, frozen=True):
    """How files are read and analysed: all that a worker needs to know.

    Attributes:
        encoding: imposed on all plain texts, or None.
        kept: the folder of what extractors gave before, or None.
    """

    encoding: str | None
    settings: Mapping[str, str]
    words: Path
    kept: Path | None = None

    def analyzer(self, size: int) -> Analyzer:
        """An analyzer for texts of so many bytes: loading a dictionary pays only for many of them."""
        return Analyzer.from_settings(self.settings, self.words, many=size > FEW)


def cores() -> int:
    """How many processors this process may use: those that ``juanzong rebuild --jobs`` names, else all."""
    if (named := os.environ.get("JUANZONG_JOBS", "")).isdecimal() and int(named):
        return int(named)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def division(size: int) -> Division:
    """How a build of ``size`` bytes of source files is divided: one core is left for storing."""
    if size <= IN_PROCESS or cores() == 1:
        return Division(0)
    if cores() <= FEW_CORES:
        return Division(1)
    return Division(min(cores() - 1, MOST_WORKERS, -(-size // JOB)), analysing=True)


def jobs(tasks: Sequence[Task]) -> list[list[Task]]:
    """The tasks, in order, in lists of about ``JOB`` bytes."""
    result: list[list[Task]] = []
    size = 0
    for task in tasks:
        if not result or size + task.source.size > JOB:
            result.append([])
            size = 0
        result[-1].append(task)
        size += task.source.size
    return result


class Pipeline:
    """Reads files: iterating gives their batches, analysed and in order. Leaving it ends the workers.

    Workers that only read begin when it is entered; others, and the caller's own work, with the first batch.

    Args:
        divided: by default as ``division`` says.

    Attributes:
        size: bytes of all files.

    Raises (iterating):
        BuildError: a worker was killed, or failed.
    """

    def __init__(
        self, tasks: Sequence[Task], reading: WorkerSettings, divided: Division | None = None
    ) -> None:
        self.size = sum(task.source.size for task in tasks)
        self._tasks = tasks
        self._jobs = jobs(tasks)
        self._reading = reading
        divided = divided or division(self.size)
        self._workers, self._analysing = divided.workers, divided.analysing
        self._started: list[tuple[SpawnProcess, Connection]] = []

    def __enter__(self) -> Pipeline:
        if self._workers and not self._analysing:
            try:
                self._start()
            except BaseException:
                self._end()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        for process, connection in self._started:
            process.kill()
            process.join()
            connection.close()
        self._started.clear()
        if apart := sys.modules.get("archive.readers.apart"):
            apart.close()

    def fill(self, writer: BatchWriter, progress: ProgressCallback) -> None:
        """Write all batches; raises like it, and ``StoreError`` and ``EngineError``."""
        done = files = 0
        for batch in self:
            writer.add(batch)
            files += len(batch.sources)
            done += batch.done
            del batch  # the next one takes as much memory again
            progress(Progress("read", done, self.size, files))

    def __iter__(self) -> Generator[Batch, None, None]:
        if self._workers and self._analysing:
            self._start()
            yield from self._sent()
            return
        analyzer = self._reading.analyzer(self.size)
        if self._workers:
            made = self._sent()
        else:
            made = batches(self._tasks, analyzer, self._reading.encoding, kept=self._reading.kept)
        for batch in made:
            analyse(batch, analyzer)
            yield batch
            del batch  # the next one takes as much memory again

    def _start(self) -> None:
        import multiprocessing

        # Not fork: a child would hold the lock of the build, and the engine's threads may hold other locks.
        context = multiprocessing.get_context("spawn")
        for number in range(min(self._workers, len(self._jobs))):
            mine, theirs = context.Pipe(duplex=False)
            work = self._jobs[number :: self._workers]
            process = context.Process(
                target=_work,
                # Each job by itself: as objects the tasks of a million files are a gigabyte.
                args=(theirs, list(map(pickle.dumps, work)), self._reading, self._analysing),
                name=f"{PREFIX}{number + 1}",
                daemon=True,
            )
            with uninterrupted():
                process.start()
                self._started.append((process, mine))
            theirs.close()

    def _sent(self) -> Iterator[Batch]:
        for number in range(len(self._jobs)):
            yield from _received(*self._started[number % self._workers])


def _received(process: SpawnProcess, connection: Connection) -> Iterator[Batch]:
    while True:
        try:
            message = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError):
            process.join(5)
            raise BuildError(
                said("A worker process ended before its work was done (exit status {}).", process.exitcode),
                hint=_MEMORY,
            ) from None
        if message is None:
            return
        if isinstance(message, BuildError):
            raise message
        yield message
        del message


def _failure(error: BaseException) -> BuildError:
    if isinstance(error, JuanzongError):
        return BuildError(error.message, hint=error.hint)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{error!r} in {Path(place.filename).name}, line {place.lineno}"
    hint = _MEMORY if isinstance(error, MemoryError) else "Please report this."
    return BuildError(f"A worker process failed: {where}.", hint=hint)


def _work(connection: Connection, work: Sequence[bytes], reading: WorkerSettings, analysing: bool) -> None:
    """The life of a worker. It ends with its consumer."""
    import multiprocessing
    from queue import Queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the consumer decides what an interruption means
    waiting: Queue[bytes | None] = Queue(_AHEAD if analysing else _AHEAD_READING)

    def send() -> None:
        try:
            while (data := waiting.get()) is not None:
                connection.send_bytes(data)
        except BaseException:
            os._exit(1)  # nobody listens any more, or there is no memory to send with

    def follow() -> None:
        if consumer := multiprocessing.parent_process():
            consumer.join()
            os._exit(1)  # also while a file is waited for

    threading.Thread(target=follow, daemon=True).start()
    sender = threading.Thread(target=send)
    sender.start()
    try:
        # Where it only reads it is never asked for words, whose file need not be there yet.
        analyzer = reading.analyzer(IN_PROCESS) if analysing else Analyzer.from_settings(reading.settings)
        for job in map(pickle.loads, work):
            for batch in batches(job, analyzer, reading.encoding, kept=reading.kept):
                if analysing:
                    analyse(batch, analyzer)
                waiting.put(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            waiting.put(pickle.dumps(None))
    except BaseException as error:
        waiting.put(pickle.dumps(_failure(error)))
    waiting.put(None)
    sender.join()


def refuse_unguarded() -> None:
    """Ask for ``if __name__ == "__main__":`` where the script of a build runs again in its processes.

    multiprocessing runs it there for the functions that it defines, and refuses only to start processes: what
    comes before that, here the lock of the data directory, would fail with a message that misleads.

    Raises:
        RuntimeError: multiprocessing's own, which shows how a script asks.
    """
    from multiprocessing import spawn

    spawn.get_preparation_data("")


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Keep Ctrl-C from this thread, and for good from the processes that it starts here.

    A process that is still loading its modules would answer it with a traceback on the terminal, and between
    its start and the line that remembers it this one would not know whom to end. What came meanwhile comes
    afterwards. Windows has no such mask.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # to start this process of its own it would let interruptions through
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with _handled_afterwards():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _handled_afterwards() -> Iterator[None]:
    """The same for what another thread is given, as that of a progress bar: it has no such mask.

    Python answers in the main thread whichever thread was given the signal.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(came[0], None)
