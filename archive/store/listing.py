"""Which documents a list has: its filters as a condition of SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec import Struct

from archive.store.schema import POSITION_BITS, NameKind

NONE = "none"
"""What has no author, no folder or no value, as a value of a filter."""


class DocumentFilter(Struct, frozen=True):
    """Values of one field are alternatives; different fields must all hold; an empty one says nothing.

    Attributes:
        authors: named in the document's byline or over one of its sections.
        collections: its collection is one of these or lies below one.
        folder: its collection is this one and none below, ``""`` the top; None says nothing.
        dates: between which days, as ``YYYYMMDD``, its date begins, and between which it ends; 0 without one.

    An empty name among authors, collections or values is what has none.
    """

    ids: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    collections: tuple[str, ...] = ()
    folder: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    dates: tuple[tuple[int, int, int, int], ...] = ()


EVERY_DOCUMENT = DocumentFilter()


def where(wanted: DocumentFilter) -> tuple[str, list[str]]:
    """The condition on ``documents d`` and its parameters; ``1`` where all are wanted.

    A filter of any number of values is one parameter, a JSON array: SQLite counts parameters.
    """
    parts: list[tuple[str, str]] = []
    if wanted.ids:
        parts.append((f"d.id IN {_VALUES}", _array(wanted.ids)))
    if wanted.authors:
        parts.append((_or_none(_WRITTEN_BY, wanted.authors, "d.author IS NULL"), _array(wanted.authors)))
    if wanted.years:
        same = f"CAST(d.date AS INTEGER) = CAST({_END} AS INTEGER)"
        parts.append((f"{same} AND CAST(d.date AS INTEGER) IN {_VALUES}", _array(wanted.years)))
    if wanted.dates:
        parts.append((_DATED, json.dumps(wanted.dates)))
    if wanted.collections:
        below = _or_none(_IN_OR_BELOW, wanted.collections, "d.collection IS NULL")
        parts.append((below, _array(wanted.collections)))
    if wanted.folder:
        parts.append((_IN_FOLDER, _array([wanted.folder])))
    for name in dict.fromkeys(name for name, _ in wanted.details):
        values = [value for field, value in wanted.details if field == name]
        lacking = f"d.details IS NULL OR {_DETAIL.format(name, 'IS NULL')}"
        parts.append((_or_none(_DETAIL.format(name, f"IN {_VALUES}"), values, lacking), _array(values)))
    conditions = [part for part, _ in parts]
    if wanted.folder == "":
        conditions.append("d.collection IS NULL")
    return " AND ".join(conditions) or "1", [value for _, value in parts]


def storable(text: str) -> bool:
    """Whether a text from outside can be asked for: a lone surrogate is in no name."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _or_none(condition: str, values: Iterable[str], lacking: str) -> str:
    return f"({condition} OR {lacking})" if "" in values else condition


def _array(values: Iterable[str | int]) -> str:
    return json.dumps([value for value in values if isinstance(value, int) or storable(value)])


_VALUES = "(SELECT value FROM json_each(?))"


# Of what several wrote the names are joined by 、 (archive.model.each_author).
_WRITTEN_BY = (
    "d.key IN (WITH wanted AS (SELECT n.number FROM names n, json_each(?) f"
    f" WHERE n.kind = {NameKind.AUTHOR:d} AND instr('、' || n.name || '、', '、' || f.value || '、'))"
    " SELECT key FROM documents WHERE author IN wanted"
    f" UNION SELECT key >> {POSITION_BITS} FROM sections WHERE author IN wanted)"
)
# A date is YYYY, YYYY-MM or YYYY-MM-DD, or two of these with / between them (index.document_keys.dates).
_BEGIN = "substr(d.date, 1, instr(d.date || '/', '/') - 1)"
_END = "substr(d.date, instr(d.date, '/') + 1)"
_DAY = "coalesce(CAST(replace(substr({}, 1, 10), '-', '') AS INTEGER), 0)"
_FIRST = _DAY.format(f"{_BEGIN} || '-01-01'")
_LAST = _DAY.format(f"{_END} || substr('-12-31', length({_END}) - 3)")
_DATED = (
    "EXISTS (SELECT 1 FROM json_each(?) f"
    f" WHERE {_FIRST} BETWEEN json_extract(f.value, '$[0]') AND json_extract(f.value, '$[1]')"
    f" AND {_LAST} BETWEEN json_extract(f.value, '$[2]') AND json_extract(f.value, '$[3]'))"
)
_DETAIL = (
    f"d.details IN (SELECT number FROM names WHERE kind = {NameKind.DETAILS:d}"
    " AND json_extract(name, '$.\"{}\"') {})"
)
_IN_FOLDER = (
    f"d.collection IN (SELECT number FROM names WHERE kind = {NameKind.COLLECTION:d} AND name IN {_VALUES})"
)
_IN_OR_BELOW = (
    f"d.collection IN (SELECT n.number FROM names n, json_each(?) f WHERE n.kind = {NameKind.COLLECTION:d}"
    " AND (n.name = f.value OR substr(n.name, 1, length(f.value) + 1) = f.value || '/'))"
)
