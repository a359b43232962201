"""juanzong rebuild and juanzong update: make the archive from its folder of texts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from archive.messages import note_in, reason_in
from archive.model import Note
from archive.store import FileCounts
from cli.language import N_, _, commas, language, many, translated
from cli.options import FolderPath, home_of, json_option
from cli.output import FOUND, LEFT_OUT, place_of, print_json, say
from index.engines.registry import ENGINES
from index.errors import SourcesMissingError
from index.report import BuildReport, NoteGroup, Progress, grouped

SHOWN_NOTES = 3  # of each reason
SHOWN_PATHS = 10
MISSING_PATHS = 100
NICENESS = 10
PHASES = {
    "scan": N_("Looking at files"),
    "read": N_("Reading texts"),
    "commit": N_("Writing the index"),
    "check": N_("Checking"),
}


missing_option = click.option(
    "--allow-missing", is_flag=True, help="Go on however many source files are gone or cannot be read."
)


def _jobs(_ctx: click.Context, _param: click.Parameter, number: int | None) -> None:
    if number:
        os.environ["JUANZONG_JOBS"] = str(number)  # as the processes that are started see it too


jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    callback=_jobs,
    expose_value=False,
    help="Use so many processors. Default: $JUANZONG_JOBS, else all.",
)


@click.command()
@click.argument("folder", required=False, type=FolderPath(path_type=Path, readable=False))
@click.option(
    "--engine",
    type=click.Choice(["auto", *ENGINES]),
    default=None,
    help="Default: auto, which takes Whoosh for small archives and tantivy for large ones; "
    "opensearch for those with an address (--url).",
)
@click.option(
    "--encoding", metavar="NAME", help="Read all plain texts in this encoding instead of recognising it."
)
@click.option(
    "--user-dictionary",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Words of this archive, one a line in jieba's format.",
)
@click.option(
    "--variants",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Characters that are one in this archive, a pair a line.",
)
@click.option(
    "--if-changed", is_flag=True, help="Do nothing where texts, settings and analysis are the same."
)
@click.option("--keep-other", is_flag=True, help="Leave the archive of another folder as it is.")
@click.option(
    "--part",
    metavar="N/M",
    help="Build one of several parts of an archive in a cluster, 3/8 the third of eight, "
    "each on a machine of its own. The last one joins them.",
)
@jobs_option
@missing_option
@json_option
@click.pass_context
def rebuild(
    ctx: click.Context,
    /,
    engine: str | None,
    if_changed: bool,
    keep_other: bool,
    part: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Build the archive from all texts in FOLDER and below.

    The folder and the options are remembered: without FOLDER the last one is built again. The archive that is
    there is served until the new one is complete. It stays, and the exit status is 3, if more than 1 % of the
    files that were listed or are archived (and more than two) are gone or cannot be read, or all files of a
    top folder. Fewer are taken out and named; what cannot be read is kept as it was archived.
    """
    from archive.encoding import canonical

    if part and (engine or if_changed or keep_other):
        raise click.UsageError(_("--part goes with none of --engine, --if-changed and --keep-other."))
    give_way()
    home = home_of(ctx, building=True)
    if (encoding := given["encoding"]) not in (None, "auto"):
        canonical(encoding)  # a slip in its name must not cost the archive all of its texts
    run: Callable[..., BuildReport]
    if part:
        from index.part_builds import rebuild_part

        run = partial(rebuild_part, part=part)
    else:
        from index.build import rebuild as whole

        run = partial(whole, engine=engine, only_if_changed=if_changed, keep_other=keep_other)
    with progress_shown() as progress, missing_named():
        report = run(home, progress=progress, **given)
    ctx.exit(finish(report, report.notes, home, as_json))


@click.command()
@click.option(
    "--verify", is_flag=True, help="Read every file again, also those whose size and time are the same."
)
@click.option(
    "--strict",
    is_flag=True,
    help="Exit with 4 while anything is left out, new or not, and repeat what was said before.",
)
@jobs_option
@missing_option
@json_option
@click.pass_context
def update(ctx: click.Context, verify: bool, strict: bool, allow_missing: bool, as_json: bool) -> None:
    """Take in what is new, changed or gone in the folder. The rest is not read again.

    Says what is new: what was left out before is in juanzong stats --report. Exit status 4: something was
    left out that was not before. Files that are missing are treated as rebuild treats them.
    """
    from index.update import update as run

    give_way()
    home = home_of(ctx, building=True)
    with progress_shown() as progress, missing_named():
        report = run(home, verify=verify, allow_missing=allow_missing, progress=progress)
    ctx.exit(finish(report, report.notes if strict else report.new, home, as_json))


def give_way() -> None:
    """Let readers of the archive go first: a build takes what nobody else wants, and on a quiet machine all.

    Its processes and threads are as nice, and so is their reading and writing (Linux). Without this a page
    took four times as long during a build on two cores, with it at most twice.
    """
    if hasattr(os, "nice"):
        with suppress(OSError):  # a sandbox may forbid it; the build goes on
            os.nice(NICENESS)


def finish(report: BuildReport, notes: Sequence[Note], home: Path, as_json: bool) -> int:
    """Say what was built and, of these notes, what was left out; returns the exit status."""
    idle = report.mode in ("unchanged", "kept", "part")
    if as_json:
        print_json(report)
    else:
        for line in () if idle else (*listed(report.paths), *remarks(notes)):
            say(line)
        say(sentence(report, home))
        longest = max((group.count for group in grouped(notes)), default=0)
        if longest > (0 if idle else SHOWN_NOTES):
            number = sum(note.count for note in report.notes)
            say(_("{} on the sources: juanzong stats --report").format(many(number, "note")))
    return LEFT_OUT if any(note.left_out for note in notes) else FOUND


@contextmanager
def missing_named() -> Iterator[None]:
    """Name the files that are missing before the error that says so."""
    try:
        yield
    except SourcesMissingError as error:
        for line in listed(error.missing, MISSING_PATHS):
            say(line)
        raise


def listed(paths: Mapping[str, Sequence[str]], most: int = SHOWN_PATHS) -> Iterator[str]:
    """Files under a word each, the first of each kind: ``added: 甲.txt``."""
    for name, some in paths.items():
        for path in some[:most]:
            yield f"{_(name)}: {path}"
        if len(some) > most:
            yield f"{_(name)}: … " + _("and {:,} more").format(len(some) - most)


def remarks(notes: Iterable[Note]) -> Iterator[str]:
    """What is to be said of the sources, by reason, with some examples of each."""
    for group in grouped(notes):
        yield heading(group)
        for note in group.examples(SHOWN_NOTES):
            yield note_line(note)
        if group.count > SHOWN_NOTES:
            yield "  … " + _("and {:,} more").format(group.count - SHOWN_NOTES)


def note_line(note: Note) -> str:
    """``  甲.txt:4: what is said of it``."""
    said = note_in(language(), note)
    return f"  {place_of(note)}: {said}" if said else f"  {place_of(note)}"


def heading(group: NoteGroup) -> str:
    """One line: a reason, and how many notes it has; of formats that are not read by their endings."""
    kind = _("left out") if group.left_out else _("note")
    by_ending = commas(f"{count:,} {ending}" for ending, count in group.endings)
    counted = f"{group.count:,}"
    if len(group.endings) > 1:
        counted = _("{}: {}").format(counted, by_ending)
    return _("{}: {}").format(kind, reason_in(language(), group.code)) + f" ({counted})"


def files(counts: FileCounts) -> str:
    """``4 files: 2 whole, 1 partly, 1 not read``."""
    if not counts.incomplete:
        return _("{}, whole").format(many(counts.whole, "file"))
    parts = ((counts.whole, _("whole")), (counts.partly, _("partly")), (counts.not_read, _("not read")))
    said = commas(f"{number:,} {name}" for number, name in parts if number)
    return _("{}: {}").format(many(counts.total, "file"), said)


def sentence(report: BuildReport, home: Path) -> str:
    """One line: what there is now, where, and how it came about."""
    size = commas(
        (
            many(report.documents, "document"),
            many(report.passages, "passage"),
            many(report.characters, "character"),
        )
    )
    left = _(" {}.").format(files(report.files)) if report.files.incomplete else ""
    if report.mode == "unchanged":
        return _("Nothing changed: {} in {}.").format(size, home) + left
    if report.mode == "kept":
        said = _("Nothing built: {} holds the archive of another folder, {}. It is kept as it is.")
        return said.format(home, size)
    if report.mode == "part":
        return _("The part is built: {}.").format(translated(report.engine_reason))
    done = _("Built")
    if report.mode == "update":
        done = _("Updated ({} added, {} changed, {} removed)").format(
            report.added, report.changed, report.removed
        )
    why = translated(report.engine_reason).rstrip(".。")
    reason = _(" ({})").format(why) if why else ""
    how = _("{}: {} in {:.1f} s, with {}{}, in {}.")
    return how.format(done, size, report.seconds, report.engine, reason, home) + left


@contextmanager
def progress_shown(
    stopped: str = N_("what was there before is still served"), *, in_bytes: bool = True
) -> Iterator[Any]:
    """A callback for a build or a check: a bar on a terminal, nothing elsewhere. Ctrl-C gets a word.

    Args:
        stopped: what Ctrl-C leaves behind.
        in_bytes: what is counted are bytes, which the bar tells.
    """
    try:
        with _bar(in_bytes) as show:
            yield show
    except KeyboardInterrupt:
        say("juanzong: " + _("stopped; {}.").format(_(stopped)))
        raise


@contextmanager
def _bar(in_bytes: bool) -> Iterator[Any]:
    """The callback itself."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import Progress as Bars

    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        *([DownloadColumn(), TransferSpeedColumn()] if in_bytes else []),
    ]
    with Bars(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("", total=None)

        def show(progress: Progress) -> None:
            bars.update(
                task, description=_(PHASES[progress.phase]), completed=progress.done, total=progress.total
            )

        yield show
