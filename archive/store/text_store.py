"""Reading a finished text store: documents, sections, passages, and what the build noted of its sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from archive.errors import StoreError, said
from archive.model import Kind, Note
from archive.store import schema
from archive.store.database import AGAIN, Database
from archive.store.listing import EVERY_DOCUMENT, DocumentFilter, storable, where
from archive.store.schema import Statistics, StoredDocument, StoredPassage, StoredSection, StoredSource
from archive.store.writing import STATISTICS

# Documents and sections that are kept, 6 and 3 MB: successive queries find passages of the same ones.
_KEPT = 8_000

_POSITION = (1 << schema.POSITION_BITS) - 1

# Of a text in two bytes a character (``schema.pack``) one that takes four is counted as two.
_LENGTH = "CASE typeof(p.text) WHEN 'text' THEN length(p.text) ELSE length(p.text) / 2 END"

T = TypeVar("T")


class TextStore(Database):
    """A finished store. Every method raises ``StoreError``: damaged, or closed. A key that is not there was
    lost: damage too.
    """

    def __init__(self, path: Path, *, connections: int = 1, written: str | None = None) -> None:
        self._documents: dict[int, StoredDocument] = {}
        self._sections: dict[int, StoredSection] = {}
        self._paged: bool | None = None
        self._details: dict[int, dict[str, str]] | None = None
        super().__init__(path, connections=connections, written=written)

    def close(self) -> None:
        """Close all connections, and forget what was kept."""
        super().close()
        self._documents.clear()
        self._sections.clear()

    # --- passages -------------------------------------------------------------------------------------------

    def passages(self, keys: Sequence[int]) -> list[StoredPassage]:
        """The passages of these keys, in the order of the keys."""
        found = dict(self._each(schema.passage_of, schema.PASSAGE, "p.key", keys))
        return [found[key] for key in keys]

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

    def texts(self, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
        """``(key, text)`` of these passages, in no promised order: for reading very many of them."""
        return self._each(schema.text_of, schema.TEXT, "key", keys)

    def ids(self, keys: Iterable[int]) -> Iterator[tuple[int, str]]:
        """``(key, id)`` of these passages, in no promised order."""
        return self._each(lambda row: schema.id_text(schema.unsealed(row)[1]), schema.TEXT, "key", keys)

    def texts_beside(self, passages: Collection[StoredPassage]) -> dict[int, tuple[str, str]]:
        """By the key of each passage the texts before and after it in its section, empty where none is."""
        texts = {passage.key: (passage.section, passage.text) for passage in passages}
        documents = self.documents({passage.document_key for passage in passages})
        around = {
            key + step
            for key in texts
            for step in (-1, 1)
            if 0 <= (key & _POSITION) + step < documents[key >> schema.POSITION_BITS].passages
        }
        texts |= self._each(schema.section_and_text, schema.TEXT, "key", around - texts.keys())

        def beside(passage: StoredPassage, key: int) -> str:
            section, text = texts[key] if key in around else (None, "")
            return text if section == passage.section else ""

        return {p.key: (beside(p, p.key - 1), beside(p, p.key + 1)) for p in passages}

    def page_above(self, key: int) -> str | None:
        """The nearest page mark at or above a passage in its document, or None."""
        marks = f"passages WHERE kind = {Kind.PAGE:d}"  # they have an index of their own
        if self._paged is None:
            self._paged = bool(self._rows(f"SELECT 1 FROM {marks} LIMIT 1"))
        if not self._paged:
            return None
        rows = self._rows(
            f"SELECT * FROM {marks} AND key BETWEEN ? AND ? AND way NOT IN"
            " (SELECT number FROM ways WHERE rule = 'page-turn') ORDER BY key DESC LIMIT 1",
            (key >> schema.POSITION_BITS << schema.POSITION_BITS, key),
        )
        return next((text for _, text in self._made(schema.text_of, rows)), None)

    def details(self) -> dict[int, dict[str, str]]:
        """The fields of documents, by their integers."""
        if self._details is None:
            names = self.names(schema.NameKind.DETAILS).items()
            self._details = {number: schema.unpacked(name) for number, name in names}
        return self._details

    def values(self, field: str) -> list[tuple[int, str | None]]:
        """``(key, value)`` of a field of each document, in the order of the archive."""
        kind = schema.NameKind.AUTHOR if field == "author" else schema.NameKind.DETAILS
        column = {"title": "d.title", "author": "n.name"}.get(field, "json_extract(n.name, ?)")
        number = "author" if field == "author" else "details"
        return self._rows(
            f"SELECT d.key, {column} FROM documents d NOT INDEXED"
            f" LEFT JOIN names n ON n.kind = {kind:d} AND n.number = d.{number} ORDER BY d.key",
            () if "?" not in column else (f'$."{field}"',),
        )

    def passage_key(self, passage_id: str) -> int | None:
        """The key of a passage id, or None where there is no such passage."""
        try:
            number = schema.id_number(passage_id)
        except ValueError:
            return None
        rows = self._rows(f"{schema.TEXT} WHERE id = ? ORDER BY key LIMIT 1", (number,))
        return self._first_or_none(key for key, _ in self._made(schema.text_of, rows))

    def passage_successor(self, passage_id: str) -> tuple[int | None, str | None]:
        """What took the place of a passage that is gone: the key of a passage, or the id of a document that
        has what was around it. Both None where the id is not known, or nothing is left of its document."""
        try:
            found = self._successor(schema.id_number(passage_id))
        except ValueError:
            return None, None
        if isinstance(found, str):
            return None, found
        return (None if found is None else self.passage_key(schema.id_text(found))), None

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
            hint=AGAIN,
        )

    def links_astray(self) -> int:
        """How many links to what is gone lead to what is not there. Only damage makes any."""
        return int(self._rows(f"SELECT count(*) FROM retired WHERE {schema.ASTRAY}")[0][0])

    def passages_of(self, document: int, first: int = 0, count: int | None = None) -> list[StoredPassage]:
        """The passages of a document, in reading order: all, or so many from one position on; those of one
        piece share ``piece``.
        """
        there = max(0, self.documents([document])[document].passages - first)
        count = there if count is None else min(count, there)
        start = (document << schema.POSITION_BITS) + first
        return self._successive(schema.passage_of, schema.PASSAGE, "p.key", start, count)

    def scan(self, *, batch: int = 2000) -> Iterator[list[tuple[int, str]]]:
        """``(key, text)`` of all passages in the order of the archive, in lists of ``batch``."""
        after = -1
        while rows := self._counted(f"{schema.TEXT} WHERE key > ? ORDER BY key LIMIT ?", (after, batch)):
            yield list(self._made(schema.text_of, rows))
            after = rows[-1][0]

    def _first_or_none(self, found: Iterator[T]) -> T | None:
        """The first that was found; None only once the whole file was verified."""
        if (first := next(found, None)) is None:
            self.verify()
        return first

    # --- documents and sections -----------------------------------------------------------------------------

    def documents(self, keys: Iterable[int]) -> dict[int, StoredDocument]:
        """The documents of these keys, by key."""
        return self._kept(
            self._documents,
            keys,
            lambda unknown: self._each(schema.document_of, schema.DOCUMENT, "d.key", unknown),
        )

    def document_by_id(self, document_id: str) -> StoredDocument | None:
        """The document with this id."""
        rows = (
            self._rows(f"{schema.DOCUMENT} WHERE d.id = ?", (document_id,)) if storable(document_id) else []
        )
        return self._first_or_none(document for _, document in self._made(schema.document_of, rows))

    def list_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, offset: int = 0, limit: int = 100
    ) -> list[StoredDocument]:
        """One page of the documents that are wanted, in the order of the archive."""
        condition, parameters = where(wanted)
        statement = f"WHERE {condition} ORDER BY d.key LIMIT ? OFFSET ?"
        return self._listed(statement, (*parameters, limit, offset))

    def _listed(self, condition: str, parameters: Sequence[Any]) -> list[StoredDocument]:
        rows = self._counted(f"{schema.DOCUMENT} {condition}", parameters)
        return [document for _, document in self._made(schema.document_of, rows)]

    def documents_beside(self, key: int) -> tuple[StoredDocument | None, StoredDocument | None]:
        """The documents before and after one, in the order of the archive; None at its ends."""
        before, after = (
            self._listed(f"WHERE d.key {side} ? ORDER BY d.key {order} LIMIT 1", (key,))
            for side, order in (("<", "DESC"), (">", "ASC"))
        )
        return before[0] if before else None, after[0] if after else None

    def documents_of(self, path: str) -> list[StoredDocument]:
        """The documents that were read from a source file, in order."""
        return self._listed("WHERE d.path = ? ORDER BY d.key", (path,))

    def document_paths(self) -> set[str]:
        """The source files that have a document."""
        return {path for (path,) in self._rows("SELECT DISTINCT path FROM documents", ())}

    def walk_documents(
        self, wanted: DocumentFilter = EVERY_DOCUMENT, *, batch: int = 1000
    ) -> Iterator[StoredDocument]:
        """All documents that are wanted, in the order of the archive; ``batch`` of them are held."""
        condition, parameters = where(wanted)
        # By the keys, whatever else is asked for: another index would have all of them sorted for each batch.
        statement = f"{schema.WALKED} WHERE d.key > ? AND {condition} ORDER BY d.key LIMIT ?"
        after = -1
        while rows := self._counted(statement, (after, *parameters, batch)):
            yield from (document for _, document in self._made(schema.document_of, rows))
            after = rows[-1][0]

    def count_documents(self, wanted: DocumentFilter = EVERY_DOCUMENT) -> int:
        """How many documents ``list_documents`` lists in all its pages."""
        condition, parameters = where(wanted)
        rows = self._counted(f"SELECT count(*) FROM documents d WHERE {condition}", parameters)
        return int(rows[0][0])

    def sizes(self) -> list[tuple[int, str | None, int, int, int]]:
        """Key, date, collection and details (their integers, 0 without) and characters of each document."""
        columns = "key, date, coalesce(collection, 0), coalesce(details, 0), characters"
        return [tuple(row) for row in self._counted(f"SELECT {columns} FROM documents ORDER BY key")]

    def sizes_by_author(self) -> list[tuple[int, int, int, int]]:
        """Document, nearest author (0 without), kind and characters of all passages that have these three."""
        return [
            tuple(row)
            for row in self._counted(
                f"SELECT d.key, coalesce(s.author, d.author, 0), p.kind, sum({_LENGTH}) FROM passages p"
                f" JOIN documents d ON d.key = p.key >> {schema.POSITION_BITS} JOIN sections s"
                f" ON s.key = (d.key << {schema.POSITION_BITS}) + p.section + 1 GROUP BY 1, 2, 3"
            )
        ]

    def lengths(self, document: int) -> list[int]:
        """The characters of each passage of a document, in reading order."""
        first = document << schema.POSITION_BITS
        rows = self._counted(
            f"SELECT {_LENGTH} FROM passages p WHERE key BETWEEN ? AND ? ORDER BY key",
            (first, first + _POSITION),
        )
        return [length for (length,) in rows]

    def sections_of(self, document: int, first: int = 0, end: int | None = None) -> list[StoredSection]:
        """The sections of a document, in order: all, or those of the places from ``first`` to ``end``."""
        of = self.documents([document])
        count = (of[document].sections if end is None else end) - first
        key = (document << schema.POSITION_BITS) + 1 + first
        return self._successive(schema.section_in(of), schema.SECTION, "s.key", key, count)

    def sections(self, keys: Iterable[int]) -> dict[int, StoredSection]:
        """The sections of these keys, by key."""

        def read(unknown: Collection[int]) -> Iterator[tuple[int, StoredSection]]:
            of = self.documents({key >> schema.POSITION_BITS for key in unknown})
            return self._each(schema.section_in(of), schema.SECTION, "s.key", unknown)

        return self._kept(self._sections, keys, read)

    # --- names, sources, notes ------------------------------------------------------------------------------

    def number(self, kind: schema.NameKind, name: str) -> int:
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
            f"SELECT number FROM names WHERE kind = {schema.NameKind.AUTHOR:d}"
            " AND instr('、' || name || '、', '、' || ? || '、')",
            (author,),
        )
        return [number for (number,) in rows]

    def names(self, kind: schema.NameKind, numbers: Iterable[int] | None = None) -> dict[int, str]:
        """Names by their integers: those asked for, or all."""
        statement = f"SELECT number, name, seal FROM (SELECT * FROM names WHERE kind = {kind:d})"

        def name(row: Any) -> str:
            schema.unsealed((int(kind), *row))
            return str(row["name"])

        if numbers is None:
            return dict(self._made(name, self._counted(f"{statement} ORDER BY number")))
        return dict(self._each(name, statement, "number", numbers))

    def collections(self) -> list[tuple[str, int]]:
        """``(collection, documents)``, by name."""
        return self._pairs(
            "SELECT n.name, count(*) FROM documents d JOIN names n"
            f" ON n.kind = {schema.NameKind.COLLECTION:d} AND n.number = d.collection"
            " GROUP BY n.number ORDER BY n.name"
        )

    def authors(self) -> list[tuple[str, int]]:
        """``(author, documents)``, most documents first, then by name; each of several authors counts."""
        return self._pairs(
            # Split as a JSON list: cutting name by name copies the rest of 100,000 names as often.
            "WITH each AS (SELECT n.number AS number, e.value AS name FROM names n,"
            " json_each('[' || replace(json_quote(n.name), '、', '\",\"') || ']') e"
            f" WHERE n.kind = {schema.NameKind.AUTHOR:d})"
            " SELECT n.name, count(DISTINCT x.key) FROM"
            " (SELECT author, key FROM documents WHERE author IS NOT NULL"
            f" UNION SELECT author, key >> {schema.POSITION_BITS} FROM sections WHERE author IS NOT NULL) x"
            " JOIN each n ON n.number = x.author AND n.name != ''"
            " GROUP BY n.name ORDER BY count(DISTINCT x.key) DESC, n.name"
        )

    def _pairs(self, statement: str) -> list[tuple[str, int]]:
        return [(name, count) for name, count in self._counted(statement)]

    def spans(self) -> dict[str, tuple[int, int, int]]:
        """By source file: its first document's key, its last one's, and the passages of that one."""
        rows = self._counted("SELECT path, min(key), max(key) FROM documents GROUP BY path")
        last = dict(
            self._each(itemgetter(1), "SELECT key, passages FROM documents", "key", [row[2] for row in rows])
        )
        return {path: (low, high, last[high]) for path, low, high in rows}

    def passage_count(self, paths: Iterable[str]) -> int:
        """How many passages were read from these source files."""
        statement = (
            "SELECT coalesce(sum(passages), 0) FROM documents WHERE path IN (SELECT value FROM json_each(?))"
        )
        return int(self._counted(statement, (json.dumps(list(paths)),))[0][0])

    def keys(self) -> list[int]:
        """The keys of all passages, ascending."""
        return [key for (key,) in self._counted("SELECT key FROM passages ORDER BY key")]

    def sources(self) -> dict[str, StoredSource]:
        """The source files of the archive, by path."""
        return {row[0]: StoredSource(*row) for row in self._counted("SELECT * FROM sources")}

    def source(self, path: str) -> StoredSource | None:
        """A source file of the archive."""
        rows = self._rows("SELECT * FROM sources WHERE path = ?", (path,))
        return StoredSource(*rows[0]) if rows else None

    def notes(self, *, unread: bool = False) -> tuple[Note, ...]:
        """What the build had to say of its sources; ``unread``: only of what no reader has opened, which
        comes first.
        """
        where = " WHERE unread" if unread else ""
        self.verify()
        return self._noted(f"{where} ORDER BY unread DESC, path, rowid")

    def notes_of(self, path: str) -> tuple[Note, ...]:
        """What the build had to say of one source file after it was opened."""
        return self._noted("WHERE path = ? AND NOT unread ORDER BY rowid", (path,))

    def _noted(self, condition: str, parameters: Sequence[Any] = ()) -> tuple[Note, ...]:
        rows = self._rows(f"SELECT rowid, * FROM notes {condition}", parameters)
        return tuple(note for _, note in self._made(schema.note_of, rows))

    def files(self) -> schema.FileCounts:
        """How many files are in the archive: whole, partly, not at all."""
        left = dict(
            self._counted(
                f"{_INCOMPLETE} SELECT EXISTS (SELECT 1 FROM documents d WHERE d.path = n.path) AS here,"
                " count(*) FROM incomplete n GROUP BY here"
            )
        )
        whole = self._counted(
            f"{_INCOMPLETE} SELECT count(*) FROM sources WHERE path NOT IN (SELECT path FROM incomplete)"
        )[0][0]
        clashes = self._counted("SELECT count(*) FROM notes WHERE left_out AND code = 'odd_name'")[0][0]
        return schema.FileCounts(whole, left.get(1, 0), left.get(0, 0) + clashes)

    def statistics(self) -> Statistics:
        """How much there is."""
        return Statistics(*self._counted(STATISTICS)[0])

    def integrity(self) -> str | None:
        """What SQLite finds wrong with the file, or None. Reads all of it."""
        found = self._rows("PRAGMA integrity_check(1)")[0][0]
        return None if found == "ok" else str(found)


# A note may be on a member of an archive: the source file is above it. The note on a clash of names has the
# path of the file that is read.
_INCOMPLETE = """WITH RECURSIVE above(path, up) AS (
    SELECT DISTINCT path, path FROM notes WHERE left_out AND code != 'odd_name'
    UNION SELECT path, rtrim(rtrim(up, replace(up, '/', '')), '/') FROM above
    WHERE instr(up, '/') AND up NOT IN (SELECT path FROM sources)
), incomplete(path) AS (
    SELECT DISTINCT coalesce(max(s.path), above.path)
    FROM above LEFT JOIN sources s ON s.path = above.up GROUP BY above.path
)"""
