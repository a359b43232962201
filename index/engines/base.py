"""The protocol between the project and an engine, and the formula by which all of them score.

An engine stores *records* of integers and ready-made tokens, and answers *plans*: a condition (which records)
and a flat list of weighted tokens (in which order). It never sees raw text or a user's query. The condition
never scores and the weights never decide what is found: every engine finds the same and ranks the same.

Streams of a record (each a string of tokens joined by single spaces, a token never holds white space):

``words``   search-mode words and boundary tokens; term frequencies only; ranks.
``grams``   neighbouring pairs, with positions; a phrase of them is exact containment; ranks.
``chars``   single characters; term frequencies only; one-character queries and a little of the ranking.
``title``   the document's title,          grams followed by single characters, with positions; never scored
``section`` the headings above the record, by the engine itself unless a rank term names the stream.
``author``  the nearest byline's author and affiliation.

In ``title``, ``section`` and ``author`` a gram has two characters or more and a character is one, so a phrase
of grams and a one-character term never meet.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from heapq import nsmallest
from math import log
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct

from index.query.condition import Column, Condition, RankTerm, Stream

Sort: TypeAlias = Literal["relevance", "date", "order"]

POSITIONS: tuple[str, ...] = ("grams", "title", "section", "author")
"""The streams whose tokens have places; of the others only their frequencies are kept."""

COLUMN_FIELDS: dict[Column, str] = {
    "document": "document",
    "section": "section_key",
    "author": "author_key",
    "collection": "collection",
    "details": "details",
    "year": "year",
    "kind": "kind",
}
"""The field that has a column, in an index where a stream and a column cannot have one name."""


class Record(Struct, frozen=True):
    """One passage as an engine stores it. All integers are signed 64-bit and not negative.

    ``key`` identifies the passage within a generation and is its place in the order of the archive:
    ``document << 24 | position``; ``section`` is ``document << 24 | section index + 1``. ``author``,
    ``collection``, ``details`` and ``year`` are 0 where not known. ``date_from`` and ``date_to`` are
    ``YYYYMMDD`` integers that enclose the document's date, both 0 where it has none. ``by_date`` sorts by
    date, then by the order of the archive; documents without a date come last.
    """

    key: int
    document: int
    section: int
    author: int
    collection: int
    details: int
    year: int
    date_from: int
    date_to: int
    by_date: int
    kind: int
    words: str
    grams: str
    chars: str
    title: str
    heading: str
    byline: str


class Hit(Struct, frozen=True):
    """A found record. Scores are unbounded floats, 0.0 when not scored; ties are ordered by key."""

    key: int
    score: float


class FacetCounts(Struct, frozen=True):
    """What the values of a column are among the records that meet a condition. 0, not known, is not a value.

    Attributes:
        top: ``(value, records)`` of the most frequent values, ties by value; or of all, in no order.
        values: how many different values there are.
        records: how many records have one.
    """

    top: list[tuple[int, int]]
    values: int
    records: int

    @classmethod
    def of(cls, counts: Counter[int], limit: int | None) -> FacetCounts:
        """The facets of a plain count; without a limit all values."""
        del counts[0]
        top = list(counts.items())
        if limit is not None:
            top = nsmallest(limit, top, key=lambda item: (-item[1], item[0]))
        return cls(top, len(counts), counts.total())


class Writer(Protocol):
    """Writes records; nothing is visible before ``commit``, and ``discard`` leaves no trace.

    Every method raises ``index.errors.EngineError``.
    """

    def add(self, records: Sequence[Record]) -> None:
        """Add records whose keys are not in the index (or whose document was deleted in this writer)."""
        ...

    def delete(self, documents: Iterable[int]) -> None:
        """Remove all records, added before this call, of these documents."""
        ...

    def commit(self) -> None:
        """Make everything durable and visible to snapshots opened afterwards; the writer is closed."""
        ...

    def discard(self) -> None:
        """Forget everything since opening; the writer is closed. Safe to call twice."""
        ...


class Snapshot(Protocol):
    """A consistent, read-only view; several questions asked of one snapshot see the same records.

    Safe to use from several threads at once. Every method raises ``index.errors.EngineError``.
    """

    def search(
        self,
        condition: Condition,
        rank: Sequence[RankTerm],
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> list[Hit]:
        """One page of the records that meet the condition, best first, by date, or in archive order."""
        ...

    def count(self, condition: Condition) -> int:
        """How many records meet the condition."""
        ...

    def keys(self, condition: Condition) -> list[int]:
        """Their keys, ascending."""
        ...

    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """The values of each of the columns: the ``limit`` most frequent; of those in ``whole`` all."""
        ...

    def frequency(self, stream: Stream, token: str) -> int:
        """In how many records the token occurs in the stream: the n of BM25, deleted ones included."""
        ...

    def words(self, least: int) -> list[tuple[str, int]] | None:
        """The tokens of the stream ``words`` that at least so many records have, each with its ``frequency``.

        None where a build has to count them, since they are far away and too many to be listed.
        """
        ...

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """Fetch what these calls will ask of this snapshot in this thread, in one request for all of them.

        No call may need what another one gives. Each may be called several times, up to the next answer that
        it lacks, and has to ask the same each time. Engines on this machine do nothing.
        """
        ...

    def size(self) -> int:
        """How many records there are."""
        ...

    def close(self) -> None:
        """Release files. Safe to call twice."""
        ...


class Engine(Protocol):
    """Makes and opens indexes in a folder of its own."""

    @property
    def version(self) -> str:
        """The version of its library, or of its files."""
        ...

    def create(self, folder: Path, *, memory: int, processes: int, size: int = 0) -> Writer:
        """A writer on a new index in an empty folder, for ``size`` bytes of sources.

        ``memory`` bounds all its buffers, in bytes.
        """
        ...

    def update(self, folder: Path, *, memory: int, processes: int) -> Writer:
        """A writer on the index in ``folder``, which holds private (hard-linked) copies of an index's files.

        Must never write into an existing file: only create new ones and replace or unlink names.
        """
        ...

    def open(self, folder: Path) -> Snapshot:
        """A snapshot of the index in ``folder``, which may be read-only."""
        ...


# --- the formula --------------------------------------------------------------------------------------------

# BM25 as Lucene computed it before 8.0, with the factor k1 + 1: the one formula of all engines. Robertson and
# Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009; the idf of
# ``org.apache.lucene.search.similarities.BM25Similarity``; lengths rounded to one byte as in
# ``org.apache.lucene.util.SmallFloat`` (``intToByte4``), which tantivy does by the same table.
#
# The statistics count every record in the index files, also those that were deleted and not merged away yet:
# N is the number of records, n the number of those with the token, and the average length is the number of
# tokens of the stream divided by N (a record without tokens has length 0 and counts).
K1 = 1.2
B = 0.75
# SmallFloat.NUM_FREE_VALUES: so many lengths are kept as they are, larger ones in four bits.
EXACT_LENGTHS = 24


def _decode(byte: int) -> int:
    if byte < EXACT_LENGTHS:
        return byte
    bits, shift = (byte - EXACT_LENGTHS) & 0x07, ((byte - EXACT_LENGTHS) >> 3) - 1
    return EXACT_LENGTHS + (bits if shift < 0 else (bits | 0x08) << shift)


LENGTHS: tuple[int, ...] = tuple(_decode(byte) for byte in range(256))
"""The length that each length byte encodes (``SmallFloat.byte4ToInt``)."""


def length_byte(length: int) -> int:
    """The byte for a number of tokens: the largest of no greater length (``SmallFloat.intToByte4``)."""
    return bisect_right(LENGTHS, length) - 1


def idf(records: int, having: int) -> float:
    """How much a token that ``having`` of ``records`` records have is worth; never negative."""
    return log(1 + (records - having + 0.5) / (having + 0.5))


def term_weights(rank: Iterable[RankTerm]) -> dict[tuple[Stream, str], float]:
    """The tokens to score by, each once with the sum of its weights."""
    weights: dict[tuple[Stream, str], float] = {}
    for term in rank:
        weights[term.stream, term.token] = weights.get((term.stream, term.token), 0.0) + term.weight
    return weights


_MOST_FREQUENCIES = 1_000
"""Term frequencies whose factors are kept, 8 kB each: one long record has a token 60,000 times."""


def term_factors(average: float) -> Callable[[int], list[float]]:
    """For a term frequency, what it is worth at each length byte, before idf and weight: 0 up to ``K1 + 1``.

    ``average``: tokens of the stream in a record; 0 in an index without any.
    """
    norms = [K1 * (1 - B + B * length / average) if average > 0 else K1 for length in LENGTHS]

    @lru_cache(_MOST_FREQUENCIES)
    def factors(frequency: int) -> list[float]:
        return [frequency * (K1 + 1) / (frequency + norm) for norm in norms]

    return factors
