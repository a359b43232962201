"""What an id in a link stands for: a document or a passage, or what took the place of one that is gone."""

from __future__ import annotations

from archive.errors import said
from archive.store import StoredDocument, TextStore
from index.errors import NotFoundError
from index.search.context import shortened


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
