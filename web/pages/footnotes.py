"""Footnotes of the reading page: which note belongs to which mark in the text, and how both are shown."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, chain
from typing import Final

from markupsafe import Markup, escape
from msgspec import Struct
from msgspec.structs import replace

from archive.model import Kind
from archive.page.note_lines import NOTE_MARK, note_reference
from archive.page.rules import GIVEN_MARKUP
from web.interface import Interface
from web.marking import Insert
from web.pages.cutting import Slice

_HEAD: Final = re.compile(
    r"(?:[\[［〔【（(][^\]］〕】）)]{1,6}[\]］〕】）)]|[①-⑳㉑-㉟㊱-㊿❶-❿]|[¹²³⁰⁴-⁹]{1,2}|\d{1,4}|[*＊†‡※]{1,3})[.．、:：]?"
)
"""The mark that leads a note."""
_BESIDE: Final = (Kind.NOTE.label, Kind.PAGE.label, Kind.CAPTION.label)


class NoteMark(Struct, frozen=True):
    """The mark of a note in a text.

    Attributes:
        start, end: its characters in the text; equal where the text does not have it.
        label: how it is written, or the number of its note.
        note: the number of its note, from 1.
        first: the note leads back to it.
    """

    start: int
    end: int
    label: str
    note: int
    first: bool = True


class Footnote(Struct, frozen=True):
    """A note: the slices that it and its first mark are in, and how many characters of it are its mark."""

    slices: tuple[int, ...]
    mark: int
    number: int
    label: str
    own: int


class Footnotes(Struct, frozen=True):
    """The notes of a document by their numbers, and by the index of a slice: its marks, the note it begins.

    ``bare`` slices are nothing but marks that are shown in the text above.
    """

    notes: dict[int, Footnote] = {}
    marks: dict[int, list[NoteMark]] = {}
    begins: dict[int, Footnote] = {}
    bare: set[int] = set()


class _Place(Struct, frozen=True):
    """The place of a mark: its slice, its characters there, its text, the slice that has it apart."""

    slice: int
    start: int
    end: int
    text: str = ""
    apart: int | None = None


def footnotes(slices: Sequence[Slice]) -> Footnotes:
    """The notes of a document with their marks: those that its format says, then those with equal signs."""
    found = Footnotes({}, {}, {}, set())
    apart: dict[tuple[int, int], list[_Place]] = {}
    for place in _apart(slices):
        apart.setdefault((place.slice, place.start), []).append(place)
    marks = {place.apart for places in apart.values() for place in places}
    shown: Counter[int | None] = Counter()
    for note, place in _given(slices):
        here = apart.get((place.slice, place.start)) or [place]
        mark = here.pop(0)
        shown[mark.apart] += 1
        _pair(found, slices, note, [mark])
    free: dict[str, list[_Place]] = {}
    for place in [*chain.from_iterable(apart.values()), *_typed(slices)]:
        free.setdefault(place.text if place.apart is None else _sign(place.text), []).append(place)
    for index, one in enumerate(slices):
        head = _HEAD.match(one.piece.text) if one.piece.kind == Kind.NOTE.label else None
        if head and index not in found.begins and index not in marks:
            for key in (note_reference(one.piece.text), _sign(head[0])):
                places = free.get(key, [])
                if above := places[: bisect_left(places, index, key=lambda place: place.slice)]:
                    del places[: len(above)]
                    _pair(found, slices, index, above)
                    shown.update(place.apart for place in above)
                    break
    labels = {_sign(note.label): note for note in found.notes.values()}
    for place in (one for several in free.values() for one in several if one.apart is not None):
        if again := labels.get(_sign(place.text)):
            _add(found, place, again, first=False)
            shown[place.apart] += 1
    for of, number in shown.items():
        if of is not None and number == len(slices[of].piece.source) and not slices[of].piece.spans:
            found.bare.add(of)
    for start, begun in found.begins.items():
        end = start + 1
        while end < len(slices) and end not in found.begins and _goes_on(slices[start], slices[end]):
            end += 1
        found.begins[start] = found.notes[begun.number] = replace(begun, slices=tuple(range(start, end)))
    return found


def _pair(found: Footnotes, slices: Sequence[Slice], note: int, places: Sequence[_Place]) -> None:
    """Take a note with the marks that lead to it."""
    number = len(found.notes) + 1
    label = places[0].text or str(number)
    head = _HEAD.match(slices[note].piece.text)
    own = len(head[0]) if head and _sign(head[0]) == _sign(label) else 0
    made = Footnote((note,), places[0].slice, number, label, own)
    found.notes[number] = found.begins[note] = made
    for place in places:
        _add(found, place, made, first=place is places[0])


def _goes_on(note: Slice, below: Slice) -> bool:
    """Whether the slice below a note is another paragraph of it: by markup, and no note or mark by itself."""
    given = note.piece.rule == below.piece.rule == GIVEN_MARKUP and below.piece.kind == Kind.NOTE.label
    goes_on = any(start < end for start, end in below.piece.source[:1])
    return given and goes_on and _HEAD.fullmatch(below.piece.text) is None


def _add(found: Footnotes, place: _Place, note: Footnote, *, first: bool) -> None:
    mark = NoteMark(place.start, place.end, place.text or note.label, note.number, first)
    found.marks.setdefault(place.slice, []).append(mark)


def _given(slices: Sequence[Slice]) -> Iterator[tuple[int, _Place]]:
    """Each note whose mark the format says, with its place: the empty ranges of sources, in their order.

    Where a paragraph has not as many notes as places, it is not known which belong together.
    """
    notes: list[int] = []
    places: list[_Place] = []
    for index, one in enumerate(slices):
        is_note = one.piece.kind == Kind.NOTE.label
        if notes and one.piece.kind not in _BESIDE:
            yield from zip(notes, places, strict=True) if len(notes) == len(places) else ()
            notes, places = [], []
        at = 0
        for number, (start, end) in enumerate(one.piece.source):
            if start == end and is_note and number == 0:
                notes.append(index)
            elif start == end:
                places.append(_Place(index, at, at))
            at += end - start
    yield from zip(notes, places, strict=True) if len(notes) == len(places) else ()


def _apart(slices: Sequence[Slice]) -> Iterator[_Place]:
    """The marks that interrupt a run, and so are in a note of their own below it."""
    above, places = 0, dict[int, int]()
    for index, one in enumerate(slices):
        ranges = one.piece.source
        if not (one.piece.kind == Kind.NOTE.label and ranges and _inside(slices[above], one)):
            above, places = index, {}
            continue
        if not places:  # where each range of the text above ends in it
            lengths = (end - start for start, end in slices[above].piece.source)
            ends = [end for _, end in slices[above].piece.source]
            places = dict(zip(ends, accumulate(lengths), strict=True))
            given = {start for start, end in slices[above].piece.source if start == end}
        at = before = 0
        for start, end in ranges:
            text = one.piece.text[at : at + end - start]
            at += end - start
            before = places.get(start, before)
            if NOTE_MARK.fullmatch(text) or start in given:
                yield _Place(above, before, before, text, index)


def _inside(above: Slice, one: Slice) -> bool:
    """Whether the ranges of a slice are between those of the one above, or right behind them."""
    if not above.piece.source:
        return False
    (first, _), (_, last) = above.piece.source[0], above.piece.source[-1]
    at = last
    for start, end in one.piece.source:
        if start < first or start > max(last, at) or start == end:
            return False
        at = max(at, end)
    return True


def _typed(slices: Sequence[Slice]) -> Iterator[_Place]:
    """The places in running text of the signs that lead notes, [1] or ①; not at the head of a line."""
    notes = (one.piece.text for n, one in enumerate(slices) if one.piece.kind == Kind.NOTE.label)
    signs = {sign for text in notes if (sign := note_reference(text))}
    if not signs:
        return
    pattern = re.compile("|".join(map(re.escape, sorted(signs, key=len, reverse=True))))
    for index, one in enumerate(slices):
        if one.piece.kind not in _BESIDE:
            for match in pattern.finditer(one.piece.text, 1):
                yield _Place(index, *match.span(), match[0])


def _sign(text: str) -> str:
    """A mark without its brackets: 1 for [1], ①, 注1."""
    bare = re.sub(r"[^\w*†‡※]", "", unicodedata.normalize("NFKC", text))
    return bare.removeprefix("注") or bare


class PageNotes(Struct, frozen=True):
    """The footnotes of a page; ``before`` of all ``slices`` of the document are above it."""

    slices: Sequence[Slice]
    before: int
    found: Footnotes
    address: Callable[[int, str], str]
    ui: Interface
    opened: set[int] = set()

    def inserts(self, index: int) -> Iterator[Insert]:
        """The marks in a slice, and the way back from the note that begins there."""
        if begun := self.found.begins.get(index):
            back = Markup('<a class="noteback" href="{}" aria-label="{}">{}').format(
                self.address(begun.mark, f"mark-{begun.number}"),
                self.ui.t("read.footnote.back", label=begun.label),
                "" if begun.own else begun.label,
            )
            yield Insert(
                0, begun.own, back + Markup("" if begun.own else "</a> "), Markup("</a>" * bool(begun.own))
            )
        for mark in self.found.marks.get(index, ()):
            before = Markup(
                '<sup class="noteref"{}><button type="button" popovertarget="note-{}-text" aria-label="{}">'
            ).format(
                Markup(' id="mark-{}"').format(mark.note) if mark.first else "",
                mark.note,
                self.ui.t("read.footnote", label=mark.label),
            )
            label = mark.label if mark.start == mark.end else ""
            yield Insert(mark.start, mark.end, before + label, Markup("</button></sup>"))

    def shown(self, index: int) -> Iterator[tuple[int, Markup, str]]:
        """The notes whose first marks on the page are in a slice."""
        for mark in self.found.marks.get(index, ()):
            if mark.note not in self.opened:
                self.opened.add(mark.note)
                slices = self.found.notes[mark.note].slices
                paragraphs = [escape(self.slices[one].piece.text) for one in slices]
                address = self.address(slices[0], f"note-{mark.note}")
                yield mark.note, Markup("<br>").join(paragraphs), address
