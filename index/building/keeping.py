"""The documents of a source file as they are archived, in the place of a file that cannot be read now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path

from archive.model import Document, DocumentPart, Note, Piece, Section, merged
from archive.sources import SourceFile
from archive.store import StoredDocument, StoredPassage, TextStore

_PART = 20_000
"""Passages of a long document that are held at a time."""

_SAID_AGAIN = ("bad_date", "context_cut")
"""The codes of notes that are made while documents are analysed, not while a file is read."""


class ArchivedReading:
    """What ``archive.readers.SourceReading`` gave when the file was read for ``texts``. Iterating raises
    ``StoreError``.
    """

    def __init__(self, source: SourceFile, texts: Path) -> None:
        self.source = source
        self.digest: str | None = None
        self.described = b""
        self._texts = texts

    def __iter__(self) -> Iterator[Document | Note]:
        path = self.source.relative
        with closing(TextStore(self._texts)) as store:
            yield from (note for note in store.notes_of(path) if note.code not in _SAID_AGAIN)
            documents = store.documents_of(path)
            for stored in documents:
                yield from _documents(store, stored, in_parts=len(documents) == 1)
            old = store.source(path)
            self.described = old.described if old is not None else b""
            self.digest = old.digest.hex() if old is not None and old.digest is not None else None


def _documents(store: TextStore, stored: StoredDocument, *, in_parts: bool) -> Iterator[Document]:
    """A document, as a whole or in parts."""
    sections = [Section(s.heading, s.path, s.author, s.affiliation) for s in store.sections_of(stored.key)]
    step = _PART if in_parts and stored.passages > _PART else max(1, stored.passages)
    begun, last_piece = 0, -1
    for start in range(0, max(1, stored.passages), step):
        found = store.passages_of(stored.key, start, step)
        last = start + step >= stored.passages
        end = len(sections) if last else found[-1].section + 1
        piece = found[0].piece if found else 0
        part = DocumentPart(begun, piece, continues=piece == last_piece, last=last)
        yield Document(
            stored.id, stored.path, stored.title, tuple(sections[begun:end]), tuple(_pieces(found)),
            stored.author, stored.date, stored.collection, stored.encoding, stored.title_is_derived,
            stored.details, stored.date_written, stored.date_guessed, part,
        )  # fmt: skip
        begun, last_piece = max(begun, end), found[-1].piece if found else -1


def _pieces(passages: Iterable[StoredPassage]) -> Iterator[Piece]:
    """The pieces of which these are the passages; each has at least one."""
    for _, group in groupby(passages, key=lambda passage: passage.piece):
        some = list(group)
        first = some[0]
        text = "".join(passage.text for passage in some)
        source = merged(one_range for passage in some for one_range in passage.source)
        yield Piece(first.kind, text, source, first.section, first.rule, first.joined, first.moved)
