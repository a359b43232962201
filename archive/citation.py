"""Citations: GB/T 7714 (2025 and 2015), BibTeX, RIS, CSL-JSON and plain text.

The forms of GB/T 7714 are those of its numeric system: authors, title with the type of the work in
brackets, where it appeared, date and page. Its elements are left out where they are not known. The 2025
edition, in force since 2026-07-01, sets all marks in full width but ``.`` and ``[ ]``, and gives a day of
access for pages of the web only; that of 2015 gives it for all that is online. Examples of both are those of
zotero-chinese/styles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct

from archive.digests import blake2b
from archive.model import shown_date

MOST_AUTHORS: Final = 3
"""The number of authors that an entry names; 等 or et al. follows where there are more."""

_JOURNAL = re.compile("(学报|學報|杂志|雜誌|期刊|月刊|双月刊|季刊|集刊|辑刊|Journal|Review)", re.IGNORECASE)
_NEWSPAPER = re.compile("(报|報|Daily|Times|Post|News)$", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_BIBTEX_SPECIAL = re.compile(r"([{}\\#$%&_])")


class Cited(Struct, frozen=True):
    """What a citation names. Nothing that is not known is made up: None, or empty.

    Attributes:
        title: of what is cited: a section with an author of its own, else the document.
        authors: of what is cited.
        host, host_authors: the document, where a section of it is cited.
        source: the newspaper, journal or book in which it appeared.
        edition, page: as written.
        date: ISO 8601: a year, a month or a day, or an interval.
        type: the letter of GB/T 7714 (``M`` a book, ``N`` a newspaper …) if the owner gave one.
        place, publisher, url: as written.
        link: the permanent address of the passage in this archive.
        accessed: the day of access, ISO 8601, for works online.
        document, passage: their ids in this archive; the passage is None where a document is cited.
    """

    title: str
    authors: tuple[str, ...] = ()
    host: str | None = None
    host_authors: tuple[str, ...] = ()
    source: str | None = None
    edition: str | None = None
    page: str | None = None
    date: str | None = None
    type: str | None = None
    place: str | None = None
    publisher: str | None = None
    url: str | None = None
    link: str | None = None
    accessed: str | None = None
    document: str = ""
    passage: str | None = None

    @property
    def key(self) -> str:
        """A short name of the entry, in ASCII."""
        named = self.passage or blake2b(self.document.encode(errors="replace"), digest_size=6).hexdigest()
        return f"juanzong-{named}"

    @property
    def letter(self) -> str:
        """The type of the work by GB/T 7714: ``N`` newspaper, ``J`` journal, ``M`` book, ``EB`` a page of the
        web, ``Z`` other. Where the owner gave none it follows from the name of the source."""
        if self.type:
            return self.type.upper()
        if self.source:
            if _JOURNAL.search(self.source):
                return "J"
            return "N" if _NEWSPAPER.search(self.source) else "M"
        if self.url:
            return "EB"
        return "M" if self.publisher else "Z"

    @property
    def is_placed(self) -> bool:
        """Whether it is known where the work appeared."""
        return bool(self.source or self.publisher or self.url)

    @property
    def container(self) -> str | None:
        """The newspaper, journal or book; of a section in a document that appeared in none, the document."""
        return self.source or (None if self.letter in ("J", "N") else self.host)

    @property
    def within(self) -> str | None:
        """The document in which a section is cited, where ``container`` does not name it."""
        return None if self.host == self.container else self.host

    @property
    def address(self) -> str | None:
        """Where the work is online, else its place in this archive."""
        return self.url or self.link

    @property
    def seen(self) -> str | None:
        """The day of access, where there is an address."""
        return self.accessed if self.address else None

    @property
    def year(self) -> str | None:
        """The year of the date, or the years from which to which it is."""
        years = dict.fromkeys(end[:4] for end in (self.date or "").split("/"))
        return shown_date("/".join(years)) or None


def today() -> str:
    """The day of access, by this machine's calendar: the morning of 2 May in China is 1 May in UTC."""
    return datetime.now().astimezone().date().isoformat()


class Marks(Struct, frozen=True):
    """The punctuation of an edition of GB/T 7714."""

    comma: str
    colon: str
    opening: str
    closing: str


MARKS: Final[Mapping[str, Marks]] = {
    "2025": Marks("，", "：", "（", "）"),
    "2015": Marks(", ", ": ", "(", ")"),
}


def gbt(cited: Cited, edition: str = "2025") -> str:
    """The entry of a list of references by GB/T 7714 of an ``edition``: ``2025`` or ``2015``."""
    marks = MARKS[edition]
    letter = cited.letter
    online = "/OL" if cited.url else ""
    parts = [_names(cited.authors, marks), f"{cited.title}[{letter}{online}]"]
    if cited.host:
        parts[-1] += "//" + (_names(cited.host_authors, marks) or cited.host)
        if cited.host_authors:
            parts.append(cited.host)
        if letter not in ("J", "N"):
            parts.append(cited.source or "")
    elif cited.source and letter not in ("J", "N"):
        parts[-1] += f"//{cited.source}"
    seen = f"[{cited.accessed}]" if cited.url and cited.accessed else ""
    if letter == "EB":
        dated = f"{marks.opening}{shown_date(cited.date)}{marks.closing}" if cited.date else ""
        parts.append(dated + seen)
    else:
        parts += [cited.edition or "", _issue(cited, letter, marks) + (seen if edition == "2015" else "")]
    return ". ".join(part for part in [*parts, cited.url or ""] if part) + "."


def _issue(cited: Cited, letter: str, marks: Marks) -> str:
    """Where and when it appeared, with the page."""
    if letter in ("J", "N"):
        date = shown_date(cited.date) if letter == "N" else cited.year
        out = marks.comma.join(value for value in (cited.source, date) if value)
        if cited.page and letter == "N":
            return f"{out}{marks.opening}{cited.page}{marks.closing}"
    else:
        publisher = marks.colon.join(value for value in (cited.place, cited.publisher) if value)
        date = cited.year if letter == "M" else shown_date(cited.date)
        out = marks.comma.join(value for value in (publisher, date) if value)
    return marks.colon.join(value for value in (out, cited.page) if value)


def _names(names: tuple[str, ...], marks: Marks) -> str:
    more = ("等" if _HAN.search(names[0]) else "et al") if len(names) > MOST_AUTHORS else None
    return marks.comma.join([*names[:MOST_AUTHORS], *([more] if more else [])])


def plain(cited: Cited) -> str:
    """A sentence for a letter or a caption: author: 《title》, where, when, page; the permanent link."""
    where = f"《{cited.host}》" if cited.host else ""
    if cited.source:
        where += f"（{cited.source}）" if where else f"，{cited.source}"
    elif where:
        where = f"，载{where}"
    if cited.host and cited.source:
        where = f"，载{where}"
    after = "".join(f"，{value}" for value in (cited.edition, shown_date(cited.date), cited.page) if value)
    author = "、".join(cited.authors)
    address = cited.link or cited.url
    link = f" {address}" if address else ""
    return f"{author + '：' if author else ''}《{cited.title}》{where}{after}。{link}".rstrip()


_BIBTEX_TYPES = {"N": "article", "J": "article", "M": "book", "EB": "online"}
_RIS_TYPES = {"N": "NEWS", "J": "JOUR", "M": "BOOK", "EB": "ELEC"}
_CSL_TYPES = {"N": "article-newspaper", "J": "article-journal", "M": "book", "EB": "webpage"}


def bibtex(cited: Cited) -> str:
    """An entry of a BibTeX file, in UTF-8."""
    kind = "incollection" if _in_book(cited) else _BIBTEX_TYPES.get(cited.letter, "misc")
    periodical = cited.letter in ("J", "N")
    fields = {
        "author": " and ".join(f"{{{_bibtex(name)}}}" for name in cited.authors),
        "title": _bibtex(cited.title),
        "journal": _bibtex(cited.source if periodical else None),
        "booktitle": _bibtex(None if periodical else cited.container),
        "editor": " and ".join(f"{{{_bibtex(name)}}}" for name in cited.host_authors),
        "edition": _bibtex(cited.edition),
        "address": _bibtex(cited.place),
        "publisher": _bibtex(cited.publisher),
        "year": cited.year or "",
        "date": cited.date or "",
        "pages": _bibtex(cited.page),
        "url": cited.address or "",
        "urldate": cited.seen or "",
        "note": _bibtex(cited.within),
    }
    lines = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{kind}{{{cited.key}{lines}\n}}"


def ris(cited: Cited) -> str:
    """An entry of an RIS file (lines end with CR LF), in UTF-8."""
    kind = "CHAP" if _in_book(cited) else _RIS_TYPES.get(cited.letter, "GEN")
    lines = [("TY", kind), *(("AU", name) for name in cited.authors), ("TI", cited.title)]
    lines += [
        (tag, value)
        for tag, value in (
            ("T2", cited.container),
            *(("A2", name) for name in cited.host_authors),
            ("ET", cited.edition),
            ("PY", cited.year),
            ("DA", cited.date.replace("-", "/") if cited.date and "/" not in cited.date else None),
            ("CY", cited.place),
            ("PB", cited.publisher),
            ("SP", cited.page),
            ("UR", cited.address),
            ("Y2", cited.seen and cited.seen.replace("-", "/")),
            ("N1", cited.within),
        )
        if value
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in [*lines, ("ER", "")])


def _date_parts(date: str | None) -> object:
    return date and {"date-parts": [[int(part) for part in end.split("-")] for end in date.split("/")]}


def csl_json(cited: Cited) -> str:
    """An array of one item of CSL-JSON."""
    kind = "chapter" if _in_book(cited) else _CSL_TYPES.get(cited.letter, "document")
    item = {
        "id": cited.key,
        "type": kind,
        "title": cited.title,
        "author": [{"literal": name} for name in cited.authors],
        "container-title": cited.container,
        "container-author": [{"literal": name} for name in cited.host_authors],
        "edition": cited.edition,
        "page": cited.page,
        "issued": _date_parts(cited.date),
        "accessed": _date_parts(cited.seen),
        "publisher": cited.publisher,
        "publisher-place": cited.place,
        "URL": cited.address,
        "note": cited.within,
    }
    return json.dumps([{name: value for name, value in item.items() if value}], ensure_ascii=False, indent=1)


def _in_book(cited: Cited) -> bool:
    return cited.letter == "M" and bool(cited.host or cited.source)


def _bibtex(value: str | None) -> str:
    return _BIBTEX_SPECIAL.sub(lambda match: "\\" + match[0].replace("\\", "textbackslash{}"), value or "")


def _one_line(value: str) -> str:
    return " ".join(value.split())


STYLES: Final[Mapping[str, Callable[[Cited], str]]] = {
    "gbt7714-2025": gbt,
    "gbt7714-2015": lambda cited: gbt(cited, "2015"),
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
    "plain": plain,
}
"""The styles by name, in the order in which they are offered."""
