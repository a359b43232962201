"""Conditions on records, and the weighted tokens that score: what an engine is asked.

A condition decides what is found and never scores; ``docs/making/engines.md`` has the streams and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from index.query.nodes import Node, Unit

Stream: TypeAlias = Literal["words", "grams", "chars", "title", "section", "author"]
Column: TypeAlias = Literal["document", "section", "author", "year", "collection", "details", "kind"]

STREAMS: tuple[Stream, ...] = ("words", "grams", "chars", "title", "section", "author")


class TokenPhrase(Struct, frozen=True):
    """The tokens occur in ``stream`` one after the other; one token only: it occurs there.

    ``stream`` has positions (grams, title, section, author), or there is one token only.
    """

    stream: Stream
    tokens: tuple[str, ...]


class LoosePhrase(Struct, frozen=True):
    """At each place one of the alternatives: ``(("天下", "天·下"), ("下大", "下·大"))``; with positions."""

    stream: Stream
    places: tuple[tuple[str, ...], ...]


class AnyToken(Struct, frozen=True):
    """At least one of the tokens occurs in ``stream``."""

    stream: Stream
    tokens: tuple[str, ...]


class ColumnIn(Struct, frozen=True):
    """The integer column has one of these values."""

    column: Column
    values: tuple[int, ...]


class DateOverlaps(Struct, frozen=True):
    """The record's date interval shares a day with ``[first, last]`` (``YYYYMMDD`` integers, inclusive)."""

    first: int
    last: int


class KeyIn(Struct, frozen=True):
    """The record is one of these (what a verifier confirmed)."""

    keys: tuple[int, ...]


class Check(Struct, frozen=True):
    """Only records that meet ``superset`` can hold ``leaf``; the verifier decides on their stored texts.

    It puts a KeyIn in place of each Check, so that no engine meets one.
    """

    superset: Condition
    leaf: Node


class SharesUnit(Struct, frozen=True):
    """A record with the same value of ``unit`` meets ``condition``.

    The verifier puts a ColumnIn in its place, so that no engine meets one.
    """

    unit: Unit
    condition: Condition


class All(Struct, frozen=True):
    """Every part holds; no parts: everything."""

    parts: tuple[Condition, ...]


class Some(Struct, frozen=True):
    """At least one part holds; no parts: nothing."""

    parts: tuple[Condition, ...]


class Without(Struct, frozen=True):
    """``wanted`` holds and ``unwanted`` does not."""

    wanted: Condition
    unwanted: Condition


Condition: TypeAlias = (
    TokenPhrase
    | LoosePhrase
    | AnyToken
    | ColumnIn
    | DateOverlaps
    | KeyIn
    | Check
    | SharesUnit
    | All
    | Some
    | Without
)


EVERYTHING = All(())
NOTHING = Some(())


class RankTerm(Struct, frozen=True):
    """``weight`` times the BM25 of ``token`` in ``stream`` is added to the score of records that have it."""

    stream: Stream
    token: str
    weight: float


def every(conditions: Sequence[Condition]) -> Condition:
    """One condition for all of them."""
    return conditions[0] if len(conditions) == 1 else All(tuple(conditions))


def some(conditions: Sequence[Condition]) -> Condition:
    """One condition for at least one of them."""
    return conditions[0] if len(conditions) == 1 else Some(tuple(conditions))


def has_check(condition: Condition) -> bool:
    """Whether the verifier has to decide a part of it."""
    match condition:
        case All(parts) | Some(parts):
            return any(map(has_check, parts))
        case Without(wanted, unwanted):
            return has_check(wanted) or has_check(unwanted)
        case _:
            return isinstance(condition, Check | SharesUnit)


def superset(condition: Condition) -> Condition:
    """What every record meets that may meet ``condition``: nothing is excluded before it is verified."""

    def widest(part: Check | SharesUnit) -> Condition:
        return part.superset if isinstance(part, Check) else EVERYTHING

    return replaced(condition, widest, lambda unwanted: not has_check(unwanted))


def replaced(
    condition: Condition,
    decide: Callable[[Check | SharesUnit], Condition],
    excludes: Callable[[Condition], bool] = lambda _: True,
) -> Condition:
    """The condition with ``decide``'s for each Check and SharesUnit, without what ``excludes`` refuses."""
    match condition:
        case Check() | SharesUnit():
            return decide(condition)
        case All(parts):
            return All(tuple(replaced(part, decide, excludes) for part in parts))
        case Some(parts):
            return Some(tuple(replaced(part, decide, excludes) for part in parts))
        case Without(wanted, unwanted):
            kept = replaced(wanted, decide, excludes)
            return Without(kept, replaced(unwanted, decide, excludes)) if excludes(unwanted) else kept
        case _:
            return condition
