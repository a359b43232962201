"""Every example of the manual is what the matcher finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.analysis.analyzer import Analyzer
from index.match import Matcher, Subject
from index.query.meaning import Meaning
from index.query.nodes import Match
from index.query.parse import parse
from index.query.resolved import ResolvedOr

MANUAL = Path(__file__).parents[2] / "docs" / "query-language.md"


@dataclass(frozen=True)
class Example:
    """A query, what it is asked of, and what it finds."""

    query: str
    finds: str
    about: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.query


def examples() -> Iterator[Example]:
    for block in re.findall(r"^```example\n(.*?)^```", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        about: dict[str, str] = {}
        query = ""
        for line in block.splitlines():
            name, _, value = line.partition(": ")
            if name == "query":
                query = value
            elif name == "finds":
                yield Example(query, value, dict(about))
            else:
                assert name in ("text", "title", "section", "author", "date", "option", "match"), line
                about[name] = value


EXAMPLES = list(examples())


def test_the_manual_has_examples_of_every_part() -> None:
    sections = MANUAL.read_text("utf-8").split("\n## ")[1:]
    assert len(EXAMPLES) > 80
    assert [s.split("\n")[0] for s in sections if "```example" not in s] == []


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.default()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_of_the_manual_finds_what_it_says(example: Example, analyzer: Analyzer) -> None:
    about = example.about
    option = about.get("option")
    match: Match = about.get("match", "auto")  # type: ignore[assignment]
    query = parse(example.query, match, as_written=option == "as_written", across=option == "across")
    meaning = Meaning(analyzer, query, stands=lambda word: True)
    tiers = {
        "exact": [meaning.exact],
        "all": [meaning.all],
        "any": [meaning.any],
        "auto": [meaning.exact, meaning.all],
    }[match]
    matcher = Matcher(
        ResolvedOr(tuple(tier() for tier in tiers)), analyzer, query=example.query, across=query.across
    )
    subject = Subject(
        about["text"],
        about.get("title", ""),
        tuple(filter(None, [about.get("section")])),
        tuple(filter(None, [about.get("author")])),
        *dates(about.get("date")),
    )
    spans = [subject.text[start:end] for start, end in matcher.spans(subject)]
    found = " / ".join(spans) or ("the passage" if matcher.holds(subject) else "nothing")
    assert found == example.finds


def dates(date: str | None) -> tuple[int, int]:
    if date is None:
        return 0, 0
    root = parse(f"date:{date}").root
    return root.first, root.last  # type: ignore[union-attr]
