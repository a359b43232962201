"""What the text store gives back: typed rows."""

from __future__ import annotations

from msgspec import Struct

from archive.model import Kind, Range
from archive.store.schema import POSITION_BITS


class StoredPassage(Struct, frozen=True):
    """A passage as it is kept.

    Attributes:
        section: index into the document's sections.
        piece: index into the document's pieces; the passages of a long piece follow each other.
        source: its ranges in the decoded source file, in characters.
        rule, joined, moved: how the reader came to the piece (``archive.model.Piece``).
    """

    key: int
    id: str
    kind: Kind
    section: int
    piece: int
    text: str
    source: tuple[Range, ...]
    rule: str
    joined: str | None
    moved: str | None

    @property
    def document_key(self) -> int:
        """The key of its document."""
        return self.key >> POSITION_BITS

    @property
    def section_key(self) -> int:
        """The key of its section."""
        return (self.key >> POSITION_BITS << POSITION_BITS) | (self.section + 1)


class StoredDocument(Struct, frozen=True):
    """A document as it is kept; ``sections``, ``passages`` and ``characters`` are counts."""

    key: int
    id: str
    path: str
    title: str
    author: str | None
    date: str | None
    collection: str | None
    encoding: str
    title_is_derived: bool
    details: dict[str, str]
    date_written: str | None
    date_guessed: bool
    sections: int
    passages: int
    characters: int


class DocumentCounts(Struct, frozen=True):
    """How much there is in a document that is read in parts, once its end was read."""

    key: int
    sections: int
    passages: int
    characters: int


class StoredSection(Struct, frozen=True):
    """A section as it is kept.

    Attributes:
        author, affiliation: from its own author line, or None.
        nearest_author: its own author, else that of the document, or None.
    """

    key: int
    heading: str | None
    path: tuple[str, ...]
    author: str | None
    affiliation: str | None
    nearest_author: str | None

    @property
    def document_key(self) -> int:
        """The key of its document."""
        return self.key >> POSITION_BITS

    @property
    def order(self) -> int:
        """Its index into ``StoredPassage.section``: from 0, in the order of the document."""
        return (self.key & ((1 << POSITION_BITS) - 1)) - 1


class StoredSource(Struct, frozen=True):
    """A source file as the build found it: what an update compares with.

    Attributes:
        path: relative to the source folder, ``/`` between parts.
        digest: BLAKE2b of its bytes (16 bytes), or None where it could not be read.
        described: BLAKE2b of what other files say of it (``archive.described``), empty where that is nothing.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    digest: bytes | None
    described: bytes = b""


class FileCounts(Struct, frozen=True):
    """How much of the files of the source folder is in the archive.

    Attributes:
        whole: files of which no text was left out.
        partly: files that gave a document, of which some text was left out: bytes, lines, fields.
        not_read: files, and folders that cannot be opened, of which nothing is in the archive.
    """

    whole: int
    partly: int
    not_read: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.whole + self.incomplete

    @property
    def incomplete(self) -> int:
        """Those of which something is not in the archive."""
        return self.partly + self.not_read


class Statistics(Struct, frozen=True):
    """Counts over the store; ``left_out`` are notes of which some text is not in the archive."""

    documents: int
    sections: int
    passages: int
    characters: int
    left_out: int
