"""The text of a PDF page as segments: runs of characters on one line, with their places and sizes.

Places are in *reading coordinates*, in points: ``u`` grows along a line and ``v`` from line to line, whether
the page is set in lines or in columns, upright or turned. All that follows is the same for both.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from ctypes import addressof, byref, c_double
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

_WIDE: Final = "\u2e80"
"""From here on characters are as wide as they are high, but for a few."""

Vector: TypeAlias = tuple[int, int]
_RIGHT, _DOWN, _UP = (1, 0), (0, -1), (0, 1)


class Glyph(Struct):
    """A character: where its origin, its box and its size are.

    ``turned`` where it does not stand upright; ``spaced`` where the file has white space before it.
    """

    char: str
    x: float
    y: float
    box: tuple[float, float, float, float]
    size: float
    turned: bool
    heavy: bool
    spaced: bool
    start: float = 0
    end: float = 0
    base: float = 0

    @property
    def wide(self) -> bool:
        """Whether it is as wide as it is high."""
        return self.char[0] >= _WIDE


class Segment(Struct):
    """A run of characters on one line.

    Attributes:
        text: with a space where a gap shows one.
        start, end: along the line.
        base: the middle of the line.
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
    """The segments of a page in the order of the file.

    ``extent`` is the page in reading coordinates: least and greatest u, least and greatest v. ``lost`` is how
    many characters have no Unicode.
    """

    segments: list[Segment]
    extent: tuple[float, float, float, float]
    characters: int
    lost: int


def read_page(page: Any) -> PageText:
    """The segments of a page of pypdfium2."""
    glyphs = list(_glyphs(page))
    lost = sum(one.char[0] == "\ufffd" or "\ue000" <= one.char[0] <= "\uf8ff" for one in glyphs)
    along = _direction(glyphs)
    _place(glyphs, along)
    width, height = page.get_size() if not page.get_rotation() % 180 else page.get_size()[::-1]
    us = sorted((0.0, along[0] * width + along[1] * height))
    vs = sorted((0.0, along[1] * width - along[0] * height))
    segments = [_segment(run, order) for order, run in enumerate(_runs(_once(glyphs)))]
    return PageText(
        [one for one in segments if one.text],
        (us[0], us[1], vs[0], vs[1]),
        len(glyphs),
        lost,
    )


def _glyphs(page: Any) -> Iterator[Glyph]:
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    box, matrix, x, y = pdfium.FS_RECTF(), pdfium.FS_MATRIX(), c_double(), c_double()
    heavy, spaced, weighed, last = False, False, None, None
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if pdfium.FPDFText_IsGenerated(text, index) == 1:
            continue
        if code in (9, 10, 13, 32, 0xA0, 0x3000):
            spaced = True
            continue
        if not pdfium.FPDFText_GetMatrix(text, index, byref(matrix)):
            continue
        pdfium.FPDFText_GetLooseCharBox(text, index, byref(box))
        pdfium.FPDFText_GetCharOrigin(text, index, byref(x), byref(y))
        size = pdfium.FPDFText_GetFontSize(text, index) * (matrix.c**2 + matrix.d**2) ** 0.5
        if not 0.5 < size < 5000:
            continue
        if weighed != (size, matrix.a):
            heavy, weighed = pdfium.FPDFText_GetFontWeight(text, index) >= 600, (size, matrix.a)
        lost = (code < 32 and code != 2) or 0xD800 <= code < 0xE000 or code > 0x10FFFF
        lost = lost or pdfium.FPDFText_HasUnicodeMapError(text, index) == 1
        char = "\ufffd" if lost else PLAIN.get(code) or chr(code)
        place = (box.left, box.right, box.bottom, box.top)
        if last and (x.value, y.value, place) == (last.x, last.y, last.box):
            one, other = (pdfium.FPDFText_GetTextObject(text, at) for at in (index - 1, index))
            if one and other and addressof(one.contents) == addressof(other.contents):
                last.char += char  # several characters of one glyph: a ligature, a dash of two ems
                continue
        if last:
            yield last
        last = Glyph(char, x.value, y.value, place, size, abs(matrix.b) > abs(matrix.a), heavy, spaced)
        spaced = False
    if last:
        yield last


def _direction(glyphs: list[Glyph]) -> Vector:
    """Which way the lines of a page run: what most neighbours in the file say."""
    votes: Counter[Vector] = Counter()
    for one, other in itertools.pairwise(glyphs):
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
    starts: dict[bool, list[float]] = defaultdict(list)
    middles: dict[bool, list[float]] = defaultdict(list)
    ux, uy = along
    for one in glyphs:
        left, right, low, high = one.box
        us = sorted((left * ux + low * uy, right * ux + high * uy))
        vs = (left * uy - low * ux, right * uy - high * ux)
        one.start, one.end = us
        one.base = (vs[0] + vs[1]) / 2
        if one.wide and min(right - left, high - low) > 0.8 * one.size:
            starts[one.turned].append((us[0] - one.x * ux - one.y * uy) / one.size)
            middles[one.turned].append((one.base - one.x * uy + one.y * ux) / one.size)
    start = {turned: median(found) for turned, found in starts.items()}
    middle = {turned: median(found) for turned, found in middles.items()}
    for one in glyphs:
        upright = one.turned if one.turned in start else not one.turned
        if one.wide and upright in start:
            one.start = one.x * ux + one.y * uy + start[upright] * one.size
            one.end = one.start + len(one.char) * one.size
        if one.turned in middle:
            one.base = one.x * uy - one.y * ux + middle[one.turned] * one.size
        elif ux:
            one.base = -one.y - 0.35 * one.size


def _once(glyphs: list[Glyph]) -> Iterator[Glyph]:
    """Without what is drawn a second time in nearly the same place, to look bold."""
    seen: dict[tuple[str, int, int], tuple[float, float]] = {}
    for one in glyphs:
        cell, near = 0.2 * one.size, 0.12 * one.size
        for du in (-near, near):
            for dv in (-near, near):
                place = seen.get((one.char, int((one.start + du) // cell), int((one.base + dv) // cell)))
                if place and abs(place[0] - one.start) < near and abs(place[1] - one.base) < near:
                    break
            else:
                continue
            break
        else:
            seen[one.char, int(one.start // cell), int(one.base // cell)] = (one.start, one.base)
            yield one


def _runs(glyphs: Iterator[Glyph]) -> Iterator[list[Glyph]]:
    """Characters that follow each other on a line; and the few of a line across those of the page, as a
    running head above columns is."""
    run: list[Glyph] = []
    across = False
    for one in glyphs:
        if run:
            last = run[-1]
            size = max(last.size, one.size)
            gap, fall = one.start - last.end, one.base - last.base
            least = min(last.size, one.size)
            goes_on = abs(fall) < 0.5 * size and -0.6 * size < gap < 2 * least
            steps = abs(one.start - last.start) < 0.2 * least and 0 < -fall < 1.3 * least and one.wide
            if (across and steps) or (not across and len(run) == 1 and steps and last.wide and not goes_on):
                across = True
            elif across or not goes_on:
                yield run
                run, across = [], False
        run.append(one)
    if run:
        yield run


def _segment(run: list[Glyph], order: int) -> Segment:
    size = max(Counter(round(one.size, 1) for one in run).items(), key=lambda item: (item[1], item[0]))[0]
    gaps = [other.start - one.end for one, other in itertools.pairwise(run)]
    usual = max(0.0, median(gaps)) if len(gaps) > 1 else 0.0
    text: list[str] = []
    raised: list[Range] = []
    places: list[float] = []
    length = 0
    bases = [one.base for one in run if one.size > 0.9 * size]
    base = median(bases)
    for index, one in enumerate(run):
        if index and apart(
            run[index - 1].char[-1], one.char[0], (gaps[index - 1] - usual) / size, one.spaced
        ):
            text.append(" ")
            places.append(one.start)
            length += 1
        if one.size < 0.9 * size and one.base + 0.35 * one.size < base + 0.23 * size:
            begins = raised.pop()[0] if raised and raised[-1][1] == length else length
            raised.append((begins, length + len(one.char)))
        text.append(one.char)
        places += [one.start] * len(one.char)
        length += len(one.char)
    return Segment(
        "".join(text),
        min(one.start for one in run),
        max(one.end for one in run),
        base,
        size,
        2 * sum(one.heavy for one in run) > len(run),
        raised,
        order,
        places,
    )


def apart(before: str, after: str, gap: float, spaced: bool = False) -> bool:
    """Whether a gap of so many ems between two characters is a space, which the file has there or not.

    It is wider between Han characters, which producers of PDF space out. The box of full-width punctuation
    may be that of its ink, with half an em beside it.
    """
    wide = (before >= _WIDE) + (after >= _WIDE)
    if not wide:
        return spaced or gap > 0.13
    marks = [char for char in (before, after) if char >= "\u2018" and not char.isalnum()]
    if marks:
        return gap > 0.2 and (spaced or gap < 0.4) and all(char in "‘’“”" for char in marks)
    return gap > (0.22 if wide == 2 else 0.1 if spaced else 0.4)
