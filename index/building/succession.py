"""The successors of passages and documents that a build retires, so that links to them still lead somewhere.

A passage is looked for in its own document, in one with the same bytes or texts, and last by its clauses. In
a document it is followed by the same text, else by one like it near the place where its neighbours are now.
"""

from __future__ import annotations

import re
import sqlite3
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from archive.store import POSITION_BITS, StoreWriter
from archive.store.retired import Comparison, Former, Row
from archive.store.schema import unpack

_SAME_TEXT = 20  # new passages of one text that are looked at
_HOMES = 100  # documents into which one may have been divided
_AROUND = 2  # passages on either side of an expected place
_SEARCHED = 100_000  # passages that are compared by their clauses, on either side
_CLAUSES = 3  # of a passage, the longest
_CLAUSE = re.compile(r"\w{4,}")
_SHORT = 12  # characters up to which single ones count too: pairs alone are few
_ENOUGH = 8  # pairs and characters that texts of different documents share at least


def remember(store: StoreWriter, base: Path, paths: Collection[str] | None = None) -> bool:
    """Write into a store that has all its rows where links lead to what the store before had and it lacks.

    Args:
        base: the file of the store before, of which this one is a copy if there are ``paths``.
        paths: the source files that are gone or were read again. Without them ``store`` was made anew.

    Returns:
        Whether ``base`` could be read. Without it nothing is remembered.

    Raises:
        StoreError: the store cannot be written.
    """
    with store.links() as links:
        try:
            with closing(Comparison(base, store.path, paths)) as comparison:
                succession = _Succession(comparison)
                for key, _ in groupby(comparison.gone(), key=lambda key: key >> POSITION_BITS):
                    succession.follow(key)
                if paths is None:
                    links.add(comparison.links())
        except (sqlite3.Error, ValueError, TypeError):
            links.forget()
            return False
        links.restore(succession.fresh)
        links.add(succession.rows)
        links.add_if_led_to(succession.ended)
        links.add_if_led_to((former, None) for former in succession.ended_documents)
        links.limit()
        if paths is None:
            links.drop_astray()
    return True


class _Document:
    """A document of the store before, as columns of its passages.

    Attributes:
        retired: the indexes of passages that are not in the archive any more.
        places: of each passage the key of itself in the new store, or of its successor, or -1.
    """

    def __init__(
        self, key: int, former: Former, rows: Iterable[tuple[int, int, int | None, str | bytes]]
    ) -> None:
        self.key = key
        self.former = former
        self.keys, self.ids, self.places = array("q"), array("q"), array("q")
        self.hashes, self.sizes = array("q"), array("q")
        for passage, number, place, text in rows:
            self.keys.append(passage)
            self.ids.append(number)
            self.places.append(-1 if place is None else place)
            self.hashes.append(hash(text))
            self.sizes.append(_size(text))
        self.retired = [index for index, place in enumerate(self.places) if place < 0]

    def left(self) -> list[int]:
        """The indexes of passages whose place nothing has taken so far."""
        return [index for index in self.retired if self.places[index] < 0]

    def homes(self, indexes: Iterable[int]) -> Counter[int]:
        """The documents in which these passages have a place now, with the characters that they took in."""
        sizes: Counter[int] = Counter()
        for index in indexes:
            if self.places[index] >= 0:
                sizes[self.places[index] >> POSITION_BITS] += self.sizes[index]
        return sizes

    def size(self, indexes: Iterable[int]) -> int:
        """Characters of these passages."""
        return sum(self.sizes[index] for index in indexes)


class _Succession:
    """Finds successors, one document of the store before after the other.

    Attributes:
        fresh: the keys of new passages, ascending.
        rows: ids of what was retired, and of what took its place.
        ended: ids of passages whose place nothing took, with a document that is gone as well.
        ended_documents: the ids of such documents.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self.fresh = comparison.fresh()
        self.rows: list[Row] = []
        self.ended: list[Row] = []
        self.ended_documents: list[str] = []
        self._same: set[int] = set()  # new passages that are a retired one as it was
        self._heirs: set[int] = set()  # documents that took the place of one already
        self._followed: dict[int, list[int]] = defaultdict(list)  # by new passage, those of before
        self._by_text: dict[int, list[int]] | None = None
        self._by_clause: dict[str, list[int]] | None = None
        self._searches = _SEARCHED
        self._units = lru_cache(256)(lambda key: _units(unpack(comparison.text(key))))
        self._units_before = lru_cache(256)(lambda key: _units(unpack(comparison.text(key, "main"))))

    def follow(self, key: int) -> None:
        """Find what took the place of a document's retired passages, and of itself where it is gone."""
        former = self._comparison.former(key)
        old = _Document(key, former, self._comparison.before(key))
        homes = [] if former.now is None else [former.now]
        for home in homes:
            self._equal(old, home)
        for home in self._likely(old):
            if self._equal(old, home, shared=True):
                homes.append(home)
                if not old.left():
                    break
        self._alike(old, homes)
        if found := self._elsewhere(old, homes):
            self._alike(old, homes + found)
        self._write(old)

    # --- the same text --------------------------------------------------------------------------------------

    def _likely(self, old: _Document) -> Iterator[int]:
        """Documents that may have the rest of a document, the likeliest first."""
        left = old.left()
        if not left:
            return
        if self._by_text is None:
            self._by_text = defaultdict(list)
            for key in self.fresh:
                if len(keys := self._by_text[hash(self._comparison.text(key))]) < _SAME_TEXT:
                    keys.append(key)
        votes: Counter[int] = Counter(dict.fromkeys(old.former.twins, 1 + old.size(left)))
        for index in left:
            homes = {key >> POSITION_BITS for key in self._by_text.get(old.hashes[index], ())}
            for home in homes - {old.former.now}:
                votes[home] += old.sizes[index]
        yield from sorted(votes, key=lambda home: (-votes[home], home in self._heirs, home))[:_HOMES]

    def _equal(self, old: _Document, home: int, *, shared: bool = False) -> bool:
        """Let passages be followed by those of the same text in a document of the new store.

        The third of several of one text is followed by the third, or the last.

        Args:
            shared: only if this is half of what is left of the old one, or half of that document.
        """
        left = old.left()
        wanted = {old.hashes[index] for index in left}
        found: dict[int, list[int]] = {}
        size = 0
        for key, text in self._comparison.after(home):
            size += _size(text)
            if (known := hash(text)) in wanted:
                found.setdefault(known, []).append(key)
        same = [index for index in left if old.hashes[index] in found]
        if not same or (shared and 2 * old.size(same) < min(old.size(left), size)):
            return False
        seen: Counter[int] = Counter()
        for index, known in enumerate(old.hashes):
            if known in found:
                if old.places[index] < 0:
                    keys = found[known]
                    old.places[index] = keys[min(seen[known], len(keys) - 1)]
                    self._same.add(old.places[index])
                seen[known] += 1
        return True

    # --- a text like it -------------------------------------------------------------------------------------

    def _alike(self, old: _Document, homes: Sequence[int]) -> None:
        """Let passages be followed by new ones that are like them, near where their neighbours are now."""
        left = old.left()
        if not left or not homes:
            return
        following: dict[int, int] = {}
        known = -1
        for index in range(len(old.places) - 1, -1, -1):
            if old.places[index] >= 0:
                known = index
            elif known >= 0:
                begin = old.places[known] >> POSITION_BITS << POSITION_BITS
                following[index] = max(begin, old.places[known] - (known - index))
        pairs: list[tuple[int, int, int, int]] = []
        first, place = 0, -1
        for index in left:
            # From the passage before that has a place, or else from the last one that seems to have one.
            for known in range(index - 1, first - 1, -1):
                if old.places[known] >= 0:
                    place = old.places[known] - known
                    break
            first = index
            expected = [place + index] if place >= 0 else []
            expected += [following[index]] if index in following else []
            best = 0
            for key, distance in self._around(
                expected or [(home << POSITION_BITS) + index for home in homes]
            ):
                shared, here, there = self._compared(old, index, key)
                if 3 * shared >= min(here, there) and 10 * shared >= here:
                    pairs.append((-shared, distance, index, key))
                    if shared > best:
                        best, place = shared, key - index
                if 5 * shared >= 4 * max(here, there):
                    break
        self._settle(old, pairs)

    def _around(self, expected: Iterable[int]) -> Iterator[tuple[int, int]]:
        """New passages near places of their documents, the nearest first, with their distances."""
        found: dict[int, int] = {}
        for place in expected:
            at = bisect_left(self.fresh, place)
            for key in self.fresh[max(0, at - _AROUND) : at + _AROUND + 1]:
                if key >> POSITION_BITS == place >> POSITION_BITS and key not in self._same:
                    found[key] = min(abs(key - place), found.get(key, abs(key - place)))
        yield from sorted(found.items(), key=lambda item: item[1])

    def _compared(self, old: _Document, index: int, key: int) -> tuple[int, int, int]:
        """How many units an old and a new passage share, and how many each has."""
        here, there = self._units_before(old.keys[index]), self._units(key)
        return len(here & there), len(here), len(there)

    def _settle(self, old: _Document, pairs: list[tuple[int, int, int, int]]) -> None:
        """Take the pairs that share most.

        One new text may follow several: those that are whole in it, or have something of their own in it.
        Else it would follow each paragraph that is like the one that was corrected.
        """
        for negative, _, index, key in sorted(pairs):
            if old.places[index] < 0:
                if others := self._followed[key]:
                    units = self._units_before(old.keys[index])
                    own = (units & self._units(key)).difference(*map(self._units_before, others))
                    if 2 * len(own) < -negative < 0.9 * len(units):
                        continue
                old.places[index] = key
                others.append(old.keys[index])

    # --- anywhere -------------------------------------------------------------------------------------------

    def _elsewhere(self, old: _Document, homes: Sequence[int]) -> list[int]:
        """Let passages be followed by new ones with the same clauses, wherever these are; return the homes of
        half of them.
        """
        left = old.left()[: self._searches] if self.fresh else []
        self._searches -= len(left)
        pairs: list[tuple[int, int, int, int]] = []
        for index in left:
            for key in self._with_clauses(unpack(self._comparison.text(old.keys[index], "main"))):
                shared, here, there = self._compared(old, index, key)
                if key >> POSITION_BITS in homes:
                    near = 2 * shared >= min(here, there) and 10 * shared >= here
                else:
                    near = 10 * shared >= 7 * max(here, there) and shared >= _ENOUGH
                if near:
                    pairs.append((-shared, 0, index, key))
        self._settle(old, pairs)
        return [home for home, size in old.homes(left).items() if 2 * size >= old.size(left)]

    def _with_clauses(self, text: str) -> list[int]:
        """Up to three new passages that have long clauses of a text, the longest first."""
        if self._by_clause is None:
            self._by_clause = defaultdict(list)
            new = (key for key in self.fresh if key not in self._same)
            for key, _ in zip(new, range(_SEARCHED), strict=False):
                for clause in _clauses(unpack(self._comparison.text(key))):
                    if len(self._by_clause[clause]) < _SAME_TEXT:
                        self._by_clause[clause].append(key)
        votes: Counter[int] = Counter()
        for clause in _clauses(text):
            for key in self._by_clause.get(clause, ()):
                votes[key] += len(clause)
        return [key for key, _ in votes.most_common(3)]

    # --- what was found -------------------------------------------------------------------------------------

    def _write(self, old: _Document) -> None:
        sizes = old.homes(old.retired)
        heir: str | None = None
        if old.former.now is not None:
            heir = old.former.id
        elif 2 * sizes.total() >= old.size(old.retired):
            (home, _), *_ = sizes.most_common(1)
            self._heirs.add(home)
            heir = self._comparison.document_id(home)
        for index in old.retired:
            if old.places[index] >= 0:
                self.rows.append((old.ids[index], self._comparison.passage_id(old.places[index])))
            elif heir is not None:
                self.rows.append((old.ids[index], heir))
            else:
                self.ended.append((old.ids[index], old.former.id))
        if heir is None:
            self.ended_documents.append(old.former.id)
        elif old.former.now is None:
            self.rows.append((old.former.id, heir))


def _units(text: str) -> frozenset[str]:
    """What texts are compared by: pairs of neighbouring characters; of a short one single ones as well."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    return frozenset(pairs | set(text) if len(text) <= _SHORT else pairs)


def _clauses(text: str) -> list[str]:
    return sorted(set(_CLAUSE.findall(text)), key=lambda clause: (-len(clause), clause))[:_CLAUSES]


def _size(text: str | bytes) -> int:
    """The characters of a text as it is stored; of one in UTF-16 two bytes each."""
    return len(text) if isinstance(text, str) else len(text) // 2
