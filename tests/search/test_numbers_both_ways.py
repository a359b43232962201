"""A number is found in every form, whichever was typed, and never inside another number or a word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive

FORMS = (
    ("十个", "10个"),
    ("3个", "三个"),
    ("两户", "2户", "二户"),
    ("第105条", "第一百零五条", "第一百〇五条"),
    ("一万元", "1万元", "10000元", "10,000元", "１０，０００元", "壹万元"),
    ("1.5亿元", "一亿五千万元", "150,000,000元", "1亿5000万元"),
    ("2012年", "二〇一二年", "二0一二年", "二O一二年", "二◯一二年", "二○一二年", "二零一二年"),
    ("二〇二〇年", "二O二O年", "2020年"),
    ("两百户", "二百户", "200户", "贰佰户"),
    ("百万雄师", "100万雄师", "一百万雄师"),
    ("廿六日", "26日", "二十六日"),
    ("卅年", "三十年", "30年"),
    ("卌载", "四十载", "40载"),
    ("二〇一二年十月一日", "2012年10月1日", "二零一二年10月1日"),
    (
        "2001年3月4日",
        "2001年03月04日",
        "二〇〇一年三月四日",
        "２００１年3月04日",
        "2001-03-04",
        "2001.3.4",
        "2001/3/4",
    ),
    ("书号9787101003048", "书号978-7-101-00304-8", "书号978 7 101 00304 8", "书号978-7101003048"),
    ("书号7101003044", "书号7-101-00304-4"),
    ("电话03948221234", "电话0394-8221234", "电话（0394）8221234", "电话(0394) 8221234", "电话0394—8221234"),
    ("手机13800001234", "手机138-0000-1234", "手机138 0000 1234"),
    ("二〇一年", "二○一年", "二O一年", "二Ο一年", "二О一年"),
    ("一亿户", "1亿户", "一萬萬户", "100000000户", "１亿户"),
    ("四万万同胞", "4亿同胞", "四亿同胞", "400,000,000同胞"),
    ("增5%", "增百分之五", "增5％", "增百分之5"),
    ("增3.5%", "增百分之三点五", "增百分之３．５", "增百分之三點五"),
    ("增100%", "增百分之百", "增百分之一百", "增百分之100"),
    ("约0.8‰", "约千分之零点八", "约千分之〇点八", "约千分之0.8"),
    ("占四分之三", "占3/4", "占4分之3", "占３／４"),
    ("占十六分之十五", "占15/16"),
    ("50%以上", "百分之五十以上"),
    ("三小时", "3小时", "三小時"),
    ("五公里", "5公里"),
    ("八世纪", "8世纪", "８世纪"),
    ("第七回", "第7回"),
    ("九点钟", "9点钟"),
    ("晚八点", "晚8点", "晚八點"),
    ("六点五十分", "6点50分"),
    ("七分钟", "7分钟"),
    ("二等奖", "2等奖"),
    ("六年级四班", "6年级4班"),
    ("民国三十八年", "民国卅八年", "民国38年"),
)
FRIENDS = (
    "八点二，八点二五，六点五级，一点也不，有一点。",
    "2001年3-4月，2001.3.45，12001-3-4，2001-3-4-5，1949-1956-1，138-00001-234，97871010030489，03948-221234。",
    "统一思想，一起走，十分好，三国时，唯一的。",
    "共2010人，第101条，1,500里，一千五百里，3.5个，三十个，几十个，数十天。",
    "二十户，千万要来，万一不来。",
    "十五公里，二十小时，晚七点半，八分为满，1.5小时，五公子，四世同堂。",
    "2001/3/4开工，见5/6月号，比分3:4，24/7，三点四，第3、4节，1998/99赛季，占2003/04，3/4/5级。",
    "百分之五十，百分之五点二，占十四分之三，5.5%，百分之十五，万万不可。",
)


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    pytest.importorskip(request.param)
    texts = [f"甲{form}乙。" for forms in FORMS for form in forms] + list(FRIENDS)
    sources = {
        "a.jsonl": json_lines([{"id": str(i), "title": "题", "text": text} for i, text in enumerate(texts)])
    }
    with archive_of(tmp_path_factory.mktemp("numbers"), sources, request.param) as opened:
        yield opened


def marked(archive: Archive, query: str) -> list[str]:
    return sorted(hit.text[a:b] for hit in everything(archive, query) for a, b in hit.spans)


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms[0])
def test_typed_in_any_form_it_is_found_in_every_form(archive: Archive, forms: tuple[str, ...]) -> None:
    folded = archive.analyzer.normal_text
    for typed in forms:
        hits = everything(archive, f"甲{typed}乙")
        assert sorted(hit.text[slice(*span)] for hit in hits for span in hit.spans) == sorted(
            f"甲{f}乙" for f in forms
        )
        assert set(forms) <= set(marked(archive, typed)), typed
        literal = [hit.text for hit in everything(archive, f"“甲{typed}乙”")]
        assert sorted(literal) == sorted(f"甲{form}乙。" for form in forms if folded(form) == folded(typed))


@pytest.mark.parametrize(
    ("query", "friends"),
    [
        ("1起", ("一起",)),
        ("10分", ("十分",)),
        ("3国", ("三国",)),
        ("第10", ("第101", "2010")),
        ("第十", ("第101",)),
        ("500里", ("一千五百里", "五百里")),
        ("五百里", ("500里",)),
        ("五个", ("5个",)),
        ("10个", ("十个",)),
        ("10天", ("十天",)),
        ("10000000", ("千万",)),
        ("10001", ("万一",)),
        ("20户", ("20户",)),
        ("四分之三", ("3/4", "3:4", "3、4", "十四分之三")),
        ("3/4", ("3:4", "3、4")),
        ("六分之五", ("5/6",)),
        ("七分之二十四", ("24/7",)),
        ("5%", ("百分之五", "5%")),
        ("100000000", ("万万",)),
    ],
)
def test_a_number_has_no_false_friends(archive: Archive, query: str, friends: tuple[str, ...]) -> None:
    hits = [hit for hit in everything(archive, query) if hit.text in FRIENDS]
    assert not {hit.text[a:b] for hit in hits for a, b in hit.spans}.intersection(friends)


def test_what_was_typed_is_found_within_a_longer_number_of_han_numerals(archive: Archive) -> None:
    assert marked(archive, "五百里") == ["五百里"]
    assert marked(archive, "1500里") == ["1,500里", "一千五百里"]


def test_numbers_that_are_cut_into_words_are_found_in_other_forms(archive: Archive) -> None:
    assert len(everything(archive, "乙 第105条")) == 3
