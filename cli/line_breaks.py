"""Lines of Chinese text on a terminal: none begins with a mark that closes, or ends with one that opens."""

from __future__ import annotations

from collections.abc import Callable

NOT_FIRST = frozenset("，。、；：！？”’」』》〉】〕）…—％,.;:!?)]}%")
NOT_LAST = frozenset("“‘「『《〈【〔（([{")
"""The marks of GB/T 15834-2011, 5.1 (where marks may stand in a line), and their Western sisters."""

_STEPS = 4
"""Characters by which a line may be shorter for it; of more marks than that in a row some begin a line."""


def line_ends(text: str, width: int, columns: Callable[[str], int]) -> list[int]:
    """Where the lines of a text end, in characters, but for the last; each takes at most ``width`` columns.

    Blanks at its end, which are not to be printed, are not counted. ``columns`` says how many columns a
    character takes. A Latin word stays in one line if it is no longer than that.
    """
    ends: list[int] = []
    start = used = 0
    at = 0
    while at < len(text):
        used += columns(text[at])
        if used > width and at > start:
            start = _end(text, start, at)
            while text[start : start + 1] == " ":
                start += 1
            if start < len(text):
                ends.append(start)
            at, used = start, 0
        else:
            at += 1
    return ends


def _end(text: str, start: int, end: int) -> int:
    """The best place for the end of a line that can hold ``text[start:end]`` and no more."""
    word = end
    while word > start and _in_word(text, word):
        word -= 1
    end = word if word > start else end
    for place in range(end, max(start, end - _STEPS - 1), -1):
        if text[place] not in NOT_FIRST and text[place - 1] not in NOT_LAST and not _in_word(text, place):
            return place
    return end


def _in_word(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place : place + 1]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
