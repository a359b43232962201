"""The names of the reading rules, what each makes of a line, and what a text is that they have read.

``docs/using/reading-rules.md`` says what each rule holds, ``tests/archive/rule_examples.md`` shows it;
``archive.page.reading`` has the order in which the rules are applied.
"""

from __future__ import annotations

from msgspec import Struct

from archive.model import Kind, Piece, Range, Section

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


class GivenLine(Struct, frozen=True):
    """What is known of a line before any rule reads it: from the markup of a format, or from the owner.

    Attributes:
        kind: what it is; None where the rules are to decide.
        asides: ranges of the line that interrupt the run around them. It is read without them, and they are
            notes below it: one of all without a Chinese character (readings, marks), one of each other.
        continues: this line goes on with the last line before it, page marks, notes and captions aside;
            False: it does not, whatever the rules say.
        rule: in whose name, ``GIVEN_MARKUP`` or ``GIVEN_CORRECTION``.
        before: the number of the line that it is read before, or None.
        text: a part of it; where the line is without it, nothing of this is meant for it.
        heading, author, affiliation: of the section that the line heads, in place of what the page says.
        corrected: what the markup says of the line, where the owner says something else.
        places: where in the line the marks of notes below it are; 0 of a note: it belongs to such a mark.
    """

    kind: Kind | None = None
    rank: int = 0
    asides: tuple[Range, ...] = ()
    continues: bool | None = None
    rule: str = GIVEN_CORRECTION
    before: int | None = None
    heading: str | None = None
    author: str | None = None
    affiliation: str | None = None
    corrected: GivenLine | None = None
    places: tuple[int, ...] = ()
    text: str = ""

    @property
    def decides(self) -> bool:
        """Whether the rules have nothing to say of the line."""
        return self.kind is not None or self.continues is not None


class Mark(Struct, frozen=True):
    """Characters of the source that are a sign for the reader and are in no piece: the dash that leads a
    deck.
    """

    source: Range
    rule: str


class Reason(Struct, frozen=True):
    """A proposal of a rule for a line: taken, or refused and why."""

    start: int
    rule: str
    taken: bool
    evidence: str
    against: str


class Structure(Struct, frozen=True):
    """A text read as a page: what ``archive.page.structure`` gives.

    Every character of the text that is not white space is in exactly one piece or mark.

    Attributes:
        title: the title as written, or None where the text has none.
        date: ISO 8601, from a line that is a date and nothing else, or None.
        source: the newspaper or site that a line of head or foot names behind 来源, 原载 or 摘自, or None.
        reasons: what was proposed for the lines, where it was asked for.
    """

    sections: tuple[Section, ...]
    pieces: tuple[Piece, ...]
    title: str | None = None
    author: str | None = None
    date: str | None = None
    source: str | None = None
    marks: tuple[Mark, ...] = ()
    reasons: tuple[Reason, ...] = ()
