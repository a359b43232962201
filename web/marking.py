"""Texts to HTML, with what matched in ``<mark>``. The one place where texts are escaped by hand.

Each function takes plain text and offsets in characters, and the text content of its ``Markup`` is that text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape
from msgspec import Struct

from index.query.nodes import Problem
from index.results import PieceView, Span
from index.search.cancellation import still_wanted
from index.search.snippet import Fragment, divided
from index.search.versions import ComparedPiece

_ELLIPSIS = Markup('<span class="cut">…</span>')


def marked(text: str, spans: Sequence[Span]) -> Markup:
    """The text with each span in ``<mark>``. Spans are ascending and do not overlap."""
    parts = divided(text, spans)
    return Markup("").join(Markup("<mark>{}</mark>").format(p) if hit else escape(p) for p, hit in parts)


def marked_fragments(fragments: Sequence[Fragment]) -> Markup:
    """A snippet: its fragments with an ellipsis wherever something was left out."""
    parts: list[Markup] = []
    for i, fragment in enumerate(fragments):
        if fragment.cut_before and i == 0:
            parts.append(_ELLIPSIS)
        parts.append(marked(fragment.text, fragment.spans))
        if fragment.cut_after:
            parts.append(_ELLIPSIS)
    return Markup("").join(parts)


def underlined(query: str, problems: Sequence[Problem]) -> Markup:
    """The query as typed, with the places of its problems underlined; places may touch or overlap."""
    flagged = [False] * len(query)
    for problem in problems:
        # A problem without width (something is missing here) is shown on the character before or after it.
        start, end = problem.start, max(problem.end, problem.start + 1)
        if start >= len(query):
            start, end = len(query) - 1, len(query)
        for i in range(max(start, 0), min(end, len(query))):
            flagged[i] = True
    parts: list[str] = []
    start = 0
    for i in range(1, len(query) + 1):
        if i == len(query) or flagged[i] != flagged[start]:
            run = escape(query[start:i])
            parts.append(f'<span class="problem">{run}</span>' if flagged[start] else run)
            start = i
    return Markup("".join(parts))


def differing(pieces: Iterable[ComparedPiece]) -> Markup:
    """A paragraph that is compared: in ``<mark>`` what only it has, with the anchors of differences."""
    parts = []
    for piece in pieces:
        anchor = Markup(' id="hit-{}"').format(piece.difference) if piece.difference else ""
        form = {"variant": '<span class="variant">{1}</span>', "only": "<mark{0}>{1}</mark>"}.get(
            piece.how, "{1}"
        )
        parts.append(Markup(form).format(anchor, piece.text))
    return Markup("").join(parts)


class Insert(Struct, frozen=True):
    """HTML around the characters from ``start`` to ``end`` of a text, or at a place where these are equal."""

    start: int
    end: int
    before: Markup
    after: Markup = Markup("")


class StepLabels(Struct, frozen=True):
    """What a screen reader says for the links beside a hit and beside a passage."""

    previous: str
    next: str
    passage: str
    joint: str


MOST_STEPS = 5_000
"""Places of one page that have links to the place before and after them."""

MOST_MARKS = 20_000
"""Places of one page that are marked."""


class PieceMarker(Struct):
    """Marks the pieces of one document, one after the other, and numbers their hits from 1.

    Attributes:
        passage_root: the address before a passage's id in its lasting link.
        hit_address: the address of a hit, by its number.
        vertical: numbers are set upright in a vertical line.
        marked, unmarked: how many hits were marked here, and how many were not, since there are so many.
    """

    total: int
    labels: StepLabels
    passage_root: str
    hit_address: Callable[[int], str]
    joints: bool = False
    vertical: bool = False
    number: int = 0
    marked: int = 0
    unmarked: int = 0

    def piece(self, piece: PieceView, inserts: Iterable[Insert] = ()) -> Markup:
        """The piece with its passages (anchor ``p-ID``, a lasting link) and hits (anchor ``hit-N``).

        A span may begin before the text (it is not a new hit then) or end after it, where the piece was cut.
        """
        joint = Markup('<span class="joint" title="{}">⁞</span>').format(self.labels.joint)
        joints = [Insert(at, at, joint) for at in _joints(piece)] if self.joints else []
        return Markup("").join(self._piece(piece, sorted([*inserts, *joints], key=lambda one: one.start)))

    def _piece(self, piece: PieceView, joints: Sequence[Insert]) -> Iterator[Markup]:
        done = 0
        for passage in piece.passages:
            yield self._run(piece, done, passage.start, joints)
            yield Markup('<span class="passage" id="p-{}">').format(passage.id)
            yield self._run(piece, passage.start, passage.end, joints)
            yield Markup('<a class="pilcrow" href="{}" aria-label="{}" title="{}">¶</a></span>').format(
                self.passage_root + passage.id, self.labels.passage, self.labels.passage
            )
            done = passage.end
        yield self._run(piece, done, len(piece.text), joints)

    def _run(self, piece: PieceView, start: int, end: int, joints: Sequence[Insert]) -> Markup:
        still_wanted()
        parts: list[Markup] = []
        spans = piece.spans
        at = start
        for i in range(bisect_left(spans, start, key=lambda span: span[1] - 1), len(spans)):
            first, last = spans[i]
            if first >= end:
                break
            parts.append(self._plain(piece.text, at, max(first, at), joints))
            at = min(last, end)
            inside = self._plain(piece.text, max(first, start), at, joints)
            # A hit that two passages share is one hit: only its first part has the anchor.
            parts.append(Markup("<mark>{}</mark>").format(inside) if first < start else self._hit(inside))
        parts.append(self._plain(piece.text, at, end, joints))
        return Markup("").join(parts)

    def _hit(self, inside: Markup) -> Markup:
        self.number += 1
        if self.marked == MOST_MARKS:
            self.unmarked += 1
            return inside
        self.marked += 1
        n = self.number
        step = Markup("")
        if self.total > 1 and self.marked <= MOST_STEPS:
            before = n - 1 if n > 1 else self.total
            after = n + 1 if n < self.total else 1
            step = Markup(
                '<span class="step"><a href="{}" aria-label="{}">‹</a>{}/{}'
                '<a href="{}" aria-label="{}">›</a></span>'
            ).format(
                self.hit_address(before),
                self.labels.previous,
                n,
                self.total,
                self.hit_address(after),
                self.labels.next,
            )
        return Markup('<mark id="hit-{}">{}</mark>').format(n, inside) + step

    def _plain(self, text: str, start: int, end: int, inserts: Sequence[Insert]) -> Markup:
        parts: list[Markup] = []
        at = start
        low = bisect_left(inserts, start, key=lambda one: one.end)
        for one in inserts[low : bisect_right(inserts, end, key=lambda one: one.start)]:
            first, last = max(one.start, at), min(one.end, end)
            is_here = start < one.start <= end or one.start == start == 0 < end
            if first < last or (one.start == one.end and is_here):
                parts += self._set(text[at:first]), one.before, self._set(text[first:last]), one.after
                at = last
        parts.append(self._set(text[at:end]))
        return Markup("").join(parts)

    def _set(self, text: str) -> Markup:
        """The text; in vertical lines its numbers upright, those of two or three digits side by side."""
        if not self.vertical:
            return escape(text)
        runs = _NUMBERS.split(text)
        for i in range(1, len(runs), 2):
            runs[i] = _UPRIGHT[len(runs[i]) < 4].format(runs[i])
        return Markup("").join(map(escape, runs))


_NUMBERS = re.compile(r"(?<![A-Za-z0-9.,:/-])([0-9]+)(?![A-Za-z0-9.,:/-])", re.ASCII)
_UPRIGHT = (Markup('<span class="upright">{}</span>'), Markup('<span class="together">{}</span>'))


def _joints(piece: PieceView) -> list[int]:
    """Where in the piece's text its source leaves one place of the file for another."""
    joints: list[int] = []
    at = 0
    for (start, end), (following, _) in pairwise(piece.source):
        at += end - start
        if following != end:
            joints.append(at)
    return joints


# Frequent characters that the 1964 list of simplified characters (简化字总表) changed, with their new forms.
_TRADITIONAL = frozenset(
    "國這個們來時為說學後過對還沒麼於與開關發點從樣東車長門見問間書馬魚鳥龍風雲電頭動種進現實經無業產會"
)
_SIMPLIFIED = frozenset(
    "国这个们来时为说学后过对还没么于与开关发点从样东车长门见问间书马鱼鸟龙风云电头动种进现实经无业产会"
)
_ONLY_TRADITIONAL = "".join(_TRADITIONAL - _SIMPLIFIED)
_ONLY_SIMPLIFIED = "".join(_SIMPLIFIED - _TRADITIONAL)
_ENOUGH = 4000


def language_of_text(text: str) -> str:
    """``zh-Hant`` where the first 4,000 characters have more traditional than simplified forms, else
    ``zh-Hans``.
    """
    start = text[:_ENOUGH]
    traditional = sum(map(start.count, _ONLY_TRADITIONAL))
    simplified = sum(map(start.count, _ONLY_SIMPLIFIED))
    return "zh-Hant" if traditional > simplified else "zh-Hans"
