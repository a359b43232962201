"""A document of an archive, whatever format it came in: to be compared with the plain text's."""

from __future__ import annotations

from msgspec import Struct

from index.archive import Archive
from index.requests import SearchRequest


class Shown(Struct, frozen=True):
    """What a reader of a document sees; white space inside its texts is left out.

    Attributes:
        sections: path, author and affiliation of each.
        passages: kind, number of the section and text of each, without notes and page marks.
    """

    title: str
    author: str | None
    date: str | None
    sections: tuple[tuple[tuple[str, ...], str | None, str | None], ...]
    passages: tuple[tuple[str, int, str], ...]


def shown(archive: Archive, document_id: str) -> Shown:
    """A document of an archive."""
    store = archive.generation.store
    document = store.document_by_id(document_id)
    assert document is not None, document_id
    sections = store.sections_of(document.key)
    place = {section.key: number for number, section in enumerate(sections)}
    return Shown(
        _bare(document.title),
        document.author,
        document.date,
        tuple((tuple(map(_bare, one.path)), one.author, one.affiliation) for one in sections),
        tuple(
            (one.kind.label, place[one.section_key], _bare(one.text))
            for one in store.passages_of(document.key)
            if one.kind.label not in ("note", "page")
        ),
    )


def found(archive: Archive, query: str) -> dict[str, set[str]]:
    """The texts that are found by exactly this run, by document, without notes."""
    texts: dict[str, set[str]] = {}
    answer = archive.search(SearchRequest(query=query, match="exact", limit=100))
    assert answer.total <= len(answer.hits), "ask for a rarer run"
    for hit in (hit for hit in answer.hits if hit.kind != "note"):
        texts.setdefault(hit.document.id, set()).add(_bare(hit.text))
    return texts


def _bare(text: str) -> str:
    return "".join(text.split())
