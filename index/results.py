"""What a search answers, as typed data: its fields are the JSON of the API and of ``--json``.

Offsets are in characters (code points). What is not known is None, null in JSON; an object lacks what has its
default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct, to_builtins

from archive.formats import RECORDS
from archive.model import Note, shown_date
from archive.store import FileCounts
from index.query.nodes import Match, Problem
from index.requests import By, FacetName, FacetUnit, Token
from index.search.sampling import Estimate

Tier: TypeAlias = Literal["exact", "all", "any"]
CountUnit: TypeAlias = Literal["passages", "documents"]
Span: TypeAlias = tuple[int, int]

MOST_FORMS = 100
EDGE = "|"
"""The neighbour of a place where the passage begins or ends."""


class DocumentRef(Struct, frozen=True, omit_defaults=True):
    """The document of a hit; its fields as in ``archive.model``, those of ``ASKED`` by name;
    ``fields``: those of the owner's own.
    """

    id: str
    title: str
    author: str | None
    date: str | None
    date_written: str | None
    date_guessed: bool
    path: str
    source: str | None
    edition: str | None
    page: str | None
    language: str | None
    rights: str | None
    fields: dict[str, str] = {}

    @property
    def when(self) -> str:
        """Its date, with a question mark where it is guessed; empty where it has none."""
        return f"{shown_date(self.date)}{'?' * self.date_guessed}"

    @property
    def byline(self) -> tuple[str, ...]:
        """What is known of its author, source and date, and the owner's own fields."""
        own = (f"{name}: {value}" for name, value in self.fields.items())
        return tuple(filter(None, (self.author, self.source, self.when, *own)))

    @property
    def folder(self) -> str:
        """The folder of its file, relative to that of all texts; empty at the top."""
        return self.path.rpartition("/")[0]

    @property
    def whereabouts(self) -> str:
        """What tells it from others of its title: its folder, or for one of many in a file that file."""
        return self.path if self.path.lower().endswith(RECORDS) else self.folder


class ListedDocument(DocumentRef, frozen=True, kw_only=True):
    """A document in a list; ``characters`` and ``passages`` are counts."""

    collection: str | None
    characters: int
    passages: int


class DocumentList(Struct, frozen=True):
    """A page of the documents that a request's filters leave, in the order of the archive."""

    total: int
    offset: int
    documents: tuple[ListedDocument, ...]


class PassageHit(Struct, frozen=True, omit_defaults=True):
    """A found passage in its place.

    Attributes:
        rank: from 1, over the whole result, not the page.
        tier: ``exact`` it holds the literal run; ``all`` it has every word; ``any`` it shares something.
        score: within its tier, to six places; 0.0 where the result is not sorted by relevance.
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
    page: str | None
    text: str
    spans: tuple[Span, ...]
    source: tuple[Span, ...]
    before: str
    after: str
    moved_from: str | None = None


class FacetValue(Struct, frozen=True):
    """A value and how much of what was found has it, in ``facet_by``. ``value`` is what a filter takes."""

    value: str
    label: str
    count: int


class FacetValues(Struct, frozen=True):
    """A page of the values of a facet, and how many there are in all."""

    facet: FacetName
    total: int
    offset: int
    values: tuple[FacetValue, ...]


class Counted(Struct, frozen=True):
    """A share of an exact count.

    Attributes:
        looked_at: passages so far, of those that have to be looked at (``of``).
        passages: how many of this share are found.
        occurrences: how many places are marked in them.
        problems: what of the query was not understood.
    """

    looked_at: int
    of: int
    passages: int
    occurrences: int
    problems: tuple[Problem, ...] = ()


class DistributionQuery(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What one of the queries of a distribution finds in all; its fields are those of a SearchResult."""

    query: str
    understood: str
    unit: CountUnit
    relaxed: bool
    total: int
    estimate: Estimate | None = None
    problems: tuple[Problem, ...]


class DistributionRow(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A period, or a value of a field, and what its texts have of each query.

    Attributes:
        value: what the filter of this name takes; None for texts without one, ``none`` for undated texts.
        apart: the date of texts that lie in no period of the unit as a whole.
        characters: of all its texts, within the filters.
        counts: of each query.
        per_10000: the same by 10,000 characters, to four places.
        parts: of each query the passages in each part, where parts of equal length were asked for.
    """

    value: str | None
    label: str
    apart: bool = False
    characters: int
    counts: tuple[int, ...]
    per_10000: tuple[float, ...]
    parts: tuple[tuple[int, ...], ...] = ()


class Distribution(Struct, frozen=True, kw_only=True):
    """Where the hits of up to ``MAX_QUERIES`` queries are; ``total`` rows in all, from ``offset`` on."""

    by: By
    facet_by: FacetUnit
    queries: tuple[DistributionQuery, ...]
    total: int
    offset: int
    rows: tuple[DistributionRow, ...]


class Association(Struct, frozen=True):
    """What occurs more often in one part of the texts than in another; ``index.search.comparison``.

    Attributes:
        text: a character, two neighbours or a word, in its folded form.
        count, rest: how often it is in the part, and in the other one.
        log_likelihood, mutual_information, log_ratio: measures; the first says how sure it is, the others how
            strong.
        query: what finds it there.
    """

    text: str
    count: int
    rest: int
    log_likelihood: float
    mutual_information: float
    log_ratio: float
    query: str


class Associations(Struct, frozen=True):
    """What stands out, the strongest first.

    Attributes:
        places: of collocates the places of the search; of keyness its passages.
        inside, outside: the units in the part and in the other one; common: passages that are in both.
        total: the rows of all pages.
    """

    understood: str
    unit: Token
    places: int
    inside: int
    outside: int
    common: int
    total: int
    offset: int
    problems: tuple[Problem, ...]
    rows: tuple[Association, ...]


class Line(Struct, frozen=True):
    """A line of a concordance; the names are the header of its table.

    Attributes:
        left, hit, right: of the passage's own text; a line end is a blank, so that a place is one line.
            Where nothing matched in the text, but in what is above it, ``hit`` is empty and ``right`` is
            the beginning of the text.
        author, affiliation: of the nearest byline.
        section: the headings above, with `` › `` between them.
    """

    left: str
    hit: str
    right: str
    title: str
    author: str | None
    date: str | None
    section: str
    path: str
    passage_id: str
    tier: str
    source: str | None
    edition: str | None
    page: str | None
    language: str | None
    rights: str | None
    affiliation: str | None


class Concordance(Struct, frozen=True, kw_only=True):
    """The answer to a ConcordanceRequest.

    A neighbour is a character of the passage's normal form: folded, so that 後 and 后 are counted together;
    punctuation, white space and line ends are passed over. Where the passage has none it is ``EDGE``.

    Attributes:
        understood: the query as it was taken.
        passages: in which there may be places: all that the search finds.
        total: how many lines there are; None where not all passages had to be read for this answer.
        more: there are lines after these.
        groups: what was grouped by, the most frequent first; at most ``MAX_LINES``.
        group_values: how many groups there are.
        took_ms: to a hundredth.
    """

    query: str
    understood: str
    passages: int
    total: int | None
    more: bool
    offset: int
    lines: tuple[Line, ...]
    groups: tuple[FacetValue, ...]
    group_values: int
    problems: tuple[Problem, ...]
    took_ms: float


class FormCount(Struct, frozen=True):
    """A written form and how many places have it."""

    text: str
    count: int


class PassageCount(Struct, frozen=True):
    """A word or a query, and the passages that it finds; of a suggestion those that have its last word."""

    text: str
    passages: int


class Suggestions(Struct, frozen=True):
    """Queries that begin as what was typed."""

    query: str
    suggestions: tuple[PassageCount, ...]


class SearchResult(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The answer to a SearchRequest.

    Attributes:
        understood: the query as it was taken, in a notation of no language, e.g. ``派出所 · 所长``.
        relaxed: ``auto`` found no passage with every word and shows those that share something.
        took_ms: to a hundredth.
        unit: what ``total`` counts, and each hit is: a query without text of its own asks for documents.
        total: found passages (tiers ``exact`` and ``all``, or all of the answer of another match).
        documents: documents with at least one of them.
        partial: further passages that share something, not among the hits; 0 where not applicable.
        occurrences: places in the found passages, only with ``counts``.
        forms: these places by what is written there, most first, at most ``MOST_FORMS``; None without them.
        estimate: where very many texts would have to be read, what a sample of them says. If it estimates the
            passages, ``total``, ``documents``, ``hits`` and ``facets`` are those of the sample. If it
            estimates the occurrences, ``forms`` are those of the sample, and ``occurrences`` is None.
        facet_by: the unit of ``facets``.
        facets: of each the most frequent values, of folders those nearest the top.
        facet_values: of each how many values there are.
        across: passages that hold the literal run if punctuation does not stand in the way, counted where the
            query is one run and none holds it as it was typed; 0 where not applicable.
        words: where nothing has all words, each of them with the passages that hold it.
        did_you_mean: where nothing or hardly anything was found, queries that find more, the likeliest first.
    """

    query: str
    match: Match
    understood: str
    relaxed: bool
    engine: str
    took_ms: float
    unit: CountUnit
    total: int
    documents: int
    partial: int
    occurrences: int | None = None
    forms: tuple[FormCount, ...] | None = None
    estimate: Estimate | None = None
    facet_by: Literal[CountUnit, FacetUnit] | None = None
    facets: Mapping[str, tuple[FacetValue, ...]] = {}
    facet_values: Mapping[str, int] = {}
    across: int = 0
    words: tuple[PassageCount, ...] = ()
    did_you_mean: tuple[str, ...] = ()
    problems: tuple[Problem, ...]
    hits: tuple[PassageHit, ...]

    @property
    def to_say(self) -> tuple[Problem, ...]:
        """The problems, without those that ``relaxed`` and ``words`` say too."""
        told = ("word_nowhere", "never_together") if self.relaxed and len(self.words) > 1 else ()
        return tuple(problem for problem in self.problems if problem.code not in told)


class PassageSpan(Struct, frozen=True):
    """A passage of a piece, and where it is in the text of that."""

    id: str
    start: int
    end: int


class PieceView(Struct, frozen=True):
    """A piece of a document on the reading page, in reading order.

    Attributes:
        passages: those of the piece; a long text has several.
        spans: what the query matched, into ``text``.
        joined, moved: the rule by which the reader joined or moved it, or None.
    """

    kind: str
    text: str
    section: int
    passages: tuple[PassageSpan, ...]
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


class DocumentView(DocumentRef, frozen=True, omit_defaults=True, kw_only=True):
    """A document with what a query matched in it: the whole, or a part of a long one.

    Attributes:
        sections: all of the document, with the matched places in each; of a document that is read in parts
            and has more than 5,000 those from the first to the last of the part.
        first_section: the place of the first of ``sections`` in the document, 0 where all are there.
        pieces: those of the whole document, or of the part.
        notes: what the build noted of this text: a doubtful encoding, broken bytes, an end that is missing.
        part: the number of the part from 1, and how many parts there are, of about the same number of
            characters; None where this is the whole.
        continues: the first piece is the rest of one that began in the part before.
        part_hits: for each part of the document, the matched places that begin in it; empty without a query.
        moved_from: the id that was asked for, of which this document took the place; else None.
    """

    affiliation: str | None = None
    type: str | None = None
    place: str | None = None
    publisher: str | None = None
    url: str | None = None
    title_is_derived: bool
    encoding: str
    collection: str | None
    sections: tuple[SectionView, ...]
    first_section: int
    pieces: tuple[PieceView, ...]
    notes: tuple[Note, ...]
    part: tuple[int, int] | None
    continues: bool = False
    part_hits: tuple[int, ...] = ()
    moved_from: str | None = None


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


def to_json(answered: object) -> Any:
    """An object of this package as what ``json.dumps`` takes."""
    return to_builtins(answered, enc_hook=str)  # of the kinds of text, such as ``archive.errors.Said``
