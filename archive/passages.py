"""Passages: the units that are found. One is a piece; only a long text is cut, at the end of a sentence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from msgspec import Struct

from archive.digests import Ordinals, blake2b
from archive.model import Document, Kind, Piece, Range, parts_of

LIMIT = 1_000
"""A text of more characters is cut. White space after the last sentence of a part does not count."""

_CLOSERS = "”’」』）》〉】〕〗｝\\]\\)\"'"
# Where a part may end, best first. The end of a sentence takes its closing quotes and brackets along.
_SENTENCE = re.compile(rf"(?:[。！？…；!?;｡︒]|\.(?=\s))[。！？…；!?;｡︒.]*[{_CLOSERS}]*|\n")
_CLAUSE = re.compile(rf"[，、：,:—～·][，、：,:—～·]*[{_CLOSERS}]*")
_SPACE = re.compile(r"\s")
_NOT_SPACE = re.compile(r"\S")
_JOINER = "\u200d"


class Passage(Struct, frozen=True):
    """One unit of the archive that can be found. Offsets are in characters, ends exclusive.

    Attributes:
        id: 16 hexadecimal digits, of the document's id, the text, and how many passages of the document
            before it have the same text: it outlives a rebuild, and changes elsewhere in the document.
        position: of the passage in its document, from 0.
        kind: what its piece is.
        section: index into ``Document.sections``.
        piece: index into ``Document.pieces``.
        start, end: where in the text of the piece; 0 and its length unless the piece was cut.
        text: the passage as written. The passages of a piece, joined, give back its text.
        source: where the text is, as ``Piece.source`` does.
    """

    id: str
    position: int
    kind: Kind
    section: int
    piece: int
    start: int
    end: int
    text: str
    source: tuple[Range, ...]


def passages(document: Document) -> list[Passage]:
    """The passages of a document, in its order."""
    return Cutter(document.id).passages(document.pieces)


class PassageIds:
    """The ids of the passages of one document, in its order, as bytes.

    Args:
        document_id: the document's.
        seen: where it keeps how often it had a text; ``Ordinals`` for a document that is never held whole.
    """

    def __init__(self, document_id: str, seen: dict[bytes, int] | Ordinals | None = None) -> None:
        name = document_id.encode("utf-8", "surrogatepass")
        # The length of the id and an ordinal of fixed size: no two (id, ordinal, text) give the same bytes.
        self._salt = len(name).to_bytes(8, "big") + name
        self._first = self._salt + bytes(4)
        self._seen: dict[bytes, int] | Ordinals = {} if seen is None else seen

    def next(self, text: str) -> bytes:
        """That of the next passage, which has this text."""
        data = text.encode("utf-8", "surrogatepass")
        digest = blake2b(self._first + data, digest_size=8).digest()
        ordinal = self._seen.get(digest, 0)
        self._seen[digest] = ordinal + 1
        if ordinal:
            digest = blake2b(self._salt + ordinal.to_bytes(4, "big") + data, digest_size=8).digest()
        return digest


class Cutter:
    """Makes passages of the pieces of one document, which may come in several lots.

    Attributes:
        position: how many passages it has made.

    Args:
        document_id, seen: what ``PassageIds`` takes.
    """

    def __init__(self, document_id: str, seen: dict[bytes, int] | Ordinals | None = None) -> None:
        self._ids = PassageIds(document_id, seen)
        self.position = 0

    def passages(self, pieces: Iterable[Piece], first: int = 0) -> list[Passage]:
        """The passages of the next pieces; ``first`` is the index of the first of them in the document."""
        found: list[Passage] = []
        position = self.position
        for index, piece in enumerate(pieces, first):
            text = piece.text
            ends = [len(text)] if len(text) <= LIMIT or piece.kind is not Kind.TEXT else _cuts(text)
            sources = [piece.source] if len(ends) == 1 else parts_of(piece.source, ends)
            start = 0
            for end, source in zip(ends, sources, strict=True):
                part = text[start:end]
                name = self._ids.next(part).hex()
                found.append(
                    Passage(name, position, piece.kind, piece.section, index, start, end, part, source)
                )
                position += 1
                start = end
        self.position = position
        return found


def last_cut(text: str, start: int, limit: int) -> int:
    """The last place up to ``limit`` where the text that begins at ``start`` is cut, however it goes on.

    A text that is read in lots is cut there; the rest has the passages that it would have had. ``limit``
    where a cut is followed by white space up to it, ``start`` where it is cut nowhere.
    """
    while True:
        first = _skip_space(text, start, limit)
        if first == limit:
            return limit
        if first + LIMIT + 1 > limit:
            return start
        start = _skip_space(text, _cut(text, first, first + LIMIT), limit)


def _cuts(text: str) -> list[int]:
    """The ends of the parts of a text, each at most ``LIMIT`` characters before its trailing white space."""
    ends: list[int] = []
    start = 0
    while True:
        first = _skip_space(text, start)
        if len(text) - first <= LIMIT:
            ends.append(len(text))
            return ends
        start = _skip_space(text, _cut(text, first, first + LIMIT))
        if start == len(text):
            ends.append(start)
            return ends
        ends.append(start)


def _cut(text: str, first: int, last: int) -> int:
    """The best place after ``first`` and up to ``last`` to end a part."""
    for pattern in (_SENTENCE, _CLAUSE, _SPACE):
        best = 0
        # One character more is looked at: closing quotes that run over the limit do not end a part there.
        for match in pattern.finditer(text, first + 1, last + 1):
            if match.end() <= last and not _continues(text, match.end()):
                best = match.end()
        if best:
            return best
    # No white space, no punctuation: anywhere but within what is shown as one character.
    for cut in range(last, first, -1):
        if not _continues(text, cut):
            return cut
    return last


def _continues(text: str, cut: int) -> bool:
    """Whether the character at ``cut`` is shown as a part of the one before: a mark, a selector, a joint."""
    character = text[cut]
    return (
        unicodedata.category(character)[0] == "M"  # variation selectors are marks too
        or character == _JOINER
        or text[cut - 1] == _JOINER
        or "\U0001f3fb" <= character <= "\U0001f3ff"  # skin tones
    )


def _skip_space(text: str, start: int, end: int | None = None) -> int:
    end = len(text) if end is None else end
    match = _NOT_SPACE.search(text, start, end)
    return match.start() if match else end
