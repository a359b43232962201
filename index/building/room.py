"""How much of its context a passage carries, so that an archive is in proportion to its sources.

Each passage is found by the title, the headings and the byline that it belongs to as well. Of a document with
4,000 authors each author is a passage, and 4,000 times 4,000 names made 587 MB of 39 kB.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

AT_FIRST: Final = 1_000
"""Characters of context that a document has room for, however short it is: …"""
EACH: Final = 32
"""… so many more for each of its passages …"""
FACTOR: Final = 4
"""… and for each of their characters. No text of the judged and classical collections needs more."""

BEGINNING: Final = 10
"""Characters of a title, a heading or a byline where there is no room for all: always less than ``EACH``."""


class Room(Struct):
    """The characters of context that there is room for so far."""

    left: int = AT_FIRST

    def takes(self, needed: int, number: int, characters: int) -> bool:
        """Whether so many texts, of so many characters in all, can have the context needed; takes it then."""
        left = self.left + EACH * number + FACTOR * characters - needed
        if left < 0:
            return False
        self.left = left
        return True


def beginning(text: str) -> str:
    """So much of a text as is carried where there is no room for all of it."""
    return text if len(text) <= BEGINNING else text[:BEGINNING] + "…"
