"""Headings by their marks, and short lines between paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from archive.model import Kind
from archive.page import rules
from archive.page.bylines import byline
from archive.page.captions import ARROWS, arrows, is_captioned
from archive.page.datelines import dateline
from archive.page.joins import continues
from archive.page.lines import (
    AUTHORED_RANK,
    PLAIN_RANK,
    Chapter,
    chapter_mark,
    label,
    list_heading,
    one_phrase,
    ornament_rank,
    run_mark,
    width,
)
from archive.page.note_lines import is_credit
from archive.page.person_names import is_name, names_in, office_and_name
from archive.page.rule_words import compiled, plain
from archive.page.state import Page, Proposal

HEADING_LIMIT: Final = 30
_NUMERAL = re.compile("^[一二三四五六七八九十]{1,3}$")
_CONTACT = re.compile(
    "[0-9]{5,}"
    "|^[【\\[（〔]?(?:关键词|關鍵詞|中图分类号|基金项目|收稿日期|文章编号|[Kk]ey ?[Ww]ords)"
    "|^(?:地址|电话|電話|热线|邮箱|邮编|传真|网址|联系人|联系电话|咨询电话|微信|广告)[\\s\u3000:：]|[@＠]|www"
)
_PICTURED = compiled(
    "^[ℌ]{1,6}[上里中下口前边旁]的[ℌ]{1,4}$|(?:全景|夜景|外景|内景|雪景|一角|合影|留影|旧照|资料照片)$"
)
"""What shows a place: 晒场上的人们. It may be the caption of a picture that was lost."""
_SHOWN = compiled("^ℕ(?:[和与、]ℕ)*(?:正?在|向|给|为)[ℌ]")
"""Somebody at something: 何望渠在准备晚饭."""
_LOST_STOP = compiled("^[他她它]们?(?!们?的)")
"""How a sentence begins that lost its full stop."""
_SPEAKER_WORDS = "记者 記者 主持 嘉宾 嘉賓 来宾 读者 作者 编者 旁白 众人 爸爸 妈妈"
_SPEAKERS: Final = frozenset(_SPEAKER_WORDS.split())
_LETTER = re.compile(
    "^(?:此致|敬礼|敬禮|祝好|顺颂|順頌|谨启|謹啟|敬上|完|全文完|未完待续|待续|待續|略|待考)[！!]?$"
)


def read_chapters(page: Page) -> Iterator[Proposal]:
    """Chapter headings: of a run of them only the last, each deeper than the one above, have text; the
    others are a table of contents."""
    body = page.body
    found = _ranked(page, {at: mark for at in page.phrases() if (mark := chapter_mark(body[at]))})
    deeper_at = deeper_rank = -1
    for index in reversed(found):
        below = page.after(index)
        chapter = found[index]
        under: int | None = None
        if not chapter.title and below in page.open_ones and page.text(below) and below not in found:
            further = page.after(below)
            if one_phrase(body[below], 2 * HEADING_LIMIT):
                under = below if page.text(further) and further not in page.open_ones else None
        next_line = page.after(under) if under is not None else below
        if next_line in found:
            if next_line != deeper_at or chapter.rank >= deeper_rank:
                deeper_at = -1
                continue
        elif next_line >= len(page) or _ends_contents(page, index, found):
            continue
        yield Proposal(index, rules.HEADING_CHAPTER, "number and word of a chapter", rank=chapter.rank)
        if under is not None:
            yield Proposal(under, rules.HEADING_CHAPTER_TITLE, "below the number", rank=chapter.rank)
        deeper_at, deeper_rank = index, chapter.rank


def _ends_contents(page: Page, index: int, found: dict[int, Chapter]) -> bool:
    """Whether a chapter is the last line of a table of contents: two of its rank or more are right above it,
    none of them the same."""
    above: list[str] = []
    at = page.before(index)
    while at in found and found[at].rank == found[index].rank:
        above.append(page.body[at])
        at = page.before(at)
    return len(above) > 1 and page.body[index] not in above


def _ranked(page: Page, found: dict[int, Chapter]) -> dict[int, Chapter]:
    """The chapters without doubtful ones that are alone of their rank; prefaces and appendices have the rank
    of what they belong to: the volume right above, or else the book."""
    ranks = Counter(chapter.rank for chapter in found.values() if not chapter.place)
    around = (rank for rank, _, _ in page.stretch.outer if rank < AUTHORED_RANK)
    outermost = min([*ranks, *around], default=40)
    volumes = [index for index, one in found.items() if not one.place and one.rank == outermost]
    ranked: dict[int, Chapter] = {}
    for index, chapter in found.items():
        under = found.get(page.before(index))
        if chapter.doubt and ranks[chapter.rank] < 2:
            continue
        if chapter.place == "front":
            outer = not volumes or index < volumes[0]
        else:
            outer = chapter.place == "back" and (not volumes or index > volumes[-1])
        nested = under is not None and not under.place and outermost < 40
        ranked[index] = replace(chapter, rank=outermost) if outer and not nested else chapter
    return _with_own_chapters(page, ranked)


def _with_own_chapters(page: Page, found: dict[int, Chapter]) -> dict[int, Chapter]:
    """The chapters with those of an appendix in it: 附录 right above 第一章, or above 附录一, behind chapters
    with text. What has its place behind it (跋, 后记) is beside it."""
    for index, one in found.items():
        word, below = page.body[index], page.after(index)
        if one.place != "back" or below not in found or found[below].rank > one.rank:
            continue
        own = {i for i in found if i > index and page.body[i].startswith(word)}
        behind_text = any(i < index and page.after(i) not in found for i in found)
        if behind_text and (not found[below].place or below in own):
            beside = {i for i, other in found.items() if i >= index and other.place and i not in own}
            return {i: replace(c, rank=one.rank - 5) if i in beside else c for i, c in found.items()}
    return found


def read_numbered(page: Page) -> Iterator[Proposal]:
    """Numbered headings: 一、 … 二、 … in order, each with text below it. Items that follow each other are
    a list, and stay text."""
    body = page.body
    marks: dict[int, tuple[str, int, int]] = {}
    led = (i for i in range(page.head_end, len(page)) if body[i][-1] in "：:。" and len(body[i]) <= 40)
    for index in sorted([*page.phrases(), *filter(page.text, led)]):
        line = body[index]
        listed = list_heading(line.rstrip("：:。") or line)
        if (
            listed
            and listed[0].number is not None
            and (line[-1] != "。" or (listed[0].kind == "cn" and "，" not in line))
        ):
            marks[index] = (listed[0].kind, listed[0].number, listed[1])
        elif len(line) <= 2 and line.isascii() and line.isdigit():
            if page.stops(page.before(index)) and page.running(page.after(index), 20):
                marks[index] = ("bare", int(line), PLAIN_RANK)
        elif len(line) <= 3 and _NUMERAL.match(line) and (alone := list_heading(line + "、")):
            marks[index] = ("numeral", alone[0].number or 0, alone[1])
    for kind in {kind for kind, _, _ in marks.values()}:
        mine = [index for index in marks if marks[index][0] == kind]
        with_text = [index for index in mine if _has_text(page, index, marks)]
        counted = page.stretch.counted.get(kind, 0)
        first = (
            kind in ("cn", "bracketed")
            and len(mine) == 1
            and page.running(page.after(mine[0]), HEADING_LIMIT)
        )
        if len(with_text) < (1 if counted or first else 2) or 3 * len(with_text) < 2 * len(mine):
            continue
        for index in mine if first and marks[mine[0]][1] == 1 else _in_order(mine, marks, counted):
            yield Proposal(index, rules.HEADING_NUMBERED, "in order, with text below", rank=marks[index][2])
            page.stretch.counted[kind] = marks[index][1]


def _has_text(page: Page, index: int, marks: dict[int, tuple[str, int, int]]) -> bool:
    """Whether text is below a numbered heading, or a numbered heading of a deeper rank that has text."""
    below = page.after(index)
    for _ in range(3):
        if below not in marks or marks[below][2] <= marks[index][2]:
            break
        below = page.after(below)
    return (
        page.text(below)
        and below not in marks
        and (below not in page.open_ones or bool(label(page.body[below])))
    )


def _in_order(indexes: list[int], marks: dict[int, tuple[str, int, int]], counted: int) -> list[int]:
    """The headings whose numbers go 1, 2, 3 …, and may begin again at 1; a series of one is none without
    a longer one.

    ``counted`` is the last number of the part of the text before this one, whose series may go on; or 0.
    """
    series: list[list[int]] = [[]]
    last = counted or None
    for index in indexes:
        number = marks[index][1]
        if last is not None and number == last + 1:
            series[-1].append(index)
        elif number == 1:
            series.append([index])
        else:
            continue
        last = number
    going_on, *new = series
    least = 1 if any(len(one) > 1 for one in new) else 2
    return [*going_on, *(index for one in new if len(one) >= least for index in one)]


def read_ornaments(page: Page) -> Iterator[Proposal]:
    """Phrases that ◎, ○, △ … lead, with text below them; several of one kind under each other are a list."""
    body, pointing = page.body, arrows(page)
    for index in page.phrases():
        rank = ornament_rank(body[index])
        if body[index][0] in ARROWS and (is_captioned(body[index]) or body[index][0] in pointing):
            continue
        if (
            rank is None
            or not one_phrase(body[index], 2 * HEADING_LIMIT)
            or byline(body[index])
            or _placed(body[index])
        ):
            continue
        above, below = page.before(index), page.after(index)
        if below >= len(page) or body[below][0] == body[index][0]:
            continue
        if page.text(above) and body[above][0] == body[index][0]:
            continue
        if page.kind[below] is Kind.TEXT and (
            below not in page.open_ones or ornament_rank(body[below]) is not None
        ):
            yield Proposal(index, rules.HEADING_ORNAMENT, "led by an ornament, with text below", rank=rank)


def read_plain_headings(page: Page) -> Iterator[Proposal]:
    """Short lines between paragraphs, without a mark of their own.

    The line above ends a sentence, or its sentence goes on below the heading; running text is below. The
    only such line of a page stays text where it is right under the head: it may be anything.
    """
    body = page.body
    speakers = _repeated_labels(page)
    found: list[int] = []
    inserted: set[int] = set()
    quoted: list[int] = []
    sayings: list[int] = []
    labelled: list[int] = []
    paired: list[int] = []
    for index in page.phrases():
        line, above, below = body[index], page.before(index), page.after(index)
        asked = page.text(below) and label(body[below]) in speakers | _SPEAKERS and page.stops(above)
        greeted = _greets(page, below) and page.stops(above)
        if index >= page.foot_start or not (asked or greeted or page.running(below)):
            continue
        if not (asked or greeted) and (
            width(body[below]) < 1.5 * width(line) or body[below][0] in "或和与及的"
        ):
            continue
        if not _heading_like(line) or not one_phrase(line, HEADING_LIMIT):
            continue
        if _spoken(line, speakers):
            if page.stops(above) and (asked or width(body[below]) >= 40):
                word, whole = label(line), line[-2] not in "。！？…，"
                quoted += [index] * (word is None and whole and width(line) <= 8)
                sayings += [index] * (word is None and whole and 7 <= width(line) <= 24)
                # With its subject before a colon: 西华：科技唱主角.
                labelled += [index] * (
                    word is not None and len(word) == 2 and word not in speakers | _SPEAKERS
                )
            continue
        if run_mark(line) or _LETTER.match(line) or dateline(line) or byline(line) or is_credit(line):
            continue
        if page.stops(above):
            if _prose_ahead(page, below):
                found.append(index)
        elif above in page.open_ones and _prose_ahead(page, below) and _heads_phrase(page, above):
            paired += [above, index]
        elif continues(page, above, below, inserted=True):
            found.append(index)
            inserted.add(index)
    against = {index: why for index in found if (why := _no_heading(body[index]))}
    found = [index for index in found if index not in against]
    named = [index for index in found if is_name(body[index])]
    if len(named) == 1:
        found.remove(named[0])
        against[named[0]] = "the only name"
    questions = [index for index in found if body[index][-1] in "？?"]
    signed_by = {Kind.AUTHOR, Kind.BYLINE}.intersection(page.kind[page.head_end : page.foot_start])
    if len(questions) == 1 and not signed_by:
        found.remove(questions[0])
        against[questions[0]] = "the only question"
    if len(quoted) > 2 or len(sayings) > 1 or (sayings and found):
        found = sorted({*found, *quoted, *sayings})
    if len(labelled) + sum("：" in body[i] for i in found) > 1:
        found = sorted([*found, *labelled])
    if found or len(paired) > 2:
        found = sorted({*found, *paired})
    if len(found) > 1 and len({body[index] for index in found}) == 1:  # of pictures that were lost
        against |= dict.fromkeys(found, "again word for word")
        found = []
    alone = len(found) == 1 and rules.AUTHOR_AT_END not in page.rule
    if alone and found[0] not in inserted and page.before(found[0]) < page.head_end:
        against[found.pop()] = "the only one"
    for index, why in against.items():
        yield Proposal(index, rules.HEADING_SHORT_LINE, "a phrase between paragraphs", why)
    rank = PLAIN_RANK if page.kind.count(Kind.AUTHOR) > 1 else AUTHORED_RANK
    for index in found:
        yield Proposal(index, rules.HEADING_SHORT_LINE, "a phrase between paragraphs", rank=rank)


def _heads_phrase(page: Page, index: int) -> bool:
    """Whether a line is the upper of two phrases between paragraphs, as in a heading of two lines."""
    line = page.body[index]
    return (
        index >= page.head_end
        and page.text(index)
        and page.stops(page.before(index))
        and one_phrase(line, HEADING_LIMIT)
        and _heading_like(line)
        and not (run_mark(line) or dateline(line) or byline(line) or is_credit(line) or _no_heading(line))
    )


def _greets(page: Page, index: int) -> bool:
    """Whether a line is a salutation or introduces a list: it ends with a colon, and no speech follows."""
    if not (page.text(index) and page.text(page.after(index))):
        return False
    return page.body[index][-1] in "：:" and page.body[index][-2:-1] not in "说說道曰问問答想喊叫写寫"


def _no_heading(line: str) -> str:
    """What speaks against a short line between paragraphs as a heading, or nothing."""
    if line[-1] in "！!":
        return "an exclamation"
    if _LOST_STOP.search(plain(line)):
        return "a sentence"
    shown = _PICTURED.search(plain(line)) or _SHOWN.match(plain(line))
    return "shows a place or somebody, as a caption does" if shown else ""


def _heading_like(line: str) -> bool:
    """Whether a phrase is not verse, speech, an address or a sentence that lost its full stop."""
    names = line.replace("、", " ").split()
    if (
        (line[0] in "（(" and line[-1] in "）)")
        or (len(names) > 2 and "".join(names).isalnum() and min(map(len, names)) < max(map(len, names)) < 6)
        or (len(names) > 1 and all(map(is_name, names)))
    ):
        return False
    if (
        _CONTACT.search(line)
        or (line.isdigit() and not "1000" <= line[:4] <= "2100")
        or office_and_name(line)
        or sum(map(str.isalnum, line)) < (4 if line.isascii() else 1)
    ):
        return False
    pauses = line.count("，") + line.count(",")
    if pauses:
        return pauses == 1 and "：" not in line
    return line[-1] not in "也矣焉哉啊呀嘛呗哇" and "曰：" not in line


def _placed(line: str) -> bool:
    """Whether a line is names and, in brackets, where they work: no heading."""
    who = re.split("[（(]", line)[0].strip("□■◎☉⊙ ")
    return line[-1] in "）)" and (names_in(who) is not None or (len(who) == 3 and who[1].isspace()))


def _prose_ahead(page: Page, index: int) -> bool:
    """Whether one of three lines is long, as in prose and not in verse."""
    return any(width(one) >= 28 for one in page.body[index : index + 3])


def _repeated_labels(page: Page) -> set[str]:
    """The words before a colon that lead more than one line: the speakers of an interview or a play."""
    words = Counter(label(body) for body in page.body if "：" in body[:9] or ":" in body[:9])
    return {word for word, count in words.items() if word and count > 1}


def _spoken(line: str, speakers: set[str]) -> bool:
    """Whether a line is speech: led by a speaker, or all of it in quotes."""
    word = label(line)
    if word and (word in speakers or len(word) <= 2):
        return True
    return line[0] in '“"「『' and line[-1] in '”"」』' and line.count("“") <= 1
