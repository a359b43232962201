"""A word of a query to a Term or a Pattern: wildcards, sets, and runs that must not continue."""

from __future__ import annotations

from index.query import nodes
from index.query.problems import problem
from index.query.scan import find_set, is_run_character

_MARKS = "?*[［"
"""A word without any of these is one Run."""


def word_node(text: str, start: int, problems: list[nodes.Problem]) -> nodes.Term | nodes.Pattern | None:
    """What the word ``text``, from ``start`` of the query on, looks for; None where it is punctuation."""
    end = start + len(text)
    parts = _parts(text, start, problems) if any(map(text.__contains__, _MARKS)) else [nodes.Run(text)]
    if not any(isinstance(part, nodes.OneOf) or _can_be_found(part) for part in parts):
        return nodes.Term(text, start, end) if any(map(is_run_character, text)) else None
    if len(parts) == 1 and isinstance(parts[0], nodes.Run):
        return nodes.Term(parts[0].text, start, end)
    return nodes.Pattern(tuple(parts), start, end)


def _can_be_found(part: nodes.PatternPart) -> bool:
    return isinstance(part, nodes.Run) and any(map(is_run_character, part.text))


def _parts(text: str, start: int, problems: list[nodes.Problem]) -> list[nodes.PatternPart]:
    """The parts in order; two Runs never stand beside each other."""
    parts: list[nodes.PatternPart] = []

    def add(part: nodes.PatternPart) -> None:
        last = parts[-1] if parts else None
        if isinstance(part, nodes.Run) and isinstance(last, nodes.Run):
            parts[-1] = nodes.Run(last.text + part.text)
        elif not (isinstance(part, nodes.AnyCharacters) and isinstance(last, nodes.AnyCharacters)):
            parts.append(part)

    counting = _counting_wildcards(text)
    i = 0
    while i < len(text):
        found = find_set(text, i, len(text))
        end = found[0] if found else i + 1
        if found is None and i not in counting:
            add(nodes.Run(text[i]))
        elif found is None:
            if text[i] == "?":
                add(nodes.OneCharacter())
            elif not parts or (isinstance(parts[0], nodes.NoneOf) and len(parts) == 1):
                problems.append(problem("wildcard_first", start + i, start + i + 1))
            else:
                add(nodes.AnyCharacters())
        elif not found[1]:
            add(nodes.OneOf(tuple(map(nodes.Run, found[2]))))
        elif not any(map(is_run_character, text[end:])):
            return [*parts, nodes.NoneOf(tuple(map(nodes.Run, found[2])))]
        elif all(isinstance(part, nodes.Run) and not _can_be_found(part) for part in parts):
            parts = [nodes.NoneOf(tuple(map(nodes.Run, found[2])))]
        else:
            problems.append(problem("set_inside", start + i, start + end))
            if is_run_character(text[end]) or _opens_set(text, end):
                add(nodes.OneCharacter())
        i = end
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
    return found is not None and not (found[1] and not any(map(is_run_character, text[found[0] :])))
