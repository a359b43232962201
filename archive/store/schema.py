"""The tables of the text store, how they hold a text, and their rows as typed records.

A record is made of columns that were compared with the seal of their row.

Keys are made elsewhere (``index.document_keys``); the store relies on two things only: the
upper bits of the key of a passage or a section are its document's key, and the passages of a document, and
its sections, have successive keys in reading order.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from archive.digests import blake2b
from archive.messages import note
from archive.model import Kind, Note, Range

FORMAT = 4
"""Raised whenever a file written before cannot be read as one written now."""

LONGEST_PATH = 504
"""Bytes: SQLite's unix files take 512 with ``-journal`` (``MAX_PATHNAME`` in ``os_unix.c``)."""

POSITION_BITS = 24
"""A key is ``document << POSITION_BITS | position``."""


class NameKind(IntEnum):
    """What a name in the table ``names`` names. Stored: never renumber."""

    AUTHOR = 1
    COLLECTION = 2
    DETAILS = 3  # of a document: a JSON object (``archive.model.Document.details``)


# A passage's ``start`` is that of its only source range; where it has several, ``ranges`` holds them as JSON.
# ``way`` is how the reader came to the piece: a rule, and the rules by which it joined and moved it.
# ``seal`` is the digest of the columns before it (``sealed``): SQLite does not notice a changed value.
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE names (kind INTEGER, number INTEGER, name TEXT, seal BLOB,
    PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE ways (number INTEGER PRIMARY KEY, rule TEXT, joined TEXT, moved TEXT, seal BLOB);
CREATE TABLE documents (
    key INTEGER PRIMARY KEY, id TEXT, path TEXT, title TEXT, author INTEGER, date TEXT, collection INTEGER,
    encoding TEXT, derived INTEGER, details INTEGER, written TEXT, guessed INTEGER, sections INTEGER,
    passages INTEGER, characters INTEGER, seal BLOB);
CREATE TABLE sections (
    key INTEGER PRIMARY KEY, heading TEXT, path TEXT, author INTEGER, affiliation TEXT, seal BLOB);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, id INTEGER, kind INTEGER, section INTEGER, piece INTEGER, start INTEGER,
    ranges TEXT, way INTEGER, text, seal BLOB);
CREATE TABLE sources (
    path TEXT PRIMARY KEY, size INTEGER, mtime_ns INTEGER, inode INTEGER, digest BLOB,
    described BLOB) WITHOUT ROWID;
CREATE TABLE notes (
    path TEXT, code TEXT, said TEXT, line INTEGER, left_out INTEGER, count INTEGER, unread INTEGER,
    seal BLOB);
CREATE TABLE retired (id PRIMARY KEY, successor);
"""

SEALED = {"names": 3, "ways": 4, "documents": 15, "sections": 5, "passages": 9, "notes": 7}
"""How many columns of a table are before its seal."""

ASTRAY = (
    "successor NOT IN (SELECT id FROM retired) AND CASE typeof(successor)"
    " WHEN 'integer' THEN successor NOT IN (SELECT id FROM passages)"
    " WHEN 'text' THEN successor NOT IN (SELECT id FROM documents) ELSE 1 END"
)
"""The condition on rows that lead to what is neither in the archive nor retired."""

# Made after the rows: sorting once is faster than keeping a tree in order.
INDEXES = """
CREATE UNIQUE INDEX documents_id ON documents (id);
CREATE INDEX documents_path ON documents (path);
CREATE INDEX documents_collection ON documents (collection);
CREATE INDEX documents_author ON documents (author);
CREATE INDEX sections_author ON sections (author) WHERE author IS NOT NULL;
CREATE UNIQUE INDEX names_name ON names (kind, name);
CREATE INDEX passages_id ON passages (id);
CREATE INDEX passages_page ON passages (key) WHERE kind = 9;
CREATE INDEX notes_path ON notes (path);
"""

# What SQLite itself adds for ANALYZE, according to how it was compiled.
_ANALYSED = {
    "CREATE TABLE sqlite_stat1(tbl,idx,stat)",
    "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)",
}


def foreign(statements: Iterable[str | None]) -> str | None:
    """The first statement of a file's schema that is not ours (a view, a trigger, a table), or None."""
    ours = {statement.strip() for statement in (TABLES + INDEXES).split(";")} | _ANALYSED
    found = {statement for statement in statements if statement is not None}
    return next(iter(sorted(found - ours)), None)


def sealed(row: tuple[Any, ...]) -> bytes:
    """The digest of a row's columns, integers, texts, bytes and NULL: six bytes of BLAKE2b.

    ``ascii`` writes them the same in every version of Python. A last column of bytes, the text of a passage,
    would become four times as long in it.
    """
    data = ascii(row[:-1]).encode()
    last = row[-1]
    data += last if isinstance(last, bytes) else ascii(last).encode()
    return blake2b(data, digest_size=6).digest()


def pack(text: str) -> str | bytes:
    """The value that stores ``text``: itself where it is ASCII, else two bytes a Chinese character.

    SQLite's own UTF-16 is not used: it replaces U+FFFE and U+FFFF, and a text is kept byte for byte.
    """
    return text if text.isascii() else text.encode("utf-16-le", "surrogatepass")


def unpack(value: str | bytes) -> str:
    """The text that ``pack`` stored."""
    return value if isinstance(value, str) else value.decode("utf-16-le", "surrogatepass")


def id_number(passage_id: str) -> int:
    """A passage's id, 16 hexadecimal digits, as the signed integer in the table. Raises ``ValueError`` on
    another text.
    """
    if len(passage_id) != 16:
        raise ValueError(f"not a passage id: {passage_id!r}")
    return int.from_bytes(bytes.fromhex(passage_id), "big", signed=True)


def id_text(number: int) -> str:
    """The 16 hexadecimal digits of a stored passage id."""
    return (number & 0xFFFF_FFFF_FFFF_FFFF).to_bytes(8, "big").hex()


def too_long(path: Path) -> str:
    """Why SQLite cannot open a file with this path, or nothing; it follows links itself."""
    length = max(len(os.fsencode(one)) for one in (path.absolute(), path.resolve()))
    if length <= LONGEST_PATH or os.name == "nt":
        return ""
    return f"its path has {length} bytes, and SQLite takes {LONGEST_PATH}: move the archive to a shorter one"


def uri(path: Path, parameters: str) -> str:
    """SQLite's URI of a file, also for drive letters, network folders and names that are not UTF-8."""
    posix = path.absolute().as_posix()
    if not posix.startswith("/"):
        posix = "/" + posix
    return f"file://{quote(os.fsencode(posix))}?{parameters}"


# --- rows ---------------------------------------------------------------------------------------------------


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
        whole: files whose text is all in the archive.
        partly: files that gave a document and lost some text: bytes, lines, fields.
        not_read: files and folders that gave nothing.
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
        """How many files lack some text, or all of it."""
        return self.partly + self.not_read


class Statistics(Struct, frozen=True):
    """Counts over the store; ``left_out``: notes on text that was left out."""

    documents: int
    sections: int
    passages: int
    characters: int
    left_out: int


_OF_PASSAGES = SEALED["passages"] + 1

PASSAGE = (
    "SELECT p.*, w.rule, w.joined, w.moved, w.seal AS way_seal FROM passages p"
    " LEFT JOIN ways w ON w.number = p.way"
)
TEXT = "SELECT * FROM passages"
DOCUMENT = (
    "SELECT d.*, a.name AS author_name, a.seal AS author_seal, c.name AS collection_name,"
    " c.seal AS collection_seal, i.name AS details_name, i.seal AS details_seal FROM documents d"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = d.author"
    f" LEFT JOIN names c ON c.kind = {NameKind.COLLECTION:d} AND c.number = d.collection"
    f" LEFT JOIN names i ON i.kind = {NameKind.DETAILS:d} AND i.number = d.details"
)
WALKED = DOCUMENT.replace("documents d", "documents d NOT INDEXED", 1)
SECTION = (
    "SELECT s.*, a.name AS author_name, a.seal AS author_seal FROM sections s"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = s.author"
)


def unsealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The columns of a row before its seal, the last one. ``ValueError`` where that is not of this row."""
    columns = row[:-1]
    if sealed(columns) != row[-1]:
        raise ValueError("its content is not what was written")
    return columns


_unsealed_again = lru_cache(maxsize=4_096)(unsealed)
"""The same for what many rows refer to, a name or a way: it depends on nothing but the row."""


def _name(row: Any, kind: NameKind) -> str | None:
    """The name of this kind that a row refers to, or None."""
    column = kind.name.lower()
    name: str | None = row[f"{column}_name"]
    if row[column] is not None:
        _unsealed_again((int(kind), row[column], name, row[f"{column}_seal"]))
    return name


def text_of(row: Any) -> str:
    """The text of a row of ``TEXT``."""
    return unpack(unsealed(row)[-1])


def section_and_text(row: Any) -> tuple[int, str]:
    """The section of a passage beside its text, of a row of ``TEXT``."""
    return row["section"], text_of(row)


def passage_of(row: Any) -> StoredPassage:
    """The passage of a row of ``PASSAGE``."""
    key, number, kind, section, piece, start, ranges, way, value = unsealed(row[:_OF_PASSAGES])
    _, rule, joined, moved = _unsealed_again((way, *row[_OF_PASSAGES:]))
    text = unpack(value)
    source = ((start, start + len(text)),) if ranges is None else tuple((a, b) for a, b in json.loads(ranges))
    name = id_text(number)
    return StoredPassage(key, name, Kind(kind), section, piece, text, source, rule, joined, moved)


def document_of(row: Any) -> StoredDocument:
    """The document of a row of ``DOCUMENT`` or ``WALKED``."""
    return replace(
        StoredDocument(*unsealed(row[: SEALED["documents"] + 1])),
        author=_name(row, NameKind.AUTHOR),
        collection=_name(row, NameKind.COLLECTION),
        title_is_derived=bool(row["derived"]),
        details=unpacked(_name(row, NameKind.DETAILS)),
        date_guessed=bool(row["guessed"]),
    )


@lru_cache(maxsize=4_096)
def unpacked(details: str | None) -> dict[str, str]:
    """The fields of a document, which are stored as one name."""
    return json.loads(details or "{}")  # type: ignore[no-any-return]


def section_in(documents: Mapping[int, StoredDocument]) -> Callable[[Any], StoredSection]:
    """What makes the section of a row of ``SECTION``, given the documents that the rows belong to."""

    def section(row: Any) -> StoredSection:
        unsealed(row[: SEALED["sections"] + 1])
        own = nearest = _name(row, NameKind.AUTHOR)
        affiliation = row["affiliation"]
        if own is None:
            document = documents[row["key"] >> POSITION_BITS]
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
