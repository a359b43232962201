"""Passages: the units that are found. One is a piece; only a long text is cut, at the end of a sentence."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import NamedTuple

from archive.model import Document, Kind, Piece, Range

LIMIT = 1_000
"""A text of more characters is cut. White space after the last sentence of a part does not count."""

_CLOSERS = "”’」』）》〉】〕〗｝\\]\\)\"'"
# Where a part may end, best first. The end of a sentence takes its closing quotes and brackets along.
_SENTENCE = re.compile(rf"(?:[。！？…；!?;｡︒]|\.(?=\s))[。！？…；!?;｡︒.]*[{_CLOSERS}]*|\n")
_CLAUSE = re.compile(rf"[，、：,:—～·][，、：,:—～·]*[{_CLOSERS}]*")
_SPACE = re.compile(r"\s")
_NOT_SPACE = re.compile(r"\S")
_JOINER = "\u200d"


class Passage(NamedTuple):
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
        source: where the text stands, as ``Piece.source`` does.
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
    found: list[Passage] = []
    name = document.id.encode("utf-8", "surrogatepass")
    # The length of the id and an ordinal of fixed size: no two (id, ordinal, text) give the same bytes.
    salt = len(name).to_bytes(8, "big") + name
    first = salt + bytes(4)
    seen: dict[str, int] = {}
    for index, piece in enumerate(document.pieces):
        text = piece.text
        ends = [len(text)] if len(text) <= LIMIT or piece.kind is not Kind.TEXT else _cuts(text)
        start = 0
        for end in ends:
            whole = start == 0 and end == len(text)
            part = text if whole else text[start:end]
            ordinal = seen.get(part, 0)
            seen[part] = ordinal + 1
            prefix = first if not ordinal else salt + ordinal.to_bytes(4, "big")
            digest = blake2b(prefix + part.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            source = piece.source if whole else _source(piece, start, end)
            found.append(
                Passage(digest, len(found), piece.kind, piece.section, index, start, end, part, source)
            )
            start = end
    return found


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


def _skip_space(text: str, start: int) -> int:
    match = _NOT_SPACE.search(text, start)
    return match.start() if match else len(text)


def _source(piece: Piece, start: int, end: int) -> tuple[Range, ...]:
    """The ranges of ``piece.text[start:end]``."""
    ranges = []
    offset = 0
    for begin, stop in piece.source:
        length = stop - begin
        low, high = max(start - offset, 0), min(end - offset, length)
        if low < high:
            ranges.append((begin + low, begin + high))
        offset += length
    return tuple(ranges)
