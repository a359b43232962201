"""The codec: the segment files in Whoosh's own protocol, for writing and for reading.

The grouped pool writes through it, and so can Whoosh's ``SegmentWriter``, posting by posting: the files are
the same, bit for bit. Whoosh's readers and searchers read it (``index.py``). This project's search reads
the same files without them, since importing Whoosh takes longer than a search.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage

from index.engines.whoosh.layout import COLUMNS, TERMS, BlockWriter
from index.engines.whoosh.pool import FIELDS, INTEGERS, POSITIONAL, ColumnPool, TermPool
from index.engines.whoosh.readers import ColumnsReader, TermsReader
from index.engines.whoosh.schema import TokenPositions
from index.engines.whoosh.toc import INDEX_NAME, Entry

# Whoosh has no type information, so its classes are Any here and its parameters are not named in the
# annotations.


class TokenSegment(base.Segment):  # type: ignore[misc]
    """What Whoosh knows of a segment: how many records it has and which are deleted."""

    def __init__(self, indexname: str = INDEX_NAME) -> None:
        super().__init__(indexname)
        self._records = 0
        self._deleted: set[int] = set()

    @classmethod
    def of(cls, entry: Entry) -> TokenSegment:
        """The segment that the table of contents names."""
        segment = cls()
        segment.segid = entry.name.removeprefix(f"{INDEX_NAME}_")
        segment._records, segment._deleted = entry.records, set(entry.deleted)
        return segment

    def codec(self) -> TokenCodec:
        """The codec that reads it."""
        return TokenCodec()

    def doc_count_all(self) -> int:
        """All records."""
        return self._records

    def set_doc_count(self, doccount: int) -> None:
        """Set the number of all records."""
        self._records = doccount

    def deleted_count(self) -> int:
        """Deleted records."""
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        """Their numbers."""
        return self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        """Mark a record as deleted or not."""
        if delete:
            self._deleted.add(docnum)
        else:
            self._deleted.discard(docnum)

    def is_deleted(self, docnum: int) -> bool:
        """Whether a record is deleted."""
        return docnum in self._deleted

    def should_assemble(self) -> bool:
        """Two files are few enough."""
        return False


class TokenCodec(base.Codec):  # type: ignore[misc]
    """Columns in one file, tokens in another; no stored fields, no vectors."""

    length_stats = False  # the field writer counts tokens itself

    def per_document_writer(self, storage: Any, segment: Any) -> ColumnsWriter:
        """Writes the columns file."""
        return ColumnsWriter(storage, segment)

    def field_writer(self, storage: Any, segment: Any) -> TermsWriter:
        """Writes the terms file."""
        return TermsWriter(storage, segment)

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> Any:
        """Only vectors would need one."""
        raise NotImplementedError("this codec keeps no vectors")

    def postings_reader(self, *args: Any, **kwargs: Any) -> Any:
        """Only vectors would need one; ``TermsReader.matcher`` reads postings."""
        raise NotImplementedError("this codec keeps no vectors")

    def terms_reader(self, storage: Any, segment: Any) -> TermsReader:
        """Reads terms and postings."""
        return TermsReader(storage, segment)

    def per_document_reader(self, storage: Any, segment: Any) -> ColumnsReader:
        """Reads columns and lengths."""
        return ColumnsReader(storage, segment)

    def new_segment(self, storage: Any, indexname: str) -> TokenSegment:
        """A segment with a name that no other has."""
        del storage
        return TokenSegment(indexname)


class _FileWriter:
    """A file of a segment that is being written."""

    def __init__(self, storage: Any, segment: Any, kind: str) -> None:
        self.segment = segment
        self.file = BlockWriter(Path(storage.folder) / segment.make_filename(kind))
        self.is_closed = False

    def abandon(self) -> None:
        """Remove what was written."""
        self.is_closed = True
        self.file.abandon()


class ColumnsWriter(_FileWriter, base.PerDocumentWriter):  # type: ignore[misc]
    """Writes integers: a whole pool of them, or record by record as Whoosh does."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment, COLUMNS)
        self._pool = ColumnPool()
        self._values: dict[str, int] = {}

    def add_pool(self, pool: ColumnPool) -> None:
        """Take over what a pool has collected."""
        self._pool = pool

    def start_doc(self, docnum: int) -> None:
        """Begin the next record."""
        del docnum
        self._values = dict.fromkeys(INTEGERS, 0)

    def add_field(self, fieldname: str, fieldobj: Any, value: Any, length: int) -> None:
        """Nothing is stored, and the terms file has the lengths."""

    def add_column_value(self, fieldname: str, columnobj: Any, value: int) -> None:
        """Set an integer of the record."""
        del columnobj
        self._values[fieldname] = value

    def add_vector_items(self, fieldname: str, fieldobj: Any, items: Any) -> None:
        """There are no vectors."""
        raise NotImplementedError("this codec keeps no vectors")

    def finish_doc(self) -> None:
        """The record is complete."""
        for name, value in self._values.items():
            self._pool.columns[name].append(value)

    def cancel_doc(self) -> None:
        """Forget the record."""

    def close(self) -> None:
        """Write the file."""
        self.segment.set_doc_count(len(self._pool.columns["key"]))
        self._pool.write(self.file)
        self.is_closed = True


class TermsWriter(_FileWriter, base.FieldWriter):  # type: ignore[misc]
    """Writes tokens: a grouped pool of them, or posting by posting as Whoosh does."""

    def __init__(self, storage: Any, segment: Any) -> None:
        super().__init__(storage, segment, TERMS)
        self._pool: TermPool | None = None
        self._field = self._term = ""
        self._tokens: dict[str, dict[int, dict[int, str]]] = {field: {} for field in FIELDS.values()}

    def add_pool(self, pool: TermPool) -> None:
        """Take over what a pool has collected."""
        self._pool = pool

    def start_field(self, fieldname: str, fieldobj: Any) -> None:
        """Begin a field."""
        del fieldobj
        self._field = fieldname

    def start_term(self, text: bytes) -> None:
        """Begin a term of the field."""
        self._term = text.decode("utf-8", "surrogatepass")

    def add(self, docnum: int, weight: float, vbytes: bytes, length: int) -> None:
        """Add a posting of the term."""
        del length
        tokens = self._tokens[self._field].setdefault(docnum, {})
        if self._field in POSITIONAL:
            positions = TokenPositions.decode_positions(vbytes)
        else:
            positions = list(range(len(tokens), len(tokens) + int(weight)))
        tokens.update(dict.fromkeys(positions, self._term))

    def finish_term(self) -> None:
        """The term is complete."""

    def close(self) -> None:
        """Write the file."""
        pool = self._pool or self._grouped()
        pool.write(self.file)
        self.is_closed = True

    def _grouped(self) -> TermPool:
        pool = TermPool()
        pool.records = self.segment.doc_count_all()
        for name, field in pool.fields.items():
            records = self._tokens[name]
            for number in range(pool.records):
                tokens = records.get(number, {})
                field.add(number, " ".join(tokens[position] for position in sorted(tokens)))
        return pool


class SegmentFiles(NamedTuple):
    """The writers of a new segment."""

    name: str
    columns: ColumnsWriter
    terms: TermsWriter


def new_segment(folder: Path) -> SegmentFiles:
    """Writers of a new segment in ``folder``, made as Whoosh makes them."""
    codec, storage = TokenCodec(), FileStorage(str(folder))
    segment = codec.new_segment(storage, INDEX_NAME)
    columns = codec.per_document_writer(storage, segment)
    try:
        terms = codec.field_writer(storage, segment)
    except BaseException:
        columns.abandon()
        raise
    return SegmentFiles(str(segment.segment_id()), columns, terms)
