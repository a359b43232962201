"""A plain text file becomes one document, named by its place."""

from __future__ import annotations

import pytest

from archive.page import structure
from archive.readers.plain import document_of

BODY = "培训期间，学员们早上六点半起床，晚上十点就寝，每天的课程都排得很满。"


def test_the_text_s_own_title_author_and_date_are_the_document_s() -> None:
    page = f"培训班侧记\n\n2013年4月1日 来源：周口日报\n\n郝发顺 文/图\n\n{BODY}\n"
    document = document_of(structure(page), "周口/侧记.txt", encoding="gb18030")
    assert (document.title, document.title_is_derived) == ("培训班侧记", False)
    assert (document.author, document.date) == ("郝发顺", "2013-04-01")
    assert (document.id, document.path, document.collection) == ("周口/侧记.txt", "周口/侧记.txt", "周口")
    assert document.encoding == "gb18030"


@pytest.mark.parametrize(
    ("path", "title", "collection"),
    [
        ("侧记.txt", "侧记", None),
        ("周口/2013/侧记.v2.txt", "侧记.v2", "周口/2013"),
        ("孙子兵法/九变篇/text.txt", "九变篇", "孙子兵法/九变篇"),
        ("九变篇/正文.txt", "九变篇", "九变篇"),
        ("text.txt", "text", None),
        (".txt", ".txt", None),
    ],
)
def test_a_text_without_a_title_is_named_by_its_file_or_folder(
    path: str, title: str, collection: str | None
) -> None:
    document = document_of(structure(BODY), path, encoding="utf-8")
    assert (document.title, document.title_is_derived, document.collection) == (title, True, collection)


def test_an_empty_text_is_a_document_without_pieces() -> None:
    document = document_of(structure("\n"), "空.txt", encoding="utf-8")
    assert (document.title, document.pieces, len(document.sections)) == ("空", (), 1)
