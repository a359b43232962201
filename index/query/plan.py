"""The meaning of a query against one snapshot: the tiers of its answer."""

from __future__ import annotations

from collections.abc import Mapping

from archive.records import record, replace
from index.analysis.analyzer import Analyzer
from index.query.compile import compile_query
from index.query.condition import Condition
from index.query.meaning import Meaning, asks_for_text
from index.query.nodes import Empty, Node, Or, Problem, Query, Term, problem
from index.query.notation import notation
from index.query.query_words import Occurrences
from index.query.resolve import as_typed
from index.results import Tier


@record
class TierPlan:
    """One tier of an answer: the passages that meet ``condition``, without those of the tiers before it.

    Attributes:
        wanted: what is highlighted.
        condition: what the engine is asked for, with a Check for what has to be verified.
    """

    tier: Tier
    wanted: Node
    condition: Condition


@record
class Plan:
    """What a query means against one snapshot.

    Attributes:
        tiers: the answer, best tier first; empty where nothing was asked for.
        further: what shares something, offered as ``partial`` or answered where ``tiers`` find nothing.
        understood: the query as it was taken, in its own language.
        words: the words that Terms were cut into.
        problems: of parsing and of planning, in order of their places.
    """

    query: Query
    tiers: tuple[TierPlan, ...]
    further: TierPlan | None
    understood: str
    words: Mapping[Term, tuple[str, ...]]
    problems: tuple[Problem, ...]


def make_plan(query: Query, analyzer: Analyzer, archive: Occurrences) -> Plan:
    """Plan a query for an archive, which says what occurs in it."""
    if isinstance(query.root, Empty):
        return Plan(query, (), None, "", {}, query.problems)
    meaning = Meaning(analyzer, query, archive)

    def planned(tier: Tier, wanted: Node) -> TierPlan:
        return TierPlan(tier, wanted, compile_query(analyzer, wanted, across=query.across))

    tiers: tuple[TierPlan, ...]
    further: TierPlan | None = None
    pasted: Node | None = None
    match query.match:
        case "exact":
            tiers = (planned("exact", meaning.exact()),)
        case "all":
            tiers = (planned("all", meaning.all()),)
        case "any":
            tiers = (planned("any", meaning.any()),)
        case "auto":
            exact, every = meaning.exact(), meaning.all()
            pasted = meaning.pasted()
            if pasted is not None:
                every = every if every == exact else Or((every, exact))
                exact = pasted
            typed = as_typed(exact)
            if typed != exact:
                # A number's other forms come behind the passages that hold what was typed, marked in both.
                every = Or((every, exact))
            first: Tier = "exact" if every != exact or asks_for_text(query.root) else "all"
            tiers = (replace(planned(first, typed), wanted=exact),)
            if every != exact:
                tiers += (planned("all", every),)
            some = meaning.any()
            if some not in (exact, every):
                further = planned("any", some)
    understood = notation(query, lambda term: meaning.cut.get(term, (term.text,)))
    if pasted is not None:
        meaning.problems.append(problem("pasted", 0, len(query.text), understood))
    return Plan(
        query,
        tiers,
        further,
        understood,
        meaning.cut,
        tuple(sorted((*query.problems, *meaning.problems), key=lambda p: (p.start, p.end, p.code))),
    )
