"""An archive kept in step with its folder: an update whenever something changes there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Final

from archive.errors import JuanzongError, SourceError, said
from index.building.job import known_folder
from index.errors import BuildError, BusyError
from index.generations import Home
from index.report import BuildReport
from index.update import update

AGAIN: Final = 600
"""Seconds after which the folder is looked through anyway: not every network drive reports its changes."""

SOON: Final = 10
"""Seconds at least, where something could not be read: of such a folder no change is reported."""

_UNREAD: Final = {"unreadable", "kept"}
_TICK = 1000  # milliseconds between two looks at what is due


def updates(home: Path, stop: Event) -> Iterator[BuildReport | JuanzongError]:
    """Update now and after each change until ``stop`` is set; gives what each did, or why it failed.

    While another build is going on it waits for that.

    Raises:
        BuildError: no folder is remembered, or the library watchfiles is not installed.
        SourceError: the folder is not there.
    """
    try:
        from watchfiles import watch
    except ModuleNotFoundError:
        raise BuildError(
            said("The library {} is not installed.", "watchfiles"), hint='Run: pip install "juanzong[watch]"'
        ) from None
    place = Home(home)
    folder = Path(known_folder(place, place.settings()))
    if not folder.is_dir():
        raise SourceError(str(folder), "is not a folder now.", hint="Name it: juanzong rebuild FOLDER")
    own = home.resolve()
    again: float = AGAIN
    failed = ""
    while not stop.is_set():
        watched, done = _identity(folder), None
        if watched is None:  # gone: it may come back, perhaps as another one
            stop.wait(_TICK / 1000)
            continue
        for changes in watch(
            folder,
            watch_filter=lambda _, path: not Path(path).is_relative_to(own),
            stop_event=stop,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            other = _identity(folder) != watched
            # The first time too, when it is watched already: nothing is missed in between.
            due = done is None or time.monotonic() >= done + again
            if not changes and not other and not due:
                continue
            if done is not None and due and again < AGAIN:
                break  # what can be read by now is not watched yet
            began, before = time.monotonic(), again
            try:
                report = update(place)
                whole = _UNREAD.isdisjoint(one.code for one in report.notes)
                failed = ""
                yield report
            except BusyError:
                done = None
                continue
            except JuanzongError as error:
                whole = False
                if changes or str(error) != failed:
                    failed = str(error)
                    yield error
            done = time.monotonic()
            again = AGAIN if whole else min(AGAIN, max(SOON, 100 * (done - began)))
            if other or before < again == AGAIN:
                break
        else:  # it was stopped
            return


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name; None where there is none."""
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
