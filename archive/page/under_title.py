"""What is under the title of a page: decks, bylines, datelines and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from itertools import takewhile
from typing import Final

from archive.model import Kind
from archive.page import rules, titles
from archive.page.bylines import (
    Byline,
    byline,
    is_stamp,
    is_wire,
    lead_byline,
    unbracket,
    web_dateline,
)
from archive.page.captions import has_caption_mark
from archive.page.datelines import dateline, find_date, passed_on
from archive.page.lines import chapter_mark, dash_length, deck_length, ended, one_phrase, run_mark, width
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

LONGEST_PLACE: Final = 160
"""Characters of the longest line that says where authors work."""
COLUMN_TITLE: Final = 8
"""Characters of the longest title that is likely a column's (副刊, 新春走基层) with several texts below."""
HEAD_LINES: Final = 8  # after the title
_PAPER = re.compile(
    "^《?[^\\s，。、：《》]{2,10}(?:[日晚早晨时時商青工农農]报|[日晚早晨時商青工農]報|周刊|週刊|月刊|杂志|雜誌)》?$"
)
_FROM = compiled(
    f"^(?P<office>[ℌ]{{1,10}}{one_of('papers')}(?=[ \u3000：:])"
    "|[ℌ（）()0-9]{2,15}[班级校院系部局镇乡村县市区省厂社会队所站组司心](?=[ \u3000]))"
    "[ \u3000：:]+(?P<name>ℕ)$"
)
"""A paper, or a place or a body, and a name: 石桥小学五（2）班 …; not 获奖者 …."""
_POST: Final = compiled(f"^[ℌ]{{4,30}}{one_of('offices')}$")
_ORNAMENTS: Final = "○●◎◆◇·•★☆▲"
_SIGNS: Final = "□■▢◻☐☉⊙◎"
_PEN_NAME: Final = compiled("^(?![引前导序结尾编])[ℌ]{2,4}$")
_KEYWORDS: Final = compiled("^[【\\[〔]?(?:本文)?关键词")
"""What may be inside a head and does not end it."""
_NUMBERED_PLACE: Final = re.compile("^[（(]?[1-9](?:[.．、]|\\s)\\s*(?=[^。]{4,80}$)")
_ABOUT: Final = compiled("^(?:\\*|＊)?(?:这|本文|本篇|此文|此件)是ℕ.{0,24}[写作草话告演示信电的]")
_DAY: Final = compiled("^(?:日期[:：]\\s*)?[01]?[0-9]-[0-3]?[0-9]$")
_COUNT: Final = compiled("^(?:[ℌ]{2,8}\\s*[:：]\\s*[0-9][0-9,.]*\\s*[ℌ%]?|[?？]\\s*[ℌ]{2,4})$")
_TAGS: Final = compiled("^[ℌ、]{2,10}(?:[\\s|｜]+[ℌ、]{2,10}){1,4}$")
"""What a site has under a title: a count behind its label; below its date the words of its sections."""
_ABSTRACT: Final = compiled("^[【\\[〔]?(?:内容)?(?:摘\\s*要|提\\s*要|关\\s*键\\s*词)")
_NAME_AND_PLACE: Final = compiled("^(?P<name>[ℌ\\s、]{2,16})[（(](?P<place>[^（()）]{4,40})[）)]$")
_SIGNED_BY: Final = (rules.BYLINE_LABEL, rules.BYLINE_OFFICE_NAME, rules.BYLINE_BARE_NAME)


def read_under_title(page: Page, title: int) -> Generator[Proposal, None, int]:
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
        labelled = web_dateline(body) if found is None else None
        if labelled and (labelled[1] or dated is None or is_stamp(body)):
            dated, named = labelled
            if named:
                signed = True
        if length and not signed and (names := names_in(body[length:])) and _once(page, names):
            yield Proposal(index, rules.BYLINE_BARE_NAME, "names after a dash", byline=Byline(names))
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
        elif _DAY.match(plain(body)):
            yield Proposal(index, rules.DATELINE, "a day without its year")
        elif not signed and (signature := _signature(page, index, title)):
            signer, rule = signature
            yield Proposal(index, rule, "a name that does not occur again", byline=signer)
            signed = True
        elif (
            signed
            and (names := names_in(body.lstrip(_ORNAMENTS)))
            and any(one.author and one.author in names for one in page.bylines.values())
        ):
            yield Proposal(index, rules.BYLINE_BARE_NAME, "the author again", byline=Byline(names))
        elif body == page.body[title] or (width(body) > 7 and body in page.body[title]):
            yield Proposal(index, rules.NOTE_SOURCE, "the title again")
        elif _COUNT.match(plain(body)) or (
            _TAGS.match(plain(body)) and is_stamp(page.body[index - 1]) and not chapter_mark(body)
        ):
            yield Proposal(index, rules.NOTE_SOURCE, "words or counts of a site under the title")
        elif page.rule[index - 1] == rules.DATELINE and _ABOUT.match(plain(body[:40])):
            yield Proposal(index, rules.NOTE_LABEL, "says under the date what the text is")
        elif is_masthead(page, index):
            yield Proposal(index, rules.MASTHEAD, "a newspaper's name above a date")
        elif is_institution(body) and (titles.is_notice(page, title) or dated_below(page, index)):
            yield Proposal(
                index, rules.BYLINE_INSTITUTION, "below the title of a notice", byline=Byline(body)
            )
        elif passed := passed_on(body):
            yield Proposal(index, rules.DATELINE, "when a law was passed", date=(passed, True))
        elif signed and (where := affiliation(page, index)):
            yield Proposal(index, rules.BYLINE_OFFICE_NAME, "institution below a byline", byline=where)
        elif index < again and plain_phrase(body) and not _KEYWORDS.match(plain(body)):
            yield Proposal(index, rules.NOTE_SOURCE, "above the title that the page has again")
        elif not (signed or _KEYWORDS.match(plain(body))) and _deck_before_byline(page, index, end, title):
            yield Proposal(index, rules.DECK_BEFORE_BYLINE, "a phrase above the byline")
        elif has_caption_mark(body) and any(map(_signs, page.body[index + 1 : min(end, index + 3)])):
            yield Proposal(index, rules.CAPTION_MARK, "its words, above a byline")
        elif index > again and not _KEYWORDS.match(plain(body)):
            break
        index += 1
    return index


def _once(page: Page, names: str) -> bool:
    """Whether each of some names occurs once in the text: who is written about is named again."""
    return all(page.lines.text.count(name) == 1 for name in names.split("、"))


def _signs(line: str) -> bool:
    """Whether a line says who wrote, by labels or by an office."""
    return bool(byline(line) or office_and_name(line))


def is_abstract(line: str) -> bool:
    """Whether a line is the abstract of an article, or its keywords."""
    return bool(_ABSTRACT.match(plain(line[:12])))


def dated_below(page: Page, index: int) -> bool:
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
    )
    signer = body[index][1:].strip()
    if alone and (names := names_in(signer) or (led in _SIGNS and _PEN_NAME.match(plain(signer)) and signer)):
        return Byline(names), rules.BYLINE_BARE_NAME
    where = _NAME_AND_PLACE.match(plain(body[index]))
    if where and (names := names_in(body[index][: where.end("name")])) and has_institution(where["place"]):
        place = body[index][slice(*where.span("place"))].strip()
        return Byline(names, place), rules.BYLINE_OFFICE_NAME
    sent = _FROM.match(plain(body[index]))
    name = body[index][sent.start("name") :] if sent else ""
    followed = ended(body[below]) or page.kind[below] is not Kind.TEXT or body[below][-1] in "：:"
    if sent and followed and is_name(name) and page.lines.text.count(name) == 1:
        return Byline(tidy(name), body[index][: sent.end("office")]), rules.BYLINE_OFFICE_NAME
    named = office_and_name(body[index], glued=greeted)
    return (Byline(*named), rules.BYLINE_OFFICE_NAME) if named else None


def affiliation(page: Page, index: int) -> Byline | None:
    """An institution right under a byline, with brackets, a number or without, or None."""
    return works_at(page.body[index]) if page.rule[index - 1] in _SIGNED_BY else None


def works_at(line: str) -> Byline | None:
    """Where authors work, if a line says nothing else: （溪口大学，溪口 100000）, 1.溪口大学; or None."""
    if len(line) > LONGEST_PLACE:
        return None
    numbered = _NUMBERED_PLACE.match(line)
    inner = line[numbered.end() :] if numbered else line
    if not (numbered or is_institution(line) or _POST.search(plain(line))):
        inner = unbracket(line) or (inner[1:-1] if line[0] in "（(" and line[-1] in "）)" else "")
    return Byline(None, re.split("[，,\\s]", inner.strip())[0]) if has_institution(inner) else None


def _deck_before_byline(page: Page, index: int, end: int, title: int) -> bool:
    """Whether a line is a deck without a dash: a phrase between the title and a byline, at most two lines
    above the byline.

    Where the byline would be an office and a name, or a name alone, and further such lines are below, the
    phrase is the heading of the first of several sections with author lines; so where it is above the
    first of several reports.
    """
    body = page.body[index]
    if not plain_phrase(body) or index - title > 3 or is_name(body):
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
        if not plain_phrase(line):
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


def plain_phrase(body: str) -> bool:
    """Whether a line is a phrase without a mark of its own."""
    return (
        one_phrase(body, titles.TITLE_LIMIT)
        and run_mark(body) is None
        and chapter_mark(body) is None
        and not has_caption_mark(body)
    )


def is_masthead(page: Page, index: int) -> bool:
    """Whether a line is a newspaper's name, with a dateline or a page mark right below."""
    body = page.body[index]
    if not _PAPER.match(body) or index + 1 >= len(page):
        return False
    return page.kind[index + 1] is Kind.PAGE or dateline(page.body[index + 1]) is not None
