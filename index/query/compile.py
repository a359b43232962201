"""From a resolved query to what an engine is asked, and what has to be verified on the stored text.

An engine decides containment, words, fields and dates. The rest (whole words beside Han characters,
patterns, nearness, as written) it can only narrow down: ``Check`` holds the wider condition and what the
verifier looks for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import TypeAlias

from archive.records import record
from index.analysis.analyzer import Analyzer
from index.analysis.folding import kind
from index.analysis.normal import BOUNDARY
from index.analysis.streams import MAX_TOKEN
from index.engines.base import (
    All,
    AnyToken,
    Condition,
    DateOverlaps,
    Everything,
    LoosePhrase,
    Phrase,
    Some,
    Stream,
    Without,
)
from index.query.nodes import FieldName
from index.query.numbers import NUMERALS
from index.query.resolved import (
    Resolved,
    ResolvedAnd,
    ResolvedDates,
    ResolvedField,
    ResolvedNear,
    ResolvedNot,
    ResolvedOneOf,
    ResolvedOr,
    ResolvedPattern,
    ResolvedRun,
    Shares,
)


@record
class Sure:
    """The engine decides this."""

    condition: Condition


@record
class Check:
    """Whoever meets ``wide`` may hold ``sought``; the verifier decides. Nobody else holds it."""

    wide: Condition
    sought: Resolved


@record
class Both:
    """All of the parts."""

    parts: tuple[Sought, ...]


@record
class Either:
    """At least one of the parts."""

    parts: tuple[Sought, ...]


@record
class Opposite:
    """Not the part."""

    part: Sought


Sought: TypeAlias = Sure | Check | Both | Either | Opposite


def compile_query(analyzer: Analyzer, resolved: Resolved, *, across: bool = False) -> Sought:
    """What an engine is asked for ``resolved``. ``across``: boundaries between characters do not count."""
    return _Compiler(analyzer, across).compile(resolved, None)


def sure(sought: Sought) -> bool:
    """Whether the engine decides all of it."""
    match sought:
        case Sure():
            return True
        case Check():
            return False
        case Both(parts) | Either(parts):
            return all(map(sure, parts))
        case Opposite(part):
            return sure(part)


def wide(sought: Sought) -> Condition:
    """A condition that everything which is sought meets."""
    return settle(sought, lambda check: check.wide, lambda part: sure(part))


def settle(
    sought: Sought,
    decide: Callable[[Check], Condition],
    excludes: Callable[[Sought], bool] = lambda _: True,
) -> Condition:
    """One condition, with ``decide``'s in place of each Check; a Not that ``excludes`` denies is left out."""
    match sought:
        case Sure(condition):
            return condition
        case Check():
            return decide(sought)
        case Either(parts):
            return Some(tuple(settle(part, decide, excludes) for part in parts))
        case Opposite() | Both():
            parts = sought.parts if isinstance(sought, Both) else (sought,)
            wanted = [settle(p, decide, excludes) for p in parts if not isinstance(p, Opposite)]
            unwanted = [
                settle(p.part, decide, excludes)
                for p in parts
                if isinstance(p, Opposite) and excludes(p.part)
            ]
            kept = _all(wanted)
            if not unwanted:
                return kept
            return Without(kept, unwanted[0] if len(unwanted) == 1 else Some(tuple(unwanted)))


class _Compiler:
    def __init__(self, analyzer: Analyzer, across: bool) -> None:
        self.analyzer = analyzer
        self.across = across

    def compile(self, node: Resolved, field: FieldName | None) -> Sought:
        match node:
            case ResolvedRun():
                return self._run(node, field)
            case ResolvedPattern() | ResolvedNear():
                return Check(self._wide(node, field), _in_field(node, field))
            case ResolvedField(name, child):
                return self.compile(child, name)
            case ResolvedDates(first, last):
                return Sure(DateOverlaps(first, last))
            case ResolvedAnd(children):
                return Both(self._distinct(children, field))
            case ResolvedOr(children):
                return Either(self._distinct(children, field))
            case ResolvedNot(child):
                return Opposite(self.compile(child, field))
            case Shares(grams, words):
                parts: list[Condition] = []
                if grams:
                    parts.append(AnyToken("grams", tuple(sorted(grams))))
                if words:
                    parts.append(AnyToken("words", tuple(sorted(words))))
                return Sure(parts[0] if len(parts) == 1 else Some(tuple(parts)))

    def _distinct(self, children: Sequence[Resolved], field: FieldName | None) -> tuple[Sought, ...]:
        """The parts, each once: a word that is typed a hundred times costs what it costs once."""
        return tuple(dict.fromkeys(self.compile(child, field) for child in children))

    def _run(self, run: ResolvedRun, field: FieldName | None) -> Sought:
        contained = self.contains(run.text, field)
        if run.written is not None:
            return Check(contained, _in_field(run, field))
        if run.number and (run.text[0] in NUMERALS or run.text[-1] in NUMERALS):
            return Check(contained, _in_field(run, field))
        if not run.whole or not {kind(run.text[0]), kind(run.text[-1])} & {"letter", "digit"}:
            return Sure(contained)
        if field is None and self._is_word(run.text):
            return Sure(Phrase("words", (run.text,)))
        if field is None:
            contained = All((contained, *self._ends(run.text)))
        return Check(contained, _in_field(run, field))

    def _is_word(self, text: str) -> bool:
        """Whether the run is letters only, or digits only: where it is whole it is a token of its own."""
        return len(text) <= MAX_TOKEN and len(set(map(kind, text))) == 1

    def _ends(self, text: str) -> list[Condition]:
        """The letters or digits at the ends of a run stand in the passage as words: a cheap sieve."""
        ends = {_same_kind(text), _same_kind(text[::-1])[::-1]}
        return [
            Phrase("words", (word,))
            for word in sorted(ends)
            if kind(word[0]) in ("letter", "digit") and len(word) <= MAX_TOKEN
        ]

    def contains(self, text: str, field: FieldName | None) -> Condition:
        """The run stands in the passage, or in the field's text, in a row."""
        characters = text.replace(BOUNDARY, "")
        if len(characters) == 1:
            return Phrase(field or "chars", (characters,))
        stream: Stream = field or "grams"
        if self.across:
            return LoosePhrase(stream, tuple(self.analyzer.loose_grams(text)))
        return Phrase(stream, tuple(self.analyzer.grams(text)))

    def _wide(self, node: Resolved, field: FieldName | None) -> Condition:
        match node:
            case ResolvedPattern(parts):
                needed: list[Condition] = []
                for part in parts:
                    if isinstance(part, ResolvedRun) and part.text.strip(BOUNDARY):
                        needed.append(self.contains(part.text.strip(BOUNDARY), field))
                    elif isinstance(part, ResolvedOneOf):
                        needed.append(Some(tuple(self.contains(run.text, field) for run in part.runs)))
                return _all(needed)
            case ResolvedNear(left, right):
                return All((self._wide(left, field), self._wide(right, field)))
            case ResolvedOr(children):
                return Some(tuple(self._wide(child, field) for child in children))
            case _:
                return wide(self.compile(node, field))


def _in_field(node: Resolved, field: FieldName | None) -> Resolved:
    return node if field is None else ResolvedField(field, node)


def _same_kind(text: str) -> str:
    """The characters at the beginning of ``text`` that are of one kind."""
    first = kind(text[0])
    return "".join(takewhile(lambda character: kind(character) == first, text))


def _all(conditions: Sequence[Condition]) -> Condition:
    if not conditions:
        return Everything()
    return conditions[0] if len(conditions) == 1 else All(tuple(conditions))
