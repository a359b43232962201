"""TEI P5 editions: divisions, verse, notes, page marks, and an apparatus that is found beside the text.

Sources: TEI P5 Guidelines 4.9, and the extensions of CBETA (namespace ``cb``). Elements go by their local
names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from lxml import etree

from archive.errors import ReadError
from archive.model import Kind
from archive.readers.extract import Extract, TextLine, titled
from archive.readers.flow import Blocks
from archive.readers.xml import local, parse_xml, ruby, text_of

_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_BLOCK_NAMES = (
    "ab argument back body byline castItem castList cell closer dateline def dialog div div0 div1 div2 div3"
    " div4 div5 div6 div7 docAuthor docDate docEdition docImprint docNumber docTitle entry epigraph figDesc"
    " figure floatingText form front group head imprimatur item jhead juan l label lg list mulu opener p"
    " postscript row salute signed sp speaker stage table text titlePage titlePart trailer"
)
_UNREAD: Final = frozenset(
    ("teiHeader", "facsimile", "sourceDoc", "standOff", "xenoData", "graphic", "media")
)
_KINDS: Final = {
    "byline": Kind.BYLINE, "docAuthor": Kind.BYLINE, "figDesc": Kind.CAPTION,
    "l": Kind.TEXT, "speaker": Kind.TEXT, "stage": Kind.TEXT, "label": Kind.TEXT,
}  # fmt: skip
_ALTERNATIVES: Final = ("app", "choice", "tt", "rdgGrp")
_PRINTED: Final = ("lem", "orig", "sic", "abbr", "rdg", "reg", "corr", "expan")
"""Of the alternatives in one place, what is in the run: the first that there is."""
_INLINE: Final = frozenset(("inline", "interlinear", "inspace"))
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")
_POINT: Final = re.compile(r"(?:U\+|&#x)([0-9A-Fa-f]{4,6});?")
_GAP: Final = "□"
_LONGEST_GAP: Final = 50
_HEAD: Final = 20  # lines in which the title is looked for
_SERIES: Final = re.compile(r"^.*\bNo\. ?[0-9]\S* (?=\S)")
"""What CBETA writes before the title of a work: 大正新脩大藏經數位版, No. 251 …"""
_LONGEST: Final = 300  # characters of a field


def extract(file: BinaryIO, _path: str, encoding: str | None) -> Iterator[Extract]:
    """The document of an edition; of a corpus one for each of its editions."""
    root = parse_xml(file.read(), encoding)
    if local(root) not in ("TEI", "teiCorpus", "TEI.2"):
        raise ReadError("not_tei")
    members = [*root.iter("{*}TEI")] if local(root) == "teiCorpus" else [root]
    for number, member in enumerate(members, 1):
        metadata = _metadata(member)
        if member is not root and (title := _metadata(root).get("title")):
            metadata.setdefault("collection", title)
        text = _Text(_Places(member))
        text.read(member)
        name = "" if member is root else member.get(_ID) or str(number)
        yield Extract(titled(text.lines, metadata.get("title"), _HEAD), metadata, member=name)


class _Places:
    """Notes and variants that are elsewhere in a file than at their place, by its ``xml:id``.

    Attributes:
        moved: all of these.
        edition: whose pages are marked, where there are those of several editions.
        outer: how many headings the outermost division is under: 1 where scrolls (卷) have theirs.
    """

    def __init__(self, edition: Any) -> None:
        _with_characters(edition)
        ids = {one.get(_ID): one for one in edition.iter("{*}anchor") if one.get(_ID)}
        sigla = ((one.get(_ID), text_of(one)) for one in edition.iter("{*}witness"))
        self.witnesses = {name: text for name, text in sigla if name and 0 < len(text) <= 10}
        self.apparatus: dict[str, list[Any]] = {}
        self.notes: dict[str, list[Any]] = {}
        self.moved: set[Any] = set()
        for name, found, keys in (("app", self.apparatus, ("to", "from")), ("note", self.notes, ("target",))):
            for one in edition.iter("{*}" + name):
                places = (one.get(key, "").lstrip("#") for key in keys)
                if place := next((place for place in places if place in ids), None):
                    found.setdefault(place, []).append(one)
                    self.moved.add(one)
        for one in edition.iterfind(".//{*}back//{*}div"):
            rest = _size(one) - sum(_size(below) for below in one.iter() if below in self.moved)
            if self.moved and rest <= sum(map(_size, one.iter("{*}head"))):
                self.moved.add(one)
        page = next(edition.iter("{*}pb"), None)
        self.edition = page.get("ed") if page is not None else None
        self.outer = int(any(one.get("fun") == "open" for one in edition.iter("{*}juan")))


class _Text(Blocks):
    blocks = frozenset(_BLOCK_NAMES.split())
    row = "row"
    cells = frozenset(("cell",))

    def __init__(self, places: _Places, kind: Kind | None = None) -> None:
        super().__init__(kind)
        self._places = places
        self._depth = places.outer
        self._headed = [False]  # of each division that is read, whether its heading came
        self._said: set[tuple[str, str]] = set()

    def nested(self) -> _Text:
        """The same, for a note."""
        return _Text(self._places, Kind.NOTE)

    def within(self, _node: Any, name: str, step: int) -> None:
        """Go down into a division, or come up from it."""
        if name[:3] == "div":
            self._depth += step
            self._headed = [*self._headed, False] if step > 0 else self._headed[:-1]

    def kind_of(self, node: Any, name: str) -> tuple[Kind | None, int]:
        """The kind of the lines of a block, and the rank of a heading."""
        above, rank = self.kinds[-1]
        within = local(node.getparent()) if node.getparent() is not None else ""
        if above is not None and above is not Kind.TEXT:
            return above, rank
        if name == "head" and within in ("figure", "table"):
            return Kind.CAPTION, 0
        if name == "head" and within != "list":
            begun = self._headed[-1] and within != "lg"
            self._headed[-1] = True
            return Kind.HEADING, max(1, self._depth + (within == "lg" or begun))
        if name == "jhead" and node.getparent().get("fun") == "open":
            return Kind.HEADING, 1
        if name == "titlePart":
            return (Kind.DECK if node.get("type") in ("sub", "alt", "desc") else Kind.TITLE), 0
        if name == "byline" and self._headed[-1] and len(self._headed) > 1:
            return Kind.AUTHOR, 0
        return _KINDS.get(name), 0

    def apart(self, node: Any, name: str) -> bool:
        """Deal with an element whose inside is not walked; False where it is."""
        places = self._places
        if not name:
            self.add(node.text)
        elif name in _UNREAD or node in places.moved:
            pass
        elif name == "note":
            self._note(node)
        elif name == "foreign" and "foot" in _place(node):
            self.note(node)
        elif name == "anchor":
            for entry in places.apparatus.get(node.get(_ID), ()):
                for reading in entry.iter("{*}rdg"):
                    self._variant(reading)
            for note in places.notes.get(node.get(_ID), ()):
                self._note(note)
        elif name == "del" or (local(node.getparent()) in _ALTERNATIVES and node is not _printed(node)):
            self._variant(node)
        elif name == "fw":
            self.page(text_of(node))
        elif name in ("pb", "lb", "cb"):
            if name == "pb" and node.get("ed") == places.edition:
                self.page(node.get("n", ""))
            self.run.add("" if node.get("break") == "no" else "\n")
        elif name == "mulu":
            self._contents(node)
        elif name == "figure" and next(node.iter("{*}p", "{*}ab", "{*}l"), None) is None:
            captions = (text_of(one) for one in node.iter("{*}head", "{*}figDesc"))
            self.below += (TextLine(text, Kind.CAPTION) for text in captions if text)
        elif name == "ruby":
            ruby(self.run, node)
        else:
            return False
        return True

    def _note(self, node: Any) -> None:
        """A note between the characters is an aside; another one comes below the line, once if it is there
        twice."""
        if not _INLINE.isdisjoint(_place(node)):
            self.run.aside(text_of(node))
            return
        said = node.get("n", ""), text_of(node)
        if said not in self._said or not said[0]:
            self._said.add(said)
            self.note(node)

    def _variant(self, node: Any) -> None:
        """What another witness has, with its siglum."""
        witnesses = (name.lstrip("#") for name in node.get("wit", "").split())
        if text := text_of(node):
            self.run.aside(text + "".join(self._places.witnesses.get(name, name) for name in witnesses))

    def _contents(self, node: Any) -> None:
        """An entry of CBETA's table of contents: the heading of a division that has none in print."""
        division = node.getparent()
        if local(division) == "div" and division.find("{*}head") is None and (text := text_of(node)):
            self.flush()
            self._headed[-1] = True
            self.lines.append(TextLine(text, Kind.HEADING, max(1, self._depth)))


def _size(element: Any) -> int:
    return len("".join("".join(element.itertext()).split()))


def _place(node: Any) -> list[str]:
    """Where the edition prints a note."""
    return [word for name, value in node.attrib.items() if name.endswith("place") for word in value.split()]


def _printed(node: Any) -> Any:
    """Of the alternatives that an element is one of, that which is in the run."""
    if local(node.getparent()) == "rdgGrp":
        return None
    if local(node.getparent()) == "tt":  # the same in several languages
        return min(node.getparent(), key=lambda one: not one.get(_LANGUAGE, "").startswith("zh"))
    names = {local(one): one for one in reversed(node.getparent())}
    return next((names[name] for name in _PRINTED if name in names), node)


def _with_characters(edition: Any) -> None:
    """Put the characters of ``g``, ``gap``, ``space`` and ``caesura`` into the tree; rename or empty elements
    by their place."""
    known: dict[str, str] = {}
    for one in edition.iter("{*}char", "{*}glyph"):
        known[one.get(_ID, "")] = _character(one)
    for one in edition.iter("{*}g"):
        mapped = known.get(one.get("ref", "").lstrip("#"), "")
        if mapped and (not one.text or _PRIVATE.search(one.text)):
            one.text = mapped
        one.text = one.text or _GAP
    for one in edition.iter("{*}gap", "{*}space", "{*}caesura"):
        count = one.get("quantity", "1") if one.get("unit", "chars").startswith("char") else "1"
        character = _GAP if local(one) == "gap" else "\u3000"
        one[:] = []
        one.text = character * min(int(count) if count.isdecimal() else 1, _LONGEST_GAP)
    for one in edition.iter("{*}docAuthor", "{*}docDate"):
        if local(one.getparent()) in ("byline", "docImprint"):
            one.tag = "name"  # a part of a line, not one of its own
    for one in edition.iter(*(f"{{*}}{name}" for name in _ALTERNATIVES)):
        one.text = None
        for below in one:
            below.tail = None


def _character(declared: Any) -> str:
    """The character that a declaration maps to, else its normal form, else how it is composed."""
    mapped = {one.get("type", ""): text_of(one) for one in declared.iter("{*}mapping")}
    for kind in sorted(mapped, key=lambda kind: (kind != "unicode", kind != "normal_unicode", kind)):
        point = _POINT.fullmatch(mapped[kind])
        text = chr(int(point[1], 16)) if point and int(point[1], 16) < 0x110000 else mapped[kind]
        if text and not _PRIVATE.search(text) and text.isprintable():
            return text
    values = {
        text_of(one.getprevious()): text_of(one)
        for one in declared.iter("{*}value")
        if len(one.getparent()) > 1
    }
    return values.get("normalized form") or values.get("composition", "")


def _worth(title: Any) -> tuple[bool, ...]:
    """Sorts titles: those of the work first, then those in Chinese."""
    return (
        title.get("level") in ("s", "j"),
        title.get("type") in ("sub", "alt", "desc"),
        title.get("level") is None,
        not title.get(_LANGUAGE, "").startswith("zh"),
    )


def _metadata(edition: Any) -> dict[str, str]:
    """What the header says of the text (of the file only its rights), as written."""
    header = edition.find("{*}teiHeader")
    if header is None:
        return {}
    titles = header.findall("{*}fileDesc/{*}titleStmt/{*}title")
    titles.sort(key=_worth)
    text = next(edition.iter("{*}text"), edition)
    source = next(header.iterfind("{*}fileDesc/{*}sourceDesc"), etree.Element("sourceDesc"))
    dates = *header.iterfind("{*}profileDesc/{*}creation//{*}date"), *source.iterfind(".//{*}date")
    found = {
        "title": _SERIES.sub("", next(map(text_of, titles), "")),
        "author": "、".join(map(text_of, header.iterfind("{*}fileDesc/{*}titleStmt/{*}author"))),
        "date": next((date.get("when") or text_of(date) for date in dates), ""),
        "source": next(map(text_of, (*source.iterfind(".//{*}title"), *source.iterfind(".//{*}bibl"))), ""),
        "publisher": next(map(text_of, source.iterfind(".//{*}publisher")), ""),
        "place": next(map(text_of, source.iterfind(".//{*}pubPlace")), ""),
        "collection": next(map(text_of, header.iterfind("{*}fileDesc/{*}seriesStmt/{*}title")), ""),
        "language": next(filter(None, (one.get(_LANGUAGE) for one in (text, edition))), ""),
        "rights": next(map(text_of, header.iterfind("{*}fileDesc/{*}publicationStmt/{*}availability")), ""),
    }
    return {field: value for field, value in found.items() if 0 < len(value) <= _LONGEST}
