"""A file format a module: a file to documents, or to lines that ``extracted.py`` makes documents of.

    reading = read(source)
    for item in reading:          # Document or Note
        ...
    reading.digest                # of all that was read

A new format is a module beside its siblings and a line in ``archive.formats``. It reads, as ``plain`` and
``jsonl`` do; or it only extracts (``archive.readers.extract``), and is run in a process of its own
(``archive.readers.apart``).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from msgspec.structs import replace

from archive.described import NOTHING, applied, is_named
from archive.errors import JuanzongError
from archive.formats import HEAD, format_of
from archive.messages import note
from archive.model import Document, Note
from archive.patient import open_patiently
from archive.readers.files import HashedFile, Look
from archive.sources import SourceFile, unreadable

Reader: TypeAlias = Callable[["HashedFile", str, str | None], Iterator[Document | Note]]
"""``read(file, relative path, encoding or None)``; raises nothing but ``JuanzongError`` and ``OSError``."""


class SourceReading:
    """The documents of one source file and the notes on it, to be taken once. Bad content never raises.

    Attributes:
        source: the file, with the size and the time that it had when it was opened.
        digest: 32 hexadecimal digits of BLAKE2b over the bytes of the file, when all documents have been
            taken; None before, and for a file that could not be read, or changed meanwhile.
        described: the digest of what other files said of it.
    """

    def __init__(
        self,
        source: SourceFile,
        encoding: str | None = None,
        kept: Path | None = None,
        look: Look | None = None,
    ) -> None:
        self.source = source
        self.digest: str | None = None
        self.described = source.described.digest
        self._items = self._read(encoding, kept, look)

    def __iter__(self) -> Iterator[Document | Note]:
        return self._items

    def _read(self, encoding: str | None, kept: Path | None, look: Look | None) -> Iterator[Document | Note]:
        relative = self.source.relative
        try:
            with open_patiently(self.source.path) as handle:
                status = os.fstat(handle.fileno())
                self.source = replace(self.source, size=status.st_size, mtime_ns=status.st_mtime_ns)
                if not stat.S_ISREG(status.st_mode):
                    yield note(relative, "special_file.now", left_out=True)
                    return
                file = HashedFile(handle, self.source.described, kept, look)
                try:
                    described = self.source.described
                    for item in checked(items(self.source, file, status, encoding), self.source):
                        yield item if isinstance(item, Note) else applied(item, described)
                except JuanzongError as error:
                    yield note(relative, error.code, str(error), left_out=True)
                digest = file.finish()
                now = os.fstat(handle.fileno())
                if (now.st_size, now.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
                    self.digest = digest
                else:
                    yield note(relative, "changed", left_out=True)
        except OSError as error:
            yield unreadable(relative, error)


def read(source: SourceFile, encoding: str | None = None, kept: Path | None = None) -> SourceReading:
    """The documents of a file and the notes on it; ``encoding`` overrules what is recognised. ``kept``: the
    folder of the cache of extracts, or None.

    A text file up to ``archive.readers.plain.LONG`` is held as a whole, a longer one part by part
    (``Document.part``), JSON Lines a line at a time. Every text that was left out has a note with
    ``left_out``.
    """
    return SourceReading(source, encoding, kept)


def fingerprint(source: SourceFile) -> str | None:
    """The digest that ``SourceReading.digest`` would have, or None where the file cannot be read."""
    try:
        with open_patiently(source.path) as handle:
            if not stat.S_ISREG(os.fstat(handle.fileno()).st_mode):
                return None
            return HashedFile(handle).finish()
    except OSError:
        return None


def checked(read: Iterable[Document | Note], source: SourceFile) -> Iterator[Document | Note]:
    """What is read of a file, and notes on what is said of it from outside and is not used."""
    many, left = False, list(source.described.members)
    for item in read:
        if isinstance(item, Document):
            left = [target for target in left if not is_named(item, target)]
            many |= item.id != source.relative
        yield item
    if many and source.described.corrections != NOTHING.corrections:
        yield note(source.relative, "metadata.lines")
    for target in left:
        yield note(source.relative, "metadata.member", target)


def items(
    source: SourceFile, file: HashedFile, status: os.stat_result, encoding: str | None
) -> Iterator[Document | Note]:
    """The documents of an open file and the notes on it, without what is said of it from outside."""
    encoding = file.described.encoding or encoding
    found = format_of(source.path.name, file.peek(HEAD), file.described.reader)
    if found is not None and found.apart:
        from archive.readers.extracted import documents

        return documents(found.reader, source, file, status, encoding)
    # What scan() does not give but somebody names (juanzong inspect FILE) is taken for plain text.
    module = import_module(f"archive.readers.{found.reader if found else 'plain'}")
    return cast(Reader, module.read)(file, source.relative, encoding)
