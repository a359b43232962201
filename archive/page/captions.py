"""Captions: lines that say so (图为…, … 摄), and short sentences where a picture was."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Final

from archive.model import Kind
from archive.page import rules
from archive.page.bylines import byline, signed
from archive.page.datelines import dateline
from archive.page.joins import continues
from archive.page.lines import ended, is_marked, label, may_begin, run_mark, width
from archive.page.person_names import is_name, office_and_name
from archive.page.rule_words import compiled, plain
from archive.page.state import Page, Proposal

WIDEST: Final = 80  # Han characters
WIDEST_MARKED: Final = 120
LONG_ENOUGH: Final = 40  # Han characters of the paragraphs around a caption that is alone

_LEADS = compiled(
    "^(?:[▲△▼◀▶←→↑↓]\\s*[^\\s▲△]|[（(]?[左右上下][上下]?图(?:为|[:：一二三四1-9①-⑳])|[（(]?图[为:：]"
    "|[\\[［【（(]第?[一二三四五六七八九十1-9]{0,2}图[:：]|图\\s?(?:[一二三四五六七八九十]{1,3}|[0-9]{1,3}(?:[-—.][0-9]{1,3})?"
    "|[①-⑳])(?:[:：、.．\\s　]|为)|图片?说明?[:：]|照片[:：])"
)
_WHO = "(?:[ℌ]{0,8}?(?:记者|通讯员|特约|摄影|社)[:：\\s　]*)*"
_TAILS = compiled(
    f"(?:[（(](?!图[）)]){_WHO}(?:ℕ(?:[\\s、]+ℕ)*)?\\s*[/／]?\\s*(?:摄影?|供图|图|发)[）)]"
    f"|[。！？”\\s　]{_WHO}ℕ(?:[\\s、]+ℕ)*\\s*[/／]?\\s*(?:摄影?|供图)"
    "|[（(](?:资料|档案)(?:图?片?|照片?)[）)]|[（(][ℌ]{0,8}拍?摄于[^（()）]{4,14}[）)]|[（(][ℌ\\s]{0,12}(?:供图|提供|发)[）)]|[（(]图片?(?:[/／:：来由]|源[:：])[^（）()]{2,20}[）)]"
    "|[。！？”\\s　][ℌ]{0,8}供图|[。！？”\\s　][ℌ]{0,6}(?:视频|网络|网页)截图"
    "|[。！？”\\s　](?:新华社|中新社|法新社|路透社|美联社)(?:发|记者ℕ摄)?"
    "|(?:^|[。！？”\\s　\\-—])(?:图片?|摄影?|供图|图源|图片来源)"
    "\\s*[/／:：]\\s*(?:[ℌ]{2,6}[ \u3000])?[ℌ·\\w]{2,12}"
    "|[，\\s]第[0-9]{1,2}张)。?$"
)
_CREDIT_ALONE = compiled(
    "^(?:[ℌ]{0,8}(?:记者|通讯员)[\\s:：]*ℕ\\s*摄|(?:新华社|中新社)发?[（(]?ℕ?\\s*摄?[）)]?)$"
)
_DAY = re.compile("[0-9]{1,2}月[0-9]{1,2}日")
_LED: Final = frozenset("图圖左右上下（(▲△▼◀▶←→↑↓照[［【")
_PLACES = re.compile(
    "[（(](?:[前后後]排)?(?:[左右中]起?第?[一二三四五六七八1-9]|[左右]起?)[）)]|[（(]中[）)](?=[^。]{2})"
)
"""Where somebody is in a picture: （左二）, （前排右一）, （中）."""
_CREDITED: Final = re.compile("[摄攝图圖社供照张張]")
"""One of these is in the credit of a picture."""
ARROWS: Final = frozenset("▲△▼◀▶←→↑↓")
_SIGNS: Final = frozenset("◎●■◆★○□◇☆△※")
_ARROW: Final = re.compile("[▲△▼◀▶←→↑↓]")
_SENTENCE_END = re.compile("[。！？]")
_SHOWS = re.compile("[在正为為向]")
"""Words of a caption that shows somebody at something: 技术员在查看长势."""
_FIRST_PERSON = re.compile("^(?:我|你|他|她|它|咱)")


def has_caption_mark(body: str) -> bool:
    """Whether a line calls itself a caption: 图为…, 图1：…, ▲…, （… 摄）, … 新华社发, （资料图片）."""
    if len(body) > 2 * WIDEST_MARKED:
        return False
    if body[0] in _LED and _LEADS.match(plain(body)):
        return width(body) <= WIDEST_MARKED
    if is_captioned(body):
        return True
    if len(body) > WIDEST or not _PLACES.search(body):
        return False
    return len(_SENTENCE_END.findall(body)) <= 1


def is_captioned(body: str) -> bool:
    """Whether a line ends as captions do: （… 摄）, … 新华社发, 摄：…, （资料图片）."""
    if len(body) > WIDEST_MARKED or not _CREDITED.search(body[-32:]):
        return False
    return bool(_TAILS.search(plain(body[-32:])))


def read_captions(page: Page) -> Iterator[Proposal]:
    """Find the captions of the body."""
    marked = yield from _marked(page)
    lines = page.lines
    if not any(gap >= 2 for gap in lines.gap[max(page.head_end, 1) :]):
        return
    long_lines = [
        i for i in range(page.head_end, len(page)) if width(lines.body[i]) > WIDEST and page.text(i)
    ]
    if not long_lines and (yield from _captions_only(page)):
        return
    if 2 * sum(lines.wide(i) for i in long_lines) > len(long_lines):
        return  # here a wide gap parts paragraphs, and is not a picture's place
    runs = _runs(page)
    pictures = marked or page.pictures or any(len(run) > 1 for run in runs)
    if pictures:
        yield from _open_captions_at_end(page)
        yield from _open_captions_inside(page)
    for run in runs:
        more = Kind.TEXT in page.kind[run[-1] + 1 :]
        if len(run) > 1 or pictures or (more and _stands_alone(page, run[-1])):
            for index in run:
                yield Proposal(index, rules.CAPTION_WIDE_GAP, "a wide gap above, where a picture is")


def _marked(page: Page) -> Generator[Proposal, None, bool]:
    """Take the lines that call themselves captions."""
    found = False
    body = page.body
    for index in range(page.head_end, len(page)):
        line = body[index]
        if len(line) <= WIDEST_MARKED and page.kind[index] is Kind.TEXT and has_caption_mark(line):
            above, below = body[max(index - 1, 0) : index], body[index + 1 : index + 2]
            listed = line[0] in ARROWS and any(one[0] == line[0] for one in above + below)
            if listed and not is_captioned(line):
                continue
            if byline(line) and any(map(byline, above)):  # 文：… above 图：…
                continue
            yield Proposal(index, rules.CAPTION_MARK, "its words or its credit")
            found = True
            if index + 1 < len(page) and len(body[index + 1]) > 4 and line.startswith(body[index + 1]):
                yield Proposal(index + 1, rules.CAPTION_MARK, "the caption above without its credit")
            if _CREDIT_ALONE.match(plain(line)):
                yield from _credited_below(page, index)
    return found


def _credited_below(page: Page, credit: int) -> Iterator[Proposal]:
    """The caption above a credit in a line of its own: one sentence, or two where a date begins the first."""
    above = page.before(credit)
    dated = [i for i in (above, above - 1) if i >= page.head_end and _DAY.match(page.body[i])]
    for index in range(dated[0], credit) if dated else ():
        if page.text(index) and ended(page.body[index]) and width(page.body[index]) <= WIDEST:
            yield Proposal(index, rules.CAPTION_MARK, "its credit is below")


def _open_captions_at_end(page: Page) -> Iterator[Proposal]:
    """Take phrases without a full stop below the last paragraph, each with a wide gap above it."""
    index = len(page) - 1
    while index > page.head_end and (page.kind[index] is not Kind.TEXT or page.lines.wide(index)):
        if page.kind[index] is Kind.TEXT:
            if _open_caption(page, index):
                yield Proposal(index, rules.CAPTION_WIDE_GAP, "a wide gap above, where a picture is")
            elif not _caption_like(page, index):
                return
        index -= 1


def _open_captions_inside(page: Page) -> Iterator[Proposal]:
    """Take a phrase without a full stop that is between wide gaps and paragraphs, and says who is at what."""
    for index in page.phrases():
        body = page.body[index]
        shows = page.lines.wide(index) and width(body) >= 8 and _SHOWS.search(body)
        if shows and _open_caption(page, index) and _stands_alone(page, index):
            yield Proposal(index, rules.CAPTION_WIDE_GAP, "a wide gap above, where a picture is")


def arrows(page: Page) -> set[str]:
    """The arrows that lead captions: where one has a credit, or a page with pictures has a single one; ▲ also
    where neither the line above nor another sign leads what could be headings."""
    if not _ARROW.search(page.lines.text):
        return set()
    found = {body[0] for body in page.body if body[0] in ARROWS and is_captioned(body)}
    found |= {arrow for arrow in ARROWS if page.pictures and page.firsts[arrow] == 1}
    led = "".join(body[0] for body in page.body)
    return found if "▲▲" in led or _SIGNS & page.firsts.keys() else found | {"▲"}


def _caption_like(page: Page, index: int) -> bool:
    """A short line of one sentence that begins and ends as a caption may."""
    body = page.body[index]
    return (
        page.text(index)
        and width(body) <= WIDEST
        and ended(body)
        and len(_SENTENCE_END.findall(body)) <= 1
        and body[-1] not in "？?"
        and not _FIRST_PERSON.match(body)
        and body[0] not in '“"「『（(【〔[…'
        and run_mark(body) is None
        and label(body) is None
    )


def _runs(page: Page) -> list[list[int]]:
    """Runs of caption-like lines with a wide gap above each."""
    runs: list[list[int]] = []
    for index in range(max(page.head_end, 1), len(page)):
        if not (page.lines.wide(index) and _caption_like(page, index)) or _ends_a_sentence(page, index):
            continue
        if runs and runs[-1][-1] == index - 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return runs


def _stands_alone(page: Page, index: int) -> bool:
    """Whether a line is between wide gaps and long paragraphs."""
    beside = (page.before(index), index + 1)
    return page.lines.wide(index + 1) and all(page.running(line, LONG_ENOUGH) for line in beside)


def _ends_a_sentence(page: Page, index: int) -> bool:
    """Whether a line is the rest of a sentence that stops above it, the captions between left out."""
    above = index - 1
    while above >= page.head_end and page.kind[above] in (Kind.CAPTION, Kind.PAGE):
        above -= 1
    return continues(page, above, index, inserted=True)


def _captions_only(page: Page) -> Generator[Proposal, None, bool]:
    """Take all lines where a page holds nothing but a head and short sentences, each apart from the next."""
    lines = page.lines
    rest = [i for i in range(page.head_end, len(page)) if page.text(i)]
    named = page.head_end > 0
    if not rest or not all(_caption_like(page, i) or (named and _open_caption(page, i)) for i in rest):
        return False
    if not page.pictures and (len(rest) < 2 or (named and max(width(lines.body[i]) for i in rest) > 30)):
        return False
    if any(lines.gap[i] < (2 if named else 3) for i in rest[1:]):
        return False
    for index in rest:
        yield Proposal(index, rules.CAPTION_WIDE_GAP, "nothing but short sentences")
    return True


def _open_caption(page: Page, index: int) -> bool:
    """A caption that lacks its full stop; no date, no name, no signature."""
    body = page.body[index]
    return (
        index in page.open_ones
        and 4 <= width(body) <= 40
        and not (is_marked(body) or may_begin(body))
        and not is_name(body)
        and not (dateline(body) or signed(body) or office_and_name(body, glued=True))
    )
