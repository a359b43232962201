"""BM25 as Lucene computes it: the one formula of all engines, for those that score in Python.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, with the factor
k1 + 1; the idf of ``org.apache.lucene.search.similarities.BM25Similarity``; lengths rounded to one byte as in
``org.apache.lucene.util.SmallFloat`` (``intToByte4``), which tantivy does by the same table.

The statistics count every record that is in the index files, also those that were deleted and not merged
away yet: N is the number of records, n the number of records that have the token, and the average length is
the number of tokens of the stream divided by N (a record without tokens has length 0 and counts).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache
from math import log

from index.engines.base import K1, B
from index.query.condition import RankTerm, Stream

EXACT_LENGTHS = (
    24  # SmallFloat.NUM_FREE_VALUES: so many lengths are kept as they are, larger ones in four bits
)


def _decode(byte: int) -> int:
    if byte < EXACT_LENGTHS:
        return byte
    bits, shift = (byte - EXACT_LENGTHS) & 0x07, ((byte - EXACT_LENGTHS) >> 3) - 1
    return EXACT_LENGTHS + (bits if shift < 0 else (bits | 0x08) << shift)


LENGTHS: tuple[int, ...] = tuple(_decode(byte) for byte in range(256))
"""The length that each length byte stands for (``SmallFloat.byte4ToInt``)."""


def length_byte(length: int) -> int:
    """The byte for a number of tokens: the largest of no greater length (``SmallFloat.intToByte4``)."""
    return bisect_right(LENGTHS, length) - 1


def idf(records: int, having: int) -> float:
    """How much a token that ``having`` of ``records`` records have is worth; never negative."""
    return log(1 + (records - having + 0.5) / (having + 0.5))


def term_weights(
    rank: Iterable[RankTerm], records: int, frequency: Callable[[Stream, str], int]
) -> dict[tuple[Stream, str], float]:
    """The terms to score by, each once, with weight times idf; ``frequency`` gives the n of a token."""
    weights: dict[tuple[Stream, str], float] = {}
    for term in rank:
        weights[term.stream, term.token] = weights.get((term.stream, term.token), 0.0) + term.weight
    return {token: weight * idf(records, frequency(*token)) for token, weight in weights.items()}


def term_factors(average: float) -> Callable[[int], list[float]]:
    """For a term frequency, what it is worth at each length byte, before idf and weight: 0 up to ``K1 + 1``.

    ``average``: tokens of the stream in a record; 0 in an index without any.
    """
    norms = [K1 * (1 - B + B * length / average) if average > 0 else K1 for length in LENGTHS]
    return cache(lambda frequency: [frequency * (K1 + 1) / (frequency + norm) for norm in norms])
