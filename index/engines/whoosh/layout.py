"""The segment file: named blocks of integers or bytes, and a directory of them at its end.

    "JZWS" version(u32)  block block …  directory (JSON)  length(u32) crc32(u32) "JZWE"

All integers are little-endian. A block begins at a multiple of eight bytes. A file is written once and
never changed, so it can be hard-linked; it is read through a memory map, and a block costs nothing until it
is looked at.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import struct
import sys
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO
from zlib import crc32

from index.errors import EngineError

ENGINE = "whoosh"
HEAD = b"JZWS" + struct.pack("<I", 1)
TAIL = b"JZWE"
_TRAILER = struct.Struct("<II4s")
_SIZES = {"B": 1, "H": 2, "I": 4, "Q": 8, "q": 8}
COLUMNS = ".col"  # the two files of a segment
TERMS = ".trm"
REBUILD = "Rebuild the archive."

if any(array(code).itemsize != size for code, size in _SIZES.items()):  # pragma: no cover
    raise ImportError("the sizes of C integers on this machine are not those of the index format")


def damaged(path: Path, reason: str) -> EngineError:
    """The error for an index file that is not what was written."""
    return EngineError(ENGINE, f"{path.name} is damaged: {reason}", hint=REBUILD)


def little_endian(values: array[int]) -> array[int]:
    """The same array, or on a big-endian machine a copy with its bytes swapped."""
    if sys.byteorder == "little":
        return values
    swapped = values[:]
    swapped.byteswap()
    return swapped


class BlockWriter:
    """Writes one segment file, block after block."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("xb")
        self._file.write(HEAD)
        self._position = len(HEAD)
        self._blocks: dict[str, tuple[int, int, str, int]] = {}

    def write(self, name: str, parts: Iterable[array[int] | bytes], code: str) -> None:
        """Add a block made of ``parts`` one after the other; ``code`` is the type code of its integers."""
        padding = -self._position % 8
        self._file.write(bytes(padding))
        start = self._position = self._position + padding
        check = 0
        for part in parts:
            data = part if isinstance(part, bytes) else little_endian(part).tobytes()
            check = crc32(data, check)
            self._file.write(data)
            self._position += len(data)
        self._blocks[name] = (start, self._position - start, code, check)

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write the directory, with ``facts`` in it, make the file durable and close it."""
        directory = json.dumps({"facts": facts, "blocks": self._blocks}).encode()
        self._file.write(directory)
        self._file.write(_TRAILER.pack(len(directory), crc32(directory), TAIL))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def abandon(self) -> None:
        """Close and remove the file; after ``finish`` too."""
        with contextlib.suppress(OSError):  # on a full disk: what is still buffered cannot be written
            self._file.close()
        self.path.unlink(missing_ok=True)


class BlockReader:
    """A segment file, opened for reading.

    Raises EngineError where the file is not whole. The contents of a block are compared with its checksum by
    ``checked``; ``block`` leaves that out for blocks of which a search reads only a few bytes.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError as error:
            raise EngineError(ENGINE, f"{path.name} is missing", hint=REBUILD) from error
        except ValueError as error:  # an empty file cannot be mapped
            raise damaged(path, "it is empty") from error
        self.size = len(self._map)
        self._views: list[memoryview[int]] = []
        self._read_directory()

    def _read_directory(self) -> None:
        data = self._map
        if self.size < len(HEAD) + _TRAILER.size or data[: len(HEAD)] != HEAD:
            raise damaged(self.path, "it does not begin as a segment of this version")
        length, check, tail = _TRAILER.unpack(data[self.size - _TRAILER.size :])
        start = self.size - _TRAILER.size - length
        if tail != TAIL or start < len(HEAD) or crc32(data[start : start + length]) != check:
            raise damaged(self.path, "its end is missing")
        directory = json.loads(data[start : start + length])
        self.facts: dict[str, Any] = directory["facts"]
        self._blocks: dict[str, tuple[int, int, str, int]] = directory["blocks"]

    def block(self, name: str) -> memoryview[int]:
        """The integers of a block, not compared with its checksum."""
        start, length, code, _ = self._blocks[name]
        return self._view(start, length, code)

    def checked(self, name: str) -> memoryview[int]:
        """The integers of a block, after comparing it with its checksum."""
        start, length, code, check = self._blocks[name]
        with memoryview(self._map) as whole, whole[start : start + length] as part:
            if crc32(part) != check:
                raise damaged(self.path, f"the block {name} differs from its checksum")
        return self._view(start, length, code)

    def _view(self, start: int, length: int, code: str) -> memoryview[int]:
        view: memoryview[int] = memoryview(self._map)[start : start + length]
        if sys.byteorder == "big" and _SIZES[code] > 1:
            swapped = array(code, view.tobytes())
            swapped.byteswap()
            return memoryview(swapped)
        view = view.cast(code)  # type: ignore[call-overload]
        self._views.append(view)
        return view

    def verify(self) -> None:
        """Compare every block with its checksum."""
        for name in self._blocks:
            self.checked(name).release()

    def close(self) -> None:
        """Release the file: at once, or when the search that still looks at it in another thread ends."""
        for view in self._views:
            view.release()
        self._views.clear()
        with contextlib.suppress(BufferError):  # a search in another thread still looks at it
            self._map.close()
