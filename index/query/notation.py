"""How a query was understood, in the query language itself: it parses back to the same tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from archive.text.folding import kind
from index.query import nodes
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

Words: TypeAlias = Callable[[nodes.Term], Sequence[str]]


def notation(query: nodes.Query, words: Words = lambda term: (term.text,)) -> str:
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
                from index.query.dates import date_notation  # see parse

                return f"date:{date_notation(first, last)}"
            case nodes.Term():
                return " · ".join(map(_term, self._words(node)))
            case nodes.Phrase(text):
                return _phrase(text)
            case nodes.Pattern(parts):
                return _pattern(parts)
            case nodes.Empty():
                return ""
            case _:
                raise TypeError(f"{type(node).__name__} was not typed")

    def _grouped(self, node: nodes.Node, *kinds: type) -> str:
        several = isinstance(node, kinds) or (
            nodes.And in kinds and isinstance(node, nodes.Term) and len(self._words(node)) > 1
        )
        return f"({self.written(node)})" if several else self.written(node)


def _term(text: str) -> str:
    if _IDEOGRAPHS.fullmatch(text):
        return text  # what nearly all words are: no operator is written so
    plain = _without_idle_marks(text.translate(_PARTNERLESS))
    if _reads_as(plain, nodes.Term):
        return plain
    safe = _without_idle_marks(plain.translate(_SPECIAL))
    return safe if _reads_as(safe, nodes.Term) else _MARK + safe


def _without_idle_marks(text: str) -> str:
    """The text without such marks at its ends and beside others, where they part nothing."""

    def kept(found: re.Match[str]) -> str:
        beside = (text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1])
        return "" if any(not c or kind(c) == "punctuation" for c in beside) else _MARK

    return _MARKS.sub(kept, text)


def _pattern(parts: tuple[nodes.PatternPart, ...]) -> str:
    plain = "".join(_part(part, _PARTNERLESS) for part in parts)
    kinds = [type(part) for part in parts]
    safe = "".join(_part(part, _PARTNERLESS | _SPECIAL) for part in parts)
    return plain if _reads_as(plain, *kinds) else safe


def _reads_as(text: str, *kinds: type) -> bool:
    """Whether ``text`` is one Term, or one Pattern with parts of these kinds, also with a space before it."""
    if [token.kind for token in scan(text)[0]] != ["word"]:
        return False
    root = parse(text).root
    parts = root.parts if isinstance(root, nodes.Pattern) else (root,)
    return [type(part) for part in parts] == list(kinds) and not text.startswith(("-", "－"))


def _phrase(text: str) -> str:
    for opener, closer in _QUOTES:
        if opener not in text and closer not in text:
            return f"{opener}{text}{closer}"
    return f'"{text.replace(chr(34), _MARK)}"'


def _part(part: nodes.PatternPart, replacing: dict[int, str]) -> str:
    match part:
        case nodes.Run(text):
            return text.translate(replacing)
        case nodes.OneCharacter():
            return "?"
        case nodes.AnyCharacters():
            return "*"
        case nodes.OneOf(runs):
            return f"[{'|'.join(run.text for run in runs)}{'|' if len(runs) == 1 else ''}]"
        case nodes.NoneOf(runs):
            return f"[^{'|'.join(run.text for run in runs)}]"
