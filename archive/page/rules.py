"""The names of the reading rules, and what each makes of a line.

``docs/using/reading-rules.md`` says what each rule holds, ``tests/archive/rule_examples.md`` shows it;
``archive.page.reading`` has the order in which the rules are applied.
"""

from __future__ import annotations

from archive.model import Kind

KINDS: dict[str, Kind] = {}
"""What each rule makes of a line; joins, moves and marks make nothing of it."""


def _rule(name: str, kind: Kind) -> str:
    KINDS[name] = kind
    return name


GIVEN_MARKUP = "given-markup"
GIVEN_CORRECTION = "given-correction"
GIVEN = (GIVEN_MARKUP, GIVEN_CORRECTION)
PARAGRAPH = _rule("paragraph", Kind.TEXT)
TITLE_FIRST_LINE = _rule("title-first-line", Kind.TITLE)
DECK_DASH = _rule("deck-dash", Kind.DECK)
DECK_DASH_MARK = "deck-dash-mark"
FORMAT_MARK = "format-mark"
DECK_KICKER = _rule("deck-kicker", Kind.DECK)
DECK_BEFORE_BYLINE = _rule("deck-before-byline", Kind.DECK)
BYLINE_LABEL = _rule("byline-label", Kind.BYLINE)
BYLINE_OFFICE_NAME = _rule("byline-office-name", Kind.BYLINE)
BYLINE_BARE_NAME = _rule("byline-bare-name", Kind.BYLINE)
DATELINE = _rule("dateline", Kind.BYLINE)
BYLINE_INSTITUTION = _rule("byline-institution", Kind.BYLINE)
MASTHEAD = _rule("masthead", Kind.BYLINE)
BYLINE_AT_END = _rule("byline-at-end", Kind.BYLINE)
BYLINE_SIGNATURE = _rule("byline-signature", Kind.BYLINE)
HEADING_CHAPTER = _rule("heading-chapter", Kind.HEADING)
HEADING_CHAPTER_TITLE = _rule("heading-chapter-title", Kind.HEADING)
HEADING_NUMBERED = _rule("heading-numbered", Kind.HEADING)
HEADING_ORNAMENT = _rule("heading-ornament", Kind.HEADING)
HEADING_BEFORE_AUTHOR = _rule("heading-before-author", Kind.HEADING)
HEADING_SHORT_LINE = _rule("heading-short-line", Kind.HEADING)
AUTHOR_OFFICE_NAME = _rule("author-office-name", Kind.AUTHOR)
AUTHOR_ABOVE_HEADING = _rule("author-above-heading", Kind.AUTHOR)
AUTHOR_LABEL = _rule("author-label", Kind.AUTHOR)
AUTHOR_BARE_NAME = _rule("author-bare-name", Kind.AUTHOR)
AUTHOR_AT_END = _rule("author-at-end", Kind.AUTHOR)
CAPTION_MARK = _rule("caption-mark", Kind.CAPTION)
CAPTION_WIDE_GAP = _rule("caption-wide-gap", Kind.CAPTION)
NOTE_NUMBERED = _rule("note-numbered", Kind.NOTE)
NOTE_LABEL = _rule("note-label", Kind.NOTE)
NOTE_READING = _rule("note-reading", Kind.NOTE)
NOTE_CREDITS = _rule("note-credits", Kind.NOTE)
NOTE_SOURCE = _rule("note-source", Kind.NOTE)
PAGE_MARK = _rule("page-mark", Kind.PAGE)
PAGE_TURN = _rule("page-turn", Kind.PAGE)
PAGE_NUMBER = _rule("page-number", Kind.PAGE)
JOIN_WRAPPED_LINES = "join-wrapped-lines"
JOIN_CUT_SENTENCE = "join-cut-sentence"
JOIN_ACROSS_HEADING = "join-across-heading"
JOIN_ACROSS_INSERT = "join-across-insert"
MOVE_RUN_OF_ONE_PATTERN = "move-run-of-one-pattern"
MOVE_PROMISED_RUN = "move-promised-run"
