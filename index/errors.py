"""The named errors of building and searching."""

from __future__ import annotations

from collections.abc import Mapping

from archive.errors import JuanzongError, said


class IndexingError(JuanzongError):
    """Base of the errors of this package."""

    code = "index_error"


class QueryError(IndexingError):
    """A query that cannot be answered as asked (too long, nested too deeply, an unknown option). HTTP 400."""

    code = "bad_query"


class OptionError(QueryError):
    """An option's value that is not one of those allowed; the archive knows the fields of its owner's own."""

    code = "bad_parameter"

    def __init__(self, parameter: str, value: object, known: tuple[str, ...]) -> None:
        self.parameter, self.value, self.allowed = parameter, str(value)[:40], ", ".join(known)
        message = said("{} is {!r}, which is none of: {}.", parameter, value, self.allowed)
        super().__init__(message, hint="Choose one of these.")


class NotFoundError(IndexingError):
    """A passage or document id that is not in the archive. HTTP 404. ``document``: the one that the passage
    was in, or None.
    """

    code = "not_found"

    def __init__(self, message: str, *, hint: str = "", document: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.document = document


class CardError(IndexingError):
    """A file that is not a query card, or one of another version. Exit status 2."""

    code = "bad_card"
    step = "Make one: juanzong card QUERY --json > card.json"


class ArchiveMissingError(IndexingError):
    """There is no archive in the data directory yet. HTTP 503, exit status 3."""

    code = "archive_missing"


class ArchiveBrokenError(IndexingError):
    """The archive in the data directory cannot be opened: damaged, or built by another version."""

    code = "archive_broken"
    step = "Build it anew: juanzong rebuild"


class BusyError(IndexingError):
    """Another build is going on in the same data directory."""

    code = "build_running"


class BuildError(IndexingError):
    """A build could not be completed; an archive that was there before is untouched."""

    code = "build_failed"


class ForeignHomeError(BuildError):
    """The data directory holds what this program did not make; nothing was written. Exit status 2."""

    code = "foreign_home"


class SameFolderError(BuildError):
    """The folder of texts is the data directory or lies in it; nothing was written. Exit status 2."""

    code = "same_folder"


class NothingToReadError(BuildError):
    """A folder holds no texts that can be read; an archive of it is kept, and no new one made."""

    code = "nothing_to_read"


class SourcesMissingError(BuildError):
    """So many source files are gone or cannot be read that the archive is kept as it is.

    Attributes:
        missing: their paths, by ``"gone"`` and ``"cannot be read"``; a folder means all files in it.
    """

    code = "sources_missing"

    def __init__(self, message: str, *, hint: str, missing: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(message, hint=hint)
        self.missing = missing


class EngineError(IndexingError):
    """An engine failed or cannot do what was asked."""

    code = "engine_error"

    def __init__(self, engine: str, reason: str, *, hint: str = "") -> None:
        super().__init__(said("{}: {}", engine, reason), hint=hint)
        self.engine = engine
        self.reason = reason


class EngineMissingError(EngineError):
    """The library of an engine is not installed."""

    code = "engine_missing"


class LibraryMissingError(IndexingError):
    """A library that an answer needs is not installed. Exit status 2."""

    code = "library_missing"


class ClusterError(EngineError):
    """A cluster cannot be reached, or refuses what was asked; the archive in it is as it was. HTTP 503.

    Attributes:
        passing: whether the same may succeed a little later.
    """

    code = "cluster_error"
    passing = False

    def __init__(self, reason: str, *, hint: str = "") -> None:
        super().__init__("opensearch", reason, hint=hint)


class ShardsLostError(ClusterError):
    """A node died that had a shard of an index that is being built, without replicas: build again."""
