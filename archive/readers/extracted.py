"""Extracts to documents: lines to pieces and sections, by the kinds that the markup gives.

Extracts are kept in a cache by the content of their files. It may be removed at any time.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from archive.damage import damage_note
from archive.described import NOTHING, Corrections
from archive.digests import blake2b
from archive.messages import note
from archive.model import Document, Kind, Note
from archive.page import Structure, structure
from archive.page.given import lines_meant, of_owner
from archive.page.inspect import rows
from archive.page.rules import GIVEN_MARKUP, GivenLine
from archive.page.state import Stretch
from archive.patient import open_file
from archive.readers.apart import decoded, encoded, extracts
from archive.readers.extract import Extract, TextLine
from archive.readers.files import HashedFile
from archive.readers.plain import document_of, member_path
from archive.sources import SourceFile

LARGEST: Final = 64_000_000
"""Bytes of the extracts of one file; of a larger one nothing is kept."""

_DIGEST: Final = 16
_LIBRARIES: Final = (*("lxml", "resiliparse", "markdown-it-py", "pyyaml", "pypdfium2", "python-calamine"),)
_BREAKS: Final = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_IMPOSSIBLE: Final = re.compile("[\x00\ud800-\udfff]")
_LEADING: Final = (None, Kind.TITLE, Kind.HEADING)


def documents(
    reader: str, source: SourceFile, file: HashedFile, status: os.stat_result, encoding: str | None
) -> Iterator[Document | Note]:
    """The documents of a file, and the notes on it."""
    look, kept = file.look, file.kept
    empty = True
    columns = source.described.columns
    items = extracts(reader, source.path, status, source.relative, encoding, source.described)
    if kept:
        name = _key(file.finish(), reader, source.relative, encoding, columns)
        items = _through(kept, name, source.relative, items)
    for item in items if status.st_size else ():
        empty = False
        if isinstance(item, Note):
            yield item
            continue
        corrections = source.described.corrections if not item.member else NOTHING.corrections
        text, read = structured_extract(item, corrections, why=look is not None and look.why)
        yield from item.notes
        if text.isspace() or not text:
            yield note(member_path(source.relative, item.member), "empty.text")
            continue
        if nowhere := corrections.named() - lines_meant(corrections, text):
            yield note(source.relative, "metadata.nowhere", ", ".join(map(str, sorted(nowhere))))
        if damaged := damage_note(text, source.relative):
            yield damaged
        if look is not None:
            look.rows = rows(text, read)
        yield document_of(read, source.relative, extract=item)
    if empty:
        yield note(source.relative, "empty.text")


def structured_extract(
    extract: Extract, corrections: Corrections, *, why: bool = False
) -> tuple[str, Structure]:
    """The text of a document, which its source ranges count in, and its structure."""
    lines = _with_one_title(extract)
    text = _IMPOSSIBLE.sub("\ufffd", "\n".join(_BREAKS.sub(" ", line.text) for line in lines))
    given = {
        number: GivenLine(
            line.kind, line.rank, line.asides, line.continues or None, GIVEN_MARKUP, places=line.places
        )
        for number, line in enumerate(lines, 1)
        if line.kind is not None or line.asides or line.continues or line.places
    }
    said = of_owner(corrections)
    for number in said.keys() & lines_meant(corrections, text) if said else ():
        marked = given.get(number, GivenLine())
        given[number] = replace(said[number], asides=marked.asides, places=marked.places, corrected=marked)
    return text, structure(text, Stretch(why=why), given)


def _with_one_title(extract: Extract) -> tuple[TextLine, ...]:
    """The lines, with one title: what is given, a first line that the heading below repeats, or the only
    heading of the outermost rank where it leads. Headings that only repeat the title divide nothing.
    """
    lines = [line for line in extract.lines if line.kind is not Kind.HEADING or line.text.strip()]
    headings = [n for n, line in enumerate(lines) if line.kind is Kind.HEADING]
    first = next((n for n, line in enumerate(lines) if line.kind in _LEADING), 0)
    if not headings:
        return extract.lines
    title, ranks = _plain(lines[first].text), [lines[n].rank for n in headings]
    if lines[first].kind is Kind.HEADING:
        named = _plain(extract.metadata.get("title", "")) or title
        leads = ranks[0] == min(ranks) and ranks.count(ranks[0]) == 1 and title in named
        if leads and not any(line.kind is Kind.TITLE for line in lines):
            lines[first] = replace(lines[first], kind=Kind.TITLE, rank=0)
        return tuple(lines)
    again = [n for n in headings if _plain(lines[n].text) == title]
    if first + 1 in again or (lines[first].kind is Kind.TITLE and again == headings):
        lines[first] = replace(lines[first], kind=Kind.TITLE)
        for n in again if again == headings else [first + 1]:
            lines[n] = replace(lines[n], kind=Kind.NOTE, rank=0)
    return tuple(lines)


def _plain(text: str) -> str:
    return "".join(text.split())


def _key(digest: str, reader: str, path: str, encoding: str | None, columns: object = None) -> str:
    """The cache key of a file: its content and its ending."""
    state = blake2b(digest_size=_DIGEST)
    for part in (digest, reader, Path(path).suffix.lower(), encoding or "", repr(columns), _versions()):
        state.update(part.encode() + b"\0")
    return state.hexdigest()


def _through(folder: Path, name: str, path: str, items: Iterable[Extract | Note]) -> Iterator[Extract | Note]:
    """The extracts in the cache under a name; else the items, which are cached if they are complete."""
    file = folder / name
    if (found := _read(file)) is not None:
        with suppress(OSError):
            os.utime(file)  # it is in use
        yield from (_of(extract, path) for extract in found)
        return
    kept: list[bytes] = []
    left = LARGEST
    for item in items:
        left -= LARGEST if isinstance(item, Note) else 0
        if left > 0 and not isinstance(item, Note):
            kept.append(encoded(_of(item, "", before=path)))
            left -= len(kept[-1])
        yield item
    if left > 0:
        _write(file, msgspec.msgpack.encode(kept))


def _of(extract: Extract, path: str, before: str = "") -> Extract:
    """The extract with its notes on the file of another path."""
    notes = tuple(replace(note, path=path + note.path.removeprefix(before)) for note in extract.notes)
    return replace(extract, notes=notes)


def _read(file: Path) -> list[Extract] | None:
    try:
        with open_file(file) as handle:
            data = handle.read(2 * LARGEST)
        digest, body = data[:_DIGEST], data[_DIGEST:]
        if blake2b(body, digest_size=_DIGEST).digest() != digest:
            return None
        return [decoded(data) for data in msgspec.msgpack.decode(body, type=list[bytes])]
    except (OSError, msgspec.MsgspecError):
        return None


def _write(file: Path, body: bytes) -> None:
    """Write a file whole or not at all; on a full disk nothing is kept."""
    draft = file.with_name(f"{file.name}.{os.getpid()}.new")
    with suppress(OSError):
        file.parent.mkdir(exist_ok=True)
        mark(file.parent).touch()
        try:
            draft.write_bytes(blake2b(body, digest_size=_DIGEST).digest() + body)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)


def mark(folder: Path) -> Path:
    """The file that says that a folder is this program's."""
    return folder / f"{folder.name}.mark"


@cache
def _versions() -> str:
    """One value for all that decides what an extractor gives: our code, the libraries, Python."""
    state = blake2b(digest_size=_DIGEST)
    for code in sorted((*Path(__file__).parent.rglob("*.py"), *Path(__file__).parents[1].glob("*.py"))):
        state.update(code.read_bytes())
    for library in _LIBRARIES:
        with suppress(metadata.PackageNotFoundError):
            state.update(f"{library}={metadata.version(library)}\0".encode())
    state.update(repr(sys.version_info[:2]).encode())
    return state.hexdigest()
