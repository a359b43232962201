"""The names of files in UTF-8, whatever the locale says: what is kept of them must not depend on it.

Python reads the bytes of a name by the locale; under ``LC_ALL=C`` without UTF-8 mode, 国标 is six
surrogate escapes (PEP 383). On Windows names are characters, and stay as they are.
"""

from __future__ import annotations

import os


def portable(name: str) -> str:
    """The name or path that the system gave, with its bytes read as UTF-8; others are surrogate escapes."""
    return name if os.name == "nt" else os.fsencode(name).decode("utf-8", "surrogateescape")


def native(name: str) -> str:
    """The name or path that the system takes, from what ``portable`` gave under whatever locale."""
    return name if os.name == "nt" else os.fsdecode(name.encode("utf-8", "surrogateescape"))
