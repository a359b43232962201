"""Random trials that can be repeated: a few always, and for ``JUANZONG_FUZZ_SECONDS`` before a release."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator

import pytest

SECONDS = float(os.environ.get("JUANZONG_FUZZ_SECONDS", "600"))

fuzzed = pytest.mark.parametrize(
    "trials",
    [200, pytest.param(None, marks=[pytest.mark.long, pytest.mark.timeout(SECONDS + 60)])],
    ids=["short", "long"],
)
"""Gives a test its number of ``trials``, None for as many as there is time for."""


def try_all(trials: int | None, trial: Callable[[random.Random], None]) -> None:
    """Run a trial with one source of random numbers after the other; a failure names the seed."""
    for seed in _seeds(trials):
        try:
            trial(random.Random(seed))
        except BaseException as error:
            error.add_note(f"random.Random({seed})")
            raise


def _seeds(trials: int | None) -> Iterator[int]:
    if trials is not None:
        yield from range(trials)
        return
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        yield time.time_ns()


def damaged(chance: random.Random, data: bytes) -> bytes:
    """The bytes with some of them replaced, dropped, repeated or put at the end once more."""
    made = bytearray(data)
    for _ in range(chance.choice((0, 1, 1, 2, 5, 20))):
        at = chance.randrange(len(made) + 1)
        end = min(len(made), at + chance.choice((1, 1, 2, 3, 40)))
        match chance.randrange(4):
            case 0:
                made[at:end] = chance.randbytes(end - at)
            case 1:
                del made[at:end]
            case 2:
                made[at:at] = made[at:end] * chance.choice((1, 2, 30))
            case _:
                made += made[at:end]
    return bytes(made)
