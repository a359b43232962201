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
)
from index.query.problems import problem
from index.query.scan import find_set, is_run_character


def word_node(text: str, start: int, problems: list[Problem]) -> Term | Pattern | None:
    """What the word ``text``, from ``start`` of the query on, looks for; None where it is punctuation."""
    end = start + len(text)
    parts = _parts(text, start, problems)
    if not any(isinstance(part, OneOf) or _can_be_found(part) for part in parts):
        return Term(text, start, end) if any(map(is_run_character, text)) else None
    if all(isinstance(part, Run) for part in parts):
        return Term(text, start, end)
    return Pattern(tuple(parts), start, end)


def _can_be_found(part: PatternPart) -> bool:
    return isinstance(part, Run) and any(map(is_run_character, part.text))


def _parts(text: str, start: int, problems: list[Problem]) -> list[PatternPart]:
    parts: list[PatternPart] = []
    run_start = i = 0

    def flush(upto: int) -> None:
        if upto > run_start:
            parts.append(Run(text[run_start:upto]))

    counts = _counting_wildcards(text)
    while i < len(text):
        found = find_set(text, i, len(text))
        if found is not None:
            end, excludes, runs = found
            flush(i)
            if not excludes:
                parts.append(OneOf(runs))
            elif i == 0 or end == len(text):
                parts.append(NoneOf(runs))
            else:
                parts.append(OneCharacter())
                problems.append(problem("set_inside", start + i, start + end))
            i = run_start = end
        elif i in counts:
            flush(i)
            if text[i] == "?":
                parts.append(OneCharacter())
            elif not parts or (isinstance(parts[0], NoneOf) and len(parts) == 1):
                problems.append(problem("wildcard_first", start + i, start + i + 1))
            elif not isinstance(parts[-1], AnyCharacters):
                parts.append(AnyCharacters())
            i += 1
            run_start = i
        else:
            i += 1
    flush(len(text))
    return parts


def _counting_wildcards(text: str) -> set[int]:
    """The places of ``?`` and ``*`` with a character of the run, or a set, directly behind them."""
    counting: set[int] = set()
    behind = False
    for i in range(len(text) - 1, -1, -1):
        if text[i] in "?*":
            if behind:
                counting.add(i)
        else:
            behind = is_run_character(text[i]) or _opens_set(text, i)
    return counting


def _opens_set(text: str, i: int) -> bool:
    found = find_set(text, i, len(text))
    return found is not None and not (found[1] and found[0] == len(text))
