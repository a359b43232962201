"""Normalise the leaves of a query: folded texts, and numbers in every way they are written."""

from __future__ import annotations

import re
from collections.abc import Callable

from archive.text.readings import without_readings
from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY, as_seen
from index.query import nodes
from index.query.nodes import Node
from index.query.numbers import forms
from index.query.scan import has_enclosed, with_own_marks


class Resolver:
    """Makes the normal forms of texts as they were typed."""

    def __init__(self, analyzer: Analyzer, as_written: bool = False) -> None:
        self._analyzer = analyzer
        self._as_written = as_written

    def node(self, node: Node) -> Node:
        """The node with the normal form of each text."""
        match node:
            case nodes.Term(text):
                return self.term_run(text)
            case nodes.Phrase(text):
                return self._either(lambda typed: self._run(typed) or nodes.EVERYTHING, text)
            case nodes.Pattern(parts):
                return self._pattern(parts)
            case nodes.Near(left, right, distance):
                return nodes.Near(self.node(left), self.node(right), distance)
            case nodes.Field(name, child):
                return nodes.Field(name, self.node(child))
            case nodes.DateRange(first, last):
                return nodes.DateRange(first, last)
            case nodes.And(children) | nodes.Or(children):
                return type(node)(tuple(dict.fromkeys(map(self.node, children))))
            case nodes.Not(child):
                return nodes.Not(self.node(child))
            case nodes.Empty():
                return nodes.EVERYTHING
            case _:
                return node

    def _either(self, made: Callable[[str], Node], text: str) -> Node:
        """As it was typed or, where that has readings in brackets, without them."""
        plain = without_readings(text)
        return made(text) if plain == text else nodes.Or((made(text), made(plain)))

    def term_run(self, text: str) -> Node:
        """The text as one run, or an Or of that run and a Pattern of all ways to write its numbers."""
        return self._either(self._whole_run, text)

    def _whole_run(self, text: str) -> Node:
        typed = self._run(text, whole=True)
        if typed is None:
            return nodes.EVERYTHING
        if self._as_written or typed.marked:
            return typed
        parts = forms(text)
        pattern = nodes.Pattern(
            tuple(
                nodes.OneOf(
                    self._alternatives(
                        tuple(nodes.Run(form, number=True) for form in part),
                        opens=i == 0,
                        closes=i == len(parts) - 1,
                    )
                )
                for i, part in enumerate(parts)
            )
        )
        return nodes.Or((typed, pattern)) if parts else typed

    def with_marks(self, text: str) -> nodes.Run | None:
        """All of a text in one piece with the marks that were typed; None where it has only marks."""
        enclosed = has_enclosed(text)
        return self._run(text, whole=not enclosed, marked=text.strip(), written=enclosed)

    def _run(
        self,
        text: str,
        *,
        whole: bool = False,
        number: bool = False,
        opens: bool = True,
        closes: bool = True,
        marked: str | None = None,
        written: bool = False,
    ) -> nodes.Run | None:
        """The normal form of ``text``, None where it is empty.

        A boundary at an end is dropped where that end ``opens`` or ``closes`` the whole run or pattern.
        """
        padded = f"{'' if opens else '一'}{text}{'' if closes else '一'}"
        normal = self._analyzer.normal(padded)
        first, last = 0 if opens else 1, len(normal.text) - (0 if closes else 1)
        if first >= last:
            return None
        start, end = normal.span(first, last)
        own = with_own_marks(padded, start, end)
        if marked is None and own != (start, end):
            marked = padded[slice(*own)]
        seen = as_seen(padded[start:end]) if written or self._as_written else None
        run = normal.pointed[first:last]
        pointed = run if (whole or number) and re.search(f"[0-9][./{BOUNDARY}][0-9]", run) else None
        return nodes.Run(normal.text[first:last], whole, number, seen, marked, pointed)

    def _pattern(self, parts: tuple[nodes.PatternPart, ...]) -> Node:
        resolved: list[nodes.PatternPart] = []
        for i, part in enumerate(parts):
            opens = i == 0 or isinstance(parts[i - 1], nodes.NoneOf)
            closes = i == len(parts) - 1 or isinstance(parts[i + 1], nodes.NoneOf)
            if isinstance(part, nodes.Run):
                run = self._run(part.text, opens=opens, closes=closes)
                if run is not None:
                    resolved.append(run)
            elif isinstance(part, nodes.OneOf):
                resolved.append(nodes.OneOf(self._alternatives(part.runs)))
            elif isinstance(part, nodes.NoneOf):
                resolved.append(nodes.NoneOf(self._alternatives(part.runs)))
            else:
                resolved.append(part)
        return nodes.Pattern(tuple(resolved))

    def _alternatives(
        self, typed: tuple[nodes.Run, ...], *, opens: bool = True, closes: bool = True
    ) -> tuple[nodes.Run, ...]:
        runs = (self._run(run.text, number=run.number, opens=opens, closes=closes) for run in typed)
        return tuple(dict.fromkeys(run for run in runs if run is not None))
