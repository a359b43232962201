"""One parser for every query: lenient, linear in the length of the text, and bounded in depth.

Precedence, tightest first: field, ``NOT`` and ``-``, ``NEAR``, a space or ``AND``, ``OR``. The manual is
``docs/using/query-language.md``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from archive.errors import said
from archive.text.folding import kind
from archive.text.readings import without_readings
from index.errors import QueryError
from index.query import nodes
from index.query.dates import date_node
from index.query.nodes import Node, Problem, Query, problem
from index.query.notation import listed, several_values, word_node
from index.query.scan import (
    DASHES,
    MAX_NESTING,
    Token,
    has_enclosed,
    is_run_character,
    scan,
)
from index.requests import MAX_QUERY

_TITLE_MARKS = ("《》", "〈〉", "【】", "（）", "()", "〔〕", "［］", "[]", "〖〗")
_MOST_NEAR = 20
_MOST_PAIRS = 64
"""Of the parts of two sides of a nearness: each is a nearness of its own."""
_NO_DATE = ("date_unknown", "date_cycle", "era_year_missing", "era_cycle_missing")
_CONNECTIVES = ("or", "and", "not", "near")


def parse(
    text: str,
    match: nodes.Match = "auto",
    *,
    as_written: bool = False,
    across: bool = False,
    own: Callable[[], Iterable[str]] = tuple,
) -> Query:
    """Parse a query; its ``problems`` say what was not understood. ``own`` gives the names of the owner's own
    fields.

    Raises:
        QueryError: more than ``MAX_QUERY`` characters, or parentheses or fields nested over 50 deep.
    """
    if len(text) > MAX_QUERY:
        raise QueryError(
            said("The query has {:,} characters; at most {:,} are read.", len(text), MAX_QUERY),
            hint="Search for a shorter part of it.",
        )
    if match == "exact":
        whole = nodes.Phrase(text, 0, len(text)) if any(map(is_run_character, text)) else None
        return Query(text, whole or nodes.Empty(), match, (), as_written, across, whole)
    parser = _Parser(text, own)
    root = parser.parse()
    return Query(
        text,
        root,
        match,
        _in_order(parser.problems),
        as_written,
        across,
        _literal(text, root, parser),
        parser.has_operator
        or text.strip()[:1] + text.strip()[-1:] in _TITLE_MARKS
        or without_readings(text) != text
        or has_enclosed(text),
        tuple(parser.excluded),
    )


def _literal(text: str, root: Node, parser: _Parser) -> nodes.Term | nodes.Phrase | None:
    """What the exact tier looks for: the inside of one pair of quotes, or all of an operator-free query."""
    if isinstance(root, nodes.Phrase):
        return root
    plain = not isinstance(root, nodes.Empty) and not parser.has_operator
    return nodes.Term(text, 0, len(text)) if plain else None


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """By place; the same problem of one character after the other is said once."""
    merged: list[Problem] = []
    for found in sorted(problems, key=lambda p: (p.start, p.end, p.code)):
        last = merged[-1] if merged else None
        if last is not None and last.end == found.start and last.message == found.message:
            merged[-1] = replace(last, end=found.end)
        else:
            merged.append(found)
    return tuple(merged)


class _Parser:
    """Recursive descent over the tokens; the depth is that of parentheses and fields, which is bounded."""

    def __init__(self, text: str, own: Callable[[], Iterable[str]]) -> None:
        self.text = text
        self.tokens, self.problems = scan(text, own)
        self.at = 0
        self.depth = 0
        self.nears = 0
        self.has_operator = False
        self.excluded: list[Problem] = []

    def parse(self) -> Node:
        node = self._or()
        # A dash before a number may be a minus, and one before all that was typed belongs to it.
        only = all(
            isinstance(c, nodes.Not) for c in (node.children if isinstance(node, nodes.And) else [node])
        )
        self.problems += (
            p
            for p in self.excluded
            if kind(p.values[0][0]) == "digit" or (only and is_run_character(p.values[0][0]))
        )
        if node is not None:
            return node
        if self.tokens and all(t.kind in _CONNECTIVES for t in self.tokens):
            self.problems = [problem("operator_text", 0, len(self.text), self.text.strip())]
            return nodes.Term(self.text, 0, len(self.text))
        if any(found.code in _NO_DATE for found in self.problems):
            # 日期：另行通知 asks for nothing else, so that it is text.
            self.has_operator = False
            return nodes.Phrase(self.text, 0, len(self.text))
        return nodes.Empty()

    def _peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _enter(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise QueryError(
                said("The query is nested more than {} deep (character {}).", MAX_NESTING, token.start + 1),
                hint="Use fewer parentheses and fields.",
            )

    def _say(self, code: str, token: Token, *values: str) -> None:
        self.problems.append(problem(code, token.start, token.end, *values))

    def _or(self) -> Node | None:
        alternatives: list[Node] = []
        waiting: Token | None = None
        while True:
            node = self._and()
            if node is not None:
                alternatives.append(node)
                waiting = None
            token = self._peek()
            if token is None or token.kind != "or":
                break
            self.at += 1
            self.has_operator = True
            if node is None or waiting is not None:
                self._say("operator_alone", token, token.text)
            waiting = token
        if waiting is not None and alternatives:
            self._say("operator_alone", waiting, waiting.text)
        return nodes.joined(nodes.Or, alternatives)

    def _and(self) -> Node | None:
        wanted: list[Node] = []
        connective: Token | None = None
        while (token := self._peek()) is not None and token.kind not in ("or", "close"):
            if token.kind in ("and", "near"):
                self.at += 1
                self.has_operator = True
                if not wanted or connective is not None:
                    self._say("operator_alone", token, token.text)
                else:
                    connective = token
                continue
            node = self._not()
            if node is None:
                continue
            if connective is not None and connective.kind == "near":
                wanted[-1] = self._near(wanted[-1], node, connective)
            else:
                wanted.append(node)
            connective = None
        if connective is not None:
            self._say("operator_alone", connective, connective.text)
        return nodes.joined(nodes.And, wanted)

    def _near(self, left: Node, right: Node, token: Token) -> Node:
        self.nears += 1
        if self.nears > _MOST_NEAR:
            self._say("near_too_many", token)
            return nodes.both(left, right)
        return self._near_node(left, right, token)

    def _not(self) -> Node | None:
        negative = False
        while (token := self._peek()) is not None and token.kind == "not":
            self.at += 1
            self.has_operator = True
            negative = not negative
            last = token
        if token is None or token.kind in ("or", "and", "near", "close"):
            self._say("operator_alone", last, last.text)
            return None
        node = self._primary(token)
        if not negative or node is None:
            return node
        if last.text in DASHES:
            start, end = token.start, self.tokens[self.at - 1].end
            typed = self.text[start:end], self.text[last.start : end]
            self.excluded.append(problem("excluded", last.start, end, *typed))
        return nodes.Not(node)

    def _primary(self, token: Token) -> Node | None:
        self.at += 1
        if token.kind == "open":
            return self._group(token)
        if token.kind == "quote":
            return self._quote(token)
        if token.kind == "field":
            return self._field(token)
        node = word_node(token.text, token.start, self.problems)
        self.has_operator |= isinstance(node, nodes.Pattern)
        return node

    def _group(self, token: Token) -> Node | None:
        self._enter(token)
        found = len(self.problems)
        node = self._or()
        close = self.tokens[self.at]
        self.at += 1
        self.depth -= 1
        if node is None and len(self.problems) == found:
            self.problems.append(problem("parenthesis_empty", token.start, close.end))
        return node

    def _quote(self, token: Token) -> Node | None:
        if not any(map(is_run_character, token.text)):
            self._say("quote_empty", token)
            return None
        phrase = nodes.Phrase(token.text, token.start, token.end)
        if token.distance is None:
            return phrase
        self.has_operator = True
        words = _quoted_words(token)
        if len(words) < 2:
            self._say("near_one_word", token)
            return phrase
        if len(words) > _MOST_NEAR:
            self._say("near_too_many", token)
            return nodes.joined(nodes.And, words)
        node: Node = words[0]
        for word in words[1:]:
            node = self._near_node(node, word, token)
        return node

    def _field(self, token: Token) -> Node | None:
        value = self._peek()
        if value is None or value.kind not in ("word", "quote", "open", "field"):
            self._say("field_empty", token, self.text[token.start : token.end])
            return word_node(self.text[token.start : token.end - 1], token.start, self.problems)
        self.has_operator = True
        self._enter(token)
        if token.text == "date" and value.kind in ("word", "quote") and not value.text.strip():
            node = self._primary(value)
        elif token.text == "date" and value.kind in ("word", "quote"):
            self.at += 1
            node = self._date(value.text, value.inner)
        else:
            child = self._primary(value)
            if token.text == "date":
                node = self._dated(child)
            else:
                node = self._fielded(token.text, child, token, self.tokens[self.at - 1])
        self.depth -= 1
        return node

    def _near_node(self, left: Node, right: Node, token: Token) -> Node:
        """``left`` near ``right``, both sides with places.

        (甲 乙) NEAR 丙 is 甲 NEAR 丙 and 乙 NEAR 丙; NOT 甲 NEAR 乙 is NOT (甲 NEAR 乙).
        """
        if _sides(left) * _sides(right) > _MOST_PAIRS:
            self._say("near_too_many", token)
            return nodes.both(left, right)
        return self._distributed(left, right, token)

    def _distributed(self, left: Node, right: Node, token: Token) -> Node:
        if _has_places(left) and _has_places(right):
            return nodes.Near(left, right, token.distance or 0, token.start, token.end)

        def beside(part: Node, on_left: bool) -> Node:
            """``part`` of the left or the right side near the other side, whole."""
            pair = (part, right) if on_left else (left, part)
            return self._distributed(*pair, token)

        for side, on_left in ((left, True), (right, False)):
            if isinstance(side, nodes.Not):
                return nodes.Not(beside(side.child, on_left))
            if isinstance(side, (nodes.And, nodes.Or)) and not _has_places(side):
                node = nodes.joined(type(side), [beside(child, on_left) for child in side.children])
                assert node is not None
                return node
        self._say("near_not_text", token)
        return nodes.both(left, right)

    def _fielded(self, name: nodes.FieldName, child: Node | None, token: Token, last: Token) -> Node | None:
        """``child`` looked for in the field; where it names a field itself, that one counts."""
        if child is None:
            return None
        if not nodes.has_field(child):
            return nodes.Field(name, child, token.start, last.end)
        if isinstance(child, (nodes.And, nodes.Or)):
            children = (self._fielded(name, c, token, last) for c in child.children)
            return nodes.joined(type(child), (c for c in children if c is not None))
        if isinstance(child, nodes.Not):
            inner = self._fielded(name, child.child, token, last)
            return nodes.Not(inner) if inner is not None else None
        if isinstance(child, nodes.Field):
            self.problems.append(problem("field_nested", child.start, child.end, child.name))
        return child

    def _date(self, text: str, start: int) -> Node | None:
        """The days of a date, or of several between commas; a value that is not a date is text."""
        said: list[Problem] = []
        node = date_node(text, start, said)
        if node is None and len(values := listed(text, start, ",，、;；")) > 1:
            unread: list[Problem] = []
            dates = [(value, date_node(value.text, value.start, unread)) for value in values]
            days = nodes.joined(nodes.Or, (date for _, date in dates if date is not None))
            if days is not None:
                words = [value for value, date in dates if date is None]
                known = [value.text for value, date in dates if date is not None]
                said = [several_values(start, start + len(text), "date", known, [w.text for w in words])]
                node = nodes.joined(nodes.And, (days, *words))
        self.problems += said
        return node

    def _dated(self, node: Node | None) -> Node | None:
        """A parenthesised group of dates: each word of it is one."""
        if isinstance(node, (nodes.Term, nodes.Phrase)):
            return self._date(node.text, node.start)
        if isinstance(node, (nodes.And, nodes.Or)):
            children = [child for c in node.children if (child := self._dated(c)) is not None]
            return nodes.joined(type(node), children)
        if isinstance(node, nodes.Not):
            child = self._dated(node.child)
            return None if child is None else nodes.Not(child)
        if isinstance(node, (nodes.Pattern, nodes.Field)):
            self.problems.append(problem("date_unknown", node.start, node.end, "…"))
            return None
        return node


def _quoted_words(token: Token) -> list[nodes.Phrase]:
    words: list[nodes.Phrase] = []
    at = 0
    for word in token.text.split():
        at = token.text.index(word, at)
        if any(map(is_run_character, word)):
            words.append(nodes.Phrase(word, token.inner + at, token.inner + at + len(word)))
        at += len(word)
    return words


def _sides(node: Node) -> int:
    return 1 if _has_places(node) else sum(map(_sides, nodes.parts_of(node))) or 1


def _has_places(node: Node) -> bool:
    """Whether the node can be a side of a Near."""
    if isinstance(node, nodes.Or):
        return all(map(_has_places, node.children))
    return isinstance(node, (nodes.Term, nodes.Phrase, nodes.Pattern, nodes.Near))
