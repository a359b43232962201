"""Plain text files: one document, in parts where the file is long; and what a document is made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from msgspec.structs import replace

from archive.damage import damage_note, encoding_notes
from archive.described import date_of
from archive.fields import details
from archive.messages import note
from archive.model import Document, DocumentPart, Kind, Note, Section
from archive.page import Structure, rules, structure
from archive.page.given import BREAK, lines_meant, of_owner
from archive.page.inspect import rows
from archive.page.long import PART, parts, structured
from archive.page.state import Stretch
from archive.readers.extract import Extract
from archive.readers.files import HashedFile, TextFile

LONG = 16_000_000
"""Bytes of the longest file that is held as a whole: some 150 MB of memory while it is read."""

_END: Final = 1 << 16
"""Bytes at the end of a long file in which its author and its date are looked for, if the head has none."""

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


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The one document of a text file, in parts if it is long, and notes on it."""
    text = TextFile(file, encoding)
    document: Document | None = None
    damaged: Note | None = None
    lines = 1
    corrected = file.described.corrections.named()
    before = 0
    headings: tuple[str, ...] = ()
    look, given = file.look, of_owner(file.described.corrections)
    if look is not None:
        look.encoding = text.decoded.encoding
    cut = parts(text.next, PART if file.size > LONG else LONG)
    for part in structured(cut, why=look is not None and look.why, given=given):
        if corrected:
            corrected -= lines_meant(file.described.corrections, part.text.text, before)
        if look is not None:
            seen = part.structure
            if not part.first:
                seen = replace(seen, sections=(Section(path=headings), *seen.sections[1:]))
            look.rows += rows(part.text.text, seen, line=before, piece=part.piece)
            headings = seen.sections[-1].path
        if corrected or look is not None:
            before += len(BREAK.findall(part.text.text))
        damaged = damaged or damage_note(part.text.text, path, lines)
        if document is None:
            if not part.text.text.strip():
                break
            read = part.structure if part.text.last else _with_foot(part.structure, text)
            document = document_of(read, path, encoding=text.decoded.encoding)
        if not part.text.last:
            lines += part.text.text.count("\n")
        yield replace(
            document,
            sections=part.structure.sections[0 if part.first else 1 :],
            pieces=part.structure.pieces if part.first and not part.text.start else tuple(part.pieces()),
            part=DocumentPart(part.section + (not part.first), part.piece, part.continues, part.text.last),
        )
    yield from encoding_notes(text.decoded, path)
    if damaged is not None and not text.decoded.broken:
        yield damaged
    if document is None:
        yield note(path, "empty.text")
    elif corrected:
        yield note(path, "metadata.nowhere", ", ".join(map(str, sorted(corrected))))


def _with_foot(read: Structure, text: TextFile) -> Structure:
    """The structure of the first part, with what the foot says where the part has no author or no date."""
    # A part of a character or of a line at the beginning is passed over.
    lines = text.end(_END).partition("\n")
    foot = structure(lines[2] or lines[0], Stretch(begins=False))
    if read.author is None and foot.author and not any(section.author for section in read.sections):
        lead = foot.sections[0]
        read = replace(read, author=foot.author, sections=(lead, *read.sections[1:]))
    dated = any(piece.rule in (rules.DATELINE, rules.PAGE_MARK) for piece in read.pieces)
    return read if read.date or dated else replace(read, date=foot.date)


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
    given = any(piece.kind is Kind.TITLE and piece.rule == rules.GIVEN_MARKUP for piece in read.pieces)
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
