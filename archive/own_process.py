"""Processes of our own: their command, whether one hangs, and the limits of one that reads files.

Memory is a flat limit. Processor time is 25 s, and more for each byte read and given; a file's size alone
gives nothing.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
if sys.platform != "win32":
    import resource

READ_A_SECOND: Final = 500_000
"""Bytes of the file that give a second more as they are read, each once."""
GIVEN_A_SECOND: Final = 20_000
"""Bytes of text that give a second more."""
_WORN: Final = 250_000_000
"""Bytes of memory after which a process is not used again."""

_ends: float | None = None
"""Seconds of this process; None where a reader is called as a function, without limits."""
_unread = 0.0
"""Bytes of the file that can still give time."""


def python_command(code: str, *arguments: str) -> list[str]:
    """The command of a Python process with our ``sys.path``: a line of ``code`` and its ``sys.argv``.

    The path is set once Python has started. In PYTHONPATH, a file of the user's own that is named like a
    module of Python (``encodings.py``) would keep it from starting.
    """
    return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}", *arguments]


class Pulse:
    """Tells a process that hangs from one that works, however little it gets of a busy machine.

    Where the system does not say what a process works (elsewhere than on Linux), it hangs.
    """

    def __init__(self, process: int) -> None:
        self._clock = (~process << 3) | 2  # of the process, clock_getcpuclockid(3)
        self._spent = 0.0
        self._still = 0

    def still(self) -> int:
        """How often it was asked without having used a processor since."""
        spent = self._spent
        if sys.platform == "linux":
            with suppress(OSError):
                spent = time.clock_gettime(self._clock)
        self._still = self._still + 1 if spent == self._spent else 0
        self._spent = spent
        return self._still


def limit(memory: int, seconds: float) -> None:
    """Begin with a file: so much address space in bytes, and processor time, where the system has limits."""
    global _ends, _unread
    if sys.platform != "win32":
        _ends, _unread = _used(resource.RUSAGE_SELF) + 1 + seconds, 0
        _set(resource.RLIMIT_AS, memory)
        _set(resource.RLIMIT_CORE, 0)
        _set(resource.RLIMIT_CPU, int(_ends))


def counted(file: BinaryIO) -> BinaryIO:
    """A file of the disk whose bytes give time as they are read."""
    global _unread
    _unread = os.fstat(file.fileno()).st_size
    return BufferedReader(_Counted(file.fileno(), closefd=False))


class _Counted(FileIO):
    def readinto(self, buffer: WriteableBuffer) -> int:
        size = super().readinto(buffer)
        more_time(read=size)
        return size

    def readall(self) -> bytes:
        data = super().readall()
        more_time(read=len(data))
        return data


def more_time(*, read: float = 0, given: int = 0) -> None:
    """Go on for longer: so many more bytes of the file were read, and so many of text given."""
    global _ends, _unread
    read = min(read, _unread)
    if _ends is not None and read + given and sys.platform != "win32":
        _unread -= read
        _ends += read / READ_A_SECOND + given / GIVEN_A_SECOND
        _set(resource.RLIMIT_CPU, int(_ends))


def patience(least: float, size: int) -> float:
    """Seconds that a file may take in which nothing goes on; all of its seconds, where the system does not
    say what goes on.
    """
    return least if sys.platform == "linux" else least + size // READ_A_SECOND


def child_seconds() -> int | None:
    """Seconds of a processor that a program may take which this process starts: what it has left itself."""
    if _ends is None or sys.platform == "win32":
        return None
    return max(1, int(_ends - _used(resource.RUSAGE_SELF)))


def child_limits(memory: int, seconds: int | None) -> Callable[[], None] | None:
    """What a child does before it begins: ``memory`` is its bytes, unless this process has more."""
    if seconds is None or sys.platform == "win32":
        return None
    own = resource.getrlimit(resource.RLIMIT_AS)[0]

    def begin() -> None:
        if own != resource.RLIM_INFINITY:
            _set(resource.RLIMIT_AS, max(own, memory))
        # LibreOffice catches the signal of a soft limit.
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    return begin


def spent_by_children() -> float:
    """Seconds of a processor that the programs took which this process started, and which have ended."""
    if sys.platform == "win32":
        return 0
    return _used(resource.RUSAGE_CHILDREN)


def _used(whose: int) -> float:
    if sys.platform == "win32":
        return 0
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def _set(name: int, wanted: int) -> None:
    if sys.platform != "win32":
        most = resource.getrlimit(name)[1]
        resource.setrlimit(name, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def worn() -> bool:
    """Whether this process has grown so much that another one is to read the next file."""
    if sys.platform == "win32":
        return False
    try:
        # Not ru_maxrss: on Linux it counts what the process was forked from.
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() > _WORN
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1000 > _WORN
