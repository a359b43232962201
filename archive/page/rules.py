"""The names of the reading rules, as they stand in ``Piece.rule``, ``Piece.joined``, ``Piece.moved`` and
``Mark.rule``.

``docs/reading-rules.md`` says what each one holds, with an example; a test keeps the two lists equal.
"""

from __future__ import annotations

from typing import Final

PARAGRAPH: Final = "paragraph"

TITLE_FIRST_LINE: Final = "title-first-line"
DECK_DASH: Final = "deck-dash"
DECK_KICKER: Final = "deck-kicker"
DECK_BEFORE_BYLINE: Final = "deck-before-byline"
DECK_DASH_MARK: Final = "deck-dash-mark"

BYLINE_LABEL: Final = "byline-label"
BYLINE_OFFICE_NAME: Final = "byline-office-name"
BYLINE_BARE_NAME: Final = "byline-bare-name"
BYLINE_AT_END: Final = "byline-at-end"
BYLINE_SIGNATURE: Final = "byline-signature"
DATELINE: Final = "dateline"
BYLINE_INSTITUTION: Final = "byline-institution"
MASTHEAD: Final = "masthead"

HEADING_CHAPTER: Final = "heading-chapter"
HEADING_CHAPTER_TITLE: Final = "heading-chapter-title"
HEADING_NUMBERED: Final = "heading-numbered"
HEADING_ORNAMENT: Final = "heading-ornament"
HEADING_BEFORE_AUTHOR: Final = "heading-before-author"
HEADING_SHORT_LINE: Final = "heading-short-line"
HEADING_IN_SENTENCE: Final = "heading-in-sentence"

AUTHOR_OFFICE_NAME: Final = "author-office-name"
AUTHOR_ABOVE_HEADING: Final = "author-above-heading"
AUTHOR_INSTITUTION: Final = "author-institution"
AUTHOR_LABEL: Final = "author-label"
AUTHOR_BARE_NAME: Final = "author-bare-name"
AUTHOR_AT_END: Final = "author-at-end"

CAPTION_MARK: Final = "caption-mark"
CAPTION_WIDE_GAP: Final = "caption-wide-gap"
CAPTIONS_ONLY: Final = "captions-only"

NOTE_NUMBERED: Final = "note-numbered"
NOTE_LABEL: Final = "note-label"
NOTE_CREDITS: Final = "note-credits"
NOTE_SOURCE: Final = "note-source"
PAGE_MARK: Final = "page-mark"
PAGE_TURN: Final = "page-turn"
PAGE_NUMBER: Final = "page-number"

JOIN_WRAPPED_LINES: Final = "join-wrapped-lines"
JOIN_CUT_SENTENCE: Final = "join-cut-sentence"
JOIN_ACROSS_HEADING: Final = "join-across-heading"
JOIN_ACROSS_INSERT: Final = "join-across-insert"

MOVE_RUN_OF_ONE_PATTERN: Final = "move-run-of-one-pattern"
MOVE_PROMISED_RUN: Final = "move-promised-run"
MOVE_SENTENCE_OF_HEADING: Final = "move-sentence-of-heading"

ALL: Final = frozenset(
    value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)
)
"""Every rule name."""
