"""Names, labels and headings with blanks between their characters: 何 望, 作　者：, 附　录."""

from __future__ import annotations

import pytest

from archive.model import Kind
from archive.page import structure

PAGE = (
    "石桥村建成文化大院\n\n如今，走在村里的水泥路上，两边是新栽的柳树，傍晚的时候，总有人在那里跳舞。\n\n{}\n"
)


@pytest.mark.parametrize("names", ["（何 望 许青峦）", "（何 望、许青峦）", "（何　望　许青峦）"])
def test_spaced_names_in_brackets_are_the_byline(names: str) -> None:
    read = structure(PAGE.format(names))
    assert (read.author, read.pieces[-1].kind) == ("何望、许青峦", Kind.BYLINE)


BODY = "\n\n".join(
    (
        "培训期间，学员们早上六点半起床，晚上十点就寝，每天的课程都排得很满，大家学得认真，记得也认真。",
        "领导授课、专家讲座、经验交流，一项接着一项；课堂上没有人迟到，没有人早退，笔记本写满了一本又一本。",
    )
)


@pytest.mark.parametrize(
    "title",
    ["通　知", "通 知", "会 议 纪 要", "会　议　纪　要", "目　　录", "公　　告", "清 水 县 志", "春　晓"],
)
def test_a_spaced_title_is_the_title_as_it_is_written(title: str) -> None:
    assert structure(f"{title}\n\n{BODY}\n").title == title


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("作　者：何望", "author", "何望"),
        ("作 者：何 望", "author", "何望"),
        ("作　　者: 何望", "author", "何望"),
        ("记　者 何望", "author", "何望"),
        ("撰　文：何望", "author", "何望"),
        ("摄　影：何望", "author", "何望"),
        ("来　源：县报", "source", "县报"),
        ("日　期：2003年5月1日", "date", "2003-05-01"),
    ],
)
def test_a_spaced_label_is_read_as_one_without_blanks(line: str, field: str, value: str) -> None:
    read = structure(f"清水的春天\n\n{line}\n\n{BODY}\n")
    assert (read.title, getattr(read, field)) == ("清水的春天", value)


@pytest.mark.parametrize(
    "line", ["责任编辑：许青", "校　对：许青", "责 编：许青", "编　辑：许青", "审　核：许青"]
)
def test_who_is_named_by_a_spaced_label_of_other_work_is_not_the_author(line: str) -> None:
    read = structure(f"清水的春天\n\n何望\n\n{BODY}\n\n{line}\n")
    assert (read.author, read.pieces[-1].kind) == ("何望", Kind.NOTE)


@pytest.mark.parametrize(
    "heading", ["附　录", "后　记", "后　　记", "跋　语", "结　语", "尾　声", "编 后 记"]
)
def test_a_spaced_heading_behind_the_chapters_is_beside_them(heading: str) -> None:
    read = structure(f"清水县志\n\n第 一 章　总　则\n\n{BODY}\n\n{heading}\n\n{BODY}\n")
    assert [section.path for section in read.sections[1:]] == [("第 一 章　总　则",), (heading,)]


@pytest.mark.parametrize(
    "text",
    [
        "床 前 明 月 光\n疑 是 地 上 霜\n举 头 望 明 月\n低 头 思 故 乡",
        "何 望　　许 青　　王 一\n李 二　　赵 三　　钱 四",
        "年 份　产 量　面 积\n2001　500　30\n2002　600　32",
        "时　间：2003年5月1日\n地　点：县政府会议室\n主持人：何　望\n记　录：许　青",
        "成 员：王一 李二\n地 址：清水县",
    ],
)
def test_what_else_is_spaced_stays_text(text: str) -> None:
    read = structure(f"清水的春天\n\n{text}\n\n{BODY}\n")
    assert [p.text for p in read.pieces if p.kind is Kind.TEXT][: text.count("\n") + 1] == text.split("\n")
