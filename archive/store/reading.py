"""Reading a finished text store: every row that is given was verified, by its seal.

What no seal can tell, that a row is not there or how many there are, is told after the digest of the whole
file was compared, once (``TextStore.verify``). Rows that are asked for by their keys need not wait for it.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import EMFILE
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, BinaryIO, TypeVar

from msgspec.structs import replace

from archive.digests import blocks, digest_of
from archive.errors import StoreError, said
from archive.messages import note
from archive.model import Kind, Note
from archive.store.listing import EVERY_DOCUMENT, DocumentFilter, storable, where
from archive.store.rows import (
    FileCounts,
    Statistics,
    StoredDocument,
    StoredPassage,
    StoredSection,
    StoredSource,
)
from archive.store.schema import (
    ASTRAY,
    FORMAT,
    POSITION_BITS,
    NameKind,
    foreign,
    id_number,
    id_text,
    sealed,
    too_long,
    unpack,
    uri,
)
from archive.store.writing import STATISTICS

_AGAIN = "Build the archive anew: juanzong rebuild"

# So many documents and sections are kept, 6 and 3 MB: one query after the other finds passages of them.
_KEPT = 8_000

# SQLite allows 999 parameters in its older builds.
_PARAMETERS = 900

_POSITION = (1 << POSITION_BITS) - 1

_PASSAGE = (
    "SELECT p.*, w.rule, w.joined, w.moved, w.seal FROM passages p LEFT JOIN ways w ON w.number = p.way"
)
_TEXT = "SELECT * FROM passages"
_DOCUMENT = (
    "SELECT d.*, a.name, a.seal, c.name, c.seal, i.name, i.seal FROM documents d"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = d.author"
    f" LEFT JOIN names c ON c.kind = {NameKind.COLLECTION:d} AND c.number = d.collection"
    f" LEFT JOIN names i ON i.kind = {NameKind.DETAILS:d} AND i.number = d.details"
)
_WALKED = _DOCUMENT.replace("documents d", "documents d NOT INDEXED", 1)
_SECTION = (
    "SELECT s.*, a.name, a.seal FROM sections s"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = s.author"
)


T = TypeVar("T")


class TextStore:
    """A finished store, opened read-only and as a file that never changes; safe to use from several threads.

    All connections are opened at once, so that the store still answers after its file was unlinked. More
    threads than connections wait for each other.

    Attributes:
        damage: what was first found to be damaged, or None.

    Args:
        path: the file.
        connections: how many threads are answered at the same time.
        written: the digest of the file as it was written; None where it is known to be right.

    Raises:
        StoreError: the file is missing, no store, damaged, or of another format; also by every method.
    """

    def __init__(self, path: Path, *, connections: int = 1, written: str | None = None) -> None:
        self.path = path
        self.damage: StoreError | None = None
        self._written = written
        self._verifying = Lock()
        self._free: LifoQueue[sqlite3.Connection | None] = LifoQueue()
        self._closing = Lock()
        self._closed = False
        self._documents: dict[int, StoredDocument] = {}
        self._sections: dict[int, StoredSection] = {}
        self._details: dict[int, dict[str, str]] | None = None
        self._file: BinaryIO | None = None
        try:
            # The file may be unlinked before it is compared.
            self._file = None if written is None else path.open("rb", buffering=0)
            for _ in range(connections):
                connection = sqlite3.connect(
                    uri(path, "mode=ro&immutable=1"), uri=True, isolation_level=None, check_same_thread=False
                )
                self._free.put(connection)
                for pragma in ("mmap_size = 1073741824", "trusted_schema = OFF", "cell_size_check = ON"):
                    connection.execute(f"PRAGMA {pragma}")
            with self._borrow() as connection:
                statements = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master")]
                found = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        except (sqlite3.Error, OSError) as error:
            reason = f"the text store cannot be opened: {too_long(path) or _refused(path, error) or error}"
            self.close()
            raise StoreError(path.name, reason, hint=_AGAIN) from error
        if found is None or found[0] != FORMAT:
            self.close()
            raise StoreError(
                path.name,
                said("the text store has format {}, not {}", found and found[0], FORMAT),
                hint=_AGAIN,
            )
        if (other := foreign(statements)) is not None:
            self.close()
            raise StoreError(
                path.name,
                said("the text store has what this program never made: {!r}", other[:100]),
                hint=_AGAIN,
            )

    @contextmanager
    def _borrow(self) -> Iterator[sqlite3.Connection]:
        connection = self._free.get()
        if connection is None:
            self._free.put(None)  # for the next one that waits
            raise StoreError(self.path.name, "the text store is closed", hint="Open the archive again.")
        try:
            yield connection
        finally:
            with self._closing:
                if self._closed:
                    connection.close()
                else:
                    self._free.put(connection)

    def _broken(self, reason: str) -> StoreError:
        error = StoreError(self.path.name, said("the text store {}", reason), hint=_AGAIN)
        self.damage = self.damage or error
        return error

    def verify(self) -> None:
        """Compare the whole file with what was written, once; 0.2 s for 100 MB.

        Whatever says how many rows there are, or that there is none, calls it first.
        """
        with self._verifying:
            if self._file is None:
                return
            try:
                self._file.seek(0)
                if digest_of(blocks(self._file)) != self._written:
                    raise self._broken("is damaged: its content is not what was written")
            except (OSError, ValueError) as error:
                raise self._broken(f"cannot be read: {error}") from error
        self.read_as_it_is()

    def read_as_it_is(self) -> None:
        """Answer without comparing the whole file: for whoever looks for what is damaged in it."""
        with self._verifying:
            if self._file is not None:
                self._file.close()
            self._file = None

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            with self._borrow() as connection:
                return connection.execute(statement, parameters).fetchall()
        except (sqlite3.Error, OverflowError, MemoryError) as error:
            raise self._broken(f"cannot be read: {error}") from error

    def _counted(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows of which there may not be one too few, of a file that was verified."""
        self.verify()
        return self._rows(statement, parameters)

    def _made(self, make: Callable[[Any], T], rows: Iterable[Any]) -> Iterator[tuple[int, T]]:
        """What ``make`` makes of each row, by key."""
        for row in rows:
            try:
                yield row[0], make(row)
            except ValueError as error:
                raise self._broken(f"is damaged at the key {row[0]}: {error}") from error

    def _each(
        self, make: Callable[[Any], T], statement: str, column: str, keys: Iterable[int]
    ) -> Iterator[tuple[int, T]]:
        """What ``make`` makes of the rows of all these keys, in no order."""
        wanted = list(set(keys))
        for start in range(0, len(wanted), _PARAMETERS):
            part = wanted[start : start + _PARAMETERS]
            rows = self._rows(f"{statement} WHERE {column} IN ({','.join('?' * len(part))})", part)
            yield from self._made(make, rows)
            if len(rows) != len(part):
                lacking = min(set(part) - {row[0] for row in rows}, default=part[0])
                raise self._broken(f"is damaged: it lacks what has the key {lacking}")

    def _successive(
        self, make: Callable[[Any], T], statement: str, column: str, first: int, count: int
    ) -> list[T]:
        """What ``make`` makes of the rows of so many keys from one on, in their order."""
        span = (first, first + count)
        rows = self._rows(f"{statement} WHERE {column} >= ? AND {column} < ? ORDER BY {column}", span)
        made = dict(self._made(make, rows))
        if list(made) != list(range(*span)):
            raise self._broken(f"is damaged: it lacks rows from the key {first} on")
        return list(made.values())

    def close(self) -> None:
        """Close all connections. Safe to call twice, and while other threads read.

        What is being read is read to its end, and its connection closed then: SQLite's own close under a
        statement of another thread is a crash of the process. Whoever asks later gets a ``StoreError``.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            if self._file is not None:
                self._file.close()
            self._documents.clear()
            self._sections.clear()
            with suppress(Empty):
                while connection := self._free.get_nowait():
                    connection.close()
            self._free.put(None)

    # --- passages -------------------------------------------------------------------------------------------

    def passages(self, keys: Sequence[int]) -> list[StoredPassage]:
        """The passages of these keys, in the order of the keys."""
        found = self.passages_by_key(keys)
        return [found[key] for key in keys]

    def passages_by_key(self, keys: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these keys, by key.

        One that is not there was lost: ``StoreError``. So it is wherever rows are asked for by their keys.
        """
        return dict(self._each(_passage, _PASSAGE, "p.key", keys))

    def _kept(
        self,
        kept: dict[int, T],
        keys: Iterable[int],
        read: Callable[[Collection[int]], Iterable[tuple[int, T]]],
    ) -> dict[int, T]:
        """Rows by key, which are read if they are not known yet. Another thread may forget some meanwhile."""
        wanted = set(keys)
        found = {key: row for key in wanted if (row := kept.get(key)) is not None}
        if unknown := wanted - found.keys():
            new = dict(read(unknown))
            found |= new
            if len(kept) + len(new) > _KEPT:
                kept.clear()
            if len(new) <= _KEPT:
                kept.update(new)
        return found

    def texts_by_key(self, keys: Iterable[int]) -> dict[int, str]:
        """The texts of these passages, by key."""
        return dict(self.texts(keys))

    def texts(self, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
        """``(key, text)`` of these passages, in no promised order: for reading very many of them."""
        return self._each(_text, _TEXT, "key", keys)

    def texts_beside(self, passages: Collection[StoredPassage]) -> dict[int, tuple[str, str]]:
        """By the key of each passage the texts before and after it in its section, empty where none is."""
        texts = {passage.key: (passage.section, passage.text) for passage in passages}
        documents = self.documents({passage.document_key for passage in passages})
        around = {
            key + step
            for key in texts
            for step in (-1, 1)
            if 0 <= (key & _POSITION) + step < documents[key >> POSITION_BITS].passages
        }
        texts |= self._each(_text_in_section, _TEXT, "key", around - texts.keys())

        def beside(passage: StoredPassage, key: int) -> str:
            section, text = texts[key] if key in around else (None, "")
            return text if section == passage.section else ""

        return {p.key: (beside(p, p.key - 1), beside(p, p.key + 1)) for p in passages}

    def page_above(self, key: int) -> str | None:
        """The nearest page mark at or above a passage in its document, or None."""
        rows = self._rows(
            f"{_TEXT} WHERE kind = {Kind.PAGE:d} AND key BETWEEN ? AND ? AND way NOT IN"
            " (SELECT number FROM ways WHERE rule = 'page-turn') ORDER BY key DESC LIMIT 1",
            (key >> POSITION_BITS << POSITION_BITS, key),
        )
        return next((text for _, text in self._made(_text, rows)), None)

    def details(self) -> dict[int, dict[str, str]]:
        """The fields of documents, by the integers that stand for them."""
        if self._details is None:
            names = self.names(NameKind.DETAILS).items()
            self._details = {number: _unpacked(name) for number, name in names}
        return self._details

    def passage_key(self, passage_id: str) -> int | None:
        """The key of a passage id, or None where there is no such passage."""
        try:
            number = id_number(passage_id)
        except ValueError:
            return None
        rows = self._rows(f"{_TEXT} WHERE id = ? ORDER BY key LIMIT 1", (number,))
        for key, _ in self._made(_text, rows):
            return key
        self.verify()
        return None

    def passage_successor(self, passage_id: str) -> tuple[int | None, str | None]:
        """What took the place of a passage that is gone: the key of a passage, or the id of a document that
        has what was around it. Both None where the id is not known, or nothing is left of its document."""
        try:
            found = self._successor(id_number(passage_id))
        except ValueError:
            return None, None
        if isinstance(found, str):
            return None, found
        return (None if found is None else self.passage_key(id_text(found))), None

    def document_successor(self, document_id: str) -> str | None:
        """The id of the document that took the place of one that is gone, or None."""
        found = self._successor(document_id) if storable(document_id) else None
        return found if isinstance(found, str) else None

    def _successor(self, retired: int | str) -> int | str | None:
        """Where the rows of ``archive.store.retired`` lead from an id."""
        passed: set[int | str | None] = set()
        found: int | str | None = retired
        while rows := self._rows("SELECT successor FROM retired WHERE id = ?", (found,)):
            passed.add(found)
            found = rows[0][0]
            if found is None:
                return None
            if found in passed:
                break
        if not passed:
            return None
        table = "documents" if isinstance(found, str) else "passages"
        if found not in passed and self._rows(f"SELECT 1 FROM {table} WHERE id = ?", (found,)):
            return found
        raise StoreError(
            self.path.name,
            said(
                "the text store is damaged: a link leads from {!r} to {!r}, which is not there",
                retired,
                found,
            ),
            hint=_AGAIN,
        )

    def links_astray(self) -> int:
        """How many links to what is gone lead to what is not there. Only damage makes any."""
        return int(self._rows(f"SELECT count(*) FROM retired WHERE {ASTRAY}")[0][0])

    def passages_of(self, document: int, first: int = 0, count: int | None = None) -> list[StoredPassage]:
        """The passages of a document, in reading order: all, or so many from one position on.

        Those of one piece have the same ``piece``.
        """
        there = max(0, self.documents([document])[document].passages - first)
        count = there if count is None else min(count, there)
        start = (document << POSITION_BITS) + first
        return self._successive(_passage, _PASSAGE, "p.key", start, count)

    def scan(self, *, after: int = -1, batch: int = 2000) -> Iterator[list[tuple[int, str]]]:
        """``(key, text)`` of all passages in the order of the archive, in lists of ``batch``."""
        while rows := self._counted(f"{_TEXT} WHERE key > ? ORDER BY key LIMIT ?", (after, batch)):
            yield list(self._made(_text, rows))
            after = rows[-1][0]

    # --- documents and sections -----------------------------------------------------------------------------

    def documents(self, keys: Iterable[int]) -> dict[int, StoredDocument]:
        """The documents of these keys, by key."""
        return self._kept(
            self._documents, keys, lambda unknown: self._each(_document, _DOCUMENT, "d.key", unknown)
        )

    def document_by_id(self, document_id: str) -> StoredDocument | None:
        """The document with this id."""
        rows = self._rows(f"{_DOCUMENT} WHERE d.id = ?", (document_id,)) if storable(document_id) else []
        for _, document in self._made(_document, rows):
            return document
        self.verify()
        return None

    def list_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, offset: int = 0, limit: int = 100
    ) -> list[StoredDocument]:
        """One page of the documents that are wanted, in the order of the archive."""
        condition, parameters = where(wanted)
        statement = f"{_DOCUMENT} WHERE {condition} ORDER BY d.key LIMIT ? OFFSET ?"
        rows = self._counted(statement, (*parameters, limit, offset))
        return [document for _, document in self._made(_document, rows)]

    def documents_beside(self, key: int) -> tuple[StoredDocument | None, StoredDocument | None]:
        """The documents before and after one, in the order of the archive; None at its ends."""
        before, after = (
            self._rows(f"{_DOCUMENT} WHERE d.key {side} ? ORDER BY d.key {order} LIMIT 1", (key,))
            for side, order in (("<", "DESC"), (">", "ASC"))
        )
        made = [dict(self._made(_document, rows)) for rows in (before, after)]
        return next(iter(made[0].values()), None), next(iter(made[1].values()), None)

    def documents_of(self, path: str) -> list[StoredDocument]:
        """The documents that were read from a source file, in order."""
        rows = self._counted(f"{_DOCUMENT} WHERE d.path = ? ORDER BY d.key", (path,))
        return [document for _, document in self._made(_document, rows)]

    def document_paths(self) -> set[str]:
        """The source files that have a document."""
        return {path for (path,) in self._rows("SELECT DISTINCT path FROM documents", ())}

    def walk_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, batch: int = 1000
    ) -> Iterator[StoredDocument]:
        """All documents that are wanted, in the order of the archive; ``batch`` of them are held."""
        condition, parameters = where(wanted)
        # By the keys, whatever else is asked for: another index would have all of them sorted for each batch.
        statement = f"{_WALKED} WHERE d.key > ? AND {condition} ORDER BY d.key LIMIT ?"
        after = -1
        while rows := self._counted(statement, (after, *parameters, batch)):
            yield from (document for _, document in self._made(_document, rows))
            after = rows[-1][0]

    def count_documents(self, wanted: DocumentFilter = EVERY_DOCUMENT) -> int:
        """How many documents ``list_documents`` lists in all its pages."""
        condition, parameters = where(wanted)
        rows = self._counted(f"SELECT count(*) FROM documents d WHERE {condition}", parameters)
        return int(rows[0][0])

    def sections_of(self, document: int, first: int = 0, end: int | None = None) -> list[StoredSection]:
        """The sections of a document, in order: all, or those of the places from ``first`` to ``end``."""
        of = self.documents([document])
        count = (of[document].sections if end is None else end) - first
        key = (document << POSITION_BITS) + 1 + first
        return self._successive(_section_in(of), _SECTION, "s.key", key, count)

    def sections(self, keys: Iterable[int]) -> dict[int, StoredSection]:
        """The sections of these keys, by key."""

        def read(unknown: Collection[int]) -> Iterator[tuple[int, StoredSection]]:
            of = self.documents({key >> POSITION_BITS for key in unknown})
            return self._each(_section_in(of), _SECTION, "s.key", unknown)

        return self._kept(self._sections, keys, read)

    # --- names, sources, notes ------------------------------------------------------------------------------

    def number(self, kind: NameKind, name: str) -> int:
        """The integer of a name, or 0 where nothing has it."""
        if not storable(name):
            return 0
        rows = self._counted("SELECT number FROM names WHERE kind = ? AND name = ?", (int(kind), name))
        return rows[0][0] if rows else 0

    def author_numbers(self, author: str) -> list[int]:
        """The integers of all bylines that name an author, alone or with others."""
        if not storable(author):
            return []
        rows = self._counted(
            f"SELECT number FROM names WHERE kind = {NameKind.AUTHOR:d}"
            " AND instr('、' || name || '、', '、' || ? || '、')",
            (author,),
        )
        return [number for (number,) in rows]

    def names(self, kind: NameKind, numbers: Iterable[int] | None = None) -> dict[int, str]:
        """Names by their integers: those asked for, or all."""
        statement = f"SELECT number, name, seal FROM (SELECT * FROM names WHERE kind = {kind:d})"

        def name(row: Any) -> str:
            return _unsealed((int(kind), *row))[2]  # type: ignore[no-any-return]

        if numbers is None:
            return dict(self._made(name, self._counted(f"{statement} ORDER BY number")))
        return dict(self._each(name, statement, "number", numbers))

    def collections(self) -> list[tuple[str, int]]:
        """``(collection, documents)``, by name."""
        return [
            (name, count)
            for name, count in self._counted(
                f"SELECT n.name, count(*) FROM documents d JOIN names n ON n.kind = {NameKind.COLLECTION:d}"
                " AND n.number = d.collection GROUP BY n.number ORDER BY n.name"
            )
        ]

    def authors(self) -> list[tuple[str, int]]:
        """``(author, documents)``, most documents first, then by name; of a document or a section of it.

        Who wrote with others is an author of his own (``archive.model.each_author``).
        """
        return [
            (name, count)
            for name, count in self._counted(
                # Split as a JSON list: cutting name by name copies the rest of 100,000 names as often.
                "WITH each AS (SELECT n.number AS number, e.value AS name FROM names n,"
                " json_each('[' || replace(json_quote(n.name), '、', '\",\"') || ']') e"
                f" WHERE n.kind = {NameKind.AUTHOR:d})"
                " SELECT n.name, count(DISTINCT x.key) FROM"
                " (SELECT author, key FROM documents WHERE author IS NOT NULL"
                f" UNION SELECT author, key >> {POSITION_BITS} FROM sections WHERE author IS NOT NULL) x"
                " JOIN each n ON n.number = x.author AND n.name != ''"
                " GROUP BY n.name ORDER BY count(DISTINCT x.key) DESC, n.name"
            )
        ]

    def spans(self) -> dict[str, tuple[int, int, int]]:
        """By source file: its first document's key, its last one's, and the passages of that one."""
        rows = self._counted("SELECT path, min(key), max(key) FROM documents GROUP BY path")
        last = dict(
            self._each(itemgetter(1), "SELECT key, passages FROM documents", "key", [row[2] for row in rows])
        )
        return {path: (low, high, last[high]) for path, low, high in rows}

    def passage_counts(self, paths: Iterable[str]) -> dict[str, int]:
        """How many passages were read from each of these source files."""
        return {
            path: self._counted("SELECT coalesce(sum(passages), 0) FROM documents WHERE path = ?", (path,))[
                0
            ][0]
            for path in paths
        }

    def keys(self) -> list[int]:
        """The keys of all passages, ascending."""
        return [key for (key,) in self._counted("SELECT key FROM passages ORDER BY key")]

    def sources(self) -> dict[str, StoredSource]:
        """The source files of the archive, by path."""
        rows = self._counted("SELECT * FROM sources")
        return {row[0]: StoredSource(*row) for row in rows}

    def source(self, path: str) -> StoredSource | None:
        """A source file of the archive."""
        rows = self._rows("SELECT * FROM sources WHERE path = ?", (path,))
        return StoredSource(*rows[0]) if rows else None

    def notes(self, *, unread: bool = False) -> tuple[Note, ...]:
        """What the build had to say of its sources; ``unread``: only of what no reader has opened.

        First what no reader has opened, then file by file, in whatever order builds and updates said it.
        """
        where = " WHERE unread" if unread else ""
        order = "unread DESC, path, rowid"
        rows = self._counted(
            f"SELECT path, code, said, line, left_out, count FROM notes{where} ORDER BY {order}"
        )
        return tuple(_noted(*row) for row in rows)

    def notes_of(self, path: str) -> tuple[Note, ...]:
        """What the build had to say of one source file after it was opened."""
        statement = "SELECT rowid, * FROM notes WHERE path = ? AND NOT unread ORDER BY rowid"
        return tuple(note for _, note in self._made(_note, self._rows(statement, (path,))))

    def files(self) -> FileCounts:
        """How many files are in the archive: whole, partly, not at all."""
        # The note on a clash of names has the path of the file that is read.
        notes = "(SELECT DISTINCT path FROM notes WHERE left_out AND code != 'odd_name')"
        left = dict(
            self._counted(
                "SELECT EXISTS (SELECT 1 FROM documents d WHERE d.path = n.path) AS here, count(*)"
                f" FROM {notes} n GROUP BY here"
            )
        )
        whole = self._counted(f"SELECT count(*) FROM sources WHERE path NOT IN {notes}")[0][0]
        clashes = self._counted("SELECT count(*) FROM notes WHERE left_out AND code = 'odd_name'")[0][0]
        return FileCounts(whole, left.get(1, 0), left.get(0, 0) + clashes)

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(*self._counted(STATISTICS)[0])

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file, or None. Reads all of it."""
        found = self._rows("PRAGMA integrity_check(1)")[0][0]
        return None if found == "ok" else str(found)


def _refused(path: Path, error: Exception) -> OSError | None:
    """What the system says, where SQLite says only that it cannot open a file."""
    try:
        path.open("rb").close()
    except OSError as refused:
        return refused
    if getattr(error, "sqlite_errorname", "") == "SQLITE_CANTOPEN":
        # It can be opened now: other threads had taken what descriptors there were.
        return OSError(EMFILE, os.strerror(EMFILE))
    return None


def _unsealed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row with its seal, which is the last column; raises ``ValueError`` where it is not of this row."""
    if sealed(row[:-1]) != row[-1]:
        raise ValueError("its content is not what was written")
    return row


_unsealed_again = lru_cache(maxsize=4_096)(_unsealed)
"""The same for what many rows refer to, a name or a way: it depends on nothing but the row."""


def _name(kind: NameKind, number: int | None, name: str | None, seal: bytes | None) -> str | None:
    return None if number is None else _unsealed_again((int(kind), number, name, seal))[2]


def _text(row: Any) -> str:
    return unpack(_unsealed(row)[8])


def _text_in_section(row: Any) -> tuple[int, str]:
    return row[3], _text(row)


def _passage(row: Any) -> StoredPassage:
    key, number, kind, section, piece, start, ranges, way, value, _ = _unsealed(row[:10])
    _, rule, joined, moved, _ = _unsealed_again((way, *row[10:]))
    text = unpack(value)
    source = ((start, start + len(text)),) if ranges is None else tuple((a, b) for a, b in json.loads(ranges))
    return StoredPassage(key, id_text(number), Kind(kind), section, piece, text, source, rule, joined, moved)


def _document(row: Any) -> StoredDocument:
    (
        key, name, path, title, author, date, collection, encoding, derived, details, written, guessed,
        *rest, _,
    ) = _unsealed(row[:16])  # fmt: skip
    return StoredDocument(
        key, name, path, title, _name(NameKind.AUTHOR, author, *row[16:18]), date,
        _name(NameKind.COLLECTION, collection, *row[18:20]), encoding, bool(derived),
        _unpacked(_name(NameKind.DETAILS, details, *row[20:])), written, bool(guessed), *rest,
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def _unpacked(details: str | None) -> dict[str, str]:
    return json.loads(details or "{}")  # type: ignore[no-any-return]


def _section_in(documents: Mapping[int, StoredDocument]) -> Callable[[Any], StoredSection]:
    def section(row: Any) -> StoredSection:
        key, heading, path, author, affiliation, _ = _unsealed(row[:6])
        own = nearest = _name(NameKind.AUTHOR, author, *row[6:])
        if own is None:
            document = documents[key >> POSITION_BITS]
            nearest, affiliation = document.author, affiliation or document.details.get("affiliation")
        return StoredSection(key, heading, tuple(json.loads(path)), own, affiliation, nearest)

    return section


def _note(row: Any) -> Note:
    return _noted(*_unsealed(row[1:])[:6])


def _noted(path: str, code: str, said: str, line: int | None, left_out: int, count: int) -> Note:
    found = json.loads(said)
    if isinstance(found, str):
        return Note(path, code, found, line, bool(left_out), count)
    return replace(note(path, *found, line=line, left_out=bool(left_out), count=count), code=code)
