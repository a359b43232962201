"""Whether a quotation is in the archive exactly as written; else what is nearest, and where it differs.

The quotation is compared with the part of a passage that has the least edit distance from it, in characters:
the bit vectors of Myers ("A fast bit-vector algorithm for approximate string matching", 1999) in the form
of Hyyrö (2003): a column of the table is one integer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal, TypeAlias

from msgspec import Struct

from index.analysis.normal import BOUNDARY
from index.archive import Archive
from index.errors import QueryError
from index.query.nodes import Query, Term
from index.requests import SearchRequest
from index.results import PassageHit
from index.search.context import hits_in_place

Verdict: TypeAlias = Literal["exact", "variant", "near", "absent"]

READ = 2_000
"""Passages with the quotation in some form that are read for one that has it exactly."""

NEAREST = 20
"""Passages that share something with the quotation, and are compared with it: the best by relevance."""


class QuotedDifference(Struct, frozen=True):
    """What the quotation has from its character ``at`` on, and what the archive has there."""

    at: int
    quoted: str
    archive: str


class Quoted(Struct, frozen=True):
    """A place of the archive that is, or is near to, what was quoted.

    Attributes:
        text: what the archive has there.
        distance: characters to insert, leave out or exchange, to make the one of the other.
        hit: the passage; the place may reach into the text before or after it.
    """

    verdict: Verdict
    text: str
    distance: int
    differences: tuple[QuotedDifference, ...]
    hit: PassageHit


class Quotation(Struct, frozen=True):
    """What the archive has of a quotation.

    Attributes:
        verdict: ``exact`` character by character; ``variant`` only forms of characters, punctuation and white
            space differ; ``near`` at most half of it has to be changed; ``absent``.
        places: the nearest first, then in the order of the archive.
    """

    verdict: Verdict
    places: tuple[Quoted, ...]


def verified(archive: Archive, text: str, limit: int = 5) -> Quotation:
    """What the archive has of a text, which may reach into the next passages. Raises QueryError for a length
    out of range.
    """
    text = text.strip()
    if not _bare(archive, text):
        raise QueryError("The quotation has no character to look for.", hint="Give the words themselves.")
    literal = SearchRequest(text, "exact", sort="order", as_written=True)
    read = islice(archive.hits(literal), READ)
    found = _compared(archive, text, islice((hit for hit in read if text in hit.text), limit))
    if not found:
        across = SearchRequest(text, "exact", sort="order", across=True)
        found = _compared(archive, text, islice(archive.hits(across), NEAREST))
    if not found:
        # Not parsed: what is quoted has no operators.
        answer = archive.answer_to(Query(text, Term(text, 0, len(text)), "any"), SearchRequest(text))
        ranked = answer.page("relevance", 0, NEAREST)
        found = _compared(archive, text, hits_in_place(archive.store, answer, ranked, first_rank=1))
    places = tuple(sorted(found, key=lambda place: place.distance)[:limit])
    return Quotation(places[0].verdict if places else "absent", places)


def _compared(archive: Archive, text: str, hits: Iterable[PassageHit]) -> list[Quoted]:
    """Those hits that are near enough, with what differs."""
    wanted = _bare(archive, text)
    found = []
    for hit in hits:
        around = (hit.text,) if text in hit.text else filter(None, (hit.before, hit.text, hit.after))
        whole = "\n".join(around)
        start, end, distance = nearest(text, whole)
        there = whole[start:end]
        verdict: Verdict = "near"
        if _bare(archive, there) == wanted:
            verdict = "variant" if distance else "exact"
        elif 2 * distance > len(text):
            continue
        changed = SequenceMatcher(None, text, there, autojunk=False).get_opcodes()
        differences = (
            QuotedDifference(i, text[i:j], there[k:m]) for tag, i, j, k, m in changed if tag != "equal"
        )
        found.append(Quoted(verdict, there, distance, tuple(differences), hit))
    return found


def _bare(archive: Archive, text: str) -> str:
    """The normal form without its boundaries."""
    return archive.analyzer.normal_text(text).replace(BOUNDARY, "")


def nearest(pattern: str, text: str) -> tuple[int, int, int]:
    """The range of ``text`` with the least edit distance from ``pattern``, and that distance."""
    end, distance = _end(pattern, text)
    length, _ = _end(pattern[::-1], text[:end][::-1], anchored=True)
    return end - length, end, distance


def _end(pattern: str, text: str, *, anchored: bool = False) -> tuple[int, int]:
    """Where the range ends, and its distance; of equals the first and longest; ``anchored``: it begins with
    the text.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for number, character in enumerate(pattern):
        places[character] |= 1 << number
    all_ones, last = (1 << len(pattern)) - 1, 1 << len(pattern) - 1
    more, less, score = all_ones, 0, len(pattern)
    end, best = 0, score
    for place, character in enumerate(text, 1):
        equal = places.get(character, 0)
        vertical = equal | less
        horizontal = (((equal & more) + more) ^ more) | equal
        up = less | ~(horizontal | more) & all_ones
        down = more & horizontal
        score += bool(up & last) - bool(down & last)
        up, down = (up << 1 | anchored) & all_ones, down << 1 & all_ones
        more, less = (down | ~(vertical | up)) & all_ones, up & vertical
        if score < best or (score == best and place == end + 1):
            end, best = place, score
    return end, best
