"""The head of a page: title, decks, byline and dateline."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from archive.model import Kind
from archive.structure import rules
from archive.structure.bylines import Byline, byline, is_credit, is_wire, office_line, unbracket, web_dateline
from archive.structure.captions import has_caption_mark
from archive.structure.chapters import chapter_mark, list_heading, ornament_rank
from archive.structure.dates import dateline
from archive.structure.marks import dash_length, deck_length, label, run_mark
from archive.structure.names import NAME, has_institution, is_institution, is_name, office_and_name, tidy
from archive.structure.page import Page
from archive.structure.shapes import ended, one_phrase, width

TITLE_LIMIT: Final = 50
COLUMN_TITLE: Final = 8
"""Characters of the longest title that is likely a column's (副刊, 新春走基层) with several texts below."""
HEAD_LINES: Final = 8  # after the title
_PAPER = re.compile(
    "^《?[^\\s，。、：《》]{2,10}(?:[日晚早晨时時商青工农農]报|[日晚早晨時商青工農]報|周刊|週刊|月刊|杂志|雜誌)》?$"
)
_KICKER = re.compile(
    "^(?:【[^【】]{2,16}】|〖[^〖〗]{2,16}〗|[■●◆◇□▲★☆]\\s*[^\\s■●◆◇□▲★☆]{2,10}"
    "|.{2,24}系列(?:报道|報道|评论|評論|谈|談)?(?:之?[（(]?[一二三四五六七八九十]{1,3}[）)]?)?"
    "|.{0,20}(?:特别|專題|专题|连续|追踪|深度)(?:报道|報道)|.{0,10}(?:专栏|專欄)"
    "|(?:新闻|新聞|人物)?(?:通讯|通訊|特写|特寫|侧记|侧記|综述|綜述|专访|專訪|特稿|纪实)"
    "|社论|社論|时评|時評|短评|短評|评论|評論|散文|随笔|杂文|小小说|读者来信|走基层|记者观察|热点关注)$"
)
_SIGNED_BY: Final = (rules.BYLINE_LABEL, rules.BYLINE_OFFICE_NAME, rules.BYLINE_BARE_NAME)
_DYNASTY = re.compile(
    "^[\\[［（(〔【]?(?:先秦|[两西东]?[汉漢]|[三]?[国國]|魏|[西东]?晋|南北朝|隋|唐|五代|[北南]?宋|[辽遼]"
    "|金|元|明|清|近代|[现現]代|民[国國])"
    f"[\\]］）)〕】·\\s]+(?P<name>{NAME})$"
)


def read_head(page: Page) -> None:
    """Find the title, what stands under it, and where the body begins (``page.head_end``)."""
    first = _skip_top(page)
    if first >= len(page):
        return
    first = _captions_on_top(page, first)
    title = first if _is_title(page, first) else None
    if title is None and first + 1 < len(page) and (found := byline(page.lines.body[first])):
        _set_byline(page, first, found, rules.BYLINE_LABEL)
        first += 1
        title = first if page.text(first) and _is_title(page, first) else None
    if title is None:
        page.head_end = first
        return
    below = page.after(title)
    if _KICKER.match(page.lines.body[title]) and page.text(below) and _is_title(page, below):
        page.set(title, Kind.DECK, rules.DECK_KICKER)
        title = below
    page.title = title
    page.set(title, Kind.TITLE, rules.TITLE_FIRST_LINE)
    page.head_end = _under_title(page, title)


def _skip_top(page: Page) -> int:
    """The first line that is no page mark, note or dateline; datelines at the top are read."""
    index = 0
    while index < len(page) and index < 6:
        body = page.lines.body[index]
        found = dateline(body)
        if found and index + 1 < len(page):
            page.dates[index] = found
            if page.kind[index] is Kind.TEXT:
                page.set(index, Kind.BYLINE, rules.DATELINE)
        elif _is_masthead(page, index):
            page.set(index, Kind.BYLINE, rules.MASTHEAD)
        elif page.kind[index] not in (Kind.PAGE, Kind.NOTE):
            break
        index += 1
    return index


def _captions_on_top(page: Page, first: int) -> int:
    """The first line below captions that stand above the title; ``first`` where none do.

    A short sentence without a sign of its own is one only with a wide gap below it, above a title that has a
    deck, a byline or a dateline.
    """
    body = page.lines.body
    index, unmarked = first, False
    while index < len(page) - 1 and index - first < HEAD_LINES and page.text(index):
        if not has_caption_mark(body[index]):
            short = ended(body[index]) and width(body[index]) <= TITLE_LIMIT and body[index].count("。") == 1
            if not (short and page.lines.wide(index + 1)):
                break
            unmarked = True
        index += 1
    if index == first or not page.text(index) or not _is_title(page, index):
        return first
    below = page.after(index)
    under = body[below]
    if unmarked and not (deck_length(under) or byline(under) or dateline(under)):
        return first
    for caption in range(first, index):
        marked = has_caption_mark(body[caption])
        page.set(caption, Kind.CAPTION, rules.CAPTION_MARK if marked else rules.CAPTION_WIDE_GAP)
    return index


def _is_masthead(page: Page, index: int) -> bool:
    """Whether a line is a newspaper's name, with a dateline or a page mark right below."""
    body = page.lines.body[index]
    if not _PAPER.match(body) or index + 1 >= len(page):
        return False
    return page.kind[index + 1] is Kind.PAGE or dateline(page.lines.body[index + 1]) is not None


def _is_title(page: Page, index: int) -> bool:
    """Whether the first line is a title: a phrase, set off from what follows by its shape, a gap or a
    byline."""
    body = page.lines.body[index]
    below = page.after(index)
    if below >= len(page) or index not in page.open_ones or not one_phrase(body, TITLE_LIMIT):
        return False
    if has_caption_mark(body) or is_credit(body) or byline(body) or dash_length(body) or list_heading(body):
        return False
    if _has_siblings(page, index):
        return False
    spoken = label(body)
    if (
        spoken
        and sum(line.startswith((f"{spoken}：", f"{spoken}:")) for line in page.lines.body[below : below + 6])
        > 0
    ):
        return False
    if is_name(body) and is_name(page.lines.body[below]):
        return False
    gap = page.lines.gap
    if gap[below] > page.lines.usual_gap or (below + 1 < len(page) and gap[below] > gap[below + 1]):
        return True
    under = page.lines.body[below]
    if (
        deck_length(under)
        or byline(under)
        or dateline(under)
        or _bare_name(page, below)
        or chapter_mark(under)
    ):
        return True
    numbered = run_mark(under)
    if numbered and numbered.number == 1 and numbered.kind in ("cn", "article"):
        return True
    if ornament_rank(under) is not None or page.kind[below] is not Kind.TEXT:
        return True
    if under[-1] in "：:" and width(under) <= 20:  # a salutation
        return True
    following = page.lines.body[below : below + 4]
    return not _verse([body, *following]) and _text_ahead(page, below, width(body))


def _text_ahead(page: Page, below: int, least: int) -> bool:
    """Whether a sentence longer than the first line, a long line or a byline follows, at most two phrases
    between."""
    for index in range(below, min(below + 3, len(page))):
        body = page.lines.body[index]
        if (ended(body) and width(body) > least) or width(body) >= 40:
            return True
        if not one_phrase(body, TITLE_LIMIT):
            return False
        if index > below and (byline(body) or deck_length(body) or dateline(body) or _bare_name(page, index)):
            return True
    return False


def _has_siblings(page: Page, index: int) -> bool:
    """Whether the first line is a heading among others of its rank, and so no title of the whole."""
    body = page.lines.body[index]
    chapter = chapter_mark(body)
    if chapter:
        others = (
            chapter_mark(page.lines.body[i])
            for i in page.open_lines
            if i > index and page.lines.body[i][0] in "第卷上中下CcPpSsBb"
        )
        return any(other is not None and other.rank <= chapter.rank for other in others)
    if ornament_rank(body) is not None:
        return any(page.lines.body[i][0] == body[0] for i in page.open_lines if i > index)
    return False


def _verse(lines: list[str]) -> bool:
    """Whether lines are verse by their shape: short, and of one width within a character or two."""
    widths = [width(line) for line in lines]
    return len(lines) >= 3 and max(widths) <= 24 and max(widths) - min(widths) <= 2


def _bare_name(page: Page, index: int) -> str | None:
    """The name that is all of a line and stands nowhere else in the text, or None.

    A text about somebody names him again, or by his surname in its first words.
    """
    body = page.lines.body[index]
    if len(body) > 24:
        return None
    dynasty = _DYNASTY.match(body)
    if dynasty:
        return tidy(dynasty["name"])
    parts = [body] if is_name(body) else re.split("[、\\s\u3000]+", body)
    if not all(is_name(part) for part in parts) or any(_named_again(page, part) for part in parts):
        return None
    below = page.after(index)
    if below < len(page):
        line = page.lines.body[below]
        if is_name(line) or any(part[0] in line[:20] for part in parts):
            return None
    return "、".join(tidy(part) for part in parts)


def _named_again(page: Page, name: str) -> bool:
    """Whether a name stands more than once in the text, notes on the author left out."""
    count = page.lines.text.count(name)
    if count > 1:
        lines = zip(page.lines.body, page.kind, strict=True)
        count -= sum(body.count(name) for body, kind in lines if kind is Kind.NOTE or "作者" in body[:4])
    return count > 1


def _set_byline(page: Page, index: int, found: Byline, rule: str) -> None:
    page.set(index, Kind.BYLINE, rule)
    page.bylines[index] = found


def _under_title(page: Page, title: int) -> int:
    """Read the lines under the title; where the body begins."""
    index, end = title + 1, min(len(page), title + 1 + HEAD_LINES)
    decks = _decks_in_a_row(page, index)
    signed = False
    while index < end:
        body = page.lines.body[index]
        if page.kind[index] in (Kind.PAGE, Kind.NOTE):
            index += 1
            continue
        length = deck_length(body)
        found = byline(body)
        dated = dateline(body)
        if dated is None and found is None and (labelled := web_dateline(body)):
            dated, named = labelled
            if named:
                page.bylines[index] = named
                signed = True
        if length and not signed and (office := office_line(body)):
            _set_byline(page, index, office, rules.BYLINE_OFFICE_NAME)
            signed = True
        elif length and decks <= 3 and not signed:
            page.set(index, Kind.DECK, rules.DECK_DASH)
            page.mark[index] = length
        elif found:
            _set_byline(page, index, found, rules.BYLINE_LABEL)
            signed = True
        elif dated and (dated[1] or not _is_diary(page, index)):
            page.set(index, Kind.BYLINE, rules.DATELINE)
            page.dates[index] = dated
        elif not signed and (signature := _signature(page, index, title)):
            _set_byline(page, index, *signature)
            signed = True
        elif signed and (where := _affiliation(page, index)):
            page.set(index, Kind.BYLINE, rules.BYLINE_OFFICE_NAME)
            page.bylines[index] = where
        elif not signed and _deck_before_byline(page, index, end, title):
            page.set(index, Kind.DECK, rules.DECK_BEFORE_BYLINE)
        else:
            break
        index += 1
    return index


def _is_diary(page: Page, index: int) -> bool:
    """Whether further lines of the body are dates and nothing else, as in a diary or a chronicle."""
    return any(index < i < len(page) - 2 and dateline(page.lines.body[i]) for i in page.open_lines)


def _decks_in_a_row(page: Page, index: int) -> int:
    """How many lines led by a dash stand one under the other: three are decks, more are a list."""
    count = 0
    while index + count < len(page) and dash_length(page.lines.body[index + count]):
        count += 1
    return count


def _signature(page: Page, index: int, title: int) -> tuple[Byline, str] | None:
    """A byline by its name alone, or by an office and a name."""
    if index not in page.open_ones or page.after(index) >= len(page):
        return None
    name = _bare_name(page, index)
    if name and index - title <= 3:
        return Byline(name), rules.BYLINE_BARE_NAME
    named = office_and_name(page.lines.body[index], institutions=True, glued=False)
    if named and (index == title + 1 or page.kind[index - 1] is Kind.DECK):
        return Byline(*named), rules.BYLINE_OFFICE_NAME
    return None


def _affiliation(page: Page, index: int) -> Byline | None:
    """An institution right under a byline, with brackets or without, or None."""
    body = page.lines.body[index]
    inner = body if is_institution(body) else unbracket(body)
    if inner is None or page.rule[index - 1] not in _SIGNED_BY or not has_institution(inner):
        return None
    return Byline(None, re.split("[，,\\s]", inner)[0])


def _further(page: Page, below: int, is_author: Callable[[str], object]) -> bool:
    """Whether a further line of a kind that signs stands below, with running text under it."""
    return any(
        i > below and page.running(page.after(i)) and bool(is_author(page.lines.body[i]))
        for i in page.open_lines
    )


def _deck_before_byline(page: Page, index: int, end: int, title: int) -> bool:
    """Whether a line is a deck without a dash: a phrase between the title and a byline, at most two lines
    above the byline.

    Where the byline would be an office and a name, or a name alone, and further such lines stand below, the
    phrase is the heading of the first of several sections with author lines; so where it stands above the
    first of several reports.
    """
    body = page.lines.body[index]
    if not _plain_phrase(body) or index - title > 3 or is_name(body):
        return False
    for below in range(index + 1, min(end, index + 3)):
        line = page.lines.body[below]
        if deck_length(line) or dateline(line):
            return True
        if byline(line):
            return _sections_signed(page, below) < (1 if width(page.lines.body[title]) <= COLUMN_TITLE else 2)
        if _bare_name(page, below):
            return not _further(page, below, is_name)
        if office_and_name(line, institutions=True, glued=False):
            return not _further(page, below, _office_and_name)
        if is_wire(line):
            wires = (is_wire(other) for other in page.lines.body[below + 1 :])
            return len(line) > width(body) and not any(wires)
        if not _plain_phrase(line):
            return False
    return False


def _sections_signed(page: Page, below: int) -> int:
    """How many further bylines by their labels stand between a phrase and running text."""
    body = page.lines.body
    return sum(
        i > below
        and page.running(page.after(i))
        and _plain_phrase(body[page.before(i)])
        and byline(body[i]) is not None
        and byline(body[page.before(i)]) is None
        for i in page.open_lines
    )


def _office_and_name(line: str) -> tuple[str, str] | None:
    return office_and_name(line, institutions=True, glued=False)


def _plain_phrase(body: str) -> bool:
    return (
        one_phrase(body, TITLE_LIMIT)
        and run_mark(body) is None
        and chapter_mark(body) is None
        and not has_caption_mark(body)
    )
