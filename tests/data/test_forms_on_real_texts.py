"""Nearness, patterns and options on texts that nobody here wrote, against slow scans of all passages."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import islice

import pytest
from plain_scan import Corpus, folded, is_findable, is_han, normal
from real_texts import WHOLE, Collection

from index.query.numbers import NUMERALS

pytestmark = pytest.mark.data

QUESTIONS = 300 if WHOLE else 100
"""Of each collection, so that each engine answers 300."""

Asked = tuple[str, dict[str, bool], set[int]]
"""A query, its options, and the passages that it should find."""


def is_word(run: str) -> bool:
    """Han characters that are no part of a number, which would be found in its other forms too."""
    return is_han(run) and NUMERALS.isdisjoint(run)


def is_text(run: str) -> bool:
    """What may stand in quotes, letters and digits and punctuation included."""
    return is_findable(run) and not set(run) & set('"＂“”「」『』‘’«»｢｣〝〞〟')


def alone(run: str) -> bool:
    return is_word(run) and len(folded(run)) == len(run) == len(run.strip())


def nearness(corpus: Corpus, chance: random.Random) -> Iterator[Asked]:
    """Two parts of one passage, up to 16 characters from each other: as words, or in quotes."""
    for stretch in corpus.runs("nearness", 6, 18, is_findable):
        first, last = chance.randint(1, 3), chance.randint(1, 3)
        left, right = stretch[:first], stretch[-last:]
        if chance.random() < 0.5:
            left, right = right, left
        distance = chance.choice((0, 1, 3, 5, 10, 20))
        if alone(left) and alone(right) and chance.random() < 0.7:
            query = f"{left} NEAR/{distance} {right}"
        elif is_text(left) and is_text(right) and not any(map(str.isspace, left + right)):
            query = (
                f"“{left} {right}”~{distance}"
                if chance.random() < 0.5
                else f'"{left}" NEAR/{distance} "{right}"'
            )
        else:
            continue
        yield query, {}, corpus.near(left, right, distance)


def wildcards(corpus: Corpus, chance: random.Random) -> Iterator[Asked]:
    """A run with a ?, a * or a set in it."""
    for run in corpus.runs("wildcards", 3, 12, alone):
        place = chance.randrange(1, len(run) - 1)
        end = chance.randrange(place + 1, len(run))
        before, inside, behind = map(folded, (run[:place], run[place:end], run[end:]))
        shape = chance.choice("?*|")
        if shape == "?":
            query = f"{run[:place]}{'?' * len(inside)}{run[end:]}"
            middle = f"[^·]{{{len(inside)}}}"
        elif shape == "*":
            query, middle = f"{run[:place]}*{run[end:]}", "[^·]{0,20}"
        else:
            query, middle = f"{run[:place]}[甲乙|{inside}]{run[end:]}", f"(?:甲乙|{inside})"
        yield query, {}, corpus.fitting(f"{before}{middle}{behind}")


def must_not_continue(corpus: Corpus, chance: random.Random) -> Iterator[Asked]:
    """A run that must not be followed, or preceded, by what stands beside it somewhere."""
    for run in corpus.runs("continue", 3, 7, alone):
        cut = chance.randrange(2, len(run))
        kept, other = run[:cut], run[cut:]
        if chance.random() < 0.5:
            other = chance.choice("之而不人的")  # mostly not what follows here: the passage is found
        if chance.random() < 0.7:
            yield f"{kept}[^{other}|子]", {}, corpus.fitting(f"{folded(kept)}(?!{folded(other)}|子)")
        else:
            kept, other = other, kept
            yield f"[^{other}]{kept}", {}, corpus.fitting(f"(?<!{folded(other)}){folded(kept)}")


def across_punctuation(corpus: Corpus, chance: random.Random) -> Iterator[Asked]:
    """A run with punctuation in it, typed with it or without."""

    def fits(run: str) -> bool:
        return "·" in folded(run)

    for run in corpus.runs("across", 3, 12, fits):
        bare = "".join(run[at] for character, at in normal(run) if character != "·")
        query = bare if chance.random() < 0.7 else run
        yield query, {"across": True}, corpus.holding_across(query)


def as_written(corpus: Corpus, chance: random.Random) -> Iterator[Asked]:
    """A run in the characters that were typed; half of them in another script."""
    for run in corpus.runs("written", 1, 8, is_findable):
        query = run if chance.random() < 0.6 else "".join(folded(c) or c for c in run)
        yield query, {"as_written": True}, corpus.holding_as_written(query)


@pytest.mark.parametrize("ask", [nearness, wildcards, must_not_continue], ids=lambda f: f.__name__)
def test_queries_about_places_find_what_a_slow_scan_finds(
    collection: Collection, ask: Callable[[Corpus, random.Random], Iterator[Asked]]
) -> None:
    found_something = 0
    for query, options, wanted in islice(ask(collection.corpus, random.Random(ask.__name__)), QUESTIONS):
        found = collection.keys(query, match="all", **options)
        assert set(found) == wanted, query
        found_something += bool(wanted)
    assert found_something > QUESTIONS * 0.4


@pytest.mark.parametrize("ask", [across_punctuation, as_written], ids=lambda f: f.__name__)
def test_literal_queries_with_an_option_find_what_a_slow_scan_finds(
    collection: Collection, ask: Callable[[Corpus, random.Random], Iterator[Asked]]
) -> None:
    found_something = 0
    for query, options, wanted in islice(ask(collection.corpus, random.Random(ask.__name__)), QUESTIONS):
        found = collection.keys(query, match="exact", **options)
        assert set(found) == wanted, (query, options)
        found_something += bool(wanted)
    assert found_something > QUESTIONS * 0.4
