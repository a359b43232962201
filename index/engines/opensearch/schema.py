"""The index of a generation in a cluster: its fields, its settings, and the file that names it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from archive.errors import said
from index.atomic_files import write_atomically
from index.engines.base import COLUMN_FIELDS, K1, POSITIONS, B, Record
from index.engines.guarded import Guard
from index.errors import EngineError
from index.query.condition import STREAMS

NAME = "opensearch"
FORMAT = 1
"""Of the index. One of another format is not opened."""

FILE = "opensearch.json"
"""In the folder of a generation's index: which index of the cluster it is."""

INTEGERS = ("key", *COLUMN_FIELDS.values(), "date_from", "date_to", "by_date")

EMPTY = "·"
"""The token of a stream without tokens, else Lucene does not count its record. No other token is this."""

BESIDE = "\x01"
"""Between the tokens of a query that may occur at the same place. No token has it."""

BUILDING = {
    "blocks.write": None,
    "auto_expand_replicas": False,
    "number_of_replicas": 0,
    "routing.rebalance.enable": "none",
}
"""Settings of an index that is being built.

No shard moves meanwhile, and a flush comes before the first replica: without stored sources a shard can be
copied by its files only."""

PUBLISHED = {"blocks.write": True, "auto_expand_replicas": "0-1", "routing.rebalance.enable": None}
"""Those of one that is searched: a replica where there is a second node, and no change."""

WINDOW = 10_000
"""Hits of one request."""

named = partial(Guard, NAME)


def similarity(stretched: float = 1.0) -> dict[str, float]:
    """BM25 where the average length of a stream is so many times the one that the formula means.

    ``EMPTY`` makes it longer. Other k1 and b have the same sum below the fraction bar; what the factor k1 + 1
    becomes, ``restored`` takes back.
    """
    slope = K1 * B * stretched
    k1 = K1 * (1 - B) + slope
    return {"k1": round(k1, 9), "b": round(slope / k1, 9)}


def restored(k1: float) -> float:
    """By what scores of a similarity with this k1 have to be multiplied."""
    return (K1 + 1) / (k1 + 1)


def body(name: str, shards: int, version: tuple[int, ...]) -> dict[str, Any]:
    """What makes the index ``name``. It is built without replicas, and refreshed when all is in it."""

    def stream(field: str) -> dict[str, Any]:
        options = "positions" if field in POSITIONS else "freqs"
        return {
            "type": "text",
            "analyzer": "tokens",
            "similarity": field,
            "index_options": options,
        }

    # With the factor k1 + 1, which BM25 has lost in OpenSearch 3.
    bm25 = "BM25" if version < (3,) else "LegacyBM25"
    analysis = {
        "filter": {
            "beside": {"type": "pattern_capture", "patterns": [f"([^{BESIDE}]+)"], "preserve_original": False}
        },
        "analyzer": {
            "tokens": {"tokenizer": "whitespace"},
            "places": {"tokenizer": "whitespace", "filter": ["beside"]},
        },
    }
    settings = {
        "number_of_shards": shards,
        **BUILDING,
        "refresh_interval": "-1",
        "merge.policy.expunge_deletes_allowed": 0,
        "max_result_window": WINDOW,
        "max_terms_count": 1 << 24,
        "analysis": analysis,
        "similarity": {field: {"type": bm25, **similarity()} for field in STREAMS},
    }
    properties = {name: {"type": "long"} for name in INTEGERS} | {name: stream(name) for name in STREAMS}
    nothing = {"enabled": False, "recovery_source_enabled": False}
    mappings = {"dynamic": "strict", "_source": nothing, "properties": properties}
    return {"settings": settings, "mappings": {**mappings, "_meta": mark(name)}}


def mark(name: str) -> dict[str, Any]:
    """What shows that an index is ours, and which format it has."""
    return {"juanzong": name, "format": FORMAT}


def lines(records: Sequence[Record]) -> list[bytes]:
    """For each record the two lines of a bulk request. Its key is its id: sent twice, it is there once."""
    encode = msgspec.json.Encoder().encode
    return [
        b'{"index":{"_id":"%d"}}\n%b\n'
        % (
            r.key,
            encode(
                {
                    "key": r.key,
                    "document": r.document,
                    "section_key": r.section,
                    "author_key": r.author,
                    "collection": r.collection,
                    "details": r.details,
                    "year": r.year,
                    "kind": r.kind,
                    "date_from": r.date_from,
                    "date_to": r.date_to,
                    "by_date": r.by_date,
                    "words": r.words or EMPTY,
                    "grams": r.grams or EMPTY,
                    "chars": r.chars or EMPTY,
                    "title": r.title or EMPTY,
                    "section": r.heading or EMPTY,
                    "author": r.byline or EMPTY,
                }
            ),
        )
        for r in records
    ]


def write_name(folder: Path, name: str) -> None:
    """Name the index of a folder; a file that was there is replaced."""
    text = json.dumps({"format": FORMAT, "index": name}) + "\n"
    write_atomically(folder / FILE, text.encode("ascii"), folder)


@named("reading the name of the index failed")
def read_name(folder: Path) -> str:
    """The name of a folder's index. Raises EngineError."""
    data: Mapping[str, Any] = json.loads((folder / FILE).read_bytes())
    require_format(data["format"])
    return str(data["index"])


def require_format(found: object) -> None:
    """Raise ``EngineError`` where an index is of another format."""
    if found != FORMAT:
        raise EngineError(NAME, said("the index has the format {}, not {}", found, FORMAT))
