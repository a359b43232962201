"""Queries for the empty search page: each finds something in this archive."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations, groupby

from archive.store import StoredDocument
from archive.text.folding import kind
from index.search.searchable import Searchable
from index.suggestions.suggest import finds

_DOCUMENTS = 5
_PASSAGES = 200
_LONGEST_PHRASE = 12


def examples(archive: Searchable) -> tuple[str, ...]:
    """A frequent word, part of a title in quotes, two words, an author, from the first documents; what lacks
    is left out.
    """
    store = archive.store
    documents = store.list_documents(limit=_DOCUMENTS)
    texts = [
        passage.text for document in documents for passage in store.passages_of(document.key)[:_PASSAGES]
    ]
    words = [frozenset(_words(archive, text)) for text in texts]
    counts = Counter(word for found in words for word in found)
    frequent = [word for word, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    found: list[str] = []
    for candidates in (
        iter(frequent[:5]),
        _titles(documents),
        _pairs(words, frequent[:12]),
        (f"作者:{author}" for author, _ in store.authors()[:5]),
    ):
        example = next((c for c in candidates if c not in found and finds(archive, c)), None)
        if example is not None:
            found.append(example)
    for word in frequent[5:15]:
        if len(found) >= 4:
            break
        if finds(archive, word):
            found.append(word)
    return tuple(found)


def _words(archive: Searchable, text: str) -> Iterator[str]:
    """The Han words of two characters or more, as written."""
    normal = archive.analyzer.normal(text)
    for start, end in archive.analyzer.cut(normal.text):
        if end - start >= 2 and all(kind(character) == "han" for character in normal.text[start:end]):
            yield text[slice(*normal.span(start, end))]


def _titles(documents: list[StoredDocument]) -> Iterator[str]:
    for document in documents:
        if document.title_is_derived:
            continue
        for is_han, run in groupby(document.title, lambda character: kind(character) == "han"):
            text = "".join(run)
            if is_han and 2 <= len(text) <= _LONGEST_PHRASE:
                yield f"“{text}”"


def _pairs(words: list[frozenset[str]], frequent: list[str]) -> Iterator[str]:
    """Two words that occur in one passage, and neither in the other."""
    for first, second in combinations(frequent, 2):
        if first in second or second in first:
            continue
        if any(first in found and second in found for found in words):
            yield f"{first} {second}"
