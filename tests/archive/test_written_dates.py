"""Dates of records, pages and queries are read by one reader."""

from __future__ import annotations

import pytest

from archive.page.datelines import dateline
from archive.text.dates import written_date
from index.query.nodes import DateRange
from index.query.parse import parse

DATES = {
    "民国廿六年": "1937",
    "民國廿六年七月七日": "1937-07-07",
    "二0一二年七月": "2012-07",
    "二O一二年七月": "2012-07",
    "1949.10.1": "1949-10-01",
    "2012年十月": "2012-10",
}


@pytest.mark.parametrize(("text", "iso"), DATES.items())
def test_what_a_record_reads_a_query_reads(text: str, iso: str) -> None:
    assert written_date(text) == iso
    (wanted, asked) = (parse(f"date:{written}").root for written in (iso, text))
    assert isinstance(wanted, DateRange)
    assert isinstance(asked, DateRange)
    assert (wanted.first, wanted.last) == (asked.first, asked.last)


@pytest.mark.parametrize(
    "text", ["1949/50", "1949.10", "光绪三十年", "光绪", "唐", "戊戌", "光绪五十年", "十年", "甲"]
)
def test_what_is_not_one_date_is_none_in_a_record(text: str) -> None:
    assert written_date(text) is None


def test_a_dateline_has_its_numerals_in_any_form() -> None:
    assert dateline("民国廿六年七月七日") == ("1937-07-07", False)
    assert dateline("二O一二年七月１日") == ("2012-07-01", False)
