"""What a line looks like: its width, how it ends, whether it could be a heading."""

from __future__ import annotations

import re
from typing import Final

CLOSERS: Final = "”’」』）)】〕》〉\"'］]"
"""What may stand after the punctuation that ends a sentence."""
FINAL: Final = "。！？!?…．."
"""What ends a sentence."""
PAUSES: Final = "，,、；;：:—~～"
"""What ends a part of a sentence."""


_INNER_STOP = re.compile("[。；;]")


def core(line: str) -> str:
    """The line without the closing quotes and brackets at its end."""
    return line.rstrip(CLOSERS)


def ended(line: str) -> bool:
    """Whether a line ends as a sentence does: 。！？…, with quotes or brackets after it or not."""
    return line[-1] in FINAL or (line[-1] in CLOSERS and core(line)[-1:] in FINAL and core(line) != "")


def is_open(line: str) -> bool:
    """Whether a line ends as titles and headings do: not by a full stop, and not by a comma, a colon or a
    semicolon."""
    last = core(line)[-1:]
    return bool(last) and last not in "。．.…" and last not in PAUSES


def is_cut(line: str) -> bool:
    """Whether a line stops inside a sentence: at a word, a comma, or a closing quote without a full stop
    in it."""
    last = core(line)[-1:]
    return bool(last) and last not in FINAL and last not in "；;：:—~～"


def width(line: str) -> int:
    """The width in Han characters; a line of ASCII is half as wide as it has characters."""
    return (len(line) + 1) // 2 if line.isascii() else len(line)


def one_phrase(line: str, limit: int) -> bool:
    """Whether a line has the shape of a heading: open, at most ``limit`` wide, no sentence ends inside it."""
    return (
        len(line) <= 2 * limit
        and is_open(line)
        and width(line) <= limit
        and line[0] not in "，。、；：！？）》”’」』】,.;:!?)"
        and not _INNER_STOP.search(line)
        and any(map(str.isalnum, line))
    )


def prose(line: str) -> bool:
    """Whether punctuation stands inside a line, as it does in running text."""
    return any(mark in line[:-1] for mark in "，。、；：！？,.;")
