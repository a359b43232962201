"""How a query was understood, in the query language itself: it parses back to the same tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from archive.text.folding import kind
from index.query import nodes
from index.query.scan import DASHES, SET_OPEN, field_at, find_set, is_run_character, operator, scan

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
                from index.query.date_ranges import date_notation  # see parse

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
