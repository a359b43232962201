"""The meaning of a query against one snapshot: the tiers of its answer, and what an engine is asked for each.

An engine decides containment, words, fields and dates. The rest (whole words beside Han characters,
patterns, nearness, as written) it can only narrow down: there the condition has a ``Check``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import takewhile
from typing import TypeAlias, cast

from msgspec import Struct
from msgspec.structs import replace

from archive.text.folding import kind
from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY, MAX_TOKEN
from index.query import condition, nodes
from index.query.condition import Condition, every, some
from index.query.meaning import Meaning, asks_for_text, is_words
from index.query.nodes import (
    EVERYTHING,
    And,
    Context,
    Empty,
    Field,
    Node,
    Not,
    Or,
    Problem,
    Query,
    Term,
    problem,
)
from index.query.notation import notation
from index.query.numbers import NUMERALS
from index.query.query_words import Occurrences
from index.results import Tier

Details: TypeAlias = Callable[[nodes.Field], Iterable[int]]
"""The values of the column ``details`` whose fields hold what is looked for in one of them."""


def compile_query(
    analyzer: Analyzer, node: Node, *, across: bool = False, details: Details = lambda _: ()
) -> Condition:
    """What an engine is asked for ``node``. ``across``: boundaries between characters do not count."""
    return _Compiler(analyzer, across, details).compile(node, None)


class _Compiler:
    def __init__(self, analyzer: Analyzer, across: bool, details: Details) -> None:
        self.analyzer = analyzer
        self.across = across
        self.details = details

    def compile(self, node: Node, field: Context | None) -> Condition:
        match node:
            case nodes.Run():
                return self._run(node, field)
            case nodes.Pattern() | nodes.Near():
                return condition.Check(self._superset(node, field), _in_field(node, field))
            case nodes.Field(name) if name not in nodes.CONTEXTS:
                values = tuple(sorted(self.details(node)))
                return condition.ColumnIn("details", values) if values else condition.NOTHING
            case nodes.Field(name, child):
                return self.compile(child, cast(Context, name))
            case nodes.Beside(unit, child):
                return condition.SharesUnit(unit, self.compile(child, field))
            case nodes.DateRange(first, last):
                return condition.DateOverlaps(first, last)
            case nodes.And(children):
                wanted = self._distinct((c for c in children if not isinstance(c, nodes.Not)), field)
                unwanted = self._distinct((c.child for c in children if isinstance(c, nodes.Not)), field)
                return condition.Without(every(wanted), some(unwanted)) if unwanted else every(wanted)
            case nodes.Or((nodes.Run() as typed, nodes.Pattern((nodes.OneOf(runs), *_)) as forms)) if runs[
                0
            ].number:
                return self._number(typed, forms, field)
            case nodes.Or(children):
                return condition.Some(self._distinct(children, field))
            case nodes.Not(child):
                return condition.Without(condition.EVERYTHING, self.compile(child, field))
            case nodes.Shares(grams, words):
                parts: list[Condition] = []
                if grams:
                    parts.append(condition.AnyToken("grams", tuple(sorted(grams))))
                if words:
                    parts.append(condition.AnyToken("words", tuple(sorted(words))))
                return some(parts)
            case _:
                raise TypeError(f"{type(node).__name__} has no normal text yet: resolve it first")

    def _distinct(self, children: Iterable[Node], field: Context | None) -> tuple[Condition, ...]:
        """The parts, each once: a word that is typed a hundred times costs what it costs once."""
        return tuple(dict.fromkeys(self.compile(child, field) for child in children))

    def _run(self, run: nodes.Run, field: Context | None) -> Condition:
        contained = self.contains(run.text, field)
        if run.marked is not None:
            wide = [condition.superset(self._run(replace(run, marked=None), field))]
            if field is None and kind(run.marked[0]) == "punctuation" and not self.across:
                wide.append(condition.TokenPhrase("words", (BOUNDARY + run.text[0],)))
            return condition.Check(every(wide), _in_field(run, field))
        if run.written is not None or (run.pointed and not self.across):
            return condition.Check(contained, _in_field(run, field))
        if run.number and (run.text[0] in NUMERALS or run.text[-1] in NUMERALS):
            return condition.Check(contained, _in_field(run, field))
        if not run.whole or not {kind(run.text[0]), kind(run.text[-1])} & {"letter", "digit"}:
            return contained
        if field is None and self._is_word(run.text):
            return condition.TokenPhrase("words", (run.text,))
        if field is None:
            contained = condition.All((contained, *self._ends(run.text)))
        return condition.Check(contained, _in_field(run, field))

    def _number(self, typed: nodes.Run, forms: nodes.Pattern, field: Context | None) -> Condition:
        """A run as typed, or its numbers in other forms: these are looked for where it is not itself.

        The run is one of its own forms, and what the engine finds of it needs no text to be read.
        """
        found = self.compile(typed, field)
        if condition.has_check(found):
            return condition.Some((found, self.compile(forms, field)))
        others = condition.Without(self._superset(forms, field), found)
        return condition.Some((found, condition.Check(others, _in_field(forms, field))))

    def _is_word(self, text: str) -> bool:
        """Whether the run is letters only: whole it is a token, as 500 is, but that is one in 1,500 too."""
        return len(text) <= MAX_TOKEN and set(map(kind, text)) == {"letter"}

    def _ends(self, text: str) -> list[Condition]:
        """A cheap filter: the letters or digits at the ends of a run occur in the passage as words."""
        ends = {_same_kind(text), _same_kind(text[::-1])[::-1]}
        return [
            condition.TokenPhrase("words", (word,))
            for word in sorted(ends)
            if kind(word[0]) in ("letter", "digit") and len(word) <= MAX_TOKEN
        ]

    def contains(self, text: str, field: Context | None) -> Condition:
        """The run occurs in the passage, or in the field's text."""
        characters = text.replace(BOUNDARY, "")
        if len(characters) == 1:
            return condition.TokenPhrase(field or "chars", (characters,))
        stream: condition.Stream = field or "grams"
        if self.across:
            return condition.LoosePhrase(stream, tuple(self.analyzer.loose_grams(text)))
        return condition.TokenPhrase(stream, tuple(self.analyzer.grams(text)))

    def _superset(self, node: Node, field: Context | None) -> Condition:
        match node:
            case nodes.Pattern(parts):
                needed: list[Condition] = []
                for part in parts:
                    if isinstance(part, nodes.Run) and part.text.strip(BOUNDARY):
                        needed.append(self.contains(part.text.strip(BOUNDARY), field))
                    elif isinstance(part, nodes.OneOf):
                        needed.append(
                            condition.Some(tuple(self.contains(run.text, field) for run in part.runs))
                        )
                return every(needed)
            case nodes.Near(left, right):
                return condition.All((self._superset(left, field), self._superset(right, field)))
            case nodes.Or(children):
                return condition.Some(tuple(self._superset(child, field) for child in children))
            case _:
                return condition.superset(self.compile(node, field))


def _in_field(node: Node, field: Context | None) -> Node:
    return node if field is None else nodes.Field(field, node)


def _same_kind(text: str) -> str:
    """The characters at the beginning of ``text`` that are of one kind."""
    first = kind(text[0])
    return "".join(takewhile(lambda character: kind(character) == first, text))


class TierPlan(Struct, frozen=True):
    """One tier of an answer: the passages that meet ``condition``, without those of the tiers before it.

    Attributes:
        wanted: what is highlighted.
        condition: what the engine is asked for, with a Check for what has to be verified.
        opening: nothing is asked for but fields, dates or what is excluded: a document is found once.
    """

    tier: Tier
    wanted: Node
    condition: Condition
    opening: bool = False


class Plan(Struct, frozen=True):
    """What a query means against one snapshot.

    Attributes:
        tiers: the answer, best tier first; empty where nothing was asked for.
        further: what shares something, offered as ``partial`` or answered where ``tiers`` find nothing.
        understood: the query as it was taken, in its own language.
        problems: of parsing and of planning, in order of their places.
    """

    query: Query
    tiers: tuple[TierPlan, ...]
    further: TierPlan | None
    understood: str
    words: Mapping[Term, tuple[str, ...]]
    problems: tuple[Problem, ...]

    @property
    def documents(self) -> bool:
        """Whether documents are found, and not passages."""
        return bool(self.tiers) and all(tier.opening for tier in self.tiers)


def _as_typed(node: Node) -> Node:
    """The query without other forms of numbers. Nears, Fields and Nots keep them."""
    match node:
        case nodes.Or((nodes.Run() as typed, nodes.Pattern((nodes.OneOf(runs), *_)))) if runs[0].number:
            return typed
        case nodes.And(children) | nodes.Or(children):
            return type(node)(tuple(map(_as_typed, children)))
        case _:
            return node


def make_plan(
    query: Query, analyzer: Analyzer, archive: Occurrences, details: Details = lambda _: ()
) -> Plan:
    """Plan a query for an archive, which says what occurs in it."""
    if isinstance(query.root, Empty):
        silent = query.text.strip() and not query.problems
        said = (problem("only_marks", 0, 0),) if silent else query.problems
        return Plan(query, (), None, "", {}, said)
    meaning = Meaning(analyzer, query, archive)
    query = meaning.query

    def planned(tier: Tier, wanted: Node, marks: Node | None = None, *, opening: bool = False) -> TierPlan:
        condition = compile_query(analyzer, wanted, across=query.across, details=details)
        return TierPlan(tier, marks or wanted, condition, opening)

    tiers: tuple[TierPlan, ...]
    further: TierPlan | None = None
    pasted: Node | None = None
    if query.match == "exact":
        tiers = (planned("exact", meaning.exact()),)
    elif query.match == "any" and asks_for_text(query.root):
        tiers = (planned("any", meaning.any()),)
    else:
        opening = not asks_for_text(query.root)
        every, marks = meaning.all(), EVERYTHING if opening else meaning.marks()
        tiers = (planned("all", every, marks, opening=opening),)
        if query.match == "auto":
            exact = every if opening else meaning.exact()
            pasted = meaning.pasted()
            if pasted is not None and isinstance(query.root, Field) and query.root.name == "author":
                # 作者：王某 over a text is why the field finds it.
                elsewhere = And((pasted, Not(every)))
                pasted = elsewhere if archive.occurs(elsewhere) else None
            if pasted is not None:
                every, marks = (every if every == exact else Or((every, exact))), Or((marks, exact))
                exact = pasted
            typed = _as_typed(exact)
            if typed != exact:
                # A number's other forms come behind the passages that hold what was typed, marked in both.
                every, marks = Or((every, exact)), Or((marks, exact))
            if not opening or pasted is not None:
                others = (planned("all", every, marks, opening=opening),) if every != exact else ()
                # A passage that has the literal run has the words elsewhere, too.
                lit = Or((exact, marks)) if others and is_words(meaning.root) else exact
                tiers = (replace(planned("exact", typed), wanted=lit), *others)
            some = meaning.any()
            if some not in (exact, every) and not opening:
                further = planned("any", some)
    query = replace(query, root=meaning.root)
    understood = notation(query, meaning.cut)
    if pasted is not None and query.literal is None:
        meaning.problems.append(problem("pasted", 0, len(query.text), understood))
    return Plan(
        query,
        tiers,
        further,
        understood,
        meaning.cut,
        # Each once: a call that ``prefetch`` makes several times says it each time.
        tuple(
            sorted(
                dict.fromkeys((*query.problems, *meaning.problems)), key=lambda p: (p.start, p.end, p.code)
            )
        ),
    )
