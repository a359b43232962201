"""The tantivy library: loaded when it is first needed, its failures named, and the fields of a record."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from archive.errors import said
from index.engines.base import POSITIONS
from index.engines.guarded import Guard
from index.errors import EngineMissingError

NAME = "tantivy"
FREQUENCIES = ("words", "chars")
INDEXED = ("key", "document", "section_key", "author_key", "collection", "details", "year", "kind")
SORTED = ("date_from", "date_to", "by_date")

LOCKS = (".tantivy-writer.lock", ".tantivy-meta.lock")


@lru_cache(maxsize=1)
def library() -> Any:
    """The tantivy module. Raises EngineMissingError."""
    try:
        import tantivy
    except ImportError as error:
        raise EngineMissingError(
            NAME,
            said("the library is not installed ({}).", error),
            hint="Install it with: pip install tantivy, or build with --engine whoosh.",
        ) from error
    return tantivy


named = partial(Guard, NAME)


@lru_cache(maxsize=1)
def schema() -> Any:
    """The fields of a Record. ``section`` and ``author`` name streams; their columns end in ``_key``."""
    builder = library().SchemaBuilder()
    for name in POSITIONS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in FREQUENCIES:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    for name in INDEXED:
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in SORTED:
        builder.add_integer_field(name, fast=True)
    return builder.build()


def attach(index: Any) -> Any:
    """Give an opened index the tokeniser that its fields name."""
    t = library()
    index.register_tokenizer("whitespace", t.TextAnalyzerBuilder(t.Tokenizer.whitespace()).build())
    return index
