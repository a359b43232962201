"""Hits as the lines of a file to take along: a concordance in CSV, or JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec.structs import astuple

from index.results import PassageHit, to_json
from index.search.concordance import Place, places
from index.search.tables import csv_lines

Form: TypeAlias = Literal["csv", "ndjson"]

MOST_CONTEXT = 1_000
"""Characters before and behind a place that may be asked for: no passage has more."""


def exported(hits: Iterable[PassageHit], form: Form, context: int) -> Iterator[str]:
    """The lines, each with its end. ``context``: characters before and behind a place, in CSV."""
    if form == "csv":
        return csv_lines(
            Place.__struct_fields__, (astuple(place) for hit in hits for place in places(hit, context))
        )
    return (json.dumps(to_json(hit), ensure_ascii=False) + "\n" for hit in hits)
