"""What is known of lines before any rule reads them: from the markup of a format, or from the owner."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from archive.described import Corrections, SectionCorrection, kind_of
from archive.model import Kind, Range
from archive.page import rules
from archive.page.bylines import Byline, byline, office_line, web_dateline
from archive.page.datelines import dateline
from archive.page.lines import AUTHORED_RANK, Lines, as_ranges, deck_length
from archive.page.person_names import names_in
from archive.page.rules import GivenLine
from archive.page.state import Page, Proposal
from archive.page.titles import title_lead

BREAK: Final = re.compile("\r\n|\r|\n")
"""Where a line of a file ends, as lines are numbered."""
_BETWEEN: Final = (Kind.PAGE, Kind.NOTE, Kind.CAPTION)
"""What may be between two lines of a paragraph."""


def give(lines: Lines, given: Mapping[int, GivenLine]) -> Lines:
    """The lines of a text with what is known of those of these numbers, from 1."""
    starts = [0, *(found.end() for found in BREAK.finditer(lines.text)), len(lines.text) + 1]
    for number, one in given.items():
        if 1 <= number < len(starts) and has(
            lines.text[(low := starts[number - 1]) : starts[number]], one.text
        ):
            for index in range(bisect_left(lines.start, low), bisect_left(lines.start, starts[number])):
                lines.given[index] = replace(one, before=_index_of(lines, starts, one.before))
                _set_apart(
                    lines,
                    index,
                    [(low + start, low + end) for start, end in one.asides],
                    [low + place for place in one.places],
                )
    return lines


def _index_of(lines: Lines, starts: list[int], number: int | None) -> int | None:
    """The line of the page that begins at or behind the beginning of a line of the file."""
    if number is None or not 1 <= number < len(starts):
        return None
    index = bisect_left(lines.start, starts[number - 1])
    return index if index < len(lines.start) else None


def of_owner(corrections: Corrections) -> dict[int, GivenLine]:
    """What a sidecar says of lines, by their numbers."""
    given: dict[int, GivenLine] = {}
    for number in corrections.named():
        kind, rank = kind_of(corrections.lines.get(number, "")) or (None, 0)
        section = corrections.sections.get(number, SectionCorrection())
        given[number] = GivenLine(
            kind, rank, continues=corrections.joins.get(number), before=corrections.order.get(number),
            heading=section.heading, author=section.author, affiliation=section.affiliation,
            text=corrections.text.get(number, ""),
        )  # fmt: skip
    return given


def has(line: str, text: str) -> bool:
    """Whether a line has a text, white space aside."""
    return "".join(text.split()) in "".join(line.split())


def lines_meant(corrections: Corrections, text: str, before: int = 0) -> set[int]:
    """The numbers of lines that are not blank, and have what they had when they were corrected, where so many
    lines are before the text.
    """
    return {
        number
        for number, line in enumerate(BREAK.split(text), before + 1)
        if line.strip() and has(line, corrections.text.get(number, ""))
    }


def reorder(page: Page) -> None:
    """Put lines before those that the owner says."""
    for index, one in page.lines.given.items():
        if one.before is not None and one.before != index:
            page.order = page.order or list(range(len(page)))
            page.order.remove(index)
            page.order.insert(page.order.index(one.before), index)
            page.moved[index] = one.rule


def _set_apart(lines: Lines, index: int, asides: list[Range], places: list[int]) -> None:
    """Take asides out of a line that has other text as well, and keep the places of notes."""
    left = set(range(lines.start[index], lines.end[index]))
    apart: list[Range] = []
    for aside in asides:
        inside = left.intersection(range(*aside))
        left -= inside
        apart += as_ranges(lines.text, sorted(inside))
    if (apart or places) and (rest := as_ranges(lines.text, sorted(left))):
        lines.parts[index] = tuple(_divided(rest, places))
        if apart:
            lines.asides[index] = tuple(sorted(apart))
        lines.body[index] = "".join(lines.text[a:b] for a, b in rest)
        lines.start[index], lines.end[index] = rest[0][0], rest[-1][1]


def _divided(rest: list[Range], places: list[int]) -> Iterator[Range]:
    """The ranges of a line, with an empty one for each place of a note."""
    of: dict[int, list[int]] = {}
    for place in sorted(places):
        of.setdefault(max(0, bisect_left(rest, (place,)) - 1), []).append(place)
    for number, (start, end) in enumerate(rest):
        for place in of.get(number, ()):
            place = min(max(place, start), end)
            yield from [(start, place)] * (start < place)
            yield place, place
            start = place
        yield from [(start, end)] * (start < end)


def read_given(page: Page) -> Iterator[Proposal]:
    """Take what the markup says of lines; the rules read the others."""
    upper: int | None = None
    for index, line in enumerate(page.body if page.lines.given else ()):
        known = page.lines.given.get(index, GivenLine())
        one = known if known.rule == rules.GIVEN_MARKUP else known.corrected or GivenLine()
        if one.decides:
            page.fixed.add(index)
        if one.kind is not None:
            yield _as_given(index, line, one)
            page.headed = page.headed or one.kind is Kind.HEADING
            if one.kind is Kind.TITLE and page.title is None:
                page.title = index
        if one.continues and upper is not None and (one is known or not known.decides):
            page.fixed.add(upper)
            yield Proposal(index, one.rule, "goes on", upper=upper)
        if one.kind not in _BETWEEN:
            upper = index


def read_corrections(page: Page) -> Iterator[Proposal]:
    """Take what the owner says of lines. The rules have read the page as if nothing were said, so that a
    correction changes the kind of no other line; but lines that are joined are one paragraph.
    """
    said = {i: one for i, one in page.lines.given.items() if one.rule == rules.GIVEN_CORRECTION}
    titles = [index for index, one in said.items() if one.kind is Kind.TITLE]
    for index, one in said.items():
        if one.kind is not None:
            page.overrule(index)
            yield _as_given(index, page.body[index], one)
    page.title = min(titles, default=page.title)
    for index in sorted(index for index, one in said.items() if one.continues):
        above = (i for i in range(index - 1, -1, -1) if page.kind[i] not in _BETWEEN)
        if (upper := next(above, None)) is not None:
            for line in (upper, index):
                if page.rule[line] not in rules.GIVEN or (line == index and said[line].kind is None):
                    page.overrule(line)
            yield Proposal(index, rules.GIVEN_CORRECTION, "goes on", upper=upper)


def _as_given(index: int, line: str, one: GivenLine) -> Proposal:
    """What a line of a given kind says."""
    kind = one.kind
    signed: Byline | None = None
    date = dateline(line) if kind in (Kind.BYLINE, Kind.PAGE) else None
    if kind in (Kind.BYLINE, Kind.AUTHOR) and date is None:
        if labelled := web_dateline(line):
            date, signed = labelled
        else:
            found = byline(line) or office_line(line, institutions=True, glued=True)
            signed = found or Byline(names_in(line) or line)
    rank = (one.rank or AUTHORED_RANK) if kind is Kind.HEADING else 0
    mark = deck_length(line) if kind is Kind.DECK and not one.continues else 0
    if kind is Kind.TITLE and one.rule == rules.GIVEN_CORRECTION and not one.continues:
        mark = title_lead(line)
    if kind is Kind.AUTHOR:
        signed = signed or Byline(None)
    said = "the markup says so" if one.rule == rules.GIVEN_MARKUP else "its owner says so"
    return Proposal(index, one.rule, said, byline=signed, date=date, rank=rank, mark=mark, given=kind)
