"""Nothing is missed, on texts that nobody here wrote: ``exact`` against a plain scan; the order of tiers."""

from __future__ import annotations

import random
from itertools import islice
from pathlib import Path

import pytest
from plain_scan import Corpus, folded, is_findable, is_han
from real_texts import WHOLE, Collection

pytestmark = pytest.mark.data

RUNS = 1000


def runs(corpus: Corpus, number: int, seed: str) -> list[str]:
    """Random runs of 1 to 14 characters, punctuation included."""
    return list(islice(corpus.runs(seed, 1, 14, is_findable), number))


def other_forms() -> dict[str, str]:
    """For each folded character all characters that the published table of classes takes for the same."""
    table = Path(__file__).parents[2] / "archive" / "text" / "tables" / "classes.tsv"
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return {form: form + others for form, others, _ in rows}


def test_1000_random_runs_are_found_exactly_where_a_plain_scan_finds_them(collection: Collection) -> None:
    """Recall and precision 1.000 each."""
    for run in runs(collection.corpus, RUNS, "containment"):
        assert set(collection.keys(run, match="exact")) == collection.corpus.holding(run), run


def test_a_run_in_the_other_script_finds_the_same(collection: Collection) -> None:
    """Simplified on traditional text and back; and any other form that the table of classes has."""
    forms, chance = other_forms(), random.Random("scripts")
    changed = 0
    number = RUNS if WHOLE or collection.engine == "tantivy" else 300
    for run in runs(collection.corpus, number, "scripts"):
        simplified = "".join(folded(c) or c for c in run)
        other = "".join(chance.choice(forms.get(folded(c), c)) for c in run)
        wanted = collection.corpus.holding(run)
        for query in {simplified, other} - {run}:
            changed += 1
            assert set(collection.keys(query, match="exact")) == wanted, (run, query)
    assert changed >= number * 0.8


def is_prose(run: str) -> bool:
    """Nothing that auto takes otherwise than literally: no operator, number or word that matches whole."""
    return is_findable(run) and all(is_han(c) or c in "，。、；：！？（）《》“”「」『』—…" for c in run)


def test_in_auto_every_passage_with_the_literal_run_comes_before_every_one_without(
    collection: Collection,
) -> None:
    for run in islice(collection.corpus.runs("auto", 1, 14, is_prose), 200):
        holding = collection.corpus.holding(run)
        found = collection.keys(run)
        assert set(found[: len(holding)]) == holding, run
