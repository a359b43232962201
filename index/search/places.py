"""Every marked place of an answer, in the order of the archive, in 20 bytes each.

What is listed, counted or compared place by place (concordance, dispersion, collocates) begins here, so that
each text is matched once however often it is asked about.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator
from threading import Lock

from archive.errors import said
from index.errors import QueryError
from index.match import written
from index.search.answer import Answer, Ranked
from index.search.cancellation import still_wanted

MOST_PLACES = 4_000_000
"""Places that are kept, 80 MB of them: of one answer no more are read, of several the last ones stay."""


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
        self._begin()

    def _begin(self) -> None:
        self.keys, self.starts, self.ends, self.forms = array("q"), array("I"), array("I"), array("I")
        self.written: list[str] = []
        self._numbers: dict[str, int] = {}
        self._walk: Iterator[list[Ranked]] = self.answer.walk("order")
        self._looked_at = 0
        self.complete = False

    def __len__(self) -> int:
        """How many places are read so far."""
        return len(self.starts)

    def read(self, count: int | None = None) -> int:
        """Read on until so many places are known, or all; how many are known now.

        Raises:
            QueryError: there are more than ``MOST_PLACES``.
        """
        with self._lock:
            try:
                while not self.complete and (count is None or len(self) < count):
                    self._read()
            except BaseException:
                self._begin()  # a walk that was interrupted does not go on
                raise
        return len(self)

    def _read(self) -> None:
        """The places of the next thousand passages."""
        still_wanted(self._looked_at, self.answer.total)
        found = next(self._walk, None)
        if found is None:
            self.complete = True
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
        self._looked_at += len(found)
        if len(self) > MOST_PLACES:
            raise QueryError(
                said("There are more than {} places.", f"{MOST_PLACES:,}"),
                hint="Narrow the search: a longer query, or a filter.",
            )

    def counted(self) -> Counter[str]:
        """How many places have each written form, of all that are read."""
        numbers = Counter(self.forms)
        return Counter({self.written[number]: count for number, count in numbers.items()})
