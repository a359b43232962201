"""The reading rules: name, kind, what each one holds, and an example that a test reads.

``tools/reading_rules.py`` makes ``docs/using/reading-rules.md`` of this table; ``archive.page.reading`` has
the order in which the rules are applied.
"""

from __future__ import annotations

from msgspec import Struct

from archive.model import Kind


class Rule(Struct, frozen=True):
    """A rule as the manual has it.

    Attributes:
        name: as in ``Piece.rule``, ``Piece.joined``, ``Piece.moved`` and ``Mark.rule``.
        kind: what it makes of a line; None for joins, moves and marks.
        chapter: where it is in the manual.
        text: what it holds.
        example: a page that shows it.
    """

    name: str
    kind: Kind | None
    chapter: str
    text: str
    example: str


DESCRIBED: list[Rule] = []
CHAPTERS = {
    "Lines whose kind is given": "The rules read the other lines. Where markup gives a heading, no line "
    "without markup is taken for one; where a title is given, none is guessed.",
    "Paragraphs": "",
    "The head": "The head is the title and the at most eight lines of its kinds that follow.",
    "The foot": "The last lines are read upward, at most six, up to the first that is no part of the foot.",
    "Headings": "A heading begins a section, which has the author of the section around it if it names none.",
    "Author lines": "An author line gives its section an author and an affiliation.",
    "Captions": "Captions at the head and at the end of a page belong to its lead, others to their section.",
    "Notes and page marks": "",
    "Joins": "",
    "Moves": "A heading inside a sentence, or inside the run that it promises, heads the run of paragraphs. "
    "Nothing else is ever moved.",
}
"""The chapters of the manual, each with what leads it."""


def _rule(name: str, kind: Kind | None, chapter: str, text: str, example: str) -> str:
    DESCRIBED.append(Rule(name, kind, chapter, text, example))
    return name


# fmt: off
_spring = "初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。"
_station = "派出所是公安机关最基层的单位，和人民群众打交道最多。"
_skill = "做好群众工作是每个民警应具备的基本功。"
_party = "派出所作为公安机关的最基层单位，必须把自己时刻置于党的领导之下。"
_given = f"总论\n\n{_station}\n"
GIVEN_MARKUP = _rule(
    "given-markup", None, "Lines whose kind is given",
    "The markup of a format says what a line is (here the first is a heading), that it goes on with one "
    "before, or what interrupts it: ruby and the marks of footnotes are notes below it.",
    _given,
)
GIVEN_CORRECTION = _rule(
    "given-correction", None, "Lines whose kind is given", "The owner of the text says the same.", _given
)
GIVEN = (GIVEN_MARKUP, GIVEN_CORRECTION)
PARAGRAPH = _rule(
    "paragraph", Kind.TEXT, "Paragraphs",
    "Whatever no other rule takes. Verse, speech, list items, letters and tables stay a line a piece.",
    "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n",
)
TITLE_FIRST_LINE = _rule(
    "title-first-line", Kind.TITLE, "The head",
    "The first phrase, where something sets it off: a gap below, a deck, a byline, a date, a heading "
    "with a mark, or a longer sentence. Without one the document has the name of its file.",
    f"牢记使命 忠诚履职\n\n{_spring}\n",
)
DECK_DASH = _rule(
    "deck-dash", Kind.DECK, "The head",
    "A phrase that a dash leads, under the title or another deck; more than three in a row are a "
    "list.",
    f"牢记使命 忠诚履职\n——全市派出所所长培训侧记\n\n{_spring}\n",
)
DECK_DASH_MARK = _rule(
    "deck-dash-mark", None, "The head",
    "The dash that leads a deck, and what a web page left before a title (&nbsp;), are in no piece.",
    f"牢记使命 忠诚履职\n——全市派出所所长培训侧记\n\n{_spring}\n",
)
FORMAT_MARK = _rule(
    "format-mark", None, "Paragraphs",
    "A byte order mark or another format character at the beginning or the end of a line is in no piece.",
    f"\u200b培训班开班\n\n{_spring}\n",
)
DECK_KICKER = _rule(
    "deck-kicker", Kind.DECK, "The head",
    "A line above the title that names its column (系列报道, 【走基层】), or the longer of a title of two "
    "lines.",
    f"【走基层】\n\n牢记使命 忠诚履职\n\n{_spring}\n",
)
DECK_BEFORE_BYLINE = _rule(
    "deck-before-byline", Kind.DECK, "The head",
    "A phrase without a dash between the title and a byline, at most two lines above the byline.",
    f"牢记使命 忠诚履职\n全市派出所所长培训侧记\n郝发顺 文/图\n\n{_spring}\n",
)
BYLINE_LABEL = _rule(
    "byline-label", Kind.BYLINE, "The head",
    "Labels (记者, 作者：, 文/图, □) and names, and nothing else.",
    f"牢记使命 忠诚履职\n\n郝发顺 文/图\n\n{_spring}\n",
)
BYLINE_OFFICE_NAME = _rule(
    "byline-office-name", Kind.BYLINE, "The head",
    "An office and a name under the title or its decks, and an institution right under a byline.",
    f"把握六个关键 做合格所长\n\n西华县公安局西华营派出所所长 王延军\n\n{_party}\n",
)
BYLINE_BARE_NAME = _rule(
    "byline-bare-name", Kind.BYLINE, "The head",
    "A name alone, at most three lines under the title, which does not occur again in the text.",
    "静夜思\n李白\n床前明月光，\n疑是地上霜。\n",
)
DATELINE = _rule(
    "dateline", Kind.BYLINE, "The head",
    "A date with nothing beside it but labels, a paper's name, an edition, a weekday, names or "
    "counters, at the head or the foot. A year in running text, or the dates of a diary, are none.",
    f"牢记使命 忠诚履职\n\n2013年4月1日 来源：周口日报\n\n{_spring}\n",
)
BYLINE_INSTITUTION = _rule(
    "byline-institution", Kind.BYLINE, "The head",
    "An institution right above or below the title of its notice.",
    f"周口市公安局\n关于加强春季治安工作的通知\n\n各派出所：\n\n{_spring}\n",
)
MASTHEAD = _rule(
    "masthead", Kind.BYLINE, "The head",
    "A newspaper's name at the top, right above a dateline or a page mark: it is not the title.",
    f"周口日报\n2013年4月2日 星期二\n\n牢记使命 忠诚履职\n\n{_spring}\n",
)
BYLINE_AT_END = _rule(
    "byline-at-end", Kind.BYLINE, "The foot",
    "A byline in brackets or by its labels at the end. Names that end the last paragraph, or are in "
    "the first words of the text, are taken and stay in the paragraph.",
    f"牢记使命 忠诚履职\n\n{_spring}\n\n（记者 郝发顺）\n",
)
BYLINE_SIGNATURE = _rule(
    "byline-signature", Kind.BYLINE, "The foot",
    "A name or an institution above the date at the end, or below the closing of a letter; names in "
    "brackets, or a reader's name, at the end.",
    "敬爱的老师：\n\n来信收到了，谢谢您的关心，我在这里一切都好。\n\n此致\n\n敬礼！\n\n王延军\n\n"
    "2013年4月1日\n",
)
HEADING_CHAPTER = _rule(
    "heading-chapter", Kind.HEADING, "Headings",
    "第一章, 卷三, 上篇, 前言, Chapter 1 …, with a title or without. Of those that follow each other only "
    "the last, each deeper than the one above, are headings; the others are a table of contents.",
    f"治安新编\n\n第一章 总论\n\n第一节 缘起\n\n{_station}\n",
)
HEADING_CHAPTER_TITLE = _rule(
    "heading-chapter-title", Kind.HEADING, "Headings",
    "A phrase right under a chapter line that is only a number: both are one heading.",
    f"第一章\n总论\n\n{_station}\n\n第二章\n分论\n\n{_skill}\n",
)
HEADING_NUMBERED = _rule(
    "heading-numbered", Kind.HEADING, "Headings",
    "一、, （一）, 1., ① or a bare number, in order from 1, at least two of a kind, each with text below "
    "it.",
    f"几点意见\n\n一、认识要高\n\n{_station}\n\n二、措施要实\n\n{_skill}\n",
)
HEADING_ORNAMENT = _rule(
    "heading-ornament", Kind.HEADING, "Headings",
    "A phrase that ◎, ○, △, ◇ or ■ leads, with text below it that is not led by the same.",
    "乐部\n\n○琴\n\n《说文》曰：琴，禁也。神农所作。洞越练朱五弦，周加二弦。\n\n○瑟\n\n"
    "《世本》曰：庖牺氏作瑟。瑟，洁也，使人精洁於心，淳一於行也。\n",
)
HEADING_BEFORE_AUTHOR = _rule(
    "heading-before-author", Kind.HEADING, "Headings",
    "A phrase right above an author line, or right below one.",
    f"培训班笔谈\n\n{_spring}\n\n把握六个关键 做合格所长\n\n西华县公安局西华营派出所所长 王延军\n\n"
    f"{_party}\n",
)
HEADING_SHORT_LINE = _rule(
    "heading-short-line", Kind.HEADING, "Headings",
    "A phrase of at most 30 characters between paragraphs: a sentence ends above it, and long running "
    "text is below. Speech, verse, addresses and exclamations are none.",
    f"培训班侧记\n\n{_spring}\n\n规格高 要求严\n\n这次培训规模之大、规格之高、水平之高、要求之严，"
    "力度前所未有，市公安局高度重视，专门召开会议部署。\n",
)
HEADING_IN_SENTENCE = _rule(
    "heading-in-sentence", Kind.HEADING, "Headings",
    "A phrase between paragraphs, inside a sentence that stops above it and goes on below.",
    f"""培训班侧记

{_spring}

派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，每一位所长都

要树立学习意识

要树立终身学习的理念，把学习作为一种生命的常态，利用一切机会抓紧自身学习。
""",
)
AUTHOR_OFFICE_NAME = _rule(
    "author-office-name", Kind.AUTHOR, "Author lines",
    "An office and a name right under a phrase and above running text. 记, 访, 写 … before the office "
    "tell whom a text is about.",
    f"培训班笔谈\n\n{_spring}\n\n念好“真经” 当好所长\n\n项城市公安局北关派出所所长 陈琦\n\n"
    "作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。\n",
)
AUTHOR_INSTITUTION = _rule(
    "author-institution", Kind.AUTHOR, "Author lines",
    "An institution that is all of a line, in the same place, in two sections or more.",
    """派出所工作经验交流

抓基层 打基础

西华县公安局

作为基层派出所所长，要承担保一方平安的重任，让党和政府放心，让人民群众满意。

创新机制 科学管理

淮阳县公安局

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
)
AUTHOR_ABOVE_HEADING = _rule(
    "author-above-heading", Kind.AUTHOR, "Author lines",
    "An office and a name, or a byline, between the end of a paragraph and a phrase with text below "
    "it.",
    f"""培训班笔谈

{_spring}

西华县公安局西华营派出所所长 王延军

把握六个关键 做合格所长

{_party}

项城市公安局北关派出所所长 陈琦

念好“真经” 当好所长

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
)
AUTHOR_LABEL = _rule(
    "author-label", Kind.AUTHOR, "Author lines",
    "A byline by its labels right under a phrase and above running text.",
    f"培训班笔谈\n\n{_spring}\n\n念好“真经” 当好所长\n\n作者：陈琦\n\n"
    "作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。\n",
)
AUTHOR_BARE_NAME = _rule(
    "author-bare-name", Kind.AUTHOR, "Author lines",
    "A name alone in the same place, in two sections or more, which does not occur in the text below.",
    f"""培训班笔谈

{_spring}

念好“真经” 当好所长

陈琦

作为派出所的一把手，必须注意将上级的方针政策落实到行政行为之中。

要有事业心、责任感

楚天振

作为基层派出所所长，要承担保一方平安的重任，让人民群众满意。
""",
)
AUTHOR_AT_END = _rule(
    "author-at-end", Kind.AUTHOR, "Author lines",
    "A byline right above the next heading signs the section that it ends.",
    """培训班笔谈

念好“真经” 当好所长

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到具体的行政行为之中，要具体问题具体分析。

（作者系项城市公安局北关派出所所长 陈琦）

要有事业心、责任感

作为基层派出所所长要承担保一方平安的重任，让党和政府放心，让人民群众满意，这是最起码的要求。

（作者系淮阳县公安局临蔡派出所所长 楚天振）
""",
)
CAPTION_MARK = _rule(
    "caption-mark", Kind.CAPTION, "Captions",
    "A line that calls itself a caption: 图为…, 图1：…, ▲…, （… 摄）, （资料图片）, …（左二）….",
    f"培训班开班\n\n{_spring}\n\n图为培训现场。\n",
)
CAPTION_WIDE_GAP = _rule(
    "caption-wide-gap", Kind.CAPTION, "Captions",
    "A short sentence with a wide gap above it, where a picture was: two in a row, or one on a page "
    "with pictures.",
    "培训班开班\n\n郝发顺 文/图\n\n\n\n座谈讨论。\n\n\n\n队列训练。\n\n"
    "初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际，孕育着一派丰收的希望和喜悦。\n",
)
CAPTIONS_ONLY = _rule(
    "captions-only", Kind.CAPTION, "Captions",
    "A page of a head and nothing but short sentences, each two blank lines or more from the next.",
    "培训班掠影\n\n郝发顺 摄\n\n\n\n座谈讨论。\n\n\n\n队列训练。\n",
)
NOTE_NUMBERED = _rule(
    "note-numbered", Kind.NOTE, "Notes and page marks",
    "[1] …, 〔一〕…, where the text above points to the number, or nothing but notes is below.",
    "派出所是公安机关最基层的单位[1]，和人民群众打交道最多。\n\n[1] 见《周口日报》。\n",
)
NOTE_LABEL = _rule(
    "note-label", Kind.NOTE, "Notes and page marks",
    "注：…, 参考文献, 编者按：…, 作者简介：…, 核心提示, （本文有删节）.",
    f"{_station}\n\n注：本文有删节。\n",
)
NOTE_READING = _rule(
    "note-reading", Kind.NOTE, "Notes and page marks",
    "Kana, zhuyin or pinyin with a tone in brackets inside a run, which is joined without it.",
    "培训班在东（とう）京开班，学员们晚上十点才回到住处。\n",
)
NOTE_CREDITS = _rule(
    "note-credits", Kind.NOTE, "Notes and page marks",
    "责任编辑：…, 校对 …: no authors.",
    f"{_station}\n\n责任编辑：陈琦\n",
)
NOTE_SOURCE = _rule(
    "note-source", Kind.NOTE, "Notes and page marks",
    "首页 > 正文, 来源：…, 字号, 分享到, 〔2013〕1号: it passes through the head without ending it.",
    f"您的位置： 首页 > 新闻 > 正文\n\n牢记使命 忠诚履职\n\n{_spring}\n",
)
PAGE_MARK = _rule(
    "page-mark", Kind.PAGE, "Notes and page marks",
    "第2版, —12—, 第 3 页 共 20 页, 1949年10月1日 第1版 (which gives the date).",
    f"{_station}\n\n—12—\n",
)
PAGE_CUE = _rule(
    "page-cue", Kind.PAGE, "Notes and page marks",
    "The number and the times of a subtitle (.srt, .vtt); the lines of one subtitle are joined.",
    "1\n00:00:01,000 --> 00:00:04,000\n初春的周口\n阳光明媚\n",
)
PAGE_TURN = _rule(
    "page-turn", Kind.PAGE, "Notes and page marks",
    "（下转第2版）, （上接第1版）.",
    f"{_station}\n\n（下转第2版）\n",
)
PAGE_NUMBER = _rule(
    "page-number", Kind.PAGE, "Notes and page marks",
    "A bare number beside a form feed.",
    f"{_station}\n1\n\f{_skill}\n执法是公安工作的生命线。\n",
)
JOIN_WRAPPED_LINES = _rule(
    "join-wrapped-lines", None, "Joins",
    "Lines that were broken at one width, with punctuation inside them, are read as paragraphs, which "
    "end at a short line, a blank line or before an indent.",
    """作为基层派出所所长，要承担保一方平安的重任，让党和政府
放心，让人民群众满意。因此，一名合格的所长必须具备强烈
的事业心和高度责任感。此外，政治敏锐性也是一个所长必备
的政治素质，要善于收集把握信息。
""",
)
JOIN_CUT_SENTENCE = _rule(
    "join-cut-sentence", None, "Joins",
    "A paragraph stops inside a sentence that the next one continues, and a sign shows it: a word that "
    "wants another, a comma, an open quote, a page break.",
    f"{_station}\n\n"
    "面对这种情况，我们就要光明磊落做事，坦坦荡荡做人，不管是领导、朋友、还是群众，不论是\n\n"
    "我们在办事、说情还是评理时，都会赢得群众的理解与支持。\n",
)
JOIN_ACROSS_HEADING = _rule(
    "join-across-heading", None, "Joins",
    "The same, with a heading and its author line between the halves.",
    f"""{_station}

派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，每一位所长都

基层派出所所长应树立学习意识

市公安局局长 姚天民

要树立终身学习的理念，把学习作为一种生命的常态。
""",
)
JOIN_ACROSS_INSERT = _rule(
    "join-across-insert", None, "Joins",
    "The same, with a caption between the halves.",
    f"{_station}\n\n派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，"
    "每一位所长都\n\n图为培训现场。\n\n要树立终身学习的理念，把学习作为一种生命的常态。\n",
)
MOVE_RUN_OF_ONE_PATTERN = _rule(
    "move-run-of-one-pattern", None, "Moves",
    "The sentence is in a run of paragraphs with one kind of mark, above and below the heading: the "
    "members that share its pattern or its promised number go under it.",
    f"""{_station}

——树立强烈的大局意识，做到统揽全局。派出所所长是保一方平安的第一责任人，一定要胸怀全局，做到视野开阔。

——树立强烈的学习意识，做到勤学善思。派出所所长既是指挥员又是战斗员，不学习必然要落伍。因此，每一位派出所所长都

基层派出所所长应牢固树立三种意识

市政府党组成员、市公安局局长 姚天民

要树立终身学习的理念，把学习作为一种生命的常态。

——树立强烈的责任意识，做到为官一任，造福一方。
""",
)
MOVE_PROMISED_RUN = _rule(
    "move-promised-run", None, "Moves",
    "A heading with an author line promises (三种意识) as many parts as are above and below it together.",
    f"""{_station}

——树立强烈的大局意识，做到统揽全局。派出所所长是保一方平安的第一责任人。

——树立强烈的学习意识，做到勤学善思。派出所所长既是指挥员又是战斗员。

基层派出所所长应牢固树立三种意识

市政府党组成员、市公安局局长 姚天民

——树立强烈的责任意识，做到为官一任，造福一方。
""",
)
# fmt: on

ALL = frozenset(rule.name for rule in DESCRIBED)
"""Every rule name."""
KINDS = {rule.name: rule.kind for rule in DESCRIBED if rule.kind is not None}
"""What each rule makes of a line."""
