"""The file formats that are read, by the endings of names."""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct


class Format(Struct, frozen=True):
    """A format, for its readers and for ``docs/using/formats.md``.

    Attributes:
        reader: the module of ``archive.readers`` that reads it.
        endings: of names, in lower case.
        lacks: what of a text it cannot carry, or its reader leaves out; empty where there is nothing to say.
        begins: how a file of the format begins, where another one has its endings too.
        keyed: its files have columns or keys, which may be named for a field of the owner's own.
        apart: it is an extractor (``archive.readers.extract``), which works in a process of its own.
    """

    reader: str
    endings: tuple[str, ...]
    name: str
    lacks: str = ""
    begins: bytes = b""
    keyed: bool = False
    apart: bool = True


_OFFICE = "headers and footers, deletions that were tracked"
_MANDOKU = rb"#(?:\s*-\*-\s*mode:\s*mandoku|\+[A-Z]+:(?s:.*)<pb:)"
_CUES = rb"WEBVTT\b|[0-9\s]*(?:[0-9]{1,2}:){1,2}[0-9]{2}[,.][0-9]{1,3} *--> *[0-9]{1,2}:[0-9]{2}"
_OTHERS = (".doc", ".dot", ".wps", ".wpt", ".wpd", ".pages", ".sxw", ".ppt", ".pps", ".dps")
# fmt: off
FORMATS: Final = (
    Format("plain", (".txt", ".text"), "plain text: a file is a document", apart=False),
    Format("mandoku", (".txt",), "Kanripo (mandoku)", begins=_MANDOKU),
    Format("jsonl", (".jsonl", ".ndjson"), "JSON Lines: a line is a document", keyed=True, apart=False),
    Format("markdown", (".md", ".markdown"), "Markdown, with front matter", keyed=True),
    Format("html", (".html", ".htm", ".xhtml", ".mhtml", ".mht"), "web pages", "menus, links, scripts"),
    Format("epub", (".epub",), "e-books (EPUB 2 and 3)", "pictures"),
    Format("tei", (".xml", ".tei"), "TEI P5", "milestones other than of pages"),
    Format("docx", (".docx", ".docm", ".dotx", ".dotm"), "Word", _OFFICE),
    Format("odt", (".odt", ".ott", ".odp", ".fodt", ".fodp"), "OpenDocument", _OFFICE),
    Format("rtf", (".rtf",), "Rich Text Format", _OFFICE),
    Format("pptx", (".pptx", ".ppsx", ".pptm"), "PowerPoint", "charts, feet of slides"),
    Format("office", _OTHERS, "others, through LibreOffice", _OFFICE),
    Format("tables", (
        ".csv", ".tsv", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".et", ".ods",
    ), "tables", keyed=True),
    Format("pdf", (".pdf",), "PDF with a text layer", "running heads, watermarks, pages that are pictures"),
    Format("packed", (
        ".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz",
    ), "archives: each member is a file", "archives two deep in others", keyed=True, apart=False),
    Format("subtitles", (".srt", ".vtt", ".ass", ".ssa", ".lrc"), "subtitles, lyrics: the time is the place"),
    Format("subtitles", (".txt",), "subtitles under the name of a text", begins=_CUES),
)
# fmt: on
"""In the order of the manual."""

SUFFIXES: dict[str, str] = {}
"""The ending of a name, in lower case, and the module of ``archive.readers`` that reads such files."""

_FORMAT: dict[str, Format] = {}


def add(one: Format) -> None:
    """Read files of a format from now on."""
    for ending in one.endings if not one.begins else ():
        SUFFIXES[ending], _FORMAT[ending] = one.reader, one


for _one in FORMATS:
    add(_one)

HEAD: Final = 4096
"""How many of the first bytes of a file tell its format."""

RECORDS: Final = tuple(suffix for suffix, reader in SUFFIXES.items() if reader == "jsonl")
"""The endings of files that hold many documents."""


def format_of(name: str, begins: bytes = b"", reader: str | None = None) -> Format | None:
    """The format of a file of this name, or None; the longest of its endings counts. ``begins``: its first
    ``HEAD`` bytes; ``reader``: whose format it is in any case.
    """
    if reader is not None:
        return next(one for one in FORMATS if one.reader == reader)
    endings = name.lower().split(".")[1:]
    tails = [".".join(["", *endings[at:]]) for at in range(len(endings))]
    found = next((_FORMAT[tail] for tail in tails if tail in _FORMAT), None)
    shared = (one for one in FORMATS if one.begins and not set(tails).isdisjoint(one.endings))
    return next((one for one in shared if re.match(one.begins, begins.removeprefix(b"\xef\xbb\xbf"))), found)
