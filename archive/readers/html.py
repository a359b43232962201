"""Web pages (HTML, MHTML): the text, its title, who wrote it and when, without the menus around it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from email.message import Message
from itertools import takewhile
from typing import Any, BinaryIO, Final
from urllib.parse import unquote

from lxml import etree
from msgspec.structs import replace
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLParserException, HTMLTree

from archive.damage import encoding_notes
from archive.encoding import Decoded, EncodingError, NotTextError, decode
from archive.errors import ReadError
from archive.messages import note
from archive.model import Kind
from archive.readers.extract import Extract, TextLine
from archive.readers.hypertext import Flow, notes_of
from archive.readers.xml import parse_error, text_of

_DECLARED: Final = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_HEAD: Final = 4096
_SENTENCE: Final = re.compile(r"[。！？；]|[!?;…][”’」』）)]*$|^(?=.*，).{20}")
_FURNITURE: Final = re.compile(
    r"[上下]一[篇页頁条條]|版[权權]所有|ICP[备備]|Copyright|©|All Rights Reserved|[热熱][门門]|推荐阅读|打印"
    r"|列印|扫一扫|相[关關](?:新[闻聞]|阅读|閱讀|文章|[链鏈]接)|[关關][闭閉]窗口|返回(?:顶部|頂部|首页|首頁)|分享到|加入收藏"
    r"|设为首页|网站地图|網站地圖|[联聯]系我们|聯絡我們|[关關]于我们|當前位置|当前位置|您[现現]在的位置|免[责責][声聲]明",
    re.IGNORECASE,
)
"""Words of what surrounds the text of a page."""
_TITLES: Final = frozenset(("title", "MsoTitle"))  # of the page, as Google Docs and Word export it
_PROSE: Final = 40  # characters of a sentence that no menu has
_FACTS: Final = 15  # characters of a line without links that no menu has: a number of a file, who issued it
_ENCLOSED: Final = re.compile(r"\s*附[件：:]")
_SEPARATORS: Final = re.compile(r"\s*[_|｜—–\-·»]+\s*")
_NOBODY: Final = re.compile(r"admin.*|webmaster|root|unknown|匿名|佚名", re.IGNORECASE)
_SAMPLE: Final = 40
_SAFE: Final = frozenset((Kind.TITLE, Kind.NOTE, Kind.CAPTION))
_UNTITLED: Final = re.compile(r"|untitled.*|无标题.*|無標題.*|新建网页.*|document|new page.*", re.IGNORECASE)

_FIELDS: Final = {
    "title": ("og:title", "citation_title", "dc.title", "dcterms.title", "articletitle", "twitter:title"),
    "author": ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator"),
    "date": (
        "article:published_time", "og:published_time", "pubdate", "publishdate", "publish_date",
        "publish-date", "citation_publication_date", "citation_date", "dc.date", "dcterms.date",
        "dcterms.created", "dcterms.issued", "date", "og:release_date", "datepublished",
    ),
    "source": ("contentsource", "citation_journal_title", "dc.source", "source", "mediaid", "og:site_name"),
    "publisher": ("citation_publisher", "dc.publisher", "dcterms.publisher"),
    "collection": ("article:section", "columnname"),
    "language": ("dc.language", "dcterms.language", "og:locale"),
    "rights": ("dc.rights", "dcterms.rights", "copyright"),
}  # fmt: skip
"""The names of ``meta`` by the field that they give, the best first."""

_LINKED: Final = (
    ("title", "headline"),
    ("date", "datePublished"),
    ("author", "author"),
    ("source", "publisher"),
)


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The one document of a page."""
    data = file.read()
    if path.lower().endswith((".mhtml", ".mht")):
        data, encoding = _page_of(data, encoding)
    decoded = decoded_page(data, encoding)
    yield page(decoded, path)


def decoded_page(data: bytes, encoding: str | None) -> Decoded:
    """Decode a page: by the given encoding, else as UTF-8 if it is valid, else as the page declares."""
    if encoding is None and (declared := _DECLARED.search(data[:_HEAD])):
        name = declared[1].decode("ascii").lower()
        for each in ("utf-8", "gb18030" if name.startswith("gb") else name):
            with suppress(EncodingError, NotTextError):
                if not (read := decode(data, each)).broken:
                    return read
    return decode(data, encoding)


def page(decoded: Decoded, path: str) -> Extract:
    """A decoded page as a document."""
    notes = list(encoding_notes(decoded, path))
    root, text = tree_of(decoded.text)
    if root is None:
        notes.append(note(path, "structure_lost"))
        return Extract(
            tuple(TextLine(line) for line in text.splitlines() if line.strip()), notes=tuple(notes)
        )
    metadata = metadata_of(root)
    flow = Flow(notes_of({path: root}))
    flow.read(root)
    head = " ".join(next((title.text or "" for title in root.iter("title")), "").split())
    lines, title = with_title(flow.lines, metadata.get("title"), head)
    if title:
        metadata["title"] = title
    kept, left = article(lines)
    if count := flow.hidden + sum(line.size for line in left):
        notes.append(note(path, "menus", count, " ".join(line.text for line in left)[:_SAMPLE]))
    if all(line.kind is Kind.TITLE for line in kept) and (frames := _frames(root)):
        notes.append(note(path, "frames", ", ".join(frames)))
    return Extract(tuple(kept), metadata, tuple(notes))


def _frames(root: Any) -> list[str]:
    """The pages that a page shows in frames, as it names them."""
    named = (frame.get("src", "").strip() for frame in root.iter("frame", "iframe"))
    return list(dict.fromkeys(unquote(name) for name in named if name and not name.startswith("about:")))


def tree_of(text: str) -> tuple[Any, str]:
    """The root element of a page as a browser would build it, without comments; or None and all text of the
    page, where it is nested more than 2,048 deep."""
    try:
        built = HTMLTree.parse(text.replace("\0", ""))
    except HTMLParserException as error:  # it reads whatever there is room for
        raise MemoryError from error
    parser = etree.HTMLParser(
        huge_tree=True, no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(str(built).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise parse_error(error, str(error)) from error
    if root is None or any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        return None, extract_plain_text(built)
    return root, ""


def metadata_of(root: Any) -> dict[str, str]:
    """What a page says of itself in its head, as written."""
    said: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = " ".join(meta.get("content", "").split())
        if name and content:
            old = said.get(name.lower())
            both = old and name.lower() in _FIELDS["author"] and content not in old.split("、")
            said[name.lower()] = f"{old}、{content}" if both else old or content
    found = {}
    for field, names in _FIELDS.items():
        if value := next((said[name] for name in names if name in said), None):
            found[field] = value
    for field, value in _linked_data(root):
        found.setdefault(field, value)
    styled = [one for one in root.iter("p") if not _TITLES.isdisjoint(one.get("class", "").split())]
    if len(styled) == 1 and (title := text_of(styled[0])):
        found.setdefault("title", title)
    if _NOBODY.fullmatch(found.get("author", "")):
        del found["author"]
    if language := root.get("lang"):
        found.setdefault("language", language)
    return found


def _linked_data(root: Any) -> Iterator[tuple[str, str]]:
    """Title, date, authors and publisher of JSON-LD."""
    for script in root.iter("script"):
        if script.get("type") != "application/ld+json":
            continue
        try:
            data = json.loads(script.text or "")
        except (ValueError, RecursionError):
            continue
        things = data.get("@graph", [data]) if isinstance(data, dict) else data
        for thing in things if isinstance(things, list) else []:
            if not isinstance(thing, dict) or "headline" not in thing:
                continue
            for field, key in _LINKED:
                if value := "、".join(_names(thing.get(key))):
                    yield field, value


def _names(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str) and name.strip():
            yield " ".join(name.split())


def with_title(lines: list[TextLine], said: str | None, head: str) -> tuple[list[TextLine], str | None]:
    """The lines with one title, and this title.

    It is the line that says what the metadata say, or a part of the head's title (which has the name of the
    site too), else the only heading of the first rank. A title that no line has is above all.
    """
    parts = [
        part for part in (said, head, *_SEPARATORS.split(head)) if part and not _UNTITLED.fullmatch(part)
    ]
    squeezed = ["".join(line.text.split()) for line in lines]
    place: int | None = None
    for part in parts:
        same = [number for number, text in enumerate(squeezed) if text == "".join(part.split())]
        if same:
            place = next((number for number in same if lines[number].kind is Kind.HEADING), same[0])
            break
    if place is None:
        first = [n for n, line in enumerate(lines) if line.kind is Kind.HEADING and line.rank == 1]
        named = [n for n in first if squeezed[n] in "".join(head.split())]
        only = named or [n for n in first if not lines[n].margin]
        place = only[0] if len(only) == 1 else None
    if place is not None:
        title = replace(lines[place], kind=Kind.TITLE, rank=0, margin=False, links=0)
        below = lines[place + 1 :]
        for number, line in enumerate(takewhile(lambda line: line.margin and not line.is_menu, below[:])):
            below[number] = replace(line, margin=False)  # the header of the article
        return [*lines[:place], title, *below], " ".join(title.text.split())
    above = said or (_SEPARATORS.split(head)[0] or head if parts else None)
    return ([TextLine(above, Kind.TITLE), *lines] if above else lines), above


def article(lines: list[TextLine]) -> tuple[list[TextLine], list[TextLine]]:
    """The lines of the text of a page, and those of the menus around it.

    All are text where no line of the page has a sentence outside of its links. What has one, or some length
    and no link, is text wherever it is.
    """
    says = [_is_sentence(line) for line in lines]
    if not any(says):
        return lines, []
    first, last = says.index(True), len(says) - 1 - says[::-1].index(True)
    title = next((n for n, line in enumerate(lines) if line.kind is Kind.TITLE), None)
    if title is not None and title <= first:
        first = title
    else:
        while first and not (lines[first - 1].is_menu or lines[first - 1].margin):
            first -= 1
    while last + 1 < len(lines) and not _is_around(lines[last + 1]):
        last += 1
    kept, left = [], []
    for number, line in enumerate(lines):
        inside = first <= number <= last and not line.margin
        alone = not any(near.is_menu for near in lines[max(number - 1, 0) : number + 2] if near is not line)
        facts = not line.links and line.size >= _FACTS and not _is_around(line)
        if line.kind in _SAFE or says[number] or facts or (inside and (alone or not line.is_menu)):
            kept.append(line)
        else:
            left.append(line)
    return kept, left


def _is_sentence(line: TextLine) -> bool:
    if line.is_menu or not _SENTENCE.search(line.text):
        return False
    return line.size - line.links >= _PROSE or not (line.margin or _FURNITURE.search(line.text))


def _is_around(line: TextLine) -> bool:
    if _ENCLOSED.match(line.text):
        return False
    return line.margin or line.is_menu or _FURNITURE.search(line.text) is not None


def _page_of(data: bytes, encoding: str | None) -> tuple[bytes, str | None]:
    """The first page of a saved one (MHTML), and its encoding."""
    message: Message = message_from_bytes(data)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                return content, encoding or part.get_content_charset()
    raise ReadError("broken", "no page in it")
