"""XML without entities, DTDs and networks.

Shared by the readers of marked-up formats. Trees may be nested 256 deep, which libxml2 sees to: walk them
with ``etree.iterwalk``, not with calls.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.entities import html5
from typing import Any, Final

from lxml import etree

from archive.errors import ReadError
from archive.readers.extract import LineText

_REFERENCE: Final = re.compile(rb"&([A-Za-z][\w.-]*);")
_ENTITY: Final = re.compile(
    rb"""<!ENTITY\s+([\w.-]+)\s+(?:"((?:[^"<&%]|&#\w+;){0,64})"|'((?:[^'<&%]|&#\w+;){0,64})')\s*>"""
)
_OWN: Final = (b"amp", b"lt", b"gt", b"quot", b"apos")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)""")
_WIDER: Final = {b"gb2312": "gb18030", b"gbk": "gb18030", b"big5": "big5-hkscs"}
"""What is declared, and what is written under that name."""

_LATIN: Final = re.compile("[A-Za-z\u00c0-\u01dc]")


SAFE: Final = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}
"""How every XML file is parsed: nothing outside it is read, and no entity grows."""


def parse_xml(data: bytes, encoding: str | None = None) -> Any:
    """The root element of a document, without comments and processing instructions.

    Entities of HTML, and short ones that the document declares as plain text, become their characters; others
    stay as they are written (``&name;``). Nothing outside ``data`` is read. ``encoding`` overrules the
    declared one. Raises ``ReadError``.
    """
    declared = _ENCODING.match(data[:200])
    wider = _WIDER.get(declared[1].lower()) if declared else None
    parser = etree.XMLParser(encoding=encoding or wider, **SAFE)
    try:
        return etree.fromstring(_without_entities(data), parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise parse_error(error, str(error)) from error


def parse_error(error: Exception, said: str) -> ReadError | MemoryError:
    """What is raised for an error of lxml, which calls it one of syntax that there was no memory left."""
    if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
        return MemoryError()
    return ReadError("broken", said.split("\n")[0])


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


def attribute(element: Any, name: str) -> str | None:
    """An attribute by its name without a namespace: of several the first, None where there is no element."""
    if element is not None:
        for key, value in element.attrib.items():
            if key.rpartition("}")[2] == name:
                return str(value)
    return None


def inside(parent: Any, name: str, wrappers: Collection[str]) -> Iterator[Any]:
    """The elements of a name in an element, also inside wrappers: the rows of a table, the cells of a row."""
    for element in parent:
        if local(element) == name:
            yield element
        elif local(element) in wrappers:
            yield from inside(element, name, wrappers)


def text_of(element: Any) -> str:
    """All characters inside an element, its white space tidied."""
    run = LineText()
    run.add("".join(element.itertext()))
    return run.text.strip()


def ruby(run: LineText, element: Any) -> None:
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
