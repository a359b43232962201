"""What was typed comes first, and scraps of pasted prose find nothing by themselves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive
from index.requests import SearchRequest

TEXTS = (
    "一九四九年一九四九年，一九四九年。",
    "他在1949年写下这本书，后来又改了三次。",
    "人口4488人。",
    "他说的话。",
    "我与你。",
    "唐音的传播与日本。",
    "「唐音」的「唐」與朝代無關。",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    record = {"id": "a", "title": "甲", "sections": [{"paragraphs": list(TEXTS)}]}
    with archive_of(tmp_path_factory.mktemp("literal"), {"a.jsonl": json_lines([record])}) as opened:
        yield opened


def test_another_form_of_a_number_comes_behind_the_form_that_was_typed(archive: Archive) -> None:
    # It scored higher here, and stood first: a literal match is worth more than any score.
    hits = everything(archive, "1949年")
    assert [(hit.tier, hit.text) for hit in hits] == [("exact", TEXTS[1]), ("all", TEXTS[0])]
    assert [hit.text[a:b] for hit in hits for a, b in hit.spans] == ["1949年", *["一九四九年"] * 3]


def test_a_number_that_jieba_cuts_in_two_is_found_in_its_other_form(archive: Archive) -> None:
    assert [hit.text for hit in everything(archive, "四千四百八十八人")] == [TEXTS[2]]


def test_an_excluded_number_is_excluded_in_every_form(archive: Archive) -> None:
    found = {hit.text for hit in everything(archive, "(他 OR 一九四九年) -1949年")}
    assert found == {text for text in TEXTS if "他" in text and "1949" not in text}


def test_single_characters_between_quotes_of_pasted_prose_do_not_match_alone(archive: Archive) -> None:
    # 的 and 与 stand nearly everywhere: pasted prose found nearly every passage, with 的 marked in it.
    result = archive.search(SearchRequest("「唐音」的「唐」与宋", match="any"))
    assert {hit.text for hit in result.hits} == {TEXTS[5], TEXTS[6]}
    assert {hit.text[a:b] for hit in result.hits for a, b in hit.spans} == {"唐音"}


def test_single_characters_with_spaces_between_them_do(archive: Archive) -> None:
    result = archive.search(SearchRequest("的 与", match="any"))
    assert result.total == 4


def test_what_shares_a_number_in_another_form_is_further_down(archive: Archive) -> None:
    # 一九四九年 shared no character with 1949年: any found less than all did.
    for query in ("一九四九年", "1949年"):
        found = {hit.text for hit in everything(archive, query, match="any")}
        assert found == {TEXTS[0], TEXTS[1]}


def test_a_decimal_number_is_not_its_digits_behind_the_point(archive: Archive) -> None:
    # 3.14 found whatever has a 14.
    assert archive.search(SearchRequest("3.4488")).understood == "3.4488"
    assert archive.search(SearchRequest("3.4488", match="all")).total == 0


def test_a_date_is_cut_before_its_numbers(archive: Archive) -> None:
    # It was cut as 2012 and 年3月.
    assert archive.search(SearchRequest("2012年3月")).understood == "2012年 · 3月"
    assert archive.search(SearchRequest("第3次")).understood == "第3次"
