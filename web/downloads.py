"""Downloads: what is found, lists, and original files; whole or not there, and without a thread that waits.

A file is written to its end before its first byte is sent, into a temporary file that has no name. So what
takes too long is an error and not a file that ends somewhere; and the thread that made it is free, since
waitress sends files beside its threads.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, BinaryIO, Literal, cast

from flask import Response, current_app, request, send_file
from msgspec.structs import astuple, replace

from archive.digests import blake2b
from archive.sources import on_disk
from index.archive import Archive
from index.errors import NotFoundError
from index.requests import CONTEXT, ConcordanceRequest, FacetName, SearchRequest
from index.results import FacetValue, Line
from index.search.cancellation import still_wanted
from index.search.export import DOCUMENT_COLUMNS, MEDIA_TYPES, Cell, Form, document_rows, table
from web.arguments import arrangement, one, search_request, with_query
from web.errors import RefusedError, WordedError

MOST_PASSAGES = 50_000
"""Of one file: for 之 in classical texts 60 MB of CSV, or 230 of NDJSON and six seconds of a processor."""

MOST_BYTES = 1_000_000_000
"""Of one file: passages may have a thousand places each, and a row of 6 kB for each place."""

_CHUNK = 1 << 20

AT_ONCE = 4
"""Files of one process that are being made or sent."""


class Downloads:
    """The files of one process; for all its threads."""

    def __init__(
        self, at_once: int = AT_ONCE, most: int = MOST_PASSAGES, most_bytes: int = MOST_BYTES
    ) -> None:
        self.most = most
        self.most_bytes = most_bytes
        self._places = BoundedSemaphore(at_once)

    def check(self, passages: int) -> None:
        """Raise ``too_much_to_download`` for more passages than a file may have."""
        if passages > self.most:
            raise RefusedError("too_much_to_download", passages=passages, most=self.most)

    def file(self, lines: Iterable[str | bytes]) -> BinaryIO:
        """A file of these lines, opened at its beginning. The caller closes it. Raises ``crowded``,
        ``file_too_large``, ``no_room``.
        """
        if not self._places.acquire(blocking=False):
            raise WordedError("crowded")
        with ExitStack() as undone:
            undone.callback(self._places.release)
            with _room():
                written = TemporaryFile()  # noqa: SIM115  # the stack closes it
            undone.callback(_close, written)
            size = 0
            for line in lines:
                data = line if isinstance(line, bytes) else line.encode(errors="backslashreplace")
                size += len(data)
                if size > self.most_bytes:
                    raise RefusedError("file_too_large", most=self.most_bytes // 1_000_000)
                with _room():
                    written.write(data)
            with _room():
                written.seek(0)
            return cast("BinaryIO", _File(written, undone.pop_all()))


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Not its own text: where no folder can be used, that lists all that were tried.
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        raise WordedError("no_room", reason=reason) from error


def _close(written: IO[bytes]) -> None:
    with suppress(OSError):  # what could not be written fails once more
        written.close()


def given_out(lines: Iterable[str | bytes], name: str, mimetype: str) -> Response:
    """The answer that is a file of these lines. Raises what ``Downloads.file`` raises."""
    downloads: Downloads = current_app.config["DOWNLOADS"]
    return send_file(
        downloads.file(lines),
        mimetype=mimetype,
        as_attachment=True,
        download_name=name,
        conditional=False,  # what has not changed is known before the file is made
        etag=False,
    )


def export_file(archive: Archive, _: object = None) -> Response:
    """All that a search finds: the file that the parameters of the address ask for. Raises RefusedError, and
    like ``Downloads.file``.
    """
    asked = replace(with_query(search_request(request.args, facets=())), offset=0, limit=0, counts=False)
    form, context = one(request.args, "format", "csv"), one(request.args, "context", CONTEXT)
    downloads: Downloads = current_app.config["DOWNLOADS"]
    downloads.check(archive.search(asked).total)
    address = request.root_url.rstrip("/")
    lines = archive.export(asked, form, context, address)
    return given_out(lines, f"{_name('juanzong', asked.query)}.{form}", MEDIA_TYPES[form])


def table_file(name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """A table as a file in the form that the address asks for. Raises like ``export_file``."""
    form: Form = one(request.args, "format", "csv")
    return given_out(table(form, header, rows), f"{name}.{form}", MEDIA_TYPES[form])


def concordance_file(archive: Archive, asked: ConcordanceRequest) -> Response:
    """All lines of a concordance, in its order. Raises like ``export_file``."""
    downloads: Downloads = current_app.config["DOWNLOADS"]
    downloads.check(archive.search(replace(asked.search, limit=0, offset=0, counts=False)).total)
    name = _name("juanzong-kwic", asked.search.query)
    return table_file(name, Line.__struct_fields__, map(astuple, archive.lines(asked)))


def list_file(
    archive: Archive, asked: SearchRequest, name: FacetName | Literal["documents"], below: str = ""
) -> Response:
    """A whole list as its page arranges it: documents, or values of a facet; of folders those ``below``."""
    how = arrangement(request.args)
    if name == "documents":
        rows = document_rows(archive.each_document(asked, how), archive.own)
        return table_file("juanzong-documents", (*DOCUMENT_COLUMNS, *archive.own), rows)
    values = (astuple(v) for v in archive.values(asked, name, how) if v.value.startswith(below))
    return table_file(f"juanzong-{name}", FacetValue.__struct_fields__, values)


def _name(begin: str, query: str) -> str:
    """The query names the file, on any system; browsers of old take the part of it that is ASCII."""
    words = re.sub(r"\W+", "_", query).strip("_")[:40]
    return f"{begin}-{words}" if words else begin


class _File:
    """A temporary file that gives back its place when it is closed."""

    def __init__(self, written: IO[bytes], kept: ExitStack) -> None:
        self._kept = kept
        self.read, self.seek, self.tell = written.read, written.seek, written.tell
        self.seekable = written.seekable

    def close(self) -> None:
        self._kept.close()

    __del__ = close  # a place that is never given back would be one less for good


class OriginalMissingError(NotFoundError):
    """The file is gone, or what is there is not a plain file below the source folder. HTTP 404."""

    code = "original_missing"


class OriginalChangedError(NotFoundError):
    """The file is not any more what was read. HTTP 404."""

    code = "original_changed"


def original_file(archive: Archive, _: object, document_id: str = "") -> Response:
    """The file of a document. Raises NotFoundError where none may be given out."""
    folder, path, digest = archive.original(document_id or request.args.get("id", ""))
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
