"""Places of a pattern: sets of positions are moved over the parts, so that no pattern is slow on any text.

A set of positions is an integer whose bit i stands for position i: a part maps a set to a set in a few
operations on whole integers (the bit-parallel simulation of an automaton; Navarro and Raffinot, "Flexible
Pattern Matching in Strings", 2002, chapter 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from index.match.prepared_text import PreparedText
from index.query.nodes import AnyCharacters, NoneOf, OneCharacter, OneOf, Pattern, PatternPart, Run


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
    """From each position where the pattern fits, the shortest place; ascending."""
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
