"""Cooperative cancellation of slow answers.

Work that grows with the number of passages (deciding on their texts, counting places) asks here between two
batches whether it is still wanted. Where nobody watches, as in a terminal, it goes on to its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_watch: ContextVar[Callable[[], None] | None] = ContextVar("watch", default=None)


@contextmanager
def watched(watch: Callable[[], None]) -> Iterator[None]:
    """Have ``watch`` called now and then by what is answered here; what it raises ends the answer."""
    token = _watch.set(watch)
    try:
        yield
    finally:
        _watch.reset(token)


def still_wanted() -> None:
    """Raise whatever the watcher of this thread raises, if there is one."""
    watch = _watch.get()
    if watch is not None:
        watch()
