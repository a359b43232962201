"""Filters by kind, and by what has no author, folder or value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

TEXTS = [
    {"id": "一", "title": "集市", "text": "鱼市在河边。", "author": "编者", "source": "日报"},
    {"id": "二", "title": "鱼市", "text": "鱼从上游来。"},
    {"id": "三", "title": "早市", "text": "鱼市散了。", "author": "读者", "source": "none"},
]


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    pytest.importorskip(request.param)
    folder: Path = tmp_path_factory.mktemp("none")
    (folder / "texts" / "史部").mkdir(parents=True)
    for name, texts in (("a.jsonl", TEXTS[:2]), ("史部/b.jsonl", TEXTS[2:])):
        lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
        (folder / "texts" / name).write_text(lines, "utf-8")
    rebuild(folder / "home", folder / "texts", engine=request.param)
    with Archive.open(folder / "home") as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"kinds": ("title",)}, ["二"]),
        ({"kinds": ("text",)}, ["一", "二", "三"]),
        ({"kinds": ("title", "text")}, ["一", "二", "二", "三"]),
        ({"authors": ("none",)}, ["二", "二"]),
        ({"authors": ("none", "编者")}, ["一", "二", "二"]),
        ({"collections": ("none",)}, ["一", "二", "二"]),
        ({"details": (("edition", "none"),)}, ["一", "二", "二", "三"]),
        ({"details": (("source", "none"),)}, ["三"]),  # something is called so
    ],
)
def test_a_filter_by_kind_or_by_nothing(
    archive: Archive, given: dict[str, tuple[str, ...]], found: list[str]
) -> None:
    result = archive.search(SearchRequest("鱼", sort="order", **given))  # type: ignore[arg-type]
    assert [hit.document.id for hit in result.hits] == found
    assert not result.problems


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ({"authors": ("none",)}, ["二"]),
        ({"authors": ("none", "编者")}, ["一", "二"]),
        ({"collections": ("none",)}, ["一", "二"]),
        ({"details": (("edition", "none"),)}, ["一", "二", "三"]),
        ({"details": (("source", "日报"), ("source", "none"))}, ["一", "三"]),  # something is called so
    ],
)
def test_a_list_of_documents_too(
    archive: Archive, given: dict[str, tuple[str, ...]], listed: list[str]
) -> None:
    found = archive.listed(SearchRequest("", **given))  # type: ignore[arg-type]
    assert ([document.id for document in found.documents], found.total) == (listed, len(listed))


def test_where_somebody_is_called_none_a_list_and_a_search_have_that_author_alone(tmp_path: Path) -> None:
    """The list of documents had those without an author too."""
    (tmp_path / "texts").mkdir()
    texts = [*TEXTS, {"id": "四", "title": "晚市", "text": "鱼市又开。", "author": "none"}]
    lines = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts)
    (tmp_path / "texts/a.jsonl").write_text(lines, "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    with Archive.open(tmp_path / "home") as opened:
        asked = SearchRequest("鱼", authors=("none",))
        assert {hit.document.id for hit in opened.search(asked).hits} == {"四"}
        assert [document.id for document in opened.listed(asked).documents] == ["四"]
        assert [document.id for document in opened.documents(author="none")[1]] == ["四"]
