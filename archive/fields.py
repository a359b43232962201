"""The fields of a document, for readers, tables of metadata, the text store, queries and pages.

And what parts the cells of such a table, where that is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct


class FieldNames(Struct, frozen=True):
    """What a field is called.

    Attributes:
        query: its Chinese names in a query, beside its own.
        columns: further names of it in tables and front matter.
    """

    query: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


FIELDS: Final[dict[str, FieldNames]] = {
    "title": FieldNames(("标题", "標題"), ("题名", "題名", "篇名", "题目", "題目")),
    "author": FieldNames(("作者",), ("著者", "记者", "記者")),
    "affiliation": FieldNames((), ("单位", "單位", "作者单位", "作者單位")),
    "date": FieldNames(("日期",), ("时间", "時間", "出版日期")),
    "source": FieldNames(("来源", "來源"), ("出处", "出處", "报刊", "報刊", "书名", "書名")),
    "edition": FieldNames(("版本",), ("版别", "版別")),
    "page": FieldNames(("版面",), ("页", "頁", "页码", "頁碼", "版次")),
    "language": FieldNames(("语言", "語言"), ("语种", "語種")),
    "rights": FieldNames(("权利", "權利"), ("版权", "版權")),
    "type": FieldNames((), ("类型", "類型", "文献类型", "文獻類型")),
    "place": FieldNames((), ("出版地",)),
    "publisher": FieldNames((), ("出版社", "出版者")),
    "url": FieldNames((), ("网址", "網址")),
    "collection": FieldNames((), ("目录", "目錄", "文集")),
}

NAMES: Final = {
    name.casefold(): field for field, one in FIELDS.items() for name in (field, *one.query, *one.columns)
}
"""The field by each of its names as a column, or as a key of front matter, in lower case."""

ASKED: Final = ("source", "edition", "page", "language", "rights")
"""Those that a query can name; an affiliation is found with its author."""

PRINTED: Final = ("type", "place", "publisher", "url")
"""Those that only a citation needs (``archive.citation``); ``type`` is a letter of GB/T 7714: M, N, J …"""

DETAILS: Final = ("affiliation", *ASKED, *PRINTED)
"""The fields that a document keeps in ``Document.details``, beside the owner's own."""

CORRECTED: Final = ("title", "author", "affiliation", "date", *ASKED)
"""Those that the owner corrects in a form, beside the owner's own."""

COUNTED: Final = ("source", "edition", "language", "rights")
"""Those that are filters and facets too: in an address ``page`` would be taken for a page of the results."""

LONGEST: Final = 20
"""Characters of the name of a field of the owner's own."""


def may_be_own(name: str) -> bool:
    """Whether a user-defined field may have this name: letters and digits, not the name of another."""
    return name.isidentifier() and len(name) <= LONGEST and name.casefold() not in NAMES | _TAKEN


_TAKEN: Final = dict.fromkeys(
    ("id", "path", "text", "sections", "section", "小标题", "小標題", "year", "month", "day")
)


def one_line_of_authors(text: str) -> str:
    """Several authors as a document has them: a table parts them by semicolons."""
    return _SEMICOLON.sub("、", text)


_SEMICOLON: Final = re.compile(r"\s*[;；]\s*")


def own_fields(names: Iterable[str]) -> list[str]:
    """Those of the names that are fields of the owner's own, in the order of their names."""
    return sorted(set(names) - FIELDS.keys())


def details(said: Mapping[str, str | None]) -> dict[str, str]:
    """What of the values a document keeps in ``Document.details``, in that order."""
    names = (*DETAILS, *own_fields(said))
    return {name: value for name in names if (value := (said.get(name) or "").strip())}


def mark_of(head: Sequence[str]) -> str:
    """The mark between the cells of a table of text: with it most of its first rows have as many cells as the
    first one, and more than one.
    """
    import csv  # a search knows the fields, and reads no table

    def fitness(mark: str) -> tuple[int, int]:
        rows = list(csv.reader(head, delimiter=mark))
        columns = len(rows[0]) if rows else 0
        return (sum(len(one) == columns for one in rows) if columns > 1 else 0), columns

    return max(",;\t|，", key=fitness)
