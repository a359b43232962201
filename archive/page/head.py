"""The head of a page: its title, and what is above it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import pairwise
from typing import Final

from archive.model import Kind
from archive.page import rules, titles
from archive.page.bylines import Byline, byline, is_stamp, is_wire, web_dateline
from archive.page.captions import has_caption_mark
from archive.page.datelines import dateline, passed_on
from archive.page.lines import chapter_mark, deck_length, ended, width
from archive.page.note_lines import source_line
from archive.page.person_names import (
    is_institution,
    is_name,
    names_in,
    office_and_name,
)
from archive.page.rule_words import compiled, one_of, plain
from archive.page.state import Page, Proposal
from archive.page.under_title import (
    COLUMN_TITLE,
    HEAD_LINES,
    dated_below,
    is_abstract,
    is_masthead,
    plain_phrase,
    read_under_title,
    works_at,
)

TOP_LINES: Final = 24  # above it
SECTION: Final = 12
"""The width of the longest name of a site's section."""
_COVERAGE: Final = compiled(f"(?:{one_of('kickers')}|见闻|调查|观察|纪行|报告|之[一二三四五六七八九十])$")
_COLUMN = compiled("^[·•●◆■]\\s*[ℌ]{3,8}\\s*[·•●◆■]$")
_SITE: Final = compiled(
    f"(?:网|博客|频道|在线|English|精彩文章|科普文章|博文|主管|主办)$|^[a-z]{{1,8}}$|^{one_of('navigation')}"
)
"""What names a site, or is in its menu."""


def read_head(page: Page) -> Iterator[Proposal]:
    """Find the title, what is under it, and where the body begins (``page.head_end``)."""
    first = yield from _skip_top(page)
    if first >= len(page):
        return
    body = page.body
    if page.title is not None:
        for index in range(first, min(page.title, first + HEAD_LINES)):
            if found := byline(body[index]):
                yield Proposal(index, rules.BYLINE_LABEL, "labels and names above the title", byline=found)
            elif titles.is_kicker(body[index]):
                yield Proposal(index, rules.DECK_KICKER, "names a column")
        page.head_end = yield from read_under_title(page, page.title)
        return
    first = _below_trail(page, first)
    first = yield from _site_on_top(page, first)
    first = yield from _captions_on_top(page, first)
    if page.kind[first] is Kind.HEADING or first in page.fixed:  # of an anthology, or of a format
        page.head_end = first
        return
    while not _of_article(page, first) and (over := _over_title(page, first)):
        yield over[0]
        first = over[1]
    first = _below_wire(page, first)
    if _one_of_several(page, first):
        page.head_end = first
        return
    why, against = titles.title_evidence(page, first)
    if names := titles.unnamed(page, first) or _of_article(page, first):
        yield Proposal(first, rules.BYLINE_BARE_NAME, "names, and no title", byline=Byline(names))
        page.head_end = yield from _places(page, first + 1)
        return
    if against and first + 1 < len(page) and (found := byline(body[first])):
        yield Proposal(first, rules.BYLINE_LABEL, "labels and names above the title", byline=found)
        first = yield from _places(page, first + 1)
        why, against = titles.title_evidence(page, first) if page.text(first) else ("", "decided")
    if against:
        for fact in body[first : min(first + HEAD_LINES, len(page) - 1)]:
            if is_stamp(fact):
                date, named = web_dateline(fact) or (None, None)
                yield Proposal(first, rules.DATELINE, "a date above the text", date=date, byline=named)
            elif found := _fact(fact):
                yield Proposal(first, rules.BYLINE_LABEL, "facts above the text", byline=found)
            elif page.kind[first] is not Kind.NOTE:
                break
            first += 1
        page.head_end = first
        if first < len(page):
            yield Proposal(first, rules.TITLE_FIRST_LINE, "the first line", against)
        return
    below = page.after(first)
    kicks = titles.is_kicker(body[first]) or _on_newspaper(page, first)
    if (kicks and titles.is_title(page, below)) or _above_title(page, first):
        yield Proposal(first, rules.DECK_KICKER, "names a column, or is the longer of two")
        first = below
    page.title = first
    yield Proposal(first, rules.TITLE_FIRST_LINE, why, mark=titles.title_lead(body[first]))
    page.head_end = yield from read_under_title(page, first)
    for index in range(page.head_end, len(page)) if width(body[first]) > COLUMN_TITLE else ():
        if body[index] != body[first] or not page.stops(index - 1):
            continue
        if index <= page.head_end + HEAD_LINES or page.running(page.after(index)):
            yield Proposal(index, rules.NOTE_SOURCE, "the title again")


def _site_on_top(page: Page, first: int) -> Generator[Proposal, None, int]:
    """The first line below what a site has above the title: its name, its menu, a column.

    The title is the phrase that the head has again, the one below a trail, or else, where the first line
    is none, the one right above a byline or a dateline by its labels.
    """
    body = page.body
    ends = (i for i in range(first, len(page)) if body[i][-1] in "。，" or is_wire(body[i]))
    end = next(ends, len(page))
    top = range(first, min(end, first + TOP_LINES))
    head = [i for i in top if page.text(i) and i in page.open_ones]
    said = (dateline, web_dateline, names_in, byline)
    head = [i for i in head if not any(of(body[i]) for of in said) and body[i][0] not in "（("]
    if head in ([], [first]):
        return first
    trails = [i for i in top if page.kind[i] is Kind.NOTE and source_line(body[i]) == "trail"]
    own = (i for i in head[:2] if titles.again(page, i) > i)
    own_part = (i for i in head[1:4] if width(body[i]) > 5 and _beside_site(body[first], body[i]))
    at = next(own, next(own_part, None))
    if at is None and trails:
        at = next((i for i in head if i > trails[-1] and titles.is_title(page, i)), None)
    site = width(body[first]) <= 10 and bool(_SITE.search(plain(body[first])))
    if at is None and (site or not titles.is_title(page, first)):
        at = next((i for i in head if i > first and plain_phrase(body[i]) and _signed_below(page, i)), None)
    below = head[1] if head[0] == first else head[0]
    if at is None and _is_menu(body[first]) and titles.is_title(page, below):
        at = below
    if at is None and len(head) > 3 and page.running(end) and head[-1] == page.before(end):
        short = all(width(body[i]) <= SECTION for i in range(first, head[-1]))
        at = head[-1] if short and width(body[head[-1]]) > SECTION else None
    at = _below_sections(page, head) or at
    if at is None and site and len(head) > 1 and titles.is_title(page, head[1]):
        at = head[1]
    for index in range(first, first if at is None else at):
        line = body[index]
        dated, named = dateline(line), None
        if dated is None and (stamp := web_dateline(line)):
            dated, named = stamp
        if dated:
            yield Proposal(index, rules.DATELINE, "above the title", date=dated, byline=named)
        elif names := names_in(line):
            yield Proposal(index, rules.BYLINE_BARE_NAME, "above the title", byline=Byline(names))
        elif found := byline(line):
            yield Proposal(index, rules.BYLINE_LABEL, "above the title", byline=found)
        elif line[0] in "（(" and (where := works_at(line)):
            yield Proposal(index, rules.BYLINE_OFFICE_NAME, "above the title", byline=where)
        elif has_caption_mark(line):
            yield Proposal(index, rules.CAPTION_MARK, "above the title")
        elif titles.is_kicker(line) or line.endswith("——") or (index + 1 == at and line[-1] == "："):
            yield Proposal(index, rules.DECK_KICKER, "names a column")
        elif index in page.open_ones or line[-1] in ":：":
            yield Proposal(index, rules.NOTE_SOURCE, "what a site has above the title")
    return first if at is None else at


def _below_trail(page: Page, first: int) -> int:
    """The title below a trail that only a site's own announcement is above; else the line itself."""
    near = range(first + 1, min(first + 5, len(page) - 1)) if page.running(first) else ()
    trail = next((i for i in near if source_line(page.body[i]) == "trail"), None)
    if trail is None or any(map(page.running, range(first + 1, trail))):
        return first
    return page.after(trail) if titles.is_title(page, page.after(trail)) else first


def _beside_site(line: str, title: str) -> bool:
    """Whether a line is a title beside the name of its site: 某某网 标题, 标题-某某报."""
    title = title.rstrip("*＊①")
    return line.endswith(tuple(f"{mark}{title}" for mark in " -_|")) or line.startswith(
        tuple(f"{title}{mark}" for mark in "-_|")
    )


def _signed_below(page: Page, index: int) -> bool:
    """Whether a labelled byline or dateline is right below a line, or names that the head has again."""
    below = index + 1
    while below < len(page) and page.kind[below] is Kind.NOTE:
        below += 1
    line = page.body[below] if below < len(page) - 1 else ""  # a date may end the page
    if not line or not names_in(line):
        return bool(line and (byline(line) or web_dateline(line) or is_wire(line)))
    again = page.body[:index] + page.body[below + 1 : below + 2]
    return line in again or (below < len(page) - 2 and dated_below(page, below))


def _is_menu(line: str) -> bool:
    """Whether a line is four short words or more, or words between bars, as in the menu of a site."""
    if len(line) > titles.NOTICE_LIMIT:
        return False
    words = re.split("[|｜\\s]+", line.strip("|｜ "))
    bars = line.count("|") + line.count("｜")
    return (len(words) > 3 or bars > 1) and all(1 < len(word) < 8 and word.isalnum() for word in words)


def _below_sections(page: Page, head: list[int]) -> int | None:
    """The title below the names of a site's sections: the first phrase that the date and the source of the
    site, or who wrote, are right below."""
    body, widest = page.body, 0
    for over, index in pairwise(head):
        widest = max(widest, 4 if _is_menu(body[over]) else width(body[over]))
        if widest > SECTION:
            return None
        below = next((i for i in range(index + 1, len(page)) if page.kind[i] is not Kind.NOTE), index)
        signed = names_in(body[below]) is not None and (
            web_dateline(body[index - 1]) is not None
            or (
                (page.kind[index - 1] is Kind.NOTE or any(map(is_abstract, body[below + 1 : below + 2])))
                and titles.bare_name(page, below) is not None
            )
        )
        if not signed and not (widest < width(body[index]) and is_stamp(body[below])):
            continue
        phrase = plain_phrase(body[index]) or chapter_mark(body[index]) is not None
        if phrase and not office_and_name(body[index]):
            return index
    return None


def _over_title(page: Page, first: int) -> tuple[Proposal, int] | None:
    """What a line is that is over the title, and where the title is; None where it is not."""
    line, below = page.body[first], page.after(first)
    while below < len(page) and page.kind[below] is Kind.NOTE:
        below += 1
    title = page.after(below) if below < len(page) and works_at(page.body[below]) else below
    if not page.text(first) or not titles.is_title(page, title):
        return None
    office = line.removesuffix("文件")
    if is_institution(office) and titles.is_notice(page, below):
        said = Proposal(first, rules.BYLINE_INSTITUTION, "over the title of a notice", byline=Byline(office))
        return said, below
    if _COLUMN.match(line) or line.endswith("——"):
        return Proposal(first, rules.DECK_KICKER, "names a column"), below
    name = names_in(line[1:].strip()) if line[0] in "●□■⊙☉" else None
    if is_name(line) and len(page.body[below]) > 2:
        name = titles.bare_name(page, first)
    if name:
        return Proposal(first, rules.BYLINE_BARE_NAME, "a name over the title", byline=Byline(name)), below
    length = deck_length(line)
    return (Proposal(first, rules.DECK_DASH, "over the title", mark=length), below) if length else None


def _skip_top(page: Page) -> Generator[Proposal, None, int]:
    """The first line that is not a page mark, note or dateline; datelines at the top are read."""
    index = 0
    while index < len(page) and index < TOP_LINES:
        body = page.body[index]
        found = dateline(body) or (web_dateline(body) or (None,))[0]
        if not found and (passed := passed_on(body)):
            found = (passed, True)
        if found and index + 1 < len(page):
            page.dates[index] = found
            if page.kind[index] is Kind.TEXT:
                yield Proposal(index, rules.DATELINE, "a date above the title", date=found)
        elif is_masthead(page, index):
            yield Proposal(index, rules.MASTHEAD, "a newspaper's name above a date or a page mark")
        elif page.kind[index] in (Kind.TEXT, Kind.TITLE, Kind.HEADING):
            break
        index += 1
    return index


def _captions_on_top(page: Page, first: int) -> Generator[Proposal, None, int]:
    """The first line below captions that are above the title; ``first`` where none do.

    A short sentence without a sign of its own is one only with a wide gap below it, above a title that has a
    deck, a byline or a dateline.
    """
    body = page.body
    index, unmarked = first, False
    while index < len(page) - 1 and index - first < HEAD_LINES and page.text(index):
        if not has_caption_mark(body[index]):
            short = width(body[index]) <= titles.TITLE_LIMIT and body[index].count("。") == 1
            if not (short and ended(body[index]) and page.lines.wide(index + 1)):
                break
            unmarked = True
        index += 1
    if index == first or not titles.is_title(page, _below_wire(page, index)):
        return first
    under = body[page.after(index)]
    if unmarked and not (deck_length(under) or byline(under) or dateline(under)):
        return first
    for caption in range(first, index):
        marked = has_caption_mark(body[caption])
        rule = rules.CAPTION_MARK if marked else rules.CAPTION_WIDE_GAP
        yield Proposal(caption, rule, "above the title of a page with a deck, a byline or a date")
    return index


def _below_wire(page: Page, first: int) -> int:
    """The title below a line that only begins a report (新华社北京8月12日电); else the line itself."""
    alone = is_wire(page.body[first]) and width(page.body[first]) <= 20
    return page.after(first) if alone and titles.is_title(page, page.after(first)) else first


def _places(page: Page, first: int) -> Generator[Proposal, None, int]:
    """The first line below those that say where authors work."""
    while first < len(page) and (where := works_at(page.body[first])):
        yield Proposal(first, rules.BYLINE_OFFICE_NAME, "institution below a byline", byline=where)
        first += 1
    return first


def _fact(line: str) -> Byline | None:
    """What a line above a poem says of its poet: 作者：…, 朝代：…; or None."""
    return Byline(None) if plain(line[:3]) in ("朝代：", "年代：") else byline(line)


def _of_article(page: Page, first: int) -> str | None:
    """The names above an abstract, or above where they work: the authors of an article; or None."""
    under = page.body[first + 1] if first + 1 < len(page) else ""
    names = names_in(page.body[first]) if under else None
    if not names or page.body[first] in page.body[first + 1 : first + HEAD_LINES]:
        return None
    return names if is_abstract(under) or works_at(under) else None


def _one_of_several(page: Page, first: int) -> bool:
    """Whether the first line is the heading of one text of several, each signed below its heading."""
    body = page.body
    if not any(map(names_in, body[first + 1 : first + 2])):
        return False
    signed = [i for i in page.open_lines if i > first and names_in(body[i]) and page.running(page.after(i))]
    headed = [i for i in signed if page.stops(i - 2) and page.text(i - 1) and plain_phrase(body[i - 1])]
    return len(headed) > 2 and headed[0] == first + 1


def _on_newspaper(page: Page, first: int) -> bool:
    """Whether a line is the upper of two phrases above text, or of three, below the marks of a newspaper's
    page."""
    if Kind.PAGE not in page.kind[:first] or page.kind[first - 1] is not Kind.NOTE:
        return False
    body, last = page.body, min(first + 4, len(page) - 1)
    ends = (i for i in range(first, last) if not (page.text(i) and plain_phrase(body[i])))
    end = next(ends, last)
    named = any(map(names_in, body[first + 1 : end]))
    return first + 1 < end and page.running(end) and not named


def _above_title(page: Page, first: int) -> bool:
    """Whether the first line is the kicker of a title of two lines: longer, in two halves with a space
    between, with the shorter title and then running text right below."""
    body, below = page.body, page.after(first)
    text = page.after(below)
    signs = text < len(page) and any(of(body[text]) for of in (byline, is_wire, is_stamp))
    if not (signs or page.running(text)):
        return False
    return (
        " " in body[first].replace("\u3000", " ")
        and " " not in body[below].replace("\u3000", " ")
        and (5 <= width(body[below]) < 0.75 * width(body[first]) or is_stamp(body[text]))
        and page.lines.gap[below] <= page.lines.usual_gap
        and plain_phrase(body[below])
        and not _COVERAGE.search(plain(body[below]))
        and page.text(below)
        and not (byline(body[below]) or titles.bare_name(page, below) or dateline(body[below]))
        and not deck_length(body[below])
    )
