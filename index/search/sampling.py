"""Estimates from a sample, where an exact number would take long: every text would have to be read for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, sqrt

from msgspec import Struct

from index.query.nodes import Problem, problem

MOST = 50_000
"""Passages up to which all are looked at: some two seconds."""

SAMPLE = 10_000
"""Passages of a sample."""

COUNTED_AT_ONCE = 10_000
"""Passages of a share of an exact count: half a second to two."""

LEAST = 20
"""Of a sample that finds less all passages are looked at: what is rare must not be missed."""


class Number(Struct, frozen=True):
    """An estimated number; the exact one is within ``margin`` of it in 95 of 100 cases."""

    value: int
    margin: int

    def __str__(self) -> str:
        return f"{self.value:,} ± {self.margin:,}"


class Estimate(Struct, frozen=True, omit_defaults=True):
    """What a sample says of all passages.

    Attributes:
        looked_at: passages of the sample.
        of: passages that would have to be looked at for exact numbers.
        seconds: that this would take, as the sample did; to a tenth.
        passages: how many are found; None where that is known.
        occurrences: None where they were not asked for.
    """

    looked_at: int
    of: int
    seconds: float
    passages: Number | None = None
    occurrences: Number | None = None


def remarks_on(estimate: Estimate) -> Iterator[Problem]:
    """The problems to show with a result that has estimates; they are of no part of the query."""
    for code, number in (("about_passages", estimate.passages), ("about_occurrences", estimate.occurrences)):
        if number is not None:
            numbers = (f"{estimate.looked_at:,}", f"{estimate.of:,}", f"{max(1, estimate.seconds):.0f}")
            yield problem(code, 0, 0, str(number), *numbers)


def sample(keys: Sequence[int]) -> Sequence[int]:
    """Every so many-th of the keys, from all documents alike."""
    return keys[:: ceil(len(keys) / SAMPLE)]


def scaled(total: int, squares: int, looked_at: int, of: int) -> Number:
    """The sum over ``of`` passages, from the sum and the sum of squares over those that were looked at.

    The usual estimate for a simple random sample without replacement (Cochran, "Sampling Techniques", 2.5).
    """
    mean = total / looked_at
    variance = max(0.0, squares / looked_at - mean * mean) * (1 - looked_at / of)
    return Number(round(mean * of), ceil(1.96 * of * sqrt(variance / looked_at)))
