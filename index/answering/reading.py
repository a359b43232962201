"""A whole document for the reading page, with what a query found in it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby

from archive.store import StoredDocument, StoredPassage, TextStore
from index.answering.answer import Answer
from index.answering.context import document_ref
from index.answering.verify import subject
from index.results import DocumentView, PieceView, SectionView, Span


def document_view(store: TextStore, document: StoredDocument, answer: Answer | None) -> DocumentView:
    """The document's pieces in reading order, with what ``answer`` marks in the passages that it found."""
    sections = store.sections_of(document.key)
    by_order = {section.order: section for section in sections}
    passages = store.passages_of(document.key)
    tiers = answer.within(document.key) if answer is not None else {}
    pieces: list[PieceView] = []
    places: Counter[int] = Counter()
    for _, group in groupby(passages, key=lambda passage: passage.piece):
        parts = list(group)
        text, spans, ids = "", [], []
        for part in parts:
            start = len(text)
            ids.append((part.id, start, start + len(part.text)))
            text += part.text
            if answer is not None and part.key in tiers:
                context = subject(part.text, document, by_order.get(part.section))
                marks = answer.highlighter(tiers[part.key]).spans(context)
                spans += [(start + a, start + b) for a, b in marks]
        places[parts[0].section] += len(spans)
        pieces.append(_piece(parts, text, tuple(ids), tuple(spans)))
    return DocumentView(
        document=document_ref(document),
        title_is_derived=document.title_is_derived,
        encoding=document.encoding,
        origin=document.origin,
        collection=document.collection,
        sections=tuple(
            SectionView(s.heading, s.path, s.author, s.affiliation, places[s.order]) for s in sections
        ),
        pieces=tuple(pieces),
    )


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
