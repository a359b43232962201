"""A word of a query to a Term or a Pattern: wildcards, sets, and runs that must not continue."""

from __future__ import annotations

import re

from archive.text.folding import kind
from index.query import nodes
from index.query.nodes import problem
from index.query.scan import DASHES, find_set, is_run_character

_MARKS = "?*[［"
"""A word without any of these is one Run."""

_OWN_BEHIND = frozenset(DASHES)
_OWN_BEFORE = _OWN_BEHIND | frozenset(".．")


def word_node(text: str, start: int, problems: list[nodes.Problem]) -> nodes.Term | nodes.Pattern | None:
    """What the word ``text``, from ``start`` of the query on, looks for; None where it is punctuation."""
    end = start + len(text)
    parts = _parts(text, start, problems) if any(map(text.__contains__, _MARKS)) else [nodes.Run(text)]
    if not any(isinstance(part, nodes.OneOf) or _can_be_found(part) for part in parts):
        return nodes.Term(text, start, end) if any(map(is_run_character, text)) else None
    if len(parts) == 1 and isinstance(parts[0], nodes.Run):
        return nodes.Term(parts[0].text, start, end)
    return nodes.Pattern(tuple(parts), start, end)


def with_own_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a text, with a mark at the end of a word that belongs to it: .NET, -5℃, B-."""
    before, behind = text[:start], text[end:]
    if before[-1:] in _OWN_BEFORE and not before[-2:-1].strip() and kind(text[start]) in ("letter", "digit"):
        start -= 1
    if behind[:1] in _OWN_BEHIND and not behind[1:2].strip() and kind(text[end - 1]) == "letter":
        end += 1
    return start, end


def has_enclosed(text: str) -> bool:
    """Whether a text has ①, ⑴ or ㈠, which are found before what they fold to."""
    return re.search("[\u2460-\u24ff\u3220-\u3247\u3280-\u32b0]", text) is not None


def listed(text: str, start: int, marks: str = ",，、;；/／") -> list[nodes.Term]:
    """The values of a field between such marks, from ``start`` of the query on."""
    found = re.finditer(f"[^{marks}]+", text)
    values = (nodes.Term(one[0], start + one.start(), start + one.end()) for one in found)
    return [value for value in values if any(map(is_run_character, value.text))]


def several_values(start: int, end: int, field: str, known: list[str], words: list[str]) -> nodes.Problem:
    """Says that one of the known values is asked for, and that the others are words of the text."""
    values = " | ".join(f"{field}:{value}" for value in known)
    return problem("several_values", start, end, " ".join((f"({values})" if words else values, *words)))


def _can_be_found(part: nodes.PatternPart) -> bool:
    return isinstance(part, nodes.Run) and any(map(is_run_character, part.text))


def _parts(text: str, start: int, problems: list[nodes.Problem]) -> list[nodes.PatternPart]:
    """The parts in order; two Runs are never beside each other."""
    parts: list[nodes.PatternPart] = []

    def add(part: nodes.PatternPart) -> None:
        last = parts[-1] if parts else None
        if isinstance(part, nodes.Run) and isinstance(last, nodes.Run):
            parts[-1] = nodes.Run(last.text + part.text)
        elif not (isinstance(part, nodes.AnyCharacters) and isinstance(last, nodes.AnyCharacters)):
            parts.append(part)

    followed = _followed(text)
    i = 0
    while i < len(text):
        found = find_set(text, i, len(text))
        end = found[0] if found else i + 1
        if found is None and not (text[i] in "?*" and followed[i]):
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
            if followed[end] and text[end] not in "?*":
                add(nodes.OneCharacter())
        i = end
    return parts


def _followed(text: str) -> list[bool]:
    """For each place whether a character of the run, or a set that counts, begins there or behind wildcards.

    A wildcard counts where this holds at its place, and ``*`` at the end behind a letter or digit: iPho*.
    """
    followed = [False] * (len(text) + 1)
    stem = text.rstrip("*")
    followed[-1] = bool(stem) and kind(stem[-1]) in ("letter", "digit")
    for i in range(len(text) - 1, -1, -1):
        if text[i] in "?*":
            followed[i] = followed[i + 1] and (text[i] == "*" or i + 1 < len(text))
        elif (found := find_set(text, i, len(text))) is not None:
            # Inside a word [^…] is left out, so that what comes behind it decides.
            followed[i] = not found[1] or followed[found[0]]
        else:
            followed[i] = is_run_character(text[i])
    return followed
