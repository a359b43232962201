"""E-books (EPUB 2 and 3): one document a book, its chapters in the order of the spine.

Sources: EPUB 3.3 (W3C), Open Packaging Format 2.0.1 (IDPF).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from msgspec.structs import replace

from archive.encoding import NotTextError, decode
from archive.errors import ReadError
from archive.messages import note
from archive.model import Kind, Note
from archive.readers.extract import Extract, TextLine, titled
from archive.readers.html import tree_of
from archive.readers.hypertext import Flow, classes, notes_of, resolve
from archive.readers.package import Package
from archive.readers.xml import local, parse_xml, text_of

_CONTAINER: Final = "META-INF/container.xml"
_ENCRYPTION: Final = "META-INF/encryption.xml"
_PAGES: Final = ("application/xhtml+xml", "text/html", "text/x-oeb1-document")
_EMPTY: Final = re.compile(r"<(a|b|div|em|i|p|script|span|style|title)\b([^<>]*)/>")
"""What XML may close at once, and HTML may not."""
_FIELDS: Final = {
    "title": "title",
    "creator": "author",
    "date": "date",
    "source": "source",
    "publisher": "publisher",
    "language": "language",
    "rights": "rights",
}
_WRITERS: Final = ("", "aut", "author")
_NOBODY: Final = re.compile("unknown(?: author)?|未知(?:作者)?", re.IGNORECASE)  # Calibre, LibreOffice
_LONGEST_HEADING: Final = 200
_HEAD: Final = 12  # lines of a book in which its title is looked for


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The one document of a book. Faults of a file in it are noted, and the rest is read."""
    yield _Book(Package(file), path, encoding).extract()


class _Book:
    def __init__(self, package: Package, path: str, encoding: str | None) -> None:
        self._package = package
        self._path = path
        self._encoding = encoding
        self._names = {name.casefold(): name for name in package.names()}
        self._notes: list[Note] = []
        container = self._tree(_CONTAINER)
        roots = (
            [one.get("full-path") for one in container.iter("{*}rootfile")] if container is not None else []
        )
        self._opf = next((name for name in (*roots, *package.names()) if name and name.endswith(".opf")), "")
        opf = self._tree(self._opf)
        if opf is None:
            raise ReadError("broken", "no package document in it")
        self._package_document = opf
        self._items = {item.get("id"): item for item in opf.iter("{*}item")}

    def extract(self) -> Extract:
        """The document."""
        trees = self._chapters()
        contents = self._contents()
        flow = Flow(notes_of(trees))
        aside = self._left_out()
        lines: list[TextLine] = []
        left: list[TextLine] = []
        for name, root in trees.items():
            begun = len(flow.lines)
            flow.read(root)
            chapter = flow.lines[begun:]
            if name in aside or _is_contents(chapter):
                left += chapter
            else:
                lines += _with_headings(chapter, contents.get(name, []))
        if count := flow.hidden + sum(line.size for line in left):
            self._notes.append(note(self._path, "menus", count, " ".join(line.text for line in left)[:40]))
        metadata = self._metadata()
        return Extract(titled(lines, metadata.get("title"), _HEAD), metadata, tuple(self._notes))

    def _tree(self, name: str) -> Any:
        """The root of an XML member, mended if needed; None if it cannot be read."""
        found = self._names.get(name.casefold())
        if found is None:
            return None
        try:
            data = self._package.open(found).read()
        except ReadError as error:
            if error.reason == "protected":
                raise
            return None
        try:
            return parse_xml(data, self._encoding)
        except ReadError:
            try:
                return tree_of(_EMPTY.sub(r"<\1\2></\1>", decode(data, self._encoding).text))[0]
            except NotTextError:
                return None

    def _chapters(self) -> dict[str, Any]:
        """The trees of the spine, by the names of their files; what is not in the main order comes last."""
        locked = self._locked()
        spine = [*self._package_document.iter("{*}itemref")]
        spine.sort(key=lambda ref: ref.get("linear") == "no")
        trees: dict[str, Any] = {}
        for ref in spine:
            item = self._items.get(ref.get("idref"))
            if item is None or not item.get("href"):
                self._unread(ref.get("idref", ""))
                continue
            name, _ = resolve(self._opf, item.get("href"))
            if item.get("media-type") not in _PAGES or name in trees:
                continue
            if name in locked:
                raise ReadError("protected")
            tree = self._tree(name)
            if tree is None:
                self._unread(item.get("href"))
            else:
                trees[name] = tree
        if not trees:
            raise ReadError("broken", "no chapter that can be read in it")
        return trees

    def _unread(self, name: str) -> None:
        self._notes.append(note(self._path, "part_unread", name, left_out=True))

    def _locked(self) -> set[str]:
        """The files that rights management has encrypted."""
        root = self._tree(_ENCRYPTION)
        if root is None:
            return set()
        return {resolve("", one.get("URI", ""))[0] for one in root.iter("{*}CipherReference")}

    def _left_out(self) -> set[str]:
        """The files that are the table of contents or the cover."""
        found = [item.get("href", "") for item in self._items.values() if "nav" in _words(item, "properties")]
        found += [
            one.get("href", "")
            for one in self._package_document.iter("{*}reference")
            if one.get("type") in ("toc", "cover")
        ]
        return {resolve(self._opf, href)[0] for href in found}

    def _contents(self) -> dict[str, list[tuple[str, int]]]:
        """The entries of the table of contents, title and rank, by the file that they lead to."""
        found: dict[str, list[tuple[str, int]]] = {}
        for item in self._items.values():
            if "nav" in _words(item, "properties") or item.get("media-type") == "application/x-dtbncx+xml":
                name, _ = resolve(self._opf, item.get("href", ""))
                root = self._tree(name)
                for href, title, rank in _entries(root) if root is not None and not found else ():
                    found.setdefault(resolve(name, href)[0], []).append((title, rank))
        return found

    def _metadata(self) -> dict[str, str]:
        found: dict[str, list[str]] = {}
        metas = [*self._package_document.iter("{*}meta")]
        roles = (meta for meta in metas if meta.get("property") == "role")
        refined = {meta.get("refines", "").lstrip("#"): text_of(meta) for meta in roles}
        written = {text_of(meta) for meta in metas if meta.get("property") == "dcterms:modified"}
        for element in self._package_document.iter("{http://purl.org/dc/elements/1.1/}*"):
            field, value = _FIELDS.get(local(element)), text_of(element)
            role = element.get("{http://www.idpf.org/2007/opf}role", refined.get(element.get("id"), ""))
            if field == "author" and (role not in _WRITERS or _NOBODY.fullmatch(value)):
                continue
            if field and value and value not in written:
                found.setdefault(field, []).append(value)
        for meta in metas:
            if meta.get("property") == "belongs-to-collection" or meta.get("name") == "calibre:series":
                found.setdefault("collection", []).append(meta.get("content") or text_of(meta))
        return {
            field: "、".join(values) if field == "author" else values[0] for field, values in found.items()
        }


def _words(element: Any, name: str) -> list[str]:
    return str(element.get(name, "")).split()


def _entries(root: Any) -> Iterator[tuple[str, str, int]]:
    """The links of a table of contents (an NCX or a ``nav``), with title and rank."""
    for point in root.iter("{*}navPoint"):
        label = next((text_of(one) for one in point.iter("{*}text")), "")
        content = next((one.get("src", "") for one in point.iter("{*}content")), "")
        rank = 1 + sum(1 for _ in point.iterancestors("{*}navPoint"))
        yield content, label, rank
    for nav in root.iter("{*}nav"):
        if " toc " in classes(nav) or " doc-toc " in classes(nav):
            for link in nav.iter("{*}a"):
                yield link.get("href", ""), text_of(link), sum(1 for _ in link.iterancestors("{*}ol"))


def _is_contents(lines: list[TextLine]) -> bool:
    menus = sum(line.is_menu for line in lines)
    return menus > 2 and menus >= len(lines) - 2


def _with_headings(lines: list[TextLine], entries: list[tuple[str, int]]) -> list[TextLine]:
    """The lines of a chapter, with headings of the ranks that the table of contents gives.

    A title of the table that no line has is above the chapter, if that has no heading.
    """
    ranks = {"".join(title.split()): rank for title, rank in entries}
    named = [
        ranks.get("".join(line.text.split())) if len(line.text) <= _LONGEST_HEADING else None
        for line in lines
    ]
    shift = next((rank - line.rank for line, rank in zip(lines, named, strict=True) if rank and line.rank), 0)
    given: list[TextLine] = []
    for line, rank in zip(lines, named, strict=True):
        if rank and line.kind in (None, Kind.HEADING):
            given.append(replace(line, kind=Kind.HEADING, rank=rank))
        elif line.kind is Kind.HEADING:
            given.append(replace(line, rank=max(1, line.rank + shift)))
        else:
            given.append(line)
    if entries and given and not any(line.kind is Kind.HEADING for line in given):
        title, rank = entries[0]
        return [TextLine(title, Kind.HEADING, rank), *given]
    return given
