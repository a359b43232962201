"""Conditions to sets of records, one segment at a time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import reduce
from itertools import chain

from archive.errors import said
from index.engines.whoosh.blocks import Postings, positions
from index.engines.whoosh.segment import Segment
from index.engines.whoosh.toc import ENGINE, FIELDS, POSITIONAL
from index.errors import EngineError
from index.query import condition as asked

Found = set[int]
Records = range | set[int]  # some of the records of a segment; a range is all of them
_FEW = 20  # so many times fewer records than a token has are looked up one by one
_EARLY = (asked.TokenPhrase, asked.LoosePhrase)  # look at few postings
_LATE = (asked.DateOverlaps, asked.ColumnIn, asked.KeyIn)  # look at each record


def matches(segment: Segment, condition: asked.Condition) -> set[int]:
    """The records of the segment that meet the condition and are not deleted."""
    return set(_matches(segment, condition, range(segment.size))) - segment.deleted


def _matches(segment: Segment, condition: asked.Condition, among: Records) -> set[int]:
    match condition:
        case asked.TokenPhrase(stream, tokens):
            return _phrase(segment, stream, [(token,) for token in tokens], among)
        case asked.LoosePhrase(stream, places):
            return _phrase(segment, stream, places, among)
        case asked.AnyToken(stream, tokens):
            return _any(segment, stream, tokens, among)
        case asked.ColumnIn(column, values):
            return _where(segment, column, values, among)
        case asked.KeyIn(keys):
            return _where(segment, "key", keys, among)
        case asked.DateOverlaps(first, last):
            starts, ends = segment.column("date_from"), segment.column("date_to")
            return {n for n in among if starts[n] and starts[n] <= last and ends[n] >= first}
        case asked.All(parts):
            ordered = sorted(parts, key=_cost)
            return set(reduce(lambda left, part: _matches(segment, part, left), ordered, among))
        case asked.Some(parts):
            return set(chain.from_iterable(_matches(segment, part, among) for part in parts))
        case asked.Without(wanted, unwanted):
            among = _matches(segment, wanted, among)
            return among - _matches(segment, unwanted, among)
    raise EngineError(ENGINE, said("the condition {} is not known", type(condition).__name__))


def _cost(condition: asked.Condition) -> int:
    """The order of the parts of an ``All``."""
    few = isinstance(condition, asked.KeyIn) and len(condition.keys) <= _FEW
    return 0 if few else 1 if isinstance(condition, _EARLY) else 3 if isinstance(condition, _LATE) else 2


def _where(segment: Segment, name: str, values: Sequence[int], among: Records) -> set[int]:
    column, wanted = segment.column(name), frozenset(values)
    return {number for number in among if column[number] in wanted}


def _any(segment: Segment, stream: asked.Stream, tokens: Sequence[str], among: Records) -> set[int]:
    """The records that have one of the tokens."""
    found: set[int] = set()
    for token in dict.fromkeys(tokens):
        records = segment.postings(stream, token).records
        few = len(among) * _FEW < len(records)
        found.update((r for r in among if place_of(r, records) is not None) if few else records)
    return found if isinstance(among, range) else found & among


def place_of(record: int, records: Sequence[int]) -> int | None:
    """Where a record is in an ascending list of them; None where it is not."""
    place = bisect_left(records, record)
    return place if place < len(records) and records[place] == record else None


def _phrase(segment: Segment, stream: asked.Stream, places: Sequence[Sequence[str]], among: Records) -> Found:
    """The records in which the places follow each other.

    Each that has all of them becomes a string, with a character for each token of the phrase, in which a
    regular expression looks for it: a run that repeats itself takes no longer than another.
    """
    if not places:
        raise EngineError(ENGINE, "a phrase without tokens")
    if len(places) > 1 and FIELDS[stream] not in POSITIONAL:
        raise EngineError(
            ENGINE, said("the stream {} has no positions, so no phrase can be found in it", stream)
        )
    rarity = {place: sum(segment.frequency(stream, token) for token in place) for place in places}
    for place in sorted(rarity, key=rarity.__getitem__):
        among = _any(segment, stream, place, among)
    if len(places) == 1 or not among:
        return set(among)
    signs = {token: chr(0xF0000 + n) for n, token in enumerate(dict.fromkeys(chain.from_iterable(rarity)))}
    wanted = re.compile("".join([f"[{''.join(map(signs.__getitem__, place))}]" for place in places]))
    postings = [(sign, segment.postings(stream, token)) for token, sign in signs.items()]
    return {record for record in among if wanted.search(_signs(record, postings))}


def _signs(record: int, postings: Sequence[tuple[str, Postings]]) -> str:
    """The record's tokens as a string: the sign of each that is in the postings, a blank for any others."""
    found: dict[int, str] = {}
    for sign, having in postings:
        if (place := place_of(record, having.records)) is not None:
            found.update(dict.fromkeys(positions(having.values[place]), sign))
    return "".join([sign if at - 1 in found else f" {sign}" for at, sign in sorted(found.items())])
