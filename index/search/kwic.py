"""The lines of a concordance: a place, with what is before and behind it (key word in context, KWIC)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.requests import CONTEXT
from index.results import Line, PassageHit, Span

_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")


def lines_of(hit: PassageHit, context: int = CONTEXT) -> Iterator[Line]:
    """The lines of a found passage, in the order of its text; at least one."""
    return (line(hit, span, context) for span in hit.spans or ((0, 0),))


def line(hit: PassageHit, span: Span, context: int) -> Line:
    """The line of one place of a passage."""
    start, end = span
    document = hit.document
    return Line(
        _in_one(hit.text[max(0, start - context) : start]),
        _in_one(hit.text[start:end]),
        _in_one(hit.text[end : end + context]),
        document.title,
        hit.author,
        document.when or None,
        " › ".join(hit.section),
        document.path,
        hit.passage_id,
        hit.tier,
        document.source,
        document.edition,
        hit.page,
        document.language,
        document.rights,
        hit.affiliation,
    )


def _in_one(text: str) -> str:
    return text if text.isprintable() else _LINE_ENDS.sub(" ", text)
