"""The meaning of a query against one snapshot: the tiers of its answer."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from index.analysis.analyzer import Analyzer
from index.query.compile import Details, compile_query
from index.query.condition import Condition
from index.query.meaning import Meaning, asks_for_text
from index.query.nodes import EVERYTHING, And, Empty, Field, Node, Not, Or, Problem, Query, Term, problem
from index.query.notation import notation
from index.query.query_words import Occurrences
from index.query.resolve import as_typed
from index.results import Tier


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
            typed = as_typed(exact)
            if typed != exact:
                # A number's other forms come behind the passages that hold what was typed, marked in both.
                every, marks = Or((every, exact)), Or((marks, exact))
            if not opening or pasted is not None:
                tiers = (
                    replace(planned("exact", typed), wanted=exact),
                    *((planned("all", every, marks, opening=opening),) if every != exact else ()),
                )
            some = meaning.any()
            if some not in (exact, every) and not opening:
                further = planned("any", some)
    query = replace(query, root=meaning.root)
    understood = notation(query, lambda term: meaning.cut.get(term, (term.text,)))
    if pasted is not None and query.literal is None:
        meaning.problems.append(problem("pasted", 0, len(query.text), understood))
    return Plan(
        query,
        tiers,
        further,
        understood,
        meaning.cut,
        tuple(sorted((*query.problems, *meaning.problems), key=lambda p: (p.start, p.end, p.code))),
    )
