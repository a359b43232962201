"""A cache of extracts by the content of files; it may be removed at any time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from archive.digests import blake2b
from archive.model import Note
from archive.patient import open_file
from archive.readers.apart import decoded, encoded
from archive.readers.extract import Extract

LARGEST: Final = 64_000_000
"""Bytes of the extracts of one file; of a larger one nothing is kept."""

_DIGEST: Final = 16
_LIBRARIES: Final = (*("lxml", "resiliparse", "markdown-it-py", "pyyaml", "pypdfium2", "python-calamine"),)


def key(digest: str, reader: str, path: str, encoding: str | None, columns: object = None) -> str:
    """The cache key of a file: its content and its ending."""
    state = blake2b(digest_size=_DIGEST)
    for part in (digest, reader, Path(path).suffix.lower(), encoding or "", repr(columns), _versions()):
        state.update(part.encode() + b"\0")
    return state.hexdigest()


def through(folder: Path, name: str, path: str, items: Iterable[Extract | Note]) -> Iterator[Extract | Note]:
    """The extracts in the cache under a name; else the items, which are cached if they are complete."""
    file = folder / name
    if (found := _read(file)) is not None:
        with suppress(OSError):
            os.utime(file)  # it is in use
        yield from (_of(extract, path) for extract in found)
        return
    kept: list[bytes] = []
    left = LARGEST
    for item in items:
        left -= LARGEST if isinstance(item, Note) else 0
        if left > 0 and not isinstance(item, Note):
            kept.append(encoded(_of(item, "", before=path)))
            left -= len(kept[-1])
        yield item
    if left > 0:
        _write(file, msgspec.msgpack.encode(kept))


def _of(extract: Extract, path: str, before: str = "") -> Extract:
    """An extract whose notes are on the file of another path."""
    notes = tuple(replace(note, path=path + note.path.removeprefix(before)) for note in extract.notes)
    return replace(extract, notes=notes)


def _read(file: Path) -> list[Extract] | None:
    try:
        with open_file(file) as handle:
            data = handle.read(2 * LARGEST)
        digest, body = data[:_DIGEST], data[_DIGEST:]
        if blake2b(body, digest_size=_DIGEST).digest() != digest:
            return None
        return [decoded(data) for data in msgspec.msgpack.decode(body, type=list[bytes])]
    except (OSError, msgspec.MsgspecError):
        return None


def _write(file: Path, body: bytes) -> None:
    """Put a whole file there or none. A disk without room keeps nothing."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        mark(file.parent).touch()
        try:
            draft.write_bytes(blake2b(body, digest_size=_DIGEST).digest() + body)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


def mark(folder: Path) -> Path:
    """The file that says that a folder is this program's."""
    return folder / f"{folder.name}.mark"


@cache
def _versions() -> str:
    """One value for all that decides what an extractor gives: our code, the libraries, Python."""
    state = blake2b(digest_size=_DIGEST)
    for code in sorted((*Path(__file__).parent.rglob("*.py"), *Path(__file__).parents[1].glob("*.py"))):
        state.update(code.read_bytes())
    for library in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            state.update(f"{library}={metadata.version(library)}\0".encode())
    state.update(repr(sys.version_info[:2]).encode())
    return state.hexdigest()
