"""Which line is the title of a page, and what above it only names the column."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Kind
from archive.structure.bylines import byline, is_credit
from archive.structure.captions import has_caption_mark
from archive.structure.chapters import chapter_mark, list_heading, ornament_rank
from archive.structure.dates import dateline
from archive.structure.marks import dash_length, deck_length, label, run_mark
from archive.structure.names import NAME, is_name, tidy
from archive.structure.page import Page
from archive.structure.shapes import ended, one_phrase, width

TITLE_LIMIT: Final = 50


KICKER = re.compile(
    "^(?:【[^【】]{2,16}】|〖[^〖〗]{2,16}〗|[■●◆◇□▲★☆]\\s*[^\\s■●◆◇□▲★☆]{2,10}"
    "|.{2,24}系列(?:报道|報道|评论|評論|谈|談)?(?:之?[（(]?[一二三四五六七八九十]{1,3}[）)]?)?"
    "|.{0,20}(?:特别|專題|专题|连续|追踪|深度)(?:报道|報道)|.{0,10}(?:专栏|專欄)"
    "|(?:新闻|新聞|人物)?(?:通讯|通訊|特写|特寫|侧记|侧記|综述|綜述|专访|專訪|特稿|纪实)"
    "|社论|社論|时评|時評|短评|短評|评论|評論|散文|随笔|杂文|小小说|读者来信|走基层|记者观察|热点关注)$"
)


_DYNASTY = re.compile(
    "^[\\[［（(〔【]?(?:先秦|[两西东]?[汉漢]|[三]?[国國]|魏|[西东]?晋|南北朝|隋|唐|五代|[北南]?宋|[辽遼]"
    "|金|元|明|清|近代|[现現]代|民[国國])"
    f"[\\]］）)〕】·\\s]+(?P<name>{NAME})$"
)


def is_title(page: Page, index: int) -> bool:
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
        or bare_name(page, below)
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
        if index > below and (byline(body) or deck_length(body) or dateline(body) or bare_name(page, index)):
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


def bare_name(page: Page, index: int) -> str | None:
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
