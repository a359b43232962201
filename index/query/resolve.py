"""Leaves with normal texts in place of those that were typed: folded, numbers in all their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from index.analysis.normal import Normaliser, as_seen
from index.query.nodes import (
    EVERYTHING,
    And,
    DateRange,
    Empty,
    Field,
    Near,
    Node,
    NoneOf,
    Not,
    OneOf,
    Or,
    Pattern,
    PatternPart,
    Phrase,
    Query,
    Run,
    Term,
)
from index.query.numbers import forms

TermResolver: TypeAlias = Callable[[Term], Node]


def resolve(query: Query, analyzer: Normaliser, term: TermResolver | None = None) -> Node:
    """``query.root`` with normal texts.

    ``term`` says what a Term means where it is not a side of a nearness; without it, and there, a Term is its
    run in one piece.
    """
    return _Resolver(analyzer, query.as_written, term).node(query.root)


def term_run(term: Term | str, analyzer: Normaliser, *, as_written: bool = False) -> Node:
    """The whole run of a Term in one piece, or one of the other forms of its numbers."""
    return _Resolver(analyzer, as_written, None).term_run(term if isinstance(term, str) else term.text)


def phrase_run(text: str, analyzer: Normaliser, *, as_written: bool = False) -> Node:
    """What stood in quotes: exactly this run, by containment."""
    return _Resolver(analyzer, as_written, None).phrase(text)


def as_typed(node: Node) -> Node:
    """Numbers only in the form that was typed; nearness, fields and what a Not excludes stay as they are."""
    match node:
        case And(children):
            return And(tuple(map(as_typed, children)))
        case Or((Run() as typed, *others)) if any(_is_other_form(other) for other in others):
            return typed
        case Or(children):
            return Or(tuple(map(as_typed, children)))
        case _:
            return node


def _is_other_form(node: Node) -> bool:
    return isinstance(node, Run) and node.number


class _Resolver:
    def __init__(self, analyzer: Normaliser, as_written: bool, term: TermResolver | None) -> None:
        self._analyzer = analyzer
        self._as_written = as_written
        self._term = term

    def node(self, node: Node) -> Node:
        match node:
            case Term():
                return self._term(node) if self._term else self.term_run(node.text)
            case Phrase(text):
                return self.phrase(text)
            case Pattern(parts):
                return self._pattern(parts)
            case Near(left, right, distance):
                return Near(self._side(left), self._side(right), distance)
            case Field(name, child):
                return Field(name, self.node(child))
            case DateRange(first, last):
                return DateRange(first, last)
            case And(children):
                return And(tuple(dict.fromkeys(map(self.node, children))))
            case Or(children):
                return Or(tuple(dict.fromkeys(map(self.node, children))))
            case Not(child):
                return Not(self.node(child))
            case Empty():
                return EVERYTHING
            case _:
                return node

    def _side(self, node: Node) -> Node:
        if isinstance(node, Term):
            return self.term_run(node.text)
        if isinstance(node, Or):
            return Or(tuple(map(self._side, node.children)))
        return self.node(node)

    def term_run(self, text: str) -> Node:
        typed = self._run(text, whole=True)
        if typed is None:
            return EVERYTHING
        if self._as_written:
            return typed
        others = [self._run(form, whole=True, number=True) for form in forms(text)[1:]]
        different = dict.fromkeys(run for run in others if run is not None and run.text != typed.text)
        return Or((typed, *different)) if different else typed

    def phrase(self, text: str) -> Node:
        return self._run(text) or EVERYTHING

    def _run(
        self,
        text: str,
        *,
        whole: bool = False,
        number: bool = False,
        opens: bool = True,
        closes: bool = True,
    ) -> Run | None:
        """None where nothing is left. Boundaries stay at an end that something of the pattern adjoins."""
        padded = f"{'' if opens else '一'}{text}{'' if closes else '一'}"
        normal = self._analyzer.normal(padded)
        first, last = 0 if opens else 1, len(normal.text) - (0 if closes else 1)
        if first >= last:
            return None
        written = None
        if self._as_written:
            start, end = normal.span(first, last)
            written = as_seen(padded[start:end])
        return Run(normal.text[first:last], whole, number, written)

    def _pattern(self, parts: tuple[PatternPart, ...]) -> Node:
        resolved: list[PatternPart] = []
        for i, part in enumerate(parts):
            opens = i == 0 or isinstance(parts[i - 1], NoneOf)
            closes = i == len(parts) - 1 or isinstance(parts[i + 1], NoneOf)
            if isinstance(part, Run):
                run = self._run(part.text, opens=opens, closes=closes)
                if run is not None:
                    resolved.append(run)
            elif isinstance(part, OneOf):
                resolved.append(OneOf(self._alternatives(part.runs)))
            elif isinstance(part, NoneOf):
                resolved.append(NoneOf(self._alternatives(part.runs)))
            else:
                resolved.append(part)
        return Pattern(tuple(resolved))

    def _alternatives(self, typed: tuple[Run, ...]) -> tuple[Run, ...]:
        runs = (self._run(run.text) for run in typed)
        return tuple(dict.fromkeys(run for run in runs if run is not None))
