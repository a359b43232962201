"""Pages of newspapers, each with what every line of it is.

A page is a file in ``pages/``: what a letter and a bar lead is a line of the page (``H|heading``), the letter
says what it is; ``X+|`` goes on with the paragraph above. What stands in front of the letter is the indent.
Lines led by ``=`` say what the document has: ``= author NAME``, ``= date``, ``= title``,
``= signed HEADING|AUTHOR``, ``= moved BEGINNING``; ``#`` leads a comment.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from archive.page import structure
from archive.page.inspect import rows

PAGES = sorted((Path(__file__).parent / "pages").glob("*.txt"))
LETTERS = {
    "T": "title",
    "D": "deck",
    "B": "byline",
    "H": "heading",
    "A": "author",
    "X": "text",
    "C": "caption",
    "N": "note",
    "P": "page",
}
_LINE = re.compile("^([ \u3000]*)([TDBHAXCNP])(\\+?)\\|(.*)$")


def test_there_are_pages() -> None:
    assert len(PAGES) >= 40


@pytest.mark.parametrize("file", PAGES, ids=[file.stem for file in PAGES])
def test_every_line_of_the_page_is_what_its_letter_says(file: Path) -> None:
    page: list[str] = []
    wanted: list[tuple[str, bool, str]] = []
    facts: list[tuple[str, str]] = []
    for line in file.read_text("utf-8").splitlines():
        found = _LINE.match(line)
        if line.startswith("="):
            name, _, value = line[1:].strip().partition(" ")
            facts.append((name, value))
        elif found:
            page.append(found[1] + found[4])
            wanted.append((LETTERS[found[2]], found[3] == "+", found[4][:20]))
        elif not line.startswith("#"):
            page.append(line)
    text = "\n".join(page)
    read = structure(text)

    got: list[tuple[str, bool, str]] = []
    paragraph: int | None = None
    for row in rows(text, read):
        if row.kind is None:
            continue
        label = row.kind.label
        got.append((label, label == "text" and row.piece == paragraph, row.text[:20]))
        paragraph = row.piece if label == "text" else paragraph
    shown = [(kind, joined, begins.strip("—")) for kind, joined, begins in wanted]
    assert [(kind, joined) for kind, joined, _ in got] == [(kind, joined) for kind, joined, _ in shown], got

    signed = {section.heading: section.author for section in read.sections}
    moved = [piece.text for piece in read.pieces if piece.moved]
    beginnings = [value for name, value in facts if name == "moved"]
    assert [text[: len(begins)] for text, begins in zip(moved, beginnings, strict=True)] == beginnings
    for name, value in facts:
        if name == "signed":
            heading, _, author = value.partition("|")
            assert signed[heading] == (author or None)
        elif name != "moved":
            assert str(getattr(read, name) or "") == value
