"""Reading by ids: documents, in parts where they are long; and what a citation names.

With what a query found in them. An id of what is gone leads to what took its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from msgspec.structs import asdict, replace

from archive.citation import Cited
from archive.errors import said
from archive.fields import PRINTED
from archive.model import Note, each_author
from archive.store import POSITION_BITS, StoredDocument, StoredPassage, StoredSection, TextStore
from index.errors import NotFoundError
from index.match import Subject
from index.results import DocumentView, PassageSpan, PieceView, SectionView, Span, Tier
from index.search.answer import Answer
from index.search.cancellation import still_wanted
from index.search.context import document_ref, page_of, short_path, shortened, shorter
from index.search.verify import subject

LONG = 1_000_000
"""Characters of the longest document that is read as a whole: about a second where all of it is marked."""

PART = 100_000
"""Characters of a part: a telephone shows it in about a second even where every line has hits."""

PART_PASSAGES = 5_000
"""Passages that a part has at most: a line of verse has few characters, and a place as any other."""

_WHOLE = 4_000_000  # bytes of JSON of a document that is read as a whole; a character, a passage, a section
_SIZES = (3, 200, 150)

MOST_NOTES = 100
"""Notes of the build that a document has at most."""

MOST_SECTIONS = 5_000
"""Sections up to which a part of a document names them all; else it names its own."""

_OF_FILE = frozenset({"encoding_doubtful"})
_OF_PLACES = frozenset({"broken_bytes", "bad_characters"})  # where U+FFFD is

_AT_ONCE = 1_000  # passages whose marks are counted


class DocumentReading:
    """A document with what ``answer`` marks in the passages that it found: in parts if it is long."""

    def __init__(self, store: TextStore, document: StoredDocument, answer: Answer | None) -> None:
        self._store = store
        self._document = document
        self._answer = answer
        self._tiers: Mapping[int, Tier] = {} if answer is None else answer.within(document.key)
        counts = (document.characters, document.passages, document.sections)
        size = sum(count * each for count, each in zip(counts, _SIZES, strict=True))
        self._long = document.characters > LONG or size > _WHOLE
        of_size = min(PART * document.passages // max(1, document.characters), PART_PASSAGES)
        self._size = max(1, of_size if self._long else document.passages)
        self._count = max(1, -(-document.passages // self._size))

    def part(self, number: int, key: int | None = None, *, counted: bool = True) -> DocumentView:
        """The document, or of a long one a part: that with the passage ``key``, else the one of this number.
        ``counted``: with the places in other parts.
        """
        if key is not None and key >> POSITION_BITS == self._document.key:
            number = 1 + (key & ((1 << POSITION_BITS) - 1)) // self._size
        number = max(1, min(number, self._count))
        first = (number - 1) * self._size
        found = self._store.passages_of(self._document.key, max(0, first - 1), self._size + (first > 0))
        pieces, places = self._pieces(found[first > 0 :])
        if not self._long:
            return self._view(pieces, places)
        continues = first > 0 and found[0].piece == found[1].piece
        places, hits = self._counts() if counted else (Counter[int](), ())
        view = self._view(pieces, places, (number, self._count))
        return replace(view, continues=continues, part_hits=hits)

    def parts(self) -> Iterator[DocumentView]:
        """All parts; the places in the other parts and in sections are not counted if it is long."""
        return (self.part(number, counted=False) for number in range(1, self._count + 1))

    def _pieces(self, passages: Iterable[StoredPassage]) -> tuple[list[PieceView], Counter[int]]:
        """The pieces of successive passages, and how many places are marked in each section of them."""
        pieces: list[PieceView] = []
        places: Counter[int] = Counter()
        for _, group in groupby(passages, key=lambda passage: passage.piece):
            parts = list(group)
            text, spans, ids = "", [], []
            for part in parts:
                start = len(text)
                ids.append(PassageSpan(part.id, start, start + len(part.text)))
                text += part.text
                spans += [(start + a, start + b) for a, b in self._marks(part)]
            places[parts[0].section] += len(spans)
            first = parts[0]
            pieces.append(
                PieceView(
                    kind=first.kind.label,
                    text=text,
                    section=first.section,
                    passages=tuple(ids),
                    source=tuple(source for part in parts for source in part.source),
                    spans=tuple(spans),
                    rule=first.rule,
                    joined=first.joined,
                    moved=first.moved,
                )
            )
        return pieces, places

    def _marks(self, passage: StoredPassage) -> Sequence[Span]:
        still_wanted()
        if self._answer is None or passage.key not in self._tiers:
            return ()
        highlighter = self._answer.highlighter(self._tiers[passage.key])
        if not highlighter.in_place:
            return highlighter.spans(Subject(passage.text))
        section = self._store.sections([passage.section_key]).get(passage.section_key)
        return highlighter.spans(subject(passage.text, self._document, section))

    def _counts(self) -> tuple[Counter[int], tuple[int, ...]]:
        """How many places are marked in each section, and in each part."""
        places: Counter[int] = Counter()
        if self._answer is None:
            return places, ()
        known = self._answer.places.get(self._document.key)
        if known is not None:
            return known
        hits = [0] * self._count
        keys = sorted(self._tiers)
        for start in range(0, len(keys), _AT_ONCE):
            still_wanted()
            for passage in self._store.passages(keys[start : start + _AT_ONCE]):
                marks = len(self._marks(passage))
                places[passage.section] += marks
                hits[(passage.key & ((1 << POSITION_BITS) - 1)) // self._size] += marks
        self._answer.places[self._document.key] = places, tuple(hits)
        return self._answer.places[self._document.key]

    def _view(
        self, pieces: Sequence[PieceView], places: Counter[int], part: tuple[int, int] | None = None
    ) -> DocumentView:
        document = self._document
        sections, first = self._sections(pieces, part is None)
        return DocumentView(
            **asdict(document_ref(document)),
            title_is_derived=document.title_is_derived,
            **{name: shorter(document.details.get(name)) for name in ("affiliation", *PRINTED)},  # type: ignore[arg-type]
            encoding=document.encoding,
            collection=document.collection,
            sections=tuple(
                SectionView(
                    shorter(s.heading),
                    short_path(s.path),
                    shorter(s.author),
                    shorter(s.affiliation),
                    places[s.order],
                )
                for s in sections
            ),
            pieces=tuple(pieces),
            part=part,
            notes=tuple(islice(self._notes(pieces, part is None), MOST_NOTES)),
            first_section=first,
        )

    def _sections(self, pieces: Sequence[PieceView], is_whole: bool) -> tuple[Sequence[StoredSection], int]:
        """The sections that a view names, and the place of the first of them in the document."""
        if is_whole or self._document.sections <= MOST_SECTIONS:
            return self._store.sections_of(self._document.key), 0
        orders = [piece.section for piece in pieces]
        first, last = min(orders, default=0), max(orders, default=-1)
        last = min(last, first + MOST_SECTIONS)
        return self._store.sections_of(self._document.key, first, last + 1), first

    def _notes(self, pieces: Sequence[PieceView], is_whole: bool) -> Iterator[Note]:
        """The notes on this text, and not on another record of its file."""
        # Of a long document only a part is here: who reads on may come to the place.
        mended = not is_whole or any("\ufffd" in piece.text for piece in pieces)
        for note in self._store.notes_of(self._document.path):
            if note.code == "left_out":
                if note.message.startswith(f"{self._document.title}: "):
                    yield note
            elif note.code == "text_doubtful":
                if self._document.id == self._document.path:  # of which record it is, is not kept
                    yield note
            elif note.code in _OF_FILE or (note.code in _OF_PLACES and mended):
                yield note


# --- ids ----------------------------------------------------------------------------------------------------


def document_named(store: TextStore, document_id: str) -> tuple[StoredDocument, str | None]:
    """The document of an id, and the id where it is of one that took its place. Raises NotFoundError."""
    document = store.document_by_id(document_id)
    if document is not None:
        return document, None
    successor = store.document_successor(document_id)
    document = None if successor is None else store.document_by_id(successor)
    if document is None:
        raise NotFoundError(
            said("There is no document {!r} in the archive.", shortened(document_id)),
            hint="It may have been renamed or removed since the link was made: search for its title.",
        )
    return document, document_id


def passage_named(store: TextStore, passage_id: str) -> tuple[int, str | None]:
    """The key of a passage, and its id where it is one that took the place of the first. Raises
    NotFoundError.
    """
    key = store.passage_key(passage_id)
    if key is not None:
        return key, None
    key, document = store.passage_successor(passage_id)
    if key is None and document is None:
        raise NotFoundError(
            said("There is no passage {!r} in the archive.", shortened(passage_id)),
            hint="Its text may have been changed since the link was made: search for a part of it.",
        )
    if key is None:
        raise NotFoundError(
            said("The passage {!r} is not in the archive any more, and none like it.", passage_id),
            hint=said("Its document is still there: {}", document),
            document=document,
        )
    return key, passage_id


def cited_by_id(store: TextStore, identifier: str) -> Cited:
    """What a citation names, by the id of a passage or of a document, also of one that was replaced. Raises
    NotFoundError.
    """
    if store.passage_key(identifier) is None and store.document_by_id(identifier) is not None:
        return cited(store, document_named(store, identifier)[0])
    try:
        key, _ = passage_named(store, identifier)
    except NotFoundError:
        return cited(store, document_named(store, identifier)[0])
    passage = store.passages([key])[0]
    return cited(store, store.documents([passage.document_key])[passage.document_key], passage)


def cited(store: TextStore, document: StoredDocument, passage: StoredPassage | None = None) -> Cited:
    """The document; of a passage in a section of another author that section, and the page."""
    details = document.details
    work = Cited(
        title=document.title,
        authors=each_author(document.author or ""),
        source=details.get("source"),
        edition=details.get("edition"),
        page=details.get("page"),
        date=document.date,
        document=document.id,
        type=details.get("type"),
        place=details.get("place"),
        publisher=details.get("publisher"),
        url=details.get("url"),
    )
    if passage is None:
        return work
    work = replace(work, page=page_of(store, passage.key, document), passage=passage.id)
    section = _signed(store, passage)
    if section.heading is None or section.nearest_author in (None, document.author):
        return work
    return replace(
        work,
        title=section.heading,
        authors=each_author(section.nearest_author or ""),
        host=work.title,
        host_authors=work.authors,
    )


def _signed(store: TextStore, passage: StoredPassage) -> StoredSection:
    """The outermost section above a passage that has the author of the passage's own."""
    *above, own = store.sections_of(passage.document_key, 0, passage.section + 1)
    signed = own
    for section in reversed(above):
        if len(section.path) < len(signed.path) and section.path == own.path[: len(section.path)]:
            if section.nearest_author != own.nearest_author or section.heading is None:
                break
            signed = section
    return signed
