"""Which files in a data directory are this program's own: only these are overwritten or removed."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from archive.errors import said
from archive.store.schema import too_long
from index.atomic_files import read_plain, remove_tree, sync_folder
from index.errors import ArchiveBrokenError, BuildError, ForeignHomeError
from index.generation import NAME, Manifest

GENERATIONS, CURRENT, SETTINGS, LOCK = "generations", "current", "settings.json", "build.lock"
EXTRACTS = "extracts"

_FORM = re.compile(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}")
_EXTRACT = re.compile(r"[0-9a-f]{32}(?:\.[0-9]+\.new)?")
_EXAMPLE = "20000101T000000Z-00000000"

# What systems put into folders that nobody has put anything into.
_SYSTEM = frozenset(
    {".ds_store", ".fseventsd", ".spotlight-v100", ".trashes", "$recycle.bin", "desktop.ini", "lost+found"}
    | {"system volume information", "thumbs.db"}
)
_LONGEST_CURRENT = 100  # bytes; a file of this name with more in it is another program's
_SHOWN = 3

_JUNCTION = 0xA000_0003  # Windows: IO_REPARSE_TAG_MOUNT_POINT


def new_name() -> str:
    """A name for a new generation: the time, and four random bytes."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{os.urandom(4).hex()}"


def new_generation(generations: Path, name: str | None = None) -> Path:
    """Make the folder of a new generation, with this program's mark in it before anything else.

    The mark is an empty file that bears the folder's own name, so that it is there whole or not at all, and a
    copy of the folder under another name has none. Raises ``OSError``.

    Args:
        name: of one that was made elsewhere; what this program has of it here is removed.
    """
    folder = generations / (name or new_name())
    if _is_marked(folder):
        remove_tree(folder)
    folder.mkdir()
    _mark(folder).touch(exist_ok=False)
    sync_folder(folder)
    sync_folder(generations)
    return folder


def remove_unused(generations: Path, served: str, replaced: str | None) -> None:
    """Remove the generations that this program made, but for the one that is served; ``replaced`` may be
    without a mark.
    """
    for folder in _entries(generations):
        unmarked = folder.name == replaced and _has_form(folder) and _is_described(folder)
        if folder.name != served and (unmarked or _is_marked(folder)):
            remove_tree(folder)
    remove_drafts(generations, served)


def remove_drafts(generations: Path, served: str | None) -> None:
    """Remove what killed builds left: no generation yet, since the manifest is written last."""
    for folder in _entries(generations):
        if folder.name == served:
            continue
        if _is_marked(folder) and not os.path.lexists(folder / NAME):
            remove_tree(folder)
        elif _has_form(folder):
            with suppress(OSError):
                folder.rmdir()  # killed before it made its mark; one with anything in it stays


def extracts(home: Path) -> Path | None:
    """The folder for what is kept of files (``readers.extracted``); None where it is another's."""
    folder = home / EXTRACTS
    if not os.path.lexists(folder):
        return folder
    return folder if _is_folder(folder) and (_is_plain(_mark(folder)) or not any(folder.iterdir())) else None


def remove_unused_extracts(home: Path, generation: str) -> None:
    """Remove what is kept of files that was not used since a build of all of them began."""
    folder = extracts(home)
    with suppress(OSError):
        since = _mark(home / GENERATIONS / generation).stat().st_mtime_ns
        for file in _entries(folder) if folder else ():
            if _EXTRACT.fullmatch(file.name) and _is_plain(file) and file.stat().st_mtime_ns < since:
                file.unlink()


def last_built(home: Path) -> object:
    """The name of the generation that was built last, as ``settings.json`` has it; None where it has none."""
    return _json(home / SETTINGS).get("generation")


def replaced(home: Path, current: str | None) -> Path | None:
    """The folder of the generation that a build replaces, however damaged, or None; ``current``: its name, if
    known.
    """
    last = current or last_built(home)
    folders = [
        folder
        for folder in _entries(home / GENERATIONS)
        if _is_folder(folder) and (folder.name == last or _is_described(folder))
    ]
    return max(folders, key=lambda folder: (folder.name == last, folder.name), default=None)


def documents(home: Path, generation: Path | None) -> int | None:
    """How many documents an archive says that it has, in whatever format; None where nothing does."""
    told = [_json(home / SETTINGS), {} if generation is None else _json(generation / NAME)]
    return max((n for one in told if isinstance(n := one.get("documents"), int)), default=None)


def whole_generations(generations: Path) -> list[str]:
    """The names of those whose manifests agree with their files, the newest last.

    Names are times, and a clock may have been set back: what ``settings.json`` says goes before them.
    """
    last = last_built(generations.parent)
    found = []
    for folder in _entries(generations):
        with suppress(OSError, ArchiveBrokenError):
            if _is_folder(folder) and not Manifest.read(folder).changed_sizes(folder):
                found.append(folder.name)
    return sorted(found, key=lambda name: (name == last, _FORM.fullmatch(name) is not None, name))


def recovered(home: Path, broken: ArchiveBrokenError | None) -> tuple[str | None, str]:
    """The newest whole generation, where the file ``current`` names none, and what is to be said of it.

    None before the first build.

    Args:
        broken: what is wrong with the file, where there is one.

    Raises:
        ArchiveBrokenError: no generation is whole.
    """
    path, generations = home / CURRENT, home / GENERATIONS
    whole = whole_generations(generations)
    if whole:
        state = said("is damaged") if broken else said("is missing")
        which = said("the only whole generation there")
        if whole[1:]:
            by = "settings.json" if whole[-1] == last_built(home) else said("their names")
            which = said("the newest of {} whole generations there by {}", len(whole), by)
        return whole[-1], said("{} {}: {}, {}, was taken.", path, state, whole[-1], which)
    if broken is None and any(generations.glob("*/manifest.json")):
        broken = ArchiveBrokenError(
            said("{} is missing, and no generation in {} is whole.", path, generations)
        )
    if broken:
        raise broken
    return None, ""


def is_archive(home: Path) -> bool:
    """Whether a folder holds an archive that this program built there. Costs a look at two small files."""
    if _remembers(home):
        return True
    with suppress(OSError, ValueError):
        folder = home / GENERATIONS / read_plain(home / CURRENT).decode("ascii").strip()
        return folder.parent == home / GENERATIONS and (_is_marked(folder) or _is_described(folder))
    return False


def holds_archive(folder: Path) -> bool:
    """Whether a folder is a data directory of this program or a generation, also a copy or a draft of one."""
    return is_archive(folder) or _is_marked(folder) or _is_described(folder)


def refuse_strangers(home: Path) -> None:
    """Make sure that a build in ``home`` writes over nothing that this program did not make.

    A folder that is not an archive yet has to be empty. In an archive the things of others stay where they
    are, but not in the place of its own four.

    Raises:
        ForeignHomeError: names what is in the way.
        BuildError: the path is too long.
        OSError: it is there and cannot be looked into.
    """
    if reason := too_long(home / GENERATIONS / _EXAMPLE / "texts.sqlite"):
        raise BuildError(
            said("{}: {}", home, reason), hint="Name a data directory with a shorter path: --home DIR"
        )
    try:
        names = [path.name for path in home.iterdir()]
    except FileNotFoundError:
        return
    taken = sorted(name for name in (GENERATIONS, CURRENT, SETTINGS, LOCK) if _is_taken(home, name))
    if taken:
        raise ForeignHomeError(
            said("{}: {} is not what this program puts there. Nothing was written.", home, _listed(taken)),
            hint="Move that away, or name another data directory: --home DIR",
        )
    within = list(_entries(home / GENERATIONS))
    # Ours also from before there were marks, or killed before it made this one.
    own = [
        f for f in within if _is_marked(f) or (_has_form(f) and (_is_described(f) or not any(f.iterdir())))
    ]
    known = {GENERATIONS, SETTINGS, LOCK} | ({CURRENT} if own else set())
    known |= {EXTRACTS} if extracts(home) else set()
    strange = [name for name in names if name not in known and name.lower() not in _SYSTEM]
    strange += [
        f"{GENERATIONS}/{path.name}"
        for path in within
        if path not in own and path.name.lower() not in _SYSTEM
    ]
    if strange and not is_archive(home):
        raise ForeignHomeError(
            said(
                "{} holds no archive, and other things: {}. Nothing was written.",
                home,
                _listed(sorted(strange)),
            ),
            hint="Name a new or an empty folder for the archive: --home DIR",
        )


def _is_taken(home: Path, name: str) -> bool:
    """Whether there is something of this name that is not what this program puts there."""
    path = home / name
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    if name == GENERATIONS:
        # A link could lead into another archive, and no file can be moved from one disk to another.
        return not _is_folder(path) or found.st_dev != home.stat().st_dev
    if not stat.S_ISREG(found.st_mode):
        return True
    if name == SETTINGS:
        return not _remembers(home)
    return found.st_size > (_LONGEST_CURRENT if name == CURRENT else 0)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return said("{} and {:,} more", shown, len(names) - _SHOWN) if len(names) > _SHOWN else shown


def _entries(folder: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        yield from list(folder.iterdir())


def _mark(folder: Path) -> Path:
    return folder / f"{folder.name}.mark"


def _is_marked(folder: Path) -> bool:
    return _has_form(folder) and _is_plain(_mark(folder))


def _is_described(folder: Path) -> bool:
    """Whether it has a manifest of this program's, of whatever format."""
    return _is_folder(folder) and {"format", "juanzong", "files"} <= _json(folder / NAME).keys()


def _remembers(home: Path) -> bool:
    """Whether it has settings of this program's."""
    return {"generation", "settings", "before"} <= _json(home / SETTINGS).keys()


def _has_form(folder: Path) -> bool:
    return _FORM.fullmatch(folder.name) is not None and _is_folder(folder)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder itself, and no link or junction that leads to one."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and getattr(found, "st_reparse_tag", 0) != _JUNCTION


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _json(path: Path) -> dict[str, object]:
    """The object in a plain file that is not a link; an empty one where there is none."""
    try:
        found = json.loads(read_plain(path)) if _is_plain(path) else None
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
