"""A JSON object that has a name twice: ``json`` keeps the last value, and the text of the first was lost in
silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model import Document, Note
from archive.readers import read
from archive.sources import SourceFile


def documents_and_notes(path: Path, text: str) -> tuple[list[Document], list[Note]]:
    path.write_text(text, "utf-8")
    found = list(read(SourceFile(path, path.name, path.stat().st_size, 0)))
    return [f for f in found if isinstance(f, Document)], [f for f in found if isinstance(f, Note)]


@pytest.mark.parametrize(
    ("line", "texts", "names"),
    [
        ('{"id": 1, "text": "甲", "text": "乙"}', ["乙"], ["text"]),
        ('{"id": 1, "te\\u0078t": "甲", "text": "乙"}', ["乙"], ["text"]),
        ('{"id": 1, "id": 2, "title": "题", "text": "甲", "title": "名"}', ["名", "甲"], ["id", "title"]),
        ('{"id": 1, "sections": [{"text": "甲", "text": "乙"}]}', ["乙"], ["text"]),
        ('{"id": 1, "text": "甲", "text": "甲"}', ["甲"], []),
        ('{"id": 1, "text": "甲", "tags": 1, "tags": 2}', ["甲"], []),
    ],
    ids=["text", "written with an escape", "several", "in a section", "the same value", "not read anyway"],
)
def test_a_field_that_occurs_twice_is_named_and_the_last_one_read(
    tmp_path: Path, line: str, texts: list[str], names: list[str]
) -> None:
    (document,), notes = documents_and_notes(tmp_path / "a.jsonl", f"\n{line}\n")
    assert [piece.text for piece in document.pieces] == texts
    repeated = [note for note in notes if note.code == "repeated_field"]
    assert [(note.line, note.left_out) for note in repeated] == [(2, True)] * len(names)
    for note, name in zip(repeated, names, strict=True):
        assert (
            note.message == f"the field {name!r} occurs more than once in its object: the last one is read."
        )


def test_notes_that_were_held_back_are_counted(tmp_path: Path) -> None:
    """The report counted the 1,000 that it named, and one for all others."""
    _, notes = documents_and_notes(tmp_path / "a.jsonl", "[]\n" * 3_000)
    assert sum(note.count for note in notes) == 3_000
    assert (len(notes), notes[-1].message) == (1_001, "2,000 further lines like this.")


def test_a_long_field_name_is_named_by_its_beginning(tmp_path: Path) -> None:
    _, notes = documents_and_notes(tmp_path / "a.jsonl", '{"id": 1, "text": "甲", "%s": 1}' % ("名" * 90_000))
    assert [len(note.message) < 100 for note in notes] == [True]
