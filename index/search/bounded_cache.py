"""A cache of recent results, bounded by number and by bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """What was made last, by its key, up to a number and a size; the last one stays. Safe to share between
    threads.
    """

    def __init__(self, most: int, size: Callable[[V], int] = lambda _: 0, most_bytes: int = 0) -> None:
        self._most, self._size, self._most_bytes = most, size, most_bytes
        self._made: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of this key; a missing one is made now, while other keys do not wait."""
        with self._lock:
            known = self._made.get(key)
        made = make() if known is None else known
        with self._lock:
            made = self._made.setdefault(key, made)
            self._made.move_to_end(key)
            while len(self._made) > 1 and (len(self._made) > self._most or self._bytes() > self._most_bytes):
                self._made.popitem(last=False)
        return made

    def values(self) -> tuple[V, ...]:
        """All that is kept."""
        with self._lock:
            return tuple(self._made.values())

    def _bytes(self) -> int:
        return sum(map(self._size, self._made.values()))
