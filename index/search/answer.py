"""The answer to a query with its filters, before a page of it is asked for: conditions, counts, order.

An answer belongs to one snapshot. What it has counted it keeps, so that the next page costs little.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from math import ceil
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from archive.store import POSITION_BITS, StoredDocument, StoredSection
from archive.text.folding import kind
from index.engines.base import FacetCounts, Hit
from index.errors import ArchiveBrokenError
from index.generation import Generation
from index.match import Mark, Matcher, Subject, written
from index.query import condition as asked
from index.query.compile import Plan, TierPlan, compile_query, make_plan
from index.query.meaning import Meaning
from index.query.nodes import Node, Phrase, Problem, Query, Term
from index.query.resolve import Resolver
from index.requests import FacetUnit, Sort
from index.results import CountUnit, Span, Tier
from index.search.cancellation import still_wanted
from index.search.lists import Orders, Sorted
from index.search.ranking import LOOKED_AT, Nearness, rank_terms
from index.search.sampling import LEAST, MOST, SAMPLE, Estimate, sample, scaled
from index.search.verify import Verifier, subject, subjects_of

FACET_VALUES = 50
"""Values of a facet that are named: the most frequent."""

_WHOLE: tuple[asked.Column, ...] = ("collection", "author", "details")
"""Counted whole: a folder has what those below it have, an author also what was written with others."""

HARDLY_ANY = 2
"""Passages up to which other queries are offered, if none of them holds the literal run."""

WALKED = 1_000
"""Passages at a time where all of them are wanted."""

SHARE = 50_000
"""Passages of the archive in which the engine looks at a time for that: a list of so many keys is 20 MB."""


class Ranked(Struct, frozen=True):
    """A found passage: its key, its score within its tier, and the tier."""

    key: int
    score: float
    tier: Tier


class TierPart(Struct, frozen=True):
    """One tier, disjoint from those before it."""

    plan: TierPlan
    condition: asked.Condition
    count: int


class Answer:
    """What a query finds in one snapshot, within filters.

    Args:
        columns: of which facets will be asked for: counted in one pass with the documents.
        complete: every text is read that has to be, however long it takes; else a sample of very many.

    Attributes:
        plan: the meaning of the query.
        parts: the tiers of which pages are made, best first.
        condition: what all passages of the answer meet, and no others.
        nearness: what is added to the scores of the best.
        relaxed: no passage has every word, and those that share something take their place.
        total: the passages of all parts.
        partial: further passages that share something.
        sampled: where only passages of a sample are in the answer, how many there are of all.
        places: of long documents that are read, how many places are marked in each section and part
            (``index.search.document_reading``), for the next part.
    """

    def __init__(
        self,
        query: Query,
        filters: Sequence[asked.Condition],
        generation: Generation,
        orders: Orders,
        *,
        columns: Iterable[asked.Column] = (),
        complete: bool = True,
    ) -> None:
        self._query = query
        self._generation = generation
        self._snapshot = snapshot = generation.snapshot
        self._store, self._analyzer = generation.store, generation.analyzer
        self._orders = orders
        self._in_order: dict[str, Sorted] = {}
        self._columns: tuple[asked.Column, ...] = tuple(dict.fromkeys(("document", *columns)))
        self._facets: dict[asked.Column, FacetCounts] = {}
        self._rank: tuple[asked.RankTerm, ...] | None = None
        self._forms: tuple[Counter[str], Mapping[int, list[int]]] | None = None
        self._matchers: dict[Tier, Matcher] = {}
        self._firsts: dict[Tier, list[Ranked]] = {}
        self.places: dict[int, tuple[Counter[int], tuple[int, ...]]] = {}
        self.nearness = Nearness(query, self._analyzer, snapshot)
        self._filters = self._asked = filters
        self._candidates: list[int] | None = None
        self._complete = complete
        self._estimate: Estimate | None = None
        self._verifier = Verifier(generation, across=query.across)
        self.plan: Plan = make_plan(query, self._analyzer, self._verifier, self._verifier.details)

        def narrowed(tier: TierPlan) -> asked.Condition:
            condition = self._narrowed(tier.condition)
            return self._verifier.openings(condition) if tier.opening else condition

        self.relaxed = False
        self.partial = 0
        began, found = time.perf_counter(), self._sample()
        further: asked.Condition | None = None
        if self.plan.further is not None and not (found or asked.has_check(self.plan.further.condition)):
            further = narrowed(self.plan.further)
        snapshot.prefetch(*(partial(narrowed, tier) for tier in self.plan.tiers))
        self._take(self.plan.tiers, [narrowed(tier) for tier in self.plan.tiers], further)
        self.sampled: Estimate | None = None
        if found and self.total < LEAST:
            self._filters = filters
            self._take(self.plan.tiers, [narrowed(tier) for tier in self.plan.tiers])
        elif found:
            number = scaled(self.total, self.total, *found)
            seconds = round((time.perf_counter() - began) * found[1] / found[0], 1)
            self.sampled = Estimate(*found, seconds, passages=number)
        if further is None and self.plan.further is not None and self.sampled is None:
            further = narrowed(self.plan.further)
        if further is not None:
            if self.total or query.within:
                self.partial = snapshot.count(asked.Without(further, self.condition))
            elif self.plan.further is not None:
                self._take((self.plan.further,), [further])
                self.relaxed = self.total > 0

    def candidates(self) -> list[int]:
        """The keys of all passages that have to be looked at for exact numbers, ascending."""
        if self._candidates is None:
            wide = [asked.superset(part.plan.condition) for part in self.parts]
            self._candidates = self._snapshot.keys(asked.every((asked.some(wide), *self._asked)))
        return self._candidates

    def among(self, keys: Sequence[int]) -> Answer:
        """The exact answer among some passages."""
        filters = (*self._asked, asked.KeyIn(tuple(keys)))
        return Answer(self._query, filters, self._generation, self._orders)

    def _sample(self) -> tuple[int, int] | None:
        """Narrow the filters to a sample, where very many texts would have to be read: its size, of how many.

        Documents, and what is together in one, are not found in a sample of passages.
        """
        tiers = self.plan.tiers
        if self._complete or self._query.within or any(tier.opening for tier in tiers):
            return None
        wide = [asked.every((asked.superset(tier.condition), *self._filters)) for tier in tiers]
        checked = (w for tier, w in zip(tiers, wide, strict=True) if asked.has_check(tier.condition))
        if max(map(self._snapshot.count, checked), default=0) <= MOST:
            return None
        keys = self._snapshot.keys(asked.some(wide))
        chosen = sample(keys)
        self._filters = (*self._filters, asked.KeyIn(tuple(chosen)))
        return len(chosen), len(keys)

    def _narrowed(self, condition: asked.Condition) -> asked.Condition:
        """The condition within the filters, without what has to be verified."""
        return asked.every((self._verifier.verified(condition, self._filters), *self._filters))

    def passages_with(self, node: Node) -> int:
        """How many passages, within the filters, hold a part of the query with normal texts."""
        across, details = self._query.across, self._verifier.details
        found = compile_query(self._analyzer, node, across=across, details=details)
        return self._snapshot.count(self._narrowed(found))

    def passages_inside(self, word: str) -> int:
        """How many passages have it in a longer word or number: a word in quotes need not be whole."""
        run = self._analyzer.normal_text(word)
        ends = {kind(run[0]), kind(run[-1])} if run else set()
        return (
            self.passages_with(Resolver(self._analyzer).node(Phrase(word, 0, 0)))
            if ends & {"letter", "digit"}
            else 0
        )

    def passages_within_document(self) -> int:
        """How many passages have a word, where the same document has all."""
        wider = replace(self._query, within="document")
        return self.passages_with(Meaning(self._analyzer, wider, self._verifier).all())

    def _take(
        self,
        tiers: Sequence[TierPlan],
        conditions: Sequence[asked.Condition],
        further: asked.Condition | None = None,
    ) -> None:
        """Answer with these tiers; what is ``further`` is counted too.

        The whole is counted in one pass with its documents, which every result names. So the last tier is not
        counted: it has what the others leave.
        """
        self.condition: asked.Condition = asked.some(conditions)
        self._facets.clear()
        alone = [
            asked.Without(condition, asked.some(conditions[:place])) if place else condition
            for place, condition in enumerate(conditions)
        ]
        counted = [*alone[:-1], *([asked.Without(further, self.condition)] if further is not None else ())]
        self._snapshot.prefetch(
            lambda: self.facets(self._columns),
            lambda: self.rank,
            *(partial(self._snapshot.count, part) for part in counted),
        )
        self.total: int = self.facets(self._columns)["document"].records
        counts = [self._snapshot.count(part) for part in alone[:-1]]
        if alone:
            counts.append(self.total - sum(counts))
        self.parts: tuple[TierPart, ...] = tuple(map(TierPart, tiers, alone, counts))

    @property
    def is_literal(self) -> bool:
        """Whether a passage holds the literal run."""
        return any(part.plan.tier == "exact" and part.count for part in self.parts)

    @property
    def is_as_asked(self) -> bool:
        """Whether passages were found as asked: neither relaxed, nor with a word that had to be cut again."""
        is_cut = any(problem.code == "word_cut_again" for problem in self.problems)
        return self.total > 0 and not self.relaxed and not is_cut

    @property
    def is_hardly_any(self) -> bool:
        """Whether so little was found that other queries may be meant."""
        return not self.is_as_asked or (self.total <= HARDLY_ANY and not self.is_literal)

    # --- pages ----------------------------------------------------------------------------------------------

    def page(self, sort: Sort, offset: int, limit: int) -> list[Ranked]:
        """One page of the answer. By relevance one tier follows the other; else all are one list."""
        if sort == "relevance" and self.plan.documents:
            sort = "date"
        if sort != "relevance":
            return self._expected(self._placed(self._sorted(sort, offset, limit)), offset, limit)
        shares: list[tuple[TierPart, int, int]] = []
        start = 0
        for part in self.parts:
            first, last = max(offset - start, 0), min(offset + limit - start, part.count)
            if first < last:
                shares.append((part, first, last - first))
            start += part.count
        looked_at = [part for part, first, _ in shares if first < LOOKED_AT and self._may_look_again(part)]
        self._snapshot.prefetch(
            *(partial(self._best, *share) for share in shares),
            *(partial(self._looked_at, part) for part in looked_at),
            *(self.nearness.asks if looked_at else ()),
        )
        page = [found for share in shares for found in self._best(*share)]
        return self._expected(page, offset, limit)

    def _sorted(self, sort: Sort, offset: int, limit: int) -> list[Hit]:
        """One page by date, in the order of the archive, or in that of its documents by a field."""
        search = self._snapshot.search
        if sort in ("relevance", "date", "order"):
            return search(self.condition, (), sort=sort, offset=offset, limit=limit)
        if sort not in self._in_order:
            columns: tuple[asked.Column, ...] = ("document",)
            counted = self._snapshot.facets(self.condition, columns, 0, whole=columns)
            self._in_order[sort] = self._orders.of(sort, dict(counted["document"].top))
        hits: list[Hit] = []
        for run in self._in_order[sort].runs(offset, limit):
            within = asked.All((self.condition, asked.ColumnIn("document", tuple(sorted(run.places)))))
            found = search(within, (), sort="order", offset=run.offset, limit=run.limit)
            hits += sorted(found, key=lambda hit: run.places[hit.key >> POSITION_BITS])
        return hits

    def _expected(self, page: list[Ranked], offset: int, limit: int) -> list[Ranked]:
        """A page, which has as many passages as were counted; an index that was damaged may have others."""
        if len(page) != max(0, min(limit, self.total - offset)):
            raise ArchiveBrokenError("The index is damaged: it counts what it does not find.")
        return page

    def _placed(self, hits: Sequence[Hit]) -> list[Ranked]:
        """Hits of the whole answer with their tiers."""
        tiers = self.tiers_of([hit.key for hit in hits])
        if len(tiers) != len(hits):
            raise ArchiveBrokenError("The index is damaged: it finds what it does not have.")
        return [Ranked(hit.key, 0.0, tiers[hit.key]) for hit in hits]

    def walk(self, sort: Sort) -> Iterator[list[Ranked]]:
        """All of the answer in the order of its pages, a list of some thousands at most at a time.

        In the order of the archive no more than that is held. In another all are known before the first one
        is given: some 250 bytes each.
        """
        if sort == "relevance" and not self.plan.documents:
            whole = self.page(sort, 0, self.total)
            yield from (whole[start : start + WALKED] for start in range(0, len(whole), WALKED))
        elif sort != "order":
            hits = self._sorted("date" if sort == "relevance" else sort, 0, self.total)
            for start in range(0, len(hits), WALKED):
                yield self._placed(hits[start : start + WALKED])
        else:
            for within in self._shares():
                still_wanted()
                found = [
                    Ranked(key, 0.0, part.plan.tier)
                    for part in self.parts
                    for key in self._snapshot.keys(asked.All((*within, part.condition)))
                ]
                found.sort(key=attrgetter("key"))
                yield from (found[start : start + WALKED] for start in range(0, len(found), WALKED))

    def _shares(self) -> Iterator[tuple[asked.Condition, ...]]:
        """Conditions that part the archive, in its order, into shares of some ten thousand passages."""
        if self.total <= SHARE:
            yield ()
            return
        documents: list[int] = []
        passages = 0
        for document in self._store.walk_documents():
            documents.append(document.key)
            passages += document.passages
            if passages >= SHARE:
                yield (asked.ColumnIn("document", tuple(documents)),)
                documents, passages = [], 0
        if documents:
            yield (asked.ColumnIn("document", tuple(documents)),)

    def _best(self, part: TierPart, offset: int, limit: int) -> list[Ranked]:
        """Some of a tier by score. Nearness orders the first ones, whatever page is asked for."""
        first = self._first(part) if offset < LOOKED_AT and self._looks_again(part) else []
        found = first[offset : offset + limit]
        if len(found) < limit:
            hits = self._snapshot.search(
                part.condition, self.rank, offset=offset + len(found), limit=limit - len(found)
            )
            found += [Ranked(hit.key, hit.score, part.plan.tier) for hit in hits]
        return found

    def _looks_again(self, part: TierPart) -> bool:
        return self._may_look_again(part) and self.nearness.matters

    def _may_look_again(self, part: TierPart) -> bool:
        """In passages that all hold the literal run its words are equally near."""
        literal = part.plan.tier == "exact" and self.plan.query.literal is not None
        return not literal and part.count > 1 and self.plan.query.match != "exact"

    def _looked_at(self, part: TierPart) -> list[Hit]:
        return self._snapshot.search(part.condition, self.rank, limit=LOOKED_AT)

    def _first(self, part: TierPart) -> list[Ranked]:
        known = self._firsts.get(part.plan.tier)
        if known is None:
            hits = self._looked_at(part)
            texts = dict(self._store.texts(hit.key for hit in hits))
            scored = sorted((-hit.score - self.nearness.bonus(texts[hit.key]), hit.key) for hit in hits)
            known = [Ranked(key, -score, part.plan.tier) for score, key in scored]
            self._firsts[part.plan.tier] = known
        return known

    def nearness_of(self, key: int, tier: Tier) -> float:
        """What nearness gave to the score of a passage of this tier; 0.0 where it was not looked at."""
        part = next(part for part in self.parts if part.plan.tier == tier)
        if not self._looks_again(part) or all(found.key != key for found in self._first(part)):
            return 0.0
        return sum(self.nearness.bonus(text) for _, text in self._store.texts([key]))

    @property
    def rank(self) -> tuple[asked.RankTerm, ...]:
        """The tokens by which every tier is ordered."""
        if self._rank is None:
            self._rank = tuple(rank_terms(self._analyzer, self._query, self._snapshot))
        return self._rank

    def tiers_of(self, keys: Sequence[int]) -> dict[int, Tier]:
        """The tier of each of these passages that is in the answer."""
        return self._tiers(asked.KeyIn(tuple(sorted(keys))), len(keys))

    def within(self, document: int) -> dict[int, Tier]:
        """The passages of a document that are in the answer, with their tiers."""
        return self._tiers(asked.ColumnIn("document", (document,)))

    def _tiers(self, among: asked.Condition, most: int | None = None) -> dict[int, Tier]:
        tiers: dict[int, Tier] = {}
        for part in self.parts:
            if len(tiers) != most:
                keys = self._snapshot.keys(asked.All((among, part.condition)))
                tiers |= dict.fromkeys(keys, part.plan.tier)
        return tiers

    # --- counts ---------------------------------------------------------------------------------------------

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was not understood, or otherwise than typed."""
        return self.plan.problems

    @property
    def unit(self) -> CountUnit:
        """What is found: a query without text of its own asks for documents."""
        return "documents" if self.plan.documents else "passages"

    @property
    def documents(self) -> int:
        """In how many documents the passages are."""
        return self.facets(("document",))["document"].values

    def facets(self, columns: Iterable[asked.Column]) -> dict[asked.Column, FacetCounts]:
        """How the passages spread over the values of these columns: the most frequent, of some all."""
        unknown = [column for column in columns if column not in self._facets]
        if unknown:
            self._facets |= self._snapshot.facets(self.condition, unknown, FACET_VALUES, whole=_WHOLE)
        return self._facets

    def every_value(self, column: asked.Column, by: FacetUnit) -> FacetCounts:
        """All values of a column, the most frequent first."""
        if by == "occurrences":
            counted = self.occurrences((column,), every=True)[column]
        else:
            counted = self._snapshot.facets(self.condition, (column,), 0, whole=(column,))[column]
        return FacetCounts.of(Counter(dict(counted.top)), len(counted.top))

    def occurrences(
        self, columns: Sequence[asked.Column], *, every: bool = False
    ) -> dict[asked.Column, FacetCounts]:
        """How the marked places spread over the values of these columns; estimated, where ``estimate`` is."""
        counts: dict[asked.Column, Counter[int]] = {column: Counter() for column in columns}
        for marks, keys in self._counted[1].items():
            found = self._snapshot.facets(asked.KeyIn(tuple(keys)), columns, 0, whole=columns)
            for column in columns:
                counts[column].update({value: records * marks for value, records in found[column].top})
        if (sample := self._estimate) is not None:
            for count in counts.values():
                for value, n in count.items():
                    count[value] += n * (sample.of - sample.looked_at) // sample.looked_at
        return {c: FacetCounts.of(counts[c], None if every or c in _WHOLE else FACET_VALUES) for c in columns}

    @property
    def forms(self) -> Counter[str]:
        """How many places are marked in all passages of the answer, by what is written there.

        Line breaks and blanks within a place do not make another form of it. Where ``estimate`` says so it is
        in a sample of the passages.
        """
        return self._counted[0]

    @property
    def estimate(self) -> Estimate | None:
        """What a sample says of all, of the occurrences too where ``forms`` were counted in it."""
        return self._estimate or self.sampled

    @property
    def _counted(self) -> tuple[Counter[str], Mapping[int, list[int]]]:
        """The marked places by what is written there, and the passages by how many they have."""
        # No cached_property: up to Python 3.11 that locks the forms of all answers while it counts.
        if self._forms is not None:
            return self._forms
        count: Counter[str] = Counter()
        passages: defaultdict[int, list[int]] = defaultdict(list)
        began = time.perf_counter()
        looked_at = 0
        for part in self.parts:
            keys: Sequence[int] = self._snapshot.keys(part.condition)
            if self.total > MOST and not self._complete:
                keys = keys[:: ceil(self.total / SAMPLE)]
            looked_at += len(keys)
            for key, found, marks in self.marked(part.plan.tier, keys):
                count.update(written(found.text[begin:end]) for _, end, begin in marks)
                passages[len(marks)].append(key)
        passages.pop(0, None)
        estimate = self.sampled
        if looked_at < self.total:
            estimate = Estimate(looked_at, self.total, 0.0)
        if estimate is not None:
            counting = (time.perf_counter() - began) * estimate.of / estimate.looked_at
            estimate = replace(estimate, seconds=round(estimate.seconds + counting, 1))
            squares = sum(marks**2 * len(keys) for marks, keys in passages.items())
            number = scaled(count.total(), squares, estimate.looked_at, estimate.of)
            self._estimate = replace(estimate, occurrences=number)
        self._forms = count, passages
        return self._forms

    def know(self, forms: Counter[str], passages: Mapping[int, list[int]]) -> None:
        """Keep these counts: the places by what is written there, the passages by how many they have."""
        self._forms = forms, passages
        self._estimate = None

    # --- highlighting ---------------------------------------------------------------------------------------

    def marked(self, tier: Tier, keys: Sequence[int]) -> Iterator[tuple[int, Subject, list[Mark]]]:
        """What is marked in these passages of a tier, by their keys, in no promised order."""
        matcher = self.highlighter(tier)
        subjects = subjects_of(self._store, keys, in_place=matcher.in_place)
        if matcher.run is None or (vectors := self._analyzer.vectors) is None:
            for key, found in subjects:
                yield key, found, matcher.marks(found)
            return
        while some := list(islice(subjects, WALKED)):
            places = vectors.places([found.text for _, found in some], matcher.run)
            for (key, found), spans in zip(some, places, strict=True):
                yield key, found, [(start, end, start) for start, end in spans]

    def spans(
        self, tier: Tier, text: str, document: StoredDocument, section: StoredSection | None
    ) -> tuple[Span, ...]:
        """What is marked in a passage of a tier."""
        return self.highlighter(tier).spans(subject(text, document, section))

    def highlighter(self, tier: Tier) -> Matcher:
        """What marks in the passages of a tier what was wanted there."""
        if tier not in self._matchers:
            query = self.plan.query
            wanted = {part.tier: part.wanted for part in (*self.plan.tiers, self.plan.further) if part}
            # The text in which overlapping places may be one: the run that was asked for.
            run = query.literal.text if isinstance(query.literal, Term) else query.text
            self._matchers[tier] = Matcher(wanted[tier], self._analyzer, query=run, across=query.across)
        return self._matchers[tier]
