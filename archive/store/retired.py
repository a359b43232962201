"""The table ``retired``, and what a new store lacks of the one before it.

A row has the id of a passage or a document that is gone, and that of its successor: a number is a passage's
id, a text a document's, NULL means none. A successor that is retired later gets a row of its own, which is
younger. So each row leads, at once or over others, to something in the archive or to nothing, even after the
oldest rows were dropped.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct

from archive.store.schema import ASTRAY, POSITION_BITS, uri

MOST = 1_000_000
"""Rows that are kept; above it the oldest go."""

Row: TypeAlias = tuple[int | str, int | str | None]


class Former(Struct, frozen=True):
    """A document of the store before.

    Attributes:
        now: its key in the new store, or None where it is gone.
        twins: keys of documents of the new store that are files of the same bytes, where it is gone.
    """

    id: str
    now: int | None
    twins: list[int]


class Comparison:
    """Two stores; the second is to follow the first. Both are only read; every method raises
    ``sqlite3.Error``. ``paths``: source files; documents of others are the same in both; None: all may
    differ.
    """

    def __init__(self, before: Path, new: Path, paths: Collection[str] | None) -> None:
        self._paths = None if paths is None else json.dumps(sorted(paths))
        self._sources: dict[bytes, list[str]] | None = None
        self._connection = sqlite3.connect(_uri(before), uri=True, isolation_level=None)
        try:
            self._connection.execute("ATTACH ? AS new", (_uri(new),))
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Close both files."""
        self._connection.close()

    def gone(self) -> array[int]:
        """The keys, in the store before, of passages that the new one lacks: ``MOST`` of them at most."""
        return self._lacking("main", "new")

    def fresh(self) -> array[int]:
        """The keys of passages that the store before lacks, ascending."""
        return self._lacking("new", "main")

    def _lacking(self, one: str, other: str) -> array[int]:
        lacking = f"p.id NOT IN (SELECT id FROM {other}.passages)"
        if self._paths is None:
            rows = self._connection.execute(f"SELECT p.key FROM {one}.passages p WHERE {lacking}")
        else:
            rows = self._connection.execute(
                f"SELECT p.key FROM {one}.documents d CROSS JOIN {one}.passages p"
                f" ON p.key >= d.key << {POSITION_BITS} AND p.key < (d.key + 1) << {POSITION_BITS}"
                f" WHERE d.path IN (SELECT value FROM json_each(?)) AND {lacking}",
                (self._paths,),
            )
        keys = array("q", (key for (key,) in rows))
        return array("q", sorted(keys)[: MOST if one == "main" else None])

    def former(self, key: int) -> Former:
        """A document of the store before."""
        name, path, now, digest = self._connection.execute(
            "SELECT o.id, o.path, n.key, s.digest FROM main.documents o"
            " LEFT JOIN new.documents n ON n.id = o.id LEFT JOIN main.sources s ON s.path = o.path"
            " WHERE o.key = ?",
            (key,),
        ).fetchone()
        twins: list[int] = []
        if now is None and name == path and digest is not None:
            found = self._connection.execute(
                "SELECT key FROM new.documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY key",
                (json.dumps(self._with_digest(digest)),),
            )
            twins = [twin for (twin,) in found]
        return Former(name, now, twins)

    def _with_digest(self, digest: bytes) -> list[str]:
        if self._sources is None:
            self._sources = {}
            for path, other in self._connection.execute("SELECT path, digest FROM new.sources"):
                self._sources.setdefault(other, []).append(path)
        return self._sources.get(digest, [])

    def before(self, key: int) -> Iterator[tuple[int, int, int | None, str | bytes]]:
        """Of each passage of a document of the store before its key and id, its key now, and its text."""
        last = -1
        for row in self._connection.execute(
            "SELECT o.key, o.id, n.key, o.text FROM main.passages o LEFT JOIN new.passages n ON n.id = o.id"
            " WHERE o.key >= ? AND o.key < ? ORDER BY o.key",
            _span(key),
        ):
            if row[0] != last:  # two passages have one id in one of a million archives
                yield row
            last = row[0]

    def after(self, key: int) -> Iterator[tuple[int, str | bytes]]:
        """Of each passage of a document of the new store its key and its text."""
        return self._connection.execute(
            "SELECT key, text FROM new.passages WHERE key >= ? AND key < ? ORDER BY key", _span(key)
        )

    def text(self, key: int, store: str = "new") -> str | bytes:
        """The text of a passage as it is stored, of the ``new`` store or of the one before (``main``)."""
        return self._one(f"SELECT text FROM {store}.passages WHERE key = ?", key)  # type: ignore[no-any-return]

    def passage_id(self, key: int) -> int:
        """The id of a passage of the new store."""
        return self._one("SELECT id FROM new.passages WHERE key = ?", key)  # type: ignore[no-any-return]

    def document_id(self, key: int) -> str:
        """The id of a document of the new store."""
        return self._one("SELECT id FROM new.documents WHERE key = ?", key)  # type: ignore[no-any-return]

    def links(self) -> Iterator[Row]:
        """The rows that the store before has, the oldest first. Stores of earlier versions have none."""
        if not self._connection.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'retired'").fetchone():
            return iter(())
        return self._connection.execute("SELECT id, successor FROM main.retired ORDER BY rowid")

    def _one(self, statement: str, key: int) -> Any:
        return self._connection.execute(statement, (key,)).fetchone()[0]


class RetiredLinks:
    """The table in a store that is being written and has all else. Methods raise ``sqlite3.Error``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def restore(self, fresh: Collection[int]) -> None:
        """Forget the rows of what is in the archive again: of these passages and their documents."""
        if not self._connection.execute("SELECT 1 FROM retired LIMIT 1").fetchone():
            return
        for table, keys in (("passages", fresh), ("documents", {key >> POSITION_BITS for key in fresh})):
            for key in keys:
                found = self._connection.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()
                self._connection.execute("DELETE FROM retired WHERE id = ?", found)

    def add(self, rows: Iterable[Row]) -> None:
        """Add rows, none of them older than one that it leads to."""
        self._connection.executemany("INSERT OR REPLACE INTO retired VALUES (?, ?)", rows)

    def add_if_led_to(self, rows: Iterable[Row]) -> None:
        """Add those of the rows to which another one leads; no other is needed to come to nothing."""
        found = dict(rows)
        if found:
            led = self._connection.execute("SELECT successor FROM retired")
            self.add([(id, found[id]) for id in {id for (id,) in led if id in found}])

    def forget(self) -> None:
        """Drop all rows."""
        self._connection.execute("DELETE FROM retired")

    def limit(self) -> None:
        """Drop the oldest rows above ``MOST``."""
        self._connection.execute(
            "DELETE FROM retired WHERE rowid <="
            " (SELECT rowid FROM retired ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
            (MOST,),
        )

    def drop_astray(self) -> None:
        """Drop rows that lead nowhere, as only damage makes them."""
        while self._connection.execute(f"DELETE FROM retired WHERE {ASTRAY}").rowcount:
            pass


def _uri(path: Path) -> str:
    return uri(path, "mode=ro&immutable=1")


def _span(key: int) -> tuple[int, int]:
    return key << POSITION_BITS, (key + 1) << POSITION_BITS
