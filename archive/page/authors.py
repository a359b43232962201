"""The author lines of sections, under their headings or above them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.bylines import Byline, byline, is_wire, office_line
from archive.page.datelines import dateline
from archive.page.headings import HEADING_LIMIT
from archive.page.lines import (
    AUTHORED_RANK,
    FINAL,
    dash_length,
    deck_length,
    label,
    one_phrase,
    run_mark,
    width,
)
from archive.page.person_names import DYNASTY, is_institution, is_name, office_and_name, tidy
from archive.page.rule_words import plain
from archive.page.state import Page, Proposal
from archive.text.dates import NUMBER

_YEAR: Final = re.compile(f"{NUMBER}+[年月日]")
_Signed = dict[int, tuple[int, Byline, str]]
"""By author line its heading, who signs, and the rule."""
MOST_NAMES: Final = 50
"""More names than these, each alone in a line, are a register of persons and not authors."""


def read_anthology(page: Page) -> Iterator[Proposal]:
    """Titles and poets above verse, each poem by its own: two poems by two poets at least.

    The poet is below the title or behind it (静夜思 李白); a further poem of his has its title alone.
    """
    found: dict[int, tuple[int, str]] = {}
    alone: list[int] = []
    for index in page.open_lines:
        title, *behind = page.body[index].rsplit(None, 1)
        if (
            behind
            and (poet := _poet(behind[0]))
            and _titles(page, index, title)
            and _is_verse(page, index + 1)
        ):
            found[index] = (index, poet)
        elif not _titles(page, index, page.body[index]):
            continue
        elif (poet := _poet(page.body[index + 1])) and _is_verse(page, index + 2):
            found[index] = (index + 1, poet)
        elif _is_verse(page, index + 1) and all(
            page.body[index + i][-1] in FINAL + "，；" for i in (-1, 1, 2)
        ):
            alone.append(index)
    if len({poet for _, poet in found.values()}) < 2:
        return
    poet = None
    for index in sorted((*found, *alone)):
        line, poet = found.get(index, (index, poet))
        by = Byline(poet) if poet and line == index else None
        if poet:
            yield Proposal(index, rules.HEADING_BEFORE_AUTHOR, "above verse", rank=AUTHORED_RANK, byline=by)
        if line > index:
            yield Proposal(line, rules.AUTHOR_BARE_NAME, "between a title and verse", byline=Byline(poet))


def _titles(page: Page, index: int, title: str) -> bool:
    """Whether a line can be the title of a poem that is below it."""
    return (
        len(title) <= 20
        and page.text(index)
        and page.text(index + 1)
        and one_phrase(title, 20)
        and not (_poet(title) or run_mark(title) or _YEAR.match(title) or office_line(page.body[index]))
    )


def _is_verse(page: Page, index: int) -> bool:
    """Whether two lines from here on are as short as verse."""
    verse = page.body[index : index + 2]
    return len(verse) == 2 and all(
        2 < width(line) <= 24 and not (_poet(line) or label(line)) for line in verse
    )


def _poet(line: str) -> str | None:
    """The name that is all of a line, with a dynasty before it, a label or nothing."""
    if dynasty := DYNASTY.match(plain(line)) if len(line) <= 24 else None:
        return tidy(line[slice(*dynasty.span("name"))])
    if is_name(line):
        return tidy(line)
    found = byline(line)
    return found.author if found and len(line) <= 16 else None


def _heading_above(page: Page, index: int) -> int | None:
    """The line above an author line that can be its heading, or None."""
    above = page.before(index)
    if above < page.head_end:
        return None
    if page.kind[above] is Kind.HEADING:
        return above
    body = page.body[above]
    if (
        page.headed
        or not page.text(above)
        or above not in page.open_ones
        or not one_phrase(body, HEADING_LIMIT + 10)
    ):
        return None
    if is_name(body) or office_and_name(body) or byline(body) or dateline(body) or is_wire(body):
        return None
    asks = label(body) and body[-1] in "？?"
    return None if asks or dash_length(body) else above


def read_authors_under(page: Page) -> Iterator[Proposal]:
    """Author lines: an office and a name, or a labelled byline, under a heading and above running text."""
    body = page.body
    found, institutions, bodies, names = _Signed(), _Signed(), _Signed(), _Signed()
    for index in page.phrases():
        line, below, deck = body[index], page.after(index), page.before(index)
        if not page.running(below) and page.kind[below : below + 1] not in ([Kind.CAPTION], [Kind.HEADING]):
            continue
        above = _heading_above(page, index)
        if above is None and page.text(deck) and deck_length(body[deck]):  # the deck of a heading
            above = _heading_above(page, deck)
        if above is None:
            continue
        if office := office_line(line, glued=True):
            found[index] = (above, office, rules.AUTHOR_OFFICE_NAME)
        elif labelled := byline(line):
            found[index] = (above, labelled, rules.AUTHOR_LABEL)
        elif office := office_line(line, institutions=True):
            institutions[index] = (above, office, rules.AUTHOR_OFFICE_NAME)
        elif page.stops(page.before(above)) and is_institution(line) and not is_institution(body[above]):
            bodies[index] = (above, Byline(line), rules.AUTHOR_OFFICE_NAME)
        elif page.stops(page.before(above)) and is_name(line):
            names[index] = (above, Byline(tidy(line)), rules.AUTHOR_BARE_NAME)
    if len(institutions) + len(found) > 1:
        found |= institutions
    if len(bodies) > 1:
        found |= bodies
    # Who is named in the text below is its matter, hardly its author.
    text, end = page.lines.text, page.lines.end
    unnamed = {index: one for index, one in names.items() if text.find(body[index], end[index]) < 0}
    if len(names) <= MOST_NAMES and len({one[1].author for one in unnamed.values()}) > 1:
        found |= unnamed
    elif len(names) == 1 and not found and any(signed.author for signed in page.bylines.values()):
        # by somebody else than the page
        found |= {
            at: one
            for at, one in names.items()
            if text.count(one[1].author or "") == 1 and len(body[at]) == 3
        }
    for index, (above, signed, rule) in found.items():
        if page.kind[above] is Kind.TEXT:
            yield Proposal(above, rules.HEADING_BEFORE_AUTHOR, "above an author line", rank=AUTHORED_RANK)
        for deck in range(above + 1, index):
            if page.kind[deck] is Kind.TEXT:
                yield Proposal(deck, rules.DECK_DASH, "a phrase led by a dash", mark=dash_length(body[deck]))
        yield Proposal(index, rule, "below a heading", byline=signed)
