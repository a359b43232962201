"""Dates as they are typed, to days."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from archive.text import eras as eras_module
from index.query.nodes import DateRange, Or, Term
from index.query.notation import notation
from index.query.parse import parse


def days(text: str) -> list[tuple[int, int]]:
    root = parse(f"date:{text}").root
    nodes = root.children if isinstance(root, Or) else (root,)
    return [(node.first, node.last) for node in nodes if isinstance(node, DateRange)]


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse(f"date:{text}").problems]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("1949", 19490101, 19491231),
        ("１９４９", 19490101, 19491231),
        ("1949年", 19490101, 19491231),
        ("公元1949年", 19490101, 19491231),
        ("一九四九", 19490101, 19491231),
        ("一九四九年十月一日", 19491001, 19491001),
        ("二〇〇八年八月八日", 20080808, 20080808),
        ("1949-10", 19491001, 19491031),
        ("1949-10-01", 19491001, 19491001),
        ("1949-10-1", 19491001, 19491001),
        ("1949/10/01", 19491001, 19491001),
        ("1949.10.1", 19491001, 19491001),
        ("19491001", 19491001, 19491001),
        ("1949年10月", 19491001, 19491031),
        ("1948-02", 19480201, 19480229),
        ("1949..1956", 19490101, 19561231),
        ("1949．．1956", 19490101, 19561231),
        ("1949-1956", 19490101, 19561231),
        ("1949～1956", 19490101, 19561231),
        ("1949年至1956年", 19490101, 19561231),
        ("1949-10..1949-11-05", 19491001, 19491105),
        ("民国二十六年至三十四年", 19370101, 19451231),
        ("民国26年7月至34年8月", 19370701, 19450831),
        ("民国二十六年至1945年", 19370101, 19451231),
        ("民国二十六年至一九四五年", 19370101, 19451231),
        ("光绪元年～三年", 18750101, 18771231),
        ("1998年11月5日至8日", 19981105, 19981108),
        ("1998年11月5日-12月3日", 19981105, 19981203),
        ("1949—56", 19490101, 19561231),
        ("199?", 19900101, 19991231),
        ("19？？", 19000101, 19991231),
        ("1998?", 19980101, 19981231),
        ("..1956", 101, 19561231),
        ("1949..", 19490101, 99991231),
        ("“1949..1956”", 19490101, 19561231),
        ("民國三十八年", 19490101, 19491231),
        ("民国38年", 19490101, 19491231),
        ("中華民國三十八年十月", 19491001, 19491031),
        ("民国元年", 19120101, 19121231),
        ("民国前一年", 19110101, 19111231),
        ("光绪二十四年", 18980101, 18981231),
        ("光緒二十四年", 18980101, 18981231),
        ("清光绪二十四年八月", 18980101, 18981231),
        ("清朝乾隆十年", 17450101, 17451231),
        ("康熙六十一年", 17220101, 17221231),
        ("萬曆十五年", 15870101, 15871231),
        ("明天启三年", 16230101, 16231231),
        ("天啓三年", 16230101, 16231231),
        ("至正元年", 13410101, 13411231),
        ("庆历四年", 10440101, 10441231),
        ("貞觀元年", 6270101, 6271231),
        ("建安十三年", 2080101, 2081231),
        ("光绪元年..宣统三年", 18750101, 19111231),
        ("宣统三年..民国元年", 19110101, 19121231),
        ("光绪", 18750101, 19081231),
        ("清光緒年間", 18750101, 19081231),
        ("贞观年间", 6270101, 6491231),
        ("道光..光绪", 18210101, 19081231),
        ("道光年间至光绪年间", 18210101, 19081231),
        ("民国", 19120101, 19491231),
        ("民国前", 10101, 19111231),
        ("光绪戊戌", 18980101, 18981231),
        ("光緒戊戌年", 18980101, 18981231),
        ("清乾隆己丑", 17690101, 17691231),
        ("民国戊子年", 19480101, 19481231),
        ("民国廿六年", 19370101, 19371231),
        ("民国廿六年七月七日", 19370707, 19370707),
        ("民国卅八年", 19490101, 19491231),
        ("二0一二年七月", 20120701, 20120731),
        ("二O一二年七月", 20120701, 20120731),
        ("二◯一二", 20120101, 20121231),
        ("光绪三十年", 19040101, 19041231),
        ("光绪卅年腊月初八", 19040101, 19041231),
        ("民国三十年闰六月", 19410101, 19411231),
        ("唐", 6180101, 9071231),
        ("唐代", 6180101, 9071231),
        ("清朝", 16440101, 19111231),
        ("唐..宋", 6180101, 12791231),
        ("唐代至宋代", 6180101, 12791231),
        ("清乾隆", 17360101, 17951231),
        ("南宋時期", 11270101, 12791231),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, first: int, last: int) -> None:
    assert days(text) == [(first, last)]
    assert codes(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "1949-13",
        "1949-02-30",
        "..",
        "1949..1950..1951",
        "0",
        "贞观之治",
        "元年",
        "-1949",
        "今年",
        "民国0年",
        "民国9000年",
        "光绪零年",
        "1949.10-12",
    ],
)
def test_what_is_no_date_is_left_out_and_said(text: str) -> None:
    assert days(text) == []
    assert codes(text) == ["date_unknown"]
    prefix = f"date:{text} "
    assert parse(f"{prefix}甲").root == Term("甲", len(prefix), len(prefix) + 1)


def test_a_year_that_a_reign_did_not_have_is_said() -> None:
    assert days("光绪五十年") == []
    assert parse("date:光绪五十年").problems[0].said("zh") == "光绪 只有 34 年，已忽略。"


def test_a_year_of_the_cycle_is_known_with_its_reign_only() -> None:
    for text in ("戊戌", "戊戌年"):
        assert (days(text), codes(text)) == ([], ["date_cycle"])
    (problem,) = parse("date:戊戌年").problems
    assert "光绪戊戌" in problem.message
    assert "光绪戊戌" in problem.said("zh")
    assert (days("光绪甲子"), codes("光绪甲子")) == ([], ["era_cycle_missing"])
    assert (days("甲丑年"), codes("甲丑年")) == ([], ["date_unknown"])
    assert days("康熙壬寅") == [(16620101, 16621231), (17220101, 17221231)]


def test_a_name_of_several_eras_means_all_of_them_unless_a_dynasty_is_named() -> None:
    assert days("至元二年") == [(12650101, 12651231), (13360101, 13361231)]
    assert codes("至元二年") == ["era_ambiguous"]
    assert days("至元三十年") == [(12930101, 12931231)]
    assert days("上元二年") == [(6750101, 6751231), (7610101, 7611231)]
    assert days("东汉建武二年") == [(260101, 261231)]
    assert codes("東漢建武二年") == []
    assert days("贞元二年") == [(7860101, 7861231), (11540101, 11541231)]
    assert days("至元") == [(12640101, 12941231), (13350101, 13401231)]
    assert codes("至元年间") == ["era_ambiguous"]
    assert days("金贞元二年") == [(11540101, 11541231)]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("光绪", "1875..1908"),
        ("1949..1956", "1949..1956"),
        ("..1956", "..1956"),
        ("1949..", "1949.."),
        ("1949-10..1956", "1949-10-01..1956"),
        ("1949-01-02..1956-12-30", "1949-01-02..1956-12-30"),
    ],
)
def test_whole_years_are_given_back_as_years(text: str, written: str) -> None:
    assert notation(parse(f"date:{text}")) == f"date:{written}"


def test_a_range_that_ends_before_it_begins_is_turned_round_and_said() -> None:
    assert days("1956..1949") == [(19490101, 19561231)]
    assert codes("1956..1949") == ["date_reversed"]


def test_dates_can_be_alternatives_in_parentheses() -> None:
    assert days("(1949 OR 民国四十五年)") == [(19490101, 19491231), (19560101, 19561231)]
    assert codes("(1949 OR 派?所)") == ["date_unknown"]


def test_the_place_of_a_problem_is_that_of_the_date() -> None:
    (problem,) = parse("甲 日期：「今年」").problems
    assert (problem.start, problem.end) == (6, 8)


def test_in_the_table_each_dynasty_counts_its_years_without_a_gap_or_a_step_back() -> None:
    """A slip in a year of the table would show as a gap between one name and the next."""
    lines = Path(eras_module.__file__).with_name("eras.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    eras = [(row[0].split(",")[0], row[1], int(row[2]), int(row[3])) for row in rows]
    assert len(eras) == 302
    assert len({(dynasty, first, last, name) for dynasty, name, first, last in eras}) == len(eras)
    for (dynasty, _, first, last), (next_dynasty, name, begins, _) in pairwise(eras):
        assert first <= last
        if dynasty == next_dynasty:
            assert begins - 1 <= last <= begins + 1, name
