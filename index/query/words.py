"""A word of a query to a Term or a Pattern: wildcards, sets, and runs that must not continue."""

from __future__ import annotations

from index.query.nodes import (
    AnyCharacters,
    NoneOf,
    OneCharacter,
    OneOf,
    Pattern,
    PatternPart,
    Problem,
    Run,
    Term,
    problem,
)
from index.query.scan import find_set, is_run_character

_MARKS = "?*[［"
"""A word without any of these is one Run."""


def word_node(text: str, start: int, problems: list[Problem]) -> Term | Pattern | None:
    """What the word ``text``, from ``start`` of the query on, looks for; None where it is punctuation."""
    end = start + len(text)
    parts = _parts(text, start, problems) if any(map(text.__contains__, _MARKS)) else [Run(text)]
    if not any(isinstance(part, OneOf) or _can_be_found(part) for part in parts):
        return Term(text, start, end) if any(map(is_run_character, text)) else None
    if len(parts) == 1 and isinstance(parts[0], Run):
        return Term(parts[0].text, start, end)
    return Pattern(tuple(parts), start, end)


def _can_be_found(part: PatternPart) -> bool:
    return isinstance(part, Run) and any(map(is_run_character, part.text))


def _parts(text: str, start: int, problems: list[Problem]) -> list[PatternPart]:
    """The parts in order; two Runs never stand beside each other."""
    parts: list[PatternPart] = []

    def add(part: PatternPart) -> None:
        last = parts[-1] if parts else None
        if isinstance(part, Run) and isinstance(last, Run):
            parts[-1] = Run(last.text + part.text)
        elif not (isinstance(part, AnyCharacters) and isinstance(last, AnyCharacters)):
            parts.append(part)

    followed = _followed(text)
    i = 0
    while i < len(text):
        found = find_set(text, i, len(text))
        end = found[0] if found else i + 1
        if found is None and not (text[i] in "?*" and followed[i]):
            add(Run(text[i]))
        elif found is None:
            if text[i] == "?":
                add(OneCharacter())
            elif not parts or (isinstance(parts[0], NoneOf) and len(parts) == 1):
                problems.append(problem("wildcard_first", start + i, start + i + 1))
            else:
                add(AnyCharacters())
        elif not found[1]:
            add(OneOf(tuple(map(Run, found[2]))))
        elif not any(map(is_run_character, text[end:])):
            return [*parts, NoneOf(tuple(map(Run, found[2])))]
        elif all(isinstance(part, Run) and not _can_be_found(part) for part in parts):
            parts = [NoneOf(tuple(map(Run, found[2])))]
        else:
            problems.append(problem("set_inside", start + i, start + end))
            if followed[end] and text[end] not in "?*":
                add(OneCharacter())
        i = end
    return parts


def _followed(text: str) -> list[bool]:
    """For each place whether a character of the run, or a set that counts, begins there or behind wildcards.

    A wildcard counts where this holds at its place.
    """
    followed = [False] * (len(text) + 1)
    for i in range(len(text) - 1, -1, -1):
        if text[i] in "?*":
            followed[i] = followed[i + 1]
        elif (found := find_set(text, i, len(text))) is not None:
            # Inside a word [^…] is left out, so that what comes behind it decides.
            followed[i] = not found[1] or followed[found[0]]
        else:
            followed[i] = is_run_character(text[i])
    return followed
