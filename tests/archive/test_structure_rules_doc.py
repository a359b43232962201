"""The reading rules and their manual say the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.page import Structure, rules, structure

MANUAL = Path(__file__).parents[2] / "docs" / "reading-rules.md"
EXAMPLES = re.findall(r"^### `([^`]+)`\n.*?^```page\n(.*?)^```", MANUAL.read_text("utf-8"), re.M | re.S)


def used(read: Structure) -> set[str]:
    names = {mark.rule for mark in read.marks}
    for piece in read.pieces:
        names |= {piece.rule, piece.joined or piece.rule, piece.moved or piece.rule}
    return names


def test_every_rule_is_in_the_manual_and_every_rule_of_the_manual_is_in_the_code() -> None:
    assert sorted(name for name, _ in EXAMPLES) == sorted(rules.ALL)


@pytest.mark.parametrize(("name", "page"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_the_example_of_a_rule_shows_it(name: str, page: str) -> None:
    assert name in used(structure(page))


def test_every_rule_name_in_the_code_is_one_of_the_constants() -> None:
    folder = Path(rules.__file__).parent
    named = {
        name
        for file in folder.glob("*.py")
        for name in re.findall(r"\brules\.([A-Z_]+)", file.read_text("utf-8"))
        if name != "ALL"
    }
    constants = {name for name, value in vars(rules).items() if isinstance(value, str) and value in rules.ALL}
    assert named == constants
