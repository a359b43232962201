"""What a search answers, as typed data; ``to_json`` of each is the contract of the API and of ``--json``.

Offsets are in characters (code points). What is not known is None, null in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict, replace

from archive.fields import ASKED
from archive.formats import RECORDS
from archive.model import Note
from archive.store import FileCounts
from index.engines.base import Sort
from index.query.nodes import Detail, Match, Problem, Within
from index.search.sampling import Estimate

Tier: TypeAlias = Literal["exact", "all", "any"]
FacetName: TypeAlias = Literal["document", "section", "author", "year", "collection", "kind", Detail]
BrowseName: TypeAlias = Literal["collection", "author", "year"]
CountUnit: TypeAlias = Literal["passages", "documents"]
FacetUnit: TypeAlias = Literal["passages", "occurrences"]
Span: TypeAlias = tuple[int, int]

MAX_QUERY = 1000
MAX_LIMIT = 100
MOST_FORMS = 100
MAX_SUGGESTIONS = 50


class SearchRequest(Struct, frozen=True):
    """A question to the archive. Filters of one name are alternatives; different names must all hold.

    ``complete``: where very many texts have to be read, all are, and not a sample of them. ``details``: names
    and values of other fields (``archive.fields.COUNTED``).
    """

    query: str
    match: Match = "auto"
    limit: int = 20
    offset: int = 0
    sort: Sort = "relevance"
    documents: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    collections: tuple[str, ...] = ()
    facets: tuple[FacetName, ...] = ()
    counts: bool = False
    as_written: bool = False
    across: bool = False
    complete: bool = False
    within: Within | None = None
    facet_by: FacetUnit = "passages"
    details: tuple[tuple[str, str], ...] = ()

    @property
    def unfiltered(self) -> SearchRequest:
        """The same request without any filter."""
        return replace(self, documents=(), authors=(), years=(), collections=(), details=())


class DocumentRef(Struct, frozen=True):
    """The document of a hit; ``date_written``, ``date_guessed`` and ``details`` as in ``archive.model``."""

    id: str
    title: str
    author: str | None
    date: str | None
    path: str
    date_written: str | None = None
    date_guessed: bool = False
    details: Mapping[str, str] = MappingProxyType({})

    @property
    def when(self) -> str:
        """Its date, with a question mark where it is guessed; empty where it has none."""
        return f"{self.date or ''}{'?' * self.date_guessed}"

    @property
    def byline(self) -> tuple[str, ...]:
        """What is known of its author, source and date."""
        return tuple(filter(None, (self.author, self.details.get("source"), self.when)))

    @property
    def folder(self) -> str:
        """The folder of its file, relative to that of all texts; empty at the top."""
        return self.path.rpartition("/")[0]

    @property
    def whereabouts(self) -> str:
        """What tells it from others of its title: its folder, or for one of many in a file that file."""
        return self.path if self.path.lower().endswith(RECORDS) else self.folder

    def to_json(self) -> dict[str, Any]:
        """The ``document`` object of a hit."""
        return {
            "id": self.id,
            "title": self.title,
            "author": self.author,
            "date": self.date,
            "date_written": self.date_written,
            "date_guessed": self.date_guessed,
            "path": self.path,
            **{name: self.details.get(name) for name in ASKED},
        }


class ListedDocument(Struct, frozen=True):
    """A document in a list; ``characters`` and ``passages`` are counts."""

    document: DocumentRef
    collection: str | None
    characters: int
    passages: int

    def to_json(self) -> dict[str, Any]:
        """One element of ``documents``."""
        return {
            **self.document.to_json(),
            "collection": self.collection,
            "characters": self.characters,
            "passages": self.passages,
        }


class DocumentList(Struct, frozen=True):
    """A page of the documents that a request's filters leave, in the order of the archive.

    Attributes:
        total: all of them.
        offset: of the first one of the page.
    """

    total: int
    offset: int
    documents: tuple[ListedDocument, ...]

    def to_json(self) -> dict[str, Any]:
        """The body of ``GET /api/v1/documents``."""
        return {
            "total": self.total,
            "offset": self.offset,
            "documents": [document.to_json() for document in self.documents],
        }


class PassageHit(Struct, frozen=True):
    """A found passage in its place.

    Attributes:
        rank: from 1, over the whole result, not the page.
        tier: ``exact`` it holds the literal run; ``all`` it has every word; ``any`` it shares something.
        score: within its tier; 0.0 where the result is not sorted by relevance.
        spans: what matched, ascending, not overlapping, into ``text``.
        source: the passage's ranges in the decoded source file.
        page: the nearest page mark at or above it in its document, else the document's page, or None.
        before, after: text of the neighbouring pieces of the same section, empty where there is none.
        moved_from: the id that was asked for, of which this passage took the place; else None.
    """

    rank: int
    tier: Tier
    score: float
    passage_id: str
    kind: str
    document: DocumentRef
    section: tuple[str, ...]
    author: str | None
    affiliation: str | None
    text: str
    spans: tuple[Span, ...]
    source: tuple[Span, ...]
    before: str
    after: str
    page: str | None = None
    moved_from: str | None = None

    def to_json(self) -> dict[str, Any]:
        """One element of ``hits``."""
        return {
            "rank": self.rank,
            "tier": self.tier,
            "score": round(self.score, 6),
            "passage_id": self.passage_id,
            "kind": self.kind,
            "document": self.document.to_json(),
            "section": list(self.section),
            "author": self.author,
            "affiliation": self.affiliation,
            "page": self.page,
            "text": self.text,
            "spans": [list(span) for span in self.spans],
            "source": [list(span) for span in self.source],
            "before": self.before,
            "after": self.after,
            **({} if self.moved_from is None else {"moved_from": self.moved_from}),
        }


class FacetValue(Struct, frozen=True):
    """A value and how much of what was found has it, in ``facet_by``. ``value`` is what a filter takes."""

    value: str
    label: str
    count: int


class Suggestion(Struct, frozen=True):
    """A query that begins as what was typed, and the passages that its last word stands in."""

    text: str
    passages: int

    def to_json(self) -> dict[str, Any]:
        """One element of ``suggestions``."""
        return {"text": self.text, "passages": self.passages}


class SearchResult(Struct, frozen=True):
    """The answer to a SearchRequest.

    Attributes:
        understood: the query as it was taken, in a notation of no language, e.g. ``派出所 · 所长``.
        relaxed: ``auto`` found no passage with every word and shows those that share something.
        total: found passages (tiers ``exact`` and ``all``, or all of the answer of another match).
        documents: documents with at least one of them.
        partial: further passages that share something, not among the hits; 0 where not applicable.
        occurrences: places in the found passages, only with ``counts``.
        forms: these places by what is written there, most first, at most ``MOST_FORMS``.
        facets: of each the most frequent values, of folders those nearest the top.
        facet_values: of each how many values there are.
        across: passages that hold the literal run if punctuation does not stand in the way, counted where the
            query is one run and none holds it as it was typed; 0 where not applicable.
        estimate: where very many texts would have to be read, what a sample of them says. If it estimates the
            passages, ``total``, ``documents``, ``hits`` and ``facets`` are those of the sample. If it
            estimates the occurrences, ``forms`` are those of the sample, and ``occurrences`` is None.
        unit: what ``total`` counts, and each hit is: a query without text of its own asks for documents.
        words: where nothing has all words, each of them with the passages that hold it.
        did_you_mean: where nothing or hardly anything was found, queries that find more, the likeliest first.
    """

    request: SearchRequest
    understood: str
    relaxed: bool
    engine: str
    took_ms: float
    total: int
    documents: int
    partial: int
    hits: tuple[PassageHit, ...]
    problems: tuple[Problem, ...] = ()
    occurrences: int | None = None
    forms: Sequence[tuple[str, int]] = ()
    facets: Mapping[FacetName, Sequence[FacetValue]] = MappingProxyType({})
    facet_values: Mapping[FacetName, int] = MappingProxyType({})
    did_you_mean: tuple[str, ...] = ()
    across: int = 0
    estimate: Estimate | None = None
    unit: CountUnit = "passages"
    words: Mapping[str, int] = MappingProxyType({})

    @property
    def facet_by(self) -> str:
        """The unit of ``facets``."""
        return self.unit if self.request.facet_by == "passages" else self.request.facet_by

    def to_json(self) -> dict[str, Any]:
        """The body of ``GET /api/v1/search``."""
        body: dict[str, Any] = {
            "query": self.request.query,
            "match": self.request.match,
            "understood": self.understood,
            "relaxed": self.relaxed,
            "engine": self.engine,
            "took_ms": round(self.took_ms, 2),
            "unit": self.unit,
            "total": self.total,
            "documents": self.documents,
            "partial": self.partial,
        }
        if self.occurrences is not None:
            body["occurrences"] = self.occurrences
        if self.forms or self.occurrences is not None:
            body["forms"] = [{"text": text, "count": count} for text, count in self.forms]
        if self.estimate is not None:
            body["estimate"] = self.estimate.to_json()
        if self.facets:
            body["facet_by"] = self.facet_by
            body["facets"] = {
                name: [{"value": v.value, "label": v.label, "count": v.count} for v in values]
                for name, values in self.facets.items()
            }
            body["facet_values"] = dict(self.facet_values)
        if self.across:
            body["across"] = self.across
        if self.words:
            body["words"] = [{"text": word, "passages": count} for word, count in self.words.items()]
        if self.did_you_mean:
            body["did_you_mean"] = list(self.did_you_mean)
        body["problems"] = [{"start": p.start, "end": p.end, "message": p.message} for p in self.problems]
        body["hits"] = [hit.to_json() for hit in self.hits]
        return body


class PieceView(Struct, frozen=True):
    """A piece of a document on the reading page, in reading order.

    Attributes:
        passages: ``(passage_id, start, end)`` for each passage of the piece; a long text has several.
        spans: what the query matched, into ``text``.
        joined, moved: the rule by which the reader joined or moved it, or None.
    """

    kind: str
    text: str
    section: int
    passages: tuple[tuple[str, int, int], ...]
    source: tuple[Span, ...]
    spans: tuple[Span, ...]
    rule: str
    joined: str | None
    moved: str | None


class SectionView(Struct, frozen=True):
    """A section in the table of contents. ``hits`` are matched places in it; 0 without a query."""

    heading: str | None
    path: tuple[str, ...]
    author: str | None
    affiliation: str | None
    hits: int


class Window(Struct, frozen=True):
    """Which part of a long document a view holds; parts have about the same number of characters.

    Attributes:
        number: of the part, from 1.
        count: how many parts there are.
        begins: the first piece of the view begins in it, and not in the part before.
        hits: for each part of the document, the matched places that begin in it; empty without a query.
    """

    number: int
    count: int
    begins: bool
    hits: tuple[int, ...]


class DocumentView(Struct, frozen=True):
    """A document with what a query matched in it: the whole, or a part of a long one.

    Attributes:
        sections: all of the document, with the matched places in each; of a document that is read in parts
            and has more than 5,000 those from the first to the last of the part.
        first_section: the place of the first of ``sections`` in the document, 0 where all are there.
        pieces: those of the whole document, or of the part.
        window: the part, or None where this is the whole.
        notes: what the build noted of this text: a doubtful encoding, broken bytes, an end that is missing.
        moved_from: the id that was asked for, of which this document took the place; else None.
    """

    document: DocumentRef
    title_is_derived: bool
    encoding: str
    collection: str | None
    sections: tuple[SectionView, ...]
    pieces: tuple[PieceView, ...]
    window: Window | None = None
    notes: tuple[Note, ...] = ()
    first_section: int = 0
    moved_from: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The body of ``GET /api/v1/documents/ID``."""
        return {
            **self.document.to_json(),
            "title_is_derived": self.title_is_derived,
            "encoding": self.encoding,
            "collection": self.collection,
            "sections": [
                {
                    "heading": s.heading,
                    "path": list(s.path),
                    "author": s.author,
                    "affiliation": s.affiliation,
                    "hits": s.hits,
                }
                for s in self.sections
            ],
            "first_section": self.first_section,
            "pieces": [
                {
                    "kind": p.kind,
                    "text": p.text,
                    "section": p.section,
                    "passages": [{"id": i, "start": a, "end": b} for i, a, b in p.passages],
                    "source": [list(span) for span in p.source],
                    "spans": [list(span) for span in p.spans],
                    "rule": p.rule,
                    "joined": p.joined,
                    "moved": p.moved,
                }
                for p in self.pieces
            ],
            "notes": [note_to_json(note) for note in self.notes],
            "part": None if self.window is None else [self.window.number, self.window.count],
            **({} if self.moved_from is None else {"moved_from": self.moved_from}),
        }


class ArchiveStats(Struct, frozen=True):
    """What is here, for the empty search page, ``/healthz`` and ``juanzong stats``.

    Attributes:
        characters: of all passages.
        built: ISO 8601 with offset, when the generation was completed.
        left_out: notes on text that is not in the archive: files, lines, fields.
        files: how many files are in the archive: whole, partly, not at all.
        settings: folding, segmenter, dictionary and versions, as in the manifest.
    """

    generation: str
    engine: str
    documents: int
    sections: int
    passages: int
    characters: int
    built: str
    left_out: int
    files: FileCounts
    source_folder: str | None
    settings: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The body of ``juanzong stats --json``."""
        return {
            "generation": self.generation,
            "engine": self.engine,
            "documents": self.documents,
            "sections": self.sections,
            "passages": self.passages,
            "characters": self.characters,
            "built": self.built,
            "left_out": self.left_out,
            "files": asdict(self.files),
            "source_folder": self.source_folder,
            "settings": dict(self.settings),
        }


def note_to_json(note: Note) -> dict[str, Any]:
    """A note of a build report."""
    return {
        "path": note.path,
        "line": note.line,
        "code": note.code,
        "message": note.message,
        "left_out": note.left_out,
        "count": note.count,
    }
