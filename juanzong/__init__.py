"""Juanzong (卷宗), a searchable full-text archive for Chinese texts, as a Python package.

    import juanzong

    juanzong.rebuild("home", "texts")
    with juanzong.Archive.open("home") as archive:
        for hit in archive.hits(juanzong.SearchRequest("派出所")):
            print(hit.document.title, hit.text)

These names are what is public; ``docs/using/python.md`` says what is promised of them.
"""

from importlib.metadata import version

from archive.citation import STYLES, Cited
from archive.errors import JuanzongError, SourceError, StoreError
from archive.model import Note
from index.archive import Archive
from index.build import rebuild
from index.errors import (
    ArchiveBrokenError,
    ArchiveMissingError,
    BuildError,
    BusyError,
    EngineError,
    NotFoundError,
    QueryError,
)
from index.report import BuildReport, Progress
from index.requests import AssociationRequest, ConcordanceRequest, SearchRequest
from index.results import (
    ArchiveStats,
    Association,
    Associations,
    Concordance,
    Distribution,
    DistributionQuery,
    DistributionRow,
    DocumentRef,
    DocumentView,
    FacetValue,
    FormCount,
    Line,
    ListedDocument,
    PassageCount,
    PassageHit,
    PassageSpan,
    PieceView,
    SearchResult,
    SectionView,
    to_json,
)
from index.search.card import Card, CardArchive, CardText, Difference, Rerun
from index.search.table_files import table
from index.search.versions import Compared, ComparedParagraph, ComparedPiece, ComparedRow
from index.update import update

__version__ = version("juanzong")

__all__ = [
    "STYLES",
    "Archive",
    "ArchiveBrokenError",
    "ArchiveMissingError",
    "ArchiveStats",
    "Association",
    "AssociationRequest",
    "Associations",
    "BuildError",
    "BuildReport",
    "BusyError",
    "Card",
    "CardArchive",
    "CardText",
    "Cited",
    "Compared",
    "ComparedParagraph",
    "ComparedPiece",
    "ComparedRow",
    "Concordance",
    "ConcordanceRequest",
    "Difference",
    "Distribution",
    "DistributionQuery",
    "DistributionRow",
    "DocumentRef",
    "DocumentView",
    "EngineError",
    "FacetValue",
    "FormCount",
    "JuanzongError",
    "Line",
    "ListedDocument",
    "NotFoundError",
    "Note",
    "PassageCount",
    "PassageHit",
    "PassageSpan",
    "PieceView",
    "Progress",
    "QueryError",
    "Rerun",
    "SearchRequest",
    "SearchResult",
    "SectionView",
    "SourceError",
    "StoreError",
    "rebuild",
    "table",
    "to_json",
    "update",
]
