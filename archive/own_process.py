"""Another Python process that runs this program's own code."""

from __future__ import annotations

import sys


def python_command(code: str, *arguments: str) -> list[str]:
    """The command of a Python process with our ``sys.path``: a line of ``code`` and its ``sys.argv``.

    The path is set once Python has started. In PYTHONPATH, a file of the user's own that is named like a
    module of Python (``encodings.py``) would keep it from starting.
    """
    return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}", *arguments]
