"""Concordances of random runs of the classical texts against a plain scan: every sort, order and grouping."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache
from itertools import islice
from typing import Any, get_args

import pytest
from plain_scan import Corpus, folded, is_han, normal, places
from real_texts import Collection

from archive.store import POSITION_BITS, StoredDocument
from archive.text.folding import section
from index.requests import (
    MAX_LINES,
    Collation,
    ConcordanceRequest,
    LineGroup,
    LineSort,
    Neighbour,
    SearchRequest,
)
from index.results import EDGE

pytestmark = pytest.mark.data

GROUPS: tuple[LineGroup, ...] = (*get_args(Neighbour), "form", "document", "collection")


@cache
def orders(collation: Collation) -> dict[str, int]:
    """The place of each character in an order of Unihan."""
    return (
        {} if collation == "code" else {c: i for i, c in enumerate(section("orders.tsv", collation).strip())}
    )


def ranked(text: str, collation: Collation) -> list[tuple[bool, int]]:
    order = orders(collation)
    return [(c in order, order.get(c, ord(c))) for c in text]


class Line:
    """A place with what is around it, by a plain scan."""

    def __init__(self, key: int, text: str, at: list[tuple[str, int]], first: int, length: int) -> None:
        self.key = key
        start, end = at[first][1], at[first + length - 1][1] + 1
        self.parts = text[max(0, start - 9) : start], text[start:end], text[end : end + 9]
        sides = at[:first][::-1], at[first + length :]
        self.near = [("".join(c for c, _ in side if c != "·")[:5]).ljust(5, "\0") for side in sides]

    def side(self, name: str) -> str:
        """The neighbours from the one of this name on."""
        return self.near[name.startswith("right")][int(name[-1]) - 1 :]

    def groups(self, name: LineGroup, documents: dict[int, StoredDocument]) -> list[str]:
        """What it counts for."""
        if name == "form":
            return ["".join(self.parts[1].split())]
        document = documents[self.key >> POSITION_BITS]
        if name == "document":
            return [document.id]
        if name == "collection":
            steps = (document.collection or "").split("/")
            return ["/".join(steps[: n + 1]) for n in range(len(steps))]
        return [self.side(name)[0].replace("\0", EDGE)]

    def sort(self, name: LineSort, collation: Collation) -> Any:
        if name in ("place", "form"):
            return ranked("".join(self.parts[1].split()), collation) if name == "form" else 0
        return ranked(self.side(name), collation)


@cache
def atoms(text: str) -> list[tuple[str, int]]:
    return normal(text)


def scanned(corpus: Corpus, run: str) -> list[Line]:
    """All places of a run, in the order of the archive."""
    wanted = folded(run)
    found = ((key, text, corpus.texts[key]) for key, text in corpus.folded.items() if wanted in text)
    return [
        Line(key, text, atoms(text), start, len(wanted))
        for key, normal_form, text in found
        for start, _ in places(wanted, normal_form)
    ]


def overlaps_itself(run: str) -> bool:
    return any(run[:n] == run[-n:] for n in range(1, len(run)))


@pytest.mark.parametrize("number_of_runs", [15, pytest.param(200, marks=pytest.mark.long)])
@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_random_runs_have_the_lines_of_a_plain_scan(
    collections: dict[tuple[str, str], Collection], engine: str, number_of_runs: int
) -> None:
    pytest.importorskip(engine)
    collection, chance = collections["classical", engine], random.Random("concordance")
    store, corpus = collection.archive.generation.store, collection.corpus
    sorts = [sort for sort in get_args(LineSort) if sort != "document"]
    lines = 0
    runs = (run for run in corpus.runs("concordance", 1, 4, is_han) if not overlaps_itself(folded(run)))
    # Of one character a tenth: each has thousands of lines.
    runs = (run for number, run in enumerate(runs) if len(run) > 1 or number % 10 == 9)
    for number, run in enumerate(islice(runs, number_of_runs)):
        sort, collation = sorts[number % len(sorts)], chance.choice(get_args(Collation))
        group = GROUPS[number % len(GROUPS)]
        wanted = sorted(scanned(corpus, run), key=lambda line: line.sort(sort, collation))
        search = SearchRequest(run, match="exact", limit=MAX_LINES)
        request = ConcordanceRequest(search, 9, sort, collation, group)
        found = collection.archive.concordance(request)
        assert found.total == len(wanted), run
        assert [
            (store.passage_key(line.passage_id), line.left, line.hit, line.right) for line in found.lines
        ] == [
            (line.key, *(re.sub(r"\s*\n\s*", " ", part) for part in line.parts))
            for line in wanted[:MAX_LINES]
        ], (run, sort, collation)
        documents = dict(store.documents({line.key >> POSITION_BITS for line in wanted}))
        counted = Counter(value for line in wanted for value in line.groups(group, documents))
        groups = collection.archive.line_groups(request)
        assert {value.value: value.count for value in groups} == counted, (run, group)
        lines += len(wanted)
    assert lines > number_of_runs
