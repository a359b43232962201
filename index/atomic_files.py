"""Atomic writes, fsync, and hard links in place of copies."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from archive.digests import blocks, digest_of
from archive.errors import out_of_files_named

# Windows refuses to replace a file while somebody reads it, which takes a reader less than this.
_ATTEMPTS = 100
_PAUSE = 0.02


_LARGEST = 1 << 24
"""Bytes of a file that is read as a whole."""


@out_of_files_named()
def read_plain(path: Path) -> bytes:
    """The content of a small file; raises ``OSError``, also for a pipe: its reader would wait for ever."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
        raise OSError(errno.EINVAL, "not a plain file, or too large", os.fspath(path))
    return path.read_bytes()


def write_atomically(path: Path, data: bytes, beside: Path | None = None) -> None:
    """Replace ``path`` by a file with this content, on disk before the name is; raises ``OSError``.

    It is written in the folder ``beside``, which is on the same disk: a kill leaves it there.
    """
    draft = (beside or path.parent) / (path.name + ".new")
    draft.unlink(missing_ok=True)
    with draft.open("xb") as file:  # it never writes through a link
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    for attempt in range(_ATTEMPTS):
        try:
            draft.replace(path)
            break
        except PermissionError:
            if os.name != "nt" or attempt == _ATTEMPTS - 1:
                raise
            time.sleep(_PAUSE)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system has a way to."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it that are not there; their names are durable. Raises ``OSError``."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    with suppress(PermissionError):  # one may be allowed to add to a folder, and not to look into it
        sync_folder(folder.parent)


def sync_tree(folder: Path, mode: int) -> None:
    """Make all files below ``folder``, and their names, durable, with these permissions (tantivy's are its
    owner's alone).
    """
    for path in files_below(folder):
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) != mode:
            path.chmod(mode)
        descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    for parent, _, _ in os.walk(folder):
        sync_folder(Path(parent))


def files_below(folder: Path) -> Iterator[Path]:
    """All files below a folder that are to stay, in the order of their paths.

    Lock files are not: an engine makes one while it opens an index, and removes it again. tantivy may make
    one a moment later too, in a thread that looks whether the index has changed.
    """
    return (path for path in sorted(folder.rglob("*")) if path.suffix != ".lock" and path.is_file())


def link_files(source: Path, target: Path, names: Iterable[str]) -> None:
    """Give ``target`` these files of ``source``: by hard links, or copies where there are no links."""
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        link(source / name, target / name)


def link(source: Path, target: Path) -> None:
    """Give a file a second name; a copy of it where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        from shutil import copyfile

        copyfile(source, target)


def remove_tree(folder: Path) -> None:
    """Remove a folder as far as the system lets us: on Windows an open file stays until the next build.

    No link in it is followed. Its mark (``index.ownership``) goes when all others are gone.
    """
    from shutil import rmtree  # with its archive formats more than a search that opens an archive should load

    last = f"{folder.name}.mark"
    with suppress(OSError):
        # A tree without its manifest is not a generation, however far the rest gets.
        (folder / "manifest.json").unlink(missing_ok=True)
    for path in list(folder.iterdir()):
        if path.name != last:
            rmtree(path, ignore_errors=True)
            with suppress(OSError):
                path.unlink()
    with suppress(OSError):
        if [path.name for path in folder.iterdir()] == [last]:
            (folder / last).unlink()
        folder.rmdir()


def is_plain(name: str) -> bool:
    """Whether a name is that of a file below a folder, on every system: no way up, no drive, no root."""
    return all(part not in ("", ".", "..") and not set(part) & set("\\:\0") for part in name.split("/"))


@out_of_files_named()
def digest(path: Path) -> str:
    """BLAKE2b of a file's content, 32 hexadecimal digits; raises ``OSError``."""
    with path.open("rb", buffering=0) as file:
        return digest_of(blocks(file))


def copied(source: Path, target: Path) -> str:
    """Copy a file; returns the digest of what was copied. Raises ``OSError``."""
    with source.open("rb", buffering=0) as read, target.open("wb") as write:

        def copying() -> Iterator[bytes]:
            for block in blocks(read):
                write.write(block)
                yield block

        return digest_of(copying())
