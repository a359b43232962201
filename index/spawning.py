"""Starting processes that are ours alone: without interruptions, and without the script of their starter."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

PREFIX = "juanzong-"
"""How the names of these processes begin."""

_one_at_a_time = threading.Lock()


@contextmanager
def starting() -> Iterator[None]:
    """Inside it processes whose names have the ``PREFIX`` are started, by ``spawn``."""
    with uninterrupted(), _one_at_a_time, _without_script():
        yield


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


@contextmanager
def _without_script() -> Iterator[None]:
    """Keep the starter's script from the processes that are started.

    multiprocessing runs it in each of them as ``__mp_main__``, for the functions that are defined there. Ours
    are not. A script that builds without asking for ``__name__`` would begin to build again in them, and one
    that comes through standard input cannot be found.
    """
    from multiprocessing import spawn

    complete = spawn.get_preparation_data

    def without(name: str) -> dict[str, Any]:
        told = complete(name)
        if name.startswith(PREFIX):
            told.pop("init_main_from_name", None)
            told.pop("init_main_from_path", None)
        return told

    spawn.get_preparation_data = without
    try:
        yield
    finally:
        spawn.get_preparation_data = complete
