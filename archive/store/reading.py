"""Reading a finished text store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, TypeVar

from archive.errors import StoreError
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
from archive.store.schema import ASTRAY, FORMAT, POSITION_BITS, NameKind, id_number, id_text, unpack, uri
from archive.store.writing import STATISTICS

_AGAIN = "Build the archive anew: juanzong rebuild"

# So many documents and sections are kept, 6 and 3 MB: one query after the other finds passages of them.
_KEPT = 8_000

# SQLite allows 999 parameters in its older builds.
_PARAMETERS = 900

_PASSAGE = (
    "SELECT p.key, p.id, p.kind, p.section, p.piece, p.start, p.ranges, p.text, w.rule, w.joined, w.moved"
    " FROM passages p LEFT JOIN ways w ON w.number = p.way"
)
_DOCUMENT = (
    "SELECT d.key, d.id, d.path, d.title, a.name, d.date, c.name, d.encoding, d.derived, d.origin,"
    " d.sections, d.passages, d.characters FROM documents d"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = d.author"
    f" LEFT JOIN names c ON c.kind = {NameKind.COLLECTION:d} AND c.number = d.collection"
)
_WALKED = _DOCUMENT.replace("documents d", "documents d NOT INDEXED", 1)
_SECTION = (
    "SELECT s.key, s.heading, s.path, a.name, s.affiliation, b.name FROM sections s"
    f" LEFT JOIN documents d ON d.key = s.key >> {POSITION_BITS}"
    f" LEFT JOIN names a ON a.kind = {NameKind.AUTHOR:d} AND a.number = s.author"
    f" LEFT JOIN names b ON b.kind = {NameKind.AUTHOR:d} AND b.number = coalesce(s.author, d.author)"
)


T = TypeVar("T")


class Present(dict[int, T]):
    """Rows by key. Asking for one that is not there raises ``StoreError``: the index has it, it was lost."""

    def __init__(self, file: str, rows: Iterable[tuple[int, T]]) -> None:
        super().__init__(rows)
        self._file = file

    def __missing__(self, key: int) -> T:
        raise StoreError(
            self._file, f"the text store is damaged: it lacks what has the key {key}", hint=_AGAIN
        )


class TextStore:
    """A finished store, opened read-only and as a file that never changes; safe to use from several threads.

    All connections are opened at once, so that the store still answers after its file was unlinked. More
    threads than connections wait for each other.

    Args:
        path: the file.
        connections: how many threads are answered at the same time.

    Raises:
        StoreError: the file is missing, no store, damaged, or of another format; also by every method.
    """

    def __init__(self, path: Path, *, connections: int = 1) -> None:
        self.path = path
        self._free: LifoQueue[sqlite3.Connection | None] = LifoQueue()
        self._closing = Lock()
        self._closed = False
        self._documents: dict[int, StoredDocument] = {}
        self._sections: dict[int, StoredSection] = {}
        try:
            for _ in range(connections):
                connection = sqlite3.connect(
                    uri(path, "mode=ro&immutable=1"), uri=True, isolation_level=None, check_same_thread=False
                )
                self._free.put(connection)
                connection.execute("PRAGMA mmap_size = 1073741824")
            with self._borrow() as connection:
                found = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        except sqlite3.Error as error:
            self.close()
            raise StoreError(path.name, f"the text store cannot be opened: {error}", hint=_AGAIN) from error
        if found is None or found[0] != FORMAT:
            self.close()
            raise StoreError(
                path.name, f"the text store has format {found and found[0]}, not {FORMAT}", hint=_AGAIN
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

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        try:
            with self._borrow() as connection:
                return connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise StoreError(
                self.path.name, f"the text store cannot be read: {error}", hint=_AGAIN
            ) from error

    def _made(self, make: Callable[[Any], T], rows: Iterable[Any]) -> Iterator[tuple[int, T]]:
        """What ``make`` makes of each row, by key; SQLite itself does not notice a value that was changed."""
        for row in rows:
            try:
                yield row[0], make(row)
            except (ValueError, TypeError, AttributeError) as error:
                raise StoreError(
                    self.path.name, f"the text store is damaged at the key {row[0]}: {error}", hint=_AGAIN
                ) from error

    def _rows_of(self, statement: str, column: str, values: Iterable[int]) -> Iterator[Any]:
        wanted = list(values)
        for start in range(0, len(wanted), _PARAMETERS):
            part = wanted[start : start + _PARAMETERS]
            yield from self._rows(f"{statement} WHERE {column} IN ({','.join('?' * len(part))})", part)

    def close(self) -> None:
        """Close all connections. Safe to call twice, and while other threads read.

        What is being read is read to its end, and its connection closed then: SQLite's own close under a
        statement of another thread is a crash of the process. Whoever asks later gets a ``StoreError``.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            self._documents.clear()
            self._sections.clear()
            with suppress(Empty):
                while connection := self._free.get_nowait():
                    connection.close()
            self._free.put(None)

    # --- passages -------------------------------------------------------------------------------------------

    def passages(self, keys: Sequence[int]) -> list[StoredPassage]:
        """The passages of these keys, in the order of the keys; a key that is not there is passed over."""
        found = self.passages_by_key(keys)
        return [found[key] for key in keys if key in found]

    def passages_by_key(self, keys: Iterable[int]) -> dict[int, StoredPassage]:
        """The passages of these keys; asking for one that is not there raises ``StoreError``."""
        return self._present(self._made(_passage, self._rows_of(_PASSAGE, "p.key", set(keys))))

    def _present(self, rows: Iterable[tuple[int, T]]) -> dict[int, T]:
        return Present(self.path.name, rows)

    def _kept(
        self,
        kept: dict[int, T],
        keys: Iterable[int],
        statement: str,
        column: str,
        make: Callable[[Any], T],
    ) -> dict[int, T]:
        """Rows by key, which are read if they are not known yet. Another thread may forget some meanwhile."""
        wanted = set(keys)
        found = {key: row for key in wanted if (row := kept.get(key)) is not None}
        if unknown := wanted - found.keys():
            read = dict(self._made(make, self._rows_of(statement, column, unknown)))
            found |= read
            if len(kept) + len(read) > _KEPT:
                kept.clear()
            if len(read) <= _KEPT:
                kept.update(read)
        return self._present(found.items())

    def texts_by_key(self, keys: Iterable[int]) -> dict[int, str]:
        """The texts of these passages; asking for one that is not there raises ``StoreError``."""
        return self._present(self.texts(keys))

    def texts(self, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
        """``(key, text)`` of these passages, in no promised order: for reading very many of them."""
        return self._made(_text, self._rows_of("SELECT key, text FROM passages", "key", keys))

    def texts_beside(self, passages: Collection[StoredPassage]) -> dict[int, tuple[str, str]]:
        """By the key of each passage the texts before and after it in its section, empty where none is."""
        texts = {passage.key: (passage.section, passage.text) for passage in passages}
        around = {key + step for key in texts for step in (-1, 1)} - texts.keys()
        statement = "SELECT key, section, text FROM passages"
        texts |= self._made(_text_in_section, self._rows_of(statement, "key", around))

        def beside(passage: StoredPassage, step: int) -> str:
            key = passage.key + step
            section, text = texts.get(key, (None, ""))
            together = section == passage.section and key >> POSITION_BITS == passage.document_key
            return text if together else ""

        return {passage.key: (beside(passage, -1), beside(passage, 1)) for passage in passages}

    def passage_key(self, passage_id: str) -> int | None:
        """The key of a passage id, or None where there is no such passage."""
        try:
            number = id_number(passage_id)
        except ValueError:
            return None
        rows = self._rows("SELECT min(key) FROM passages WHERE id = ?", (number,))
        return rows[0][0]  # type: ignore[no-any-return]

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
        if not self._has_retired():
            return None
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
            f"the text store is damaged: a link leads from {retired!r} to {found!r}, which is not there",
            hint=_AGAIN,
        )

    def links_astray(self) -> int:
        """How many links to what is gone lead to what is not there. Only damage makes any."""
        if not self._has_retired():
            return 0
        return int(self._rows(f"SELECT count(*) FROM retired WHERE {ASTRAY}")[0][0])

    def _has_retired(self) -> bool:
        """Whether the table is there; stores of before it do without."""
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'retired'"))

    def passages_of(self, document: int, first: int = 0, count: int | None = None) -> list[StoredPassage]:
        """The passages of a document, in reading order: all, or so many from one position on.

        Those of one piece have the same ``piece``.
        """
        start, end = (document << POSITION_BITS) + first, (document + 1) << POSITION_BITS
        span = (start, end if count is None else start + count)
        rows = self._rows(f"{_PASSAGE} WHERE p.key >= ? AND p.key < ? ORDER BY p.key", span)
        return [passage for _, passage in self._made(_passage, rows)]

    def scan(self, *, after: int = -1, batch: int = 2000) -> Iterator[list[tuple[int, str]]]:
        """``(key, text)`` of all passages in the order of the archive, in lists of ``batch``."""
        while rows := self._rows(
            "SELECT key, text FROM passages WHERE key > ? ORDER BY key LIMIT ?", (after, batch)
        ):
            yield list(self._made(_text, rows))
            after = rows[-1][0]

    # --- documents and sections -----------------------------------------------------------------------------

    def document(self, key: int) -> StoredDocument | None:
        """The document of a key."""
        return self.documents([key]).get(key)

    def documents(self, keys: Iterable[int]) -> dict[int, StoredDocument]:
        """The documents of these keys, by key; asking for one that is not there raises ``StoreError``."""
        return self._kept(self._documents, keys, _DOCUMENT, "d.key", _document)

    def document_by_id(self, document_id: str) -> StoredDocument | None:
        """The document with this id."""
        rows = self._rows(f"{_DOCUMENT} WHERE d.id = ?", (document_id,)) if storable(document_id) else []
        return _document(rows[0]) if rows else None

    def list_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, offset: int = 0, limit: int = 100
    ) -> list[StoredDocument]:
        """One page of the documents that are wanted, in the order of the archive."""
        condition, parameters = where(wanted)
        statement = f"{_DOCUMENT} WHERE {condition} ORDER BY d.key LIMIT ? OFFSET ?"
        return [_document(row) for row in self._rows(statement, (*parameters, limit, offset))]

    def walk_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, batch: int = 1000
    ) -> Iterator[StoredDocument]:
        """All documents that are wanted, in the order of the archive; ``batch`` of them are held."""
        condition, parameters = where(wanted)
        # By the keys, whatever else is asked for: another index would have all of them sorted for each batch.
        statement = f"{_WALKED} WHERE d.key > ? AND {condition} ORDER BY d.key LIMIT ?"
        after = -1
        while rows := self._rows(statement, (after, *parameters, batch)):
            yield from (document for _, document in self._made(_document, rows))
            after = rows[-1][0]

    def count_documents(self, wanted: DocumentFilter = EVERY_DOCUMENT) -> int:
        """How many documents ``list_documents`` lists in all its pages."""
        condition, parameters = where(wanted)
        rows = self._rows(f"SELECT count(*) FROM documents d WHERE {condition}", parameters)
        return int(rows[0][0])

    def sections_of(self, document: int) -> list[StoredSection]:
        """The sections of a document, in order."""
        span = (document << POSITION_BITS, (document + 1) << POSITION_BITS)
        rows = self._rows(f"{_SECTION} WHERE s.key >= ? AND s.key < ? ORDER BY s.key", span)
        return [section for _, section in self._made(_section, rows)]

    def sections(self, keys: Iterable[int]) -> dict[int, StoredSection]:
        """The sections of these keys, by key; asking for one that is not there raises ``StoreError``."""
        return self._kept(self._sections, keys, _SECTION, "s.key", _section)

    # --- names, sources, notes ------------------------------------------------------------------------------

    def number(self, kind: NameKind, name: str) -> int:
        """The integer of a name, or 0 where nothing has it."""
        if not storable(name):
            return 0
        rows = self._rows("SELECT number FROM names WHERE kind = ? AND name = ?", (int(kind), name))
        return rows[0][0] if rows else 0

    def author_numbers(self, author: str) -> list[int]:
        """The integers of all bylines that name an author, alone or with others."""
        if not storable(author):
            return []
        rows = self._rows(
            f"SELECT number FROM names WHERE kind = {NameKind.AUTHOR:d}"
            " AND instr('、' || name || '、', '、' || ? || '、')",
            (author,),
        )
        return [number for (number,) in rows]

    def names(self, kind: NameKind, numbers: Iterable[int] | None = None) -> dict[int, str]:
        """Names by their integers: those asked for, or all."""
        statement = f"SELECT number, name FROM (SELECT * FROM names WHERE kind = {kind:d})"
        if numbers is None:
            return dict(self._rows(f"{statement} ORDER BY number"))
        return dict(self._rows_of(statement, "number", set(numbers)))

    def collections(self) -> list[tuple[str, int]]:
        """``(collection, documents)``, by name."""
        return [
            (name, count)
            for name, count in self._rows(
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
            for name, count in self._rows(
                "WITH RECURSIVE each(number, name, rest) AS ("
                f"SELECT number, '', name || '、' FROM names WHERE kind = {NameKind.AUTHOR:d} UNION ALL"
                " SELECT number, substr(rest, 1, instr(rest, '、') - 1), substr(rest, instr(rest, '、') + 1)"
                " FROM each WHERE rest != '')"
                " SELECT n.name, count(DISTINCT x.key) FROM"
                " (SELECT author, key FROM documents WHERE author IS NOT NULL"
                f" UNION SELECT author, key >> {POSITION_BITS} FROM sections WHERE author IS NOT NULL) x"
                " JOIN each n ON n.number = x.author AND n.name != ''"
                " GROUP BY n.name ORDER BY count(DISTINCT x.key) DESC, n.name"
            )
        ]

    def spans(self) -> dict[str, tuple[int, int, int]]:
        """By source file: its first document's key, its last one's, and the passages of that one."""
        rows = self._rows("SELECT path, min(key), max(key) FROM documents GROUP BY path")
        last = dict(self._rows_of("SELECT key, passages FROM documents", "key", [row[2] for row in rows]))
        return {path: (low, high, last[high]) for path, low, high in rows}

    def passage_counts(self, paths: Iterable[str]) -> dict[str, int]:
        """How many passages were read from each of these source files."""
        return {
            path: self._rows("SELECT coalesce(sum(passages), 0) FROM documents WHERE path = ?", (path,))[0][0]
            for path in paths
        }

    def keys(self) -> list[int]:
        """The keys of all passages, ascending."""
        return [key for (key,) in self._rows("SELECT key FROM passages ORDER BY key")]

    def sources(self) -> dict[str, StoredSource]:
        """The source files of the archive, by path."""
        rows = self._rows("SELECT path, size, mtime_ns, inode, digest FROM sources")
        return {row[0]: StoredSource(*row) for row in rows}

    def notes(self, *, unread: bool = False) -> tuple[Note, ...]:
        """What the build had to say of its sources; ``unread``: only of what no reader has opened.

        First what no reader has opened, then file by file, in whatever order builds and updates said it.
        """
        where = " WHERE unread" if unread else ""
        order = "unread DESC, path, rowid"
        rows = self._rows(f"SELECT path, code, message, line, left_out FROM notes{where} ORDER BY {order}")
        return tuple(Note(path, code, message, line, bool(left)) for path, code, message, line, left in rows)

    def notes_of(self, path: str) -> tuple[Note, ...]:
        """What the build had to say of one source file after it was opened."""
        rows = self._rows(
            "SELECT path, code, message, line, left_out FROM notes WHERE path = ? AND NOT unread"
            " ORDER BY rowid",
            (path,),
        )
        return tuple(Note(path, code, message, line, bool(left)) for path, code, message, line, left in rows)

    def files(self) -> FileCounts:
        """How many files are in the archive: whole, partly, not at all."""
        left = dict(
            self._rows(
                "SELECT EXISTS (SELECT 1 FROM documents d WHERE d.path = n.path) AS here, count(*)"
                " FROM (SELECT DISTINCT path FROM notes WHERE left_out) n GROUP BY here"
            )
        )
        whole = self._rows(
            "SELECT count(*) FROM sources WHERE path NOT IN (SELECT path FROM notes WHERE left_out)"
        )
        return FileCounts(whole[0][0], left.get(1, 0), left.get(0, 0))

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(*self._rows(STATISTICS)[0])

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file, or None. Reads all of it."""
        found = self._rows("PRAGMA integrity_check(1)")[0][0]
        return None if found == "ok" else str(found)


def _text(row: Any) -> str:
    return unpack(row[1])


def _text_in_section(row: Any) -> tuple[int, str]:
    return row[1], unpack(row[2])


def _passage(row: Any) -> StoredPassage:
    key, number, kind, section, piece, start, ranges, value, rule, joined, moved = row
    text = unpack(value)
    source = ((start, start + len(text)),) if ranges is None else tuple((a, b) for a, b in json.loads(ranges))
    return StoredPassage(key, id_text(number), Kind(kind), section, piece, text, source, rule, joined, moved)


def _document(row: Any) -> StoredDocument:
    return StoredDocument._make((*row[:8], bool(row[8]), *row[9:]))


def _section(row: Any) -> StoredSection:
    key, heading, path, author, affiliation, nearest = row
    return StoredSection(key, heading, tuple(json.loads(path)), author, affiliation, nearest)
