"""The named errors of building and searching."""

from __future__ import annotations

from archive.errors import JuanzongError


class IndexingError(JuanzongError):
    """Base of the errors of this package."""

    code = "index_error"


class QueryError(IndexingError):
    """A query that cannot be answered as asked (too long, nested too deeply, an unknown option). HTTP 400."""

    code = "bad_query"


class NotFoundError(IndexingError):
    """A passage or document id that is not in the archive. HTTP 404.

    Attributes:
        document: the id of the document that the passage was in, where that is in the archive; else None.
    """

    code = "not_found"

    def __init__(self, message: str, *, hint: str = "", document: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.document = document


class ArchiveMissingError(IndexingError):
    """There is no archive in the data directory yet. HTTP 503, exit status 3."""

    code = "archive_missing"


class ArchiveBrokenError(IndexingError):
    """The archive in the data directory cannot be opened: damaged, or built by another version."""

    code = "archive_broken"


class BusyError(IndexingError):
    """Another build is going on in the same data directory."""

    code = "build_running"


class BuildError(IndexingError):
    """A build could not be completed; the archive that was there before is untouched."""

    code = "build_failed"


class SameFolderError(BuildError):
    """The data directory was named as the folder of texts too; nothing was written. Exit status 2."""

    code = "same_folder"


class NothingToReadError(BuildError):
    """The remembered folder holds no texts any more; the archive, which has documents, is kept."""

    code = "nothing_to_read"


class EngineError(IndexingError):
    """An engine failed or cannot do what was asked.

    Attributes:
        engine: its name.
    """

    code = "engine_error"

    def __init__(self, engine: str, reason: str, *, hint: str = "") -> None:
        super().__init__(f"{engine}: {reason}", hint=hint)
        self.engine = engine
        self.reason = reason


class EngineMissingError(EngineError):
    """The library of an engine is not installed."""

    code = "engine_missing"
