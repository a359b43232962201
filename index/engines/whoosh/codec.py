"""The index in Whoosh's terms: its schema, and segments and tables of contents that its stock codec reads."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from operator import sub
from pathlib import Path
from typing import Any

from msgspec import json
from whoosh import columns, fields, formats
from whoosh.codec.base import PostingsWriter
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, clean_files

from index.atomic_files import write_atomically
from index.engines.base import length_byte
from index.engines.whoosh.segment import (
    CONTENTS,
    FIELDS,
    FORMAT,
    INTEGERS,
    LENGTH,
    MAGIC,
    POSITIONAL,
    PROTOCOL,
    TERM,
    Postings,
    SegmentEntry,
    positions,
)

INDEX = "MAIN"  # Whoosh's name for an index without a name


class TokenPositions(formats.Format):  # type: ignore[misc]
    """A posting's value has the positions, which Whoosh asks for by this name."""

    decode_positions = staticmethod(positions)


def schema() -> Any:
    """A field of tokens for each stream, and columns: each integer, and Lucene's byte of each length."""
    made: dict[str, Any] = {name: fields.COLUMN(columns.NumericColumn("q")) for name in INTEGERS}
    for name in FIELDS.values():
        form = TokenPositions() if name in POSITIONAL else formats.Existence()
        made[name] = fields.FieldType(form, None, scorable=True)
        made[f"{name}_length"] = fields.COLUMN(columns.NumericColumn("B"))  # Whoosh's own byte rounds up
    return fields.Schema(**made)


class _Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's, but for how a block is written."""

    def postings_writer(self, dbfile: Any, *_: Any) -> _BlockWriter:
        return _BlockWriter(dbfile)


class _BlockWriter(PostingsWriter):  # type: ignore[misc]
    """Writes all of a term as a block of plain data; Whoosh's own writer names functions to call in it."""

    def __init__(self, file: Any) -> None:
        self._file, self._place, self._info = file.raw_file(), file.tell(), b""

    def start_postings(self, *_: Any) -> None: ...

    def add_posting(self, records: Any, frequencies: Any, values: Any, *_: Any) -> None:
        most, first, last = max(frequencies), records[0], records[-1]
        gaps = records if first == last else (first, *map(sub, records[1:], records))
        kept = None if most == 1 else bytes(frequencies) if most < 256 else tuple(frequencies)
        block = pickle.dumps((len(records), last, most, 0, 0, 0), PROTOCOL)
        block += pickle.dumps((gaps, kept, values or None), PROTOCOL)
        size, total = 8 + len(block), sum(frequencies)
        self._file.write(MAGIC + LENGTH.pack(8 - size) + block)
        self._info = TERM.pack(0, total, len(records), 0, 0, most, first, last, self._place, size)
        self._place += size

    def finish_postings(self) -> _BlockWriter:
        return self  # its ``to_bytes`` go into the dictionary

    def to_bytes(self) -> bytes:
        return self._info


class _Storage(FileStorage):  # type: ignore[misc]
    """A folder whose new files are closed with it, also where writing them failed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.made: list[Any] = []

    def create_file(self, name: str, **kwargs: Any) -> Any:
        file = super().create_file(name, **kwargs)
        self.made.append(raw := file.raw_file())
        file.write, file.tell = raw.write, raw.tell  # past a call in Python for each
        return file

    def temp_storage(self, *_: Any) -> Any:
        return RamStorage()

    def close(self) -> None:
        for file in self.made:
            with suppress(OSError):  # on a full disk: what is still buffered cannot be written
                file.close()


def write_segment(
    folder: Path,
    terms: Mapping[str, Iterable[tuple[bytes, Postings]]],
    integers: Mapping[str, Sequence[int]],
    lengths: Mapping[str, Sequence[int]],
) -> SegmentEntry:
    """Write a segment: the terms of each field in UTF-8, ascending; when these are written, the columns."""
    made, codec = schema(), _Codec()
    with _Storage(folder) as storage:
        segment = codec.new_segment(storage, INDEX)
        writer = codec.field_writer(storage, segment)
        for field in FIELDS.values():
            writer.start_field(field, made[field])
            for text, postings in terms[field]:
                writer.start_term(text)
                writer.add(postings.records, postings.frequencies, postings.values, None)
                writer.finish_term()
            writer.finish_field()
        writer.close()
        places = len(writer._tindex.index), writer._tindex.index.typecode
        documents = codec.per_document_writer(storage, segment)
        bytes_of = {f"{field}_length": map(length_byte, counts) for field, counts in lengths.items()}
        columns_of = {name: (made[name].column_type, iter(v)) for name, v in {**integers, **bytes_of}.items()}
        for number in range(len(integers["key"])):
            documents.start_doc(number)
            for field, counts in lengths.items():
                documents.add_field(field, made[field], None, counts[number])
            for name, (column, values) in columns_of.items():
                documents.add_column_value(name, column, next(values))
            documents.finish_doc()
        documents.close()
    files = {}
    for name in segment.list_files(storage):
        with (folder / name).open("rb+") as written:
            os.fsync(written.fileno())
            files[name] = written.seek(0, os.SEEK_END)
    tokens = {field: sum(counts) for field, counts in lengths.items()}
    return SegmentEntry(segment.segment_id(), len(integers["key"]), tokens, places, files)


def publish(folder: Path, commit: int, entries: Sequence[SegmentEntry]) -> None:
    """Write both tables of contents, Whoosh's first, and remove what they do not name."""
    storage, segments = FileStorage(str(folder)), []
    for entry in entries:
        name = entry.name.removeprefix(f"{INDEX}_")
        segment = W3Segment(W3Codec(), INDEX, entry.records, name, set(entry.deleted) or None)
        segment._fieldlengths = dict(entry.tokens)
        segments.append(segment)
    (folder / f"_{INDEX}_{commit}.toc").unlink(missing_ok=True)  # of a commit that was interrupted here
    TOC(schema(), segments, commit).write(storage, INDEX)
    write_atomically(folder / CONTENTS, json.encode([FORMAT, commit, entries]))
    clean_files(storage, INDEX, commit, segments)
