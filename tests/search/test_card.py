"""The query card: its numbers are those of an independent count, and a rerun says what has changed."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from search_support import json_lines

from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.errors import CardError, QueryError
from index.requests import SearchRequest
from index.results import to_json
from index.search.card import read

RECORDS: list[dict[str, Any]] = [
    {"id": "甲", "title": "一", "author": "编辑", "date": "1949", "text": "臺灣與台灣，台湾。\n又見臺灣。"},
    {"id": "乙", "title": "二", "text": "去台湾。"},
    {"id": "丙", "title": "三", "author": "编辑", "text": "别处。"},
]
FORMS = {"臺灣": 2, "台灣": 1, "台湾": 2}


@pytest.fixture(params=["whoosh", "tantivy"])
def build(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Archive]:
    """Builds an archive of records, anew each time, and opens it."""
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")

    def built(records: list[dict[str, Any]]) -> Archive:
        (tmp_path / "texts").mkdir(exist_ok=True)
        (tmp_path / "texts" / "a.jsonl").write_text(json_lines(records), "utf-8")
        (tmp_path / "texts" / "图.png").write_bytes(b"\x89PNG")
        rebuild(tmp_path / "home", tmp_path / "texts", engine=request.param)
        return Archive.open(tmp_path / "home")

    return built


def kept(tmp_path: Path, card: object) -> Path:
    """The card as a file."""
    path = tmp_path / "card.json"
    path.write_text(json.dumps(to_json(card)), "utf-8")
    return path


def test_a_card_says_how_its_numbers_came_about(build: Callable[..., Archive], tmp_path: Path) -> None:
    with build(RECORDS) as archive:
        card = archive.card(SearchRequest("台湾", limit=1, sort="date"), "http://archive.example")
        assert (card.total, card.documents, card.occurrences, card.estimate) == (3, 2, 5, None)
        assert {form.text: form.count for form in card.forms} == FORMS
        assert (card.undated, card.doubtful) == (1, 0)
        assert card.archive.generation == archive.generation.name
        assert card.archive.files.not_read == 1
        assert [(text.id, text.passages) for text in card.texts or ()] == [("甲", 2), ("乙", 1)]
        assert card.address.startswith("http://archive.example/search?q=%E5%8F%B0")
        assert shlex.split(card.command) == ["juanzong", "search", "台湾", "--counts"]
        assert read(kept(tmp_path, card)) == card
        assert archive.rerun(card).same
        lines = dict(card.lines())
        assert (lines["occurrences"], lines["passages"]) == ("5", "3")


def test_a_rerun_says_what_has_changed(build: Callable[..., Archive]) -> None:
    with build(RECORDS) as archive:
        card = archive.card(SearchRequest("台湾"))
    changed = [{**RECORDS[0], "text": "臺灣。"}, {**RECORDS[2], "text": "别处有台湾。"}]
    with build(changed) as archive:
        found = archive.rerun(card)
        assert (found.added, found.gone, found.changed) == (("丙",), ("乙",), ("甲",))
        assert not found.same
        numbers = {one.name: (one.then, one.now) for one in found.differences}
        assert numbers["occurrences"] == (5, 2)
        assert numbers["total"] == (3, 2)
    with build([*RECORDS, {"id": "丁", "title": "四", "text": "无关。"}]) as archive:
        found = archive.rerun(card)
        assert found.same
        assert {"generation", "documents"} <= {one.name for one in found.state}


def test_the_command_names_every_option(build: Callable[..., Archive]) -> None:
    with build(RECORDS) as archive:
        asked = SearchRequest(
            "-意识 'x'",
            "all",
            authors=("编辑",),
            years=(1949,),
            as_written=True,
            details=(("source", "日报"),),
        )
        words = shlex.split(archive.card(asked).command)
    assert words[:3] == ["juanzong", "search", " -意识 'x'"]
    assert words[3:] == [
        *("--match", "all", "--author", "编辑", "--year", "1949", "--written", "--counts"),
        *("--field", "source", "日报"),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a query card"),
        (b"{}", "not a query card"),
        (b"\xff\xfe", "not a query card"),
        (b"[" * 100_000, "not a query card"),
        (b'{"format": 2}', "format 2, this program reads format 1"),
        (b'{"format": 1, "request": {"query": 7}}', "not a query card"),
        (b'{"format": 1, "made": "<script>"}', "not a query card"),
    ],
)
def test_a_file_that_is_not_a_card_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(content)
    with pytest.raises(CardError, match=said) as raised:
        read(path)
    assert str(path) in raised.value.message
    with pytest.raises(CardError):
        read(tmp_path)


def test_a_card_that_was_cut_short_or_asks_for_what_is_not_there(
    build: Callable[..., Archive], tmp_path: Path
) -> None:
    with build(RECORDS) as archive:
        card = archive.card(SearchRequest("台湾"))
        path = kept(tmp_path, card)
        path.write_bytes(path.read_bytes()[:-20])
        with pytest.raises(CardError):
            read(path)
        data = to_json(card)
        data["request"] |= {"details": [["nothing", "x"]], "years": [-5, 10**12]}
        path.write_text(json.dumps(data), "utf-8")
        with pytest.raises(QueryError):
            archive.rerun(read(path))
        data["request"] |= {"details": [], "query": "(" * 40, "documents": ["\0<b>", "x" * 100_000]}
        path.write_text(json.dumps(data), "utf-8")
        assert not archive.rerun(read(path)).same
