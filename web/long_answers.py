"""Answers that take long: so many at a time that others find threads, and none without an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from index.search.cancellation import still_wanted, watched
from web.errors import RefusedError, WordedError

AT_ONCE = 2
"""Long answers at a time in one process, which has four threads."""

LONG = 0.25
"""Seconds of a processor from which an answer is a long one."""

MOST = 20.0
"""Seconds of a processor that an answer may take."""

MOST_BYTES = 5_000_000
"""Of a page or of an answer in JSON; files have limits of their own (``web.downloads``)."""

_CHUNKS = 256  # parts of a page between two looks at how long it takes


def bounded(chunks: Iterable[str | bytes]) -> bytes:
    """The body that these parts make, encoded. Raises RefusedError above MOST_BYTES, and like
    ``LongAnswers``.
    """
    parts: list[bytes] = []
    size = 0
    for number, chunk in enumerate(chunks):
        part = chunk if isinstance(chunk, bytes) else chunk.encode(errors="backslashreplace")
        size += len(part)
        if size > MOST_BYTES:
            raise RefusedError("answer_too_large", most=MOST_BYTES / 1_000_000)
        parts.append(part)
        if number % _CHUNKS == _CHUNKS - 1:
            still_wanted()
    return b"".join(parts)


class LongAnswers:
    """The long answers of one process; for all its threads."""

    def __init__(self, at_once: int = AT_ONCE, long: float = LONG, most: float = MOST) -> None:
        self.long = long
        self.most = most
        self._places = BoundedSemaphore(at_once)

    @contextmanager
    def watched(self, is_gone: Callable[[], bool]) -> Iterator[None]:
        """Watch what this thread answers; ``is_gone``: its client has hung up. An error called
        ``client_gone``, ``takes_too_long`` or ``crowded`` is raised out of the answer.
        """
        began = time.thread_time()
        has_place = False

        def watch() -> None:
            nonlocal has_place
            spent = time.thread_time() - began
            if spent < self.long:
                return
            if is_gone():
                raise WordedError("client_gone")
            if spent > self.most:
                raise RefusedError("takes_too_long", most=self.most)
            if not has_place:
                if not self._places.acquire(blocking=False):
                    raise WordedError("crowded")
                has_place = True

        try:
            with watched(watch):
                yield
        finally:
            if has_place:
                self._places.release()
