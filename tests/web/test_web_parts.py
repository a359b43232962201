"""What the pages are made of: marks, addresses, parameters, parts of long documents."""

from __future__ import annotations

import re
from contextlib import suppress
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import request
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from pieces import piece
from werkzeug.datastructures import MultiDict

from index.engines.base import Sort
from index.query.nodes import Match, problem
from index.reloading import LiveArchive
from index.requests import SearchRequest, search_parameters
from index.results import PassageSpan, Span
from index.search.snippet import snippet
from web.app import create_app
from web.arguments import search_request
from web.errors import ParameterError
from web.interface import Links, document_path
from web.marking import PieceMarker, StepLabels, language_of_text, marked, marked_fragments, underlined
from web.pages import pager
from web.pages.cutting import Slice, in_file_order, parts_of

LABELS = StepLabels("previous", "next", "passage", "joint")
APP = create_app(LiveArchive(Path("nowhere")).get)
HOSTILE = "派<b>&\"'所\u202e𨽻\x00\n"


def content(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@st.composite
def texts_and_spans(draw: st.DrawFn, least: int = 0) -> tuple[str, tuple[Span, ...]]:
    text = draw(st.text(alphabet=HOSTILE, min_size=least, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    return text, tuple((a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False))


@given(texts_and_spans())
def test_marking_changes_no_text_and_marks_what_it_is_told(given_text: tuple[str, tuple[Span, ...]]) -> None:
    text, spans = given_text
    html = marked(text, spans)
    assert content(html) == text
    assert [unescape(m) for m in re.findall("<mark>(.*?)</mark>", html, re.DOTALL)] == [
        text[a:b] for a, b in spans
    ]
    assert "<b>" not in html


@given(texts_and_spans(least=1), st.lists(st.integers(1, 59), max_size=4))
def test_a_piece_of_several_passages_keeps_its_text_and_numbers_each_hit_once(
    given_text: tuple[str, tuple[Span, ...]], cuts: list[int]
) -> None:
    text, spans = given_text
    edges = sorted({0, len(text), *(c for c in cuts if c < len(text))})
    passages = tuple(PassageSpan(f"{a:016x}", a, b) for a, b in pairwise(edges))
    view = replace(piece(text, "0" * 16), spans=spans, passages=passages)
    marker = PieceMarker(len(spans), LABELS, "/p/", lambda n: f"#hit-{n}")
    html = re.sub(r'<span class="step">.*?</span>|<a class="pilcrow".*?</a>', "", marker.piece(view))
    assert content(html) == text
    assert re.findall(r'<mark id="hit-(\d+)"', html) == [str(n) for n in range(1, len(spans) + 1)]
    assert re.findall(r'<span class="passage" id="p-(\w+)"', html) == [passage.id for passage in passages]
    inside = "".join(unescape(m) for m in re.findall("<mark[^>]*>(.*?)</mark>", html, re.DOTALL))
    assert inside == "".join(text[a:b] for a, b in spans)


def test_what_was_left_out_of_a_snippet_is_an_ellipsis() -> None:
    text = "一" * 30 + "派出所" + "一" * 30
    html = marked_fragments(snippet(text, [(30, 33)], 40))
    assert html.startswith('<span class="cut">…</span>')
    assert html.endswith('<span class="cut">…</span>')
    assert "<mark>派出所</mark>" in html


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ([(0, 1)], '<span class="problem">“</span>派&lt;所'),
        ([(1, 3), (2, 4)], '“<span class="problem">派&lt;所</span>'),
        ([(4, 4)], '“派&lt;<span class="problem">所</span>'),
        ([(2, 2)], '“派<span class="problem">&lt;</span>所'),
        ([(0, 99)], '<span class="problem">“派&lt;所</span>'),
        ([], "“派&lt;所"),
    ],
)
def test_the_place_of_a_problem_is_underlined(problems: list[Span], expected: str) -> None:
    assert underlined("“派<所", [problem("quote_empty", a, b) for a, b in problems]) == expected


words = st.text(st.characters(codec="utf-8"), max_size=8)
requests = st.builds(
    SearchRequest,
    query=words,
    match=st.sampled_from(get_args(Match)),
    limit=st.integers(0, 100),
    offset=st.integers(0, 999_999_999),
    sort=st.sampled_from(get_args(Sort)),
    documents=st.lists(words.filter(bool), unique=True, max_size=2).map(tuple),
    authors=st.lists(words.filter(bool), unique=True, max_size=2).map(tuple),
    years=st.lists(st.integers(0, 9999), unique=True, max_size=2).map(tuple),
    collections=st.lists(words.filter(bool), unique=True, max_size=2).map(tuple),
    counts=st.booleans(),
    as_written=st.booleans(),
    across=st.booleans(),
)


@given(requests)
def test_an_address_asks_for_the_request_that_it_was_made_from(request: SearchRequest) -> None:
    address = Links("/archive", (), {}).search(request)
    pairs = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    assert pairs == search_parameters(request)
    assert search_request(MultiDict(pairs), facets=()) == request


@given(
    st.lists(st.tuples(st.sampled_from(["limit", "offset", "match", "sort", "year", "counts"]), st.text()))
)
def test_no_parameter_raises_anything_but_the_named_error(pairs: list[tuple[str, str]]) -> None:
    with suppress(ParameterError):
        search_request(MultiDict(pairs))


# What a browser or a proxy may do to a path must find nothing to do.
@settings(deadline=None)  # the first page of all loads what pages need, which takes long on a busy machine
@given(st.text(alphabet="a书./\\%?#;:&=+ \x00\x7f", min_size=1, max_size=12))
def test_every_id_has_an_address_that_finds_it(document_id: str) -> None:
    path, pairs = document_path(document_id)
    assert "\\" not in path
    assert not re.search(r"(^|/)\.{1,2}(/|$)|//", path)
    with APP.test_request_context(Links("", (), {}).document(document_id)):
        assert request.view_args is not None
        assert (request.view_args.get("document_id") or request.args["id"]) == document_id
    assert (path == "") == bool(pairs)


def test_parts_of_a_long_document_hold_all_of_it_once() -> None:
    pieces = [piece(f"第{i}段" * 9, f"{i:016x}") for i in range(50)]
    long = "春夏秋冬" * 100
    passages = tuple(PassageSpan(f"f{a:015x}", a, min(a + 90, len(long))) for a in range(0, len(long), 90))
    pieces.append(replace(piece(long, "0" * 16), passages=passages, spans=((85, 95), (200, 204))))
    parts = parts_of(map(Slice, pieces), size=100)
    assert "".join(s.piece.text for p in parts for s in p) == "".join(p.text for p in pieces)
    assert [passage.id for p in parts for s in p for passage in s.piece.passages] == [
        passage.id for p in pieces for passage in p.passages
    ]
    assert sum(s.hits for p in parts for s in p) == 2
    assert all(sum(len(s.piece.text) for s in p) <= 100 for p in parts)
    assert [s.begins for p in parts for s in p].count(False) == 4


def test_no_piece_at_all_is_one_empty_part() -> None:
    assert parts_of([]) == [[]]


def test_in_the_order_of_the_file_joined_lines_are_apart_again() -> None:
    joined = replace(piece("派出所所长都要学习", "0" * 16, source=((0, 6), (10, 13))), spans=((4, 8),))
    heading = piece("小标题", "1" * 16, "heading", source=((6, 9),))
    slices = in_file_order(map(Slice, [heading, joined]))
    assert [s.piece.text for s in slices] == ["派出所所长都", "小标题", "要学习"]
    assert [s.begins for s in slices] == [True, True, False]
    assert [s.hits for s in slices] == [1, 0, 0]
    marker = PieceMarker(1, LABELS, "/p/", lambda n: f"#hit-{n}")
    assert '<mark id="hit-1">长都</mark>' in marker.piece(slices[0].piece)
    assert marker.piece(slices[2].piece).startswith("<mark>要学</mark>习")


@pytest.mark.parametrize(
    ("total", "offset", "page", "pages", "previous", "following"),
    [
        (45, 0, 1, 3, None, "20"),
        (45, 20, 2, 3, "0", "40"),
        (45, 40, 3, 3, "20", None),
        (45, 5, 1, 3, "0", "25"),
        (45, 5000, 4, 3, "40", None),
        (0, 20, 2, 1, "0", None),
    ],
)
def test_a_pager_knows_its_neighbours(
    total: int, offset: int, page: int, pages: int, previous: str | None, following: str | None
) -> None:
    made = pager(total, offset, 20, str)
    assert made
    assert (made.page, made.pages, made.previous, made.next) == (page, pages, previous, following)


def test_a_list_of_one_page_has_no_pager() -> None:
    assert pager(20, 0, 20, str) is None


def test_traditional_and_simplified_texts_are_told_apart() -> None:
    assert language_of_text("這個國家的學問，為後來的人們所說") == "zh-Hant"
    assert language_of_text("这个国家的学问，为后来的人们所说") == "zh-Hans"
    assert language_of_text("山高水长") == "zh-Hans"
