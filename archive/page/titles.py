"""Which line is the title of a page, and what above it only names the column."""

from __future__ import annotations

import re
from typing import Final

from archive.model import Kind
from archive.page.bylines import byline, is_wire, web_dateline
from archive.page.captions import has_caption_mark
from archive.page.datelines import dateline, passed_on
from archive.page.lines import (
    chapter_mark,
    dash_length,
    deck_length,
    ended,
    label,
    list_heading,
    one_phrase,
    ornament_rank,
    run_mark,
    width,
)
from archive.page.note_lines import is_credit, source_line
from archive.page.person_names import DYNASTY, is_institution, is_name, names_in, tidy
from archive.page.rule_words import compiled, one_of, plain
from archive.page.state import Page

TITLE_LIMIT: Final = 50
NOTICE_LIMIT: Final = 90  # the titles of offices are long
HEAD_LINES: Final = 8
_NOTICE = compiled(
    "(?:的(?:若干|具体)?(?:通知|通告|公告|意见|决定|决议|批复|函|报告|请示|通报|命令|说明|讲话|致辞|演讲|发言|汇报)"
    "|条例|办法|细则|规则|规程|章程|训令|公报|公告|通告|规定|开幕词|闭幕词|一封信|公开信|感谢信|慰问信|倡议|纪要|启事|声明|讣告|须知|公约|守则|方案|主持词|贺词|献词|贺信|祝词|感言|(?:判决|裁定|决定|调解|起诉|通知|建议|倡议)书|[令函])(?:[（(][^（()）]{1,8}[）)])?$"
)
"""How the titles of offices, of laws and of speeches end."""
_LIST = compiled("(?:目录|一览表?|日程|议程|节目单|时刻表|价目表|赛程|赛果|影讯)$")
"""How the titles of lists end."""
_FORM = compiled(
    "组诗$|[（(](?:[ℌ]?组诗|外[一二三四五六]首|[ℌ]{1,2}首|散文诗?|[长中短微]?篇?小说|随笔)[）)]$"
)
"""What a title says of the text behind it: 秋日（组诗）."""
_QUOTES: Final = frozenset("“「『\"'")
_ENDINGS: Final = frozenset("，。；！？：…、,.;!?")
_LIFE = re.compile("[（(][0-9]{4}年?\\s*[-—－–~～至]")
"""The years of somebody's life, below his name: who is written about."""
_PLACED: Final = compiled("(?<=[ℌ])\\s*[（(][ℌ]{1,8}[省市县区州镇乡村][）)]$")
_FACT_LABELS: Final = frozenset(["摘要", "导语", "导读", "提要", "关键词", "时间", "地点", "所在地", "朝代"])
_TITLE_LEAD = re.compile("(?:&(?:nbsp|emsp|ensp|thinsp|#160|#12288);?\\s*)+|[标標题題][题題目][：:]\\s*")
_KICKER = compiled(
    "^(?:【[^【】]{2,24}】|〖[^〖〗]{2,16}〗|[■●◆◇□▲★☆]\\s*[^\\s■●◆◇□▲★☆]{2,10}"
    f"|.{{0,4}}{one_of('kickers')}[·•].{{2,14}}|.{{2,24}}系列(?:报道|评论|谈)?(?:之?[（(]?[一二三四五六七八九十]{{1,3}}[）)]?)?|.{{0,20}}(?:特别|专题|连续|追踪|深度)报道|.{{0,10}}专栏|{one_of('kickers')})$"
)


def ends_as_notice(line: str) -> bool:
    """Whether the last words of a line are those of a notice, a law or a speech."""
    return bool(_NOTICE.search(plain(line[-12:])))


def is_notice(page: Page, index: int) -> bool:
    """Whether a line is the title of a notice, a law or a speech by its last words."""
    body = page.body[index]
    return (
        (page.text(index) or page.kind[index] is Kind.TITLE)
        and len(body) <= NOTICE_LIMIT
        and ends_as_notice(body)
    )


def again(page: Page, index: int) -> int:
    """The last line where a head has a phrase again, with short lines between; else the line itself.

    Running text follows: verse, which repeats its lines, has none.
    """
    body, last, phrases = page.body[index], index, 0
    if body not in page.body[index + 1 : index + 2 * HEAD_LINES]:
        return index
    known = chapter_mark(body) or list_heading(body) or names_in(body) or is_institution(body)
    if known or body[0] in "（(【" or width(body) < 4 or not one_phrase(body, NOTICE_LIMIT):
        return index
    for at in range(index + 1, min(index + 2 * HEAD_LINES, len(page))):
        line = page.body[at]
        if page.running(at, 30) or list_heading(line) or chapter_mark(line):
            return last
        if line == body:
            last = at
        phrases += last == index and page.text(at) and at in page.open_ones and not dateline(line)
        if phrases > 3:
            break
    return index


def title_lead(line: str) -> int:
    """How many characters lead a title that are not of it: its label (标题：), or the spaces of a web page as
    entities (&nbsp;).
    """
    found = _TITLE_LEAD.match(line) if line[0] in "&标標题題" else None
    return found.end() if found and found.end() < len(line) else 0


def is_kicker(line: str) -> bool:
    """Whether a line only says in which column, or of which kind, the text below is."""
    return len(line) <= 30 and bool(_KICKER.match(plain(line)))


def is_title(page: Page, index: int) -> bool:
    """Whether the first line is a title: a phrase, set off from what follows by its shape, a gap or a
    byline."""
    return page.text(index) and not title_evidence(page, index)[1]


def title_evidence(page: Page, index: int) -> tuple[str, str]:
    """What speaks for a first line as the title, and what against it; it is one if nothing is against it."""
    body = page.body[index][title_lead(page.body[index]) :]
    below = page.after(index)
    if below >= len(page):
        return "", "nothing is below it"
    under = page.body[below]
    notice = ends_as_notice(body)
    trailing = body.endswith("……") and len(body) > 2
    phrase = body.rstrip("…") if trailing else body
    if not (trailing or index in page.open_ones) or not one_phrase(
        phrase, NOTICE_LIMIT if notice else TITLE_LIMIT
    ):
        return "", "not a phrase"
    if (
        has_caption_mark(body)
        or is_credit(body)
        or byline(body)
        or dash_length(body)
        or list_heading(body)
        or (body[0] in "（(" and body[-1] in "）)")
    ):
        return "", "a caption, a credit, a byline, a dash or a number"
    if sum(map(str.isascii, body)) > 0.7 * len(body) and not under.isascii():
        return "", "Latin letters above Chinese text"
    if dateline(body) or web_dateline(body) or is_wire(body):
        return "", "a date or a report's beginning"
    if chapter_mark(body) and plain(under[:3]) == "第一条":
        return "", "a chapter above its first article"
    if _has_siblings(page, index):
        return "", "a heading among others of its rank"
    spoken = label(body)
    if spoken and plain(spoken) in _FACT_LABELS:
        return "", "an abstract, a time or a place"
    following = page.body[below : below + 6]
    if spoken and any(line.startswith((f"{spoken}：", f"{spoken}:")) for line in following):
        return "", "speech"
    if len(body) <= 3 and list_heading(f"{body}、"):
        return "", "a number"
    if names_in(body) and body in page.body[below:]:
        return "", "names that the head has again"
    evidence = _set_off(page, index, below, notice)
    return evidence, "" if evidence else "nothing sets it off from the text"


def _set_off(page: Page, index: int, below: int, notice: bool) -> str:
    """What sets a first line off from what follows, or nothing."""
    body, under, gap = page.body[index], page.body[below], page.lines.gap
    if _LIST.search(plain(body[-4:])) and width(body) <= NOTICE_LIMIT and not ended(under):
        return "its last word is that of a list"
    if notice and (width(body) >= 12 or page.kind[below] is not Kind.TEXT or passed_on(under)):
        return "its last words are those of a notice, a law or a speech"
    if _FORM.search(plain(body)):
        return "its form is in brackets"
    if index and source_line(page.body[index - 1]) == "trail":
        return "below a trail"
    if again(page, index) > index:
        return "the head has it again"
    if gap[below] > page.lines.usual_gap or (below + 1 < len(page) and gap[below] > gap[below + 1]):
        return "a wide gap below"
    if any(of(under) for of in (deck_length, byline, dateline, web_dateline)) or bare_name(page, below):
        return "a deck, a byline or a date below"
    numbered = run_mark(under)
    first = numbered is not None and numbered.number == 1 and numbered.kind in ("cn", "article")
    if chapter_mark(under) or first or ornament_rank(under) is not None:
        return "a heading with a mark below"
    if page.kind[below] is not Kind.TEXT or has_caption_mark(under):
        return "a line below that is not text"
    if under[-1] in "：:" and width(under) <= 20:
        return "a salutation below"
    following = page.body[below : below + 4]
    if len(following) > 2 and all(map(label, following[:3])):
        return "facts or speech below"
    if body[-1] in "？?" and width(body) >= 6 and not any(ended(line) for line in following):
        return "a question above lines none of which ends"
    if len(following) > 2 and width(under) <= 5 and gap[below + 1] > page.lines.usual_gap:
        return "a word and a gap below, as above verse"
    rest = page.body[below : below + 6]
    if width(body) <= 4 < len(rest) and page.lines.text.count(body) > 2 and not any(map(ended, rest)):
        return "a word that the verse below has again"
    if "，" in body and _verse([body, *following[:2]]):
        return ""
    if len(following) > 2 and body[0] not in _QUOTES and all(line[-1] in _ENDINGS for line in following):
        return "the lines below end with punctuation"
    ahead = not _verse([body, *following]) and _text_ahead(page, below, width(body))
    return "a longer sentence below" if ahead else ""


def _text_ahead(page: Page, below: int, least: int) -> bool:
    """Whether a sentence longer than the first line, a long line or a byline follows, at most two phrases
    between."""
    for index in range(below, min(below + 3, len(page))):
        body = page.body[index]
        if (ended(body) and width(body) > least) or width(body) >= 40:
            return True
        if not one_phrase(body, TITLE_LIMIT):
            return False
        if index > below and (byline(body) or deck_length(body) or dateline(body) or bare_name(page, index)):
            return True
    return False


def _has_siblings(page: Page, index: int) -> bool:
    """Whether the first line is a heading among others of its rank, and so no title of the whole."""
    body = page.body[index]
    chapter = chapter_mark(body)
    if chapter:
        others = (chapter_mark(page.body[i]) for i in page.open_lines if i > index)
        return any(other is not None and other.rank <= chapter.rank for other in others)
    if ornament_rank(body) is not None:
        return any(page.body[i][0] == body[0] for i in page.open_lines if i > index)
    return False


def _verse(lines: list[str]) -> bool:
    """Whether lines are verse by their shape: short, and of one width within a character or two."""
    widths = [width(line) for line in lines]
    return len(lines) >= 3 and max(widths) <= 24 and max(widths) - min(widths) <= 2


def unnamed(page: Page, index: int) -> str | None:
    """The names that are all of a line above running text which does not name them: its authors; or None."""
    body, end = page.body[index].lstrip("◎□■"), page.lines.end[index]
    names = names_in(body) if len(body) <= 40 else None
    if not names or (len(body) != 3 and "、" not in names) or not page.running(page.after(index), 40):
        return None
    text = plain(page.lines.text[end : end + 20_000])
    return None if any(plain(name) in text for name in names.split("、")) else names


def _unplaced(line: str) -> str:
    """A line without the place in brackets behind a name: 何望渠 （溪口市）."""
    found = _PLACED.search(plain(line)) if line[-1] in "）)" else None
    return line[: found.start()] if found else line


def bare_name(page: Page, index: int) -> str | None:
    """The name that is all of a line and occurs nowhere else in the text, or None: who is written about is
    named again.
    """
    body, above = _unplaced(page.body[index]), page.body[index - 1]
    if len(body) > 24 or (body != page.body[index] and above != _unplaced(above)):
        return None
    dynasty = DYNASTY.match(plain(body))
    if dynasty:
        return tidy(body[slice(*dynasty.span("name"))])
    parts = [body] if is_name(body) else (names_in(body) or "").split("、")
    listed = len(parts) > 1 and names_in(above)
    if not parts[0] or listed or any(_named_again(page, part) for part in parts):
        return None
    below = page.after(index)
    if below < len(page) and page.body[below] != body:
        line = _unplaced(page.body[below])
        if _LIFE.match(line) or names_in(line) or any(part[0] in line[:20] for part in parts):
            return None
    return "、".join(tidy(part) for part in parts)


def _named_again(page: Page, name: str) -> bool:
    """Whether a name occurs again in the text: not in lines of names, in notes, in front of a colon."""
    if page.lines.text.count(name) < 2:
        return False
    led = (f"{name}：", f"{name}:")  # as who speaks, or in a title
    return any(
        body.count(name) > body.startswith(led)
        for body, kind in zip(page.body, page.kind, strict=True)
        if name in body
        and kind not in (Kind.NOTE, Kind.BYLINE)
        and "作者" not in body[:4]
        and not names_in(body)
    )
