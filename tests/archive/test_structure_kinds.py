"""Kinds of texts that were read wrongly: anthologies, books, columns, readings in brackets."""

from __future__ import annotations

import pytest

from archive.model import Kind
from archive.page import Structure, structure

P1 = "清晨六点，村口的广播准时响起，村民们三三两两走出家门，准备到地里给小麦追肥，今年的墒情比往年要好一些。"
P2 = "村里先后修了三条水泥路，架了两座小桥，赶集的人多了，地里的菜也卖得出去，大家说日子一天比一天有盼头。"
VERSE = [
    "溪水绕门流，\n山花照眼愁。\n故人千里外，\n明月满西楼。",
    "昨夜雨敲窗，\n今朝草满塘。\n牧童归去晚，\n一笛过山冈。",
]


def of(read: Structure, kind: Kind) -> list[str]:
    return [piece.text for piece in read.pieces if piece.kind is kind]


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in structure(text).sections[1:]]


@pytest.mark.parametrize("title", ["溪口诗选\n\n", ""])
@pytest.mark.parametrize("poet", ["{}", "[唐] {}", "作者：{}", "〔宋〕{}"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_each_poem_of_an_anthology_is_by_its_own_poet(title: str, poet: str, gap: str) -> None:
    """All poems were given to the first poet, who was the author of the document."""
    poems = [
        gap.join((name, poet.format(by), verse))
        for name, by, verse in zip(("春溪", "夜雨"), ("许青峦", "宋雨穗"), VERSE, strict=True)
    ]
    read = structure(title + "\n\n".join(poems) + "\n")
    assert [(one.heading, one.author) for one in read.sections] == [
        (None, None),
        ("春溪", "许青峦"),
        ("夜雨", "宋雨穗"),
    ]
    assert (read.title, read.author) == (title.strip() or None, None)


def test_a_list_of_names_or_a_programme_is_no_anthology() -> None:
    for text in (
        "一等奖\n许青峦\n宋雨穗\n二等奖\n何望渠\n丁望山\n",
        "独唱 渡口\n许青峦\n舞蹈 春溪\n宋雨穗\n合唱 夜雨\n何望渠\n",
    ):
        assert paths(text) == []


@pytest.mark.parametrize(
    "second",
    [
        "第二章生死看淡，不服就干", "第二章 归人", "第二章：归人", "【第二章：归人】", "第二章 中国的渡口",
        "第二章　与狼共舞", "第二章 和平年代", "第二章：里程碑",
    ],
)  # fmt: skip
def test_chapters_are_headings_with_a_blank_before_their_title_or_without(second: str) -> None:
    assert paths(f"渡口传\n\n第一章初入江湖\n\n{P1}\n\n{second}\n\n{P2}\n") == [
        ("第一章初入江湖",),
        (second,),
    ]


@pytest.mark.parametrize(
    "back", ["跋", "附录", "附录一 溪口年表", "后记", "番外 第一章", "番外二 雪夜", "尾声"]
)
def test_what_ends_a_book_is_not_inside_its_last_volume(back: str) -> None:
    page = f"渡口传\n\n序\n\n{P2}\n\n【第一卷：春雷】\n\n第一章 渡口\n\n{P1}\n\n"
    page += f"【第二卷：夏雨】\n\n序言\n\n{P2}\n\n第二章 归人\n\n{P2}\n\n"
    assert paths(f"{page}{back}\n\n{P1}\n") == [
        ("序",),
        ("【第一卷：春雷】",),
        ("【第一卷：春雷】", "第一章 渡口"),
        ("【第二卷：夏雨】",),
        ("【第二卷：夏雨】", "序言"),
        ("【第二卷：夏雨】", "第二章 归人"),
        (back,),
    ]


@pytest.mark.parametrize("word", ["附录", "番外"])
@pytest.mark.parametrize(("one", "two"), [("第一章 补遗", "第二章 年表"), ("{}一 补遗", "{}二 年表")])
def test_an_appendix_holds_the_chapters_below_it(word: str, one: str, two: str) -> None:
    """附录 was a paragraph of the chapter above it, and its chapters were chapters of the book."""
    one, two = one.format(word), two.format(word)
    page = f"渡口传\n\n第一章 渡口\n\n{P1}\n\n{word}\n\n{one}\n\n{P1}\n\n{two}\n\n{P2}\n\n跋\n\n{P2}\n"
    assert paths(page) == [("第一章 渡口",), (word,), (word, one), (word, two), ("跋",)]


def test_a_table_of_contents_has_no_appendix_with_chapters() -> None:
    contents = "第一章 渡口\n\n第二章 归人\n\n附录\n\n"
    page = f"渡口传\n\n{contents}第一章 渡口\n\n{P1}\n\n第二章 归人\n\n{P2}\n\n附录\n\n{P2}\n"
    assert paths(page) == [("第一章 渡口",), ("第二章 归人",), ("附录",)]


def test_what_ends_a_volume_is_inside_it() -> None:
    page = f"渡口传\n\n第一卷 春\n\n第一章 渡口\n\n{P1}\n\n尾声\n\n{P2}\n\n第二卷 夏\n\n第二章 归人\n\n{P2}\n"
    assert paths(page)[2] == ("第一卷 春", "尾声")


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b", "\u200e", "\u2060", "\u00ad", "\ufeff\u3000\u200b"])
def test_a_format_character_hides_nothing(mark: str) -> None:
    text = (
        f"{mark}渡口传\n{mark}作者：许青峦\n\n{mark}第一章 渡口\n\n{mark}{P1}{mark}\n\n第二章 归人\n\n{P2}\n"
    )
    read = structure(text)
    assert (read.title, read.author) == ("渡口传", "许青峦")
    assert [one.heading for one in read.sections[1:]] == ["第一章 渡口", "第二章 归人"]
    assert of(read, Kind.TEXT) == [P1, P2]
    marked = "".join(text[slice(*one.source)] for one in read.marks)
    assert sorted(marked) == sorted(c for c in mark * 5 if not c.isspace())


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_column_typed_one_character_a_line_is_found_as_a_sentence(gap: str) -> None:
    lines = [*"溪水绕门流，山花照眼愁。"]
    read = structure(gap.join(lines) + "\n")
    assert [(one.text, one.joined) for one in read.pieces] == [("".join(lines), "join-wrapped-lines")]
    two = structure("\n".join(lines) + "\n\n" + "\n".join("故人千里外") + "\n")
    assert [one.text for one in two.pieces] == ["".join(lines), "故人千里外"]


@pytest.mark.parametrize(
    "text", ["一\n二\n三\n四\n五\n六\n", "1\n2\n3\n4\n5\n", f"一\n\n{P1}\n\n二\n\n{P2}\n"]
)
def test_numbers_one_a_line_are_no_column(text: str) -> None:
    assert all(piece.joined is None for piece in structure(text).pieces)


@pytest.mark.parametrize(
    ("text", "run", "readings"),
    [
        ("他去年到东（とう）京（きょう）去了。", "他去年到东京去了。", "（とう）（きょう）"),
        ("老人把它读作行(xíng)走的行。", "老人把它读作行走的行。", "(xíng)"),
        ("他在溪（ㄒㄧ）口住了三年。", "他在溪口住了三年。", "（ㄒㄧ）"),
    ],
)
def test_a_reading_in_brackets_does_not_break_the_run(text: str, run: str, readings: str) -> None:
    read = structure(text + "\n")
    assert [(one.kind, one.text) for one in read.pieces] == [(Kind.TEXT, run), (Kind.NOTE, readings)]
    assert ["".join(text[a:b] for a, b in one.source) for one in read.pieces] == [run, readings]


@pytest.mark.parametrize(
    "text", ["世贸组织（WTO）成立。", "他（men）来了。", "溪口（xīkǒu）。", "三点（下午）到。"]
)
def test_other_brackets_stay_where_they_are(text: str) -> None:
    assert [piece.text for piece in structure(text).pieces] == [text]


@pytest.mark.parametrize("between", ["\n", " ", "\u3000\u3000"], ids=["below", "blank", "wide blank"])
def test_a_poem_without_a_poet_is_by_the_one_above_and_a_poet_may_be_behind_the_title(between: str) -> None:
    """静夜思 李白 was the title of the page, and the second poem by one poet a line of the first."""
    verse = "\n床前看明月，窗外听秋声。\n举头望远山，低头思故乡。\n\n"
    poems = (f"静夜{between}李白", "早发白帝城", f"春望{between}杜甫")
    read = structure("唐诗选\n\n" + "".join(f"{poem}\n{verse}" for poem in poems))
    assert [(one.path, one.author) for one in read.sections[1:]] == [
        (("静夜",), "李白"),
        (("早发白帝城",), "李白"),
        (("春望",), "杜甫"),
    ]
    assert read.title == "唐诗选"


@pytest.mark.parametrize("label", ["· 来源 ·", "· 責編 ·"])
def test_a_label_between_dots_is_no_author(label: str) -> None:
    assert (
        structure(
            f"渡口的三代船工\n{label}\n\n老人说，这条街从前有四十多家铺子，天不亮就有人来赶集。\n"
        ).author
        is None
    )


@pytest.mark.parametrize(
    ("byline", "author"),
    [
        ("特约撰稿人 许青峦 宋雨穗 发自溪口 南浦", "许青峦、宋雨穗"),
        ("特約撰稿人 许青峦 發自溪口、南浦", "许青峦"),
        ("本报记者 许青峦 发自溪口 摄影 宋雨穗", "许青峦"),
    ],
)
def test_no_place_that_a_text_was_sent_from_is_an_author(byline: str, author: str) -> None:
    """The second place was one (许青峦、南浦), and the second name none."""
    assert structure(f"水乡新貌\n\n{byline}\n\n{P1}\n\n{P2}\n").author == author
