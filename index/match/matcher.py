"""The places of a query in a stored text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from archive.records import record
from archive.text.folding import kind
from index.analysis.normal import Normal, Normaliser
from index.match.haystack import Haystack
from index.match.near import Place, highlights, side_places
from index.query.nodes import And, DateRange, Field, Node, Not, Or, Run, Shares

Span: TypeAlias = tuple[int, int]
"""``(start, end)`` in characters of the stored text, end exclusive."""


@record
class Subject:
    """A passage and what it stands under, as stored.

    Attributes:
        author: the nearest byline's author and affiliation, each a text of its own.
        date_from, date_to: ``YYYYMMDD`` integers that enclose the document's date, both 0 where it has none.
    """

    text: str
    title: str = ""
    section: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date_from: int = 0
    date_to: int = 0


class Matcher:
    """Decides whether a resolved query holds in a passage, and where.

    Args:
        root: the query, its words cut and folded.
        analyzer: the one that the archive was built with.
        query: the query as typed; overlapping places become one span only where they are one in the query.
        across: boundaries between the characters of a run do not stand in the way.
    """

    def __init__(self, root: Node, analyzer: Normaliser, *, query: str = "", across: bool = False) -> None:
        self._root = root
        self._analyzer = analyzer
        self._across = across
        self._query = analyzer.normal(query).text
        self._shares = _has_shares(root)

    def holds(self, subject: Subject) -> bool:
        """Whether the passage is one of those that the query means."""
        scene = _Scene(subject, self)
        return _evaluate(self._root, scene, [scene.text], places=False) is not None

    def places(self, subject: Subject) -> list[Place]:
        """The places in the passage's normal form of all that is wanted there, ascending, each once.

        Empty where the query does not hold. Nothing of what stands under a Not, in a field, or in an
        alternative that does not hold.
        """
        scene = _Scene(subject, self)
        return sorted(set(_evaluate(self._root, scene, [scene.text], places=True) or []))

    def spans(self, subject: Subject) -> tuple[Span, ...]:
        """What to highlight in ``subject.text``, ascending, not overlapping.

        Places that overlap become one span where it is a part of the query, else the later is shortened;
        of what is only shared no single character remains.
        """
        scene = _Scene(subject, self)
        places = sorted(set(_evaluate(self._root, scene, [scene.text], places=True) or []))
        joined: list[Place] = []
        for start, end in places:
            if joined and start < joined[-1][1]:
                before, last = joined[-1]
                if end <= last:
                    continue
                if start == before or scene.normal.text[before:end] in self._query:
                    joined[-1] = (before, end)
                    continue
                if end - last == 1 and self._shares:
                    continue
                start = last
            joined.append((start, end))
        spans: list[Span] = []
        for place in joined:
            start, end = scene.normal.span(*place)
            if spans and start < spans[-1][1]:
                start = spans[-1][1]
            if start < end:
                spans.append((start, end))
        return tuple(spans)

    def haystack(self, text: str, normal: Normal | None = None) -> Haystack:
        """``text`` prepared for looking for runs."""
        return Haystack(text, normal or self._analyzer.normal(text), across=self._across)

    def normal(self, text: str) -> Normal:
        """The normal form of a stored text."""
        return self._analyzer.normal(text)


class _Scene:
    """A subject's texts, prepared when they are first asked for."""

    def __init__(self, subject: Subject, matcher: Matcher) -> None:
        self.subject = subject
        self._matcher = matcher
        self.normal = matcher.normal(subject.text)
        self.text = matcher.haystack(subject.text, self.normal)
        self._fields: dict[str, list[Haystack]] = {}

    def field(self, name: str) -> list[Haystack]:
        if name not in self._fields:
            subject = self.subject
            texts = {"title": (subject.title,), "section": subject.section, "author": subject.author}[name]
            self._fields[name] = [self._matcher.haystack(text) for text in texts if text]
        return self._fields[name]


def _evaluate(node: Node, scene: _Scene, texts: Sequence[Haystack], *, places: bool) -> list[Place] | None:
    """The node's places in ``texts``, or None where it does not hold.

    With ``places`` False one place is enough; the list of places then means only that the node holds.
    """
    match node:
        case And(children):
            found: list[Place] = []
            for child in children:
                part = _evaluate(child, scene, texts, places=places)
                if part is None:
                    return None
                found += part
            return found
        case Or(children):
            holds = False
            found = []
            for child in children:
                part = _evaluate(child, scene, texts, places=places)
                if part is not None:
                    holds = True
                    found += part
                    if not places:
                        break
            return found if holds else None
        case Not(child):
            return [] if _evaluate(child, scene, texts, places=False) is None else None
        case Field(name, child):
            return None if _evaluate(child, scene, scene.field(name), places=False) is None else []
        case DateRange(first, last):
            subject = scene.subject
            return (
                [] if subject.date_from and subject.date_from <= last and subject.date_to >= first else None
            )
        case Shares():
            return _shared(node, texts)
        case _:
            for text in texts:
                if found_here := side_places(node, text, None if places else 1):
                    return list(highlights(node, text, found_here)) if places else list(found_here)
            return None


def _has_shares(node: Node) -> bool:
    if isinstance(node, And | Or):
        return any(map(_has_shares, node.children))
    return isinstance(node, Shares)


def _shared(node: Shares, texts: Sequence[Haystack]) -> list[Place] | None:
    """Words and grams of the query; a pair of letters or digits alone is no place, since it is no word."""
    holds = False
    found: list[Place] = []
    for text in texts:
        for word in node.words:
            places = [text.in_normal(*p) for p in text.occurrences(Run(word, whole=True))]
            holds = holds or bool(places)
            found += places
        for gram in node.grams:
            if gram in text.text:
                holds = True
                if not all(kind(c) in ("letter", "digit") for c in gram):
                    found += text.places(gram)
    return found if holds else None
