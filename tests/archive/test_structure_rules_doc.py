"""The reading rules, their table and their manual say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.model import Kind
from archive.page import Structure, rules, structure
from archive.page.reading import RULES, read_page
from archive.page.rules import GivenLine

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "using" / "reading-rules.md").read_text("utf-8")
EXAMPLES = re.findall(
    r"^### `([a-z-]+)`\n\n```page\n(.+?)```$",
    (ROOT / "tests" / "archive" / "rule_examples.md").read_text("utf-8"),
    re.MULTILINE | re.DOTALL,
)
"""Each rule with the page that shows it."""
NAMES = [value for name, value in vars(rules).items() if name.isupper() and isinstance(value, str)]

BY_COMPOSITION = {
    rules.PARAGRAPH,
    rules.DECK_DASH_MARK,
    rules.FORMAT_MARK,
    rules.JOIN_WRAPPED_LINES,
    rules.NOTE_READING,
}
"""What no proposal says: the rest, the mark of a deck, and lines put together before anything is read."""


def used(read: Structure) -> set[str]:
    names = {mark.rule for mark in read.marks}
    for piece in read.pieces:
        names |= {piece.rule, piece.joined or piece.rule, piece.moved or piece.rule}
    return names


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_example_of_a_rule_shows_it(name: str, example: str) -> None:
    given = {1: GivenLine(Kind.HEADING, rule=name)} if name in rules.GIVEN else None
    assert name in used(structure(example, given=given))


def test_every_rule_is_described_once_and_in_the_table() -> None:
    assert sorted(re.findall("^- `([a-z-]+)`: ", MANUAL, re.MULTILINE)) == sorted(NAMES)
    assert sorted(name for name, _ in EXAMPLES) == sorted(NAMES)
    assert {name for step in RULES for name in step.rules} | BY_COMPOSITION == set(NAMES)


def test_a_step_proposes_in_the_names_of_its_rules_only() -> None:
    texts = [example for _, example in EXAMPLES]
    texts += ["\n".join(line.partition("|")[2] for line in file.read_text("utf-8").splitlines())
              for file in sorted((ROOT / "tests" / "archive" / "pages").glob("*.txt"))]  # fmt: skip
    for text in texts:
        page = read_page(text)
        seen: list[str] = []
        for step in RULES:
            seen += step.rules
        assert {one.rule for one in [*page.taken, *page.refused]} <= set(seen)


def test_a_line_is_decided_once_and_what_came_later_is_kept_as_refused() -> None:
    page = read_page(
        "全市培训班开班\n\n本报记者 郝发顺\n\n初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。\n"
    )
    decided = [one.line for one in page.taken if one.rule in rules.KINDS]
    assert len(decided) == len(set(decided))
    assert page.kind == [Kind.TITLE, Kind.BYLINE, Kind.TEXT]
    alone = read_page("问：您好\n问：再见\n")
    assert [(one.rule, one.against) for one in alone.refused][:1] == [("title-first-line", "speech")]
