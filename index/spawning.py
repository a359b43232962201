"""Starting processes without interruptions, which are for their starter to deal with."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PREFIX = "juanzong-"
"""How the names of these processes begin."""


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
def starting() -> Iterator[None]:
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
