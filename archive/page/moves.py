"""Moves: paragraphs that stand above the heading of their own section, because the heading was put inside
one of their sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.marks import RunMark, run_mark
from archive.page.state import Page, Proposal
from archive.text.numerals import number

LEAST_PATTERN: Final = 2  # characters that a run shares after its mark
_PROMISE = re.compile(
    "([二两兩三四五六七八九十]|十[一二三])(?:[种種个個颗顆把道堂门大项項条條点點件要要方步招字句关關对對问問]"
    "|[^，。]{0,2}(?:意识|原则|关系|问题|措施|经验|精神))"
)


def read_moves(page: Page) -> Iterator[Proposal]:
    """Headings inside a sentence, or inside the run that they promise, go above the run."""
    for upper, (lower, rule) in list(page.follows.items()):
        if rule != rules.JOIN_ACROSS_HEADING:
            continue
        heading = next(i for i in range(upper + 1, lower) if page.kind[i] is Kind.HEADING)
        first = _first_of_run(page, upper, lower, heading)
        if page.kind[heading - 1] is Kind.AUTHOR:
            heading -= 1  # the author line is above its heading
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
    for heading in [i for i, rule in enumerate(page.rule) if rule == rules.HEADING_BEFORE_AUTHOR]:
        promised = promise(page.lines.body[heading])
        if not promised:
            continue
        cut = heading - 1 if page.kind[heading - 1] is Kind.AUTHOR else heading
        upper, lower = page.before(cut), heading + 1
        while lower < len(page) and page.kind[lower] in (Kind.AUTHOR, Kind.DECK):
            lower += 1
        if upper < page.head_end or not page.text(upper) or not page.text(lower):
            continue
        mark = run_mark(page.lines.body[upper])
        number = None if mark is None or mark.number is None else mark.number + 1
        if mark is None or upper in page.follows or not _same_kind(page, lower, mark, number):
            continue
        above = _members_above(page, upper, mark)
        below = [lower, *_members_below(page, lower, run_mark(page.lines.body[lower]) or mark)]
        alike = mark.number is not None or len(_pattern([*above, *below], page, mark)) >= LEAST_PATTERN
        right = len(above) + len(below) == promised and not _has_heading_of_its_own(page, above[0])
        yield Proposal(
            above[0], rules.MOVE_PROMISED_RUN, f"the heading promises {promised} parts",
            "" if alike and right else f"{len(above) + len(below)} parts of one run",
            run=(above[0], cut, lower),
        )  # fmt: skip


def _first_of_run(page: Page, upper: int, lower: int, heading: int) -> int | None:
    """The first line of the run that the heading heads, or None where nothing is moved.

    The run has to go on below the heading: its members begin alike after the mark, or with those above they
    are as many as the heading promises, or they count on.
    """
    body = page.lines.body
    mark = run_mark(body[upper])
    below = _members_below(page, lower, mark) if mark else []
    if mark is None or not below:
        return None
    above = _members_above(page, upper, mark)
    shared = _pattern([upper, *below], page, mark)
    if len(shared) >= LEAST_PATTERN:
        same = [i for i in above if body[i][mark.length :].lstrip().startswith(shared)]
        return _unbroken(above, same)[0]
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
    other = run_mark(page.lines.body[index])
    return other is not None and other.kind == mark.kind and (number is None or other.number == number)


def _members_above(page: Page, upper: int, mark: RunMark) -> list[int]:
    """The run up to ``upper``: paragraphs with the same kind of mark, their numbers going down to 1."""
    run = [upper]
    number = mark.number
    while True:
        number = None if number is None else number - 1
        above = page.before(run[0])
        if number == 0 or above < page.head_end or not _same_kind(page, above, mark, number):
            return run
        run.insert(0, above)


def _members_below(page: Page, lower: int, mark: RunMark) -> list[int]:
    """The run below the second half of the sentence."""
    run: list[int] = []
    number = mark.number
    index = lower
    while True:
        number = None if number is None else number + 1
        index = page.after(index)
        if not _same_kind(page, index, mark, number):
            return run
        run.append(index)


def _pattern(indexes: list[int], page: Page, mark: RunMark) -> str:
    """What all these paragraphs begin with after the mark."""
    if mark.number is not None:
        return ""
    beginnings = [page.lines.body[i][mark.length :].lstrip() for i in indexes]
    alike = takewhile(lambda column: len(set(column)) == 1, zip(*beginnings, strict=False))
    return "".join(column[0] for column in alike)


def _unbroken(above: list[int], same: list[int]) -> list[int]:
    """The part of a run, up to its end, whose members all share the pattern."""
    kept = len(above)
    while kept > 0 and above[kept - 1] in same:
        kept -= 1
    return above[kept:]


def _has_heading_of_its_own(page: Page, first: int) -> bool:
    """Whether the run above already stands under a heading."""
    above = page.before(first)
    return above >= 0 and page.kind[above] in (Kind.HEADING, Kind.AUTHOR)
