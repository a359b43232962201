"""Every marked place of an answer, in the order of the archive, in 20 bytes each; and what keeps them.

What is listed, counted or compared place by place (concordance, dispersion, collocates) begins here, so that
each text is matched once however often it is asked about.
"""

from __future__ import annotations

from array import array
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterator
from itertools import groupby
from sys import getsizeof
from threading import Lock
from typing import Generic, TypeVar, cast

from archive.errors import said
from index.errors import QueryError
from index.match import written
from index.search.answer import Answer, Ranked
from index.search.cancellation import still_wanted

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


MOST_PLACES = 4_000_000
"""Places of one answer that are read: 80 MB."""

MOST_BYTES = 128_000_000
"""Of the places that a generation keeps and what was made of them; at least those of the last answer stay."""

STEP = 200
"""Passages that are read at a time: 10 ms."""

_DERIVED = 12
"""What was made of the places of an answer and is kept with them."""

T = TypeVar("T")


class Places:
    """The marked places of an answer, read as far as they are asked for. Safe to use from several threads.

    The columns only grow: what is known of a place never changes. ``numpy.frombuffer(places.keys, "q")`` and
    so on are views, but a column cannot grow while one is held: use them on what ``read`` has completed.

    Attributes:
        keys: of each place the key of its passage, ascending (``document << 24 | position``).
        starts, ends: of each place, in characters of the passage's text; ascending, not overlapping.
        forms: of each place what is written there, as an index of ``written``.
        written: the written forms, without blanks and line ends.
        complete: whether all places are read.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self._lock = Lock()
        self.keys, self.starts, self.ends, self.forms = array("q"), array("I"), array("I"), array("I")
        self.written: list[str] = []
        self._numbers: dict[str, int] = {}
        self._walk: Iterator[list[Ranked]] | None = None
        self._last = -1
        self._derived: Kept[Hashable, object] = Kept(_DERIVED)
        self.complete = False

    def __len__(self) -> int:
        """How many places are read so far."""
        return len(self.starts)

    def read(self, count: int | None = None) -> int:
        """Read on until so many places are known, or all; how many are known now. Raises QueryError above
        ``MOST_PLACES``.
        """
        while not self._has(count):
            with self._lock:  # a step at a time: others wait for one page, not for all
                if self._has(count):
                    break
                try:
                    self._read()
                except BaseException:
                    self._walk = None  # one that was interrupted does not go on
                    raise
        return len(self)

    def _has(self, count: int | None) -> bool:
        return self.complete or (count is not None and len(self) >= count)

    def _read(self) -> None:
        """The places of the next passages."""
        still_wanted()
        self._walk = self._walk or self._steps()
        found = next(self._walk, None)
        if found is None:
            self.complete = True
            self.answer.know(self.counted(), self._passages())
            return
        marked = [
            (key, subject.text, marks)
            for part in self.answer.parts
            if (keys := [passage.key for passage in found if passage.tier == part.plan.tier])
            for key, subject, marks in self.answer.marked(part.plan.tier, keys)
        ]
        marked.sort()
        for key, text, marks in marked:
            for start, end, begin in marks:
                form = written(text[begin:end])
                self.keys.append(key)
                self.starts.append(start)
                self.ends.append(end)
                self.forms.append(self._numbers.setdefault(form, len(self._numbers)))
        self.written += list(self._numbers)[len(self.written) :]
        self._last = found[-1].key
        if len(self) > MOST_PLACES:
            raise QueryError(
                said("There are more than {} places.", f"{MOST_PLACES:,}"),
                hint="Narrow the search: a longer query, or a filter.",
            )

    def _steps(self) -> Iterator[list[Ranked]]:
        """The passages that are not read yet, ``STEP`` at a time: a first page waits for no more."""
        for some in self.answer.walk("order"):
            found = [passage for passage in some if passage.key > self._last]
            yield from (found[start : start + STEP] for start in range(0, len(found), STEP))

    def counted(self) -> Counter[str]:
        """How many places have each written form, of all that are read."""
        numbers = Counter(self.forms)
        return Counter({self.written[number]: count for number, count in numbers.items()})

    def _passages(self) -> dict[int, list[int]]:
        """The passages that have any, by how many places they have."""
        passages: dict[int, list[int]] = {}
        for key, same in groupby(self.keys):
            passages.setdefault(sum(1 for _ in same), []).append(key)
        return passages

    def derived(self, name: Hashable, make: Callable[[Places], T]) -> T:
        """The result of ``make`` for all places, kept with them under a name. Raises like ``read``."""
        self.read()
        return cast(T, self._derived.get(name, lambda: make(self)))

    @property
    def size(self) -> int:
        """The size in bytes, roughly, with the derived results."""
        return 20 * len(self) + sum(map(_size, self._derived.values()))


def _size(made: object) -> int:
    return getsizeof(made) + (sum(map(getsizeof, made)) if isinstance(made, tuple) else 0)
