"""The files of an index, read: the table of contents, and segments with their terms, postings and columns.

A pickle can call whatever it names. Whoosh's own table of contents is one: ``codec.publish`` writes it for
Whoosh, and it is not read. The postings of a term are a block of the ``.pst`` file: ``W3Bl``, minus its
length, and two pickles: a summary; records, frequencies and values. Ours have only numbers, bytes and tuples,
and nothing else is understood here. The records of a segment are numbers from 0.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import iter_unpack, unpack
from typing import Any

from msgspec import Struct, convert, json
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.filedb.structfile import BufferFile

from archive.errors import said
from index.engines.base import Record
from index.engines.guarded import Guard
from index.errors import EngineError
from index.query.condition import STREAMS, Stream

ENGINE = "whoosh"
CONTENTS = "segments.json"
FORMAT = 2

# The field of a record, and of Whoosh's schema, that holds each stream; their order is that of the terms.
FIELDS: dict[Stream, str] = {name: name for name in STREAMS} | {"section": "heading", "author": "byline"}
POSITIONAL = frozenset({"grams", "title", "heading", "byline"})
_NAMES = Record.__struct_fields__
INTEGERS = _NAMES[: _NAMES.index("words")]
named = partial(Guard, ENGINE)


class SegmentEntry(Struct, frozen=True, array_like=True):
    """A segment of the index: what its files begin with, how many records it has, and more."""

    name: str
    records: int  # deleted ones included
    tokens: Mapping[str, int]  # of each field
    terms: Sequence[Any]  # how many there are, and the type code of their places in the file
    files: Mapping[str, int]  # with their sizes
    deleted: Sequence[int] = ()  # ascending


def read_contents(folder: Path) -> tuple[int, list[SegmentEntry]]:
    """The number of the last commit, and its segments. Raises ``EngineError``."""
    with named(f"reading {CONTENTS} failed"):
        if not (folder / CONTENTS).exists():
            raise EngineError(ENGINE, said("there is no index in {}", folder.name))
        version, commit, entries = json.decode((folder / CONTENTS).read_bytes())
        if version != FORMAT:
            raise EngineError(ENGINE, said("the index has format {}, not {}", version, FORMAT))
        return commit, convert(entries, list[SegmentEntry])


MAGIC = b"W3Bl"
LENGTH = struct.Struct("!i")
# The value of a term in the .trm file: no flags, sum and number of frequencies, shortest and longest record
# (not kept), highest frequency, first and last record, place and length of the block (``W3TermInfo``).
TERM = struct.Struct("!BfIBBfIIqi")
PROTOCOL = 3  # the first that has bytes; from 4 on pickles come in frames

# Runs of numbers (K, M, J), of what came before (h, j) and of new values, which postings mostly are.
_RUN = re.compile(rb"(?:K.)+|(?:M..)+|(?:J....)+|(?:h.)+|(?:j....)+|(?:C\x04....q.)+", re.DOTALL)
_ITEMS = {b"K": "<xB", b"M": "<xH", b"J": "<xi", b"h": "<xB", b"j": "<xI", b"C": "<xx4sxx"}
_TUPLES = {b")": 0, b"\x85": 1, b"\x86": 2, b"\x87": 3}


class Postings(Struct, frozen=True):
    """The records that have a token, ascending, how often each has it, and the values with the positions."""

    records: Sequence[int]
    frequencies: Sequence[int]
    values: Sequence[bytes]


def plain(data: bytes, at: int) -> tuple[Any, int]:
    """The numbers, bytes and tuples of the pickle at this place, and where it ends; anything else raises."""
    stack: list[Any] = []
    marks: list[int] = []
    known: list[Any] = []
    while True:
        if run := _RUN.match(data, at):
            kind, at = run[0][:1], run.end()
            items = [item for (item,) in iter_unpack(_ITEMS[kind], run[0])]
            stack += [known[number] for number in items] if kind in b"hj" else items
            known += items if kind == b"C" else ()
            continue
        code, at = data[at : at + 1], at + 1
        if code == b"(":
            marks.append(len(stack))
        elif code == b"t" or code in _TUPLES:
            start = marks.pop() if code == b"t" else len(stack) - _TUPLES[code]
            stack[start:] = [tuple(stack[start:])]
        elif code in (b"C", b"B"):
            start = at + (1 if code == b"C" else 4)
            at = start + int.from_bytes(data[at:start], "little")
            stack.append(data[start:at])
        elif code in (b"q", b"r"):  # numbered from 0 as they come
            known.append(stack[-1])
            at += 1 if code == b"q" else 4
        elif code == b"N":
            stack.append(None)
        elif code == b"\x80" and data[at] == PROTOCOL:
            at += 1
        elif code == b".":
            (value,) = stack
            return value, at
        else:
            raise ValueError(f"a pickle with more than data ({code!r})")


def read_block(block: bytes) -> Postings:
    """The postings of a term. A damaged block raises what Python raises (``named`` names it)."""
    if block[:4] != MAGIC or LENGTH.unpack_from(block, 4)[0] != 8 - len(block):
        raise ValueError("not a block of postings")
    _, at = plain(block, 8)
    (gaps, frequencies, values), _ = plain(block, at)
    records = array("I", accumulate(gaps))
    return Postings(records, frequencies or b"\1" * len(records), values or ())


def positions(value: bytes) -> Sequence[int]:
    """The positions that a posting's value has, ascending, each in four bytes."""
    return unpack(f"<{len(value) // 4}I", value)


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
