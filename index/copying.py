"""A copy of an archive: another data directory or a cluster, another engine, and no source file is read."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from archive.errors import said
from archive.sources import SourceFile
from index.analysis.analyzer import Analyzer
from index.build import build_from
from index.building.job import Job, Sources
from index.errors import BuildError
from index.generations import Home
from index.manifest import TEXTS, WORDS
from index.report import BuildReport, ProgressCallback, silent
from index.spawning import refuse_unguarded


def copy(
    source: Home,
    target: Home,
    *,
    engine: str = "auto",
    replacing: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build in ``target`` what ``source`` has, out of its texts. Links, settings and reports go with it.

    Args:
        replacing: also where the archive of another folder is there.

    Raises:
        ArchiveMissingError, ArchiveBrokenError: there is nothing to copy, or it is damaged.
        ClusterError: a cluster cannot be reached, or refuses.
        BuildError: the archive of another folder is there, or the copy could not be completed.
        BusyError, ForeignHomeError, EngineMissingError: like ``index.build.rebuild``.
    """
    refuse_unguarded()
    with closing(source.open_current(verify=True)) as base:
        settings = source.settings()
        folder = Path(settings.folder or "")
        archived = base.store.sources()
        files = tuple(
            SourceFile(folder / path, path, one.size, one.mtime_ns) for path, one in archived.items()
        )
        sources = Sources(files, base.store.notes(unread=True), texts=base.path / TEXTS, kept=archived)
        analyzer = Analyzer.from_settings(base.manifest.analysis, base.path / WORDS, many=True)
        with target.lock():
            if target.known() and target.settings().folder != settings.folder and not replacing:
                raise BuildError(
                    said("{} holds the archive of another folder. Nothing was copied.", target.path),
                    hint="Name another place, or replace that archive: --replace",
                )
            wanted = replace(settings, engine=engine, address=target.address)
            job = Job(target, wanted, progress or silent, may_empty=True, allow_missing=True)
            return build_from(job, sources, analyzer, base.path / TEXTS)
