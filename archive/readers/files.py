"""Files of the folder as readers have them: fingerprinted in passing, and decoded block by block."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from msgspec import Struct

from archive.described import NOTHING, Described
from archive.digests import blake2b
from archive.encoding import Decoded, Decoder, recognise

BLOCK: Final = 1 << 20
"""Bytes of a long file that are read at once."""


class Look(Struct):
    """What an inspection sees of a file while it is read.

    Attributes:
        why: it asks what the rules proposed.
        encoding: how a text was decoded.
        rows: ``InspectedRow`` of the document, or of the part of one, that comes next.
    """

    why: bool
    encoding: str = "utf-8"
    rows: list[Any] = []


class HashedFile:
    """A file that is read from its beginning to its end, and fingerprinted in passing.

    Attributes:
        described: what is said of it from outside.
        kept: the folder of the cache of extracts.
        look: sees how it is read.
    """

    def __init__(
        self,
        handle: BinaryIO,
        described: Described = NOTHING,
        kept: Path | None = None,
        look: Look | None = None,
    ) -> None:
        self.described = described
        self.kept = kept
        self.look = look
        self._handle = handle
        self._hash = blake2b(digest_size=16)

    def readline(self, limit: int) -> bytes:
        """The rest of the line with its line feed, or its next ``limit`` bytes; nothing at the end."""
        data = self._handle.readline(limit)
        self._hash.update(data)
        return data

    def next(self, size: int) -> bytes:
        """The next bytes, at most so many; nothing at the end."""
        data = self._handle.read(size)
        self._hash.update(data)
        return data

    @property
    def size(self) -> int:
        """The size of the whole file, in bytes."""
        return os.fstat(self._handle.fileno()).st_size

    def look_through(self, size: int) -> Iterator[bytes]:
        """Look at the rest of the file, in blocks of so many bytes, without reading on."""
        with self.anywhere() as file:
            while data := file.read(size):
                yield data

    def end(self, size: int) -> bytes:
        """The last bytes of the file, at most so many, from a multiple of four bytes on."""
        with self.anywhere() as file:
            file.seek(max(0, self.size - size) & ~3)
            return file.read()

    def peek(self, size: int) -> bytes:
        """Look at the next bytes, without reading on."""
        with self.anywhere() as file:
            return file.read(size)

    @contextmanager
    def anywhere(self) -> Iterator[BinaryIO]:
        """The seekable file; reading from it does not advance this reader."""
        place = self._handle.tell()
        try:
            yield self._handle
        finally:
            self._handle.seek(place)

    def finish(self) -> str:
        """Read the rest of the file; the digest of all of it."""
        while data := self._handle.read(BLOCK):
            self._hash.update(data)
        return self._hash.hexdigest()


class TextFile:
    """A file of text that is decoded block by block. Raises ``NotTextError`` and ``EncodingError``."""

    def __init__(self, file: HashedFile, encoding: str | None) -> None:
        self.file = file
        self._found = recognise(file.look_through(BLOCK), encoding)
        self._decoder = Decoder(self._found.encoding, others=encoding is None)
        self._rest = b""

    @property
    def decoded(self) -> Decoded:
        """What is to be said of how it was decoded so far, without the text."""
        return self._decoder.said(self._found)

    def next(self) -> str:
        """The next characters; nothing at the end."""
        while more := self.file.next(BLOCK):
            data = self._rest + more
            end = self._decoder.whole(data)
            self._rest = data[end:]
            if text := self._decoder.decode(data[:end]):
                return text
        rest, self._rest = self._rest, b""
        return self._decoder.decode(rest)

    def end(self, size: int) -> str:
        """The text of the last bytes of the file, at most so many, once some were decoded."""
        return self._decoder.text_of(self.file.end(size))
