"""From the conditions of the protocol to tantivy's queries."""

from __future__ import annotations

from typing import Any

from index.engines.base import (
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
    Without,
)
from index.engines.tantivy.library import COLUMN_FIELDS, library

# Every character that the syntax of Rust's regex crate gives a meaning (regex_syntax::is_meta_character).
META = frozenset("\\.+*?()|[]{}^$#&-~")


def escape(token: str) -> str:
    """A regular expression of Rust's syntax that matches exactly ``token``."""
    return "".join("\\" + c if c in META else c for c in token)


def compile_condition(fields: Any, condition: Condition) -> Any:
    """The condition as a tantivy query; its scores are meaningless."""
    t: Any = library()
    query, must = t.Query, t.Occur.Must

    def compiled(part: Condition) -> Any:
        return compile_condition(fields, part)

    match condition:
        case Everything():
            return query.all_query()
        case Nothing():
            return query.empty_query()
        case Phrase(stream, (token,)):
            return query.term_query(fields, stream, token, index_option="basic")
        case Phrase(stream, tokens):
            return query.phrase_query(fields, stream, list(tokens))
        case LoosePhrase(stream, (alternatives,)):
            return query.term_set_query(fields, stream, list(alternatives))
        case LoosePhrase(stream, places):
            if all(len(place) == 1 for place in places):
                return query.phrase_query(fields, stream, [place[0] for place in places])
            patterns = ["|".join(map(escape, place)) for place in places]
            return query.regex_phrase_query(fields, stream, patterns)
        case AnyToken(stream, tokens):
            return query.term_set_query(fields, stream, list(tokens)) if tokens else query.empty_query()
        case ColumnIn(column, values):
            return query.term_set_query(fields, COLUMN_FIELDS[column], list(values))
        case KeyIn(keys):
            return query.term_set_query(fields, "key", list(keys))
        case DateOverlaps(first, last):
            integer = t.FieldType.Integer
            return query.boolean_query(
                [
                    (must, query.range_query(fields, "date_from", integer, 1, last)),
                    (must, query.range_query(fields, "date_to", integer, first, None)),
                ]
            )
        case All(()):
            return query.all_query()
        case All(parts):
            return query.boolean_query([(must, compiled(part)) for part in parts])
        case Some(()):
            return query.empty_query()
        case Some(parts):
            return query.boolean_query([(t.Occur.Should, compiled(part)) for part in parts])
        case Without(wanted, unwanted):
            return query.boolean_query([(must, compiled(wanted)), (t.Occur.MustNot, compiled(unwanted))])
