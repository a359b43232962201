"""A long document is read in parts, so that showing a page of it costs what a page costs."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest
from search_support import archive_of

from index.archive import Archive
from index.requests import SearchRequest
from index.results import DocumentView, to_json
from index.search import document_reading

ASKED = SearchRequest(query="所长")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    chance = random.Random(1)
    lines = ["派出所的事"]
    for number in range(40):
        lines.append(f"第{number + 1}章 派出所所长")
        for length in (3, 40, 1, 90):
            sentences = [
                "".join(chance.choices("天下大势分久必合派出所长", k=20)) + "。" for _ in range(length)
            ]
            lines.append("".join(sentences))
    sources = {"a.txt": "\n\n".join(lines), "b.jsonl": json.dumps({"id": "b", "text": "所长。"})}
    with archive_of(tmp_path_factory.mktemp("long"), sources) as opened:
        yield opened


@pytest.fixture
def parts(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> tuple[DocumentView, list[DocumentView]]:
    """A document as a whole, and its parts."""
    whole = archive.document("a.txt", ASKED)
    assert whole.part is None
    monkeypatch.setattr(document_reading, "LONG", 50_000)
    monkeypatch.setattr(document_reading, "PART", 5_000)
    first = archive.document("a.txt", ASKED)
    assert first.part is not None
    count = first.part[1]
    assert count > 10
    return whole, [archive.document("a.txt", ASKED, part=number) for number in range(1, count + 1)]


def test_the_parts_of_a_long_document_are_all_of_it(parts: tuple[DocumentView, list[DocumentView]]) -> None:
    whole, views = parts
    pieces = [piece for view in views for piece in view.pieces]
    assert "".join(piece.text for piece in pieces) == "".join(piece.text for piece in whole.pieces)
    assert [passage.id for p in pieces for passage in p.passages] == [
        passage.id for p in whole.pieces for passage in p.passages
    ]
    begun = sum(view.continues for view in views)
    assert len(pieces) - begun == len(whole.pieces)
    assert begun
    assert max(sum(len(p.text) for p in view.pieces) for view in views) < 15_000


def test_each_part_knows_how_many_places_are_marked_in_the_others(
    parts: tuple[DocumentView, list[DocumentView]],
) -> None:
    whole, views = parts
    assert {view.sections for view in views} == {whole.sections}
    for view in views:
        assert view.part_hits == tuple(sum(len(p.spans) for p in other.pieces) for other in views)
    assert [text for view in views for text in marked(view)] == marked(whole)


def marked(view: DocumentView) -> list[str]:
    return [piece.text[a:b] for piece in view.pieces for a, b in piece.spans]


def test_a_passage_is_shown_in_the_part_that_has_it(
    archive: Archive, parts: tuple[DocumentView, list[DocumentView]]
) -> None:
    _, views = parts
    for number, view in enumerate(views, 1):
        name = view.pieces[-1].passages[-1].id
        found = archive.document("a.txt", at=name).part
        assert found == (number, len(views))
    other = archive.document("b").pieces[0].passages[0].id
    unknown = [archive.document("a.txt", at=name, part=2).part for name in (other, "0" * 16, "x")]
    assert unknown == [(2, len(views))] * 3


def test_a_part_beyond_the_last_is_the_last(
    archive: Archive, parts: tuple[DocumentView, list[DocumentView]]
) -> None:
    _, views = parts
    assert archive.document("a.txt", ASKED, part=9999) == views[-1]


def test_all_parts_come_one_after_the_other(
    archive: Archive, parts: tuple[DocumentView, list[DocumentView]]
) -> None:
    _, views = parts
    found = list(archive.document_parts("a.txt", ASKED))
    assert [view.pieces for view in found] == [view.pieces for view in views]
    assert [view.part for view in archive.document_parts("b", ASKED)] == [None]


def test_the_json_says_which_part_it_is(
    archive: Archive, parts: tuple[DocumentView, list[DocumentView]]
) -> None:
    _, views = parts
    assert [to_json(view)["part"] for view in views[:2]] == [(1, len(views)), (2, len(views))]
    counts = tuple(len(marked(view)) for view in views)
    assert [to_json(view).get("part_hits") for view in views] == [counts] * len(views)
    begun = [view.continues for view in views]
    assert [to_json(view).get("continues", False) for view in views] == begun
    assert to_json(archive.document("b"))["part"] is None
