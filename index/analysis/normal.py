"""The normal form of a text: folded characters with ``·`` where a boundary stands, and their places.

What is contained in what is decided on normal forms (``docs/architecture.md``). The law that everything rests
on: the normal form of any part of a text, without boundaries at its ends, is a substring of the text's own.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import cache

from index.analysis.folding import Folding, kind, kinds_of

BOUNDARY = "·"
# What the table makes of white space until the characters beside it are known. No folded text holds either.
_SPACE = " "


class NormalTable(dict[int, str]):
    """For ``str.translate``: folding, with punctuation as ``·``, white space as a blank, controls as nothing."""

    def __init__(self, folding: Folding) -> None:
        super().__init__()
        self._folding = folding

    def __missing__(self, code_point: int) -> str:
        text = "".join([_in_normal_form(character) for character in self._folding[code_point]])
        self[code_point] = text
        return text


def _in_normal_form(character: str) -> str:
    match kind(character):
        case "punctuation":
            return BOUNDARY
        case "space":
            return _SPACE
        case "nothing":
            return ""
        case _:
            return character


@cache
def _blanks_beside_han() -> re.Pattern[str]:
    han = "".join(f"{chr(first)}-{chr(last)}" for first, last in kinds_of("han"))
    return re.compile(f"(?<=[{han}]) +| +(?=[{han}])")


_BOUNDARIES = re.compile("[· ]+")


def normal_text(text: str, table: NormalTable) -> str:
    """The normal form of ``text``, without places.

    White space beside a Han character is dropped; other white space, and any run of punctuation, is one ``·``;
    none stands at either end.
    """
    folded = text.translate(table)
    if _SPACE in folded:
        folded = _blanks_beside_han().sub("", folded)
        folded = _BOUNDARIES.sub(BOUNDARY, folded)
    elif "··" in folded:
        folded = _BOUNDARIES.sub(BOUNDARY, folded)
    return folded.strip(BOUNDARY)


class Normal:
    """A text in normal form, with the place of each of its characters in the original.

    Attributes:
        text: the normal form.
    """

    __slots__ = ("_ends", "_source", "_starts", "_table", "text")

    def __init__(self, source: str, table: NormalTable) -> None:
        self.text = normal_text(source, table)
        self._source = source
        self._table = table
        self._starts: Sequence[int] | None = None
        self._ends: Sequence[int] | None = None

    def __repr__(self) -> str:
        return f"Normal({self.text!r})"

    @property
    def starts(self) -> Sequence[int]:
        """For each character of ``text``, where in the original the characters begin that gave it; never falls."""
        if self._starts is None:
            self._locate()
        assert self._starts is not None
        return self._starts

    @property
    def ends(self) -> Sequence[int]:
        """Where they end, the combining marks and variation selectors that follow included; never falls."""
        if self._ends is None:
            self._locate()
        assert self._ends is not None
        return self._ends

    def span(self, i: int, j: int) -> tuple[int, int]:
        """The range of the original that characters ``i`` to ``j`` (exclusive) of ``text`` came from.

        A character that folds to several (㎏) is covered whole by any of them. Raises ``IndexError`` unless
        ``0 <= i < j <= len(text)``.
        """
        if not 0 <= i < j <= len(self.text):
            raise IndexError(f"no characters {i} to {j} in a normal form of {len(self.text)}")
        return self.starts[i], self.ends[j - 1]

    def _locate(self) -> None:
        source, table, text = self._source, self._table, self.text
        if len(text) == len(source) and source.translate(table) == text:
            # Each character gave one, and no two boundaries met.
            if all(len(table[ord(character)]) == 1 for character in set(source)):
                self._starts, self._ends = range(len(text)), range(1, len(text) + 1)
                return
        starts, ends = array("l"), array("l")
        boundary = (0, 0)
        for place, character in enumerate(source):
            pieces = table[ord(character)]
            if not pieces and kind(character) == "mark":
                # A mark belongs to the character before it, all of whose forms end where it ends.
                last = len(ends) - 1
                while last >= 0 and ends[last] == place:
                    ends[last] = place + 1
                    last -= 1
            for piece in pieces:
                if piece in (BOUNDARY, _SPACE):
                    if boundary[1] == 0:
                        boundary = (place, place + 1)
                    boundary = (boundary[0], place + 1)
                    continue
                if boundary[1]:
                    if starts and text[len(starts)] == BOUNDARY:
                        starts.append(boundary[0])
                        ends.append(boundary[1])
                    boundary = (0, 0)
                starts.append(place)
                ends.append(place + 1)
        self._starts, self._ends = starts, ends
