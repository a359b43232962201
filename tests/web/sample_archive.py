"""A small archive in memory, for what a real one seldom has: odd ids, long documents, failures.

What the pages show of a real archive is tested with a real one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from archive.model import Note
from archive.records import replace
from archive.store import FileCounts
from index.answering.exported import Form, exported
from index.errors import NotFoundError
from index.query.nodes import Problem
from index.results import (
    ArchiveStats,
    DocumentList,
    DocumentRef,
    DocumentView,
    FacetValue,
    PassageHit,
    PieceView,
    SearchRequest,
    SearchResult,
    SectionView,
    Span,
    Suggestion,
)


def piece(
    text: str, passage: str, kind: str = "text", section: int = 0, source: tuple[Span, ...] | None = None
) -> PieceView:
    """A piece of one passage."""
    return PieceView(
        kind=kind,
        text=text,
        section=section,
        passages=((passage, 0, len(text)),),
        source=source or ((0, len(text)),),
        spans=(),
        rule="plain",
        joined="sentence_cut" if source and len(source) > 1 else None,
        moved=None,
    )


def document(
    document_id: str, pieces: Sequence[PieceView], *, title: str = "题目", author: str | None = None
) -> DocumentView:
    """A document of one section."""
    return DocumentView(
        document=DocumentRef(document_id, title, author, None, document_id),
        title_is_derived=False,
        encoding="utf-8",
        origin=None,
        collection=None,
        sections=(SectionView(None, (), author, None, 0),),
        pieces=tuple(pieces),
    )


def places(text: str, query: str) -> tuple[Span, ...]:
    """Where the query stands in the text."""
    return tuple(m.span() for m in re.finditer(re.escape(query), text)) if query else ()


class SampleArchive:
    """Finds what holds the query literally; ``problems`` are those of every answer, ``fail`` is raised."""

    def __init__(self, documents: Sequence[DocumentView]) -> None:
        self.held = {d.document.id: d for d in documents}
        self.generation = SimpleNamespace(name="g1")
        self.problems: tuple[Problem, ...] = ()
        self.partial = 0
        self.relaxed = False
        self.notes: tuple[Note, ...] = ()
        self.fail: Exception | None = None

    def health(self) -> None:
        """Nothing is wrong with it."""

    def search(self, request: SearchRequest) -> SearchResult:
        if self.fail:
            raise self.fail
        hits = [
            PassageHit(
                rank=0,
                tier="exact",
                score=1.0,
                passage_id=p.passages[0][0],
                kind=p.kind,
                document=d.document,
                section=(),
                author=d.document.author,
                affiliation=None,
                text=p.text,
                spans=places(p.text, request.query),
                source=p.source,
                before="",
                after="",
            )
            for d in self.held.values()
            for p in d.pieces
            if request.query in p.text
        ]
        hits = [hit._replace(rank=i) for i, hit in enumerate(hits, 1)]
        return SearchResult(
            request=request,
            understood=request.query,
            relaxed=self.relaxed,
            engine="sample",
            took_ms=0.1,
            total=len(hits),
            documents=len({h.document.id for h in hits}),
            partial=self.partial,
            hits=tuple(hits[request.offset : request.offset + request.limit]),
            problems=self.problems,
            occurrences=sum(len(h.spans) for h in hits),
        )

    def export(self, request: SearchRequest, form: Form, context: int) -> Iterator[str]:
        return exported(self.search(replace(request, offset=0, limit=10_000)).hits, form, context)

    def passage(self, passage_id: str, query: SearchRequest | None = None) -> PassageHit:
        for hit in self.search(SearchRequest(query="", limit=10_000)).hits:
            if hit.passage_id == passage_id:
                return hit
        raise NotFoundError(f"There is no passage {passage_id}.")

    def suggest(self, text: str, limit: int = 8) -> Sequence[Suggestion]:
        return (Suggestion(text, 1),)[:limit]

    def explain(self, request: SearchRequest, passage_id: str) -> dict[str, Any]:
        return {"passage_id": passage_id}

    def document(
        self, document_id: str, request: SearchRequest | None = None, *, part: int = 1, at: str = ""
    ) -> DocumentView:
        if self.fail:
            raise self.fail
        if document_id not in self.held:
            raise NotFoundError(f"There is no document {document_id}.")
        view = self.held[document_id]
        query = request.query if request else ""
        return replace(view, pieces=tuple(replace(p, spans=places(p.text, query)) for p in view.pieces))

    def document_successor(self, document_id: str) -> str | None:
        return None

    def stats(self) -> ArchiveStats:
        if self.fail:
            raise self.fail
        return ArchiveStats(
            generation=self.generation.name,
            engine="sample",
            documents=len(self.held),
            sections=len(self.held),
            passages=sum(len(d.pieces) for d in self.held.values()),
            characters=sum(len(p.text) for d in self.held.values() for p in d.pieces),
            built="2026-01-02T03:04:05+08:00",
            left_out=sum(note.left_out for note in self.notes),
            files=FileCounts(len(self.held), 0, len({note.path for note in self.notes if note.left_out})),
            source_folder="somewhere/secret",
            settings={},
        )

    def browse(self, name: str) -> Sequence[FacetValue]:
        folders = sorted({d.document.id.rpartition("/")[0] for d in self.held.values()} - {""})
        return [FacetValue(f, f, 1) for f in folders] if name == "collection" else []

    def documents(
        self, collection: str | None = None, author: str | None = None, offset: int = 0, limit: int = 100
    ) -> tuple[int, Sequence[DocumentRef]]:
        found = [
            d.document
            for d in self.held.values()
            if collection in (None, d.document.id.rpartition("/")[0]) and author in (None, d.document.author)
        ]
        return len(found), found[offset : offset + limit]

    def listed(self, request: SearchRequest) -> DocumentList:
        return DocumentList(len(self.held), request.offset, ())

    def has_folder(self, folder: str) -> bool:
        return any(d.document.id.startswith(f"{folder}/" if folder else "") for d in self.held.values())

    def report(self) -> Sequence[Note]:
        return self.notes

    def examples(self) -> Sequence[str]:
        return ("派出所",)
