"""A finished file of texts, opened read-only: its connections, and rows that are what was written.

A row that is given was compared with its seal. What no seal can tell, that a row is not there or how many
there are, is told after the digest of the whole file was compared, once (``Database.verify``).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EMFILE
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from typing import Any, BinaryIO, TypeVar

from archive.digests import blocks, digest_of
from archive.errors import StoreError, said
from archive.store.schema import FORMAT, foreign, too_long, uri

AGAIN = "Build the archive anew: juanzong rebuild"

_PARAMETERS = 900  # SQLite allows 999 in its older builds

T = TypeVar("T")


class Database:
    """The file, as one that never changes; safe to use from several threads.

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
        self._file: BinaryIO | None = None
        try:
            # The file may be unlinked before it is compared.
            self._file = None if written is None else path.open("rb", buffering=0)
            for _ in range(max(1, connections)):
                connection = sqlite3.connect(
                    uri(path, "mode=ro&immutable=1"), uri=True, isolation_level=None, check_same_thread=False
                )
                connection.row_factory = sqlite3.Row
                self._free.put(connection)
                for pragma in ("mmap_size = 1073741824", "trusted_schema = OFF", "cell_size_check = ON"):
                    connection.execute(f"PRAGMA {pragma}")
            with self._borrow() as connection:
                statements = [sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master")]
                found = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        except (sqlite3.Error, OSError) as error:
            reason = f"the text store cannot be opened: {too_long(path) or _refused(path, error) or error}"
            self.close()
            raise StoreError(path.name, reason, hint=AGAIN) from error
        reason = ""
        if found is None or found[0] != FORMAT:
            reason = said("the text store has format {}, not {}", found and found[0], FORMAT)
        elif (other := foreign(statements)) is not None:
            reason = said("the text store has what this program never made: {!r}", other[:100])
        if reason:
            self.close()
            raise StoreError(path.name, reason, hint=AGAIN)

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
        error = StoreError(self.path.name, said("the text store {}", reason), hint=AGAIN)
        self.damage = self.damage or error
        return error

    def verify(self) -> None:
        """Compare the whole file with what was written, once. Before rows are counted, or said to be missing,
        this is called.
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
        """Answer without comparing the whole file first: to find what is damaged in it."""
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
        """All rows of a statement. The file is verified first, since no seal tells that a row is missing."""
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
        """What ``make`` makes of the rows of all these keys, in no order. One that is not there was lost."""
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
        statement of another thread is a crash of the process. A later call gets a ``StoreError``.
        """
        with self._closing:
            if self._closed:
                return
            self._closed = True
            if self._file is not None:
                self._file.close()
            with suppress(Empty):
                while connection := self._free.get_nowait():
                    connection.close()
            self._free.put(None)


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
