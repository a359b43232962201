"""Starting processes so that an interruption is their starter's to deal with."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager


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
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
