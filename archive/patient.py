"""Folders and files whose drive may stall: what gives nothing for a minute is given up, whatever the system
does.

A thread asks the system, and only that is timed, block by block: however slow the drive or busy the machine
is, a file that goes on coming is read.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from functools import cache
from io import BufferedReader, FileIO
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias, TypeVar, cast

from archive.errors import StalledError, out_of_files_named, said

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

PATIENCE = 60
"""Seconds, counted while this process runs, after which a read is given up."""
_MOST: Final = 5
"""Reads given up, one after the other, after which no further file is tried."""
_BLOCK: Final = 1 << 17
"""Bytes of a read; a shorter file takes one."""

T = TypeVar("T")


def patiently(path: Path, work: Callable[[], T]) -> T:
    """What a call of the system on this path gives.

    Raises:
        TimeoutError: the drive stalls.
        StalledError: it did so for several paths, one after the other.
    """
    if len(_given_up) >= _MOST:
        _given_up.clear()
        raise gives_nothing(path)
    return work() if _is_on_disk(path.parent) else waited_for(work)


def gives_nothing(path: Path) -> StalledError:
    """The error for a path whose drive gave nothing."""
    return StalledError(
        said("The drive gives nothing: {} was waited for in vain.", path),
        hint="The archive stays as it was. Look at the drive and its network, then try again.",
    )


def refuse_stalled(folder: Path) -> None:
    """Raise ``StalledError`` for a folder whose drive says nothing of it."""
    try:
        waited_for(folder.stat)
    except TimeoutError:
        raise gives_nothing(folder) from None
    except OSError:
        pass


@out_of_files_named()
def open_patiently(path: Path) -> BinaryIO:
    """A file of the folder, to be read. Opening and reading raise as ``patiently`` does."""
    file = patiently(path, lambda: open_file(path) if _is_on_disk(path.parent) else _File(path))
    return BufferedReader(file, max(len(file.head), 1)) if isinstance(file, _File) else file


@out_of_files_named()
def open_file(path: Path) -> BinaryIO:
    """The same, however long it takes."""
    return open(path, "rb", opener=_opener)


def _opener(path: str, flags: int) -> int:
    """How a file of the folder is opened: without waiting, and not through a link."""
    # It may have become a pipe or a link since the folder was scanned.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))


@cache
def _is_on_disk(folder: Path) -> bool:
    """Whether it is on a disk of this machine, which does not stall; Linux numbers all else as device 0."""
    return sys.platform == "linux" and os.major(waited_for(folder.stat).st_dev) != 0


class _File(FileIO):
    """A file without a buffer, its beginning read as it is opened."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, opener=_opener)
        size = min(os.fstat(self.fileno()).st_size + 1, _BLOCK)
        self.head = FileIO.read(self, size)
        self.seek(0)
        self._whole = len(self.head) < size
        self._stalled = False

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read a block at most, of the beginning without asking again."""
        space = memoryview(buffer)
        size, at = min(len(space), _BLOCK), self.tell()
        if self._whole or at < len(self.head):
            data = self.head[at : at + size]
            self.seek(at + len(data))
        else:
            data = waited_for(lambda: self._block(size))
        space[: len(data)] = data
        return len(data)

    def _block(self, size: int) -> bytes:
        self._stalled = True
        data = FileIO.read(self, size)
        self._stalled = False
        return data or b""

    def readall(self) -> bytes:
        """Read the rest, block by block too."""
        found, block = bytearray(), bytearray(_BLOCK)
        while size := self.readinto(block):
            found += block[:size]
        return bytes(found)

    def close(self) -> None:
        """Close the file, unless it is still waited for: that may take as long."""
        if not self._stalled:
            super().close()


def waited_for(work: Callable[[], T]) -> T:
    """What a call of the system gives; ``TimeoutError`` where it gives nothing in time, and is left alone."""
    try:
        asked, given = _idle.pop()
    except IndexError:
        asked, given = SimpleQueue(), SimpleQueue()
        threading.Thread(target=_ask, args=(asked, given), daemon=True).start()
    asked.put(work)
    for _ in range(PATIENCE):
        try:
            found, error = given.get(timeout=1)
        except Empty:
            continue
        _idle.append((asked, given))
        _given_up.clear()
        if error is not None:
            raise error
        return cast(T, found)
    asked.put(None)
    _given_up.append(None)
    raise TimeoutError


def _ask(asked: _Asked, given: _Given) -> None:
    """The life of a thread that asks."""
    while (work := asked.get()) is not None:
        try:
            given.put((work(), None))
        except BaseException as error:
            given.put((None, error))
        del work


_Asked: TypeAlias = "SimpleQueue[Callable[[], object] | None]"
_Given: TypeAlias = "SimpleQueue[tuple[object, BaseException | None]]"
_idle: list[tuple[_Asked, _Given]] = []
_given_up: list[None] = []
if hasattr(os, "register_at_fork"):  # threads stay behind
    os.register_at_fork(after_in_child=_idle.clear)
