"""The tables of the text store, and how they hold a text.

Keys are made elsewhere (``index.document_keys``); the store relies on two things only: the
upper bits of the key of a passage or a section are its document's key, and the passages of a document, and
its sections, have successive keys in reading order.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import quote

from archive.digests import blake2b

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
