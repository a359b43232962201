"""The foot of a text and of its sections: bylines at the end, signatures and dates; notes and page marks
anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from archive.model import Kind
from archive.page import note_lines, rules, titles
from archive.page.bylines import Byline, byline, is_wire, office_line, signed
from archive.page.captions import has_caption_mark
from archive.page.datelines import date_at_end, dateline
from archive.page.lines import label
from archive.page.person_names import is_institution, is_name, names_in, office_and_name, tidy
from archive.page.rule_words import compiled, one_of, plain
from archive.page.state import Page, Proposal

FOOT_LINES: Final = 6
LONGEST_MENU: Final = 400
VERSE: Final = 24
"""Characters of the longest line of verse, which need not end as a sentence does."""
WIDEST_MARK: Final = 80
"""Characters of the longest line that can be a mark, a credit or a source line."""
_CLOSING: Final = compiled(f"(?:{one_of('closings')}|祝您?.{{0,10}})[！!。]?$")
_SIGNED = re.compile(
    "^(?:你们?的|您的|爱你的"
    "|愛你的)?(?:[^\\s，。：:]{0,12}[\\s\u3000：:]+)?(?P<name>\\S{2,4}?)(?:[\\s\u3000]*(?:敬上|谨启|謹啟"
    "|敬启|上|启|啟|顿首|拜上|书|手书))?$"
)
_READERS = compiled("(?:读者|网友|市民|居民|听众|观众)$")
_EDITOR = compiled("——\\s*(?:本[报刊网])?编\\s*[者按]$")
_COURT = compiled("^(?:代理|人民|助理)?(?:审判长|审判员|陪审员|书记员)[\\s:：]*ℕ$")
_BODY = compiled("^[ℌ（）()]{1,24}(?:[部处室科组局所站厂司行校馆院社]|会|中心|公司)$")
"""Who signs a notice above its date."""
_FROM = compiled("^(?:[ℌ]{2,12}[ \u3000]+|(?:读者|网友|居民|村民|家长)[：:]\\s*)(?P<name>ℕ)$")
_KIN: Final = "不[孝肖][子女儿媳婿孙侄]?|孤?哀子|孤子|学生|弟子|门生|后学|友人|愚[弟兄妹]"
_IS_KIN: Final = compiled(f"^(?:{_KIN})\\s*")
_MOURNED: Final = compiled(
    f"^(?P<who>(?:{_KIN})[ℌ、\\s]{{0,16}}?|(?P<named>ℕ(?:[、\\s]+ℕ)*)|[ℌ、\\s]{{2,16}}?(?=[敬拜泣哀]挽))\\s*"
    "(?:[敬拜泣哀]挽|敬悼|[敬拜叩跪谨]{1,3}禀|(?:泣血)?匍匐|(?<!杜鹃)泣血|泣告|[泣拜]叩|叩首|[泣拜]?[稽顿][首颡])"
    "\\s*(?P<date>[0-9].*)?$"
)
"""Who mourns, or writes to parents, and a date or none: 学生敬挽, 不孝子何望渠泣血匍匐."""
_NOTICE_END = re.compile("[\\s\u3000]*(?:谨启|謹啟|敬启|敬啟|启|啟|宣|印|示)$")
_NOTE_FIRST = frozenset(
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳❶❷❸❹❺❻❼❽❾❿¹²³⁴⁵⁶⁷⁸⁹[［〔【注註（(附脚腳參参編编译譯作按校責责■□●◆◎尾原阅内核开主引"
)
_PAGE_FIRST = frozenset("第当當—―─－–-·•~～ABCDPp0123456789０１２３４５６７８９〔[［（(下上紧緊")
_SITE: Final = (rules.NOTE_SOURCE, rules.NOTE_CREDITS)


def read_marks(page: Page) -> Iterator[Proposal]:
    """Find notes, page marks and source lines, which may be anywhere."""
    body = page.body
    numbered: list[int] = []
    labels: list[int] = []
    counted: list[tuple[int, tuple[int, int]]] = []
    for index, line in enumerate(body):
        first = line[0]
        if first in _PAGE_FIRST and len(line) <= 40:
            if found := note_lines.page_mark(line):
                if found[1]:
                    counted.append((index, found))
                else:
                    yield Proposal(index, rules.PAGE_MARK, "number and sign of a page")
                continue
            if note_lines.is_page_turn(line):
                yield Proposal(index, rules.PAGE_TURN, "sends to another page")
                continue
            if line.isascii() and line.isdigit() and len(line) <= 4:
                if index in page.lines.breaks or index + 1 in page.lines.breaks:
                    yield Proposal(index, rules.PAGE_NUMBER, "beside a form feed")
                continue
            if line[-1] in "版页頁" and (dated := dateline(line)):
                yield Proposal(index, rules.PAGE_MARK, "date and page", date=dated)
                continue
        if line[-1] in "者按" and _EDITOR.search(line[-10:]):
            yield Proposal(index, rules.NOTE_LABEL, "signed by the editor")
            continue
        if first in _NOTE_FIRST:
            if note_lines.note_reference(line):
                numbered.append(index)
                continue
            if note_lines.is_note_label(line):
                yield Proposal(index, rules.NOTE_LABEL, "label of a note")
                if line[-1] == "按" and page.running(index + 1):
                    yield Proposal(index + 1, rules.NOTE_LABEL, "below the label of a note")
                continue
        if WIDEST_MARK < len(line) <= LONGEST_MENU and _is_bars(line):
            yield Proposal(index, rules.NOTE_SOURCE, "a menu")
            continue
        if len(line) > WIDEST_MARK or (
            line[-1] in "。！？”，"
            and first not in "（(【[［*※版本未原声免文应著為为已您你以"
            and not (first == "《" and line[-2:-1] in "年月版社店局馆")  # of a book: 出版社，2023年6月。
        ):
            continue
        if not note_lines.may_be_source(line):
            continue
        if note_lines.is_credit(line):
            yield Proposal(index, rules.NOTE_CREDITS, "label and names of editors")
        elif what := note_lines.source_line(line):
            yield Proposal(index, rules.NOTE_SOURCE, what, date=dateline(line))
            if line[-1] in ":：":
                labels.append(index)
    of_one = len({of for _, (_, of) in counted}) == 1 and all(0 < page <= of for _, (page, of) in counted)
    against = "" if of_one else "no pages of one number"
    for index, _ in counted:
        yield Proposal(index, rules.PAGE_MARK, "page of pages", against)
    for index, further in pairwise(labels):  # 索引号：, its value, and the next label
        if further == index + 2 and page.text(index + 1) and len(body[index + 1]) <= 40:
            yield Proposal(index + 1, rules.NOTE_SOURCE, "between a label and the next")
    yield from _numbered_notes(page, numbered)
    yield from _notes_at_end(page)


def _is_bars(line: str) -> bool:
    """Whether a line is a menu, its words divided by bars; the first bar comes soon."""
    soon = line[:24]
    return ("|" in soon or "｜" in soon) and len(line) < 12 * (line.count("|") + line.count("｜"))


def _notes_at_end(page: Page) -> Iterator[Proposal]:
    """Below the heading of the notes, and a number that is all of its line, everything is notes."""
    body = page.body
    heads = [
        i for i in range(len(page)) if page.rule[i] == rules.NOTE_LABEL and note_lines.heads_notes(body[i])
    ]
    first = heads[-1] + 1 if heads else len(page)
    if first < len(page) and (note_lines.note_reference(f"{body[first]} .") or page.kind[first] is Kind.NOTE):
        for index in range(first, len(page)):
            yield Proposal(index, rules.NOTE_NUMBERED, "below the heading of the notes")


def _numbered_notes(page: Page, numbered: list[int]) -> Iterator[Proposal]:
    """[1] … is a note where the text points to it, or where only notes follow."""
    mine = set(numbered)
    at_end = len(page)
    while at_end > 0 and (page.kind[at_end - 1] is not Kind.TEXT or at_end - 1 in mine):
        at_end -= 1
    text = page.lines.text
    first_place: dict[str, int] = {}
    for index in numbered:
        reference = note_lines.note_reference(page.body[index])
        bracketed = len(reference) > 2
        if reference not in first_place:
            inside = re.search(rf"(?<=\S){re.escape(reference)}", text)
            first_place[reference] = text.find(reference) if bracketed else inside.start() if inside else -1
        last = index >= at_end > 0 and bracketed
        pointed = 0 <= first_place[reference] < page.lines.start[index]
        evidence = "at the end" if last else f"the text has {reference}"
        against = "" if last or pointed else "no text points to it"
        yield Proposal(index, rules.NOTE_NUMBERED, evidence, against)


def read_site_foot(page: Page) -> Iterator[Proposal]:
    """The lines under a label or a menu of a site at the end, with no running text below."""
    body = page.body
    last = max((i for i in range(page.head_end, len(page)) if page.running(i, 24)), default=len(page))
    site = next((i for i in range(last + 1, len(page)) if page.rule[i] in _SITE), len(page))
    below = [i for i in range(site + 1, len(page)) if page.text(i)]
    for index in below if len(below) <= last else ():
        if not (signed(body[index]) or dateline(body[index]) or has_caption_mark(body[index])):
            yield Proposal(index, rules.NOTE_SOURCE, "below what a site has under the text")


def read_foot(page: Page) -> Iterator[Proposal]:
    """Read the last lines upward: bylines in brackets or with labels, the date, the signature of a letter."""
    body = page.body
    dated: int | None = None
    texts = [index for index in range(page.head_end + 1, len(page)) if page.kind[index] is Kind.TEXT]
    for index in texts[: -FOOT_LINES - 1 : -1]:
        line = body[index]
        if len(line) > 66 or index in page.fixed:
            break
        if found := signed(line):
            yield Proposal(index, rules.BYLINE_AT_END, "labels and names at the end", byline=found)
        elif mourned := _mourned(line):
            evidence = "mourns, or writes to parents"
            yield Proposal(index, rules.BYLINE_SIGNATURE, evidence, byline=mourned[0], date=mourned[1])
        elif date := dateline(line):
            yield Proposal(index, rules.DATELINE, "a date at the end", date=date)
            dated = index
        elif index == texts[-1] and page.stops(page.before(index)) and (written := date_at_end(line)):
            date = (written[0], True) if written[0] else None
            signer = Byline(written[1]) if written[1] else None
            yield Proposal(index, rules.DATELINE, "when it was written", date=date, byline=signer)
            dated = index
        elif signature := _signature(page, index, dated):
            evidence = "above a date, or below a closing"
            yield Proposal(index, rules.BYLINE_SIGNATURE, evidence, byline=signature)
        elif _COURT.match(plain(line)):
            yield Proposal(index, rules.BYLINE_SIGNATURE, "a judge or a clerk")
        else:
            break
        page.foot_start = index


def read_readers(page: Page) -> Iterator[Proposal]:
    """What readers sign their letters with, each between the end of a letter and the heading of the next."""
    body = page.body
    for index in page.phrases():
        below_opens = page.after(index) in page.open_ones
        if index > page.head_end and below_opens and _reader(body[index]) and page.stops(index - 1):
            yield Proposal(index, rules.BYLINE_SIGNATURE, "signed by a reader")


def read_notice_ends(page: Page) -> Iterator[Proposal]:
    """The date of a notice, who signs above it, and below it the title of what the notice publishes."""
    body = page.body
    for index in [i for i in page.open_lines if body[i][-1] in "日号號" and i >= page.head_end]:
        below, date = page.after(index), dateline(body[index])
        if not (date and below in page.open_ones and page.text(below) and titles.ends_as_notice(body[below])):
            continue
        yield Proposal(index, rules.DATELINE, "above what is published", date=date)
        if signature := _signature(page, index - 1, index):
            yield Proposal(index - 1, rules.BYLINE_SIGNATURE, "above a notice's date", byline=signature)
        if page.title is None or body[below] != body[page.title]:
            yield Proposal(below, rules.HEADING_SHORT_LINE, "below the date of a notice", rank=5)


def read_byline_below_lead(page: Page) -> Iterator[Proposal]:
    """A byline by its labels between the first paragraphs, where neither head nor foot has one."""
    if page.bylines:
        return
    body = page.body
    for index in page.open_lines[:12]:
        above = page.before(index)
        if index <= page.head_end or not (page.text(index) and page.running(page.after(index))):
            continue
        if (page.stops(above) or is_wire(body[above])) and (found := byline(body[index])):
            evidence = "labels and names below the first paragraph"
            yield Proposal(index, rules.BYLINE_LABEL, evidence, byline=found)
            return


def _mourned(line: str) -> tuple[Byline, tuple[str, bool] | None] | None:
    """Who signs with a word of mourning, and the date behind it; or None."""
    found = _MOURNED.match(plain(line))
    names = names_in(_IS_KIN.sub("", line[: found.end("who")]).strip()) if found else None
    if not found or (found["named"] and not names):  # a word
        return None
    return Byline(names), dateline(line[found.start("date") :]) if found["date"] else None


def _signature(page: Page, index: int, dated: int | None) -> Byline | None:
    """A name, with its office or without, above a date or below the closing of a letter, or in brackets at
    the very end."""
    line = page.body[index]
    inner = line[1:-1].strip() if line[0] in "（(" and line[-1] in "）)" else None
    above = page.before(index)
    if inner and page.stops(above) and (signer := names_in(inner) or (is_institution(inner) and inner)):
        return Byline(signer)
    closing = page.body[above] if above >= page.head_end else ""
    closed = len(closing) <= 20 and _CLOSING.search(plain(closing))
    if not closed and (
        dated is None
        or (page.after(index) != dated and page.rule[page.after(index)] != rules.BYLINE_SIGNATURE)
        or not (
            page.stops(above)
            or label(page.body[above])
            or is_institution(page.body[above])
            or (is_name(line) and len(page.body[above]) <= VERSE)
        )
    ):
        line, ends = inner or line, page.stops(above) and page.after(index) >= len(page)
        sent = _FROM.match(plain(line)) if ends else None
        if not (sent and is_name(sent["name"])):
            return None
        return Byline(names_in(line) or tidy(line[sent.start("name") :]))
    if named := office_and_name(line):
        return Byline(*named)
    if is_name(line):
        return Byline(tidy(line))
    institution = _NOTICE_END.sub("", line)
    if is_institution(institution) or (dated is not None and _BODY.match(plain(institution))):
        return Byline(institution)
    name = _SIGNED.match(line)
    if name and is_name(name["name"]):
        return Byline(name["name"])
    last = closed and page.after(index) >= len(page) and len(line) <= 4 and line.isalpha()
    return Byline(None) if last else None


def read_section_ends(page: Page) -> Iterator[Proposal]:
    """Bylines at the end of a section, right above the next heading: they sign the section.

    Where one section is signed so, the byline at the end of the page signs the last one.
    """
    headings = [index for index, kind in enumerate(page.kind) if kind is Kind.HEADING]
    for index in headings:
        if index - 1 <= page.head_end or page.kind[index - 1] is not Kind.TEXT:
            continue
        line = page.body[index - 1]
        if page.rule[index] == rules.HEADING_CHAPTER and (date := dateline(line)):
            yield Proposal(index - 1, rules.DATELINE, "a date above the first chapter", date=date)
            if index - 2 > page.head_end and (signer := office_line(page.body[index - 2], glued=True)):
                yield Proposal(index - 2, rules.BYLINE_SIGNATURE, "above the date", byline=signer)
        elif found := signed(line):
            rule = rules.AUTHOR_AT_END if index > headings[0] else rules.BYLINE_AT_END
            yield Proposal(index - 1, rule, "above the next heading", byline=found)
    if not headings or rules.AUTHOR_AT_END not in page.rule:
        return
    if Kind.AUTHOR not in page.kind[headings[-1] :]:
        for index in range(headings[-1], len(page)):
            if page.rule[index] == rules.BYLINE_AT_END:
                yield Proposal(index, rules.AUTHOR_AT_END, "at the end of the last section")


def _reader(line: str) -> bool:
    """Whether a line is what readers sign letters with: 溪口读者 丁望山, 溪口❘何望渠❘教师."""
    parts = [part for part in re.split("[❘丨|｜\\s\u3000]+", line) if part]
    barred = any(mark in line for mark in "❘丨|｜")
    if not 2 <= len(parts) <= 4 or len(line) > 30 or not all(part.isalnum() for part in parts):
        return False
    reads = bool(_READERS.search(plain(parts[0])))
    return any(map(is_name, parts)) and (reads or (barred and byline(line) is None))
