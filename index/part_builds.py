"""A build in parts, on several machines at a time; the last one joins them to what one build would have made.

Each part reads its share of the files, in the order of the archive, and sends their records to the one new
index in the cluster. Its text store, where a name has the same number as in every other part, goes there too.
The one that finds all others there joins the stores and publishes the generation.
"""

from __future__ import annotations

import json
import re
from contextlib import ExitStack
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from archive.digests import digest_of
from archive.errors import out_of_files_named, said
from archive.store import StoreWriter
from index.analysis.analyzer import Analyzer
from index.atomic_files import remove_tree
from index.build import published, settings_of, settled, tasks_of
from index.building import generation_writer
from index.building.batches import Task
from index.building.columns import BatchWriter
from index.building.job import Job, Sources, analyzer_of, refuse_inside, unread_notes
from index.building.missing import after_reading, expected, persistently
from index.building.pipeline import refuse_unguarded
from index.cluster import generation_files
from index.cluster.connection import Cluster, cluster_at
from index.cluster.publishing import Lock, lost, publish
from index.engines import registry
from index.engines.opensearch import OpenSearchEngine
from index.engines.opensearch.writer import OpenSearchWriter
from index.errors import BuildError, BusyError
from index.generation import INDEX, TEXTS, program_version
from index.generations import Home
from index.ownership import new_name
from index.report import BuildReport, ProgressCallback, silent
from index.suggestions.vocabulary import WordCounts

_COUNTED = "counted.json"
"""The words of a part, beside its texts."""


class Share(Struct, frozen=True):
    """A part of a build: the third of eight."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> Share:
        """The one that is written ``3/8``; raises ``BuildError``."""
        found = re.fullmatch(r"([0-9]{1,4})/([0-9]{1,4})", text)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            raise BuildError(said("{} is not a part of a build", text), hint="Like this: --part 3/8")
        return cls(int(found[1]), int(found[2]))

    def chosen(self, tasks: list[Task]) -> list[Task]:
        """Its tasks: successive ones, about as many bytes as those of each other part."""
        total = sum(task.source.size + 1 for task in tasks)
        before, mine = 0, []
        for task in tasks:
            if before * self.of // total == self.number - 1:
                mine.append(task)
            before += task.source.size + 1
        return mine


class _Build(Struct, frozen=True):
    """What the parts of a build have in common, on the machine of one of them."""

    job: Job
    sources: Sources
    analyzer: Analyzer
    cluster: Cluster
    lock: Lock
    of: int

    def name(self, number: int) -> str:
        """That of a part among the files in the cluster."""
        return f"{self.lock.generation}-{number}-{self.of}"

    def lacking(self) -> list[int]:
        """The parts that are not there yet."""
        names = {self.name(number): number for number in range(1, self.of + 1)}
        return sorted(names[name] for name in names.keys() - generation_files.there(self.cluster, names))


@out_of_files_named()
def rebuild_part(
    home: Home | Path | str,
    part: str,
    folder: Path | str | None = None,
    *,
    encoding: str | None = None,
    user_dictionary: Path | str | None = None,
    variants: Path | str | None = None,
    allow_missing: bool = False,
    progress: ProgressCallback | None = None,
) -> BuildReport:
    """Build a part of an archive in a cluster, and the archive where no other part is lacking.

    All parts are built of the same folder with the same settings and version, each in a data directory of its
    own. One that was killed is built again; one that is there already is not.

    Args:
        part: ``3/8``, the third of eight.

    Raises: like ``index.build.rebuild``; ``BusyError`` also for a build of other files or settings.
    """
    refuse_unguarded()
    share = Share.read(part)
    home = home if isinstance(home, Home) else Home(Path(home))
    refuse_inside(home, folder, user_dictionary, variants)
    if home.address is None:
        raise BuildError(
            "Only an archive in a cluster is built in parts.",
            hint="Name its address: --url https://node1:9200/newspapers",
        )
    with home.lock(here_only=True):
        cluster = cluster_at(home.address)
        home.catch_up(cluster)
        settings = settings_of(home, folder, None, encoding, user_dictionary, variants)
        job = Job(home, settings, progress or silent, folder is not None, allow_missing)
        sources = expected(job)
        analyzer = analyzer_of(settings)
        with Lock(cluster, _common(job, sources, analyzer, share.of), new_name()).held() as lock:
            build = _Build(job, sources, analyzer, cluster, lock, share.of)
            lacking = build.lacking()
            if lost(cluster, lock.generation, filled=len(lacking) < share.of):
                lock.beat(generation=new_name())
                lacking = build.lacking()
            if share.number in lacking:
                persistently(lambda failed: _read(build, share, failed))
                lacking = build.lacking()
            if lacking:
                numbers = ", ".join(map(str, lacking))
                return _waiting(lock, said("of {} these are lacking: {}", share.of, numbers))
            with ExitStack() as joining:
                try:
                    joining.enter_context(lock.alone())
                except BusyError:
                    return _waiting(lock, said("another builder joins them all"))
                home.publish_in_cluster = lambda draft: publish(cluster, lock, draft)
                report = _joined(build)
            return report  # noqa: RET504  # for all that mypy knows, the stack may end without it


def _waiting(lock: Lock, reason: str) -> BuildReport:
    """The report of a part that is not the last one."""
    return BuildReport(mode="part", generation=lock.generation, engine=registry.REMOTE, engine_reason=reason)


def _common(job: Job, sources: Sources, analyzer: Analyzer, parts: int) -> str:
    """A digest of what has to be the same for all parts: else keys or tokens would differ."""
    listing = [(file.relative, file.size, file.described.digest.hex()) for file in sources.files]
    settings = [job.settings.encoding, dict(analyzer.settings()), program_version(), parts, job.home.known()]
    return digest_of(iter([json.dumps([settings, listing], sort_keys=True).encode()]))


def _read(build: _Build, share: Share, failed: frozenset[str]) -> BuildReport:
    """Send the records of a part to the index, and its texts to the cluster."""
    job, lock = build.job, build.lock
    mine = share.chosen(tasks_of(job.settings, build.sources))
    now = expected(job, failed) if failed else build.sources
    # The spans are those of the first listing: they have to be the same for all parts.
    mine = [
        replace(task, inode=now.kept[path].inode, texts=now.texts)
        if (path := task.source.relative) in now.kept
        else task
        for task in mine
    ]
    paths = {task.source.relative for task in mine}
    seen = replace(
        now,
        files=tuple(task.source for task in mine),
        archived=now.archived & paths,
        kept={path: old for path, old in now.kept.items() if path in paths},
        gone=(),
    )
    with generation_writer.drafted(job.home, lock.generation) as draft:
        generation_writer.write_words(job.home, draft, build.analyzer)
        with generation_writer.reading(job, draft, build.analyzer, mine) as made:
            keys = (mine[0].span.low, mine[-1].span.high) if mine else (0, 0)
            writer = _writer(build, draft, made.size, keys)
            with BatchWriter(StoreWriter(draft / TEXTS, shared=True), writer) as filler:
                made.fill(filler, job.progress)
                after_reading(job, seen, filler)
                filler.store.add_notes((note for note in now.notes if note.path in failed), unread=True)
                filler.store.end_part()
                writer.end_part()
        (draft / _COUNTED).write_bytes(msgspec.json.encode(filler.words))
        lock.beat()
        generation_files.push(build.cluster, draft, build.name(share.number))
        remove_tree(draft)
    return _waiting(lock, "")


def _joined(build: _Build) -> BuildReport:
    """Make one generation of all parts, and serve it."""
    job, sources, analyzer, generation = build.job, build.sources, build.analyzer, build.lock.generation
    before = generation_writer.texts_before(job.home)
    with generation_writer.drafted(job.home, generation) as draft:
        generation_writer.write_words(job.home, draft, analyzer)
        counted = WordCounts()
        with BatchWriter(StoreWriter(draft / TEXTS), _writer(build, draft, 0, None)) as filler:
            filler.store.add_notes(unread_notes(sources, analyzer, job.settings), unread=True)
            for number in range(1, build.of + 1):
                part = draft / f"part-{number}"
                generation_files.pull(build.cluster, build.name(number), part)
                filler.store.join(part / TEXTS)
                counted.update(msgspec.json.decode((part / _COUNTED).read_bytes(), type=dict[str, int]))
                counted.trim()
                remove_tree(part)
            settled(job, sources, filler, before)
        return published(job, sources, analyzer, draft, registry.REMOTE, counted)


def _writer(build: _Build, draft: Path, size: int, keys: tuple[int, int] | None) -> OpenSearchWriter:
    engine, resources = OpenSearchEngine(build.cluster.address), generation_writer.resources(size)
    return engine.share(draft / INDEX, size=build.sources.size, keys=keys, **resources)
