"""What the browser face asks of an archive: the part of ``index.search.Archive`` that it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol, TypeAlias

from archive.model import Note
from index.answering.exported import Form
from index.results import (
    ArchiveStats,
    BrowseName,
    DocumentList,
    DocumentRef,
    DocumentView,
    FacetValue,
    PassageHit,
    SearchRequest,
    SearchResult,
    Suggestion,
)


class Named(Protocol):
    """What has a name."""

    @property
    def name(self) -> str:
        """The name."""
        ...


class Archive(Protocol):
    """An open generation. Every method raises the named errors of ``index.errors``."""

    @property
    def generation(self) -> Named:
        """The generation, which has a name."""
        ...

    def health(self) -> None:
        """Raise what is wrong with the archive, though it may answer still."""
        ...

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to a request."""
        ...

    def export(self, request: SearchRequest, form: Form, context: int) -> Iterator[str]:
        """All that a request finds as the lines of a file."""
        ...

    def passage(self, passage_id: str, query: SearchRequest | None = None) -> PassageHit:
        """One passage in its place; with a query, what it matches there."""
        ...

    def suggest(self, text: str, limit: int = 8) -> Sequence[Suggestion]:
        """Queries that may be meant by what is being typed."""
        ...

    def explain(self, request: SearchRequest, passage_id: str) -> dict[str, Any]:
        """Why a passage is found, and what each part of the query gave to its score."""
        ...

    def document(
        self, document_id: str, request: SearchRequest | None = None, *, part: int = 1, at: str = ""
    ) -> DocumentView:
        """A document, or a part of a long one; with a request, what its query matches there."""
        ...

    def document_successor(self, document_id: str) -> str | None:
        """The id of the document that took the place of one that is gone."""
        ...

    def stats(self) -> ArchiveStats:
        """What is here."""
        ...

    def browse(self, name: BrowseName) -> Sequence[FacetValue]:
        """The values by which the archive can be browsed, with the number of their documents."""
        ...

    def documents(
        self, collection: str | None = None, author: str | None = None, offset: int = 0, limit: int = 100
    ) -> tuple[int, Sequence[DocumentRef]]:
        """How many documents there are, and some of them in the order of the archive."""
        ...

    def listed(self, request: SearchRequest) -> DocumentList:
        """A page of the documents that the filters of a request leave, with their sizes."""
        ...

    def has_folder(self, folder: str) -> bool:
        """Whether a document is in this folder or below it."""
        ...

    def report(self) -> Sequence[Note]:
        """What the build noted of its sources."""
        ...

    def examples(self) -> Sequence[str]:
        """Four queries that find something here."""
        ...


OpenArchive: TypeAlias = Callable[[], Archive]
"""Gives the archive that is served now; raises ``ArchiveMissingError`` or ``ArchiveBrokenError``."""
