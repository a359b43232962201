"""A stored text in its normal form, in which runs and patterns are looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, cached_property, lru_cache
from itertools import takewhile

from msgspec import Struct

from archive.text.folding import kind
from archive.text.numerals import is_measure
from index.analysis.normal import BOUNDARY, Normal, as_seen
from index.query.nodes import AnyCharacters, NoneOf, OneCharacter, OneOf, Pattern, PatternPart, Run
from index.query.numbers import NUMERALS
from index.query.scan import fold_width

_OF_WORDS = frozenset({"letter", "digit"})


@lru_cache(maxsize=1)
def _not_han() -> re.Pattern[str]:
    """Two or more characters between which a word may go on. Compiling this takes a millisecond."""
    return re.compile("[^\u3400-\u9fff]{2,}")


@lru_cache(maxsize=256)
def _alone(text: str, number: bool, written: str | None, pointed: str | None) -> Run:
    """The run, whatever word is beside it. Kept, since a pattern asks for the same runs in each text."""
    return Run(text, number=number, written=written, pointed=pointed)


def _is_mark(character: str) -> bool:
    return kind(character) == "punctuation"


def _marks(text: str) -> str:
    """The punctuation of a text, as it is written but for its width."""
    return fold_width("".join(filter(_is_mark, text)))


class PreparedText:
    """Occurrences of runs in one text.

    Attributes:
        text: the characters that runs are looked for in: the normal form; ``across``, without boundaries.
            Positions are characters of this text unless said otherwise.
    """

    def __init__(self, source: str, normal: Normal, *, across: bool) -> None:
        self._source = source
        self._normal = normal
        self._across = across
        self.text = normal.text.replace(BOUNDARY, "") if across else normal.text
        self._masks: dict[tuple[str, bool, str | None, str | None], int] = {}

    @cached_property
    def _kept(self) -> list[int]:
        """For each character of ``text``, its position in the normal form."""
        return [i for i, c in enumerate(self._normal.text) if c != BOUNDARY]

    @cached_property
    def _pointed(self) -> str:
        return self._normal.pointed

    def in_normal(self, start: int, end: int) -> tuple[int, int]:
        """The place in characters of the normal form."""
        return (self._kept[start], self._kept[end - 1] + 1) if self._across else (start, end)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place, given in characters of the normal form, in characters of the source."""
        return self._normal.span(start, end)

    def places(self, gram: str) -> Iterator[tuple[int, int]]:
        """The places of a gram in characters of the normal form, ascending, whatever is beside them."""
        needle = gram.replace(BOUNDARY, "") if self._across else gram
        start = self.text.find(needle)
        while start >= 0:
            yield self.in_normal(start, start + len(needle))
            start = self.text.find(needle, start + 1)

    def occurrences(self, run: Run) -> Iterator[tuple[int, int]]:
        """The places of ``run``, ascending, overlapping ones too."""
        needle = run.text.replace(BOUNDARY, "") if self._across else run.text
        # A Han character at its edge belongs to no word of letters, whatever is beside it.
        begins_word = run.whole and kind(needle[0]) in _OF_WORDS
        ends_word = run.whole and kind(needle[-1]) in _OF_WORDS
        start = self.text.find(needle)
        while start >= 0:
            end = start + len(needle)
            if (
                (not begins_word or self.parts_words(start))
                and (not ends_word or self.parts_words(end))
                and (not run.number or self._is_number(start, end))
                and (run.pointed is None or self._across or run.pointed == self._pointed[start:end])
                and self._is_written(run, start, end)
            ):
                yield start, end
            start = self.text.find(needle, start + 1)

    def _is_written(self, run: Run, start: int, end: int) -> bool:
        if run.written is None and run.marked is None:
            return True
        first, last = self._normal.span(*self.in_normal(start, end))
        if run.written is not None and as_seen(self._source[first:last]) != run.written:
            return False
        if run.marked is None:
            return True
        before, behind = (len(list(takewhile(_is_mark, end))) for end in (run.marked, run.marked[::-1]))
        around = self._source[max(0, first - before) : last + behind]
        return _marks(around) == _marks(run.marked)

    def _beside(self, position: int) -> tuple[str, str]:
        """The characters of the normal form before and behind a position; empty at an end of the text.

        At the edge of a place only one side is of the place, so that under ``across`` a boundary still parts.
        """
        if not 0 < position < len(self.text):
            return "", ""
        if self._across and self._kept[position] - self._kept[position - 1] > 1:
            return "", ""
        return self.text[position - 1], self.text[position]

    def parts_tokens(self, position: int) -> bool:
        """Whether no letters and no digits go on across this position."""
        before, behind = self._beside(position)
        return not before or kind(before) not in _OF_WORDS or kind(behind) != kind(before)

    def parts_words(self, position: int) -> bool:
        """Whether no word and no number goes on across this position: 500 is not in 1,500."""
        going_on = self._goes_on(position) or self._goes_on(position - 1)
        return not going_on and self.parts_tokens(position)

    def _is_number(self, start: int, end: int) -> bool:
        """Whether no number goes on across an end of the place; a lone Han numeral is one where it counts."""
        before, behind = self._beside(start)[0], self._beside(end)[1]
        text = self.text[start:end]
        lone = len(text) == 1 and kind(text) == "han" and before != "第"
        if lone and not (behind and is_measure(self.text[end : end + 8], text)):
            return False
        if text[-1] in "点點" and not is_measure(self.text[end - 1 : end + 8]):
            return False  # 三点一四
        if (before in NUMERALS and text[0] in NUMERALS) or self._goes_on(start - 1):
            return False
        if before == "数" and text[0] in "十百千万":
            return False
        if behind and behind in "年月日号" and "/" in self._pointed[start:end]:
            return False  # 5/6月
        if behind == "点" and "分之" in text and self.text[end + 1 : end + 2] in NUMERALS:
            return False  # 百分之五点二
        return not self._goes_on(end) and (behind not in NUMERALS - {"两"} or text[-1] not in NUMERALS)

    def _goes_on(self, position: int) -> bool:
        """Whether there is the mark of a decimal, or of thousands, between two digits."""
        text = self.text
        if not 0 < position < len(text) - 1 or text[position] != BOUNDARY:
            return False
        if not (text[position - 1] + text[position + 1]).isdecimal():
            return False
        if self._pointed[position] == ".":
            return True
        mark = self._source[slice(*self._normal.span(position, position + 1))]
        group = text[position + 1 : position + 5]
        return mark in ",，" and group[:3].isdecimal() and not group[3:].isdecimal()

    # --- sets of positions as the bits of an integer, for patterns ------------------------------------------

    def may_have(self, run: Run) -> bool:
        """Whether the characters of ``run`` are here, whatever is beside them."""
        return self._across or run.text in self.text

    def starts_mask(self, run: Run) -> int:
        """The positions at which ``run`` begins, whatever word is beside it."""
        key = (run.text, run.number, run.written, run.pointed)
        mask = self._masks.get(key)
        if mask is None and self.length(run) == 0:
            # Punctuation within a pattern, where punctuation does not count.
            mask = (1 << (len(self.text) + 1)) - 1
        if mask is None:
            mask = 0
            for start, _ in self.occurrences(_alone(*key)):
                mask |= 1 << start
        self._masks[key] = mask
        return mask

    def length(self, run: Run) -> int:
        """How many characters of ``text`` a place of ``run`` has."""
        return len(run.text.replace(BOUNDARY, "")) if self._across else len(run.text)

    @cached_property
    def words_mask(self) -> int:
        """The positions, 0 to the length of the text, for which ``parts_words`` holds."""
        mask = (1 << (len(self.text) + 1)) - 1
        for stretch in _not_han().finditer(self.text):
            for position in range(stretch.start() + 1, stretch.end()):
                if not self.parts_words(position):
                    mask ^= 1 << position
        return mask

    def stretch_mask(self, count: int) -> int:
        """The positions with no boundary in the next ``count`` characters."""
        return self._stretch_masks[count]

    @cached_property
    def _stretch_masks(self) -> dict[int, int]:
        """For powers of two up to 16."""
        mask = (1 << len(self.text)) - 1
        at = self.text.find(BOUNDARY)
        while at >= 0:
            mask ^= 1 << at
            at = self.text.find(BOUNDARY, at + 1)
        masks = {1: mask}
        for count in (1, 2, 4, 8):
            mask &= mask >> count
            masks[2 * count] = mask
        return masks


class _Move(Struct, frozen=True):
    """How a part moves positions by its length: one of its steps, or where ``any`` each of them in a row or
    not.
    """

    steps: tuple[tuple[int, int], ...]
    any: bool = False

    def forward(self, positions: int) -> int:
        """The positions that are reached from these."""
        reached = positions if self.any else 0
        for mask, length in self.steps:
            reached |= ((reached if self.any else positions) & mask) << length
        return reached

    def backward(self, positions: int) -> int:
        """The positions from which one of these is reached."""
        reached = positions if self.any else 0
        for mask, length in self.steps:
            reached |= ((reached if self.any else positions) >> length) & mask
        return reached


def pattern_places(pattern: Pattern, text: PreparedText) -> Iterator[tuple[int, int]]:
    """From each position where the pattern fits, the shortest place; ascending.

    Sets of positions are moved over the parts, so that no pattern is slow on any text. In a set, which is an
    integer, bit i is position i: a part maps a set to a set in a few operations on whole integers (the
    bit-parallel simulation of an automaton; Navarro and Raffinot, "Flexible Pattern Matching in Strings",
    2002, chapter 4).
    """
    parts = list(pattern.parts)
    if any(isinstance(part, Run) and not text.starts_mask(part) for part in parts):
        return
    every = (1 << (len(text.text) + 1)) - 1
    starts = ends = text.words_mask
    if isinstance(parts[0], NoneOf):
        starts &= ~_move(parts.pop(0), text).forward(every)
    if parts and isinstance(parts[-1], NoneOf):
        ends &= ~_move(parts.pop(), text).backward(every)
    moves = [_move(part, text) for part in parts]
    fits = ends
    for move in reversed(moves):
        fits = move.backward(fits)
        if not fits:
            return
    fits &= starts
    # Where no part leaves a choice, all places are equally long.
    certain = all(len(move.steps) == 1 and not move.any for move in moves)
    fixed = sum(move.steps[0][1] for move in moves) if certain else None
    while fits:
        start = _lowest(fits)
        fits &= fits - 1
        if fixed is not None:
            yield start, start + fixed
            continue
        reached = 1 << start
        for move in moves:
            reached = move.forward(reached)
        yield start, _lowest(reached & ends)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _move(part: PatternPart, text: PreparedText) -> _Move:
    if isinstance(part, OneCharacter):
        return _Move(((text.stretch_mask(1), 1),))
    if isinstance(part, AnyCharacters):
        return _Move(tuple((text.stretch_mask(step), step) for step in _steps(part.most)), any=True)
    runs = part.runs if isinstance(part, NoneOf | OneOf) else (part,)
    # Of the ways to write a number a text has hardly any.
    runs = tuple(filter(text.may_have, runs))
    return _Move(tuple((text.starts_mask(run), text.length(run)) for run in runs))


@cache
def _steps(most: int) -> tuple[int, ...]:
    """Powers of two that sum to ``most``; sums of some of them, in order, give every number up to it."""
    steps: list[int] = []
    step = 1
    while sum(steps) < most:
        while sum(steps) + step > most:
            step //= 2
        steps.append(step)
        step = min(step * 2, 16)
    return tuple(steps)
