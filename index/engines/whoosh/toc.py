"""The table of contents: which segments make up an index, and which of their records are deleted.

Whoosh keeps its own as a pickle, which makes an index folder a program that runs when it is opened. Ours is
JSON with a checksum, so that opening an index that somebody else made reads data and nothing more.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from archive.records import record
from index.engines.whoosh.layout import COLUMNS, ENGINE, REBUILD, TERMS
from index.errors import EngineError

NAME = "toc.json"
FORMAT = 1
INDEX_NAME = "MAIN"  # of Whoosh; each segment is called by it and a random part


@record
class Entry:
    """A segment of the index: its name, the sizes of its files, and its deleted records, ascending."""

    name: str
    records: int
    bytes: tuple[int, int]
    deleted: tuple[int, ...] = ()


def read(folder: Path) -> list[Entry]:
    """The segments of the index in ``folder``.

    Raises EngineError where there is no index, or one that is damaged or of another version.
    """
    path = folder / NAME
    try:
        head, _, body = path.read_bytes().partition(b"\n")
    except FileNotFoundError as error:
        raise EngineError(ENGINE, f"there is no index in {folder.name}", hint=REBUILD) from error
    except OSError as error:
        raise EngineError(ENGINE, f"{NAME} cannot be read: {error.strerror}") from error
    try:
        version, check = head.decode("ascii").split()
        if int(version) != FORMAT:
            raise EngineError(ENGINE, f"the index has format {version}, not {FORMAT}", hint=REBUILD)
        if int(check, 16) != crc32(body):
            raise ValueError("it differs from its checksum")
        return [
            Entry(e["name"], e["records"], (e["bytes"][0], e["bytes"][1]), tuple(e["deleted"]))
            for e in json.loads(body)
        ]
    except (ValueError, LookupError, TypeError) as error:
        raise EngineError(ENGINE, f"{NAME} is damaged: {error}", hint=REBUILD) from error


def write(folder: Path, entries: Sequence[Entry]) -> None:
    """Replace the table of contents atomically and durably."""
    body = json.dumps(
        [{"name": e.name, "records": e.records, "bytes": e.bytes, "deleted": e.deleted} for e in entries]
    ).encode()
    path, new = folder / NAME, folder / f"{NAME}.new"
    with new.open("wb") as file:
        file.write(b"%d %08x\n" % (FORMAT, crc32(body)))
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync_folder(folder)


def entry_of(folder: Path, name: str, records: int, deleted: Sequence[int] = ()) -> Entry:
    """The line of the table of contents for a segment that was written."""
    sizes = [(folder / f"{name}{kind}").stat().st_size for kind in (COLUMNS, TERMS)]
    return Entry(name, records, (sizes[0], sizes[1]), tuple(deleted))


def remove_files(folder: Path, name: str) -> None:
    """Remove the files of a segment."""
    for kind in (COLUMNS, TERMS):
        (folder / f"{name}{kind}").unlink(missing_ok=True)


def segment_files(folder: Path) -> list[Path]:
    """All files of segments in ``folder``, also of those that the table of contents does not name."""
    return [path for path in folder.glob(f"{INDEX_NAME}_*") if path.suffix in (COLUMNS, TERMS)]


def sync_folder(folder: Path) -> None:
    """Make names in ``folder`` durable, where the system can do that (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
