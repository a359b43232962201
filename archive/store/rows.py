"""The rows of the text store as typed records: each is made of columns that were compared with its seal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from archive.messages import note
from archive.model import Kind, Note, Range
from archive.store import schema
from archive.store.schema import POSITION_BITS


class StoredPassage(Struct, frozen=True):
    """A passage as it is kept.

    Attributes:
        piece: index into the document's pieces; the passages of a long piece follow each other.
        source: its ranges in the decoded source file, in characters.
        rule, joined, moved: how the reader came to the piece (``archive.model.Piece``).
    """

    key: int
    id: str
    kind: Kind
    section: int
    piece: int
    text: str
    source: tuple[Range, ...]
    rule: str
    joined: str | None
    moved: str | None

    @property
    def document_key(self) -> int:
        """The key of its document."""
        return self.key >> POSITION_BITS

    @property
    def section_key(self) -> int:
        """The key of its section."""
        return (self.key >> POSITION_BITS << POSITION_BITS) | (self.section + 1)


class StoredDocument(Struct, frozen=True):
    """A document as it is kept; ``sections``, ``passages`` and ``characters`` are counts."""

    key: int
    id: str
    path: str
    title: str
    author: str | None
    date: str | None
    collection: str | None
    encoding: str
    title_is_derived: bool
    details: dict[str, str]
    date_written: str | None
    date_guessed: bool
    sections: int
    passages: int
    characters: int


class StoredSection(Struct, frozen=True):
    """A section as it is kept.

    Attributes:
        nearest_author: its own author, else that of the document, or None.
    """

    key: int
    heading: str | None
    path: tuple[str, ...]
    author: str | None
    affiliation: str | None
    nearest_author: str | None

    @property
    def document_key(self) -> int:
        """The key of its document."""
        return self.key >> POSITION_BITS

    @property
    def order(self) -> int:
        """Its index into ``StoredPassage.section``: from 0, in the order of the document."""
        return (self.key & ((1 << POSITION_BITS) - 1)) - 1


class StoredSource(Struct, frozen=True):
    """A source file as the build found it: what an update compares with.

    Attributes:
        digest: BLAKE2b of its bytes (16 bytes), or None where it could not be read.
        described: BLAKE2b of what other files say of it (``archive.described``), empty where that is nothing.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    digest: bytes | None
    described: bytes = b""


class FileCounts(Struct, frozen=True):
    """How much of the files of the source folder is in the archive.

    Attributes:
        whole: files of which no text was left out.
        partly: files that gave a document, of which some text was left out: bytes, lines, fields.
        not_read: files, and folders that cannot be opened, of which nothing is in the archive.
    """

    whole: int
    partly: int
    not_read: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.whole + self.incomplete

    @property
    def incomplete(self) -> int:
        """Those of which something is not in the archive."""
        return self.partly + self.not_read


class Statistics(Struct, frozen=True):
    """Counts over the store; ``left_out`` are notes of which some text is not in the archive."""

    documents: int
    sections: int
    passages: int
    characters: int
    left_out: int


_OF_PASSAGES = schema.SEALED["passages"] + 1

PASSAGE = (
    "SELECT p.*, w.rule, w.joined, w.moved, w.seal AS way_seal FROM passages p"
    " LEFT JOIN ways w ON w.number = p.way"
)
TEXT = "SELECT * FROM passages"
DOCUMENT = (
    "SELECT d.*, a.name AS author_name, a.seal AS author_seal, c.name AS collection_name,"
    " c.seal AS collection_seal, i.name AS details_name, i.seal AS details_seal FROM documents d"
    f" LEFT JOIN names a ON a.kind = {schema.NameKind.AUTHOR:d} AND a.number = d.author"
    f" LEFT JOIN names c ON c.kind = {schema.NameKind.COLLECTION:d} AND c.number = d.collection"
    f" LEFT JOIN names i ON i.kind = {schema.NameKind.DETAILS:d} AND i.number = d.details"
)
WALKED = DOCUMENT.replace("documents d", "documents d NOT INDEXED", 1)
SECTION = (
    "SELECT s.*, a.name AS author_name, a.seal AS author_seal FROM sections s"
    f" LEFT JOIN names a ON a.kind = {schema.NameKind.AUTHOR:d} AND a.number = s.author"
)


def unsealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The columns of a row before its seal, the last one. ``ValueError`` where that is not of this row."""
    columns = row[:-1]
    if schema.sealed(columns) != row[-1]:
        raise ValueError("its content is not what was written")
    return columns


_unsealed_again = lru_cache(maxsize=4_096)(unsealed)
"""The same for what many rows refer to, a name or a way: it depends on nothing but the row."""


def _name(row: Any, kind: schema.NameKind) -> str | None:
    """The name of this kind that a row refers to, or None."""
    column = kind.name.lower()
    name: str | None = row[f"{column}_name"]
    if row[column] is not None:
        _unsealed_again((int(kind), row[column], name, row[f"{column}_seal"]))
    return name


def text_of(row: Any) -> str:
    """The text of a row of ``TEXT``."""
    return schema.unpack(unsealed(row)[-1])


def section_and_text(row: Any) -> tuple[int, str]:
    """The section of a passage beside its text, of a row of ``TEXT``."""
    return row["section"], text_of(row)


def passage_of(row: Any) -> StoredPassage:
    """The passage of a row of ``PASSAGE``."""
    key, number, kind, section, piece, start, ranges, way, value = unsealed(row[:_OF_PASSAGES])
    _, rule, joined, moved = _unsealed_again((way, *row[_OF_PASSAGES:]))
    text = schema.unpack(value)
    source = ((start, start + len(text)),) if ranges is None else tuple((a, b) for a, b in json.loads(ranges))
    name = schema.id_text(number)
    return StoredPassage(key, name, Kind(kind), section, piece, text, source, rule, joined, moved)


def document_of(row: Any) -> StoredDocument:
    """The document of a row of ``DOCUMENT`` or ``WALKED``."""
    return replace(
        StoredDocument(*unsealed(row[: schema.SEALED["documents"] + 1])),
        author=_name(row, schema.NameKind.AUTHOR),
        collection=_name(row, schema.NameKind.COLLECTION),
        title_is_derived=bool(row["derived"]),
        details=unpacked(_name(row, schema.NameKind.DETAILS)),
        date_guessed=bool(row["guessed"]),
    )


@lru_cache(maxsize=4_096)
def unpacked(details: str | None) -> dict[str, str]:
    """The fields of a document, which are stored as one name."""
    return json.loads(details or "{}")  # type: ignore[no-any-return]


def section_in(documents: Mapping[int, StoredDocument]) -> Callable[[Any], StoredSection]:
    """What makes the section of a row of ``SECTION``, given the documents that the rows belong to."""

    def section(row: Any) -> StoredSection:
        unsealed(row[: schema.SEALED["sections"] + 1])
        own = nearest = _name(row, schema.NameKind.AUTHOR)
        affiliation = row["affiliation"]
        if own is None:
            document = documents[row["key"] >> schema.POSITION_BITS]
            nearest, affiliation = document.author, affiliation or document.details.get("affiliation")
        path = tuple(json.loads(row["path"]))
        return StoredSection(row["key"], row["heading"], path, own, affiliation, nearest)

    return section


def note_of(row: Any) -> Note:
    """The note of a row of the table ``notes``, which begins with its ``rowid``."""
    unsealed(row[1:])
    said, line, left_out, count = json.loads(row["said"]), row["line"], bool(row["left_out"]), row["count"]
    if isinstance(said, str):
        return Note(row["path"], row["code"], said, line, left_out, count)
    try:
        made = note(row["path"], *said, line=line, left_out=left_out, count=count)
    except (LookupError, ValueError):  # another version wrote it, whose text took other values
        shown = " ".join(map(str, said[1:]))
        return Note(row["path"], row["code"], shown, line, left_out, count)
    return replace(made, code=row["code"])
