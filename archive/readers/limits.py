"""The limits of a process of extractors: its memory, and processor time that grows as its work gets on.

They are flat, so that a file gains nothing by being large. What is not read of a file gives it no time.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

READ_A_SECOND: Final = 500_000
GIVEN_A_SECOND: Final = 20_000
"""A second more for so many bytes of the file that were gone through, and of text that came of them."""
_WORN: Final = 250_000_000
"""Bytes of memory after which a process is not used again."""

_ends: float | None = None
"""Seconds of this process; None where it has no limits: who calls a reader as a function."""


def limit(memory: int, seconds: float) -> None:
    """Begin with a file: so much address space in bytes, and processor time, where the system has limits."""
    global _ends
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _ends = used.ru_utime + used.ru_stime + 1 + seconds
        _set(resource.RLIMIT_AS, memory)
        _set(resource.RLIMIT_CORE, 0)
        more_time()


def more_time(*, read: float = 0, given: int = 0) -> None:
    """Go on for longer: so many more bytes of the file were read, and so many of text given."""
    global _ends
    if _ends is not None and sys.platform != "win32":
        import resource

        _ends += read / READ_A_SECOND + given / GIVEN_A_SECOND
        _set(resource.RLIMIT_CPU, int(_ends))


def _set(name: int, wanted: int) -> None:
    if sys.platform != "win32":
        import resource

        most = resource.getrlimit(name)[1]
        resource.setrlimit(name, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))


def worn() -> bool:
    """Whether this process has grown so much that another one is to read the next file."""
    if sys.platform == "win32":
        return False
    import resource

    try:
        # Not ru_maxrss: on Linux it counts what the process was forked from.
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() > _WORN
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1000 > _WORN
