"""Batches of documents that come in parts, and keys that are too few for them."""

from __future__ import annotations

import pytest

from archive.model import Document, DocumentPart, Kind, Piece, Section
from index.analysis.analyzer import Analyzer
from index.building.batches import _Maker
from index.document_keys import DocumentKeys, Span


def part(name: str, pieces: int, number: int = 0, *, last: bool = True) -> Document:
    """A part of a document of an archive, with as many passages."""
    return Document(
        id=f"a.zip/{name}",
        path="a.zip",
        title=name,
        sections=() if number else (Section(),),
        pieces=tuple(Piece(Kind.TEXT, f"第{i}段。", ((0, 4),), 0, "paragraph") for i in range(pieces)),
        part=DocumentPart(piece=number, last=last),
    )


@pytest.mark.parametrize("keys", [1, 2])
def test_a_document_whose_second_part_has_no_room_keeps_its_key_though_the_first_had_no_passages(
    keys: int,
) -> None:
    """Its sections were stored and its key given to the next document: the build failed."""
    maker = _Maker(Analyzer.default())
    maker.begin("a.zip", DocumentKeys(Span(100, 100 + keys), 50))
    for each in (part("a", 0, last=False), part("a", 100, 1), part("b", 1)):
        assert list(maker.add(each, 1_000_000)) == []
    maker.end()
    documents = [(row.id, row.key, row.passages) for row in maker.batch.documents]
    assert documents == [("a.zip/a", 100, 0), ("a.zip/b", 101, 1)][:keys]
    assert [section.key >> 24 for section in maker.batch.sections] == [100, 101][:keys]
    assert [each.code for each in maker.batch.notes] == ["left_out"] * (3 - keys)


def test_a_document_for_which_no_keys_are_left_is_named_with_the_reason() -> None:
    maker = _Maker(Analyzer.default())
    maker.begin("a.zip", DocumentKeys(Span(100, 100), 50))
    list(maker.add(part("b", 1), 1_000_000))
    maker.end()
    assert "there is room for 0 passages of the document a.zip/b" in maker.batch.notes[0].message
