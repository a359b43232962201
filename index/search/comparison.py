"""Comparison of token frequencies: collocates of a run, and key words of some passages.

Both are one comparison: the tokens of a part with those of the rest, in a table of two rows and two columns.
Of collocates the part are the windows around the places, the rest is all else within the filters, and what is
in a place itself is in neither (Evert, "Corpora and collocations", 2008, 5.1). Only what the part has more of
than is expected is listed; what the rest has more of is found by comparing the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

import numpy as np
from msgspec.structs import astuple, replace

from archive.errors import said
from index.errors import QueryError
from index.query import condition as asked
from index.query import nodes
from index.query.notation import notation
from index.requests import LISTS, MAX_WINDOW, AssociationRequest, Measure, SearchRequest, Side, Token
from index.results import Association, Associations
from index.search.answer import Answer
from index.search.filters import filter_conditions
from index.search.frequencies import Counts, Frequencies
from index.search.places import Places
from index.search.searchable import Searchable, one_of, require_types

Array = Any  # numpy.ndarray


class Comparisons:
    """The comparisons of one generation. Safe to use from several threads."""

    def __init__(self, archive: Searchable, frequencies: Frequencies) -> None:
        self._archive = archive
        self._frequencies = frequencies

    def collocates(self, request: AssociationRequest) -> Associations:
        """What is near the places of a search. Raises QueryError, also like ``Archive.search``."""
        _check(request)
        self._archive.check(request.search)
        archive, unit, n = self._archive, request.unit, request.window
        left, right = n * (request.side != "right"), n * (request.side != "left")

        def near(places: Places) -> tuple[Array, ...]:
            columns = (np.array(places.keys), np.array(places.starts, "q"), np.array(places.ends, "q"))
            found = self._frequencies.near(unit, *columns, left, right)
            return (*astuple(found.inside), *astuple(found.touched))

        places = archive.places(request.search)
        columns = places.derived(("near", unit, left, right), near)
        inside, touched = Counts(*columns[:2]), Counts(*columns[2:])
        filters = {name: getattr(request.search, name) for name in (*LISTS.values(), "details")}
        every, _ = self._passages(SearchRequest("", **filters), unit)
        query = archive.answer(request.search).plan.query

        def hits(text: str) -> str:
            token: nodes.Node = nodes.Phrase(text, 0, 0)
            if isinstance(query.root, nodes.And | nodes.Not):
                root: nodes.Node = nodes.And((query.root, token))
            else:
                root = nodes.Near(query.root, token, n - len(text))
            return notation(replace(query, root=root, problems=()))

        rest = every.without(touched).without(inside)
        return self._compared(request, archive.answer(request.search), len(places), inside, rest, 0, hits)

    def keyness(self, request: AssociationRequest) -> Associations:
        """What the passages of a search have more of than others.

        Raises:
            QueryError: like ``Archive.search``; or there is nothing to compare.
        """
        _check(request)
        self._archive.check(request.search)
        unit, search = request.unit, request.search
        if not search.query.strip() and search == search.unfiltered:
            raise QueryError(
                "There is nothing to compare: all passages are on one side.",
                hint="Give a query, or a filter such as an author.",
            )
        part, keys = self._passages(search, unit)
        common = 0
        if request.against is None:
            rest = self._passages(SearchRequest(""), unit)[0].without(part)
        else:
            rest, others = self._passages(request.against, unit)
            common = len(set(keys or ()).intersection(others or ()))
        answer = self._archive.answer(search)

        def hits(text: str) -> str:
            root: nodes.Node = nodes.Phrase(text, 0, 0)
            if search.query.strip():
                root = nodes.And((answer.plan.query.root, root))
            return notation(replace(answer.plan.query, root=root, problems=()))

        return self._compared(request, answer, len(keys or ()), part, rest, common, hits)

    def _passages(self, request: SearchRequest, unit: Token) -> tuple[Counts, Sequence[int] | None]:
        """The tokens of what a request finds, and the keys of these passages; None for all."""
        archive = self._archive
        archive.check(request)
        page = SearchRequest(request.query)
        request = replace(request, limit=page.limit, offset=0, sort=page.sort, facets=(), complete=True)
        keys: Sequence[int] | None = None
        if request.query.strip():
            keys = archive.snapshot.keys(archive.answer(request).condition)
        elif request != request.unfiltered:
            filters = filter_conditions(request, archive.store, archive.folders)
            keys = archive.snapshot.keys(asked.every(filters))
        counts = self._frequencies.kept.get((request, unit), lambda: self._frequencies.counted(unit, keys))
        return counts, keys

    def _compared(
        self,
        request: AssociationRequest,
        answer: Answer,
        places: int,
        part: Counts,
        rest: Counts,
        common: int,
        hits: Callable[[str], str],
    ) -> Associations:
        inside, outside = part.total, rest.total
        wanted = part.counts >= request.least
        codes, counts = part.codes[wanted], part.counts[wanted]
        others = rest.among(codes)
        measures = measured(counts, others, inside, outside)
        more = np.flatnonzero(measures["mutual_information"] > 0)
        order = more[np.lexsort((codes[more], -measures[request.measure][more]))]
        first, limit = request.search.offset, request.search.limit
        rows = []
        for place in order[first : first + limit].tolist():
            text = self._frequencies.text(int(codes[place]))
            values: dict[str, Any] = {name: round(float(m[place]), 6) for name, m in measures.items()}
            values["count"] = int(counts[place])
            rows.append(Association(text, rest=int(others[place]), query=hits(text), **values))
        return Associations(
            understood=answer.plan.understood,
            unit=request.unit,
            places=places,
            inside=inside,
            outside=outside,
            common=common,
            total=len(order),
            offset=first,
            problems=answer.problems,
            rows=tuple(rows),
        )


def measured(counts: Array, others: Array, inside: int, outside: int) -> dict[Measure, Array]:
    """The measures of tokens: ``counts`` of ``inside`` tokens in all, and ``others`` of ``outside``.

    ``log_likelihood``: G² of the table of two rows and two columns, 2 Σ O ln(O / E) (Dunning, "Accurate
    Methods for the Statistics of Surprise and Coincidence", 1993). ``mutual_information``: log2(O / E) of the
    part's cell (Church and Hanks, "Word Association Norms, Mutual Information, and Lexicography", 1990).
    ``log_ratio``: log2 of the quotient of the relative frequencies (Hardie, "Log Ratio", 2014), with half an
    occurrence where the rest has none.
    """
    a, b = counts.astype(float), others.astype(float)
    n = float(inside + outside)
    observed = (a, b, inside - a, outside - b)
    both = a + b
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (inside * both / n, outside * both / n, inside * (n - both) / n, outside * (n - both) / n)
        terms = [np.where(o > 0, o * np.log(o / e), 0.0) for o, e in zip(observed, expected, strict=True)]
        return {
            "log_likelihood": np.maximum(2 * sum(terms), 0.0),
            "mutual_information": np.log2(a / expected[0]),
            "log_ratio": np.log2((a / inside) / (np.where(b > 0, b, 0.5) / max(outside, 1))),
            "count": counts,
        }


def _check(request: AssociationRequest) -> None:
    require_types(request)
    one_of("unit", request.unit, get_args(Token))
    one_of("measure", request.measure, get_args(Measure))
    one_of("side", request.side, get_args(Side))
    if not 1 <= request.window <= MAX_WINDOW:
        raise QueryError(said("window is {}; it may be 1 to {}.", request.window, MAX_WINDOW))
    if request.least < 1:
        raise QueryError(said("least is {}; it counts from 1.", request.least))
