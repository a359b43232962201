"""The archive as its faces see it: open a generation, search it, read it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from archive.errors import JuanzongError, said
from archive.model import Note
from archive.store import POSITION_BITS, DocumentFilter, StoredDocument
from index import requests, results
from index.errors import (
    ArchiveBrokenError,
    ArchiveMissingError,
    LibraryMissingError,
    NotFoundError,
    QueryError,
)
from index.generation import Generation
from index.generations import Home, resolve_home
from index.query.condition import EVERYTHING
from index.search.answer import Answer, Ranked
from index.search.cancellation import still_wanted
from index.search.context import document_ref, every_value, facets, hits_in_place, listed_document
from index.search.document_reading import document_named, passage_named
from index.search.filters import document_filter
from index.search.lists import AS_IT_COMES, Arrangement, arranged
from index.search.sampling import COUNTED_AT_ONCE, remarks_on
from index.search.searchable import Searchable, passages_across, remarks

if TYPE_CHECKING:
    from archive.citation import Cited
    from index.search.card import Card, Rerun
    from index.search.comparison import Comparisons
    from index.search.distribution import Sizes
    from index.search.document_reading import DocumentReading
    from index.search.explain import Explanation
    from index.search.export import Form
    from index.search.versions import Compared


class Archive(Searchable):
    """One open generation. Safe to use from several threads.

    Every method raises the named errors of ``index.errors`` and ``archive.errors``.

    Attributes:
        refused: why the generation that took this one's place cannot be opened, or None.
    """

    def __init__(self, generation: Generation, home: Home) -> None:
        super().__init__(generation)
        self.home = home
        self.refused: JuanzongError | None = None
        self._comparisons: Comparisons | None = None
        self._examples: tuple[str, ...] | None = None
        self._sizes: Sizes | None = None

    @classmethod
    def open(cls, home: Path | str | None = None, *, connections: int = 1, verify: bool = False) -> Archive:
        """The archive that is served from a data directory.

        Args:
            home: the data directory; None for that of the terminal (``JUANZONG_HOME``, ``./var`` …).
            connections: how many threads read texts at the same time.
            verify: compare the content of all its files first, see ``Home.open_current``.

        Raises:
            ArchiveMissingError: nothing was built there yet.
            ArchiveBrokenError: it is damaged, or built by another version.
            EngineMissingError: the library of its engine is not installed.
        """
        directory = Home(resolve_home() if home is None else Path(home))
        return cls(directory.open_current(connections=connections, verify=verify), directory)

    def close(self) -> None:
        """Release all files. Safe to call twice."""
        self.generation.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- searching ------------------------------------------------------------------------------------------

    def search(self, request: requests.SearchRequest | str, *, count_up_to: int = -1) -> results.SearchResult:
        """The answer to a request, or to a query alone.

        Args:
            count_up_to: passages up to which all places are counted unasked.

        Raises:
            QueryError: a query that is too long or nested too deeply, or an option out of its range.
        """
        began = time.perf_counter()
        request = requests.SearchRequest(request) if isinstance(request, str) else request
        answer = self.answer(request)
        page = partial(answer.page, request.sort, request.offset, request.limit)
        self.snapshot.prefetch(
            page, *(partial(ask, self, request, answer) for ask in (passages_across, remarks))
        )
        ranked = page()
        store = self.store
        hits = hits_in_place(store, answer, ranked, first_rank=request.offset + 1)
        by_occurrences = bool(request.facets) and request.facet_by == "occurrences"
        values = facets(self.folders, answer, request.facets, request.facet_by)
        across = passages_across(self, request, answer)
        problems, words = remarks(self, request, answer)
        meant: tuple[str, ...] = ()
        if answer.is_hardly_any and not across:  # what only punctuation parts is not a slip
            from index.suggestions.corrections import did_you_mean

            meant = did_you_mean(self, request, answer)
        forms = answer.forms if request.counts or by_occurrences or answer.total <= count_up_to else None
        estimate = answer.sampled if forms is None else answer.estimate
        known = forms is not None and (estimate is None or estimate.occurrences is None)
        return results.SearchResult(
            query=request.query,
            match=request.match,
            understood=answer.plan.understood,
            relaxed=answer.relaxed,
            engine=self.generation.manifest.engine,
            total=answer.total,
            documents=answer.documents,
            partial=answer.partial,
            unit=answer.unit,
            hits=hits,
            problems=(*answer.problems, *(remarks_on(estimate) if estimate else ()), *problems),
            words=tuple(results.PassageCount(word, count) for word, count in words.items()),
            occurrences=forms.total() if forms is not None and known else None,
            forms=tuple(results.FormCount(*form) for form in forms.most_common(results.MOST_FORMS))
            if forms is not None
            else None,
            estimate=estimate,
            facet_by=("occurrences" if by_occurrences else answer.unit) if values else None,
            facets={name: first for name, (first, _) in values.items()},
            facet_values={name: number for name, (_, number) in values.items()},
            did_you_mean=meant,
            across=across,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )

    def count(self, request: requests.SearchRequest, start: int = 0) -> results.Counted:
        """Exact numbers of a share of the passages that have to be looked at, from the ``start``-th on.

        Raises:
            QueryError: an option out of its range; or sections or documents are looked in, which are not
                in one share.
        """
        self.check(request)
        if request.within in ("section", "document"):
            raise QueryError(
                "What is in the same section or document cannot be counted in shares.",
                hint="Ask for the whole: complete=1",
            )
        answer = self.answer(request)
        keys = answer.candidates()
        share = keys[start : start + COUNTED_AT_ONCE]
        found = answer.among(share)
        of_answer = found.relaxed == answer.relaxed
        return results.Counted(
            looked_at=start + len(share),
            of=len(keys),
            passages=found.total if of_answer else 0,
            occurrences=found.forms.total() if of_answer else 0,
            problems=answer.problems,
        )

    def hits(
        self, request: requests.SearchRequest, *, neighbours: bool = True
    ) -> Iterator[results.PassageHit]:
        """Every hit of a request, from the first to the last: what all its pages have, whatever its limit.

        In the order of the archive memory does not grow with their number. ``neighbours``: with the texts
        before and after each. Raises QueryError like ``search``.
        """
        answer = self.answer(replace(request, complete=True))

        def found() -> Iterator[results.PassageHit]:
            rank = 1
            for ranked in answer.walk(request.sort):
                still_wanted()
                yield from hits_in_place(self.store, answer, ranked, first_rank=rank, neighbours=neighbours)
                rank += len(ranked)

        return found()

    def export(
        self, request: requests.SearchRequest, form: Form, context: int, address: str = ""
    ) -> Iterator[str | bytes]:
        """Every hit of a request as a file, a piece at a time (``index.search.export``). Raises like
        ``hits``.
        """
        from index.search.export import exported

        return exported(
            self.hits(request, neighbours=form == "ndjson"), form, context, self.cite, address, self.own
        )

    def card(self, request: requests.SearchRequest, address: str = "") -> Card:
        """How the numbers of a request came about, see ``index.search.card``. Raises like ``search``."""
        from index.search.card import made, question

        request = question(request)
        return made(self, request, self.search(replace(request, limit=0)), address)

    def rerun(self, card: Card) -> Rerun:
        """A card, asked again. Raises like ``search``: what is asked comes from the card."""
        from index.search.card import compared

        return compared(card, self.card(card.request))

    def concordance(self, request: requests.ConcordanceRequest) -> results.Concordance:
        """Every place that a search finds as a line, sorted, and grouped and counted where that is asked for.

        In the order of the archive no more passages are read than the lines need.

        Raises:
            QueryError: like ``search``; or there are too many lines to sort them.
        """
        from index.search.concordance import answered

        return answered(self, request)

    def lines(self, request: requests.ConcordanceRequest) -> Iterator[results.Line]:
        """All lines of a concordance, whatever its limit. Raises like ``concordance``."""
        from index.search.concordance import ConcordanceLines

        return ConcordanceLines(self, request).lines()

    def line_groups(self, request: requests.ConcordanceRequest) -> Sequence[results.FacetValue]:
        """All groups of a concordance. Raises like ``concordance``."""
        from index.search.concordance import ConcordanceLines

        return ConcordanceLines(self, request).groups()

    def collocates(self, request: requests.AssociationRequest) -> results.Associations:
        """What stands out near the places of a search, see ``index.search.comparison``.

        Raises:
            QueryError: like ``search``, or an option out of its range.
            LibraryMissingError: numpy is not installed.
        """
        return self._compared().collocates(request)

    def keyness(self, request: requests.AssociationRequest) -> results.Associations:
        """What the passages of a search have more of than others. Raises like ``collocates``."""
        return self._compared().keyness(request)

    def compare(self, one: str, other: str) -> Compared:
        """Two documents side by side, see ``index.search.versions``.

        Raises:
            NotFoundError: there is no such document.
        """
        from index.search.versions import side_by_side

        stored = [document_named(self.store, name)[0] for name in (one, other)]
        left, right = (self.document_parts(document.id) for document in stored)
        found = side_by_side(left, right, self.analyzer.folding)
        return replace(found, documents=tuple(map(document_ref, stored)))

    def _compared(self) -> Comparisons:
        if self._comparisons is None:
            if (vectors := self.analyzer.vectors) is None:
                raise LibraryMissingError(
                    "Collocates and keyness need numpy, which is not installed.",
                    hint='Install it: pip install "juanzong[fast]"',
                )
            from index.search.comparison import Comparisons

            self._comparisons = Comparisons(self, vectors)
        return self._comparisons

    def distribution(
        self,
        request: requests.SearchRequest,
        queries: Sequence[str],
        by: requests.By,
        parts: int = 0,
        *,
        every: bool = False,
    ) -> results.Distribution:
        """Where the hits of queries are, see ``index.search.distribution``; the request's own query is not
        asked.

        Raises:
            QueryError: like ``search``, or too many queries or parts.
        """
        from index.search.distribution import Sizes, distribution

        if self._sizes is None:
            self._sizes = Sizes(self.store)
        return distribution(self, self._sizes, request, queries, by, parts, every=every)

    def suggest(self, text: str, limit: int = 8) -> tuple[results.PassageCount, ...]:
        """What may be meant by a query that is still being typed: up to 50 queries that find something.

        Its last word is completed: by characters in any form, by pinyin, by initials, or by a mixture.
        """
        from index.suggestions.suggest import suggest

        return suggest(self, text, limit)

    def explain(self, request: requests.SearchRequest, passage_id: str) -> Explanation:
        """How the query and a passage were cut, which parts matched where, and what each gave to the score.

        Raises:
            NotFoundError: there is no such passage.
            QueryError: like ``search``.
        """
        from index.search.explain import explain

        self.check(request)
        key, moved_from = passage_named(self.store, passage_id)
        answer = self.answer(replace(request, complete=True))
        return replace(explain(self.generation, answer, request, key), moved_from=moved_from)

    # --- reading --------------------------------------------------------------------------------------------

    def passage(self, passage_id: str, query: requests.SearchRequest | None = None) -> results.PassageHit:
        """A passage in its place, with rank 0; with a query, marked is what that finds in it.

        Of an id that is not in the archive any more it is the passage that took its place.

        Raises:
            NotFoundError: there is no such passage, and none that took its place.
        """
        key, moved_from = passage_named(self.store, passage_id)
        answer = self._answer_for_reading(query, key >> POSITION_BITS)
        tier = None if answer is None else answer.tiers_of([key]).get(key)
        found = Ranked(key, 0.0, tier or "exact")
        (hit,) = hits_in_place(self.store, answer if tier else None, [found], first_rank=0)
        return replace(hit, moved_from=moved_from)

    def document(
        self, document_id: str, request: requests.SearchRequest | None = None, *, part: int = 1, at: str = ""
    ) -> results.DocumentView:
        """A document in reading order; with a request, marked is what its query finds in it.

        Of a document of more than a million characters a part: the one of this number, or the last; or that
        with the passage ``at``, if the document has it. Of an id that is not in the archive any more it is
        the document that took its place.

        Raises:
            NotFoundError: there is no such document, and none that took its place.
        """
        reading, moved_from = self._reading(document_id, request)
        view = reading.part(part, self.store.passage_key(at) if at else None)
        return replace(view, moved_from=moved_from)

    def document_parts(
        self, document_id: str, request: requests.SearchRequest | None = None
    ) -> Iterator[results.DocumentView]:
        """All of a document, a part at a time if it is long; the places in the other parts are not counted.

        Raises:
            NotFoundError: there is no such document.
        """
        reading, moved_from = self._reading(document_id, request)
        for view in reading.parts():
            yield replace(view, moved_from=moved_from)

    def cite(self, identifier: str) -> Cited:
        """What a citation of a passage or of a document names, by its id.

        Raises:
            NotFoundError: there is neither, and none that took its place.
        """
        from index.search.document_reading import cited_by_id

        return cited_by_id(self.store, identifier)

    def _reading(
        self, document_id: str, request: requests.SearchRequest | None
    ) -> tuple[DocumentReading, str | None]:
        from index.search.document_reading import DocumentReading

        document, moved_from = document_named(self.store, document_id)
        answer = self._answer_for_reading(request, document.key)
        return DocumentReading(self.store, document, answer), moved_from

    def original(self, document_id: str) -> tuple[str | None, str, bytes | None]:
        """The source folder, the path in it of a document's file, and the digest of what was read.

        Raises:
            NotFoundError: there is no such document, and none that took its place.
        """
        document, _ = document_named(self.store, document_id)
        source = self.store.source(document.path)
        return self.home.settings().folder, document.path, None if source is None else source.digest

    def neighbours(self, document_id: str) -> tuple[results.DocumentRef | None, results.DocumentRef | None]:
        """The documents before and after one that is in the archive, in the order of the archive."""
        store = self.store
        document, _ = document_named(store, document_id)
        before, after = store.documents_beside(document.key)
        first, last = (None if each is None else document_ref(each) for each in (before, after))
        return first, last

    def document_successor(self, document_id: str) -> str | None:
        """The id of the document that took the place of one that is gone; None where there is none."""
        try:
            document, moved_from = document_named(self.store, document_id)
        except NotFoundError:
            return None
        return document.id if moved_from is not None else None

    def _answer_for_reading(self, request: requests.SearchRequest | None, document: int) -> Answer | None:
        """The answer in the whole archive: a filter says where to search, not what to mark.

        If that is a sample only, all of it in the document of this key.
        """
        if request is None or not request.query.strip():
            return None
        request = request.unfiltered
        answer = self.answer(request)
        if answer.sampled is None:
            return answer
        name = self.store.documents([document])[document].id
        return self.answer(replace(request, documents=(name,), complete=True))

    # --- what is here ---------------------------------------------------------------------------------------

    def health(self) -> None:
        """Raise what is wrong with the archive, though this one, whose files are open, may answer still.

        Raises:
            ArchiveMissingError: there is none in the data directory any more.
            ArchiveBrokenError, EngineMissingError: what is there now is damaged, or files of it are gone.
            StoreError, EngineError: damage was found while this one answered.
        """
        generation = self.generation
        if (found := self.refused or generation.damage()) is not None:
            raise found
        name = self.home.current()
        if name is None:
            raise ArchiveMissingError(
                said("There is no archive in {} any more.", self.home.path), hint=ArchiveBrokenError.step
            )
        if name == generation.name and (wrong := generation.manifest.changed_sizes(generation.path)):
            raise ArchiveBrokenError(said("{}: {} is gone or was changed.", generation.path, wrong[0]))

    def stats(self) -> results.ArchiveStats:
        """What is here."""
        manifest = self.generation.manifest
        return results.ArchiveStats(
            generation=self.generation.name,
            engine=manifest.engine,
            documents=manifest.documents,
            sections=manifest.sections,
            passages=manifest.passages,
            characters=manifest.characters,
            built=manifest.built,
            left_out=manifest.left_out,
            files=self.store.files(),
            source_folder=self.home.settings().folder,
            settings=manifest.analysis,
        )

    def browse(self, name: requests.BrowseName) -> list[results.FacetValue]:
        """The values by which the archive can be browsed, each with the number of its documents.

        For ``year`` the number is that of its passages.
        """
        store = self.store
        if name == "year":
            counts = self.snapshot.facets(EVERYTHING, ("year",), 10_000)["year"]
            return [results.FacetValue(str(year), str(year), count) for year, count in sorted(counts.top)]
        counted = store.collections() if name == "collection" else store.authors()
        return [results.FacetValue(value, value, count) for value, count in counted]

    def documents(
        self,
        collection: str | None = None,
        author: str | None = None,
        offset: int = 0,
        limit: int = 100,
        how: Arrangement = AS_IT_COMES,
    ) -> tuple[int, list[results.DocumentRef]]:
        """How many documents there are (of a collection, of an author), and some of them in order.

        The collection ``""`` is the top of the source folder.
        """
        asked = requests.SearchRequest("", authors=() if author is None else (author,))
        wanted = replace(document_filter(asked, self.store), folder=collection)
        total, found = self._listed(wanted, how, offset, limit)
        return total, [document_ref(document) for document in found]

    def _listed(
        self, wanted: DocumentFilter, how: Arrangement, offset: int, limit: int
    ) -> tuple[int, list[StoredDocument]]:
        store = self.store
        if how == AS_IT_COMES:
            return store.count_documents(wanted), store.list_documents(wanted, offset=offset, limit=limit)
        named = ((d.key, d.title, d.passages) for d in store.walk_documents(wanted))
        found = arranged(named, how, self.analyzer, itemgetter(1), itemgetter(2))
        keys = [key for key, _, _ in found[offset : offset + limit]]
        documents = store.documents(keys)
        return len(found), [documents[key] for key in keys]

    def values(
        self, request: requests.SearchRequest, name: requests.FacetName, how: Arrangement = AS_IT_COMES
    ) -> list[results.FacetValue]:
        """All values of a facet of what a request finds, the most frequent first unless arranged otherwise.

        Without a query those of the archive, with the number of their documents (``browse``).

        Raises:
            QueryError: an option out of its range.
        """
        self.check(replace(request, facets=(name,)))
        values: Sequence[results.FacetValue]
        if request.query.strip():
            values = every_value(self.folders, self.answer(request), name, request.facet_by)
        else:
            values = self.browse(cast(requests.BrowseName, name))
        return arranged(values, how, self.analyzer, attrgetter("label"), attrgetter("count"))

    def listed(self, request: requests.SearchRequest, how: Arrangement = AS_IT_COMES) -> results.DocumentList:
        """A page of the documents that the filters of a request leave, whatever its query is.

        Raises:
            QueryError: an option out of its range.
        """
        self.check(request)
        total, found = self._listed(document_filter(request, self.store), how, request.offset, request.limit)
        return results.DocumentList(total, request.offset, tuple(map(listed_document, found)))

    def each_document(
        self, request: requests.SearchRequest, how: Arrangement = AS_IT_COMES
    ) -> Iterator[results.ListedDocument]:
        """All of them, from the first to the last; as they come no more than a thousand are held."""
        store = self.store
        wanted = document_filter(request, store)
        if how == AS_IT_COMES:
            return map(listed_document, store.walk_documents(wanted))
        return map(listed_document, self._listed(wanted, how, 0, store.count_documents(wanted))[1])

    def report(self) -> list[Note]:
        """What the build noted of its sources."""
        return list(self.store.notes())

    def has_folder(self, folder: str) -> bool:
        """Whether a document is in this folder or below it; ``史部/`` is 史部, ``""`` the top."""
        return not folder or self.folders.has(folder)

    def examples(self) -> tuple[str, ...]:
        """Up to four queries that find something here; fewer only where there is little to find."""
        if self._examples is None:
            from index.suggestions.suggest import examples

            self._examples = examples(self)
        return self._examples
