"""The names of files: in UTF-8, whatever the locale says, and in the order of the archive.

Python reads the bytes of a name by the locale; under ``LC_ALL=C`` without UTF-8 mode, 国标 is six surrogate
escapes (PEP 383). On Windows names are characters.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from archive.text.numerals import number

NameKey: TypeAlias = tuple[tuple[tuple[int, int, str], ...], str]

_NUMBERS = re.compile(r"([0-9]+|(?<=[第卷])[〇零一二三四五六七八九十百千廿卅]+)")


def portable(name: str) -> str:
    """The name or path that the system gave, with its bytes read as UTF-8; others are surrogate escapes."""
    return name if os.name == "nt" else os.fsencode(name).decode("utf-8", "surrogateescape")


def user_path(path: Path | str | os.PathLike[str]) -> Path:
    """The path with a leading ``~`` replaced by the folder of that user; unchanged if the user is unknown."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def native(name: str) -> str:
    """The name or path that the system takes, from what ``portable`` gave under whatever locale."""
    return name if os.name == "nt" else os.fsdecode(name.encode("utf-8", "surrogateescape"))


def order_key(relative: str) -> tuple[NameKey, ...]:
    """The key that sorts relative paths into the order of the archive."""
    return tuple(name_key(part) for part in relative.split("/"))


@lru_cache(100_000)  # the names of folders return in every path below them
def name_key(name: str) -> NameKey:
    """The same for a name: its numbers count as numbers."""
    parts = _NUMBERS.split(name)
    return tuple(
        (1, 0, part) if i % 2 == 0 else (0, number(part) or 0, "") for i, part in enumerate(parts)
    ), name
