"""Opening a generation: its files are compared, then its texts, index, words and vocabulary are opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from archive.errors import JuanzongError, StoreError, out_of_files_named, reason_of, said
from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.engines.base import Engine
from index.engines.guarded import GuardedSnapshot
from index.errors import ArchiveBrokenError, ClusterError, EngineError, EngineMissingError
from index.manifest import INDEX, TEXTS, VOCABULARY, WORDS, Manifest
from index.suggestions.vocabulary import Vocabulary

SMALL = 1_000_000
"""Bytes of an index up to which its content is compared whenever it is opened: a millisecond."""


class Generation(Struct, frozen=True):
    """An open generation. It answers until it is closed, also when a build has removed its files by then.

    Attributes:
        analyzer: what its texts were cut with, for queries.
        notes: what differs here from where it was built, without being in the way.
    """

    name: str
    path: Path
    manifest: Manifest
    store: TextStore
    snapshot: GuardedSnapshot
    analyzer: Analyzer
    vocabulary: Vocabulary
    notes: tuple[str, ...] = ()

    def damage(self) -> JuanzongError | None:
        """What was found to be damaged while it answered, if anything was."""
        return self.store.damage or self.snapshot.damage

    def close(self) -> None:
        """Release all files. Safe to call twice."""
        self.snapshot.close()
        self.store.close()


@out_of_files_named()
def opened(
    folder: Path, engine_by_name: Callable[[str], Engine], *, connections: int, verify: bool
) -> Generation:
    """Open a generation; see ``index.generations.Home.open_current``."""
    try:
        manifest = Manifest.read(folder)
    except FileNotFoundError as error:
        raise ArchiveBrokenError(said("{}: the generation is not there.", folder)) from error
    if wrong := manifest.changed_sizes(folder):
        raise ArchiveBrokenError(
            said(
                "{}: {} is missing, cut off or a link ({} in all).", folder, ", ".join(wrong[:3]), len(wrong)
            )
        )
    index = [file for file in manifest.files if file.startswith(f"{INDEX}/")]
    small = sum(manifest.files[file].size for file in index) <= SMALL
    compared = None if verify else index if small else ()
    for file, reason in manifest.damaged(folder, compared):
        raise ArchiveBrokenError(said("{}: {} is damaged: {}.", folder, file, reason))
    engine = engine_by_name(manifest.engine)
    analyzer, notes = _analyzer(folder, manifest)
    vocabulary = Vocabulary(folder / VOCABULARY)
    try:
        written = None if verify else manifest.files[TEXTS].digest
        store = TextStore(folder / TEXTS, connections=connections, written=written)
        try:
            snapshot = GuardedSnapshot(manifest.engine, engine.open(folder / INDEX))
        except BaseException:
            store.close()
            raise
    except (EngineMissingError, ClusterError):
        raise
    except (StoreError, EngineError, OSError) as error:
        here = engine.version
        other = "" if here == manifest.engine_version else f", this is version {here}"
        made = f"built with {manifest.engine} {manifest.engine_version}{other}"
        raise ArchiveBrokenError(said("{}: {} ({})", folder, reason_of(error), made)) from error
    return Generation(folder.name, folder, manifest, store, snapshot, analyzer, vocabulary, notes)


def _analyzer(folder: Path, manifest: Manifest) -> tuple[Analyzer, tuple[str, ...]]:
    """The analyzer of a generation, and what it does otherwise than where the generation was built."""
    try:
        analyzer = Analyzer.from_settings(manifest.analysis, folder / WORDS)
    except (JuanzongError, ValueError, KeyError) as error:
        raise ArchiveBrokenError(said("{}: {}", folder, reason_of(error))) from error
    here = analyzer.settings()
    other = [name for name in here if here[name] != manifest.analysis.get(name)]
    changed = [f"{name} was {manifest.analysis.get(name)!r}, is {here[name]!r}" for name in other]
    if {"folding", "tables"} & set(other):
        raise ArchiveBrokenError(
            said(
                "{}: the texts were analysed otherwise than queries are now: {}.", folder, "; ".join(changed)
            )
        )
    return analyzer, tuple(changed)
