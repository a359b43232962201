"""Pieces of documents as the reading page gets them."""

from __future__ import annotations

from index.results import PassageSpan, PieceView, Span


def piece(
    text: str, passage: str, kind: str = "text", section: int = 0, source: tuple[Span, ...] | None = None
) -> PieceView:
    """A piece of one passage."""
    return PieceView(
        kind=kind,
        text=text,
        section=section,
        passages=(PassageSpan(passage, 0, len(text)),),
        source=source or ((0, len(text)),),
        spans=(),
        rule="plain",
        joined="sentence_cut" if source and len(source) > 1 else None,
        moved=None,
    )
