"""Juanzong (卷宗), a searchable full-text archive for Chinese texts, as a Python package.

    import juanzong

    juanzong.rebuild("home", "texts")
    with juanzong.Archive.open("home") as archive:
        for hit in archive.hits(juanzong.SearchRequest("派出所")):
            print(hit.document.title, hit.text)

These names are what is public; ``docs/using/python.md`` says what is promised of them.
"""

from importlib.metadata import version as _version

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
from index.requests import AssociationRequest as AssociationRequest
from index.requests import ConcordanceRequest as ConcordanceRequest
from index.requests import SearchRequest as SearchRequest
from index.results import ArchiveStats as ArchiveStats
from index.results import Association as Association
from index.results import Associations as Associations
from index.results import Concordance as Concordance
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
from index.results import SearchResult as SearchResult
from index.results import SectionView as SectionView
from index.results import to_json as to_json
from index.search.card import Card as Card
from index.search.card import CardArchive as CardArchive
from index.search.card import CardText as CardText
from index.search.card import Difference as Difference
from index.search.card import Rerun as Rerun
from index.search.export import table as table
from index.search.versions import Compared as Compared
from index.search.versions import ComparedParagraph as ComparedParagraph
from index.search.versions import ComparedPiece as ComparedPiece
from index.search.versions import ComparedRow as ComparedRow
from index.update import update as update

__version__ = _version("juanzong")
