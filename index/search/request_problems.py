"""What only the archive can say of a request: why nothing can be found by a date here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from archive.records import replace
from index.engines.base import Snapshot
from index.query.condition import DateOverlaps
from index.query.nodes import And, DateRange, Empty, Node, Or, Problem, Query, joined, problem
from index.search.answer import Answer


def remarks(query: Query, snapshot: Snapshot, ask: Callable[[Query], Answer]) -> list[Problem]:
    """What is to be said of a query that found nothing with all its words.

    It is no part of the query that is meant: ``start`` and ``end`` are 0.

    Args:
        ask: the answer to another query within the same filters.
    """
    if not any(_dates(query.root)):
        return []
    from index.query.dates import EARLIEST, LATEST  # takes 4 ms, which few queries need

    if not snapshot.count(DateOverlaps(EARLIEST, LATEST)):
        return [problem("no_dates", 0, 0)]
    if ask(_with(query, DateRange(EARLIEST, LATEST, 0, 0))).total or not ask(_with(query, None)).total:
        return []
    return [problem("none_dated", 0, 0)]


def _dates(node: Node) -> Iterator[DateRange]:
    """The dates that are asked for: none under a Not."""
    match node:
        case DateRange():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from _dates(child)


def _with(query: Query, date: DateRange | None) -> Query:
    """The query with all its dates replaced, or without them."""
    return replace(query, root=_replaced(query.root, date) or Empty())


def _replaced(node: Node, date: DateRange | None) -> Node | None:
    match node:
        case DateRange():
            return date
        case And(children) | Or(children):
            kept = (_replaced(child, date) for child in children)
            return joined(type(node), (child for child in kept if child is not None))
        case _:
            return node
