"""A query whose words are cut and folded: what the matcher looks for in a stored text.

The planner makes this tree from a Query. All ``text`` here is of the normal form (``index.analysis.normal``);
``written`` is what an *as written* query demands of the original characters, see ``as_seen``.
"""

from __future__ import annotations

import unicodedata
from typing import Protocol, TypeAlias

from archive.records import record
from index.analysis.normal import Normal
from index.query.nodes import AnyCharacters, FieldName, OneCharacter


@record
class ResolvedRun:
    """These characters of the normal form in a row, at least one of them no boundary.

    Attributes:
        whole: outside quotes. Where the run begins or ends with a letter of an alphabet no such letter stands
            next to the place, where it begins or ends with a digit no digit.
        number: another way to write a number that was typed. Where the run begins or ends with a numeral,
            Arabic or Han, no numeral stands next to the place (二十名 is not in 二百二十名).
        written: ``as_seen`` of what was typed, or None.
    """

    text: str
    whole: bool = False
    number: bool = False
    written: str | None = None


@record
class ResolvedOneOf:
    """Inside a pattern: one of these runs."""

    runs: tuple[ResolvedRun, ...]


@record
class ResolvedNoneOf:
    """At an end of a pattern: none of these runs directly before, or behind, the place."""

    runs: tuple[ResolvedRun, ...]


ResolvedPart: TypeAlias = ResolvedRun | OneCharacter | AnyCharacters | ResolvedOneOf | ResolvedNoneOf


@record
class ResolvedPattern:
    """The parts one after the other; a place is the shortest from each beginning.

    The flags of the parts' runs are not looked at: ``whole`` is for both ends of the place.
    """

    parts: tuple[ResolvedPart, ...]
    whole: bool = True


@record
class ResolvedNear:
    """A place of each side, not overlapping, with at most ``distance`` characters of the normal form between.

    A side is a ResolvedRun, ResolvedPattern, ResolvedNear, or a ResolvedOr of these. The places of a nearness
    are those places of its sides that have a partner.
    """

    left: Resolved
    right: Resolved
    distance: int


@record
class ResolvedField:
    """Each leaf of ``child`` is looked for in the title, in each heading above, or in the byline's author."""

    name: FieldName
    child: Resolved


@record
class ResolvedDates:
    """The document's date shares a day with ``first`` to ``last`` (``YYYYMMDD``, inclusive)."""

    first: int
    last: int


@record
class ResolvedAnd:
    """All of the children; no children: everything."""

    children: tuple[Resolved, ...]


@record
class ResolvedOr:
    """At least one of the children; no children: nothing."""

    children: tuple[Resolved, ...]


@record
class ResolvedNot:
    """Not the child."""

    child: Resolved


@record
class Shares:
    """The passage shares a gram or a word with the query (the ``any`` tier).

    Attributes:
        grams: of two characters or more, as in the stream (with ``·`` inside where a boundary stands).
        words: of two characters or more; Latin words and numbers match whole.
    """

    grams: frozenset[str]
    words: frozenset[str]


Resolved: TypeAlias = (
    ResolvedRun
    | ResolvedPattern
    | ResolvedNear
    | ResolvedField
    | ResolvedDates
    | ResolvedAnd
    | ResolvedOr
    | ResolvedNot
    | Shares
)


class Normaliser(Protocol):
    """What is needed of an analyzer here and by the matcher."""

    def normal(self, text: str) -> Normal:
        """The normal form with its places."""
        ...


EVERYTHING = ResolvedAnd(())
NOTHING = ResolvedOr(())


def as_seen(text: str) -> str:
    """Original characters, to be compared as written: no white space, line breaks and format characters."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")
