"""The text of a record, put together from its fields by itself: what source ranges count in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def record_text(record: dict[str, Any]) -> str:
    """The text of a record that was read as a document, which the source ranges of its pieces count in."""
    return "\n".join(_strings(record))


def _strings(record: dict[str, Any]) -> Iterator[str]:
    author = record.get("author")
    for value in (
        record.get("title"),
        *(author if isinstance(author, list) else [author]),
        record.get("text"),
    ):
        if isinstance(value, str) and value.strip():
            yield value
    for section in record.get("sections") or ():
        yield from _section_strings({"text": section} if isinstance(section, str) else section)


def _section_strings(section: dict[str, Any]) -> Iterator[str]:
    heading, text = section.get("heading"), section.get("text")
    if isinstance(heading, str) and heading.strip():
        yield heading
    yield from author_line(section)
    for value in (text, *(section.get("paragraphs") or ())):
        if isinstance(value, str) and value.strip():
            yield value
    for below in section.get("sections") or ():
        yield from _section_strings({"text": below} if isinstance(below, str) else below)


def author_line(section: dict[str, Any]) -> list[str]:
    values = (section.get("affiliation"), section.get("author"))
    names = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    return [" ".join(names)] if names else []
