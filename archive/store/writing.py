"""Writing a text store that nobody reads yet."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from msgspec.structs import asdict, astuple

from archive.digests import Ordinals, blake2b
from archive.errors import StoreError, said
from archive.messages import note
from archive.model import Note
from archive.passages import PassageIds
from archive.store import schema
from archive.store.retired import RetiredLinks
from archive.store.schema import (
    NameKind,
    Statistics,
    StoredDocument,
    StoredSection,
    StoredSource,
)

Row: TypeAlias = tuple[Any, ...]
"""The columns of a table in the order of ``archive.store.schema.TABLES``."""

Way: TypeAlias = tuple[str, str | None, str | None]
"""``rule``, ``joined`` and ``moved`` of a piece."""


_AT_ONCE = 10_000
"""Passages that are held at a time, where a document is given another id."""


class StoreWriter:
    """Writes one file in one transaction, without a journal: a file that is not finished is thrown away.

    Rows are plain tuples in the order of the tables' columns, many at a time. Used by one thread at a time.
    Every method raises ``StoreError``; nothing is promised of the file before ``finish`` has returned.

    Args:
        create: a new file; else it is a private copy of a finished store.
        shared: names get numbers made from themselves, so that they have the same in every part of a store.
    """

    def __init__(self, path: Path, *, create: bool = True, shared: bool = False) -> None:
        self.path = path
        self._shared = shared
        self._numbers: dict[tuple[int, str], int] = {}
        self._last: dict[int, int] = {}
        self._ways: dict[Way, int] = {}
        self._changed = self._indexed = not create
        with self._named_errors():
            self._connection = sqlite3.connect(
                schema.uri(path, "mode=rwc" if create else "mode=rw"),
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            for pragma in (
                "page_size = 8192",
                "journal_mode = OFF",
                "synchronous = OFF",
                "locking_mode = EXCLUSIVE",
                "cache_size = -32768",
                "temp_store = FILE",  # what is sorted for an index would be held whole, and sorted slower
            ):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.execute("BEGIN")
            if create:
                for statement in schema.TABLES.split(";"):
                    self._connection.execute(statement)
                self._connection.execute("INSERT INTO meta VALUES ('format', ?)", (schema.FORMAT,))
            else:
                self._load()

    def _load(self) -> None:
        for kind, number, name in self._connection.execute("SELECT kind, number, name FROM names"):
            self._numbers[kind, name] = number
            self._last[kind] = max(number, self._last.get(kind, 0))
        ways = self._connection.execute("SELECT number, rule, joined, moved FROM ways")
        self._ways = {(rule, joined, moved): number for number, rule, joined, moved in ways}

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                self.path.name, said("the text store could not be written: {}", error)
            ) from error

    def number(self, kind: NameKind, name: str | None) -> int:
        """The integer of a name, from 1, made when it is new; 0 for None."""
        if name is None:
            return 0
        known = self._numbers.get((kind, name))
        if known is None:
            known = _made_from(kind, name) if self._shared else self._last.get(kind, 0) + 1
            self._numbers[kind, name] = self._last[kind] = known
            self._insert("names", [(int(kind), known, name)])
        return known

    def way(self, way: Way) -> int:
        """The integer of a reader's way to a piece, made when it is new."""
        known = self._ways.get(way)
        if known is None:
            last = max(self._ways.values(), default=0)
            # A passage has one: six bytes, not eight.
            known = self._ways[way] = _made_from(*way) >> 15 if self._shared else last + 1
            self._insert("ways", [(known, *way)])
        return known

    def add_documents(self, documents: Iterable[StoredDocument]) -> None:
        """Documents with the counts of what is in them."""
        author, collection, details = NameKind.AUTHOR, NameKind.COLLECTION, NameKind.DETAILS
        self._insert(
            "documents",
            (
                tuple({
                    **asdict(d),
                    "author": self.number(author, d.author) or None,
                    "collection": self.number(collection, d.collection) or None,
                    "details": self.number(details, packed(d.details)) or None,
                    "title_is_derived": int(d.title_is_derived),
                    "date_guessed": int(d.date_guessed),
                }.values())
                for d in documents
            ),
        )  # fmt: skip

    def add_sections(self, sections: Iterable[StoredSection]) -> None:
        """Sections of documents; ``nearest_author`` is not kept."""
        self._insert(
            "sections",
            (
                (s.key, s.heading, json.dumps(s.path, ensure_ascii=False) if s.path else "[]",
                 self.number(NameKind.AUTHOR, s.author) or None, s.affiliation)
                for s in sections
            ),
        )  # fmt: skip

    def add_passages(self, rows: Iterable[Row]) -> None:
        """Rows of ``passages``; ids by ``id_number``, texts by ``pack``."""
        self._insert("passages", rows)

    def add_sources(self, sources: Iterable[StoredSource]) -> None:
        """Source files; one that is there already is replaced."""
        with self._named_errors():
            self._connection.executemany(
                "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)", map(astuple, sources)
            )

    def add_notes(self, notes: Iterable[Note], *, unread: bool = False) -> None:
        """What the build report says; ``unread``: of what no reader has opened (``replace_unread``)."""
        self._insert(
            "notes",
            (
                (_plain(n.path), n.code, _said(n), n.line, int(n.left_out), n.count, int(unread))
                for n in notes
            ),
        )

    def _insert(self, table: str, rows: Iterable[Row]) -> None:
        """Rows of all columns but the last, which is their digest."""
        marks = ", ".join("?" * (schema.SEALED[table] + 1))
        with self._named_errors():
            self._connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})", ((*row, schema.sealed(row)) for row in rows)
            )

    def replace_unread(self, notes: Iterable[Note]) -> None:
        """Put other notes in the place of those that were added as ``unread``."""
        with self._named_errors():
            self._connection.execute("DELETE FROM notes WHERE unread")
        self.add_notes(notes, unread=True)

    def has_document(self, document_id: str) -> bool:
        """Whether a document has this id. Slow before ``finish``."""
        with self._named_errors():
            rows = self._connection.execute("SELECT 1 FROM documents WHERE id = ?", (document_id,))
            return rows.fetchone() is not None

    def documents_of(self, path: str) -> list[int]:
        """The keys of the documents that were read from a source file, ascending."""
        with self._named_errors():
            rows = self._connection.execute("SELECT key FROM documents WHERE path = ? ORDER BY key", (path,))
            return [key for (key,) in rows]

    def rename_twins(self) -> None:
        """Give each document whose id one before it has an id of its own, and note it. Before ``index``.

        The first in the order of the archive keeps an id; later ones get it with ``~2``, ``~3`` ….
        """
        with self._named_errors():
            twins = self._connection.execute(
                "SELECT key, id, path FROM documents WHERE id IN"
                " (SELECT id FROM documents GROUP BY id HAVING count(*) > 1) ORDER BY key"
            ).fetchall()
            if not twins:
                return
            self._connection.execute("CREATE INDEX twins ON documents (id)")
            numbers: dict[str, int] = {}
            for key, old, path in twins:
                if old in numbers:
                    while self.has_document(new := f"{old}~{numbers[old]}"):
                        numbers[old] += 1
                    self._rename(key, new)
                    self.add_notes([note(path, "id_clash", repr(old), repr(new))])
                else:
                    numbers[old] = 2
            self._connection.execute("DROP INDEX twins")

    def _rename(self, key: int, name: str) -> None:
        """Give a document another id, and its passages theirs."""
        row = self._connection.execute("SELECT * FROM documents WHERE key = ?", (key,)).fetchone()
        self._connection.execute("DELETE FROM documents WHERE key = ?", (key,))
        self._insert("documents", [(key, name, *row[2:-1])])
        ids = PassageIds(name, Ordinals())
        first, end = key << schema.POSITION_BITS, (key + 1) << schema.POSITION_BITS
        while first < end:
            last = min(first + _AT_ONCE, end)
            rows = self._connection.execute(
                "SELECT * FROM passages WHERE key >= ? AND key < ? ORDER BY key", (first, last)
            ).fetchall()
            if not rows:
                return
            self._connection.execute("DELETE FROM passages WHERE key >= ? AND key < ?", (first, last))
            self._insert(
                "passages",
                ((r[0], schema.id_number(ids.next(schema.unpack(r[-2])).hex()), *r[2:-1]) for r in rows),
            )
            first = last

    def document_count(self) -> int:
        """How many documents there are so far."""
        with self._named_errors():
            return int(self._connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def document_paths(self) -> set[str]:
        """The source files that have a document."""
        with self._named_errors():
            return {path for (path,) in self._connection.execute("SELECT DISTINCT path FROM documents")}

    def remove_documents(self, keys: Iterable[int]) -> None:
        """Remove documents with their sections and passages."""
        with self._named_errors():
            for key in keys:
                span = (key << schema.POSITION_BITS, (key + 1) << schema.POSITION_BITS)
                self._connection.execute("DELETE FROM documents WHERE key = ?", (key,))
                self._connection.execute("DELETE FROM sections WHERE key >= ? AND key < ?", span)
                self._connection.execute("DELETE FROM passages WHERE key >= ? AND key < ?", span)

    def remove_source(self, path: str) -> None:
        """Forget a source file and the notes on it and its members; ``remove_documents`` has its texts."""
        with self._named_errors():
            self._connection.execute("DELETE FROM sources WHERE path = ?", (_plain(path),))
            self._connection.execute(
                "DELETE FROM notes WHERE NOT unread AND (path = ?1 OR path > ?1 || '/' AND path < ?1 || '0')",
                (_plain(path),),
            )

    def join(self, part: Path) -> None:
        """Add all rows of a part, made by a ``shared`` writer, whose documents come after those here."""
        with self._named_errors():
            self._connection.execute("COMMIT")
            self._connection.execute("ATTACH ? AS part", (schema.uri(part, "mode=ro&immutable=1"),))
            self._connection.execute("BEGIN")
            for table in ("documents", "sections", "passages", "sources", "notes"):
                self._connection.execute(f"INSERT INTO main.{table} SELECT * FROM part.{table}")
            # The key of a table refuses two names of one number: in one of 100,000 archives of ten million.
            for table in ("names", "ways"):
                self._connection.execute(
                    f"INSERT INTO main.{table} SELECT * FROM part.{table} EXCEPT SELECT * FROM main.{table}"
                )
            self._connection.execute("COMMIT")
            self._connection.execute("DETACH part")
            self._connection.execute("BEGIN")

    def end_part(self) -> None:
        """Close a part as it is, without indexes: for ``join``."""
        with self._named_errors():
            self._connection.execute("COMMIT")
        self.close()

    def index(self) -> None:
        """Make the indexes of a new store, once all is in it."""
        with self._named_errors():
            if not self._indexed:
                for statement in schema.INDEXES.split(";"):
                    self._connection.execute(statement)
        self._indexed = True

    @contextmanager
    def links(self) -> Iterator[RetiredLinks]:
        """The table of ``archive.store.retired``, once the rest is there: others can read that then."""
        self.index()
        with self._named_errors():
            links = RetiredLinks(self._connection)
            self._connection.execute("COMMIT")
            self._connection.execute("BEGIN")
            yield links

    def finish(self) -> Statistics:
        """Make the indexes, forget names that nothing has any more, check the file and close it."""
        self.index()
        with self._named_errors():
            if self._changed:
                for kind in (NameKind.COLLECTION, NameKind.DETAILS):
                    column = kind.name.lower()
                    self._connection.execute(
                        f"DELETE FROM names WHERE kind = {kind:d} AND number NOT IN"
                        f" (SELECT {column} FROM documents WHERE {column} IS NOT NULL)"
                    )
                self._connection.execute(
                    f"DELETE FROM names WHERE kind = {NameKind.AUTHOR:d} AND number NOT IN"
                    " (SELECT author FROM documents WHERE author IS NOT NULL UNION"
                    " SELECT author FROM sections WHERE author IS NOT NULL)"
                )
            statistics = Statistics(*self._connection.execute(STATISTICS).fetchone())
            self._connection.execute("PRAGMA analysis_limit = 400")
            self._connection.execute("ANALYZE")
            self._connection.execute("COMMIT")
            problem = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        self.close()
        if problem != "ok":
            raise StoreError(self.path.name, said("the text store is damaged: {}", problem))
        return statistics

    def close(self) -> None:
        """Close the file as it is. Safe to call twice."""
        self._connection.close()


STATISTICS = """
SELECT count(*), coalesce(sum(sections), 0), coalesce(sum(passages), 0), coalesce(sum(characters), 0),
    (SELECT coalesce(sum(count), 0) FROM notes WHERE left_out) FROM documents
"""


def packed(details: Mapping[str, str]) -> str | None:
    """The fields of a document as JSON, which is kept as a name; None without fields."""
    return json.dumps(details, ensure_ascii=False) if details else None


def _made_from(*names: object) -> int:
    """A number of 61 bits, above 0."""
    digest = blake2b(ascii(names).encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 3) or 1


def _said(note: Note) -> str:
    """The key and the values of a note, or its message, as JSON."""
    said = [value if isinstance(value, int) else _plain(str(value)) for value in note.said]
    return json.dumps(said or _plain(note.message), ensure_ascii=False)


def _plain(text: str) -> str:
    """A file name that is not UTF-8, as SQLite can keep it."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
