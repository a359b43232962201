"""A structure that was read as a document: one file or member, one document."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final

from archive.described import date_of
from archive.fields import details
from archive.model import Document, Kind
from archive.page import Structure
from archive.page.rules import GIVEN_MARKUP
from archive.readers.extract import Extract

_GENERIC = (
    "text index content contents main body document doc file untitled readme "
    "正文 内容 內容 全文 原文 文本 无标题 無標題 新建文本文档"
)
GENERIC_STEMS: Final = frozenset(_GENERIC.split())
"""Names that say nothing of a text: its folder's name is a better title."""

_DATE: Final = re.compile("[0-9]{4}(?:-[0-9]{2}){0,2}(?![0-9])")
_NO_LANGUAGE: Final = re.compile("(?:c|posix|und|zxx|none|x)(?:[-_.].*)?", re.IGNORECASE)
"""What programs write as the language where they know none: C, POSIX, und, x-none."""

_PLAIN: Final = Extract(())


def document_of(
    read: Structure, path: str, *, encoding: str = "utf-8", extract: Extract = _PLAIN
) -> Document:
    """The document of a structure; of an ``extract`` its metadata say what the page does not.

    Its title is the text's own, else the file's name without its suffix, or the folder's name where that is
    generic (``text.txt``, ``正文.txt``). Its collection is the folder, or None at the top.
    """
    said = {"source": read.source or ""} | extract.metadata
    if _NO_LANGUAGE.fullmatch(said.get("language", "").strip()):
        del said["language"]
    name = member_path(path, extract.member)
    file = PurePosixPath(name)
    generic = file.stem.lower() in GENERIC_STEMS
    folder = PurePosixPath(name if extract.member[:1] != "#" else path).parent
    given = any(piece.kind is Kind.TITLE and piece.rule == GIVEN_MARKUP for piece in read.pieces)
    title = read.title if given else said.get("title", "").strip() or read.title
    date = said.get("date", "").strip()
    iso = found[0] if (found := date_of(date) or _DATE.match(date)) else None
    return Document(
        id=name,
        path=path,
        title=title or (file.parent.name if generic else "") or file.stem or name,
        sections=read.sections,
        pieces=read.pieces,
        author=read.author or said.get("author") or None,
        date=read.date or iso,
        collection=None if folder == PurePosixPath(".") else str(folder),
        encoding=encoding,
        title_is_derived=title is None,
        details=details(said),
        date_written=date if date and date != (read.date or iso) else None,
    )


def member_path(path: str, member: str) -> str:
    """The id of a document of a file that holds several: a.zip/b.txt; of a row a.csv#12."""
    return f"{path}{'' if not member or member[0] == '#' else '/'}{member}"
