"""From the conditions of the protocol to tantivy's queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from index.engines.base import COLUMN_FIELDS
from index.engines.tantivy.library import library
from index.query import condition as asked

# Every character that the syntax of Rust's regex crate gives a meaning (regex_syntax::is_meta_character).
META = frozenset("\\.+*?()|[]{}^$#&-~")

_LOOKED_UP = 256
"""Up to so many values are looked up one by one. tantivy's set query goes through the dictionary instead:
three times as long for thirty grams, half of the time for a thousand documents."""


def escape(token: str) -> str:
    """A regular expression of Rust's syntax that matches exactly ``token``."""
    return "".join("\\" + c if c in META else c for c in token)


def compile_condition(fields: Any, condition: asked.Condition) -> Any:
    """The condition as a tantivy query; its scores are meaningless."""
    t: Any = library()
    query, must = t.Query, t.Occur.Must

    def compiled(part: asked.Condition) -> Any:
        return compile_condition(fields, part)

    match condition:
        case asked.TokenPhrase(stream, (token,)):
            return query.term_query(fields, stream, token, index_option="basic")
        case asked.TokenPhrase(stream, tokens):
            return query.phrase_query(fields, stream, list(tokens))
        case asked.LoosePhrase(stream, (alternatives,)):
            return any_of(fields, stream, alternatives)
        case asked.LoosePhrase(stream, places):
            if all(len(place) == 1 for place in places):
                return query.phrase_query(fields, stream, [place[0] for place in places])
            patterns = ["|".join(map(escape, place)) for place in places]
            return query.regex_phrase_query(fields, stream, patterns)
        case asked.AnyToken(stream, tokens):
            return any_of(fields, stream, tokens)
        case asked.ColumnIn(column, values):
            return any_of(fields, COLUMN_FIELDS[column], values)
        case asked.KeyIn(keys):
            return any_of(fields, "key", keys)
        case asked.DateOverlaps(first, last):
            integer = t.FieldType.Integer
            return query.boolean_query(
                [
                    (must, query.range_query(fields, "date_from", integer, 1, last)),
                    (must, query.range_query(fields, "date_to", integer, first, None)),
                ]
            )
        case asked.All(()):
            return query.all_query()
        case asked.All(parts):
            return query.boolean_query([(must, compiled(part)) for part in parts])
        case asked.Some(()):
            return query.empty_query()
        case asked.Some(parts):
            return query.boolean_query([(t.Occur.Should, compiled(part)) for part in parts])
        case asked.Without(wanted, unwanted):
            return query.boolean_query([(must, compiled(wanted)), (t.Occur.MustNot, compiled(unwanted))])


def any_of(fields: Any, field: str, values: Sequence[str | int]) -> Any:
    """Records of which the field has at least one of the values."""
    query, should = library().Query, library().Occur.Should
    if not values:
        return query.empty_query()
    if len(values) > _LOOKED_UP:
        return query.term_set_query(fields, field, list(values))
    terms = (query.term_query(fields, field, value, index_option="basic") for value in values)
    return query.boolean_query([(should, term) for term in terms])
