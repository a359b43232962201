"""The codec's readers: terms, postings, columns and lengths of a segment for Whoosh's own searchers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh.codec import base
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from index.engines.bm25 import LENGTHS
from index.engines.whoosh.pool import FIELDS, INTEGERS
from index.engines.whoosh.schema import TokenPositions
from index.engines.whoosh.segment import FieldReader, Segment

# Whoosh has no type information, so its classes are Any here.


class TermsReader(base.TermsReader):  # type: ignore[misc]
    """Terms and postings for Whoosh's readers."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._files = Segment(Path(storage.folder), segment.segment_id())

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return field in FIELDS.values() and bool(self._files.field(field).frequency(_decode(text)))

    def cursor(self, fieldname: str, fieldobj: Any) -> FieldCursor:
        """Goes through the terms of a field."""
        return FieldCursor(self._files.field(fieldname), fieldobj)

    def terms(self) -> Iterator[tuple[str, bytes]]:
        """All terms of all fields, ascending."""
        return ((name, key) for name in self.indexed_field_names() for key in self._files.field(name).terms())

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        """The terms from this one on, of this field and those behind it."""
        return (term for term in self.terms() if term >= (fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """All terms with what is known of them."""
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        """The same from a term on."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        """How often the term stands where."""
        return term_info(self._files.field(fieldname), fieldname, text)

    def frequency(self, fieldname: str, text: bytes) -> float:
        """How often the term stands in all records."""
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """In how many records it stands."""
        return self._files.field(fieldname).frequency(_decode(text))

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        """The postings as Whoosh goes through them."""
        field, token = self._files.field(fieldname), _decode(text)
        info = term_info(field, fieldname, text)
        records, frequencies = field.postings(token)
        values = None
        if field.positional:
            places: dict[int, list[int]] = {}
            for position, record in zip(
                field.positions(token), field.records_at(field.positions(token)), strict=True
            ):
                places.setdefault(record, []).append(position - field.starts[record])
            values = [TokenPositions.encode(positions) for positions in places.values()]
        return ListMatcher(
            list(records),
            [float(frequency) for frequency in frequencies],
            values,
            format_,
            scorer,
            term=(fieldname, text),
            terminfo=info,
        )

    def indexed_field_names(self) -> list[str]:
        """The fields of tokens, ascending."""
        return sorted(FIELDS.values())

    def close(self) -> None:
        """Release the files."""
        self._files.close()


class FieldCursor(base.FieldCursor):  # type: ignore[misc]
    """A place in the dictionary of a field."""

    def __init__(self, field: FieldReader, fieldobj: Any) -> None:
        self._reader = field
        self._fieldobj = fieldobj
        self._place = 0

    def first(self) -> Any:
        """Go to the first term."""
        self._place = 0
        return self.text()

    def find(self, string: Any) -> Any:
        """Go to the first term that is not less."""
        wanted = string if isinstance(string, bytes) else self._fieldobj.to_bytes(string)
        self._place = self._reader.closest(wanted)
        return self.text()

    def next(self) -> Any:
        """Go to the next term."""
        self._place += 1
        return self.text()

    def text(self) -> Any:
        """The term here, None behind the last."""
        return self._fieldobj.from_bytes(self._reader.key(self._place)) if self.is_valid() else None

    def term_info(self) -> Any:
        """What is known of the term here."""
        if not self.is_valid():
            return None
        return term_info(self._reader, self._reader.field, self._reader.key(self._place))

    def is_valid(self) -> bool:
        """Whether there is a term here."""
        return self._place < len(self._reader)


class ColumnsReader(base.PerDocumentReader):  # type: ignore[misc]
    """Columns and lengths for Whoosh's readers."""

    def __init__(self, storage: Any, segment: Any) -> None:
        self._segment = segment
        self._files = Segment(Path(storage.folder), segment.segment_id())

    def doc_count(self) -> int:
        """Records that are not deleted."""
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        """All records."""
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        """Whether records are deleted."""
        return bool(self._segment.deleted_count())

    def is_deleted(self, docnum: int) -> bool:
        """Whether this one is."""
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> set[int]:
        """The deleted records."""
        return set(self._segment.deleted_docs())

    def supports_columns(self) -> bool:
        """There are columns."""
        return True

    def has_column(self, fieldname: str) -> bool:
        """Whether there is one of this name."""
        return fieldname in INTEGERS

    def list_columns(self) -> tuple[str, ...]:
        """Their names."""
        return INTEGERS

    def column_reader(self, fieldname: str, column: Any) -> memoryview[int]:
        """The integers, by the number of the record."""
        del column
        return self._files.column(fieldname)

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """How many tokens a field of a record has, as far as a byte can tell."""
        if fieldname not in FIELDS.values():
            return default
        return LENGTHS[self._files.field(fieldname).lengths[docnum]]

    def field_length(self, fieldname: str) -> int:
        """How many tokens a field has in all records."""
        return self._files.field(fieldname).tokens if fieldname in FIELDS.values() else 0

    def min_field_length(self, fieldname: str) -> int:
        """The length of the shortest record."""
        return LENGTHS[min(self._files.field(fieldname).lengths, default=0)]

    def max_field_length(self, fieldname: str) -> int:
        """The length of the longest record."""
        return LENGTHS[max(self._files.field(fieldname).lengths, default=0)]

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        """Nothing is stored: texts are in the text store."""
        del docnum
        return {}

    def close(self) -> None:
        """Release the files."""
        self._files.close()


def term_info(field: FieldReader, fieldname: str, text: bytes) -> Any:
    """What Whoosh wants to know of a term. Raises TermNotFound."""
    records, frequencies = field.postings(_decode(text))
    if not len(records):
        raise TermNotFound(f"No term {fieldname}:{text!r}")
    lengths = [LENGTHS[field.lengths[record]] for record in records]
    return TermInfo(
        weight=float(sum(frequencies)),
        df=len(records),
        minlength=min(lengths),
        maxlength=max(lengths),
        maxweight=float(max(frequencies)),
        minid=records[0],
        maxid=records[-1],
    )


def _decode(text: bytes | str) -> str:
    return text if isinstance(text, str) else text.decode("utf-8", "surrogatepass")
