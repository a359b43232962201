"""Collocates and keyness, against a plain scan with the formulas written anew, on each engine."""

from __future__ import annotations

import random
import tarfile
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from math import isclose, log, log2
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from search_support import archive_of

from index.analysis.normal import Normal
from index.archive import Archive
from index.engines.registry import installed
from index.errors import LibraryMissingError, QueryError
from index.requests import AssociationRequest, SearchRequest, Side, Token, against
from index.results import Association
from index.search import comparison

pytest.importorskip("numpy")

TEXTS = (
    "第一回　張飛大怒，張飛便走。關羽、张飞同去。",
    "哈哈哈哈，张飞笑道：哈哈！AI 与 20名 张飞，３ＡＩ。",
    "劉備與張飛\n人々皆知；㎏㎏張飛。𨽻張飛𨽻",
    *(f"操曰：第{i}日，孫權見張飛之兵{'大败而走' * (i % 4)}。刘备曰：善。" for i in range(24)),
    "張飛",
    "，张　飞。",
)
WINDOWS: list[tuple[int, Side]] = [(1, "both"), (5, "both"), (3, "left"), (20, "right")]
UNITS: list[Token] = ["character", "pair", "word"]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several batches that are summed several times, as an archive of millions of passages has them."""
    monkeypatch.setattr(comparison, "_BATCH", 7)
    monkeypatch.setattr(comparison, "_MERGED", 50)


def tokens(archive: Archive, normal: str, unit: Token) -> list[tuple[str, int, int]]:
    """The tokens of a normal form with their places, by the words for themselves."""
    if unit == "word":
        return [(normal[start:end], start, end) for start, end in archive.analyzer.cut(normal)]
    length = 1 if unit == "character" else 2
    runs = ((normal[i : i + length], i, i + length) for i in range(len(normal) - length + 1))
    return [run for run in runs if "·" not in run[0]]


@cache
def passages(archive: Archive, unit: Token) -> list[tuple[int, Normal, list[tuple[str, int, int]]]]:
    """Each passage with its normal form and the tokens of that: read once, however many runs are tried."""
    stored = (pair for batch in archive.generation.store.scan() for pair in batch)
    normals = [(key, archive.analyzer.normal(text)) for key, text in stored]
    return [(key, normal, tokens(archive, normal.text, unit)) for key, normal in normals]


def scanned(
    archive: Archive, marks: dict[int, list[tuple[int, int]]], unit: Token, n: int, side: Side
) -> tuple[Counter[str], Counter[str]]:
    """What is in the windows around marks, and what is neither there nor in a mark."""
    inside: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for key, normal, cut in passages(archive, unit):
        if key not in marks:
            outside.update(token for token, _, _ in cut)
            continue
        hit: set[int] = set()
        window: set[int] = set()
        for begin, end in marks[key]:
            places = zip(range(len(normal.text)), normal.starts, normal.ends, strict=True)
            there = [
                i for i, start, stop in places if begin <= start and stop <= end and normal.text[i] != "·"
            ]
            if not there:
                continue
            hit.update(there)
            if side != "right":
                window.update(range(there[0] - n, there[0]))
            if side != "left":
                window.update(range(there[-1] + 1, there[-1] + 1 + n))
        for token, start, stop in cut:
            own = set(range(start, stop))
            if not own & hit:
                (inside if own <= window else outside)[token] += 1
    return inside, outside


def check(rows: Iterable[Association], inside: Counter[str], outside: Counter[str], least: int) -> None:
    """Each row has these counts and measures, and no other token is more frequent than expected."""
    n1, n2 = inside.total(), outside.total()
    expected: dict[str, tuple[int, int]] = {}
    for token, count in inside.items():
        if count >= least and count / n1 > (count + outside[token]) / (n1 + n2):
            expected[token] = (count, outside[token])
    found = {row.text: row for row in rows}
    assert {text: (row.count, row.rest) for text, row in found.items()} == expected
    for text, (a, b) in expected.items():
        c, d, n = n1 - a, n2 - b, n1 + n2
        g2 = 0.0
        for cell, row, column in ((a, n1, a + b), (b, n2, a + b), (c, n1, c + d), (d, n2, c + d)):
            g2 += 2 * cell * log(cell * n / (row * column)) if cell else 0.0
        assert isclose(found[text].log_likelihood, g2, abs_tol=1e-5), text
        assert isclose(found[text].mutual_information, log2(a * n / (n1 * (a + b))), abs_tol=1e-5)
        assert isclose(found[text].log_ratio, log2(a / n1 / ((b or 0.5) / n2)), abs_tol=1e-5)


def every(
    ask: Callable[[AssociationRequest], Any], search: SearchRequest, **options: Any
) -> list[Association]:
    """The rows of all pages."""
    rows: list[Association] = []
    while True:
        found = ask(AssociationRequest(replace(search, limit=40, offset=len(rows)), **options))
        rows += found.rows
        if len(rows) >= found.total:
            return rows


def compared(archive: Archive, query: str, unit: Token, n: int, side: Side) -> None:
    """Collocates of a run, against the scan."""
    store = archive.generation.store
    marks: dict[int, list[tuple[int, int]]] = {}
    for hit in archive.hits(SearchRequest(query)):
        key = store.passage_key(hit.passage_id)
        assert key is not None
        marks[key] = [(start, end) for start, end in hit.spans]
    inside, outside = scanned(archive, marks, unit, n, side)
    rows = every(archive.collocates, SearchRequest(query), unit=unit, window=n, side=side, least=2)
    check(rows, inside, outside, 2)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("query", ["张飞", "哈哈", "曰", "張飛 大败", "善。", "尉迟恭"])
def test_collocates_are_those_of_a_plain_scan(archive: Archive, query: str, unit: Token) -> None:
    for n, side in WINDOWS:
        compared(archive, query, unit, n, side)


@pytest.mark.parametrize("unit", UNITS)
def test_key_words_are_those_of_a_plain_scan(tmp_path: Path, unit: Token) -> None:
    folders = {f"{'甲' if i % 3 else '乙'}/{i}.txt": f"{text}\n" for i, text in enumerate(TEXTS)}
    engine = "tantivy" if installed("tantivy") else "whoosh"
    with archive_of(tmp_path, folders, engine) as archive:
        store = archive.generation.store
        parts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        for batch in store.scan():
            for key, text in batch:
                document = store.documents([key >> 24])[key >> 24]
                normal = archive.analyzer.normal_text(text)
                parts[document.collection == "甲"].update(t for t, _, _ in tokens(archive, normal, unit))
        first = SearchRequest("", collections=("甲",))
        for other in (None, against([("collection", "乙")])):
            rows = every(archive.keyness, first, unit=unit, least=1, against=other)
            check(rows, parts[True], parts[False], 1)
        second = SearchRequest("", collections=("乙",))
        swapped = every(archive.keyness, second, unit=unit, least=1, against=first)
        check(swapped, parts[False], parts[True], 1)
        both = archive.keyness(AssociationRequest(first, against=against([("query", "张飞")])))
        assert both.common == archive.search(SearchRequest("张飞", collections=("甲",))).total
        filtered = archive.collocates(AssociationRequest(replace(first, query="张飞")))
        assert filtered.outside < archive.collocates(AssociationRequest(SearchRequest("张飞"))).outside


def test_each_leads_to_its_hits(archive: Archive) -> None:
    for unit in UNITS:
        for row in archive.collocates(AssociationRequest(SearchRequest("张飞"), unit)).rows:
            assert archive.search(SearchRequest(row.query)).total, row.query
    row = archive.collocates(AssociationRequest(SearchRequest("张飞 曰"), "word")).rows[0]
    assert archive.search(SearchRequest(row.query)).total, row.query
    for row in archive.keyness(AssociationRequest(SearchRequest("大败"))).rows:
        assert archive.search(SearchRequest(row.query)).total, row.query


def test_what_cannot_be_compared_is_named(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: tuple[dict[str, Any], ...] = (
        {"unit": "letter"},
        {"measure": "size"},
        {"side": "up"},
        {"window": 0},
        {"window": 21},
        {"least": 0},
    )
    for options in wrong:
        with pytest.raises(QueryError):
            archive.collocates(AssociationRequest(SearchRequest("张飞"), **options))
    with pytest.raises(QueryError, match="nothing to compare"):
        archive.keyness(AssociationRequest(SearchRequest("")))
    for pair in (("colour", "red"), ("year", "x")):
        with pytest.raises(QueryError):
            against([pair])
    monkeypatch.setattr(archive, "_comparisons", None)
    monkeypatch.setitem(vars(archive.analyzer), "vectors", None)
    with pytest.raises(LibraryMissingError, match="numpy"):
        archive.collocates(AssociationRequest(SearchRequest("张飞")))


@pytest.mark.data
@pytest.mark.parametrize("runs", [6, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(3600)])])
def test_collocates_in_classical_texts(data_folder: Path, tmp_path: Path, runs: int) -> None:
    """Random runs of real chapters."""
    with tarfile.open(data_folder / "classical" / "classical.tar.xz") as packed:
        chapters = (packed.extractfile(member) for member in packed if member.isfile())
        read = (chapter.read().decode() for chapter in chapters if chapter)
        texts = {f"{number}.txt": next(read) for number in range(8)}
    chosen = random.Random(16)
    with archive_of(tmp_path, texts, "tantivy" if installed("tantivy") else "whoosh") as archive:
        long = [text for batch in archive.generation.store.scan() for _, text in batch if len(text) > 20]
        for number in range(runs):
            text = chosen.choice(long)
            at, length = chosen.randrange(len(text) - 4), chosen.randrange(1, 4)
            compared(archive, f'"{text[at : at + length]}"', UNITS[number % 3], *WINDOWS[number % 4])
