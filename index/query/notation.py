"""How a query was understood, in the query language itself: it parses back to the same tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from archive.text.folding import kind
from index.query.nodes import (
    And,
    AnyCharacters,
    DateRange,
    Empty,
    Field,
    Near,
    Node,
    NoneOf,
    Not,
    OneCharacter,
    OneOf,
    Or,
    Pattern,
    PatternPart,
    Phrase,
    Query,
    Run,
    Term,
)
from index.query.parse import parse
from index.query.scan import is_run_character, scan

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
_PARTNERLESS = str.maketrans(dict.fromkeys('“”「」『』"＂«»｢｣〝〞〟‘’()（）', _MARK))
_SPECIAL = str.maketrans(dict.fromkeys("-－:：[]［］?*", _MARK))
_MARKS = re.compile(f"{_MARK}+")
_IDEOGRAPHS = re.compile("[\u4e00-\u9fff]+")

Words: TypeAlias = Callable[[Term], Sequence[str]]


def notation(query: Query, words: Words = lambda term: (term.text,)) -> str:
    """The tree of ``query`` in canonical notation: ``派出所 · 所长``; empty where nothing was asked for.

    ``parse`` makes the same tree of it, but for places in the query and for punctuation that had no meaning,
    which is written ``，``. ``words`` cuts a Term to the words that are to be shown for it.
    """
    if any(problem.code == "operator_text" for problem in query.problems):
        return query.text.strip()  # operators are text where nothing else stands
    return _Writer(words).written(query.root)


class _Writer:
    def __init__(self, words: Words) -> None:
        self._words = words

    def written(self, node: Node) -> str:
        match node:
            case And(children):
                return " · ".join(self._grouped(child, Or) for child in children)
            case Or(children):
                return " | ".join(map(self.written, children))
            case Not(child):
                unwanted = self._grouped(child, And, Or, Not, Near)
                # A dash counts directly before a word only.
                plain = is_run_character(unwanted[0]) or isinstance(child, (Phrase, And, Or, Not, Near))
                return ("-" if plain else "NOT ") + unwanted
            case Near(left, right, distance):
                return f"{self._grouped(left, Or)} NEAR/{distance} {self._grouped(right, Or, Near)}"
            case Field(name, child):
                return f"{name}:{self._grouped(child, And, Or, Not, Near)}"
            case DateRange(first, last):
                from index.query.dates import date_notation  # see parse

                return f"date:{date_notation(first, last)}"
            case Term():
                return " · ".join(map(_term, self._words(node)))
            case Phrase(text):
                return _phrase(text)
            case Pattern(parts):
                return _pattern(parts)
            case Empty():
                return ""
            case _:
                raise TypeError(f"{type(node).__name__} was not typed")

    def _grouped(self, node: Node, *kinds: type) -> str:
        several = isinstance(node, kinds) or (
            And in kinds and isinstance(node, Term) and len(self._words(node)) > 1
        )
        return f"({self.written(node)})" if several else self.written(node)


def _term(text: str) -> str:
    if _IDEOGRAPHS.fullmatch(text):
        return text  # what nearly all words are: no operator is written so
    plain = _without_idle_marks(text.translate(_PARTNERLESS))
    if _reads_as(plain, Term):
        return plain
    safe = _without_idle_marks(plain.translate(_SPECIAL))
    return safe if _reads_as(safe, Term) else _MARK + safe


def _without_idle_marks(text: str) -> str:
    """The text without such marks at its ends and beside others, where they part nothing."""

    def kept(found: re.Match[str]) -> str:
        beside = (text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1])
        return "" if any(not c or kind(c) == "punctuation" for c in beside) else _MARK

    return _MARKS.sub(kept, text)


def _pattern(parts: tuple[PatternPart, ...]) -> str:
    plain = "".join(_part(part, _PARTNERLESS) for part in parts)
    kinds = [type(part) for part in parts]
    safe = "".join(_part(part, _PARTNERLESS | _SPECIAL) for part in parts)
    return plain if _reads_as(plain, *kinds) else safe


def _reads_as(text: str, *kinds: type) -> bool:
    """Whether ``text`` is one Term, or one Pattern with parts of these kinds, also with a space before it."""
    if [token.kind for token in scan(text)[0]] != ["word"]:
        return False
    root = parse(text).root
    parts = root.parts if isinstance(root, Pattern) else (root,)
    return [type(part) for part in parts] == list(kinds) and not text.startswith(("-", "－"))


def _phrase(text: str) -> str:
    for opener, closer in _QUOTES:
        if opener not in text and closer not in text:
            return f"{opener}{text}{closer}"
    return f'"{text.replace(chr(34), _MARK)}"'


def _part(part: PatternPart, replacing: dict[int, str]) -> str:
    match part:
        case Run(text):
            return text.translate(replacing)
        case OneCharacter():
            return "?"
        case AnyCharacters():
            return "*"
        case OneOf(runs):
            return f"[{'|'.join(run.text for run in runs)}{'|' if len(runs) == 1 else ''}]"
        case NoneOf(runs):
            return f"[^{'|'.join(run.text for run in runs)}]"
