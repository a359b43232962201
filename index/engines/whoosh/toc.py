"""The table of contents of an index, as data: its segments, and which of their records are deleted.

Whoosh's own is a pickle, which runs what is in it: ``codec.publish`` writes it for Whoosh; it is not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, json

from archive.errors import said
from index.engines.base import Record
from index.engines.guarded import Guard
from index.errors import EngineError
from index.query.condition import STREAMS, Stream

ENGINE = "whoosh"
NAME = "segments.json"
FORMAT = 2

# The field of a record, and of Whoosh's schema, that holds each stream; their order is that of the terms.
FIELDS: dict[Stream, str] = {name: name for name in STREAMS} | {"section": "heading", "author": "byline"}
POSITIONAL = frozenset({"grams", "title", "heading", "byline"})
_NAMES = Record.__struct_fields__
INTEGERS = _NAMES[: _NAMES.index("words")]
named = partial(Guard, ENGINE)


class SegmentEntry(Struct, frozen=True, array_like=True):
    """A segment of the index: what its files begin with, how many records it has, and more."""

    name: str
    records: int  # deleted ones included
    tokens: Mapping[str, int]  # of each field
    terms: Sequence[Any]  # how many there are, and the type code of their places in the file
    files: Mapping[str, int]  # with their sizes
    deleted: Sequence[int] = ()  # ascending


def read(folder: Path) -> tuple[int, list[SegmentEntry]]:
    """The number of the last commit, and its segments. Raises ``EngineError``."""
    with named(f"reading {NAME} failed"):
        if not (folder / NAME).exists():
            raise EngineError(ENGINE, said("there is no index in {}", folder.name))
        version, commit, entries = json.decode((folder / NAME).read_bytes())
        if version != FORMAT:
            raise EngineError(ENGINE, said("the index has format {}, not {}", version, FORMAT))
        return commit, convert(entries, list[SegmentEntry])
