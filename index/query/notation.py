"""The notation of a query: what a word looks for, and a tree written in the query language.

A word becomes a Term or a Pattern: wildcards, sets, and runs that must not continue. What ``notation`` writes
parses back to the same tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from archive.text.folding import kind
from index.query import nodes
from index.query.dates import date_notation
from index.query.nodes import Problem, problem
from index.query.scan import DASHES, SET_OPEN, field_at, find_set, is_run_character, operator, scan

_WILD = "?*[［"
"""A word without any of these is one Run."""


def word_node(text: str, start: int, problems: list[Problem]) -> nodes.Term | nodes.Pattern | None:
    """What the word ``text``, from ``start`` of the query on, looks for; None where it is punctuation."""
    end = start + len(text)
    parts = _parts(text, start, problems) if any(map(text.__contains__, _WILD)) else [nodes.Run(text)]
    if not any(isinstance(part, nodes.OneOf) or _can_be_found(part) for part in parts):
        return nodes.Term(text, start, end) if any(map(is_run_character, text)) else None
    if len(parts) == 1 and isinstance(parts[0], nodes.Run):
        return nodes.Term(parts[0].text, start, end)
    return nodes.Pattern(tuple(parts), start, end)


def listed(text: str, start: int, marks: str = ",，、;；/／") -> list[nodes.Term]:
    """The values of a field between such marks, from ``start`` of the query on."""
    found = re.finditer(f"[^{marks}]+", text)
    values = (nodes.Term(one[0], start + one.start(), start + one.end()) for one in found)
    return [value for value in values if any(map(is_run_character, value.text))]


def several_values(start: int, end: int, field: str, known: list[str], words: list[str]) -> Problem:
    """Says that one of the known values is asked for, and that the others are words of the text."""
    values = " | ".join(f"{field}:{value}" for value in known)
    return problem("several_values", start, end, " ".join((f"({values})" if words else values, *words)))


def _can_be_found(part: nodes.PatternPart) -> bool:
    return isinstance(part, nodes.Run) and any(map(is_run_character, part.text))


def _parts(text: str, start: int, problems: list[Problem]) -> list[nodes.PatternPart]:
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


# --- written back -------------------------------------------------------------------------------------------

_QUOTES = (
    ("“", "”"),
    ("「", "」"),
    ("『", "』"),
    ('"', '"'),
    ("＂", "＂"),
    ("«", "»"),
    ("｢", "｣"),
    ("〝", "〞"),
)
_MARK = "，"
"""Written for a mark that would mean something else here: as a boundary, any mark is as good as another."""
_ALONE = frozenset('“”「」『』"＂«»｢｣〝〞〟‘’')
_PARENTHESES = frozenset("()（）")


def notation(query: nodes.Query, words: Mapping[nodes.Term, Sequence[str]] = MappingProxyType({})) -> str:
    """The tree of ``query`` in canonical notation: ``派出所 · 所长``; empty where nothing was asked for.

    ``parse`` makes the same tree of it, but for places in the query and for punctuation that had no meaning,
    which is written ``，``. ``words``: of a Term what is to be shown in its place.
    """
    if any(problem.code == "operator_text" for problem in query.problems):
        return query.text.strip()  # operators are text where there is nothing else
    return _Writer(words).written(query.root)


class _Writer:
    def __init__(self, words: Mapping[nodes.Term, Sequence[str]]) -> None:
        self._words = words

    def written(self, node: nodes.Node) -> str:
        match node:
            case nodes.And(children):
                return " · ".join(self._grouped(child, nodes.Or) for child in children)
            case nodes.Or(children):
                return " | ".join(map(self.written, children))
            case nodes.Not(child):
                unwanted = self._grouped(child, nodes.And, nodes.Or, nodes.Not, nodes.Near)
                # A dash counts directly before a word only.
                plain = is_run_character(unwanted[0]) or isinstance(
                    child, (nodes.Phrase, nodes.And, nodes.Or, nodes.Not, nodes.Near)
                )
                return ("-" if plain else "NOT ") + unwanted
            case nodes.Near(left, right, distance):
                beside = self._grouped(right, nodes.Or, nodes.Near)
                return f"{self._grouped(left, nodes.Or)} NEAR/{distance} {beside}"
            case nodes.Field(name, child):
                return f"{name}:{self._grouped(child, nodes.And, nodes.Or, nodes.Not, nodes.Near)}"
            case nodes.DateRange(first, last):
                return f"date:{date_notation(first, last)}"
            case nodes.Term():
                return " · ".join(map(_term, self._words.get(node, (node.text,))))
            case nodes.Phrase(text):
                return _phrase(text)
            case nodes.Pattern(parts):
                return _word(_pieces(parts))
            case nodes.Empty():
                return ""
            case _:
                raise TypeError(f"{type(node).__name__} was not typed")

    def _grouped(self, node: nodes.Node, *kinds: type) -> str:
        several = isinstance(node, kinds) or (
            nodes.And in kinds and isinstance(node, nodes.Term) and len(self._words.get(node, ())) > 1
        )
        return f"({self.written(node)})" if several else self.written(node)


def _term(text: str) -> str:
    if all("\u4e00" <= character <= "\u9fff" for character in text):
        return text  # what nearly all words are: no operator is written so
    shown: list[str] = []
    pieces = _sets_alone(text) or _pieces((nodes.Run(text),))
    for i, piece in enumerate(pieces):
        # At an end, or beside another mark, a mark parts nothing; behind ? or [ it keeps these from counting.
        beside = [other[0] for other in (*shown[-1:], *pieces[i + 1 : i + 2])]
        parts = len(beside) == 2 and all(kind(character) != "punctuation" for character in beside)
        parts = parts or not _PARENTHESES.isdisjoint(pieces)  # an OR in them may be text for this mark only
        if piece != _MARK or parts or (shown and shown[-1] in "?*[［"):
            shown.append(piece)
    while shown and shown[0] in DASHES:
        del shown[0]
    return _word(shown)


def _sets_alone(text: str) -> list[str]:
    """The text, its sets in one piece; nothing where it has something else that can be looked for."""
    pieces: list[str] = []
    at = 0
    while at < len(text):
        found = find_set(text, at, len(text))
        end = found[0] if found else at + 1
        if not found and is_run_character(text[at]):
            return []
        pieces.append(_MARK if text[at] in _ALONE | _PARENTHESES else text[at:end])
        at = end
    return pieces


def _word(pieces: Iterable[str]) -> str:
    """One word of a query, behind a mark where its beginning would mean something else."""
    word = "".join(pieces)
    means_else = word[:1] in DASHES or operator(word) is not None or field_at(word, 0) is not None
    return _MARK + word if means_else else word


def _pieces(parts: Sequence[nodes.PatternPart]) -> list[str]:
    """The parts character by character, but each set in one piece; what would be another set has a mark.

    So has a parenthesis that would group.
    """
    pieces = [piece for part in parts for piece in _pieces_of(part)]
    if not _PARENTHESES.isdisjoint(pieces):
        word = "".join(pieces)
        tokens, problems = scan(word)
        if problems or [token.text for token in tokens] != [word]:
            pieces = [_MARK if piece in _PARENTHESES else piece for piece in pieces]
    for i in reversed(range(len(pieces))):
        text = "".join(pieces[i:]) if pieces[i] in SET_OPEN else ""
        if text and find_set(text, 0, len(text)):
            pieces[i] = _MARK
    return pieces


def _pieces_of(part: nodes.PatternPart) -> Iterator[str]:
    match part:
        case nodes.Run(text):
            yield from (_MARK if character in _ALONE else character for character in text)
        case nodes.OneCharacter():
            yield "?"
        case nodes.AnyCharacters():
            yield "*"
        case nodes.OneOf(runs):
            listed = "|".join(run.text for run in runs)
            yield f"[|{listed}]" if len(runs) == 1 or listed[0] in "^＾" else f"[{listed}]"
        case nodes.NoneOf(runs):
            yield f"[^{'|'.join(run.text for run in runs)}]"


def _phrase(text: str) -> str:
    for opener, closer in _QUOTES:
        if opener not in text and closer not in text:
            return f"{opener}{text}{closer}"
    return f'"{text.replace(chr(34), _MARK)}"'
