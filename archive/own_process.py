"""Other processes: one that runs this program's own code, and whether one of ours hangs."""

from __future__ import annotations

import sys
import time
from contextlib import suppress


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
