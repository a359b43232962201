"""Cooperative cancellation of slow answers.

Work that grows with the number of passages (deciding on their texts, counting places) asks here between two
batches whether it is still wanted. Where nobody watches, as in a terminal, it goes on to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_show: ContextVar[Callable[[int, int], None] | None] = ContextVar("show", default=None)
_watch: ContextVar[Callable[[], None] | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Callable[[], None]) -> Iterator[None]:
    """Call ``watch`` now and then while something is answered; what it raises ends the answer."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


@contextmanager
def shown(show: Callable[[int, int], None]) -> Iterator[None]:
    """Report to ``show`` how many passages were read, of how many."""
    token = _show.set(show)
    try:
        yield
    finally:
        _show.reset(token)


def still_wanted(done: int = 0, of: int = 0) -> None:
    """Raise what the watcher of this thread raises, if there is one; report how many passages were read."""
    if of and (show := _show.get()) is not None:
        show(done, of)
    watch = _watch.get()
    if watch is not None:
        watch()
