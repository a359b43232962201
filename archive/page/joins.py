"""Sentences that the page cut, and the runs of paragraphs that a heading inside them heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.lines import RunMark, ended, is_cut, is_marked, may_begin, run_mark
from archive.page.state import BEFORE_BREAK, LEAST, Page, Proposal, cut_prose
from archive.text.numerals import number

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
_MAY_PROMISE: Final = (rules.HEADING_BEFORE_AUTHOR, *rules.GIVEN)
LEAST_PATTERN: Final = 2  # characters that a run shares after its mark
_PROMISE = re.compile(
    "([二两兩三四五六七八九十]|十[一二三])(?:[种種个個颗顆把道堂门大项項条條点點件要要方步招字句关關对對问問]"
    "|[^，。]{0,2}(?:意识|原则|关系|问题|措施|经验|精神))"
)


def continues(page: Page, upper: int, lower: int, *, inserted: bool = False, broken: bool = False) -> bool:
    """Whether ``lower`` goes on with the sentence that ``upper`` begins.

    ``upper`` is running text that stops inside a sentence, on a page whose paragraphs end; ``lower`` does
    not begin as a paragraph does. And one sign more: ``upper`` stops at a word that asks for another,
    ``lower`` begins in a way that no sentence begins, the characters at the cut occur together elsewhere,
    ``lower`` is an unmarked line in a run of marked paragraphs, or a page ends between them.
    """
    if not page.text(upper) or not page.text(lower):
        return False
    above, below = page.body[upper], page.body[lower]
    quoted = _quote_goes_on(above, below)
    if (
        not cut_prose(above, BEFORE_BREAK if broken else LEAST)
        or (_FINISHED.search(above) and not quoted)
        or is_marked(below)
        or len(below) < 8
    ):
        return False
    wide = page.lines.gap[lower] > page.lines.usual_gap + 1
    if not (ended(below) or cut_prose(below)) or (wide and not inserted and not broken):
        return False
    running, whole = page.paragraphs
    if 5 * (whole + 1) < 3 * running:  # the page does not end its sentences
        return False
    if above[-1] in "，,、" and _DATED.match(below):
        return False
    indented = page.lines.indent[lower] > 0
    unfinished = bool(_UNFINISHED.search(above)) and not (indented and above[-1] in "，,、")
    if may_begin(below) and not unfinished:
        return False
    if quoted or unfinished or _NO_BEGINNING.match(below):
        return True
    if indented:  # set as a new paragraph: what follows is not enough against that
        return False
    return broken or page.lines.indent[upper] > 0 or page.runs_on(above, below)


def _quote_goes_on(above: str, below: str) -> bool:
    """Whether a quote that is open at the end of ``above`` is closed in ``below`` before another opens."""
    return any(
        above.rfind(left) > above.rfind(right) and right in below and left not in below.partition(right)[0]
        for left, right in ("“”", "「」", "《》")
    )


def read_joins(page: Page) -> Iterator[Proposal]:
    """Find the halves of cut sentences (``page.follows``)."""
    body = page.body
    for upper in range(page.head_end, page.foot_start):
        line = body[upper]
        may_stop = page.kind[upper] is Kind.TEXT and line[-1] not in "。！？”："
        if may_stop and is_cut(line) and (found := _lower_half(page, upper)):
            yield Proposal(*found, "the sentence stops above and goes on", upper=upper)


def _lower_half(page: Page, upper: int) -> tuple[int, str] | None:
    """Where the sentence goes on, and by which rule: past page marks, captions, and one heading with its
    author line."""
    body = page.body
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


def read_moves(page: Page) -> Iterator[Proposal]:
    """Headings inside a sentence, or inside the run that they promise, go above the run."""
    for upper, (lower, rule) in list(page.follows.items()):
        if rule != rules.JOIN_ACROSS_HEADING:
            continue
        heading = next(i for i in range(upper + 1, lower) if page.kind[i] is Kind.HEADING)
        first = _first_of_run(page, upper, lower, heading)
        against = "" if first is not None else "no run of one pattern and of the promised number"
        run = (upper if first is None else first, heading, lower)
        evidence = "the heading cuts a sentence of its run"
        yield Proposal(run[0], rules.MOVE_RUN_OF_ONE_PATTERN, evidence, against, run=run)
    yield from _promised_runs(page)


def _promised_runs(page: Page) -> Iterator[Proposal]:
    """A heading with an author line between two members of the run it promises goes above the run.

    The heading has to promise as many parts as there are above and below it together, and the members have to
    count on across the heading, or to begin alike.
    """
    for heading in [
        i for i, rule in enumerate(page.rule) if rule in _MAY_PROMISE and page.kind[i] is Kind.HEADING
    ]:
        promised = promise(page.body[heading])
        if not promised:
            continue
        upper, lower = page.before(heading), heading + 1
        while lower < len(page) and page.kind[lower] in (Kind.AUTHOR, Kind.DECK):
            lower += 1
        if upper < page.head_end or not page.text(upper) or not page.text(lower):
            continue
        mark = run_mark(page.body[upper])
        number = None if mark is None or mark.number is None else mark.number + 1
        if mark is None or upper in page.follows or not _same_kind(page, lower, mark, number):
            continue
        above = [*reversed(_members(page, upper, mark, -1)), upper]
        below = [lower, *_members(page, lower, run_mark(page.body[lower]) or mark, 1)]
        alike = mark.number is not None or len(_pattern([*above, *below], page, mark)) >= LEAST_PATTERN
        before = page.before(above[0])
        headed = before >= 0 and page.kind[before] in (Kind.HEADING, Kind.AUTHOR)
        right = len(above) + len(below) == promised and not headed
        yield Proposal(
            above[0], rules.MOVE_PROMISED_RUN, f"the heading promises {promised} parts",
            "" if alike and right else f"{len(above) + len(below)} parts of one run",
            run=(above[0], heading, lower),
        )  # fmt: skip


def _first_of_run(page: Page, upper: int, lower: int, heading: int) -> int | None:
    """The first line of the run that the heading heads, or None where nothing is moved.

    The run has to go on below the heading: its members begin alike after the mark, or with those above they
    are as many as the heading promises, or they count on.
    """
    body = page.body
    mark = run_mark(body[upper])
    below = _members(page, lower, mark, 1) if mark else []
    if mark is None or not below:
        return None
    above = [*reversed(_members(page, upper, mark, -1)), upper]
    shared = _pattern([upper, *below], page, mark)
    if len(shared) >= LEAST_PATTERN:
        alike = takewhile(lambda i: body[i][mark.length :].lstrip().startswith(shared), reversed(above))
        return min(alike)
    promised = promise(body[heading])
    if promised and 0 < promised - len(below) <= len(above):
        return above[len(above) - (promised - len(below))]
    return above[0] if mark.number is not None and (run_mark(body[above[0]]) or mark).number == 1 else None


def promise(heading: str) -> int | None:
    """How many parts a heading promises: 四种意识, 六个关键; None where it names no number."""
    found = _PROMISE.search(heading)
    return number(found[1]) if found else None


def _same_kind(page: Page, index: int, mark: RunMark, number: int | None) -> bool:
    if not page.text(index):
        return False
    other = run_mark(page.body[index])
    return other is not None and other.kind == mark.kind and (number is None or other.number == number)


def _members(page: Page, index: int, mark: RunMark, step: int) -> list[int]:
    """The paragraphs with the same kind of mark above a line (``step`` -1) or below it (1), nearest first,
    their numbers going down to 1 or up."""
    run: list[int] = []
    number = mark.number
    while True:
        number = None if number is None else number + step
        index = page.before(index) if step < 0 else page.after(index)
        if number == 0 or index < page.head_end or not _same_kind(page, index, mark, number):
            return run
        run.append(index)


def _pattern(indexes: list[int], page: Page, mark: RunMark) -> str:
    """What all these paragraphs begin with after the mark."""
    if mark.number is not None:
        return ""
    beginnings = [page.body[i][mark.length :].lstrip() for i in indexes]
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*beginnings, strict=False))
    return "".join(column[0] for column in alike)
