"""Every example of the manual is what the matcher finds."""

from __future__ import annotations

import pytest
from manual_examples import MANUAL, Example, blocks
from msgspec.structs import replace

from index.analysis.analyzer import Analyzer
from index.match import Matcher, Subject
from index.query.meaning import Meaning
from index.query.nodes import Node, Or
from index.query.parse import parse

EXAMPLES = [example for block in blocks() for example in block.examples]


def test_the_manual_has_examples_of_every_part() -> None:
    sections = MANUAL.read_text("utf-8").split("\n## ")[1:]
    assert len(EXAMPLES) > 80
    assert [s.split("\n")[0] for s in sections if "```example" not in s] == []


class Whole:
    """An archive in which everything occurs."""

    def occurs(self, run: Node, *, most: int | None = None) -> bool:
        return True

    def prefetch(self, *calls: object) -> None: ...


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.default()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_of_the_manual_finds_what_it_says(example: Example, analyzer: Analyzer) -> None:
    query = parse(
        example.query,
        example.match,  # type: ignore[arg-type]
        as_written=example.as_written,
        across=example.across,
    )
    meaning = Meaning(analyzer, replace(query, within=example.within), Whole())
    tiers = {
        "exact": [meaning.exact],
        "all": [meaning.all],
        "any": [meaning.any],
        "auto": [meaning.exact, meaning.all],
    }[example.match]
    root = Or(tuple(tier() for tier in tiers))
    matcher = Matcher(root, analyzer, query=example.query, across=query.across)
    about = example.about
    subject = Subject(
        about["text"],
        about.get("title", ""),
        tuple(filter(None, [about.get("section")])),
        tuple(filter(None, [about.get("author")])),
        about.get("date"),
    )
    spans = [subject.text[start:end] for start, end in matcher.spans(subject)]
    found = " / ".join(spans) or ("the passage" if matcher.holds(subject) else "nothing")
    assert found == example.finds
