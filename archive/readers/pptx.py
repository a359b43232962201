"""Presentations of PowerPoint (Office Open XML: ``.pptx``, ``.ppsx``): slide by slide, read as Word is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from msgspec.structs import replace

from archive.errors import ReadError
from archive.model import Kind
from archive.readers.docx import WordDocument, child
from archive.readers.extract import Extract, TextLine
from archive.readers.package import Package, unread_notes
from archive.readers.paragraphs import document
from archive.readers.xml import attribute, local

_KINDS = {"ctrTitle": (Kind.TITLE, 0), "title": (Kind.HEADING, 1)}
_FURNITURE = ("sldNum", "dt", "ftr", "hdr", "sldImg")


def extract(file: BinaryIO, path: str, _encoding: str | None) -> Iterator[Extract]:
    """The document of a file."""
    package = Package(file)
    read = WordDocument(package, path)
    lines: list[TextLine] = []
    slides = {one.id: one.target for one in package.related(read.main)}
    if read.main not in package:
        raise ReadError("broken", f"{read.main} is missing")
    for slide in package.tree(read.main).iterfind(".//{*}sldId"):
        relation = next((str(value) for key, value in slide.attrib.items() if key.endswith("}id")), "")
        part = slides.get(relation, "")
        if not part:
            package.unread.append(relation or "sldId")
        lines += _shapes(read, package.side(part))
        for one in package.related(part):
            if one.kind == "diagramData":
                lines += read.blocks(package.side(one.target))
            elif one.kind == "notesSlide":
                notes = _shapes(read, package.side(one.target))
                lines += (replace(line, kind=Kind.NOTE, rank=0) for line in notes)
    yield document(lines, *read.properties(), unread_notes(package, path))


def _shapes(read: WordDocument, parent: Any) -> Iterator[TextLine]:
    """The lines of the shapes of a slide, in their order."""
    for element in parent:
        if local(element) != "sp":
            yield from read.block(element) if local(element) == "graphicFrame" else _shapes(read, element)
            continue
        place = attribute(child(element, "nvSpPr", "nvPr", "ph"), "type") or ""
        if place not in _FURNITURE:
            kind, rank = _KINDS.get(place, (None, 0))
            yield from (replace(line, kind=kind or line.kind, rank=rank) for line in read.block(element))
