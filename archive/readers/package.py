"""Packages: the ZIP files that documents of Word, OpenDocument and Excel are, opened with limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from posixpath import join, normpath
from typing import Any, BinaryIO

from lxml import etree
from msgspec import Struct

from archive.errors import ReadError
from archive.messages import note
from archive.model import Note
from archive.readers.xml import SAFE, attribute, parse_error

LARGEST_MEMBER = 1 << 29
"""In bytes, unpacked: larger ones are refused, whatever the package says of their size."""

_MOST_MEMBERS = 100_000
_LARGEST_TREE = 1 << 26  # bytes of XML that is held as a tree: some 400 MB
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BAD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


class Relation(Struct, frozen=True):
    """A reference of a part of a package to another one; ``kind`` says what that is: ``styles`` …"""

    id: str
    kind: str
    target: str


class Package:
    """A ZIP file that is read by the names of its members. Raises ``ReadError``: broken, protected, or
    unpacks to too much.

    Attributes:
        unread: the members beside the text that are damaged.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.unread: list[str] = []
        begins = file.read(len(_OLE))
        file.seek(0)
        if begins == _OLE:  # what Office makes of a protected document; an old .doc under another name too
            data = file.read(1 << 26)
            protected = "EncryptedPackage".encode("utf-16-le") in data
            raise ReadError("protected" if protected else "other_format")
        try:
            self._zip = zipfile.ZipFile(file)
            self._members = {info.filename: info for info in self._zip.infolist()}
        except _BAD as error:
            raise ReadError("broken", str(error)) from error
        if len(self._members) > _MOST_MEMBERS:
            raise ReadError("large", _MOST_MEMBERS)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        """The names of the members, in the order of the package."""
        return list(self._members)

    def check(self) -> None:
        """Raise ``ReadError`` where the members are too large to be unpacked together."""
        if sum(info.file_size for info in self._members.values()) > LARGEST_MEMBER:
            raise ReadError("large", LARGEST_MEMBER >> 20)

    def open(self, name: str, most: int = LARGEST_MEMBER) -> Member:
        """A member as a file, of which at most ``most`` bytes can be read."""
        info = self._members.get(name)
        if info is None:
            raise ReadError("broken", f"{name} is missing")
        if info.file_size > most:
            raise ReadError("large", most >> 20)
        if info.flag_bits & 1:
            raise ReadError("protected")
        try:
            return Member(self._zip.open(info), most)
        except _BAD as error:
            raise ReadError("broken", str(error)) from error

    def tree(self, name: str) -> Any:
        """The root of a member that is XML, or an empty tuple where the package lacks it."""
        if name not in self:
            return ()
        *_, root = elements(self.open(name, _LARGEST_TREE), name)
        return root

    def side(self, name: str) -> Any:
        """The root of a member beside the text (styles, notes, properties); a damaged one is left out."""
        try:
            return self.tree(name)
        except ReadError as error:
            if error.reason != "broken":
                raise
            self.unread.append(name)
            return ()

    def lenient(self, name: str, tag: str | None = None) -> Iterator[Any]:
        """The elements of a member as they end, up to where it is damaged."""
        try:
            yield from elements(self.open(name), name, tag)
        except ReadError as error:
            if error.reason != "broken":
                raise
            self.unread.append(name)

    def related(self, part: str) -> list[Relation]:
        """The parts of the package that a part refers to, or the package itself (``""``); none outside."""
        folder, _, name = part.rpartition("/")
        found = []
        for one in self.side(join(folder, "_rels", f"{name}.rels")):
            target = normpath(join("/", folder, attribute(one, "Target") or "")).lstrip("/")
            if attribute(one, "TargetMode") != "External" and target in self:
                kind = (attribute(one, "Type") or "").rpartition("/")[2]
                found.append(Relation(attribute(one, "Id") or "", kind, target))
        return found


def unread_notes(package: Package, path: str) -> Iterator[Note]:
    """Notes on the damaged parts of a package."""
    return (note(path, "part_unread", name, left_out=True) for name in dict.fromkeys(package.unread))


class Member:
    """A member of a package that is being unpacked."""

    def __init__(self, file: Any, most: int) -> None:
        self._file = file
        self._left = most
        self._most = most

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        try:
            data: bytes = self._file.read(self._left + 1 if size < 0 else size)
        except _BAD as error:
            raise ReadError("broken", str(error)) from error
        self._left -= len(data)
        if self._left < 0:
            raise ReadError("large", self._most >> 20)
        return data


def elements(file: Member | BinaryIO, name: str, tag: str | None = None) -> Iterator[Any]:
    """The elements of an XML file as they end, or those of a ``tag``; the caller clears them. Raises
    ``ReadError``.
    """
    try:
        for _, element in etree.iterparse(file, events=("end",), tag=tag, **SAFE):
            yield element
    except etree.XMLSyntaxError as error:
        raise parse_error(error, f"{name}: {error.msg}") from error


def forget(element: Any) -> None:
    """Free an element that was read, and what is before it."""
    element.clear()
    while (before := element.getprevious()) is not None:
        element.getparent().remove(before)
