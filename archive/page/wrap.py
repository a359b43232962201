"""Hard-wrapped lines: a text whose paragraphs were broken into lines of one width is read by paragraphs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from archive.model import Range
from archive.page.bylines import byline
from archive.page.datelines import dateline
from archive.page.lines import Lines, chapter_mark, core, ended, is_cut, label, one_phrase, prose, run_mark
from archive.page.note_lines import is_note, page_mark, source_line
from archive.page.rule_words import plain
from archive.page.titles import TITLE_LIMIT, ends_as_notice
from archive.text.numerals import number

NARROWEST: Final = 32  # columns; verse and lists are narrower
HEAD: Final = 8
"""Lines of the longest head, which may be wider than the text."""
WIDEST: Final = 200
_NARROW: Final = re.compile("[\0-\u10ff]")


def columns(line: str) -> int:
    """The width on a terminal: a character of East Asian width takes two columns."""
    return len(line) if line.isascii() else 2 * len(line) - len(_NARROW.findall(line))


def unwrap(given: Lines) -> Lines:
    """The same lines with the parts of each hard-wrapped paragraph put together.

    Only a text whose lines show it is touched: most lines that have a neighbour right below are of full
    width, and most of those stop inside a sentence while punctuation is inside them. Between two words of
    Latin letters the white space of the line break stays in the range, so that the words do not grow
    together.
    """
    count = len(given)
    if together := _columns_typed(given) | _title_lines(given):
        given = _together(given, together)
        count = len(given)
    if count < 4 or max(map(len, given.body[HEAD:] or given.body)) > WIDEST:
        return given
    least = min(given.gap[1:])
    lines = given
    if least:  # blank lines are between all lines: what is more than these parts the paragraphs
        lines = replace(given, gap=[max(0, gap - least) for gap in given.gap])
    followed = [i for i in range(count - 1) if lines.gap[i + 1] == 0]
    if len(followed) < 3:
        return given
    full = max((_full(lines, followed, measure) for measure in (columns, len)), key=len)
    inside = [i for i in full if not ended(lines.body[i])]
    if len(full) < 3 or 2 * len(full) < len(followed) or 10 * len(inside) < 6 * len(full):
        return given
    cut = sum(is_cut(lines.body[i]) and lines.body[i][-1] not in "，,、" for i in full)
    if 10 * cut < 4 * len(full) or 2 * sum(_prose(lines.body[i]) for i in full) < len(full):
        return given
    if not any(mark in lines.body[i + below] for i in full for below in (0, 1) for mark in "。！？.!?"):
        return given  # slogans, one a line
    indents = any(lines.indent) and min(lines.indent) == 0
    inner = [i + 1 for i in full if not (indents and lines.indent[i + 1])]
    if 4 * sum(label(lines.body[i]) is not None for i in inner) >= len(inner):  # a form, or a list of facts
        return given
    parted = 10 * (len(followed) - len(full)) <= len(followed) and len(followed) < count - 1
    wide, certain = set(full), indents or parted
    together = {i for i in range(1, count) if _continues(lines, i, wide, indents=indents, certain=certain)}
    return _together(lines, together)


def _title_lines(lines: Lines) -> set[int]:
    """The line that goes on with the title of a notice above it: 县政府关于加强…, …工作的通知."""
    for i in range(1, min(6, len(lines))):
        above, below = lines.body[i - 1 : i + 1]
        if "关于" not in plain(above) or ends_as_notice(above) or not one_phrase(above, TITLE_LIMIT):
            continue
        if one_phrase(below, TITLE_LIMIT) and ends_as_notice(below) and "关于" not in plain(below):
            return {i}
    return set()


def _columns_typed(lines: Lines) -> set[int]:
    """The lines that go on with the one above where a vertical text was typed one character a line: runs of
    five or more, of two on a page of such lines."""
    together: set[int] = set()
    run: list[int] = []
    ones = sum(len(line) == 1 for line in lines.body)
    if ones < 3:
        return together
    least = 2 if ones > 9 and 3 * ones > 2 * len(lines) else 5
    for i in range(len(lines) + 1):
        one = i < len(lines) and len(lines.body[i]) <= 2 and len(core(lines.body[i])) <= 2
        one = one and sum(map(str.isalnum, lines.body[i])) <= 1 and not lines.body[i].isascii()
        if not (one and run and lines.gap[i] <= lines.usual_gap):
            if len(run) >= least and any(number(lines.body[n]) is None for n in run):
                together.update(run[1:])
            run = []
        if one:
            run.append(i)
    return together


def _full(lines: Lines, followed: list[int], measure: Callable[[str], int]) -> list[int]:
    """The lines of full width, by one measure of width; none where no width holds for the page."""
    one = measure("\u3000")
    leads = (columns(lines.text[at - lead : at]) for at, lead in zip(lines.start, lines.indent, strict=True))
    widths = [measure(body) + one * lead // 2 for body, lead in zip(lines.body, leads, strict=True)]
    full_width = sorted(widths[i] for i in followed)[len(followed) * 3 // 4]
    if not NARROWEST <= 2 * full_width // one <= WIDEST:
        return []
    wide = [i for i, width in enumerate(widths) if width > full_width + 6 * one]
    if wide and (wide[-1] >= HEAD or 8 * len(wide) > len(widths)):
        return []
    # Words of Latin letters are not divided, and such lines vary more in width.
    slack = 16 if 2 * sum(map(str.isascii, lines.body)) > len(lines) else 2 * one
    return [i for i in followed if abs(widths[i] - full_width) <= slack]


def _continues(lines: Lines, index: int, full: set[int], *, indents: bool, certain: bool) -> bool:
    """Whether line ``index`` goes on with the paragraph of the line above. ``certain``: indents or blank
    lines show paragraphs, so a full line that ends a sentence ends none.
    """
    above, body = lines.body[index - 1], lines.body[index]
    if lines.gap[index] or index - 1 not in full or index in lines.breaks:
        return False
    if indents and lines.indent[index]:
        return False
    if ended(above) and not certain:
        return False
    mark = run_mark(body)
    counts = mark is not None and mark.number is not None and mark.kind not in ("counted", "named")
    if mark and mark.kind != "dash" and (ended(above) or counts):
        return False
    return not (
        chapter_mark(body)
        or is_note(body)
        or page_mark(body)
        or source_line(body)
        or dateline(body)
        or byline(body)
    )


def _together(lines: Lines, together: set[int]) -> Lines:
    """The table of paragraphs, where these lines go on with the one above."""
    together = together - {i for at, one in lines.given.items() if one.decides for i in (at, at + 1)}
    text = lines.text
    out = Lines(text, marks=lines.marks)
    ranges: list[Range] = []
    asides: list[Range] = []

    def close() -> None:
        if len(ranges) > 1 or asides:
            out.parts[len(out.body)] = tuple(ranges)
        if asides:
            out.asides[len(out.body)] = tuple(asides)
        out.body.append("".join(text[a:b] for a, b in ranges))
        out.end.append(ranges[-1][1])

    for i in range(len(lines)):
        here = lines.source(i)
        if i in together:
            if _word(text[ranges[-1][1] - 1]) and _word(text[here[0][0]]):
                ranges[-1] = (ranges[-1][0], ranges[-1][1] + 1)
            ranges += here
            asides += lines.asides.get(i, ())
            continue
        if i:
            close()
            ranges, asides = [], []
        if i in lines.given:
            out.given[len(out.body)] = lines.given[i]
        if i in lines.breaks:
            out.breaks.add(len(out.body))
        ranges += here
        asides += lines.asides.get(i, ())
        out.start.append(lines.start[i])
        out.gap.append(lines.gap[i])
        out.indent.append(lines.indent[i])
    close()
    return out


def _prose(line: str) -> bool:
    """Whether a line has the punctuation of sentences inside; a table has points and colons too."""
    return prose(line) if line.isascii() else any(mark in line[:-1] for mark in "，。；！？")


def _word(char: str) -> bool:
    """A character of a word that is between spaces: not Han, not Kana, not full-width."""
    return char < "\u1100" and (char.isalnum() or char in ",.;:!?)\"'%")
