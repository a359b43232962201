"""Juanzong (卷宗), a searchable full-text archive for Chinese texts, as a Python package.

    import juanzong

    juanzong.rebuild("home", "texts")
    with juanzong.Archive.open("home") as archive:
        for hit in archive.hits(juanzong.SearchRequest("派出所")):
            print(hit.document.title, hit.text)

These names are what is public; ``docs/using/python.md`` says what is promised of them. Each is imported when
it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archive.citation import STYLES as STYLES
    from archive.citation import Cited as Cited
    from archive.errors import JuanzongError as JuanzongError
    from archive.errors import SourceError as SourceError
    from archive.errors import StoreError as StoreError
    from archive.model import Note as Note
    from index.archive import Archive as Archive
    from index.build import rebuild as rebuild
    from index.errors import ArchiveBrokenError as ArchiveBrokenError
    from index.errors import ArchiveMissingError as ArchiveMissingError
    from index.errors import BuildError as BuildError
    from index.errors import BusyError as BusyError
    from index.errors import EngineError as EngineError
    from index.errors import NotFoundError as NotFoundError
    from index.errors import QueryError as QueryError
    from index.report import BuildReport as BuildReport
    from index.report import Progress as Progress
    from index.results import ArchiveStats as ArchiveStats
    from index.results import Association as Association
    from index.results import AssociationRequest as AssociationRequest
    from index.results import Associations as Associations
    from index.results import Concordance as Concordance
    from index.results import ConcordanceRequest as ConcordanceRequest
    from index.results import Distribution as Distribution
    from index.results import DistributionQuery as DistributionQuery
    from index.results import DistributionRow as DistributionRow
    from index.results import DocumentRef as DocumentRef
    from index.results import DocumentView as DocumentView
    from index.results import FacetValue as FacetValue
    from index.results import FormCount as FormCount
    from index.results import Line as Line
    from index.results import ListedDocument as ListedDocument
    from index.results import PassageCount as PassageCount
    from index.results import PassageHit as PassageHit
    from index.results import PassageSpan as PassageSpan
    from index.results import PieceView as PieceView
    from index.results import SearchRequest as SearchRequest
    from index.results import SearchResult as SearchResult
    from index.results import SectionView as SectionView
    from index.results import to_json as to_json
    from index.search.card import Card as Card
    from index.search.card import CardArchive as CardArchive
    from index.search.card import CardText as CardText
    from index.search.card import Difference as Difference
    from index.search.card import Rerun as Rerun
    from index.search.tables import table as table
    from index.update import update as update

    __version__: str

_NAMES = {
    "archive.citation": ("STYLES", "Cited"),
    "archive.errors": ("JuanzongError", "SourceError", "StoreError"),
    "archive.model": ("Note",),
    "index.archive": ("Archive",),
    "index.build": ("rebuild",),
    "index.errors": (
        *("ArchiveBrokenError", "ArchiveMissingError", "BuildError", "BusyError", "EngineError"),
        *("NotFoundError", "QueryError"),
    ),
    "index.report": ("BuildReport", "Progress"),
    "index.results": (
        *("ArchiveStats", "Association", "AssociationRequest", "Associations", "Concordance"),
        *("ConcordanceRequest", "Distribution", "DistributionQuery", "DistributionRow", "DocumentRef"),
        *("DocumentView", "FacetValue", "FormCount", "Line", "ListedDocument", "PassageCount", "PassageHit"),
        *("PassageSpan", "PieceView", "SearchRequest", "SearchResult", "SectionView", "to_json"),
    ),
    "index.search.card": ("Card", "CardArchive", "CardText", "Difference", "Rerun"),
    "index.search.tables": ("table",),
    "index.update": ("update",),
}
_WHERE = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("juanzong")
    if name not in _WHERE:
        raise AttributeError(f"module 'juanzong' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_WHERE[name]), name)
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
