"""Sentences that the page cut: by a blank line, a page break, a caption, or a heading with its author
line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.marks import is_marked, may_begin, run_mark
from archive.page.shapes import ended, is_cut
from archive.page.state import BEFORE_BREAK, LEAST, Page, Proposal, cut_prose

_UNFINISHED: Final = re.compile(
    "(?:[的地得都还又才更最太很不没未会能应该须将把被让使给对向从在以与和及或并而但且因由如若虽则即这那每各某其是乃於为為與從將並這還沒對給讓們]"
    "|成为|来自|位于|属于|具有|充满|给予|予以|针对|按照|依照|面临|面对|(?:有|带|怀|沿|随|向|朝|伴|本|意味)着"
    "|如何|怎样|不断|进一步|必须|正在|更加|不仅|只有|只要|即使|尽管|切实|一种|这种|那种|各种|所有|任何|以便|从而|进而"
    "|以及|因为|如果|虽然|但是|所以|并且|而且|关于|对于|通过|根据|由于|为了|作为|包括|例如|不论|无论|甚至"
    "|[，、,])$"
)
"""What a sentence does not end with: particles before what they govern, conjunctions, commas."""
_FINISHED: Final = re.compile("[也矣焉哉耳乎欤耶歟吗呢吧嗎]$")
"""The particles that end a sentence, punctuation or none."""
_DATED: Final = re.compile(
    "[\u4e00-\u9fff]{0,2}(?:[0-9]{1,4}|[元〇一二三四五六七八九十廿]{1,4})[年月日]|[\u4e00-\u9fff]{2}初"
)
"""A date that begins a paragraph: annals lose their full stops, not their entries."""
_NO_BEGINNING: Final = re.compile(
    "^(?:[，。、；：！？）》”’」』】,;:!?)们們吗呢吧]|的(?![确確士哥当])|[a-z])"
)
"""What no sentence begins with."""


def continues(page: Page, upper: int, lower: int, *, inserted: bool = False, broken: bool = False) -> bool:
    """Whether ``lower`` goes on with the sentence that ``upper`` begins.

    ``upper`` is running text that stops inside a sentence, on a page whose paragraphs end; ``lower`` does
    not begin as a paragraph does.
    And one sign more: ``upper`` stops at a word that asks for another, ``lower`` begins as no sentence
    does, the characters on both sides
    of the cut stand together elsewhere, ``lower`` stands unmarked in a run of marked paragraphs, or a page
    ends between them.

    Args:
        page: the page as far as it is read.
        upper: the line that stops.
        lower: the line that may go on.
        inserted: whether a heading stands between them.
        broken: whether a page break stands between them.
    """
    if not page.text(upper) or not page.text(lower):
        return False
    above, below = page.lines.body[upper], page.lines.body[lower]
    quoted = _quote_goes_on(above, below)
    if (
        not cut_prose(above, BEFORE_BREAK if broken else LEAST)
        or (_FINISHED.search(above) and not quoted)
        or is_marked(below)
        or len(below) < 8
    ):
        return False
    if not (ended(below) or cut_prose(below)):
        return False
    if not inserted and not broken and page.lines.gap[lower] > page.lines.usual_gap + 1:
        return False
    if not _page_ends_sentences(page):
        return False
    if above[-1] in "，,、" and _DATED.match(below):
        return False
    indented = page.lines.indent[lower] > 0
    unfinished = bool(_UNFINISHED.search(above)) and not (indented and above[-1] in "，,、")
    if may_begin(below) and not unfinished:
        return False
    if quoted or unfinished or _NO_BEGINNING.match(below) or _in_marked_run(page, upper, lower):
        return True
    if indented:  # set as a new paragraph: what follows is not enough against that
        return False
    return broken or page.lines.indent[upper] > 0 or page.runs_on(above, below)


def _quote_goes_on(above: str, below: str) -> bool:
    """Whether a quote that is open at the end of ``above`` is closed in ``below`` before another opens."""
    for left, right in ("“”", "「」", "《》"):
        if above.rfind(left) > above.rfind(right):
            closed, opened = below.find(right), below.find(left)
            if closed >= 0 and (opened < 0 or closed < opened):
                return True
    return False


def _page_ends_sentences(page: Page) -> bool:
    """Whether the running text of the page ends its sentences: three of five paragraphs, one more than
    there are."""
    running, whole = page.paragraphs
    return 5 * (whole + 1) >= 3 * running


def _in_marked_run(page: Page, upper: int, lower: int) -> bool:
    """Whether ``upper`` is a member of a run of marked paragraphs, each a single one, that goes on below
    ``lower``."""
    mark = run_mark(page.lines.body[upper])
    if mark is None or mark.length >= len(page.lines.body[upper]):
        return False
    below = page.after(lower)
    if not page.text(below):
        return False
    next_mark = run_mark(page.lines.body[below])
    if next_mark is None or next_mark.kind != mark.kind:
        return False
    if mark.number is not None:
        return next_mark.number == mark.number + 1
    further = page.after(below)
    above = page.before(upper)
    return any(
        page.text(i) and (other := run_mark(page.lines.body[i])) is not None and other.kind == mark.kind
        for i in (above, further)
    )


def read_joins(page: Page) -> Iterator[Proposal]:
    """Find the halves of cut sentences (``page.follows``)."""
    body = page.lines.body
    for upper in range(page.head_end, page.foot_start):
        line = body[upper]
        if (
            line[-1] in "。！？”："
            or len(line) < BEFORE_BREAK
            or page.kind[upper] is not Kind.TEXT
            or not is_cut(line)
        ):
            continue
        found = _lower_half(page, upper)
        if found:
            yield Proposal(*found, "the sentence stops above and goes on", upper=upper)


def _lower_half(page: Page, upper: int) -> tuple[int, str] | None:
    """Where the sentence goes on, and by which rule: past page marks, captions, and one heading with its
    author line."""
    body = page.lines.body
    index = upper + 1
    heading = insert = False
    broken = index in page.lines.breaks
    while index < len(page) and page.kind[index] is not Kind.TEXT:
        kind = page.kind[index]
        if kind is Kind.PAGE:
            broken = True
        elif kind is Kind.CAPTION:
            insert = True
        elif kind is Kind.HEADING and not heading:
            heading = True
        elif kind is not Kind.AUTHOR:
            return None
        index += 1
        broken = broken or index in page.lines.breaks
    broken = (broken or (insert and len(body[upper]) >= LEAST and page.whole)) and not heading
    if index >= len(page) or not continues(page, upper, index, inserted=heading or insert, broken=broken):
        return None
    if heading:
        return index, rules.JOIN_ACROSS_HEADING
    return index, rules.JOIN_ACROSS_INSERT if insert else rules.JOIN_CUT_SENTENCE
