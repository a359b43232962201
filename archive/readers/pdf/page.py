"""The text of a PDF page as segments: runs of characters on one line, with their places and sizes.

Places are in *reading coordinates*, in points: ``u`` grows along a line and ``v`` from line to line, whether
the page is set in lines or in columns, upright or turned. All that follows is the same for both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from ctypes import addressof, byref, c_double
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import Any, Final, TypeAlias

from msgspec import Struct

from archive.model import Range
from archive.text.folding import Folding

_COMPATIBLE: Final = Folding(frozenset(["compatibility"]))
PLAIN: Final = {
    code: _COMPATIBLE[code]
    for low, high in ((0x2E80, 0x2FE0), (0xF900, 0xFB07))
    for code in range(low, high)
    if _COMPATIBLE[code] != chr(code)
} | {0xAD: "-", 2: "-", 0xFFFE: "-"}
"""Radicals, compatibility ideographs and ligatures, which the tables of fonts give for characters; and the
hyphens that PDFium marks."""

_WIDE: Final = 0x2E80
"""From here on characters are as wide as they are high, but for a few."""
_MEASURED: Final = 200
"""So many of them are measured on a page."""
_FAR: Final = 100_000
"""Points; pages are smaller."""
_HOSTS: Final = 20
"""So many runs of a line are looked at for a gap."""
_START: Final = attrgetter("start")
_SPACES: Final = frozenset((9, 10, 13, 32, 0xA0, 0x3000))

Vector: TypeAlias = tuple[int, int]
_RIGHT, _DOWN, _UP = (1, 0), (0, -1), (0, 1)


class Glyph(Struct):
    """A character: its origin and size, and its place in reading coordinates.

    ``wide`` where it is as wide as it is high, ``turned`` where it does not stand upright, ``spaced`` where
    the file has white space before it. The box is known where it is needed.
    """

    char: str
    x: float
    y: float
    size: float
    wide: bool
    turned: bool
    heavy: bool
    spaced: bool
    box: tuple[float, float, float, float] | None = None
    start: float = 0
    end: float = 0
    base: float = 0


class LineSegment(Struct):
    """A run of characters on one line.

    Attributes:
        start, end: along the line.
        size: of the type, in points.
        bold: whether the font is.
        raised: the ranges of ``text`` that are small and raised (a footnote's mark), or small characters
            beside the line (ruby).
        order: the place in the file, by which programs write columns one after the other.
    """

    text: str
    start: float
    end: float
    base: float
    size: float
    bold: bool
    raised: list[Range]
    order: int
    places: list[float]

    @property
    def top(self) -> float:
        """Where its line begins, across it."""
        return self.base - self.size / 2

    @property
    def bottom(self) -> float:
        """Where its line ends, across it."""
        return self.base + self.size / 2


class PageText(Struct):
    """The segments of a page in the order of the file; ``extent``: least and greatest u, then v; ``lost``:
    characters without Unicode.
    """

    segments: list[LineSegment]
    extent: tuple[float, float, float, float]
    characters: int
    lost: int


def read_page(page: Any) -> PageText:
    """The segments of a page of pypdfium2."""
    glyphs = _glyphs(page)
    lost = sum(one.char[0] == "\ufffd" or "\ue000" <= one.char[0] <= "\uf8ff" for one in glyphs)
    along = _direction(glyphs)
    _place(glyphs, along)
    width, height = page.get_size() if not page.get_rotation() % 180 else page.get_size()[::-1]
    us = sorted((0.0, along[0] * width + along[1] * height))
    vs = sorted((0.0, along[1] * width - along[0] * height))
    segments = _once(_segment(run, order) for order, run in enumerate(_woven(list(_runs(glyphs)))))
    return PageText(
        [one for one in segments if one.text],
        (us[0], us[1], vs[0], vs[1]),
        len(glyphs),
        lost,
    )


def _glyphs(page: Any) -> list[Glyph]:
    import pypdfium2.raw as pdfium

    helper = page.get_textpage()
    text = helper.raw
    box, matrix, x, y = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), c_double(), c_double()
    box_at, matrix_at, x_at, y_at = byref(box), byref(matrix), byref(x), byref(y)
    glyphs: list[Glyph] = []
    spaced = heavy = turned = slanted = False
    boxes = 0
    raw, scale, level = 0.0, 1.0, None
    for index in range(helper.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in _SPACES:
            spaced = spaced or pdfium.FPDFText_IsGenerated(text, index) != 1
            continue
        if not pdfium.FPDFText_GetCharOrigin(text, index, x_at, y_at):
            continue
        left, low, drawn = x.value, y.value, pdfium.FPDFText_GetFontSize(text, index)
        if low != level or drawn != raw:  # another line, most often: what a text object has for all of it
            level, raw = low, drawn
            pdfium.FPDFText_GetMatrix(text, index, matrix_at)
            scale = (matrix.c**2 + matrix.d**2) ** 0.5
            turned = abs(matrix.b) > abs(matrix.a)
            slanted = min(abs(matrix.a), abs(matrix.b)) > 0.25 * max(abs(matrix.a), abs(matrix.b))
            heavy = pdfium.FPDFText_GetFontWeight(text, index) >= 600
        size = drawn * scale
        if slanted or not (0.5 < size < 5000 and -_FAR < left < _FAR and -_FAR < low < _FAR):
            continue
        char = PLAIN.get(code) or chr(code)
        if code < 32 or 0xD800 <= code < 0xE000 or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1:
            char = char if code == 2 else "\ufffd"
        if glyphs and (left, low) == (glyphs[-1].x, glyphs[-1].y) and _is_one_glyph(pdfium, text, index):
            glyphs[-1].char += char  # a ligature, a dash of two ems
            continue
        one = Glyph(char, left, low, size, code >= _WIDE, turned, heavy, spaced)
        if code < _WIDE or boxes < _MEASURED:
            pdfium.FPDFText_GetLooseCharBox(text, index, box_at)
            one.box = (box.left, box.right, box.bottom, box.top)
            boxes += code >= _WIDE
        glyphs.append(one)
        spaced = False
    return glyphs


def _is_one_glyph(pdfium: Any, text: Any, index: int) -> bool:
    """Whether a character was drawn with the one before, by one operation."""
    one, other = (pdfium.FPDFText_GetTextObject(text, at) for at in (index - 1, index))
    return bool(one and other) and addressof(one.contents) == addressof(other.contents)


def _direction(glyphs: list[Glyph]) -> Vector:
    """Which way the lines of a page run: what most neighbours in the file say."""
    votes: Counter[Vector] = Counter()
    for index in range(1, len(glyphs), 1 + len(glyphs) // 500):
        one, other = glyphs[index - 1], glyphs[index]
        dx, dy = other.x - one.x, other.y - one.y
        if max(abs(dx), abs(dy)) < 2.5 * one.size and other.wide:
            if dx > 3 * abs(dy):
                votes[_RIGHT] += 1
            elif abs(dy) > 3 * abs(dx):
                votes[_DOWN if dy < 0 else _UP] += 1
    if not votes and glyphs and 2 * sum(one.turned for one in glyphs) > len(glyphs):
        return _UP if glyphs[-1].y > glyphs[0].y else _DOWN
    return max(votes, key=lambda way: (votes[way], way == _RIGHT), default=_RIGHT)


def _place(glyphs: list[Glyph], along: Vector) -> None:
    """Give each character its place in reading coordinates.

    Some fonts have the box of a character, others that of its ink. The origin is exact in all, so the boxes
    of full-sized characters tell for a page where from the origin their cell begins, and its middle is.
    """
    starts: dict[bool, list[float]] = {False: [], True: []}
    middles: dict[bool, list[float]] = {False: [], True: []}
    ux, uy = along
    for one in glyphs:
        if one.box is not None:
            left, right, low, high = one.box
            one.start, one.end = sorted((left * ux + low * uy, right * ux + high * uy))
            one.base = (left * uy - low * ux + right * uy - high * ux) / 2
            if one.wide and min(right - left, high - low) > 0.8 * one.size:
                starts[one.turned].append((one.start - one.x * ux - one.y * uy) / one.size)
                middles[one.turned].append((one.base - one.x * uy + one.y * ux) / one.size)
    upright = {turned: median(found) for turned, found in starts.items() if found}
    middle = {turned: median(found) for turned, found in middles.items() if found}
    usual = next(iter(upright.values()), 0.0)
    for one in glyphs:
        if one.wide:
            one.start = one.x * ux + one.y * uy + upright.get(one.turned, usual) * one.size
            one.end = one.start + len(one.char) * one.size
        if one.turned in middle:
            one.base = one.x * uy - one.y * ux + middle[one.turned] * one.size
        elif ux:
            one.base = -one.y - 0.35 * one.size


def _runs(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Characters that follow each other on a line; and the few of a line across those of the page, as a
    running head above columns is."""
    run: list[Glyph] = []
    across = False
    for one in glyphs:
        if run:
            last = run[-1]
            fall, gap = one.base - last.base, one.start - last.end
            size, least = (one.size, last.size) if one.size > last.size else (last.size, one.size)
            goes_on = -0.5 * size < fall < 0.5 * size and -0.6 * size < gap < 2 * least
            if goes_on and not across:
                if (
                    one.char == last.char
                    and abs(one.start - last.start) < 0.12 * size
                    and abs(fall) < 0.12 * size
                ):
                    continue  # drawn twice, to look bold
            elif (
                (across or len(run) == 1)
                and 0 < -fall < 1.3 * least
                and abs(one.start - last.start) < 0.2 * least
                and one.wide
                and last.wide
            ):
                across = True
            else:
                yield run
                run, across = [], False
        run.append(one)
    if run:
        yield run


def _woven(runs: list[list[Glyph]]) -> list[list[Glyph]]:
    """The runs, short parts put into the gaps of longer ones that they fill: some programs draw what is of
    another font, quotes most often, before or after the rest of a line."""
    lines: dict[int, list[list[Glyph]]] = {}
    for run in runs:
        lines.setdefault(_line(run), []).append(run)
    for line in lines.values():
        line.sort(key=len, reverse=True)
    kept = []
    for run in runs:
        at = _line(run)
        near = (host for line in (at, at - 1, at + 1) for host in lines.get(line, [])[:_HOSTS])
        hosts = [host for host in near if len(host) > len(run)]
        if hosts:
            parts = [part for part in _parts(run) if not any(_fills(part, host) for host in hosts)]
            run[:] = [one for part in parts for one in part]
        if run:
            kept.append(run)
    return kept


def _line(run: list[Glyph]) -> int:
    return round(run[0].base / run[0].size)


def _parts(run: list[Glyph]) -> Iterator[list[Glyph]]:
    """The parts of a run between its wider gaps."""
    at = 0
    for index in range(1, len(run) + 1):
        if index == len(run) or run[index].start - run[index - 1].end > 0.5 * run[index].size:
            yield run[at:index]
            at = index


def _fills(run: list[Glyph], host: list[Glyph]) -> bool:
    """Put a run into the gap of another one that it fills, if it does."""
    first, last = run[0], run[-1]
    slack = 0.3 * first.size
    alike = abs(first.base - host[0].base) < slack and abs(first.size - host[0].size) < slack
    if not alike or last.end - first.start > 2.2 * first.size:
        return False
    at = bisect_left(host, first.start, key=_START)
    if not 0 < at < len(host) or host[at - 1].end > first.start + slack or last.end > host[at].start + slack:
        return False
    host[at:at] = run
    return True


def _once(segments: Iterator[LineSegment]) -> Iterator[LineSegment]:
    """The segments, without those drawn again in nearly the same place to look bold."""
    seen: set[tuple[str, int, int]] = set()
    for one in segments:
        u, v = round(8 * one.start / one.size), round(8 * one.base / one.size)
        if not any((one.text, u + du, v + dv) in seen for du in (-1, 0, 1) for dv in (-1, 0, 1)):
            seen.add((one.text, u, v))
            yield one


def _segment(run: list[Glyph], order: int) -> LineSegment:
    size = Counter(round(one.size, 1) for one in run).most_common(1)[0][0]
    gaps = [0.0, *(other.start - one.end for one, other in pairwise(run))]
    usual = max(0.0, median(gaps[1:])) if len(gaps) > 2 else 0.0
    base = median(one.base for one in run if one.size > 0.9 * size)
    text: list[str] = []
    raised: list[Range] = []
    places: list[float] = []
    length = 0
    last = ""
    for one, gap in zip(run, gaps, strict=True):
        if (
            (one.spaced or gap - usual > 0.1 * size)
            and last
            and apart(last, one.char[0], (gap - usual) / size, one.spaced)
        ):
            text.append(" ")
            places.append(one.start)
            length += 1
        count = len(one.char)
        if one.size < 0.9 * size and one.base + 0.35 * one.size < base + 0.23 * size:
            begins = raised.pop()[0] if raised and raised[-1][1] == length else length
            raised.append((begins, length + count))
        text.append(one.char)
        places += [one.start] * count
        length += count
        last = one.char[-1]
    bold = 2 * sum(one.heavy for one in run) > len(run)
    end = max(one.end for one in run)
    return LineSegment("".join(text), run[0].start, end, base, size, bold, raised, order, places)


def apart(before: str, after: str, gap: float, spaced: bool = False) -> bool:
    """Whether a gap of so many ems between two characters is a space, which the file has there or not.

    It is wider between Han characters, which producers of PDF space out. The box of full-width punctuation
    may be that of its ink, with half an em beside it.
    """
    wide = (ord(before) >= _WIDE) + (ord(after) >= _WIDE)
    if not wide:
        return spaced or gap > 0.13
    marks = [char for char in (before, after) if char >= "\u2018" and not char.isalnum()]
    if marks:
        return gap > 0.2 and (spaced or gap < 0.4) and all(char in "‘’“”" for char in marks)
    return gap > (0.22 if wide == 2 else 0.1 if spaced else 0.4)
