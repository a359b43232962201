"""The meaning of a query against one snapshot: the tiers of its answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from archive.records import record, replace
from index.analysis.analyzer import Analyzer
from index.query.compile import Sought, compile_query
from index.query.meaning import Meaning, asks_for_text
from index.query.nodes import Empty, Problem, Query, Term
from index.query.notation import notation
from index.query.resolve import as_typed
from index.query.resolved import Resolved, ResolvedOr
from index.results import Tier


@record
class TierPlan:
    """One tier of an answer. Its passages are those sought, without those of the tiers before it.

    Attributes:
        resolved: what is highlighted.
        sought: what the engine is asked for, and what has to be verified.
    """

    tier: Tier
    resolved: Resolved
    sought: Sought


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


def make_plan(query: Query, analyzer: Analyzer, anywhere: Callable[[Sought], bool]) -> Plan:
    """Plan a query. Asks ``anywhere`` whether any passage is sought."""
    if isinstance(query.root, Empty):
        return Plan(query, (), None, "", {}, query.problems)
    found: dict[Resolved, bool] = {}

    def stands(word: Resolved) -> bool:
        known = found.get(word)
        if known is None:
            known = found[word] = anywhere(compile_query(analyzer, word, across=query.across))
        return known

    meaning = Meaning(analyzer, query, stands)

    def planned(tier: Tier, resolved: Resolved) -> TierPlan:
        return TierPlan(tier, resolved, compile_query(analyzer, resolved, across=query.across))

    tiers: tuple[TierPlan, ...]
    further: TierPlan | None = None
    match query.match:
        case "exact":
            tiers = (planned("exact", meaning.exact()),)
        case "all":
            tiers = (planned("all", meaning.all()),)
        case "any":
            tiers = (planned("any", meaning.any()),)
        case "auto":
            exact, every = meaning.exact(), meaning.all()
            first: Tier = "exact" if asks_for_text(query.root) else "all"
            typed = as_typed(exact)
            if typed != exact:
                # A number's other forms come behind the passages that hold what was typed, marked in both.
                every = ResolvedOr((every, exact))
            tiers = (replace(planned(first, typed), resolved=exact),)
            if every != exact:
                tiers += (planned("all", every),)
            some = meaning.any()
            if some not in (exact, every):
                further = planned("any", some)
    return Plan(
        query,
        tiers,
        further,
        notation(query, lambda term: meaning.cut.get(term, (term.text,))),
        meaning.cut,
        tuple(sorted((*query.problems, *meaning.problems), key=lambda p: (p.start, p.end, p.code))),
    )
