"""Found passages in their place: document, section, byline, neighbours; and the labels of facets."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import Any

from msgspec.structs import asdict

from archive.errors import said
from archive.fields import ASKED, own_fields
from archive.model import Kind, each_author
from archive.store import NameKind, StoredDocument, TextStore
from index.engines.base import FacetCounts
from index.errors import ArchiveBrokenError
from index.requests import FacetName, FacetUnit
from index.results import DocumentRef, FacetValue, ListedDocument, PassageHit, Span
from index.search.answer import FACET_VALUES, Answer, Ranked
from index.search.cancellation import still_wanted
from index.search.filters import Folders, column

MOST_NAME = 500
"""Characters of a title, a heading or a name that are beside a text; the rest is ``…``."""

MOST_PATH = 1_000
"""Characters of the headings above a passage, the nearest first."""

MOST_BESIDE = 1_000
"""Characters of the text before a passage and of that after it: no running text has more in one passage."""

_AROUND_PAGES = " 　-–—―·•.【】[]（）()〔〕<>"

MOST_VALUE = 1_000
"""Characters of a name up to which it is offered as a filter: an address has room for some of these."""


def shortened(text: str, most: int = MOST_NAME) -> str:
    """The text, or its beginning and ``…`` where it has more than ``most`` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def shorter(text: str | None) -> str | None:
    """``shortened`` for a text that may be None."""
    return text and shortened(text)


def short_path(headings: Sequence[str]) -> tuple[str, ...]:
    """The headings from the top, each shortened; without the uppermost where all have too many characters."""
    path: list[str] = []
    room = MOST_PATH
    for heading in map(shortened, reversed(headings)):
        room -= len(heading) + 1
        if room < 0:
            break
        path.append(heading)
    return tuple(reversed(path))


def document_ref(document: StoredDocument) -> DocumentRef:
    """The document as a hit names it."""
    title, author = shortened(document.title), shorter(document.author)
    details: dict[str, Any] = {name: shorter(document.details.get(name)) for name in ASKED}
    return DocumentRef(
        *(document.id, title, author, document.date, document.date_written, document.date_guessed),
        document.path,
        **details,
        fields={name: shortened(document.details[name]) for name in own_fields(document.details)},
    )


def listed_document(document: StoredDocument) -> ListedDocument:
    """The document as a list has it."""
    return ListedDocument(
        **asdict(document_ref(document)),
        collection=document.collection,
        characters=document.characters,
        passages=document.passages,
    )


def hits_in_place(
    store: TextStore,
    answer: Answer | None,
    ranked: Sequence[Ranked],
    *,
    first_rank: int,
    neighbours: bool = True,
) -> tuple[PassageHit, ...]:
    """The passages with what is around them; what ``answer`` marks in them, nothing where it is None.

    ``neighbours``: with the texts before and after them, which have to be read too.
    """
    passages = store.passages([found.key for found in ranked])
    documents = store.documents({passage.document_key for passage in passages})
    sections = store.sections({passage.section_key for passage in passages})
    beside = store.texts_beside(passages) if neighbours else {}
    hits = []
    for rank, (found, passage) in enumerate(zip(ranked, passages, strict=True), first_rank):
        if rank % 32 == 0:
            still_wanted()
        document = documents[passage.document_key]
        section = sections[passage.section_key]
        spans: tuple[Span, ...] = ()
        if answer is not None:
            spans = answer.spans(found.tier, passage.text, document, section)
        before, after = beside.get(found.key, ("", ""))
        page = page_of(store, found.key, document)
        hits.append(
            PassageHit(
                rank=rank,
                tier=found.tier,
                score=round(found.score, 6),
                passage_id=passage.id,
                kind=passage.kind.label,
                document=document_ref(document),
                section=short_path(section.path),
                author=shorter(section.nearest_author),
                affiliation=shorter(section.affiliation),
                text=passage.text,
                spans=spans,
                source=tuple((start, end) for start, end in passage.source if start < end),
                before=before if len(before) <= MOST_BESIDE else "…" + before[1 - MOST_BESIDE :],
                after=shortened(after, MOST_BESIDE),
                page=page and shortened(page),
            )
        )
    return tuple(hits)


def page_of(store: TextStore, passage: int, document: StoredDocument) -> str | None:
    """The nearest page mark at or above a passage in its document, else the document's page, or None."""
    page = store.page_above(passage)
    return document.details.get("page") if page is None else page.strip(_AROUND_PAGES) or page


def facets(
    folders: Folders, answer: Answer, names: Iterable[FacetName], by: FacetUnit
) -> dict[FacetName, tuple[tuple[FacetValue, ...], int]]:
    """The first values of each of these facets of an answer, and how many it has."""
    columns = tuple(dict.fromkeys(map(column, names)))
    if not columns:
        return {}  # to count occurrences reads every passage
    counted = answer.occurrences(columns) if by == "occurrences" else answer.facets(columns)
    return {name: _labelled(folders, name, counted[column(name)], FACET_VALUES) for name in names}


def every_value(folders: Folders, answer: Answer, name: FacetName, by: FacetUnit) -> tuple[FacetValue, ...]:
    """All values of a facet of an answer, the most frequent first."""
    return _labelled(folders, name, answer.every_value(column(name), by), sys.maxsize)[0]


def _labelled(
    folders: Folders, name: FacetName, counted: FacetCounts, most: int
) -> tuple[tuple[FacetValue, ...], int]:
    """Facet values as people and filters name them, the first ``most``, and how many there are in all.

    A section is the document's id, ``#`` and its place. A collection has what the filter of its name finds:
    all that is in it and in the folders below; an author what was written alone and with others.
    """
    store = folders.store
    values = [value for value, _ in counted.top]
    names: dict[int, tuple[str, str]] = {}
    try:
        match name:
            case "collection":
                first, number = folders.counted(counted.top, most)
                return tuple(FacetValue(folder, folder, count) for folder, count in first), number
            case "author":
                authors = store.names(NameKind.AUTHOR, values)
                return _merged(counted, {n: each_author(author) for n, author in authors.items()}, most)
            case "document":
                names = {key: (d.id, shortened(d.title)) for key, d in store.documents(values).items()}
            case "section":
                sections = store.sections(values)
                documents = store.documents({section.document_key for section in sections.values()})
                for key, section in sections.items():
                    document = documents[section.document_key]
                    label = " › ".join(short_path(section.path)) or document.title
                    names[key] = (f"{document.id}#{section.order}", shortened(label))
            case "year":
                names = {year: (str(year), str(year)) for year in values}
            case "kind":
                names = {number: (Kind(number).label, Kind(number).label) for number in values}
            case _:
                details = store.details().items()
                return _merged(counted, {n: [d[name]] if name in d else [] for n, d in details}, most)
        return tuple(FacetValue(*names[value], count) for value, count in counted.top), counted.values
    except (KeyError, ValueError) as error:
        raise ArchiveBrokenError(
            said("The index is damaged: it counts a {} that no text has ({}).", name, error)
        ) from error


def _merged(
    counted: FacetCounts, names: Mapping[int, Iterable[str]], most: int
) -> tuple[tuple[FacetValue, ...], int]:
    """Each name once, of all values of the column that have it, and how many names there are."""
    found: Counter[str] = Counter()
    for number, count in counted.top:
        for name in names[number]:
            found[name] += count
    named = (item for item in found.items() if len(item[0]) <= MOST_VALUE)
    first = nsmallest(most, named, key=lambda item: (-item[1], item[0]))
    return tuple(FacetValue(name, name, count) for name, count in first), len(found)
