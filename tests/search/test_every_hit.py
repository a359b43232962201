"""All that a search finds, hit by hit: what its pages have, in their order, on each engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from search_support import everything, json_lines

from archive.citation import Cited
from archive.store import StoredPassage
from index.archive import Archive
from index.engines.base import Sort
from index.errors import QueryError
from index.requests import SearchRequest
from index.results import DocumentRef, PassageHit
from index.search import answer
from index.search.concordance import lines_of
from index.search.export import BYTE_ORDER_MARK, csv_lines, exported

TEXTS = tuple(f"第{i}所的所长在派出所学习，{'派出所所长' * (i % 3)}。" for i in range(40))
TEXTS += tuple(f"所长在第{i}个派出所。" for i in range(20))


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several lists of several shares, as an archive of millions of passages has them."""
    monkeypatch.setattr(answer, "SHARE", 14)
    monkeypatch.setattr(answer, "WALKED", 5)


def both(archive: Archive, query: str, **options: object) -> tuple[list[PassageHit], list[PassageHit]]:
    request = SearchRequest(query, **options)  # type: ignore[arg-type]
    return list(archive.hits(request)), everything(archive, query, **options)


@pytest.mark.parametrize("sort", ["order", "date", "relevance"])
@pytest.mark.parametrize("query", ["派出所所长", "所长 学习", "?出所", "学习 -派出所所长", "第3号", "尉迟恭"])
def test_all_hits_are_those_of_all_pages_in_their_order(archive: Archive, query: str, sort: Sort) -> None:
    exported, paged = both(archive, query, sort=sort)
    assert exported == paged
    assert len(exported) == archive.search(SearchRequest(query)).total


def test_both_tiers_are_in_it_and_filters_hold(archive: Archive) -> None:
    exported, _ = both(archive, "派出所所长", sort="order")
    assert {hit.tier for hit in exported} == {"exact", "all"}
    chosen, paged = both(archive, "派出所所长", sort="order", documents=("3", "4", "30"))
    assert chosen == paged
    assert {hit.document.id for hit in chosen} == {"3", "4", "30"}


def test_neighbours_are_left_out_where_nobody_reads_them(tmp_path_factory: pytest.TempPathFactory) -> None:
    from search_support import archive_of

    texts = {"a.jsonl": json_lines([{"id": "甲", "title": "信", "text": "山高。\n水长。\n月明。"}])}
    with archive_of(tmp_path_factory.mktemp("neighbours"), texts) as opened:
        (beside,) = opened.hits(SearchRequest("水长"))
        (alone,) = opened.hits(SearchRequest("水长"), neighbours=False)
    assert (beside.before, beside.after) == ("山高。", "月明。")
    assert alone == replace(beside, before="", after="")


def test_an_option_out_of_its_range_is_said_before_the_first_hit(archive: Archive) -> None:
    with pytest.raises(QueryError):
        archive.hits(replace(SearchRequest("所长"), offset=-1))


def test_hits_are_read_some_at_a_time(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not all of them before the first is given."""
    read: list[int] = []
    store = archive.generation.store
    passages = store.passages

    def counted(keys: list[int]) -> list[StoredPassage]:
        read.append(len(keys))
        return passages(keys)

    monkeypatch.setattr(store, "passages", counted)
    hits: Iterator[PassageHit] = archive.hits(SearchRequest("派出所", sort="order"))
    assert read == []
    next(hits)
    assert read == [5]


# --- concordances -------------------------------------------------------------------------------------------


def test_every_place_is_a_row_with_what_stands_before_and_behind_it(archive: Archive) -> None:
    (hit,) = archive.hits(SearchRequest('"派出所所长"', documents=("1",)))
    (place,) = lines_of(hit, context=3)
    assert (place.left, place.hit, place.right) == ("学习，", "派出所所长", "。")
    assert (place.title, place.path, place.passage_id, place.tier) == (
        *("第1号", "texts.jsonl", hit.passage_id),
        "exact",
    )
    rows = [row for hit in archive.hits(SearchRequest('"派出所所长"')) for row in lines_of(hit)]
    counted = archive.search(SearchRequest('"派出所所长"', counts=True))
    assert len(rows) == counted.occurrences == 39


def test_the_whole_left_context_is_given_at_the_beginning_of_a_passage(archive: Archive) -> None:
    (hit,) = archive.hits(SearchRequest('"第1所"'))
    (place,) = lines_of(hit, context=4)
    assert (place.left, place.hit, place.right) == ("", "第1所", "的所长在")


def found(text: str, *spans: tuple[int, int]) -> PassageHit:
    document = DocumentRef("甲", "题", None, None, None, False, "a.txt", None, None, None, None, None)
    return PassageHit(
        *(1, "all", 0.0, "0" * 16, "text", document, ("上", "下"), "编辑", None, None),
        *(text, spans, (), "", ""),
    )


def test_what_was_found_by_its_title_is_a_row_without_a_place() -> None:
    (place,) = lines_of(found("山高水长"), context=2)
    assert (place.left, place.hit, place.right, place.title) == ("", "", "山高", "题")
    assert (place.author, place.section) == ("编辑", "上 › 下")


def test_a_line_end_within_a_place_is_a_blank() -> None:
    (place,) = lines_of(found("山\n高\r\n\u3000水\n长", (0, 7)))
    assert (place.hit, place.right) == ("山 高 水", " 长")


# --- tables -------------------------------------------------------------------------------------------------


def test_a_table_is_read_back_as_it_was_written() -> None:
    rows = [('有"引号"', "有,逗号", None, 3), ("有\n行", "", "—不是减号", -3)]
    text = "".join(csv_lines(("a", "b", "c", "d"), rows))
    assert text.startswith(f"{BYTE_ORDER_MARK}a,b,c,d\r\n")
    assert list(csv.reader(io.StringIO(text[1:], newline=""))) == [
        ["a", "b", "c", "d"],
        ['有"引号"', "有,逗号", "", "3"],
        ["有\n行", "", "—不是减号", "-3"],
    ]


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a", "\t=1", "\r=1", "\n=1"]
)
def test_no_cell_is_a_formula(cell: str) -> None:
    _, line = csv_lines(("a",), [(cell,)])
    assert next(csv.reader(io.StringIO(line, newline=""))) == [f"'{cell}"]


def test_the_header_names_what_a_row_has() -> None:
    cited = Cited("上", ("编辑",), host="题", date="1949")
    header, row = exported([found("山高水长", (0, 2))], "csv", 9, lambda _: cited, "https://a.example")
    names = "left,hit,right,title,author,date,section,path,passage_id,tier,source,edition,page"
    names += ",language,rights,affiliation"
    assert isinstance(row, str)
    assert row.endswith("编辑. 上[Z]//题. 1949.,https://a.example/p/0000000000000000\r\n")
    names += ",folder,citation,link"
    assert header == f"{BYTE_ORDER_MARK}{names}\r\n"
