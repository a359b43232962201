"""Places of a pattern: sets of positions are moved over the parts, so that no pattern is slow on any text.

A set of positions is an integer whose bit i stands for position i: a part maps a set to a set in a few
operations on whole integers (the bit-parallel simulation of an automaton; Navarro and Raffinot, "Flexible
Pattern Matching in Strings", 2002, chapter 4).
"""

from __future__ import annotations

from collections.abc import Iterator

from index.match.haystack import Haystack
from index.query.nodes import AnyCharacters, OneCharacter
from index.query.resolved import ResolvedNoneOf, ResolvedPart, ResolvedPattern, ResolvedRun


def pattern_places(pattern: ResolvedPattern, text: Haystack) -> Iterator[tuple[int, int]]:
    """From each position where the pattern fits, the shortest place; ascending."""
    parts = list(pattern.parts)
    every = (1 << (len(text.text) + 1)) - 1
    starts = ends = text.words_mask if pattern.whole else every
    if isinstance(parts[0], ResolvedNoneOf):
        starts &= ~_behind(parts.pop(0), text)
    if parts and isinstance(parts[-1], ResolvedNoneOf):
        ends &= ~_before(parts.pop(), text)
    fits = ends
    for part in reversed(parts):
        fits = _backward(part, fits, text)
        if not fits:
            return
    fits &= starts
    while fits:
        start = _lowest(fits)
        fits &= fits - 1
        reached = 1 << start
        for part in parts:
            reached = _forward(part, reached, text)
        yield start, _lowest(reached & ends)


def _lowest(mask: int) -> int:
    return (mask & -mask).bit_length() - 1


def _runs(part: ResolvedPart) -> tuple[ResolvedRun, ...]:
    if isinstance(part, ResolvedRun):
        return (part,)
    assert not isinstance(part, (OneCharacter, AnyCharacters))
    return part.runs


def _behind(part: ResolvedPart, text: Haystack) -> int:
    """The positions directly behind one of the part's runs."""
    mask = 0
    for run in _runs(part):
        mask |= text.starts_mask(run) << text.length(run)
    return mask


def _before(part: ResolvedPart, text: Haystack) -> int:
    """The positions directly before one of the part's runs."""
    mask = 0
    for run in _runs(part):
        mask |= text.starts_mask(run)
    return mask


def _forward(part: ResolvedPart, mask: int, text: Haystack) -> int:
    """The positions that are reached from those of ``mask`` by one place of the part."""
    if isinstance(part, OneCharacter):
        return (mask & text.stretch_mask(1)) << 1
    if isinstance(part, AnyCharacters):
        for step in _steps(part.most):
            mask |= (mask & text.stretch_mask(step)) << step
        return mask
    reached = 0
    for run in _runs(part):
        reached |= (mask & text.starts_mask(run)) << text.length(run)
    return reached


def _backward(part: ResolvedPart, mask: int, text: Haystack) -> int:
    """The positions from which one place of the part reaches one of ``mask``."""
    if isinstance(part, OneCharacter):
        return (mask >> 1) & text.stretch_mask(1)
    if isinstance(part, AnyCharacters):
        for step in _steps(part.most):
            mask |= (mask >> step) & text.stretch_mask(step)
        return mask
    reached = 0
    for run in _runs(part):
        reached |= (mask >> text.length(run)) & text.starts_mask(run)
    return reached


def _steps(most: int) -> Iterator[int]:
    """Powers of two that sum to ``most``; sums of some of them give every number up to it."""
    step, sum_of_steps = 1, 0
    while sum_of_steps < most:
        while step > 1 and sum_of_steps + step > most:
            step //= 2
        yield step
        sum_of_steps += step
        step = min(step * 2, 16)
