"""Snippets: the few lines of a passage that show best why it was found, for pages and terminal alike.

A width is counted in columns, as on a terminal: a Han character or a full-width mark takes two, Latin one, a
combining mark none. Offsets are in characters.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

from msgspec import Struct

from index.results import Span

MOST_FRAGMENTS = 3
_MOST_SPANS = 300  # that are looked at, the first: a passage of one character has a thousand, a title more
_SENTENCE_ENDS = "。！？!?；;…\n"
_PAUSES = "，、：,:—"
_CLOSERS = "”’」』）》〉】〕\"')]"


class Fragment(Struct, frozen=True):
    """A part of a text.

    Attributes:
        text: ``original[start:start + len(text)]``, unchanged.
        spans: what matched, ascending, into ``text``.
        start: where it begins in the original.
        cut_before, cut_after: text of the original was left out on this side (an ellipsis belongs there).
    """

    text: str
    spans: tuple[Span, ...]
    start: int
    cut_before: bool
    cut_after: bool


@lru_cache(maxsize=16384)
def columns(character: str) -> int:
    """How many columns a character takes: 0, 1 or 2 (Unicode Standard Annex 11; ambiguous counts as wide).

    Ambiguous characters (“ ” … —) are wide because in Chinese fonts they are.
    """
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


def snippet(text: str, spans: Sequence[Span], width: int) -> tuple[Fragment, ...]:
    """The parts of ``text`` around its densest spans, in order, in at most ``width`` columns together.

    The whole text is one fragment where it fits. Otherwise as few fragments as show the most different
    matched texts, at most three; none begins or ends within a span, unless the span alone is wider than a
    fragment may be. Edges are put at the ends of sentences, or at pauses, where that costs little.
    ``spans`` are ascending and do not overlap; ``width`` is at least 8.
    """
    return snippets(text, spans, (width,))[0]


def snippets(text: str, spans: Sequence[Span], widths: Sequence[int]) -> list[tuple[Fragment, ...]]:
    """A snippet for each of these widths."""
    if min(widths) < 8:
        raise ValueError(f"a snippet of {min(widths)} columns cannot show anything; ask for 8 or more")
    whole = (_fragment(text, spans, 0, len(text)),)
    if 2 * len(text) <= min(widths):
        return [whole] * len(widths)
    edges = [0, *accumulate(map(columns, text))]
    return [whole if edges[-1] <= width else _cut(text, spans, edges, width) for width in widths]


def _cut(text: str, spans: Sequence[Span], edges: Sequence[int], width: int) -> tuple[Fragment, ...]:
    if not spans:
        return (_fragment(text, (), 0, _end_before(text, edges, 0, 0, width)),)
    best: list[tuple[int, int]] = []
    shown = 0
    spans = spans[:_MOST_SPANS]
    for count in range(1, MOST_FRAGMENTS + 1):
        groups = _dense_groups(text, spans, edges, width // count, count)
        texts = {text[s:e] for first, last in groups for s, e in spans[first : last + 1]}
        if len(texts) > shown:
            best, shown = groups, len(texts)
            share = width // count
    windows = sorted(
        _between_spans(spans, *_window(text, edges, spans[a][0], spans[b][1], share)) for a, b in best
    )
    return tuple(_fragment(text, spans, start, end) for start, end in _joined(windows))


def _dense_groups(
    text: str, spans: Sequence[Span], edges: Sequence[int], width: int, count: int
) -> list[tuple[int, int]]:
    """Up to ``count`` runs of spans (first, last), each within ``width``, most new texts first.

    Four columns are kept for a look at what is around the run.
    """
    room = max(width - 4, width // 2)
    candidates: list[tuple[int, int]] = []
    last = 0
    for first in range(len(spans)):
        last = max(last, first)
        while last + 1 < len(spans) and edges[spans[last + 1][1]] - edges[spans[first][0]] <= room:
            last += 1
        candidates.append((first, last))
    texts = {group: {text[s:e] for s, e in spans[group[0] : group[1] + 1]} for group in candidates}
    chosen: list[tuple[int, int]] = []
    seen: set[str] = set()
    for _ in range(count):
        free = [c for c in candidates if all(c[1] < a or c[0] > b for a, b in chosen)]
        if not free:
            break
        pick = max(free, key=lambda c: (len(texts[c] - seen), c[1] - c[0], -c[0]))
        new = texts[pick] - seen
        if chosen and not new:
            break
        chosen.append(pick)
        seen |= new
    return chosen


def _window(text: str, edges: Sequence[int], first: int, last: int, width: int) -> Span:
    """A window of ``width`` columns that holds ``[first, last)``, with edges at punctuation if can be."""
    spare = width - (edges[last] - edges[first])
    if spare <= 0:
        return first, _advance(edges, first, width)
    # A sentence reads from its beginning: start there if at least a third of the room is left behind the run.
    earliest = _retreat(edges, first, spare * 2 // 3)
    start = _start_after(text, earliest, first)
    if start is None:
        start = 0 if earliest == 0 else _retreat(edges, first, spare // 3)
    used = edges[last] - edges[start]
    end = _end_before(text, edges, start, last, width) if used < width else last
    if end == len(text):  # the text ends here: what is left over belongs before the run
        start = min(start, _retreat(edges, end, width))
    while 0 < start < first and _goes_on(text, start):
        start += 1
    return start, end


def _goes_on(text: str, place: int) -> bool:
    """Whether a mark, a variation selector or a part of an emoji goes on what is before ``place``."""
    return not columns(text[place]) or text[place - 1] == "\u200d" or "🏻" <= text[place] <= "🏿"


def _between_spans(spans: Sequence[Span], start: int, end: int) -> Span:
    """The window without parts of spans that its edges would cut; a span that it begins with may be cut."""
    for first, last in spans:
        if first < start < last < end:
            start = last
        elif start < first < end < last:
            end = first
    return start, end


def _start_after(text: str, earliest: int, first: int) -> int | None:
    """The beginning of the first sentence, else of the first clause, in ``[earliest, first]``."""
    if earliest == 0:
        return 0
    for marks in (_SENTENCE_ENDS, _PAUSES):
        for i in range(earliest, first + 1):
            if text[i - 1] in marks or (text[i - 1] in _CLOSERS and i > 1 and text[i - 2] in marks):
                while i < first and (text[i] in _CLOSERS or text[i] in marks or text[i].isspace()):
                    i += 1
                return i
    return None


def _end_before(text: str, edges: Sequence[int], start: int, last: int, width: int) -> int:
    """Where a fragment from ``start`` ends: within ``width``, not before ``last``, at punctuation if near."""
    end = max(_advance(edges, start, width), last)
    if end >= len(text):
        return len(text)
    lowest = max(last, start + (end - start) * 2 // 3)
    for marks in (_SENTENCE_ENDS, _PAUSES):
        for i in range(end, lowest, -1):
            if text[i - 1] in marks and (i == len(text) or text[i] not in _CLOSERS):
                return i
    while last < end < len(text) and _goes_on(text, end):
        end -= 1
    return end


def _advance(edges: Sequence[int], start: int, columns: int) -> int:
    """The largest end so that ``[start, end)`` takes at most ``columns``, at least one character."""
    end = bisect_right(edges, edges[start] + columns) - 1
    return min(max(end, start + 1), len(edges) - 1)


def _retreat(edges: Sequence[int], end: int, columns: int) -> int:
    """The smallest start so that ``[start, end)`` takes at most ``columns``."""
    return bisect_left(edges, edges[end] - columns, 0, end)


def _joined(windows: Sequence[Span]) -> list[Span]:
    """The windows, those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in windows:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _fragment(text: str, spans: Sequence[Span], start: int, end: int) -> Fragment:
    inside = tuple((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return Fragment(text[start:end], inside, start, start > 0, end < len(text))


def divided(text: str, spans: Sequence[Span]) -> Iterator[tuple[str, bool]]:
    """The text in parts, each with whether it is one of the spans; joined they give back the text."""
    at = 0
    for start, end in spans:
        yield text[at:start], False
        yield text[start:end], True
        at = end
    yield text[at:], False
