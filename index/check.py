"""Comparing the sources, the stored texts and the index of an archive, and saying what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from archive.digests import Ordinals
from archive.errors import JuanzongError, StoreError
from archive.model import Document, Note
from archive.passages import Cutter
from archive.readers import read
from archive.sources import SourceFile
from archive.store import FileCounts, StoredDocument
from index.building import pipeline
from index.building.job import Job, Sources, difference, scanned
from index.errors import EngineError
from index.generation import Generation
from index.generations import Home
from index.query import condition as asked
from index.report import Progress, ProgressCallback, silent

SAMPLE = 300
"""Passages and files that are compared one by one, unless all are asked for."""

_LONGEST = 200  # characters of a passage that are searched for at once; a longer one is searched in parts
_NAMED = 20  # differences of one kind that are named; the others are counted


class CheckReport(Struct, frozen=True):
    """What was compared and what differs: the output of ``juanzong check --json``.

    Attributes:
        findings: one note a difference; the path is that of a source file, or of a file of the generation.
        files, passages: how many source files were read again, and passages searched for.
        all_files, all_passages: of how many; no files where the folder cannot be read.
        archived: how many files are in the archive; what was left out no comparison misses.
    """

    generation: str
    files: int
    passages: int
    all_files: int
    all_passages: int
    archived: FileCounts
    findings: tuple[Note, ...]


def check(
    home: Home | Path, *, complete: bool = False, progress: ProgressCallback | None = None
) -> CheckReport:
    """Compare everything that can be compared cheaply, and a sample, or all, of the rest.

    Always: the digests of the generation's files, SQLite's own check, the keys in texts and index, the
    contents of all source files. Of a sample: whether a file read again gives the stored passages, and
    whether the index finds a passage by its own characters, on all cores.

    Raises: like ``Home.open_current``.
    """
    home = home if isinstance(home, Home) else Home(Path(home))
    report = progress or silent
    with closing(home.open_current(connections=pipeline.cores())) as generation:
        generation.store.read_as_it_is()
        checking = _Check(home, generation, complete, report)
        findings = tuple(checking.findings())
        return CheckReport(
            generation.name,
            checking.files,
            checking.searched,
            checking.all_files,
            generation.manifest.passages,
            generation.store.files(),
            findings,
        )


class _Check:
    def __init__(
        self, home: Home, generation: Generation, complete: bool, progress: ProgressCallback
    ) -> None:
        self._home = home
        self._generation = generation
        self._complete = complete
        self._progress = progress
        self.files = 0
        self.all_files = 0
        self.searched = 0

    def findings(self) -> Iterator[Note]:
        for part in (self._own_files, self._counts, self._containment, self._sources):
            found: list[Note] = []
            try:
                found.extend(part())
            except (StoreError, EngineError) as error:
                found.append(Note(self._name(""), "damaged", f"{error.message}."))
            yield from found[:_NAMED]
            if len(found) > _NAMED:
                yield Note(
                    found[-1].path,
                    found[-1].code,
                    f"… and {len(found) - _NAMED} more differences of this kind.",
                )

    def _own_files(self) -> Iterator[Note]:
        generation = self._generation
        for name, reason in generation.manifest.damaged(generation.path):
            yield Note(self._name(name), "damaged", f"{reason}.")
        if (problem := generation.store.integrity()) is not None:
            yield Note(self._name("texts.sqlite"), "damaged", f"SQLite finds: {problem}.")
        elif astray := self._generation.store.links_astray():
            yield Note(
                self._name("texts.sqlite"), "damaged", f"{astray} links to what is gone lead to nothing."
            )

    def _name(self, name: str) -> str:
        return f"generations/{self._generation.name}/{name}"

    def _counts(self) -> Iterator[Note]:
        manifest = self._generation.manifest
        statistics = self._generation.store.statistics()
        for name in ("documents", "sections", "passages", "characters"):
            written, found = getattr(manifest, name), getattr(statistics, name)
            if written != found:
                yield Note(
                    self._name("texts.sqlite"), "count", f"has {found} {name}, the manifest says {written}."
                )
        keys = self._generation.store.keys(), self._generation.snapshot.keys(asked.EVERYTHING)
        if keys[0] == keys[1]:
            return  # sets would need the most memory of all
        stored, indexed = map(set, keys)
        if lacking := len(stored - indexed):
            yield Note(self._name("index"), "not_indexed", f"{lacking} stored passages are not in the index.")
        if further := len(indexed - stored):
            yield Note(self._name("index"), "not_stored", f"{further} indexed passages have no text.")

    def _containment(self) -> Iterator[Note]:
        store, cores = self._generation.store, pipeline.cores()
        every = 1 if self._complete else max(1, self._generation.manifest.passages // SAMPLE)
        done = 0
        with ThreadPoolExecutor(cores) as pool:
            for rows in store.scan():
                sample = rows[-(done + 1) % every :: every]
                done += len(rows)
                # Engines in native code leave Python to the others while they search.
                lots = (sample[start::cores] for start in range(cores))
                lost = sorted(key for keys in pool.map(self._not_found, lots) for key in keys)
                self.searched += len(sample)
                for passage in store.passages(lost):
                    document = store.documents([passage.document_key])[passage.document_key]
                    reason = f"the passage {passage.id} is not found by its own characters."
                    yield Note(document.path, "not_found", reason)
                self._progress(Progress("check", done, self._generation.manifest.passages))

    def _not_found(self, rows: Sequence[tuple[int, str]]) -> list[int]:
        """The keys of those passages that the index does not find by their own characters."""
        count = self._generation.snapshot.count
        wanted = ((key, tuple(self._conditions(text))) for key, text in rows)
        return [
            key for key, parts in wanted if parts and count(asked.All((*parts, asked.KeyIn((key,))))) != 1
        ]

    def _conditions(self, text: str) -> Iterator[asked.Condition]:
        analyzer = self._generation.analyzer
        normal = analyzer.normal_text(text)
        grams = analyzer.grams(normal)
        for start in range(0, len(grams), _LONGEST):
            yield asked.TokenPhrase("grams", tuple(grams[start : start + _LONGEST]))
        if not grams and normal:
            yield asked.AnyToken("chars", (normal[0],))

    def _sources(self) -> Iterator[Note]:
        settings = self._home.settings()
        if settings.folder is None:
            yield Note("settings.json", "no_folder", "names no source folder: sources were not compared.")
            return
        try:
            sources = scanned(Job(self._home, settings, self._progress))
        except JuanzongError as error:
            yield Note(settings.folder, "no_folder", f"sources were not compared: {error}")
            return
        self.all_files = len(sources.files)
        found = difference(self._generation, sources, verify=True)
        for file in found.added:
            yield Note(file.relative, "new", "is not in the archive yet.")
        for file in found.changed:
            yield Note(file.relative, "changed", "was changed after the archive was built.")
        for path in found.removed:
            yield Note(path, "gone", "is in the archive and not in the folder any more.")
        differing = {file.relative for file in (*found.added, *found.changed)}
        yield from self._texts(sources, differing, settings.encoding)

    def _texts(self, sources: Sources, differing: set[str], encoding: str | None) -> Iterator[Note]:
        every = 1 if self._complete else max(1, len(sources.files) // SAMPLE)
        for number, file in enumerate(sources.files[every - 1 :: every]):
            self._progress(Progress("read", number * every, len(sources.files)))
            if file.relative not in differing:
                self.files += 1
                yield from self._text(file, encoding)

    def _text(self, file: SourceFile, encoding: str | None) -> Iterator[Note]:
        """Read a file again: each of its documents has to be stored with the same passages."""
        store = self._generation.store
        stored: StoredDocument | None = None
        cutter: Cutter | None = None
        same = True
        for item in read(file, encoding):
            if not isinstance(item, Document):
                continue
            part = item.part
            if cutter is None:
                stored, same = store.document_by_id(item.id), True
                cutter = Cutter(item.id, None if part.last else Ordinals())
            first = cutter.position
            made = [(passage.id, passage.text) for passage in cutter.passages(item.pieces, part.piece)]
            if stored is not None and same:
                same = made == self._stored(stored.key, first, None if part.last else len(made))
            if not part.last:
                continue
            cutter = None
            if stored is None:
                yield Note(file.relative, "missing", f"its document {item.id} is not in the archive.")
            # Another file's document may have this id; the report of the build says so.
            elif not same and stored.path == file.relative:
                yield Note(
                    file.relative, "other_text", f"the stored text of {item.id} is not that of the file."
                )

    def _stored(self, document: int, first: int, count: int | None) -> list[tuple[str, str]]:
        """The passages of a document; none where they are damaged."""
        try:
            found = self._generation.store.passages_of(document, first, count)
        except StoreError:
            return []
        return [(passage.id, passage.text) for passage in found]
