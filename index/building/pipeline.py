"""Batches read and analysed by worker processes, in order, in bounded memory; one that dies is a named error.

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
from contextlib import closing, contextmanager
from pathlib import Path
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

MOST_WORKERS = 8

_MEMORY = "If the machine ran out of memory, close other programs and build again."

_AHEAD = 2
"""Batches by which a worker runs ahead: some 2 MB each."""


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


def workers(size: int) -> int:
    """How many processes read and analyse so many bytes of source files, besides the one that stores; 0: that
    one does it too.
    """
    return 0 if size <= IN_PROCESS else min(cores() - 1, MOST_WORKERS, -(-size // JOB))


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


def fill(
    writer: BatchWriter, tasks: Sequence[Task], reading: WorkerSettings, progress: ProgressCallback
) -> None:
    """Read files and write what is in them; raises like ``analysed``, ``StoreError`` and ``EngineError``."""
    size = sum(task.source.size for task in tasks)
    done = files = 0
    with closing(analysed(tasks, reading)) as made:
        for batch in made:
            writer.add(batch)
            files += len(batch.sources)
            done += batch.done
            del batch  # the next one takes as much memory again
            progress(Progress("read", done, size, files))


def analysed(tasks: Sequence[Task], reading: WorkerSettings) -> Generator[Batch, None, None]:
    """The batches of files, analysed and in order. Closing it ends the workers.

    Raises:
        BuildError: a worker was killed, or failed.
    """
    size = sum(task.source.size for task in tasks)
    number = workers(size)
    started: list[tuple[SpawnProcess, Connection]] = []
    try:
        if number:
            work = jobs(tasks)
            _start(started, [work[first::number] for first in range(min(number, len(work)))], reading)
            for place in range(len(work)):
                yield from _received(*started[place % number])
            return
        analyzer = reading.analyzer(size)
        for batch in batches(tasks, analyzer, reading.encoding, kept=reading.kept):
            analyse(batch, analyzer)
            yield batch
            del batch  # the next one takes as much memory again
    finally:
        for process, connection in started:
            process.kill()
            process.join()
            connection.close()
        if apart := sys.modules.get("archive.readers.apart"):
            apart.close()


def _start(
    started: list[tuple[SpawnProcess, Connection]], work: list[list[list[Task]]], reading: WorkerSettings
) -> None:
    """Start a worker for each list of jobs; those that did start are in ``started``, whatever happens."""
    import multiprocessing

    # Not fork: a child would hold the lock of the build, and the engine's threads may hold other locks.
    context = multiprocessing.get_context("spawn")
    for number, mine in enumerate(work, 1):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_work,
            # Each job by itself: as objects the tasks of a million files are a gigabyte.
            args=(theirs, list(map(pickle.dumps, mine)), reading),
            name=f"{PREFIX}{number}",
            daemon=True,
        )
        with uninterrupted():
            process.start()
            started.append((process, ours))
        theirs.close()


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


def _work(connection: Connection, work: Sequence[bytes], reading: WorkerSettings) -> None:
    """The life of a worker. It ends with its consumer."""
    import multiprocessing
    from queue import Queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the consumer decides what an interruption means
    waiting: Queue[bytes | None] = Queue(_AHEAD)

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
        analyzer = reading.analyzer(IN_PROCESS)
        for job in map(pickle.loads, work):
            for batch in batches(job, analyzer, reading.encoding, kept=reading.kept):
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
