"""A search as most are typed, read without click, which takes 25 ms: longer than the search.

All else is left to click, which knows every option and says what is wrong: other options, values that are
none, words that begin with a dash. What is read here is read as click reads it (a test compares the two).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import inf
from typing import NamedTuple, get_args

from cli.output import clean
from index.query.nodes import Match
from index.results import MAX_LIMIT, SearchRequest

PAGE = 10
"""Passages that a search from the terminal shows."""

_WITH_VALUE = ("--home", "--match", "--limit", "--offset")


class PlainSearch(NamedTuple):
    """What is asked for, of which data directory (None: the usual one), and whether JSON is wanted."""

    request: SearchRequest
    home: str | None
    as_json: bool


def plain_search(arguments: Sequence[str]) -> PlainSearch | None:
    """``[--home DIR] search WORD… [--match M] [--limit N] [--offset N] [--json]``, or None for all else."""
    if os.name == "nt":
        return None  # click expands wildcards and variables there, as shells do elsewhere
    rest = iter(arguments)
    words: list[str] = []
    values: dict[str, str] = {}
    command = as_json = False
    for argument in rest:
        if argument in _WITH_VALUE and (command or argument == "--home"):
            value = next(rest, None)
            if value is None:
                return None
            values[argument] = value
        elif not command:
            if argument != "search":
                return None
            command = True
        elif argument == "--json":
            as_json = True
        elif argument.startswith("-"):
            return None
        else:
            words.append(argument)
    query = clean(" ".join(words))
    match = _match(values.get("--match", "auto"))
    limit = _number(values.get("--limit", str(PAGE)), MAX_LIMIT)
    offset = _number(values.get("--offset", "0"))
    if not query.strip() or match is None or limit is None or offset is None:
        return None
    return PlainSearch(SearchRequest(query, match, limit, offset), values.get("--home"), as_json)


def _match(text: str) -> Match | None:
    known: tuple[Match, ...] = get_args(Match)
    return next((match for match in known if match == text), None)


def _number(text: str, most: float = inf) -> int | None:
    try:
        number = int(text)
    except ValueError:
        return None
    return number if 0 <= number <= most else None
