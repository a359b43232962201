"""Moves: paragraphs that stand above the heading of their own section, because the heading was put inside
one of their sentences."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.marks import RunMark, chinese_number, run_mark
from archive.page.state import Page

LEAST_PATTERN: Final = 2  # characters that a run shares after its mark
_PROMISE = re.compile(
    "([二两兩三四五六七八九十]|十[一二三])(?:[种種个個颗顆把道堂门大项項条條点點件要要方步招字句关關对對问問]"
    "|[^，。]{0,2}(?:意识|原则|关系|问题|措施|经验|精神))"
)


def read_moves(page: Page) -> None:
    """Put headings that stand inside a sentence above the run that holds the sentence (``page.order``,
    ``page.moved``)."""
    order: list[int] | None = None
    for upper, (lower, rule) in page.follows.items():
        if rule != rules.JOIN_ACROSS_HEADING:
            continue
        heading = next(i for i in range(upper + 1, lower) if page.kind[i] is Kind.HEADING)
        first, why = _first_of_run(page, upper, lower, heading)
        if page.kind[heading - 1] is Kind.AUTHOR:
            heading -= 1  # the author line stands above its heading
        if why is None:
            continue
        order = list(range(len(page))) if order is None else order
        run, inserted = list(range(first, heading)), list(range(heading, lower))
        order[first:lower] = inserted + run
        for index in run:
            page.moved[index] = why
    order = _promised_runs(page, order)
    page.order = order


def _promised_runs(page: Page, order: list[int] | None) -> list[int] | None:
    """Put a heading with an author line that stands between two members of the run it promises above the run.

    The heading has to promise as many parts as stand above and below it together, and the members have to
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
        if not alike or len(above) + len(below) != promised or _has_heading_of_its_own(page, above[0]):
            continue
        order = list(range(len(page))) if order is None else order
        run, inserted = list(range(above[0], cut)), list(range(cut, lower))
        order[above[0] : lower] = inserted + run
        for index in run:
            page.moved[index] = rules.MOVE_PROMISED_RUN
    return order


def _first_of_run(page: Page, upper: int, lower: int, heading: int) -> tuple[int, str | None]:
    """The first line of the run that the heading heads, and the rule that moves it; no rule where nothing
    is moved."""
    body = page.lines.body
    mark = run_mark(body[upper])
    below = _members_below(page, lower, mark) if mark else []
    above = _members_above(page, upper, mark) if mark else [upper]
    if mark and below:
        shared = _pattern([upper, *below], page, mark)
        if len(shared) >= LEAST_PATTERN:
            same = [i for i in above if body[i][mark.length :].lstrip().startswith(shared)]
            run = _unbroken(above, same)
            return run[0], rules.MOVE_RUN_OF_ONE_PATTERN
        promised = promise(body[heading])
        if promised and 0 < promised - len(below) <= len(above):
            return above[len(above) - (promised - len(below))], rules.MOVE_RUN_OF_ONE_PATTERN
        counted = mark.number is not None and above and (run_mark(body[above[0]]) or mark).number == 1
        if counted or not _has_heading_of_its_own(page, above[0]):
            return above[0], rules.MOVE_RUN_OF_ONE_PATTERN
    below_line = page.after(lower)
    alone = below_line >= len(page) or page.kind[below_line] is Kind.HEADING
    if mark is None or (alone and not _has_heading_of_its_own(page, upper)):
        return upper, rules.MOVE_SENTENCE_OF_HEADING
    return upper, None


def promise(heading: str) -> int | None:
    """How many parts a heading promises: 四种意识, 六个关键; None where it names no number."""
    found = _PROMISE.search(heading)
    return chinese_number(found[1].replace("兩", "两")) if found else None


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
