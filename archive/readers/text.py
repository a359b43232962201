"""The reader of plain text: one file, one document, with the structure of a printed page."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from archive.model import Document, Note
from archive.page import Structure

_GENERIC = (
    "text index content contents main body document doc file untitled readme "
    "正文 内容 內容 全文 原文 文本 无标题 無標題 新建文本文档"
)
GENERIC_STEMS: Final = frozenset(_GENERIC.split())
"""Names that say nothing of a text: its folder's name is a better title."""


def document_of(read: Structure, path: str, *, encoding: str, notes: tuple[Note, ...] = ()) -> Document:
    """The document of a plain text whose structure was read.

    Its title is the text's own, else the file's name without its suffix, or the folder's name where that is
    generic (``text.txt``, ``正文.txt``). Its collection is the folder, or None at the top.

    Args:
        path: the file, relative to the source folder, ``/`` between its parts. It is the document's id.
        encoding: how the file was decoded.
        notes: what the build report has to say of the file.
    """
    folder = PurePosixPath(path).parent
    return Document(
        id=path,
        path=path,
        title=read.title if read.title is not None else title_of_path(path),
        sections=read.sections,
        pieces=read.pieces,
        author=read.author,
        date=read.date,
        collection=None if folder == PurePosixPath(".") else str(folder),
        encoding=encoding,
        details={"source": read.source} if read.source else {},
        title_is_derived=read.title_is_derived,
        notes=notes,
    )


def title_of_path(path: str) -> str:
    """The title that a file's place gives: its name without the suffix, or its folder's where the name is
    generic."""
    file = PurePosixPath(path)
    if file.stem.lower() in GENERIC_STEMS and file.parent.name:
        return file.parent.name
    return file.stem or path
