"""The head of a page: title, decks, byline and dateline."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from itertools import takewhile
from typing import Final

from archive.model import Kind
from archive.page import rules, titles
from archive.page.bylines import Byline, byline, is_wire, lead_byline, office_line, unbracket, web_dateline
from archive.page.captions import has_caption_mark
from archive.page.datelines import dateline, find_date, passed_on
from archive.page.lines import ended, one_phrase, width
from archive.page.marks import chapter_mark, dash_length, deck_length, run_mark
from archive.page.note_lines import source_line
from archive.page.person_names import (
    has_institution,
    is_institution,
    is_name,
    names_in,
    office_and_name,
    tidy,
)
from archive.page.rule_words import compiled, one_of, plain
from archive.page.state import Page, Proposal

COLUMN_TITLE: Final = 8
"""Characters of the longest title that is likely a column's (副刊, 新春走基层) with several texts below."""
HEAD_LINES: Final = 8  # after the title
TOP_LINES: Final = 24  # above it
_PAPER = re.compile(
    "^《?[^\\s，。、：《》]{2,10}(?:[日晚早晨时時商青工农農]报|[日晚早晨時商青工農]報|周刊|週刊|月刊|杂志|雜誌)》?$"
)
_COVERAGE: Final = compiled(f"(?:{one_of('kickers')}|见闻|调查|观察|纪行|报告|之[一二三四五六七八九十])$")
_COLUMN = compiled("^[·•●◆■]\\s*[ℌ]{3,8}\\s*[·•●◆■]$")
_FROM = compiled(
    f"^(?P<office>[ℌ]{{1,10}}{one_of('papers')}(?=[ \u3000：:])"
    "|[ℌ（）()0-9]{2,15}[班级校院系部局镇乡村县市区省厂社会队所站组司心](?=[ \u3000]))"
    "[ \u3000：:]+(?P<name>ℕ)$"
)
"""A paper, or a place or a body, and a name: 石桥小学五（2）班 …; not 获奖者 …."""
_POST: Final = compiled(f"^[ℌ]{{4,30}}{one_of('offices')}$")
_SITE: Final = compiled(
    f"(?:网|博客|频道|在线|English|精彩文章|科普文章|博文|主管|主办)$|^[a-z]{{1,8}}$|^{one_of('navigation')}"
)
"""What names a site, or is in its menu."""
_ORNAMENTS: Final = "○●◎◆◇·•★☆▲"
_SIGNS: Final = "□■▢◻☐☉⊙◎"
_PEN_NAME: Final = compiled("^(?![引前导序结尾编])[ℌ]{2,4}$")
_KEYWORDS: Final = compiled("^[【\\[〔]?(?:本文)?关键词")
"""What may be inside a head and does not end it."""
_NAME_AND_PLACE: Final = compiled("^(?P<name>[ℌ\\s、]{2,16})[（(](?P<place>[^（()）]{4,40})[）)]$")
_SIGNED_BY: Final = (rules.BYLINE_LABEL, rules.BYLINE_OFFICE_NAME, rules.BYLINE_BARE_NAME)


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
        page.head_end = yield from _under_title(page, page.title)
        return
    first = yield from _site_on_top(page, first)
    first = yield from _captions_on_top(page, first)
    if page.kind[first] is Kind.HEADING or first in page.fixed:  # of an anthology, or of a format
        page.head_end = first
        return
    while over := _over_title(page, first):
        yield over[0]
        first = over[1]
    why, against = titles.title_evidence(page, first)
    if names := titles.unnamed(page, first):
        yield Proposal(first, rules.BYLINE_BARE_NAME, "names, and no title", byline=Byline(names))
        page.head_end = first + 1
        return
    if against and first + 1 < len(page) and (found := byline(body[first])):
        yield Proposal(first, rules.BYLINE_LABEL, "labels and names above the title", byline=found)
        first += 1
        why, against = titles.title_evidence(page, first) if page.text(first) else ("", "decided")
    if against:
        yield Proposal(first, rules.TITLE_FIRST_LINE, "the first line", against)
        page.head_end = first
        return
    below = page.after(first)
    if (titles.is_kicker(body[first]) and titles.is_title(page, below)) or _above_title(page, first):
        yield Proposal(first, rules.DECK_KICKER, "names a column, or is the longer of two")
        first = below
    page.title = first
    yield Proposal(first, rules.TITLE_FIRST_LINE, why, mark=titles.entity_length(body[first]))
    page.head_end = yield from _under_title(page, first)


def _site_on_top(page: Page, first: int) -> Generator[Proposal, None, int]:
    """The first line below what a site has above the title: its name, its menu, a column.

    The title is the phrase that the head has again, the one below a trail, or else, where the first line
    is none, the one right above a byline or a dateline by its labels.
    """
    body = page.body
    ends = (
        i for i in range(first, len(page)) if page.running(i) or body[i][-1] in "。，" or is_wire(body[i])
    )
    end = next(ends, len(page))
    head = [i for i in range(first, min(end, first + TOP_LINES)) if page.text(i) and i in page.open_ones]
    head = [i for i in head if not (dateline(body[i]) or names_in(body[i]) or body[i][0] in "（(")]
    if len(head) < 2:
        return first
    trails = [i for i in range(first, min(end, first + 4)) if source_line(body[i]) == "trail"]
    own = (i for i in head[:2] if titles.again(page, i) > i)
    own_part = (i for i in head[1:4] if width(body[i]) > 5 and _beside_site(body[first], body[i]))
    at = next(own, next(own_part, None))
    if at is None and trails:
        at = next((i for i in head if i > trails[-1] and titles.is_title(page, i)), None)
    site = width(body[first]) <= 10 and bool(_SITE.search(plain(body[first])))
    if at is None and (site or not titles.is_title(page, first)):
        at = next((i for i in head if i > first and _plain_phrase(body[i]) and _signed_below(page, i)), None)
    if at is None and site and len(head) > 1 and titles.is_title(page, head[1]):
        at = head[1]
    for index in range(first, first if at is None else at):
        line = body[index]
        if dated := dateline(line):
            yield Proposal(index, rules.DATELINE, "above the title", date=dated)
        elif names := names_in(line):
            yield Proposal(index, rules.BYLINE_BARE_NAME, "above the title", byline=Byline(names))
        elif has_caption_mark(line):
            yield Proposal(index, rules.CAPTION_MARK, "above the title")
        elif titles.is_kicker(line):
            yield Proposal(index, rules.DECK_KICKER, "names a column")
        elif index in page.open_ones or line[-1] in ":：":
            yield Proposal(index, rules.NOTE_SOURCE, "what a site has above the title")
    return first if at is None else at


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
    line = page.body[below] if below < len(page) else ""
    return bool(
        line
        and (
            byline(line)
            or web_dateline(line)
            or is_wire(line)
            or (names_in(line) and (line in page.body[:index] or _dated_below(page, below)))
        )
    )


def _over_title(page: Page, first: int) -> tuple[Proposal, int] | None:
    """What a line is that is over the title, and where the title is; None where it is not."""
    line, below = page.body[first], page.after(first)
    while below < len(page) and page.kind[below] is Kind.NOTE:
        below += 1
    if not page.text(first) or not titles.is_title(page, below):
        return None
    if first and (where := _affiliation(page, first)):
        return Proposal(first, rules.BYLINE_OFFICE_NAME, "institution below a byline", byline=where), below
    office = line.removesuffix("文件")
    if is_institution(office) and titles.is_notice(page, below):
        said = Proposal(first, rules.BYLINE_INSTITUTION, "over the title of a notice", byline=Byline(office))
        return said, below
    if _COLUMN.match(line):
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
        if found and index + 1 < len(page):
            page.dates[index] = found
            if page.kind[index] is Kind.TEXT:
                yield Proposal(index, rules.DATELINE, "a date above the title", date=found)
        elif _is_masthead(page, index):
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
    if index == first or not titles.is_title(page, index):
        return first
    under = body[page.after(index)]
    if unmarked and not (deck_length(under) or byline(under) or dateline(under)):
        return first
    for caption in range(first, index):
        marked = has_caption_mark(body[caption])
        rule = rules.CAPTION_MARK if marked else rules.CAPTION_WIDE_GAP
        yield Proposal(caption, rule, "above the title of a page with a deck, a byline or a date")
    return index


def _is_masthead(page: Page, index: int) -> bool:
    """Whether a line is a newspaper's name, with a dateline or a page mark right below."""
    body = page.body[index]
    if not _PAPER.match(body) or index + 1 >= len(page):
        return False
    return page.kind[index + 1] is Kind.PAGE or dateline(page.body[index + 1]) is not None


def _above_title(page: Page, first: int) -> bool:
    """Whether the first line is the kicker of a title of two lines: longer, in two halves with a space
    between, with the shorter title and then running text right below."""
    body, below = page.body, page.after(first)
    text = page.after(below)
    further = page.after(text)
    if text < len(page) and further < len(page) and _plain_phrase(body[text]) and byline(body[further]):
        text = further
    if text >= len(page) or not (page.running(text) or byline(body[text]) or is_wire(body[text])):
        return False
    return (
        " " in body[first].replace("\u3000", " ")
        and " " not in body[below].replace("\u3000", " ")
        and 5 <= width(body[below]) < 0.75 * width(body[first])
        and page.lines.gap[below] <= page.lines.usual_gap
        and _plain_phrase(body[below])
        and not _COVERAGE.search(plain(body[below]))
        and page.text(below)
        and not (byline(body[below]) or titles.bare_name(page, below) or dateline(body[below]))
        and not deck_length(body[below])
    )


def _under_title(page: Page, title: int) -> Generator[Proposal, None, int]:
    """Read the lines under the title; where the body begins."""
    again = titles.again(page, title)
    index, end = title + 1, min(len(page), again + 1 + HEAD_LINES)
    listed = len(list(takewhile(dash_length, page.body[index : index + 4]))) > 3
    signed = False
    while index < end:
        body = page.body[index]
        if page.kind[index] in (Kind.PAGE, Kind.NOTE):
            index += 1
            continue
        if page.kind[index] is Kind.HEADING or (index in page.fixed and page.kind[index] is Kind.TEXT):
            break
        if index in page.fixed:
            signed = signed or page.kind[index] is Kind.BYLINE
            index += 1
            continue
        length = deck_length(body)
        found = byline(body) or (lead_byline(body) if body[-1] in "）)" else None)
        dated, named = dateline(body), None
        if dated is None and found is None and (labelled := web_dateline(body)):
            dated, named = labelled
            if named:
                signed = True
        if length and not signed and (office := office_line(body)):
            yield Proposal(index, rules.BYLINE_OFFICE_NAME, "office and name after a dash", byline=office)
            signed = True
        elif length and not listed and not signed:
            date = find_date(body) if re.match("[0-9]{4}年", body[length:]) else None  # ——2018年1月8日在…会上
            given = (date[0], True) if date else None
            yield Proposal(index, rules.DECK_DASH, "a phrase led by a dash", mark=length, date=given)
        elif found:
            yield Proposal(index, rules.BYLINE_LABEL, "labels and names", byline=found)
            signed = True
        elif dated and (dated[1] or not _is_diary(page, index)):
            yield Proposal(index, rules.DATELINE, "a date, and what is beside one", date=dated, byline=named)
        elif not signed and (signature := _signature(page, index, title)):
            signer, rule = signature
            yield Proposal(index, rule, "a name that does not occur again", byline=signer)
            signed = True
        elif (
            signed
            and (names := names_in(body))
            and any(one.author and one.author in names for one in page.bylines.values())
        ):
            yield Proposal(index, rules.BYLINE_BARE_NAME, "the author again", byline=Byline(names))
        elif body == page.body[title] or (width(body) > 7 and page.body[title].endswith(body)):
            yield Proposal(index, rules.NOTE_SOURCE, "the title again")
        elif _is_masthead(page, index):
            yield Proposal(index, rules.MASTHEAD, "a newspaper's name above a date")
        elif is_institution(body) and (titles.is_notice(page, title) or _dated_below(page, index)):
            yield Proposal(
                index, rules.BYLINE_INSTITUTION, "below the title of a notice", byline=Byline(body)
            )
        elif passed := passed_on(body):
            yield Proposal(index, rules.DATELINE, "when a law was passed", date=(passed, True))
        elif signed and (where := _affiliation(page, index)):
            yield Proposal(index, rules.BYLINE_OFFICE_NAME, "institution below a byline", byline=where)
        elif index < again and _plain_phrase(body):
            yield Proposal(index, rules.NOTE_SOURCE, "above the title that the page has again")
        elif not (signed or _KEYWORDS.match(plain(body))) and _deck_before_byline(page, index, end, title):
            yield Proposal(index, rules.DECK_BEFORE_BYLINE, "a phrase above the byline")
        elif index > again and not _KEYWORDS.match(plain(body)):
            break
        index += 1
    return index


def _dated_below(page: Page, index: int) -> bool:
    """Whether a date is right below a line."""
    return any(map(dateline, page.body[index + 1 : index + 2]))


def _is_diary(page: Page, index: int) -> bool:
    """Whether further lines of the body are dates and nothing else, as in a diary or a chronicle."""
    return any(index < i < len(page) - 2 and dateline(page.body[i]) for i in page.open_lines)


def _signature(page: Page, index: int, title: int) -> tuple[Byline, str] | None:
    """A byline by its name alone, or by an office and a name."""
    if index not in page.open_ones or page.after(index) >= len(page):
        return None
    bare = titles.bare_name(page, index)
    if bare and sum(kind is not Kind.NOTE for kind in page.kind[title:index]) <= 3:
        return Byline(bare), rules.BYLINE_BARE_NAME
    body, below = page.body, page.after(index)
    greeted = dateline(body[below]) is not None or (body[below][-1] in "：:" and width(body[below]) <= 20)
    led = body[index][0]
    alone = (
        led in _ORNAMENTS + _SIGNS
        and body[title][0] not in _ORNAMENTS
        and page.firsts[led] == body.count(body[index])
        and _right_under(page, index)
    )
    signer = body[index][1:].strip()
    if alone and (names := names_in(signer) or (led in _SIGNS and _PEN_NAME.match(plain(signer)) and signer)):
        return Byline(names), rules.BYLINE_BARE_NAME
    where = _NAME_AND_PLACE.match(plain(body[index]))
    if where and (names := names_in(body[index][: where.end("name")])) and has_institution(where["place"]):
        place = body[index][slice(*where.span("place"))].strip()
        return Byline(names, place), rules.BYLINE_OFFICE_NAME
    sent = _FROM.match(plain(body[index])) if _right_under(page, index) else None
    name = body[index][sent.start("name") :] if sent else ""
    followed = ended(body[below]) or page.kind[below] is not Kind.TEXT or body[below][-1] in "：:"
    if sent and followed and is_name(name) and page.lines.text.count(name) == 1:
        return Byline(tidy(name), body[index][: sent.end("office")]), rules.BYLINE_OFFICE_NAME
    named = office_and_name(body[index], glued=greeted)
    if named and _right_under(page, index):
        return Byline(*named), rules.BYLINE_OFFICE_NAME
    return None


def _right_under(page: Page, index: int) -> bool:
    """Whether the title, a deck or a byline is right above a line, notes and keywords left out."""
    above = next(kind for kind in reversed(page.kind[:index]) if kind not in (Kind.NOTE, Kind.TEXT))
    return above in (Kind.TITLE, Kind.DECK, Kind.BYLINE)


def _affiliation(page: Page, index: int) -> Byline | None:
    """An institution right under a byline, with brackets or without, or None."""
    body = page.body[index]
    inner = body if is_institution(body) or _POST.search(plain(body)) else unbracket(body)
    if inner is None or page.rule[index - 1] not in _SIGNED_BY or not has_institution(inner):
        return None
    return Byline(None, re.split("[，,\\s]", inner)[0])


def _deck_before_byline(page: Page, index: int, end: int, title: int) -> bool:
    """Whether a line is a deck without a dash: a phrase between the title and a byline, at most two lines
    above the byline.

    Where the byline would be an office and a name, or a name alone, and further such lines are below, the
    phrase is the heading of the first of several sections with author lines; so where it is above the
    first of several reports.
    """
    body = page.body[index]
    if not _plain_phrase(body) or index - title > 3 or is_name(body):
        return False
    named = office_and_name(body, institutions=False, glued=True)
    if named and _dated_below(page, index):
        return False
    for below in range(index + 1, min(end, index + 3)):
        line = page.body[below]
        if deck_length(line) or dateline(line):
            return True
        if byline(line):
            return _signed(page, below, byline) < (1 if width(page.body[title]) <= COLUMN_TITLE else 2)
        if titles.bare_name(page, below):
            return not _signed(page, below, is_name)
        if office_and_name(line):
            return not _signed(page, below, office_and_name)
        if is_wire(line):
            wires = (is_wire(other) for other in page.body[below + 1 :])
            return len(line) > width(body) and not any(wires)
        if not _plain_phrase(line):
            return False
    return False


def _signed(page: Page, below: int, is_author: Callable[[str], object]) -> int:
    """How many further lines that sign are between a phrase and running text."""
    body = page.body
    return sum(
        i > below
        and page.running(page.after(i))
        and bool(is_author(body[i]))
        and not byline(body[page.before(i)])
        for i in page.open_lines
    )


def _plain_phrase(body: str) -> bool:
    return (
        one_phrase(body, titles.TITLE_LIMIT)
        and run_mark(body) is None
        and chapter_mark(body) is None
        and not has_caption_mark(body)
    )
