"""XML without entities, DTDs and networks; runs of text with tidy white space and asides.

Shared by the readers of marked-up formats. Trees may be nested 256 deep, which libxml2 sees to: walk them
with ``etree.iterwalk``, not with calls.
"""

from __future__ import annotations

import re
from html.entities import html5
from typing import Any, Final

from lxml import etree

from archive.errors import ReadError
from archive.model import Kind, Range
from archive.readers.extract import Line

_REFERENCE: Final = re.compile(rb"&([A-Za-z][\w.-]*);")
_ENTITY: Final = re.compile(
    rb"""<!ENTITY\s+([\w.-]+)\s+(?:"((?:[^"<&%]|&#\w+;){0,64})"|'((?:[^'<&%]|&#\w+;){0,64})')\s*>"""
)
_OWN: Final = (b"amp", b"lt", b"gt", b"quot", b"apos")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_WIDER: Final = {b"gb2312": "gb18030", b"gbk": "gb18030", b"big5": "big5-hkscs"}
"""What is declared, and what is written under that name."""

_WIDE: Final = "\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_WRAPPED: Final = re.compile(f"[{_WIDE}][{_WIDE}“”‘’…—]|[“”‘’…—][{_WIDE}]")
"""Two neighbours between which the end of a line in the file is no space."""

_LATIN: Final = re.compile("[A-Za-z\u00c0-\u01dc]")
_WORDS: Final = re.compile(r"([ \t\r\n\f]*)([^ \t\r\n\f]*)")


def parse_xml(data: bytes, encoding: str | None = None) -> Any:
    """The root element of a document, without comments and processing instructions.

    Entities of HTML, and short ones that the document declares as plain text, become their characters; others
    stay as they are written (``&name;``). Nothing outside ``data`` is read. ``encoding`` overrules the
    declared one. Raises ``ReadError``.
    """
    declared = _ENCODING.match(data[:200])
    wider = _WIDER.get(declared[1].lower()) if declared else None
    parser = etree.XMLParser(
        encoding=encoding or wider,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_without_entities(data), parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise ReadError("broken", str(error).split("\n")[0]) from error


def _without_entities(data: bytes) -> bytes:
    if not _REFERENCE.search(data):
        return data
    known = {found[1]: found[2] or found[3] or b"" for found in _ENTITY.finditer(data)}

    def characters(reference: re.Match[bytes]) -> bytes:
        name = reference[1]
        if name in _OWN:
            return reference[0]
        if name in known:
            return known[name]
        value = html5.get(name.decode("ascii", "replace") + ";")
        return b"".join(b"&#%d;" % ord(one) for one in value) if value else reference[0]

    return _REFERENCE.sub(characters, data)


def local(element: Any) -> str:
    """The name of an element without its namespace; of an entity that was left as it is written, nothing."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Any) -> str:
    """All characters inside an element, its white space tidied."""
    run = Run()
    run.add("".join(element.itertext()))
    return run.text


class Run:
    """The text of a line as it is collected: white space as on the page, asides apart.

    White space of ASCII is one space, and none at the ends, or where a line ends in the file between two wide
    characters. Other spaces (U+3000, U+00A0) are characters.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._asides: list[Range] = []
        self._length = 0
        self._gap = ""
        self._last = ""

    @property
    def text(self) -> str:
        """What was collected, with the asides."""
        return "".join(self._parts)

    @property
    def ends_wide(self) -> bool:
        """Whether the last character of the run is a wide one."""
        return bool(_WRAPPED.match(self._last + "一"))

    def add(self, text: str | None) -> None:
        """Text of the run."""
        for gap, word in _WORDS.findall(text or ""):
            self._gap += gap
            if word:
                wrapped = "\n" in self._gap and _WRAPPED.match(self._last + word[0])
                if self._gap and self._last and not wrapped:
                    self._put(" ")
                self._put(word)
                self._gap, self._last = "", word[-1]

    def verbatim(self, text: str) -> None:
        """Text of the run whose white space is meant: no line feeds."""
        if text:
            self.add("")
            self._put(text)
            self._gap, self._last = "", text[-1]

    def aside(self, text: str) -> None:
        """Text that interrupts the run: a reading, the mark of a note, a variant."""
        if text := " ".join(text.split()):
            self._asides.append((self._length, self._length + len(text)))
            self._put(text)

    def take(self, kind: Kind | None = None, rank: int = 0, *, continues: bool = False) -> Line | None:
        """The line, or None where there is no text; then the run is empty again. A line of asides only is a
        note."""
        text, asides, alone = self.text, tuple(self._asides), not self._last
        self.__init__()  # type: ignore[misc]
        if not text.strip():
            return None
        if alone:
            return Line(text, Kind.NOTE)
        return Line(text, kind, rank, asides, continues)

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def ruby(run: Run, element: Any) -> None:
    """A ``ruby`` element, of HTML or TEI: the base in the run, its readings as one aside behind it."""
    readings = []
    for text in element.xpath(".//text()"):
        parent = text.getparent() if text.is_text else text.getparent().getparent()
        above = {local(parent)}
        while parent is not element:
            parent = parent.getparent()
            above.add(local(parent))
        if not above & {"rt", "rtc", "rp"}:
            run.add(text)
        elif "rp" not in above and text.strip():
            readings.append(text.strip())
    run.aside((" " if _LATIN.match("".join(readings)) else "").join(readings))
