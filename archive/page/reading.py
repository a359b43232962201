"""The reading of a page: one ordered table of rules, and one loop that applies it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec import Struct

from archive.page import rules
from archive.page.authors import read_anthology, read_authors_under
from archive.page.captions import read_captions
from archive.page.foot import (
    read_byline_below_lead,
    read_foot,
    read_marks,
    read_notice_ends,
    read_readers,
    read_section_ends,
    read_site_foot,
)
from archive.page.given import give, read_corrections, read_given, reorder
from archive.page.head import read_head
from archive.page.headings import read_chapters, read_numbered, read_ornaments, read_plain_headings
from archive.page.joins import read_joins, read_moves
from archive.page.lines import read_lines
from archive.page.rules import GivenLine
from archive.page.state import Page, Proposal, Stretch
from archive.page.wrap import unwrap


class Step(Struct, frozen=True):
    """What proposes, and in the names of which rules; ``needs`` ``"head"`` or ``"foot"``: a part of a text
    has to begin or end with the page.
    """

    propose: Callable[[Page], Iterator[Proposal]]
    rules: tuple[str, ...]
    needs: str = ""


RULES: Final = (
    Step(read_given, rules.GIVEN),
    Step(read_marks, (
        rules.PAGE_MARK, rules.PAGE_TURN, rules.PAGE_NUMBER, rules.NOTE_LABEL, rules.NOTE_CREDITS,
        rules.NOTE_SOURCE, rules.NOTE_NUMBERED,
    )),
    Step(read_anthology, (rules.HEADING_BEFORE_AUTHOR, rules.AUTHOR_BARE_NAME)),
    Step(read_head, (
        rules.DATELINE, rules.MASTHEAD, rules.CAPTION_MARK, rules.CAPTION_WIDE_GAP, rules.BYLINE_INSTITUTION,
        rules.BYLINE_LABEL, rules.DECK_KICKER, rules.TITLE_FIRST_LINE, rules.BYLINE_OFFICE_NAME,
        rules.DECK_DASH, rules.BYLINE_BARE_NAME, rules.DECK_BEFORE_BYLINE, rules.NOTE_SOURCE,
    ), "head"),
    Step(read_chapters, (rules.HEADING_CHAPTER, rules.HEADING_CHAPTER_TITLE)),
    Step(read_numbered, (rules.HEADING_NUMBERED,)),
    Step(read_ornaments, (rules.HEADING_ORNAMENT,)),
    Step(read_readers, (rules.BYLINE_SIGNATURE,)),
    Step(read_notice_ends, (rules.DATELINE, rules.BYLINE_SIGNATURE, rules.HEADING_SHORT_LINE)),
    Step(read_authors_under, (
        rules.HEADING_BEFORE_AUTHOR, rules.DECK_DASH, rules.AUTHOR_OFFICE_NAME, rules.AUTHOR_LABEL,
        rules.AUTHOR_BARE_NAME,
    )),
    Step(read_captions, (rules.CAPTION_MARK, rules.CAPTION_WIDE_GAP)),
    Step(read_site_foot, (rules.NOTE_SOURCE,), "foot"),
    Step(read_foot, (rules.BYLINE_AT_END, rules.DATELINE, rules.BYLINE_SIGNATURE), "foot"),
    Step(read_byline_below_lead, (rules.BYLINE_LABEL,)),
    Step(read_plain_headings, (rules.HEADING_SHORT_LINE,)),
    Step(read_section_ends, (rules.DATELINE, rules.AUTHOR_AT_END, rules.BYLINE_AT_END)),
    Step(read_corrections, rules.GIVEN),
    Step(read_joins, (rules.JOIN_CUT_SENTENCE, rules.JOIN_ACROSS_HEADING, rules.JOIN_ACROSS_INSERT)),
    Step(read_moves, (rules.MOVE_RUN_OF_ONE_PATTERN, rules.MOVE_PROMISED_RUN)),
)  # fmt: skip
"""The rules in their order: of two that propose for one line, the first wins (but see ``Page.decide``)."""


def read_page(
    text: str, stretch: Stretch | None = None, given: Mapping[int, GivenLine] | None = None
) -> Page:
    """Apply the rules to the lines of a text, or of a part of one."""
    page = Page.of(unwrap(give(read_lines(text), given or {})), stretch)
    if not len(page):
        return page
    absent = {"head": not page.stretch.begins, "foot": not page.stretch.ends}
    for step in RULES:
        if not absent.get(step.needs, False):
            for proposal in step.propose(page):
                page.decide(proposal)
    reorder(page)
    return page
