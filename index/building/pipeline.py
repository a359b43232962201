"""Batches made by worker processes, in order, with bounded memory; a worker that dies is a named error.

Each worker has a list of jobs of its own (every n-th) and sends its batches through a pipe; the consumer
takes the jobs in order. A worker runs ahead of the consumer by no more than ``_AHEAD`` batches, then waits.
"""

from __future__ import annotations

import os
import pickle
import signal
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.building.batches import Batch, Task, batches
from index.errors import BuildError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from index.analysis.analyzer import Analyzer

JOB = 4_000_000
"""Bytes of source files in a job; a larger file is a job of its own."""

IN_PROCESS = 1_500_000
"""Bytes of source files up to which starting a process takes longer than it saves."""

FEW = 100_000
"""Bytes of source files up to which cutting words is faster than loading the dictionary for it."""

MOST_WORKERS = 8

_AHEAD = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """How files are read and analysed: all that a worker needs to know.

    Attributes:
        encoding: imposed on all plain texts, or None.
        settings, words: what ``Analyzer.from_settings`` takes.
    """

    encoding: str | None
    settings: Mapping[str, str]
    words: Path

    def analyzer(self, size: int) -> Analyzer:
        """An analyzer for texts of so many bytes: loading a dictionary pays only for many of them."""
        from index.analysis.analyzer import Analyzer

        return Analyzer.from_settings(self.settings, self.words, many=size > FEW)


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker_count(size: int) -> int:
    """How many workers a build of ``size`` bytes of source files has: one core is left for storing."""
    if size <= IN_PROCESS:
        return 0
    return max(1, min(cores() - 1, MOST_WORKERS, -(-size // JOB)))


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


def run(tasks: Sequence[Task], reading: Reading, workers: int) -> Generator[Batch, None, None]:
    """The batches of all tasks, in order; closing the iterator ends the workers.

    Raises:
        BuildError: a worker was killed, or failed.
    """
    if not workers:
        size = sum(task.source.size for task in tasks)
        yield from batches(tasks, reading.analyzer(size), reading.encoding)
        return
    import multiprocessing

    # Not fork: a child would hold the lock of the build, and the engine's threads may hold other locks.
    context = multiprocessing.get_context("spawn")
    work = jobs(tasks)
    started: list[tuple[SpawnProcess, Connection]] = []
    try:
        for number in range(min(workers, len(work))):
            mine, theirs = context.Pipe(duplex=False)
            process = context.Process(
                target=_work,
                args=(theirs, work[number::workers], reading),
                name=f"juanzong-{number + 1}",
                daemon=True,
            )
            process.start()
            theirs.close()
            started.append((process, mine))
        for number in range(len(work)):
            yield from _received(*started[number % workers])
    finally:
        for process, connection in started:
            process.kill()
            process.join()
            connection.close()


def _received(process: SpawnProcess, connection: Connection) -> Iterator[Batch]:
    """The batches of one job."""
    while True:
        try:
            message = pickle.loads(connection.recv_bytes())
        except (EOFError, OSError):
            process.join(5)
            raise BuildError(
                f"A worker process ended before its work was done (exit status {process.exitcode}).",
                hint="If the machine ran out of memory, close other programs and build again.",
            ) from None
        if message is None:
            return
        if isinstance(message, str):
            raise BuildError(f"A worker process failed: {message}.", hint="Please report this.")
        yield message
        del message


def _work(connection: Connection, work: list[list[Task]], reading: Reading) -> None:
    """The life of a worker. It ends with its consumer: sending then fails."""
    import threading
    import traceback
    from queue import Queue

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the consumer decides what an interruption means
    waiting: Queue[bytes | None] = Queue(_AHEAD)

    def send() -> None:
        with suppress(OSError):
            while (data := waiting.get()) is not None:
                connection.send_bytes(data)
            return
        os._exit(1)  # nobody listens any more

    sender = threading.Thread(target=send)
    sender.start()
    try:
        analyzer = reading.analyzer(IN_PROCESS)
        for job in work:
            for batch in batches(job, analyzer, reading.encoding):
                waiting.put(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            waiting.put(pickle.dumps(None))
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        waiting.put(pickle.dumps(f"{error!r} in {Path(place.filename).name}, line {place.lineno}"))
    waiting.put(None)
    sender.join()
