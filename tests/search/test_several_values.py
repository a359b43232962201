"""Fields with several values between commas, as a reader types or pastes them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive
from index.requests import SearchRequest

RECORDS = json_lines(
    [
        {"id": "a", "title": "春耕", "author": "编者甲", "date": "2003-05-01", "source": "县报",
         "text": "麦子返青。"},
        {"id": "b", "title": "秋收", "author": "编者乙", "date": "2004-09-01", "source": "市报",
         "text": "玉米归仓。"},
        {"id": "c", "title": "开会，总结", "author": "编者甲、编者丙", "date": "2005", "text": "春耕的会议。",
         "source": "县报，周末版"},
    ]
)  # fmt: skip


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("values"), {"a.jsonl": RECORDS}, request.param) as opened:
        yield opened


@pytest.mark.parametrize(
    ("query", "ids", "read"),
    [
        ("来源：县报，市报", "abc", "source:县报 | source:市报"),
        ("来源:市报、省报", "b", "(source:市报) 省报"),
        ("作者：编者乙、编者丙", "bc", "author:编者乙 | author:编者丙"),
        ("author:编者乙,编者丙", "bc", "author:编者乙 | author:编者丙"),
        ("标题：秋收；开会", "bc", "title:秋收 | title:开会"),
        ("作者：编者甲，春耕", "ac", "(author:编者甲) 春耕"),
        ("日期：2003，2004", "ab", "date:2003 | date:2004"),
        ("日期：2003、麦子", "a", "(date:2003) 麦子"),
        ("玉米 来源：县报，市报", "b", "source:县报 | source:市报"),
        ("麦子 -来源：市报，省报", "a", "(source:市报) 省报"),
    ],
)
def test_values_between_commas_are_alternatives_and_other_parts_are_words(
    archive: Archive, query: str, ids: str, read: str
) -> None:
    """来源：县报，市报 was looked for as one run: it found nothing, and nothing said why."""
    found = archive.search(SearchRequest(query))
    said = [problem for problem in found.problems if problem.code == "several_values"]
    assert [problem.values for problem in said] == [(read,)]
    if "省报" not in query:
        assert {hit.document.id for hit in everything(archive, query)} == set(ids)


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("标题：开会，总结", "c"),
        ("来源：县报，周末版", "c"),
        ("作者：编者甲，编者丙", "c"),
        ("日期：2003年5月1日，星期四", "a"),
        ("日期：2003年5月1日（星期四）", "a"),
    ],
)
def test_a_value_that_a_document_has_is_one_value(archive: Archive, query: str, ids: str) -> None:
    found = archive.search(SearchRequest(query))
    assert not found.problems
    assert {hit.document.id for hit in found.hits} == set(ids)


@pytest.mark.parametrize(
    ("query", "offered"),
    [
        ("作者：麦子，返青", ("麦子 返青",)),
        ("玉米 标题：归仓", ("玉米 归仓",)),
        ("作者：编者丁，编者戊", ()),
    ],
)
def test_values_that_nothing_has_are_named_and_offered_as_text(
    archive: Archive, query: str, offered: tuple[str, ...]
) -> None:
    """It said that nothing was found, and no more."""
    result = archive.search(SearchRequest(query, match="all"))
    assert (result.total, result.did_you_mean) == (0, offered)
    (problem,) = result.problems
    assert problem.code == "field_nowhere"
    assert query[problem.start : problem.end] == query.split()[-1]


def test_a_function_word_is_named_without_the_marks_beside_it(archive: Archive) -> None:
    (problem,) = archive.search(SearchRequest("《的》 麦子")).problems
    assert (problem.code, problem.values, problem.start) == ("function_word", ("的",), 1)
