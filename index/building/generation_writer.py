"""Steps of each build: a draft generation is made, filled, described, checked and published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from msgspec.structs import asdict, replace

from archive.errors import StoreError, reason_of, said
from archive.model import Note
from archive.store import TextStore
from index.analysis.analyzer import Analyzer
from index.atomic_files import link, remove_tree
from index.building import pipeline
from index.building.batches import Task
from index.building.job import Job
from index.building.pipeline import Pipeline, WorkerSettings
from index.errors import ArchiveBrokenError, BuildError, EngineError, EngineMissingError, NothingToReadError
from index.generation import FORMAT, REPORT, TEXTS, WORDS, FileState, Manifest, program_version, state, states
from index.generations import Home, Settings, fingerprint, now
from index.ownership import extracts
from index.report import BuildReport, Progress
from index.results import to_json

_FULL = re.compile(
    r"No space left|disk is full|disk I/O error|unable to open database file|File too large|[Qq]uota"
)
"""What systems, SQLite and tantivy say of a disk with no room: there is one way out, whoever says it."""
_MAKE_ROOM = "Make room on the disk of {}, or name another data directory: --home DIR."


def write_words(home: Home, draft: Path, analyzer: Analyzer) -> None:
    """Give a draft the words of the analyzer: the current generation's file, if it is whole and has the same
    words.
    """
    with suppress(OSError):
        current = served(home)
        if current is not None and current[1].analysis == analyzer.settings():
            folder, manifest = current
            if state(folder / WORDS) == manifest.files.get(WORDS):
                link(folder / WORDS, draft / WORDS)
                return
    analyzer.write_words(draft / WORDS)


def served(home: Home) -> tuple[Path, Manifest] | None:
    """The folder and the manifest of the current generation; None where there is none that can be read."""
    with suppress(ArchiveBrokenError, FileNotFoundError):
        if name := home.current():
            folder = home.generations / name
            return folder, Manifest.read(folder)
    return None


def texts_before(home: Home) -> Path | None:
    """The text store of the generation that is replaced, of whatever format; None where there is none."""
    folder = home.replaced()
    return folder / TEXTS if folder and (folder / TEXTS).is_file() else None


def refuse_to_empty(home: Home, settings: Settings) -> None:
    """Raise ``NothingToReadError`` where an archive would be replaced by an empty one: an unmounted folder is
    empty too.
    """
    current = served(home)
    if current is not None and current[1].documents:
        raise NothingToReadError(
            said(
                "{} holds no texts that can be read; the archive, which has {:,} documents, was kept.",
                settings.folder,
                current[1].documents,
            ),
            hint=said(
                "Is its disk there? To empty the archive on purpose: juanzong rebuild {} --allow-missing",
                settings.folder,
            ),
        )


def resources(size: int) -> dict[str, int]:
    """``memory`` in bytes and ``processes`` for the engine's writer, for so many bytes of source files.

    A record's tokens take up to 60 times the space of its text in memory; what does not fit makes more
    segments, which have to be merged. More memory than the archive fills is of no use.
    """
    memory = min(max(64_000_000, 60 * size), 500_000_000)
    processes = min(pipeline.cores(), pipeline.MOST_WORKERS) if size > pipeline.IN_PROCESS else 1
    return {"memory": memory, "processes": processes}


def reading(job: Job, draft: Path, analyzer: Analyzer, tasks: Sequence[Task]) -> Pipeline:
    """What reads these files for a draft, which has the words of the analyzer before they are asked for."""
    kept = extracts(job.home.path)
    return Pipeline(tasks, WorkerSettings(job.settings.encoding, analyzer.settings(), draft / WORDS, kept))


def untouched(home: Home) -> str:
    """The sentence that a failed build left the archive as it was; empty where there was none."""
    return "" if served(home) is None else "The archive that was there before is untouched."


@contextmanager
def drafted(home: Home, name: str | None = None) -> Iterator[Path]:
    """The folder of a new generation, removed if anything fails; what fails becomes a ``BuildError``."""
    draft = home.draft(name)
    try:
        yield draft
    except EngineMissingError:
        remove_tree(draft)
        raise
    except (StoreError, EngineError, OSError, ArchiveBrokenError) as error:
        remove_tree(draft)
        reason = reason_of(error).removesuffix(".")
        step = _MAKE_ROOM.format(home.path) if _FULL.search(reason) else getattr(error, "hint", "")
        hint = ". ".join(filter(None, (step.removesuffix("."), untouched(home))))
        raise BuildError(said("The build could not be completed: {}.", reason), hint=hint) from error
    except BaseException:
        remove_tree(draft)
        raise


def publish(
    job: Job, draft: Path, analyzer: Analyzer, made: BuildReport, known: Mapping[str, FileState] = {}
) -> BuildReport:
    """Describe a finished draft in its manifest and report, check it, and serve it.

    ``made`` says what was done, without the counts of the archive.
    ``known`` are the states of those of its files that need not be read for it.
    """
    home, settings = job.home, job.settings
    job.progress(Progress("check"))
    with closing(TextStore(draft / TEXTS)) as store:
        statistics = store.statistics()
        sources = fingerprint({path: source.digest for path, source in store.sources().items()})
        notes, files = store.notes(), store.files()
    report = replace(
        made,
        documents=statistics.documents,
        passages=statistics.passages,
        characters=statistics.characters,
        left_out=statistics.left_out,
        files=files,
        notes=notes,
        new=_new(home, notes),
        seconds=job.seconds,
    )
    text = json.dumps(to_json(report), ensure_ascii=False, indent=1)
    (draft / REPORT).write_text(text + "\n", encoding="utf-8", errors="backslashreplace")
    manifest = Manifest(
        format=FORMAT,
        juanzong=program_version(),
        engine=made.engine,
        engine_version=home.engine(made.engine).version,
        analysis=analyzer.settings(),
        encoding=settings.encoding,
        sources=sources,
        **asdict(statistics),
        started=job.started,
        built=now(),
        files=states(draft, known),
    )
    manifest.write(draft)
    with closing(home.open(draft.name)) as generation:
        found = generation.snapshot.size()
    if found != statistics.passages:
        raise BuildError(
            said(
                "The build could not be completed: {} passages were stored, {} indexed.",
                statistics.passages,
                found,
            ),
            hint=untouched(home),
        )
    home.publish(draft, settings, statistics.documents)
    return report


def _new(home: Home, notes: tuple[Note, ...]) -> tuple[Note, ...]:
    """The notes that were not said of the archive that is served now."""
    if (current := served(home)) is None:
        return notes
    try:
        with closing(TextStore(current[0] / TEXTS)) as store:
            known = frozenset(store.notes())
    except StoreError:
        return notes
    return tuple(note for note in notes if note not in known)
