"""A segment, opened for reading: terms, postings and columns. Its records are numbers from 0."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from whoosh.filedb.filetables import OrderedHashReader
from whoosh.filedb.structfile import BufferFile

from index.engines.whoosh.blocks import TERM, Postings, read_block
from index.engines.whoosh.toc import FIELDS, INTEGERS, SegmentEntry
from index.query.condition import Stream

_FIELDS = {stream: number.to_bytes(2, "big") for number, stream in enumerate(FIELDS)}


class _Mapped(BufferFile):  # type: ignore[misc]
    """A file of the index in memory, as Whoosh's readers want it."""

    def __init__(self, path: Path, size: int, terms: Sequence[Any]) -> None:
        self._terms = terms
        with path.open("rb") as file:
            self._buf: Any = mmap(file.fileno(), 0, access=ACCESS_READ) if size else b""
        if len(self._buf) != size:
            raise ValueError(f"{path.name} has {len(self._buf)} bytes, not {size}")
        self.file = self._buf

    def read_pickle(self) -> dict[str, Any]:
        """What the table of contents says, for the pickle between the terms and the list of their places."""
        count, code = self._terms
        self.seek(len(self._buf) - 4 - count * array(code).itemsize)
        return {"indexlen": count, "indextype": code}

    def close(self) -> None:
        if isinstance(self._buf, mmap):
            self._buf.close()


class Segment:
    """The files of a segment, all mapped when it is opened: they may be unlinked afterwards."""

    def __init__(self, folder: Path, entry: SegmentEntry) -> None:
        self.size, self.tokens, self.deleted = entry.records, entry.tokens, frozenset(entry.deleted)
        self._name, self._files = entry.name, dict[str, _Mapped]()
        self.column, self.postings = cache(self._column), lru_cache(maxsize=1024)(self._postings)
        try:
            for name, size in entry.files.items():
                if "._" not in name:  # what only Whoosh reads: its own lengths, stored fields
                    self._files[name] = _Mapped(folder / name, size, entry.terms)
            self._terms = OrderedHashReader(self._files[f"{entry.name}.trm"])
            self._value = lru_cache(maxsize=4096)(self._terms.get)
        except BaseException:
            self.close()
            raise

    def _column(self, name: str) -> array[int]:
        """A number for each record: ``whoosh.columns.NumericColumn``, which leaves out zeros at the end."""
        file, code = self._files[f"{self._name}.{name}.col"], "q" if name in INTEGERS else "B"
        width = array(code).itemsize
        values: array[int] = file.get_array(0, code, len(file._buf) // width)
        values.frombytes(bytes(width * (self.size - len(values))))
        return values

    def frequency(self, stream: Stream, token: str) -> int:
        """In how many records the token occurs."""
        value = self._value(_key(stream, token))
        return int(TERM.unpack(value)[2]) if value else 0

    def _postings(self, stream: Stream, token: str) -> Postings:
        value = self._value(_key(stream, token))
        return self.block(value) if value else Postings((), (), ())

    def block(self, value: bytes) -> Postings:
        """The postings that a term's value leads to."""
        *_, place, size = TERM.unpack(value)
        return read_block(self._files[f"{self._name}.pst"].get(place, size))

    def terms(self, stream: Stream) -> Iterator[tuple[bytes, bytes]]:
        """The terms in UTF-8, ascending, each with its value."""
        start = _FIELDS[stream]
        for key, value in self._terms.items_from(start):
            if not key.startswith(start):
                return
            yield key[2:], value

    def close(self) -> None:
        """Release the files."""
        for file in self._files.values():
            file.close()


def _key(stream: Stream, token: str) -> bytes:
    return _FIELDS[stream] + token.encode("utf-8", "surrogatepass")
