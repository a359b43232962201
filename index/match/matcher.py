"""The places of a query in a stored text."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from archive.text.folding import kind
from index.analysis.analyzer import Analyzer
from index.analysis.normal import Normal
from index.document_keys import dates
from index.match.prepared_text import PreparedText, pattern_places
from index.query.nodes import (
    And,
    Beside,
    DateRange,
    Field,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Run,
    Shares,
    has_field,
    parts_of,
)

Span: TypeAlias = tuple[int, int]
"""``(start, end)`` in characters of the stored text, end exclusive."""
Place: TypeAlias = tuple[int, int]
"""``(start, end)`` in characters of the normal form, end exclusive."""
Mark: TypeAlias = tuple[int, int, int]
"""Start and end in the stored text, and where the place begins: earlier, if its start was cut off."""


class Subject(Struct, frozen=True):
    """A passage with its title, headings and byline, as stored.

    Attributes:
        author: the nearest byline's author and affiliation, each a text of its own.
        date: the document's, ISO 8601 (``archive.model.Document``).
        details: the document's other fields.
    """

    text: str
    title: str = ""
    section: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    date: str | None = None
    details: Mapping[str, str] = MappingProxyType({})


class Matcher:
    """Decides whether a resolved query holds in a passage, and where.

    Args:
        root: the query, its words cut and folded.
        query: the query as typed; overlapping places become one span only where they are one in the query.
        across: boundaries between the characters of a run do not count.

    Attributes:
        run: where only a run of Han characters is marked that cannot overlap itself, that run; else None.
    """

    def __init__(self, root: Node, analyzer: Analyzer, *, query: str = "", across: bool = False) -> None:
        self._root = root
        self._analyzer = analyzer
        self._across = across
        self._query = analyzer.normal(query).text
        self._shares = _has_shares(root)
        self.in_place = has_field(root)
        self.run = None if across else _plain(root)

    def holds(self, subject: Subject) -> bool:
        """Whether the passage is one of those that the query means."""
        scene = _Scene(subject, self)
        return _evaluate(self._root, scene, [scene.text], places=False) is not None

    def places(self, subject: Subject) -> list[Place]:
        """The places in the passage's normal form of all that is wanted there, ascending, each once.

        Empty where the query does not hold. Without what is under a Not, in a field, or in an alternative
        that does not hold.
        """
        return self._places(_Scene(subject, self))

    def _places(self, scene: _Scene) -> list[Place]:
        return sorted(set(_evaluate(self._root, scene, [scene.text], places=True) or []))

    def spans(self, subject: Subject) -> tuple[Span, ...]:
        """What to highlight in ``subject.text``, ascending, not overlapping.

        Places that overlap become one span where it is a part of the query, else the later is shortened;
        of what is only shared no single character remains.
        """
        return tuple((start, end) for start, end, _ in self.marks(subject))

    def marks(self, subject: Subject) -> list[Mark]:
        """The spans, and where each begins whole."""
        marks: list[Mark] = []
        for shown, last, first in self._joined(scene := _Scene(subject, self)):
            start, end = scene.normal.span(shown, last)
            begin = start if first == shown else scene.normal.span(first, last)[0]
            if marks and start < marks[-1][1]:
                start = marks[-1][1]
            if start < end:
                marks.append((start, end, begin))
        return marks

    def _joined(self, scene: _Scene) -> list[tuple[int, int, int]]:
        """Places as they are highlighted, and where each begins itself."""
        joined: list[tuple[int, int, int]] = []
        for start, end in self._places(scene):
            shown = start
            if joined and start < joined[-1][1]:
                before, last, first = joined[-1]
                if end <= last:
                    continue
                if start == before or scene.normal.text[before:end] in self._query:
                    joined[-1] = (before, end, start if start == before else first)
                    continue
                if end - last == 1 and self._shares:
                    continue
                shown = last
            joined.append((shown, end, start))
        return joined

    def prepared(self, text: str, normal: Normal | None = None) -> PreparedText:
        """``text`` in the form in which runs are looked for."""
        return PreparedText(text, normal or self._analyzer.normal(text), across=self._across)

    def normal(self, text: str) -> Normal:
        """The normal form of a stored text."""
        return self._analyzer.normal(text)


def written(text: str) -> str:
    """A written form: line breaks and blanks do not make another one of it."""
    return "".join(text.split())


class _Scene:
    """A subject's texts, prepared when they are first asked for."""

    def __init__(self, subject: Subject, matcher: Matcher) -> None:
        self.subject = subject
        self._matcher = matcher
        self.normal = matcher.normal(subject.text)
        self.text = matcher.prepared(subject.text, self.normal)
        self._fields: dict[str, list[PreparedText]] = {}

    def field(self, name: str) -> list[PreparedText]:
        if name not in self._fields:
            subject = self.subject
            known = {"title": (subject.title,), "section": subject.section, "author": subject.author}
            texts = known.get(name) or (subject.details.get(name, ""),)
            self._fields[name] = [self._matcher.prepared(text) for text in texts if text]
        return self._fields[name]


def _evaluate(
    node: Node, scene: _Scene, texts: Sequence[PreparedText], *, places: bool
) -> list[Place] | None:
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
        case Beside(_, child):
            # Of a passage that was found it holds, if not here: what is marked are the places in this one.
            found_here = _evaluate(child, scene, texts, places=places)
            return [] if found_here is None and places else found_here
        case DateRange(first, last):
            date = dates(scene.subject.date)
            return [] if date.first and date.first <= last and date.last >= first else None
        case Shares():
            return _shared(node, texts)
        case _:
            for text in texts:
                if here := _side_places(node, text, None if places else 1):
                    return list(_highlights(node, text, here)) if places else list(here)
            return None


def _plain(root: Node) -> str | None:
    """The one run that is wanted, if it is found by its characters alone, and never within itself."""
    runs = {replace(each, whole=False) if isinstance(each, Run) else None for each in _alternatives(root)}
    run = runs.pop() if len(runs) == 1 else None
    if run is None or run != Run(run.text) or any(kind(character) != "han" for character in run.text):
        return None
    return None if any(run.text.startswith(run.text[n:]) for n in range(1, len(run.text))) else run.text


def _alternatives(root: Node) -> tuple[Node, ...]:
    return root.children if isinstance(root, Or) else (root,)


def _has_shares(node: Node) -> bool:
    return isinstance(node, Shares) or any(map(_has_shares, parts_of(node)))


def _shared(node: Shares, texts: Sequence[PreparedText]) -> list[Place] | None:
    """Words and grams of the query; a pair of letters or digits alone, not being a word, is not a place."""
    holds = False
    found: list[Place] = []
    for text in texts:
        for word in node.words:
            places = [p for p in text.occurrences(Run(word)) if all(map(text.parts_tokens, p))]
            holds = holds or bool(places)
            found += (text.in_normal(*place) for place in places)
        for gram in node.grams:
            if gram in text.text:
                holds = True
                if not all(kind(c) in ("letter", "digit") for c in gram):
                    found += text.places(gram)
    return found if holds else None


def _side_places(node: Node, text: PreparedText, most: int | None = None) -> set[Place]:
    """The places of a run, a pattern, a nearness, or alternatives of these.

    Of each run or pattern at most ``most``. The places of a nearness are those of its sides with a partner.
    """
    if isinstance(node, Or):
        return {place for child in node.children for place in _side_places(child, text, most)}
    if isinstance(node, Near):
        left, right = _side_places(node.left, text), _side_places(node.right, text)
        return {*_with_partner(left, right, node.distance), *_with_partner(right, left, node.distance)}
    if isinstance(node, Run):
        found = text.occurrences(node)
    elif isinstance(node, Pattern):
        found = pattern_places(node, text)
    else:
        raise TypeError(f"{type(node).__name__} has no places of its own to be near")
    return {text.in_normal(*place) for place in islice(found, most)}


def _highlights(node: Node, text: PreparedText, places: set[Place]) -> set[Place]:
    """Of the places of ``node`` those given, and, of a nearness, all that they are near to."""
    if isinstance(node, Or):
        return {
            place
            for child in node.children
            for place in _highlights(child, text, places & _side_places(child, text))
        }
    if not isinstance(node, Near):
        return places
    left, right = _side_places(node.left, text), _side_places(node.right, text)
    lit_left = (left & places).union(_with_partner(left, right & places, node.distance))
    lit_right = (right & places).union(_with_partner(right, left & places, node.distance))
    return _highlights(node.left, text, lit_left) | _highlights(node.right, text, lit_right)


def _with_partner(places: set[Place], others: set[Place], distance: int) -> Iterator[Place]:
    """Those of ``places`` with one of ``others`` at most ``distance`` characters away, not overlapping."""
    starts = sorted(start for start, _ in others)
    ends = sorted(end for _, end in others)
    for start, end in places:
        behind = bisect_left(starts, end) < bisect_right(starts, end + distance)
        if behind or bisect_left(ends, start - distance) < bisect_right(ends, start):
            yield start, end
