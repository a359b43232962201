"""Conditions to sets of records, one segment at a time."""

from __future__ import annotations

from bisect import bisect_left

from index.engines.whoosh.layout import ENGINE
from index.engines.whoosh.pool import FIELDS
from index.engines.whoosh.segment import FieldReader, Segment
from index.errors import EngineError
from index.query.condition import (
    All,
    AnyToken,
    ColumnIn,
    Condition,
    DateOverlaps,
    Everything,
    KeyIn,
    LoosePhrase,
    Nothing,
    Phrase,
    Some,
    Stream,
    Without,
)

_FEW = 20
"""Records of which each is looked at by itself, whatever stands in the others."""


def matches(segment: Segment, condition: Condition) -> set[int]:
    """The records of the segment that meet the condition and are not deleted."""
    return set(_matches(segment, condition, range(segment.size))) - segment.deleted


def _matches(segment: Segment, condition: Condition, among: range | set[int]) -> set[int]:
    """The records of ``among`` that meet the condition (``range``: all of the segment)."""
    match condition:
        case Everything():
            return set(among)
        case Nothing():
            return set()
        case Phrase(stream, tokens):
            return _within(_phrase(segment, stream, tuple((token,) for token in tokens), among), among)
        case LoosePhrase(stream, places):
            return _within(_phrase(segment, stream, places, among), among)
        case AnyToken(stream, tokens):
            reader = segment.field(FIELDS[stream])
            found: set[int] = set()
            for token in dict.fromkeys(tokens):
                found.update(reader.postings(token).records)
            return _within(found, among)
        case ColumnIn(column, values):
            return _where(segment, column, frozenset(values), among)
        case KeyIn(keys):
            return _where(segment, "key", frozenset(keys), among)
        case DateOverlaps(first, last):
            starts, ends = segment.column("date_from"), segment.column("date_to")
            return {n for n in among if starts[n] and starts[n] <= last and ends[n] >= first}
        case All(parts):
            for part in sorted(parts, key=_cost):
                among = _matches(segment, part, among)
                if not among:
                    break
            return set(among)
        case Some(parts):
            found = set()
            for part in parts:
                found |= _matches(segment, part, among)
            return found
        case Without(wanted, unwanted):
            among = _matches(segment, wanted, among)
            return among - _matches(segment, unwanted, among) if among else among
    raise EngineError(ENGINE, f"the condition {type(condition).__name__} is not known")


def _within(found: set[int], among: range | set[int]) -> set[int]:
    return found if isinstance(among, range) else found & among


def _cost(condition: Condition) -> int:
    """Parts of an ``All`` that look at few postings come first; those that look at each record come last."""
    match condition:
        case KeyIn(keys) if len(keys) <= _FEW:
            return -1
        case Phrase() | LoosePhrase() | Nothing():
            return 0
        case AnyToken():
            return 1
        case KeyIn() | ColumnIn() | DateOverlaps() | Everything():
            return 3
    return 2


def _where(segment: Segment, name: str, values: frozenset[int], among: range | set[int]) -> set[int]:
    column = segment.column(name)
    if isinstance(among, range):
        return {n for n, value in enumerate(column) if value in values}
    return {n for n in among if column[n] in values}


def _phrase(
    segment: Segment, stream: Stream, places: tuple[tuple[str, ...], ...], among: range | set[int]
) -> set[int]:
    if not places:
        raise EngineError(ENGINE, "a phrase without tokens")
    reader = segment.field(FIELDS[stream])
    if len(places) == 1:
        found: set[int] = set()
        for token in dict.fromkeys(places[0]):
            found.update(reader.postings(token).records)
        return found
    if not reader.positional:
        raise EngineError(ENGINE, f"the stream {stream} has no positions, so no phrase can be found in it")
    if len(among) <= _FEW:
        return {record for record in among if _phrase_in(reader, places, record)}
    return set(reader.records_at(phrase_positions(reader, places)))


def _phrase_in(reader: FieldReader, places: tuple[tuple[str, ...], ...], record: int) -> bool:
    """Whether the phrase stands in one record."""
    first = reader.starts[record]
    end = reader.starts[record + 1] if record + 1 < len(reader.starts) else None
    known: dict[tuple[str, ...], set[int]] = {}
    begins: set[int] | None = None
    for place, alternatives in enumerate(places):
        if alternatives not in known:
            known[alternatives] = {
                position
                for positions in _positions(reader, alternatives)
                for position in positions[
                    bisect_left(positions, first) : None if end is None else bisect_left(positions, end)
                ]
            }
        here = {position - place for position in known[alternatives]}
        begins = here if begins is None else begins & here
        if not begins:
            return False
    return True


def phrase_positions(reader: FieldReader, places: tuple[tuple[str, ...], ...]) -> set[int]:
    """The positions at which the phrase begins: at each place one of the alternatives.

    Intersects positions, beginning with the rarest place. No position is shared by two records and none is
    directly behind the last of a record, so a phrase never runs from one record into the next.
    """
    if 2 * len(set(places)) <= len(places):
        return _repetitive(reader, places, {})
    lists = [_positions(reader, place) for place in places]
    order = sorted(range(len(places)), key=lambda place: sum(map(len, lists[place])))
    rarest = order[0]
    found = {position - rarest for positions in lists[rarest] for position in positions}
    for place in order[1:]:
        if not found:
            break
        shifted = {position + place for position in found}
        kept: set[int] = set()
        for positions in lists[place]:
            kept |= shifted.intersection(positions)
        found = {position - place for position in kept}
    return found


def _repetitive(
    reader: FieldReader,
    places: tuple[tuple[str, ...], ...],
    known: dict[tuple[tuple[str, ...], ...], set[int]],
) -> set[int]:
    """``phrase_positions`` for 哈哈哈哈: of halves, each of which is found once however often it is repeated.

    A text that repeats itself has such a phrase nearly everywhere, and going through all of it for each
    place takes minutes.
    """
    found = known.get(places)
    if found is not None:
        return found
    if len(places) == 1:
        found = {position for positions in _positions(reader, places[0]) for position in positions}
    else:
        half = 1 << (len(places) - 1).bit_length() - 1
        begun = _repetitive(reader, places[:half], known)
        rest = _repetitive(reader, places[half:], known) if begun else begun
        found = {position for position in begun if position + half in rest}
    known[places] = found
    return found


def _positions(reader: FieldReader, place: tuple[str, ...]) -> list[memoryview[int]]:
    """The positions of each alternative."""
    return [reader.positions(token) for token in dict.fromkeys(place)]
