"""The original file of a document, byte for byte as it was read, or an error that says why not."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

from flask import Response, current_app

from archive.digests import blake2b
from archive.sources import on_disk
from index.archive import Archive
from index.errors import NotFoundError
from index.search.cancellation import still_wanted
from web.downloads import given_out

_CHUNK = 1 << 20


class OriginalMissingError(NotFoundError):
    """The file is gone, or what is there is not a plain file below the source folder. HTTP 404."""

    code = "original_missing"


class OriginalChangedError(NotFoundError):
    """The file is not any more what was read. HTTP 404."""

    code = "original_changed"


def original_file(archive: Archive, document_id: str) -> Response:
    """The file of a document. Raises NotFoundError where none may be given out."""
    folder, path, digest = archive.original(document_id)
    if not current_app.config["ORIGINALS"]:
        raise NotFoundError("This server does not give out original files.")
    lines = _verified(Path(folder or "."), path, digest)
    return given_out(lines, path.rpartition("/")[2], "application/octet-stream")


def _verified(folder: Path, path: str, digest: bytes | None) -> Iterator[bytes]:
    """The bytes of the file. At its end OriginalChangedError, if they are not those that were read."""
    found = blake2b(digest_size=16)
    try:
        with _opened(folder, on_disk(folder, path)) as handle:
            while chunk := handle.read(_CHUNK):
                still_wanted()
                found.update(chunk)
                yield chunk
    except (OSError, ValueError) as error:
        raise OriginalMissingError(
            f"The original file {path} is not there any more, or cannot be read.",
            hint="Its text in the archive is complete.",
        ) from error
    if found.digest() != digest:
        raise OriginalChangedError(
            f"The original file {path} has changed since it was read.",
            hint="Update the archive: juanzong update",
        )


def _opened(folder: Path, path: str) -> BinaryIO:
    """The plain file at a path below the folder. No link is followed, and no pipe waited for."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or os.sep in part for part in parts):
        raise ValueError(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with ExitStack() as stack:
        if os.open in os.supports_dir_fd:
            at = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, at)
            for part in parts[:-1]:
                at = os.open(part, flags | os.O_DIRECTORY, dir_fd=at)
                stack.callback(os.close, at)
            opened = os.open(parts[-1], flags, dir_fd=at)
        else:
            file = folder.joinpath(*parts)
            if file.resolve() != folder.resolve().joinpath(*parts):
                raise ValueError(path)
            opened = os.open(file, flags | getattr(os, "O_BINARY", 0))
    handle = os.fdopen(opened, "rb")
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        handle.close()
        raise ValueError(path)
    return handle
