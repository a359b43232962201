"""Requests for collocates and key words: the other side of a comparison, and all its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from archive.errors import said
from archive.fields import COUNTED
from index.errors import QueryError
from index.requests import LISTS, MAX_LIMIT, AssociationRequest, SearchRequest
from index.results import Association, Associations
from index.search.searchable import one_of

HEADER = Association.__struct_fields__

AGAINST = ("query", *LISTS, *COUNTED)
"""What the other passages of keyness may be chosen by."""


def against(pairs: Iterable[tuple[str, str]]) -> SearchRequest | None:
    """The other passages as pairs of a name (``AGAINST``) and a value say; None without pairs.

    Raises:
        QueryError: another name, or a year that is not a number.
    """
    given: dict[str, Any] = {}
    for name, value in pairs:
        one_of("against", name, AGAINST)
        if name == "query":
            given[name] = value
        elif name in COUNTED:
            given["details"] = (*given.get("details", ()), (name, value))
        elif name == "year":
            if not (value.isascii() and value.isdecimal() and len(value) < 10):
                raise QueryError(said("{} is not a year.", value))
            given["years"] = (*given.get("years", ()), int(value))
        else:
            given[LISTS[name]] = (*given.get(LISTS[name], ()), value)
    return SearchRequest(**{"query": "", **given}) if given else None


def every(
    ask: Callable[[AssociationRequest], Associations], request: AssociationRequest
) -> Iterator[Association]:
    """The rows of all pages of a comparison."""
    offset, total = 0, 1
    while offset < total:
        found = ask(replace(request, search=replace(request.search, limit=MAX_LIMIT, offset=offset)))
        yield from found.rows
        offset, total = offset + MAX_LIMIT, found.total
