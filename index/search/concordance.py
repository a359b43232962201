"""A concordance: every place found, with what stands before and behind it (key word in context, KWIC)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from index.results import PassageHit

CONTEXT = 30
"""Characters before and behind a place, where nothing else is asked for."""

_LINE_ENDS = re.compile(r"\s*[\n\r\v\f\x85\u2028\u2029]\s*")


class Place(Struct, frozen=True):
    """A line of a concordance; the names are the header of its table.

    Attributes:
        left, hit, right: of the passage's own text; a line end is a blank, so that a place is one line.
            Where nothing matched in the text, but in what it stands under, ``hit`` is empty and ``right`` is
            the beginning of the text.
        author: of the nearest byline.
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


def places(hit: PassageHit, context: int = CONTEXT) -> Iterator[Place]:
    """The places of a found passage, in the order of its text; at least one."""
    document = hit.document
    place = (
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
    )
    for start, end in hit.spans or ((0, 0),):
        left, right = hit.text[max(0, start - context) : start], hit.text[end : end + context]
        yield Place(_line(left), _line(hit.text[start:end]), _line(right), *place)


def _line(text: str) -> str:
    return text if text.isprintable() else _LINE_ENDS.sub(" ", text)
