"""A document for the reading page, with what a query found in it; a long one part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from archive.model import Note
from archive.store import POSITION_BITS, StoredDocument, StoredPassage, StoredSection, TextStore
from index.answering.answer import Answer
from index.answering.context import document_ref
from index.answering.patience import still_wanted
from index.answering.verify import subject
from index.results import DocumentView, PieceView, SectionView, Span, Tier, Window

LONG = 1_000_000
"""Characters of the longest document that is read as a whole: about a second where all of it is marked."""

PART = 100_000
"""Characters of a part: a telephone shows it in about a second even where every line has hits."""

_OF_FILE = frozenset({"encoding_doubtful"})
_OF_PLACES = frozenset({"broken_bytes", "bad_characters"})  # where U+FFFD stands

_AT_ONCE = 1_000  # passages whose marks are counted


def is_long(document: StoredDocument) -> bool:
    """Whether a document is read in parts."""
    return document.characters > LONG


def document_view(store: TextStore, document: StoredDocument, answer: Answer | None) -> DocumentView:
    """The document's pieces in reading order, with what ``answer`` marks in the passages that it found."""
    reading = _Reading(store, document, answer)
    pieces, places = reading.pieces(store.passages_of(document.key))
    return reading.view(pieces, places, None)


def document_part(
    store: TextStore,
    document: StoredDocument,
    answer: Answer | None,
    number: int,
    key: int | None = None,
) -> DocumentView:
    """A part of a long document: the one with the passage ``key``, if it is its own, else that of a number.

    It says how many places are marked in each section and in the other parts.
    """
    reading = _Reading(store, document, answer)
    if key is not None and key >> POSITION_BITS == document.key:
        number = 1 + (key & ((1 << POSITION_BITS) - 1)) // reading.part_passages
    return reading.part(max(1, min(number, reading.part_count)), counted=True)


def document_parts(
    store: TextStore, document: StoredDocument, answer: Answer | None
) -> Iterator[DocumentView]:
    """All parts of a long document; the places in the other parts and in sections are not counted."""
    reading = _Reading(store, document, answer)
    for number in range(1, reading.part_count + 1):
        yield reading.part(number, counted=False)


class _Reading:
    """Makes pieces of passages, and marks them."""

    def __init__(self, store: TextStore, document: StoredDocument, answer: Answer | None) -> None:
        self._store = store
        self._document = document
        self._answer = answer
        self._sections = store.sections_of(document.key)
        self._by_order: Mapping[int, StoredSection] = {s.order: s for s in self._sections}
        self._tiers: Mapping[int, Tier] = {} if answer is None else answer.within(document.key)
        self.part_passages = max(1, PART * document.passages // max(1, document.characters))
        self.part_count = -(-document.passages // self.part_passages)

    def part(self, number: int, *, counted: bool) -> DocumentView:
        """A part of the document; ``counted``: with the places in each section and in the other parts."""
        first = (number - 1) * self.part_passages
        wanted = self.part_passages + (first > 0)
        found = self._store.passages_of(self._document.key, max(0, first - 1), wanted)
        begins = first == 0 or found[0].piece != found[1].piece
        pieces, _ = self.pieces(found[first > 0 :])
        places, hits = self.counts() if counted else (Counter[int](), ())
        return self.view(pieces, places, Window(number, self.part_count, begins, hits))

    def pieces(self, passages: Iterable[StoredPassage]) -> tuple[list[PieceView], Counter[int]]:
        """The pieces of successive passages, and how many places are marked in each section of them."""
        pieces: list[PieceView] = []
        places: Counter[int] = Counter()
        for _, group in groupby(passages, key=lambda passage: passage.piece):
            parts = list(group)
            text, spans, ids = "", [], []
            for part in parts:
                start = len(text)
                ids.append((part.id, start, start + len(part.text)))
                text += part.text
                spans += [(start + a, start + b) for a, b in self._marks(part)]
            places[parts[0].section] += len(spans)
            still_wanted()
            pieces.append(_piece(parts, text, tuple(ids), tuple(spans)))
        return pieces, places

    def _marks(self, passage: StoredPassage) -> Sequence[Span]:
        if self._answer is None or passage.key not in self._tiers:
            return ()
        context = subject(passage.text, self._document, self._by_order.get(passage.section))
        return self._answer.highlighter(self._tiers[passage.key]).spans(context)

    def counts(self) -> tuple[Counter[int], tuple[int, ...]]:
        """How many places are marked in each section, and in each part."""
        places: Counter[int] = Counter()
        if self._answer is None:
            return places, ()
        known = self._answer.places.get(self._document.key)
        if known is not None:
            return known
        hits = [0] * self.part_count
        keys = sorted(self._tiers)
        for start in range(0, len(keys), _AT_ONCE):
            still_wanted()
            for passage in self._store.passages(keys[start : start + _AT_ONCE]):
                marks = len(self._marks(passage))
                places[passage.section] += marks
                hits[(passage.key & ((1 << POSITION_BITS) - 1)) // self.part_passages] += marks
        self._answer.places[self._document.key] = places, tuple(hits)
        return self._answer.places[self._document.key]

    def view(self, pieces: Sequence[PieceView], places: Counter[int], window: Window | None) -> DocumentView:
        """The document with these pieces."""
        document = self._document
        return DocumentView(
            document=document_ref(document),
            title_is_derived=document.title_is_derived,
            encoding=document.encoding,
            origin=document.origin,
            collection=document.collection,
            sections=tuple(
                SectionView(s.heading, s.path, s.author, s.affiliation, places[s.order])
                for s in self._sections
            ),
            pieces=tuple(pieces),
            window=window,
            notes=tuple(self._notes(pieces, window)),
        )

    def _notes(self, pieces: Sequence[PieceView], window: Window | None) -> Iterator[Note]:
        """The notes on this text, and not on another record of its file."""
        # Of a long document only a part is here: who reads on may come to the place.
        mended = window is not None or any("\ufffd" in piece.text for piece in pieces)
        for note in self._store.notes_of(self._document.path):
            if note.code == "left_out":
                if note.message.startswith(f"{self._document.title}: "):
                    yield note
            elif note.code == "text_doubtful":
                if self._document.id == self._document.path:  # of which record it is, is not kept
                    yield note
            elif note.code in _OF_FILE or (note.code in _OF_PLACES and mended):
                yield note


def _piece(
    parts: list[StoredPassage], text: str, ids: tuple[tuple[str, int, int], ...], spans: tuple[Span, ...]
) -> PieceView:
    first = parts[0]
    return PieceView(
        kind=first.kind.label,
        text=text,
        section=first.section,
        passages=ids,
        source=tuple(source for part in parts for source in part.source),
        spans=spans,
        rule=first.rule,
        joined=first.joined,
        moved=first.moved,
    )
