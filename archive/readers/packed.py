"""The reader of archives: ZIP and TAR. Each member is read as a file of its ending is, in the order of names.

A member is unpacked to a temporary file and read from there; nothing is ever written under its own name, and
links are not followed. What an archive may unpack to, with the archives in it, grows with its size.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, BinaryIO, Final, cast

from msgspec import Struct
from msgspec.structs import replace

from archive import sources
from archive.described import Described
from archive.errors import ReadError
from archive.file_names import order_key
from archive.formats import format_of
from archive.messages import note
from archive.model import Document, Note
from archive.readers import SourceReading
from archive.readers.files import HashedFile
from archive.sources import SourceFile

UNPACKED: Final = 512_000_000
TIMES: Final = 100
"""Bytes that an archive may unpack to: so many, and so many times its size. A member may take half of what is
left of them."""
MEMBERS: Final = 100_000
"""The most members of an archive."""
_BLOCK: Final = 1 << 20
_BAD: Final = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, ValueError, EOFError, OSError,
    zlib.error, lzma.LZMAError, IndexError, KeyError,
)  # fmt: skip
"""What the libraries raise on damaged archives."""
_DRIVE: Final = re.compile("^[A-Za-z]:")


class _Room(Struct):
    """The state of reading an archive: where and how members are read, the bytes left."""

    folder: Path
    encoding: str | None
    file: HashedFile
    described: Described
    left: int


class _Member(Struct):
    """A file in an archive: how it is opened, its size, whether it has a password; ``link``: where it leads;
    ``special``: neither file nor link.
    """

    name: bytes
    open: Callable[[], IO[bytes]]
    protected: bool = False
    link: str | None = None
    special: bool = False


def read(file: HashedFile, path: str, encoding: str | None) -> Iterator[Document | Note]:
    """The documents of the members, each with the path in the archive as its id (``a.zip/b.txt``)."""
    with file.anywhere() as handle, TemporaryDirectory(prefix="juanzong-") as folder:
        described = Described(columns=file.described.columns, memory=file.described.memory)
        room = _Room(Path(folder), encoding, file, described, UNPACKED + TIMES * file.size)
        for item in _items(handle, path, room, nested=False):
            yield replace(item, path=path) if isinstance(item, Document) else item


def _items(handle: BinaryIO, path: str, room: _Room, *, nested: bool) -> Iterator[Document | Note]:
    """What is read of an archive, and the notes on it."""
    with ExitStack() as stack:
        try:
            members = _members(handle, room, stack)
        except ReadError as error:
            yield note(path, f"{error.code}.{error.reason}", *error.values, left_out=True)
            return
        except _BAD as error:
            yield note(path, "read_failed.broken", _said(error), left_out=True)
            return
        if not members:
            yield note(path, "empty.text")
        yield from _documents(members, path, room, nested=nested)


def _documents(members: list[_Member], path: str, room: _Room, *, nested: bool) -> Iterator[Document | Note]:
    if len(members) > MEMBERS:
        yield note(path, "left_out.members", len(members), MEMBERS, left_out=True)
    names, guessed = sources.names_of([member.name for member in members[:MEMBERS]])
    if guessed:
        yield note(path, "odd_name.read", guessed)
    if not any("/" in name for name in names):
        names = [name.replace("\\", "/") for name in names]  # as some programs of Windows write them
    hidden: set[str] = set()
    known = set(names)
    for name, member in sorted(zip(names, members, strict=False), key=lambda item: order_key(item[0])):
        inner, outside = _inside(name)
        full = f"{path}/{inner}"
        if outside:
            yield note(full, "odd_name.outside", sources.shown(name))
        problem = _problem(inner, full, member, known, hidden)
        if problem is not None:
            yield problem
        elif format_of(inner) and not sources.is_leftover(inner.rpartition("/")[2]):
            yield from _read(member, full, room, nested=nested)


def _inside(name: str) -> tuple[str, bool]:
    """A name as a path inside the archive, and whether it led out of it."""
    bare = _DRIVE.sub("", name)
    parts = [part for part in bare.split("/") if part not in ("", ".")]
    kept = [sources.shown(part) for part in parts if part != ".."]
    return "/".join(kept) or "_", bare != name or bare.startswith("/") or len(kept) < len(parts)


def _problem(inner: str, full: str, member: _Member, names: set[str], hidden: set[str]) -> Note | None:
    """The reason why a member is not read, if it is to be reported."""
    *folders, name = inner.split("/")
    for depth, folder in enumerate(folders, 1):
        if sources.is_leftover(folder):
            above = "/".join(folders[:depth])
            if above in hidden:
                return None
            hidden.add(above)
            return note(full.removesuffix(inner) + above, "hidden.folder")
    if member.link is not None:
        target = "/".join([*folders, member.link]) if not member.link.startswith("/") else ""
        here = member.link in names or _inside(target)[0] in names
        return note(full, "link.inside") if here else note(full, "link.outside", left_out=True)
    if sources.is_leftover(name):
        return sources.leftover_file(name, full)
    if member.special:
        return note(full, "special_file", left_out=True)
    if format_of(name) is None:
        return sources.unknown_format(name, full)
    return note(full, "read_failed.protected", left_out=True) if member.protected else None


def _read(member: _Member, full: str, room: _Room, *, nested: bool) -> Iterator[Document | Note]:
    """Unpack a member and read it."""
    name = full.rpartition("/")[2]
    found = format_of(name)
    packed = found is not None and found.reader == "packed"
    if packed and nested:
        yield note(full, "unknown_format.nested", left_out=True)
        return
    endings = (end for end in (found.endings if found else ()) if name.lower().endswith(end))
    file = room.folder / f"{'inner' if nested else 'member'}{max(endings, key=len, default='')}"
    try:
        try:
            with file.open("wb") as out:
                _copy(member.open, out, room)
            if packed:
                with file.open("rb") as handle:
                    yield from _items(handle, full, room, nested=True)
            else:
                status = file.stat()
                source = SourceFile(file, full, status.st_size, status.st_mtime_ns, room.described)
                yield from SourceReading(source, room.encoding, room.file.kept, room.file.look)
        except ReadError as error:
            yield note(full, f"{error.code}.{error.reason}", *error.values, left_out=True)
    finally:
        file.unlink(missing_ok=True)


def _copy(opened: Callable[[], IO[bytes]], out: IO[bytes], room: _Room) -> None:
    """Unpack what is opened. Raises ``ReadError``."""
    try:
        source = opened()
    except _BAD as error:
        raise ReadError("broken", _said(error)) from error
    most = room.left // 2
    left = most
    with source:
        while True:
            try:
                data = source.read(_BLOCK)
            except _BAD as error:
                raise ReadError("broken", _said(error)) from error
            room.left -= len(data)
            left -= len(data)
            if left < 0:
                raise ReadError("large", most // 1_000_000)
            if not data:
                return
            out.write(data)


def _members(handle: BinaryIO, room: _Room, stack: ExitStack) -> list[_Member]:
    """The files of an archive, whatever its name says."""
    start = handle.read(4)
    handle.seek(0)
    if start[:2] == b"PK":
        archive = stack.enter_context(zipfile.ZipFile(handle))
        return [_zip_member(archive, info) for info in archive.infolist() if not info.is_dir()]
    if start[:2] in (b"\x1f\x8b", b"BZ", b"\xfd7"):
        spool = stack.enter_context(TemporaryFile())  # noqa: SIM115 (the stack closes it)
        _copy(partial(_decompressed, handle, start[:2]), spool, replace(room))
        spool.seek(0)
        return _tar_members(stack.enter_context(tarfile.open(fileobj=spool, mode="r:")))
    return _tar_members(stack.enter_context(tarfile.open(fileobj=handle, mode="r:")))


def _decompressed(handle: BinaryIO, magic: bytes) -> IO[bytes]:
    if magic == b"BZ":
        return bz2.BZ2File(handle)
    return lzma.LZMAFile(handle) if magic == b"\xfd7" else cast("IO[bytes]", gzip.GzipFile(fileobj=handle))


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Member:
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    # The bytes of the name, which the library takes for those of DOS where it is not said to be UTF-8.
    name = info.orig_filename.encode("utf-8" if info.flag_bits & 0x800 else "cp437")
    link = archive.read(info)[:4096].decode("utf-8", "replace") if is_link and info.file_size < 4096 else None
    return _Member(name, lambda: archive.open(info), bool(info.flag_bits & 1), link, is_link and link is None)


def _tar_members(archive: tarfile.TarFile) -> list[_Member]:
    members = (_tar_member(archive, info) for info in archive if not info.isdir())
    return list(islice(members, MEMBERS + 1))


def _tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> _Member:
    link = info.linkname if info.issym() or info.islnk() else None

    def opened() -> IO[bytes]:
        found = archive.extractfile(info)
        assert found is not None
        return found

    name = info.name.encode("utf-8", "surrogateescape")
    return _Member(name, opened, link=link, special=link is None and not info.isreg())


def _said(error: Exception) -> str:
    return str(error).split("\n")[0] or type(error).__name__
