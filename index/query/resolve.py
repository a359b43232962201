"""From a parsed query to the tree of the matcher: words folded, numbers in all their forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from index.query.nodes import (
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
from index.query.resolved import (
    EVERYTHING,
    Normaliser,
    Resolved,
    ResolvedAnd,
    ResolvedDates,
    ResolvedField,
    ResolvedNear,
    ResolvedNoneOf,
    ResolvedNot,
    ResolvedOneOf,
    ResolvedOr,
    ResolvedPart,
    ResolvedPattern,
    ResolvedRun,
    as_seen,
)

TermResolver: TypeAlias = Callable[[Term], Resolved]


def resolve(query: Query, analyzer: Normaliser, term: TermResolver | None = None) -> Resolved:
    """The resolved form of ``query.root``.

    ``term`` says what a Term means where it is not a side of a nearness; without it, and there, a Term is its
    run in one piece.
    """
    return _Resolver(analyzer, query.as_written, term).node(query.root)


def term_run(term: Term | str, analyzer: Normaliser, *, as_written: bool = False) -> Resolved:
    """The whole run of a Term in one piece, or one of the other forms of its numbers."""
    return _Resolver(analyzer, as_written, None).term_run(term if isinstance(term, str) else term.text)


def phrase_run(text: str, analyzer: Normaliser, *, as_written: bool = False) -> Resolved:
    """What stood in quotes: exactly this run, by containment."""
    return _Resolver(analyzer, as_written, None).phrase(text)


def as_typed(node: Resolved) -> Resolved:
    """Numbers only in the form that was typed; nearness, fields and what a Not excludes stay as they are."""
    match node:
        case ResolvedAnd(children):
            return ResolvedAnd(tuple(map(as_typed, children)))
        case ResolvedOr((ResolvedRun() as typed, *others)) if any(_is_other_form(other) for other in others):
            return typed
        case ResolvedOr(children):
            return ResolvedOr(tuple(map(as_typed, children)))
        case _:
            return node


def _is_other_form(node: Resolved) -> bool:
    return isinstance(node, ResolvedRun) and node.number


class _Resolver:
    def __init__(self, analyzer: Normaliser, as_written: bool, term: TermResolver | None) -> None:
        self._analyzer = analyzer
        self._as_written = as_written
        self._term = term

    def node(self, node: Node) -> Resolved:
        match node:
            case Term():
                return self._term(node) if self._term else self.term_run(node.text)
            case Phrase(text):
                return self.phrase(text)
            case Pattern(parts):
                return self._pattern(parts)
            case Near(left, right, distance):
                return ResolvedNear(self._side(left), self._side(right), distance)
            case Field(name, child):
                return ResolvedField(name, self.node(child))
            case DateRange(first, last):
                return ResolvedDates(first, last)
            case And(children):
                return ResolvedAnd(tuple(dict.fromkeys(map(self.node, children))))
            case Or(children):
                return ResolvedOr(tuple(dict.fromkeys(map(self.node, children))))
            case Not(child):
                return ResolvedNot(self.node(child))
            case Empty():
                return EVERYTHING

    def _side(self, node: Node) -> Resolved:
        if isinstance(node, Term):
            return self.term_run(node.text)
        if isinstance(node, Or):
            return ResolvedOr(tuple(map(self._side, node.children)))
        return self.node(node)

    def term_run(self, text: str) -> Resolved:
        typed = self._run(text, whole=True)
        if typed is None:
            return EVERYTHING
        if self._as_written:
            return typed
        others = [self._run(form, whole=True, number=True) for form in forms(text)[1:]]
        different = dict.fromkeys(run for run in others if run is not None and run.text != typed.text)
        return ResolvedOr((typed, *different)) if different else typed

    def phrase(self, text: str) -> Resolved:
        return self._run(text) or EVERYTHING

    def _run(
        self,
        text: str,
        *,
        whole: bool = False,
        number: bool = False,
        opens: bool = True,
        closes: bool = True,
    ) -> ResolvedRun | None:
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
        return ResolvedRun(normal.text[first:last], whole, number, written)

    def _pattern(self, parts: tuple[PatternPart, ...]) -> Resolved:
        resolved: list[ResolvedPart] = []
        for i, part in enumerate(parts):
            opens = i == 0 or isinstance(parts[i - 1], NoneOf)
            closes = i == len(parts) - 1 or isinstance(parts[i + 1], NoneOf)
            if isinstance(part, Run):
                run = self._run(part.text, opens=opens, closes=closes)
                if run is not None:
                    resolved.append(run)
            elif isinstance(part, OneOf):
                resolved.append(ResolvedOneOf(self._alternatives(part.runs)))
            elif isinstance(part, NoneOf):
                resolved.append(ResolvedNoneOf(self._alternatives(part.runs)))
            else:
                resolved.append(part)
        return ResolvedPattern(tuple(resolved))

    def _alternatives(self, texts: tuple[str, ...]) -> tuple[ResolvedRun, ...]:
        runs = (self._run(text) for text in texts)
        return tuple(dict.fromkeys(run for run in runs if run is not None))
