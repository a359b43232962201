"""Ids of links to documents and passages, also of those whose place another one took.

What a citation of them names.
"""

from __future__ import annotations

from msgspec.structs import replace

from archive.citation import Cited
from archive.errors import said
from archive.model import each_author
from archive.store import StoredDocument, StoredPassage, StoredSection, TextStore
from index.errors import NotFoundError
from index.search.context import page_of, shortened


def document_named(store: TextStore, document_id: str) -> tuple[StoredDocument, str | None]:
    """The document of an id, and the id where it is of one that took its place. Raises NotFoundError."""
    document = store.document_by_id(document_id)
    if document is not None:
        return document, None
    successor = store.document_successor(document_id)
    document = None if successor is None else store.document_by_id(successor)
    if document is None:
        raise NotFoundError(
            said("There is no document {!r} in the archive.", shortened(document_id)),
            hint="It may have been renamed or removed since the link was made: search for its title.",
        )
    return document, document_id


def passage_named(store: TextStore, passage_id: str) -> tuple[int, str | None]:
    """The key of a passage, and its id where it is one that took the place of the first. Raises
    NotFoundError.
    """
    key = store.passage_key(passage_id)
    if key is not None:
        return key, None
    key, document = store.passage_successor(passage_id)
    if key is None and document is None:
        raise NotFoundError(
            said("There is no passage {!r} in the archive.", shortened(passage_id)),
            hint="Its text may have been changed since the link was made: search for a part of it.",
        )
    if key is None:
        raise NotFoundError(
            said("The passage {!r} is not in the archive any more, and none like it.", passage_id),
            hint=said("Its document is still there: {}", document),
            document=document,
        )
    return key, passage_id


def cited_by_id(store: TextStore, identifier: str) -> Cited:
    """What the id of a passage or of a document, or of one that was replaced, stands for. Raises
    NotFoundError.
    """
    if store.passage_key(identifier) is None and store.document_by_id(identifier) is not None:
        return cited(store, document_named(store, identifier)[0])
    try:
        key, _ = passage_named(store, identifier)
    except NotFoundError:
        return cited(store, document_named(store, identifier)[0])
    passage = store.passages([key])[0]
    return cited(store, store.documents([passage.document_key])[passage.document_key], passage)


def cited(store: TextStore, document: StoredDocument, passage: StoredPassage | None = None) -> Cited:
    """The document; of a passage in a section of another author that section, and the page."""
    details = document.details
    work = Cited(
        title=document.title,
        authors=each_author(document.author or ""),
        source=details.get("source"),
        edition=details.get("edition"),
        page=details.get("page"),
        date=document.date,
        document=document.id,
        type=details.get("type"),
        place=details.get("place"),
        publisher=details.get("publisher"),
        url=details.get("url"),
    )
    if passage is None:
        return work
    work = replace(work, page=page_of(store, passage.key, document), passage=passage.id)
    section = _signed(store, passage)
    if section.heading is None or section.nearest_author in (None, document.author):
        return work
    return replace(
        work,
        title=section.heading,
        authors=each_author(section.nearest_author or ""),
        host=work.title,
        host_authors=work.authors,
    )


def _signed(store: TextStore, passage: StoredPassage) -> StoredSection:
    """The outermost section above a passage that has the author of the passage's own."""
    *above, own = store.sections_of(passage.document_key, 0, passage.section + 1)
    signed = own
    for section in reversed(above):
        if len(section.path) < len(signed.path) and section.path == own.path[: len(section.path)]:
            if section.nearest_author != own.nearest_author or section.heading is None:
                break
            signed = section
    return signed
