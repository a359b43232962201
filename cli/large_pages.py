"""A build in large pages of memory: a fifth less work for the index (Linux with glibc 2.35 or later).

The tables of an index under construction take hundreds of megabytes and are read at random. In pages of 4 kB
the processor looks up nearly every address anew; in pages of 2 MB it remembers them. Where the system gives
large pages to those who ask ("madvise", the usual setting), the C library can ask for all that a program
allocates, but only from its start: so the command is started again, in the same process.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

VARIABLE = "GLIBC_TUNABLES"
"""Where glibc finds its settings. It ignores those that it does not know, and others ignore the variable."""

SETTINGS = ":".join(
    (
        "glibc.malloc.hugetlb=1",  # ask for large pages
        "glibc.malloc.arena_max=1",  # for the one heap that all threads share: it asks for no other
        "glibc.malloc.mmap_threshold=33554432",  # with the blocks of 1 MB in it that the tables are made of
        "glibc.malloc.trim_threshold=1073741824",  # what is free now is needed again a moment later
    )
)


def restart(arguments: Sequence[str]) -> None:
    """Start this program again in large pages, if these arguments of it ask for a rebuild.

    Does nothing where the settings are there already, be they ours or the user's.
    """
    if "rebuild" in arguments and sys.platform == "linux" and VARIABLE not in os.environ and sys.executable:
        os.environ[VARIABLE] = SETTINGS
        with suppress(OSError):  # a sandbox may forbid it; the build goes on in usual pages
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
