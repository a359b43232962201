"""What is pasted is looked for as it is first: its marks are text before they are operators."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_support import archive_of

from index.archive import Archive
from index.requests import SearchRequest
from index.results import SearchResult

TEXTS = [
    "你来了吗?我等了很久。",
    "你来了吗，我等了很久。",
    "我们用A*算法找路，见f(x)=x*y。",
    "A与B算法，面积是5*3。比分5:3。",
    "见http://example.org/list?id=12&p=3一页。",
    "依第（一）款办理，一(1)班。",
    "第三条说明。二班一人，1号。",
    "第①项。",
    "标题：关于开会的通知",
    "日期：2003年5月1日",
    "用C#写程序，不用F#。",
    "气温30℃，C语言。",
    "用c++写，用 .NET 写。",
    "用NET写。",
    "关注#春耕#话题，@张三 来。",
    "春耕话题，张三来。",
    "AT&T公司的R&D，look at t, r d。",
    "look at t, r d。",
    "温度-5℃。",
    "温度15℃，5℃。",
    "成绩是B- 的。",
    "成绩是B。",
    "派。所",
    "派出所，派?所",
    "派入所",
    "rm -rf 删了",
    "他还活着。",
    "他爱《活着》。",
    "日期：另行通知",
    "DO NOT ENTER",
    "《诗》云。",
    "写诗。",
    "〔注〕见后，附【甲】。",
    "注意甲。",
    "夜里-5度到-10度。",
    "It is a hyphenation mark.",
    "A well-known one.",
]


def found(archive: Archive, query: str) -> list[tuple[str, str]]:
    """The tier and text of each hit."""
    return [(hit.tier, hit.text) for hit in answer(archive, query).hits]


def answer(archive: Archive, query: str) -> SearchResult:
    return archive.search(SearchRequest(query, counts=True))


def codes(result: SearchResult) -> list[str]:
    return [problem.code for problem in result.problems]


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("你来了吗?我等了很久", TEXTS[0]),
        ("A*算法", TEXTS[2]),
        ("f(x)=x*y", TEXTS[2]),
        ("5*3", TEXTS[3]),
        ("http://example.org/list?id=12&p=3", TEXTS[4]),
        ("?id=12&p=3", TEXTS[4]),
        ("标题：关于开会的通知", TEXTS[8]),
        ("日期：2003年5月1日", TEXTS[9]),
    ],
)
def test_what_could_be_a_pattern_or_a_field_is_text_first_and_that_is_said(
    archive: Archive, query: str, text: str
) -> None:
    result = answer(archive, query)
    first, *others = [(hit.tier, hit.text) for hit in result.hits]
    assert first == ("exact", text)
    assert all(tier == "all" for tier, _ in others)
    assert "pasted" in codes(result)


def test_the_pattern_is_the_next_tier(archive: Archive) -> None:
    assert found(archive, "派?所") == [("exact", TEXTS[23]), ("all", TEXTS[24])]
    assert found(archive, "A*算法") == [("exact", TEXTS[2]), ("all", TEXTS[3])]


def test_a_pattern_that_nobody_pasted_is_a_pattern_only(archive: Archive) -> None:
    result = answer(archive, "派[出|入]所")
    assert {hit.text for hit in result.hits} == {TEXTS[23], TEXTS[24]}
    assert not result.problems


@pytest.mark.parametrize("query", ["第(一)款", "第（一）款", "一(1)班", "(一)款办理"])
def test_a_parenthesis_within_a_run_is_text(archive: Archive, query: str) -> None:
    """第 and 一 and 款 were wanted each by itself, and every lone 第 was marked."""
    result = answer(archive, query)
    assert [(hit.tier, hit.text) for hit in result.hits] == [("exact", TEXTS[5])]
    assert result.occurrences == 1
    assert not result.problems


def test_a_group_with_an_operator_groups_beside_a_word_too(archive: Archive) -> None:
    assert {text for _, text in found(archive, "(派出 OR 派入)所")} == {TEXTS[23], TEXTS[24]}


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("C#", [TEXTS[10]]),
        ("Ｆ＃", [TEXTS[10]]),
        ("C++", [TEXTS[12]]),
        (".NET", [TEXTS[12]]),
        ("“.NET”", [TEXTS[12]]),
        ("#春耕#", [TEXTS[14]]),
        ("#春耕", [TEXTS[14]]),
        ("@张三", [TEXTS[14]]),
        ("AT&T", [TEXTS[16]]),
        ("R&D", [TEXTS[16]]),
        ("B-", [TEXTS[20]]),
        ("“-5℃”", [TEXTS[18]]),
        ("5℃", [TEXTS[18], TEXTS[19]]),
    ],
)
def test_a_mark_that_belongs_to_a_name_or_a_number_is_a_part_of_it(
    archive: Archive, query: str, texts: list[str]
) -> None:
    """``C#`` found every C."""
    assert sorted(text for _, text in found(archive, query)) == sorted(texts)


@pytest.mark.parametrize(("query", "quotes"), [("-5℃", "“-5℃”"), ("温度 -5℃", "“-5℃”"), ("-派出", "“-派出”")])
def test_a_dash_that_may_not_be_meant_says_what_it_excludes(
    archive: Archive, query: str, quotes: str
) -> None:
    (problem,) = answer(archive, query).problems
    assert problem.code == "excluded"
    assert quotes in problem.message
    assert query[problem.start : problem.end] == quotes[1:-1]


def test_an_exclusion_is_not_said_where_it_is_meant(archive: Archive) -> None:
    assert not answer(archive, "派 -派出").problems
    assert not answer(archive, "派 NOT 派出").problems


def test_a_date_that_is_none_is_text_where_nothing_else_is_asked_for(archive: Archive) -> None:
    assert found(archive, "日期：另行通知") == [("exact", "日期：另行通知")]
    assert codes(answer(archive, "日期：另行通知")) == ["date_unknown"]


def test_a_not_in_capitals_may_be_pasted_too(archive: Archive) -> None:
    assert found(archive, "DO NOT ENTER") == [("exact", "DO NOT ENTER")]


def test_a_question_about_a_name_with_a_sign_finds_it(archive: Archive) -> None:
    assert {text for _, text in found(archive, "怎样学会C#语法?")} == {TEXTS[10]}


def test_a_title_with_its_marks_comes_first(archive: Archive) -> None:
    result = answer(archive, "《活着》")
    assert [(hit.tier, hit.text) for hit in result.hits] == [
        ("exact", "他爱《活着》。"),
        ("all", "他还活着。"),
    ]
    assert not result.problems


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("《诗》", "《诗》云。"),
        ("〔注〕", "〔注〕见后，附【甲】。"),
        ("【甲】", "〔注〕见后，附【甲】。"),
        ("（1）", "依第（一）款办理，一(1)班。"),
    ],
)
def test_one_character_with_its_marks_comes_first(archive: Archive, query: str, text: str) -> None:
    """（一） found each 一, and 《诗》 each 诗, as they came."""
    tiers = found(archive, query)
    assert tiers[0] == ("exact", text)
    assert len(tiers) > 1
    assert {tier for tier, _ in tiers[1:]} == {"all"}


def test_a_dash_within_what_was_pasted_is_said(archive: Archive) -> None:
    (problem,) = answer(archive, "rm -rf").problems
    assert "“-rf”" in problem.message
    assert not answer(archive, "look -rf").problems


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_byline_is_not_a_document_beside_those_that_its_author_wrote(tmp_path: Path, engine: str) -> None:
    page = "{0}\n作者：王某\n\n　　第一段正文，写了很多事情。\n\n　　第二段正文，也写了很多事情。\n"
    sources = {f"{name}.txt": page.format(name) for name in ("春天的田野", "秋天的田野")}
    sources["须知.txt"] = "投稿须知\n\n　　请在文末写明作者：王某这样的署名，不要写在别处。\n"
    with archive_of(tmp_path, sources, engine=engine) as archive:
        result = answer(archive, "作者：王某")
        assert [(hit.tier, hit.document.title) for hit in result.hits] == [
            ("exact", "投稿须知"),
            ("all", "春天的田野"),
            ("all", "秋天的田野"),
        ]
        assert codes(result) == ["pasted"]


@pytest.mark.parametrize("query", ["①", "第①项"])
def test_a_circled_number_comes_before_what_it_folds_to(archive: Archive, query: str) -> None:
    first, *others = found(archive, query)
    assert first == ("exact", TEXTS[7])
    assert {tier for tier, _ in others} <= {"all"}


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("-5度到-10度", TEXTS[34]),
        ("－5度到－10度", TEXTS[34]),
        ("夜里 -5度到-10度", TEXTS[34]),
        ("hyphen-\nation", TEXTS[35]),
        ("a hyphen-\r\nation mark", TEXTS[35]),
        ("hyphen- ation mark", TEXTS[35]),
        ("well-\nknown", TEXTS[36]),
    ],
)
def test_a_dash_within_what_is_pasted_excludes_nothing_and_may_be_a_hyphen(
    archive: Archive, query: str, text: str
) -> None:
    result = answer(archive, query)
    assert ([hit.text for hit in result.hits], result.relaxed, codes(result)) == ([text], False, [])
