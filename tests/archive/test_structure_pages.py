"""Pages of many shapes, each with what has to come out of it. What a page does not show stays plain text."""

from __future__ import annotations

import textwrap

import pytest

from archive.model import Kind
from archive.page import Structure, structure

P1 = "培训期间，学员们早上六点半起床，晚上十点就寝，每天的课程都排得很满，大家学得认真，记得也认真。"
P2 = "领导授课、专家讲座、经验交流，一项接着一项；课堂上没有人迟到，没有人早退，笔记本写满了一本又一本。"
P3 = "学习永无止境。回到各自的岗位以后，大家都说要把学到的知识用到工作中去，为一方平安多做实事。"
LONG = (
    "作为基层派出所所长，要承担保一方平安的重任，让党和政府放心，让人民群众满意，"
    "这就要求我们把每一件小事都当作大事来办，不能有丝毫的马虎和懈怠。"
)
BODY = f"{P1}\n\n{P2}\n\n{P3}\n"


def of(read: Structure, kind: Kind) -> list[str]:
    return [piece.text for piece in read.pieces if piece.kind is kind]


def kinds(text: str) -> list[str]:
    return [piece.kind.label for piece in structure(text).pieces]


def paths(text: str) -> list[tuple[str, ...]]:
    return [section.path for section in structure(text).sections[1:]]


# The head


def test_a_page_without_a_byline_has_a_title_and_paragraphs() -> None:
    read = structure(f"全市公安机关举办培训班\n\n{BODY}")
    assert (read.title, read.author, read.date) == ("全市公安机关举办培训班", None, None)
    assert [piece.kind for piece in read.pieces[1:]] == [Kind.TEXT] * 3


def test_two_decks_are_two_pieces_without_their_dashes() -> None:
    read = structure(f"牢记使命\n\n——全市培训侧记\n——写在结业之际\n\n本报记者 郝发顺\n\n{BODY}")
    assert of(read, Kind.DECK) == ["全市培训侧记", "写在结业之际"]
    assert len(read.marks) == 2


def test_a_line_between_title_and_byline_is_a_deck() -> None:
    assert kinds(f"牢记使命 忠诚履职\n全市派出所所长培训侧记\n郝发顺\n\n{BODY}")[:3] == [
        "title",
        "deck",
        "byline",
    ]


def test_a_run_of_dashes_under_the_title_is_a_list_and_no_decks() -> None:
    page = "今日看点\n\n——全市培训开班\n——治安形势平稳\n——警民共度佳节\n——春耕安全提示\n\n" + BODY
    assert "deck" not in kinds(page)


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("郝发顺 文/图", "郝发顺"),
        ("文/图 郝发顺", "郝发顺"),
        ("文/郝发顺 图/陈琦", "郝发顺"),
        ("郝发顺/文 陈琦/图", "郝发顺"),
        ("郝发顺 文 陈琦 摄", "郝发顺"),
        ("本报记者 郝发顺/文 陈琦/图", "郝发顺"),
        ("本报记者 郝发顺", "郝发顺"),
        ("本报记者郝发顺", "郝发顺"),
        ("□记者 郝发顺 通讯员 陈 琦", "郝发顺、陈琦"),
        ("□ 郝发顺", "郝发顺"),
        ("作者：郝发顺", "郝发顺"),
        ("撰文 郝发顺", "郝发顺"),
        ("郝发顺 陈琦 摄影报道", "郝发顺、陈琦"),
        ("作者：郝发顺 来源：网络", "郝发顺"),
        ("作者：郝发顺　来源：周口日报　点击：32", "郝发顺"),
        ("作者：颍水 来源：本站原创", "颍水"),
        ("文/郝发顺 来源/周口日报", "郝发顺"),
        ("周口市第三小学五（2）班 郝发顺", "郝发顺"),
        ("記者郝發順／台北報導", "郝發順"),
        ("西华县公安局西华营派出所所长 王延军", "王延军"),
        ("王延军", "王延军"),
        ("王 延 军", None),
        ("By John Smith", "John Smith"),
        ("来源：2025年 | 作者：郝发顺 | 2025/7/23 10:09:13 | 浏览：848 | 评论：1", "郝发顺"),
        ("作者：颍之客 来源：本站原创", "颍之客"),
        ("浏览：848 / 作者：郝发顺 / 来源：网络", "郝发顺"),
        ("作者：郝发顺·来源：网络", "郝发顺"),
        ("作者：[郝发顺（来自豆瓣）](https://www.example.org/people/1158164/)", "郝发顺"),
        ("文/[郝发顺](https://www.example.org/people/1158164/)", "郝发顺"),
        ("记者郝发顺通讯员陈琦摄影报道", "郝发顺、陈琦"),
        ("本报记者郝发顺实习生陈琦", "郝发顺、陈琦"),
        ("郝發順\\臺中報導", "郝發順"),
        ("郝发顺╱台中报道", "郝发顺"),
        ("（記者郝發順台北報導）", "郝發順"),
        ("【郝發順、陈琦／台北報導】", "郝發順、陈琦"),
        ("本报记者郝发顺通讯员王延军文/图", "郝发顺、王延军"),
        ("郝发顺 （周口市）", "郝发顺"),
        ("郝發順（彰化縣）", "郝發順"),
    ],
)
def test_a_byline_under_the_title_names_the_author(line: str, author: str | None) -> None:
    assert structure(f"把握六个关键\n\n{line}\n\n{BODY}").author == author


@pytest.mark.parametrize("account", ["来自豆瓣", "微信公众号：颍水"])
def test_an_account_behind_a_name_is_no_affiliation(account: str) -> None:
    read = structure(f"把握六个关键\n\n作者：[郝发顺（{account}）](https://example.org/1/)\n\n{BODY}")
    assert (read.author, read.sections[0].affiliation) == ("郝发顺", None)


@pytest.mark.parametrize(
    "line",
    [
        "记者：您好", "记者手记", "作者 简介", "安全 文化", "周口市", "任务 重", "文化", "记者：为什么来",
        "作者：佚名", "作者：佚名 来源：网络", "作者：小编", "作者：本站 点击：32",
        "2013-04-05 08:30 作者：未知", "作者与读者", "读者与作者", "文字版", "获奖者 郝发顺",
        "一等奖 郝发顺", "收件人 郝发顺", "本期人物 郝发顺", "申请人 郝发顺", "法人代表：郝发顺",
        "法定代表人 郝发顺", "制图：郝发顺", "郝发顺 制图", "联系人：郝发顺", "点评：郝发顺",
        "主持人：郝发顺", "被告人：郝发顺", "责任编辑：郝发顺", "审核：郝发顺 签发：陈琦",
        "首页 新闻 专题 图片", "上传用户：周口中心校", "金龙集团", "方正 宋体 黑体", "摄影比赛",
        "·散文·", "※金秋※", "作者：转载 来源：本站", "作者：请看下文 来源：本站", "—安全—",
        "作者：本刊之友 来源：本站",
        "安全／文化報導", "记者通讯员座谈会", "[安全文化](https://www.example.org/1/)", "安全 （周口市）",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_byline_names_nobody(line: str) -> None:
    assert structure(f"把握六个关键\n\n{line}\n\n{BODY}").author is None


def test_a_name_that_the_text_is_about_is_no_byline() -> None:
    read = structure(f"人物志\n\n王延军\n\n王延军，西华县人。{P1}\n\n{P2}\n")
    assert read.author is None
    assert "王延军" in of(read, Kind.TEXT)


def test_a_title_with_a_colon_is_a_title_and_a_salutation_is_none() -> None:
    assert structure(f"培训：从课堂到战场\n\n{BODY}").title == "培训：从课堂到战场"
    assert structure(f"尊敬的读者：\n\n{BODY}").title is None
    assert structure(f"所在地：周口\n时间：2020年1月25日\n{BODY}").title is None


def test_the_facts_of_a_site_above_a_text_without_a_title_are_its_author_and_date() -> None:
    facts = "已获得作者转载授权。\n作者：郝发顺\n来源：https://example.org/1/\n\n2020-01-24 19:23:38"
    read = structure(f"{facts}\n\n{BODY}")
    assert (read.title, read.author, read.date) == (None, "郝发顺", "2020-01-24")
    permitted = "已获得授权的单位有三家"
    assert permitted in of(structure(f"{permitted}。\n\n{BODY}"), Kind.TEXT)[0]


def test_the_masthead_of_a_newspaper_is_not_the_title() -> None:
    read = structure(f"周口日报\n2013年4月2日 星期二\n第3版 专题\n\n培训班开班\n\n本报记者 郝发顺\n\n{BODY}")
    assert (read.title, read.author, read.date) == ("培训班开班", "郝发顺", "2013-04-02")


# The foot


@pytest.mark.parametrize(
    ("foot", "author", "affiliation"),
    [
        ("（记者 郝发顺 通讯员 陈琦）", "郝发顺、陈琦", None),
        ("本报记者 郝发顺", "郝发顺", None),
        ("（作者系西华县公安局西华营派出所所长 王延军）", "王延军", "西华县公安局西华营派出所所长"),
        ("（王延军，作者单位：西华县公安局）", "王延军", "西华县公安局"),
        ("（作者单位：西华县公安局）", None, "西华县公安局"),
        ("（王延军）", "王延军", None),
        ("王延军 陈 琦", "王延军、陈琦", None),
        ("王延军 敬挽2025年9月30日", "王延军", None),
        ("学生敬挽", None, None),
        ("不孝子王延军泣血匍匐", "王延军", None),
        ("不孝儿  天栋  拜叩禀", None, None),
        ("愚弟王延军顿首", "王延军", None),
    ],
)
def test_a_byline_at_the_end_names_the_author(foot: str, author: str | None, affiliation: str | None) -> None:
    read = structure(f"论基层治理\n\n{BODY}\n{foot}\n")
    assert (read.author, read.sections[0].affiliation) == (author, affiliation)
    assert of(read, Kind.BYLINE) == [foot]


@pytest.mark.parametrize("last", ["深切哀悼", "她在雪地里匍匐", "杜鹃泣血", "轻挽"])
def test_words_of_mourning_without_who_mourns_sign_nothing(last: str) -> None:
    assert of(structure(f"论基层治理\n\n{BODY}\n{last}\n"), Kind.BYLINE) == []


@pytest.mark.parametrize("name", ["（记者 郝发顺）", "（郝发顺）", "（郝发顺 陈琦）"])
def test_a_byline_that_ends_the_last_paragraph_stays_in_it(name: str) -> None:
    read = structure(f"培训班开班\n\n{P1}\n\n{P2}{name}\n")
    assert read.author
    assert read.pieces[-1].text == P2 + name


@pytest.mark.parametrize(
    "lead",
    [
        "本报讯（记者 郝发顺 通讯员 陈琦）",
        "新华社北京4月1日电（记者 郝发顺、陈琦）",
        "本报讯 记者郝发顺、陈琦报道：",
        "光明日报莫斯科、罗马4月7日电（记者郝发顺、陈琦）",
        "新华社纽约/华盛顿4月7日电（记者郝发顺 陈琦）",
        "本报讯（记者郝发顺通讯员陈琦）",
        "郝发顺、陈琦／周口报道：",
    ],
)
def test_a_byline_in_the_first_words_stays_in_the_paragraph(lead: str) -> None:
    read = structure(f"培训班开班\n\n{lead}{P1}\n\n{P2}\n")
    assert read.author == "郝发顺、陈琦"
    assert of(read, Kind.TEXT)[0] == lead + P1


def test_a_name_a_stroke_and_a_place_begin_a_report() -> None:
    read = structure(f"培训班开班\n\n郝发顺\\周口报道 {P1}\n\n{P2}\n")
    assert (read.author, of(read, Kind.BYLINE)) == ("郝发顺", [])
    assert structure(f"培训班开班\n\n郝发顺\\周口相关报道很多，{P1}\n\n{P2}\n").author is None


def test_a_spaced_title_above_a_name_with_its_place_is_no_name() -> None:
    read = structure("夏 蝉\n\n王延军 （周口市）\n\n不负炎天一片情，\n绿杨阴里又闻声。\n")
    assert (read.title, read.author) == ("夏 蝉", "王延军")
    winners = structure(f"获奖名单\n\n王延军（周口市）\n\n郝发顺（新乡市）\n\n{P1}\n\n{P2}\n")
    assert winners.author is None


def test_where_a_text_comes_from_is_no_author() -> None:
    read = structure(f"培训班开班\n\n{BODY}\n责任编辑：陈琦\n")
    assert read.author is None
    assert of(read, Kind.NOTE) == ["责任编辑：陈琦"]


# Letters, interviews, verse


def test_a_letter_keeps_its_salutation_and_is_by_who_signed_it() -> None:
    read = structure(
        f"一封家书\n\n亲爱的妈妈：\n\n　　您好！\n\n　　{P1}"
        "\n\n　　此致\n\n敬礼！\n\n　　　　王延军\n\n　　2013年4月1日\n"
    )
    assert (read.title, read.author, read.date) == ("一封家书", "王延军", "2013-04-01")
    assert of(read, Kind.TEXT) == ["亲爱的妈妈：", "您好！", P1, "此致", "敬礼！"]
    assert len(read.sections) == 1


def test_questions_and_answers_stay_text() -> None:
    talk = [
        "记者：您当所长多少年了",
        f"王延军：{P1}",
        "记者：最难的是什么",
        f"王延军：{P2}",
        "问：还有呢",
        f"答：{P3}",
    ]
    read = structure("对话派出所所长\n\n本报记者 郝发顺\n\n" + "\n\n".join(talk))
    assert of(read, Kind.TEXT) == talk
    assert read.author == "郝发顺"


@pytest.mark.parametrize(
    "lines",
    [
        ["床前明月光", "疑是地上霜", "举头望明月", "低头思故乡"],
        ["轻轻的我走了，", "正如我轻轻的来；", "我轻轻的招手，", "作别西天的云彩。"],
        [
            "红军不怕远征难，万水千山只等闲。",
            "五岭逶迤腾细浪，乌蒙磅礴走泥丸。",
            "金沙水拍云崖暖，大渡桥横铁索寒。",
        ],
        ["风从河岸吹来", "带着去年的草籽", "有人在远处喊我的名字", "我没有回答"],
    ],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_lines_of_verse_stay_lines(lines: list[str], between: str) -> None:
    read = structure(between.join(lines))
    assert read.title is None
    assert [(piece.kind, piece.text) for piece in read.pieces] == [(Kind.TEXT, line) for line in lines]


def test_verse_with_its_title_and_poet() -> None:
    read = structure("静夜思\n李白\n床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n")
    assert (read.title, read.author) == ("静夜思", "李白")
    assert len(of(read, Kind.TEXT)) == 4


def test_a_title_is_set_off_from_a_stanza_by_a_blank_line() -> None:
    read = structure("春天的信\n\n风从河岸吹来\n带着去年的草籽\n\n燕子回来了\n\n（作者：陈琦）\n")
    assert (read.title, read.author) == ("春天的信", "陈琦")


def test_verse_inside_prose_gives_no_headings() -> None:
    verse = "红军不怕远征难\n万水千山只等闲\n五岭逶迤腾细浪\n乌蒙磅礴走泥丸"
    assert paths(f"西行记\n\n{P1}\n\n有诗为证：\n\n{verse}\n\n{P2}\n\n{P3}\n") == []


# Headings


def test_chapters_and_sections_of_a_book_are_nested() -> None:
    page = f"治乱新书\n\n第一章 总论\n\n第一节 缘起\n\n{P1}\n\n第二节 方法\n\n{P2}\n\n第二章 分论\n\n{P3}\n"
    assert structure(page).title == "治乱新书"
    assert paths(page) == [
        ("第一章 总论",),
        ("第一章 总论", "第一节 缘起"),
        ("第一章 总论", "第二节 方法"),
        ("第二章 分论",),
    ]


def test_the_only_chapter_of_a_file_is_its_title() -> None:
    page = f"第一回 牢记使命 忠诚履职\n\n{BODY}"
    assert structure(page).title == "第一回 牢记使命 忠诚履职"
    assert structure(f"第一章 总论\n\n{P1}\n\n第二章 分论\n\n{P2}\n").title is None


def test_a_table_of_contents_gives_no_sections() -> None:
    page = f"治乱新书\n\n目录\n第一章 总论\n第二章 分论\n\n第一章 总论\n\n{P1}\n\n第二章 分论\n\n{P2}\n"
    assert paths(page) == [("第一章 总论",), ("第二章 分论",)]


def test_articles_of_a_law_stay_text() -> None:
    page = (
        "治安条例\n\n第一章 总则\n\n第一条 为了维护社会秩序，制定本条例。\n\n"
        "第二章 处罚\n\n第二条 处罚有下列几种：\n（一）警告；\n（二）罚款。\n"
    )
    assert paths(page) == [("第一章 总则",), ("第二章 处罚",)]


def test_sentences_that_begin_like_chapters_are_text() -> None:
    read = structure(
        f"比赛纪事\n\n{P1}\n\n第一节课讲的是治安形势\n\n第二部的故事更加精彩，人人爱看。\n\n第一回合打成了平手\n\n{P2}\n"
    )
    assert all(piece.rule != "heading-chapter" for piece in read.pieces)


def test_numbered_headings_have_ranks_and_numbered_paragraphs_are_text() -> None:
    page = (
        f"论基层治理\n\n一、认识要高\n\n{P1}\n\n二、措施要实\n\n"
        f"（一）抓学习\n\n{P2}\n\n（二）抓落实\n\n{P3}\n"
    )
    assert paths(page) == [
        ("一、认识要高",),
        ("二、措施要实",),
        ("二、措施要实", "（一）抓学习"),
        ("二、措施要实", "（二）抓落实"),
    ]
    assert paths(f"几点意见\n\n一、{P1}\n\n二、{P2}\n\n三、{P3}\n") == []


@pytest.mark.parametrize(
    "items", ["1. 苹果\n2. 香蕉\n3. 梨", "一、苹果\n二、香蕉\n三、梨", "● 苹果\n● 香蕉\n● 梨"]
)
def test_items_of_a_list_are_no_headings(items: str) -> None:
    assert paths(f"购物单\n\n{items}\n\n{BODY}") == []


def test_short_lines_between_paragraphs_are_headings_with_blank_lines_or_without() -> None:
    page = f"培训班侧记\n\n郝发顺\n\n{P1}\n\n规格高 要求严\n\n{P2}\n\n内容实 效果好\n\n{P3}\n"
    assert paths(page) == [("规格高 要求严",), ("内容实 效果好",)]
    assert paths(page.replace("\n\n", "\n")) == [("规格高 要求严",), ("内容实 效果好",)]


@pytest.mark.parametrize(
    "line", ["“走吧”", "他说：“走吧，天黑了", "2013年4月1日", "此致", "甲：来了", "红豆生南国，春来发几枝？"]
)
def test_what_only_looks_like_a_heading_is_text(line: str) -> None:
    assert paths(f"雨夜\n\n{P1}\n\n{line}\n\n{P2}\n\n{LONG}\n") == []


def test_a_short_line_that_the_page_has_again_and_no_other_is_no_heading() -> None:
    """The caption of two pictures, lost, was the heading of two sections."""
    page = "发布会\n\n{}\n\n发布会现场\n\n{}\n\n{}\n\n{}\n\n{}\n"
    assert paths(page.format(P1, P2, P3, "发布会现场", LONG)) == []
    assert len(paths(page.format(P1, P2, P3, "内容实 效果好", LONG))) == 2
    between = page.format(P1, P2, f"内容实 效果好\n\n{P3}", "发布会现场", LONG)
    assert len(paths(between)) == 3  # a series has its parts again: 杂说


# Authors of sections


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("西华县公安局副局长 王延军", "太康县公安局局长 许志强"),
        ("西华县公安局西华营派出所所长王延军", "许志强（太康县公安局局长）"),
        ("作者：王延军", "□ 许志强"),
        ("西华县公安局 王延军", "太康县公安局 许志强"),
        ("王延军", "许志强"),
    ],
)
def test_lines_under_headings_name_the_authors_of_sections(first: str, second: str) -> None:
    read = structure(
        f"基层治理笔谈\n\n{LONG}\n\n学习要常学常新\n\n{first}\n\n{P1}\n\n群众要常来常往\n\n{second}\n\n{P2}\n"
    )
    assert [(one.heading, one.author) for one in read.sections[1:]] == [
        ("学习要常学常新", "王延军"),
        ("群众要常来常往", "许志强"),
    ]
    assert read.author is None


@pytest.mark.parametrize("between", ["\n\n", ""])
def test_names_at_the_end_of_sections_sign_them(between: str) -> None:
    page = (
        f"基层治理笔谈\n\n{LONG}\n\n"
        f"学习要常学常新\n\n{P1}{between}（作者系西华县公安局副局长 王延军）\n\n"
        f"群众要常来常往\n\n{LONG}{between}（作者系太康县公安局局长 许志强）\n"
    )
    read = structure(page)
    assert [one.author for one in read.sections] == [None, "王延军", "许志强"]


def test_each_report_of_a_page_is_by_its_own_reporter() -> None:
    read = structure(
        f"全市举办培训班\n\n本报讯（记者 郝发顺）{P1}\n\n警民携手护平安\n\n本报讯（通讯员 陈琦）{P3}{P1}\n"
    )
    assert [one.author for one in read.sections] == ["郝发顺", "陈琦"]


@pytest.mark.parametrize("line", ["基层派出所 成绩好", "新任所长 任务重", "走进公安局 周口市"])
def test_a_second_line_of_a_heading_is_no_author(line: str) -> None:
    read = structure(f"培训班侧记\n\n{P1}\n\n规格高 要求严\n\n{line}\n\n{P2}\n")
    assert all(one.author is None for one in read.sections)


def test_numbered_headings_inside_a_signed_section_have_its_author() -> None:
    read = structure(
        f"笔谈\n\n{LONG}\n\n学习要常学常新\n\n西华县公安局副局长 "
        f"王延军\n\n一、认识要高\n\n{P1}\n\n二、措施要实\n\n{P2}\n"
    )
    assert read.sections[2].path == ("学习要常学常新", "一、认识要高")
    assert [one.author for one in read.sections] == [None, "王延军", "王延军", "王延军"]


def test_a_heading_may_have_a_deck_above_its_author() -> None:
    author = "西华县公安局副局长 王延军"
    read = structure(f"笔谈\n\n{LONG}\n\n学习要常学常新\n——谈谈派出所的学习\n\n{author}\n\n{P1}\n\n{P2}\n")
    assert (read.sections[1].heading, read.sections[1].author) == ("学习要常学常新", "王延军")
    assert of(read, Kind.DECK) == ["谈谈派出所的学习"]


# Captions


@pytest.mark.parametrize("gap", ["\n\n\n", "\n\n\n\n"])
@pytest.mark.parametrize("stop", ["。", ""])
def test_captions_at_the_end_of_a_page_with_photographs(gap: str, stop: str) -> None:
    captions = [f"参观警示教育基地{stop}", f"座谈讨论{stop}"]
    page = f"培训班开班\n\n郝发顺 文/图\n\n{BODY.strip()}{gap}" + gap.join(captions)
    assert of(structure(page), Kind.CAPTION) == captions


def test_short_paragraphs_of_a_page_with_wide_gaps_are_no_captions() -> None:
    page = "\n\n\n\n".join(["雨夜", P1, "天亮了。", "雨停了。", P2, LONG * 2, "走吧。", LONG * 2])
    assert "caption" not in kinds(page)


def test_a_page_of_captions_only() -> None:
    read = structure("培训班掠影\n\n郝发顺 摄\n\n\n\n参观警示教育基地。\n\n\n\n座谈讨论。\n")
    assert of(read, Kind.CAPTION) == ["参观警示教育基地。", "座谈讨论。"]
    assert read.author == "郝发顺"


def test_captions_at_the_end_belong_to_the_page_and_captions_inside_to_their_section() -> None:
    page = (
        f"培训班侧记\n\n郝发顺 文/图\n\n{P1}\n\n规格高 要求严\n\n{P2}\n\n\n\n座谈讨论。\n\n"
        f"{P3}\n\n内容实 效果好\n\n{P3}\n\n\n\n队列训练。\n"
    )
    read = structure(page)
    assert [(piece.text, piece.section) for piece in read.pieces if piece.kind is Kind.CAPTION] == [
        ("座谈讨论。", 1),
        ("队列训练。", 0),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "图为培训现场。",
        "图1：培训现场",
        "左图：培训现场。",
        "学员在训练。（郝发顺 摄）",
        "训练场（资料图片）",
    ],
)
def test_a_line_that_calls_itself_a_caption_is_one(line: str) -> None:
    assert of(structure(f"培训班开班\n\n{P1}\n\n{line}\n\n{P2}\n"), Kind.CAPTION) == [line]


def test_a_triangle_leads_a_caption_and_several_lead_a_list() -> None:
    assert of(structure(f"培训班开班\n\n{P1}\n\n▲学员在训练。\n\n{P2}\n"), Kind.CAPTION) == ["▲学员在训练。"]
    assert "caption" not in kinds(f"简讯\n\n▲{P1}\n\n▲{P2}\n\n▲{P1}\n")
    assert "caption" not in kinds(f"▲第一项内容\n▲第二项内容\n▲第三项内容\n{P1}\n")


def test_scenes_of_a_story_that_begin_with_a_short_sentence_have_no_captions() -> None:
    page = f"雨夜\n\n{P1}\n\n{P2}\n\n\n\n天亮了。\n\n{P3}\n\n{P1}\n\n\n\n雨停了。\n\n{P2}\n"
    assert "caption" not in kinds(page)


# Dates, notes, page marks


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2013年4月1日", "2013-04-01"),
        ("1949年10月1日 第1版", "1949-10-01"),
        ("二〇一三年四月一日", "2013-04-01"),
        ("来源：周口日报 2013-04-01 10:20", "2013-04-01"),
        ("《周口日报》2013年4月1日 第3版", "2013-04-01"),
        ("2013年4月1日 星期一", "2013-04-01"),
        ("2013年4月1日 星期", "2013-04-01"),
        ("2013年4月1日 星期一 农历癸巳年二月廿一", "2013-04-01"),
        ("2012年，2013年4月1日，培训班", None),
        ("民國三十八年十月一日", "1949-10-01"),
        ("2013年4月", "2013-04"),
        ("2013年", None),
        ("2013年2月30日", None),
        ("2013年4月1日，培训班开班", None),
    ],
)
def test_a_dateline_gives_the_date_and_nothing_else_does(line: str, date: str | None) -> None:
    assert structure(f"培训班开班\n\n{line}\n\n{BODY}").date == date
    if date:
        assert structure(f"{line}\n\n培训班开班\n\n{BODY}").date == date


def test_a_year_in_running_text_and_the_days_of_a_diary_are_no_date() -> None:
    assert structure(f"培训班开班\n\n2012年3月1日，{P1}\n\n{P2}\n").date is None
    days = "\n\n".join(f"2013年3月{day}日\n\n{P1}" for day in (26, 27, 28))
    assert structure(f"驻村日记\n\n{days}\n").date is None


def test_notes_are_notes_where_the_text_points_to_them_or_at_the_end() -> None:
    read = structure(
        f"论基层治理\n\n{P1}[1]\n\n{P2}[2]\n\n[1] 见《周口日报》。\n[2] 同上。\n\n注：本文有删节。\n"
    )
    assert len(of(read, Kind.NOTE)) == 3


def test_a_sentence_that_a_page_break_cuts_is_one_piece_and_the_page_mark_another() -> None:
    read = structure(f"论基层治理\n\n{P1[:30]}\n—12—\n\f{P1[30:]}\n\n{P2}\n\n第13页\n")
    assert of(read, Kind.TEXT) == [P1, P2]
    assert of(read, Kind.PAGE) == ["—12—", "第13页"]


# Joins and moves


def test_hard_wrapped_paragraphs_are_put_together() -> None:
    first, second = LONG + P1 + P2, P3 + LONG
    blank = "\n".join(["兵法新解", "", *textwrap.wrap(first, 30), "", *textwrap.wrap(second, 30)])
    assert of(structure(blank), Kind.TEXT) == [first, second]
    indented = ["兵法新解", *textwrap.wrap("　　" + first, 30, drop_whitespace=False)]
    indented += textwrap.wrap("　　" + second, 30, drop_whitespace=False)
    assert of(structure("\n".join(indented)), Kind.TEXT) == [first, second]


def test_wrapped_latin_words_do_not_grow_together() -> None:
    english = "All warfare is based on deception. Hence, when able to attack, we must seem unable. " * 4
    read = structure("The Art of War\n\nBy John Smith\n\n" + textwrap.fill(english, 70) + "\n")
    assert [" ".join(text.split()) for text in of(read, Kind.TEXT)] == [english.strip()]


@pytest.mark.parametrize("cut", ["，所以我们必须把\n\n群众的事情", "，所以我们必须把群众的事情，\n\n时时"])
def test_a_sentence_that_a_blank_line_cuts_is_one_piece(cut: str) -> None:
    read = structure(f"侧记\n\n{P1}\n\n{LONG[:-1]}{cut}放在第一位，把群众的冷暖记在心上。\n\n{P3}\n")
    assert [piece.joined for piece in read.pieces] == [None, None, "join-cut-sentence", None]


@pytest.mark.parametrize("lower", [P3, f"“{P3}”", f"——{P3}", f"一、{P3}", f"王延军：{P3}", f"今年以来，{P3}"])
def test_a_paragraph_that_only_lost_its_full_stop_is_not_joined(lower: str) -> None:
    read = structure(f"侧记\n\n{P1}\n\n{P2[:-1]}\n\n{lower}\n\n{P1}\n")
    assert all(piece.joined is None for piece in read.pieces)


def test_nothing_is_joined_on_a_page_that_does_without_full_stops() -> None:
    read = structure(f"侧记\n\n{P1[:-1]}的\n\n{P2[:-1]}的\n\n{P3[:-1]}的\n\n{LONG[:-1]}的\n")
    assert all(piece.joined is None for piece in read.pieces)


CUT = f"——坚持学习在先，做到常学常新。{LONG}学习不是一阵子的事情，而是一辈子的事情，每一位同志都"
REST = "要把学习当作一种习惯，挤出时间，静下心来，读几本好书，写几篇心得。"
MEMBERS = [f"——坚持群众在心，做到有求必应。{LONG}", f"——坚持实干在前，做到说到做到。{LONG}"]


@pytest.mark.parametrize("author", ["西华县公安局副局长 王延军\n\n", ""])
def test_a_heading_inside_a_sentence_heads_the_run_that_holds_it(author: str) -> None:
    page = f"专版\n\n{P1}\n\n{P2}\n\n{CUT}\n\n要做到三个坚持\n\n{author}{REST}\n\n" + "\n\n".join(MEMBERS)
    read = structure(page)
    under = [piece.text for piece in read.pieces if piece.section == 1 and piece.kind is Kind.TEXT]
    assert under == [CUT + REST, *MEMBERS]
    assert [piece.text for piece in read.pieces if piece.moved] == [CUT + REST]


def test_members_of_another_run_above_the_heading_stay_where_they_are() -> None:
    other = [f"——要有事业心，干一行爱一行。{P1}", f"——要有责任感，敢于担当重任。{P2}"]
    page = "\n\n".join(
        [
            "专版",
            P1,
            "老所长谈心",
            "太康县公安局局长 许志强",
            *other,
            CUT,
            "要做到三个坚持",
            "西华县公安局副局长 王延军",
            REST,
            *MEMBERS,
        ]
    )
    read = structure(page)
    assert [piece.text for piece in read.pieces if piece.section == 1 and piece.kind is Kind.TEXT] == other
    second = [piece.text for piece in read.pieces if piece.section == 2 and piece.kind is Kind.TEXT]
    assert second == [CUT + REST, *MEMBERS]


def test_a_heading_between_two_whole_paragraphs_of_one_mark_moves_nothing() -> None:
    page = "\n\n".join(["专版", P1, *MEMBERS, "要做到三个坚持", "西华县公安局副局长 王延军", *MEMBERS])
    assert all(piece.moved is None and piece.joined is None for piece in structure(page).pieces)


def test_a_caption_inside_a_sentence_does_not_keep_its_halves_apart() -> None:
    page = f"专版\n\n{P1}\n\n{CUT}\n\n\n\n图为培训现场。\n\n\n\n{REST}\n\n{P3}\n\n{P2}\n"
    read = structure(page)
    assert CUT + REST in of(read, Kind.TEXT)
    assert of(read, Kind.CAPTION) == ["图为培训现场。"]


# Without structure


@pytest.mark.parametrize(
    "page", [P1, f"{P1}\n\n{P2}", f"{P1}\n{P2}\n{P3}", "苹果\n香蕉\n梨\n", "王伟\n李强\n张敏\n", "表略\n"]
)
def test_a_text_without_structure_is_paragraphs_and_has_no_title(page: str) -> None:
    read = structure(page)
    assert read.title is None
    assert [piece.text for piece in read.pieces] == page.split()
    assert {piece.kind for piece in read.pieces} == {Kind.TEXT}


def test_a_page_in_traditional_characters() -> None:
    page = (
        "臺北市政府舉辦研習\n\n記者王大明／台北報導\n\n"
        "　　市府今日舉辦研習，各區代表與會，討論熱烈，會後並發表共同聲明。\n\n"
        "　　與會人士表示，此次研習內容豐富，收穫良多。\n\n圖為研習現場。\n"
    )
    read = structure(page)
    assert (read.title, read.author) == ("臺北市政府舉辦研習", "王大明")
    assert of(read, Kind.CAPTION) == ["圖為研習現場。"]
