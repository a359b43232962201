"""The reading rules: name, kind, what each one holds, and an example that a test reads.

``docs/reading-rules.md`` is made from this table by ``tools/reading_rules.py``; ``archive.page.reading`` has
the order in which the rules are applied.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from archive.model import Kind

PARAGRAPH: Final = "paragraph"
TITLE_FIRST_LINE: Final = "title-first-line"
DECK_DASH: Final = "deck-dash"
DECK_DASH_MARK: Final = "deck-dash-mark"
DECK_KICKER: Final = "deck-kicker"
DECK_BEFORE_BYLINE: Final = "deck-before-byline"
BYLINE_LABEL: Final = "byline-label"
BYLINE_OFFICE_NAME: Final = "byline-office-name"
BYLINE_BARE_NAME: Final = "byline-bare-name"
DATELINE: Final = "dateline"
BYLINE_INSTITUTION: Final = "byline-institution"
MASTHEAD: Final = "masthead"
BYLINE_AT_END: Final = "byline-at-end"
BYLINE_SIGNATURE: Final = "byline-signature"
HEADING_CHAPTER: Final = "heading-chapter"
HEADING_CHAPTER_TITLE: Final = "heading-chapter-title"
HEADING_NUMBERED: Final = "heading-numbered"
HEADING_ORNAMENT: Final = "heading-ornament"
HEADING_BEFORE_AUTHOR: Final = "heading-before-author"
HEADING_SHORT_LINE: Final = "heading-short-line"
HEADING_IN_SENTENCE: Final = "heading-in-sentence"
AUTHOR_OFFICE_NAME: Final = "author-office-name"
AUTHOR_INSTITUTION: Final = "author-institution"
AUTHOR_ABOVE_HEADING: Final = "author-above-heading"
AUTHOR_LABEL: Final = "author-label"
AUTHOR_BARE_NAME: Final = "author-bare-name"
AUTHOR_AT_END: Final = "author-at-end"
CAPTION_MARK: Final = "caption-mark"
CAPTION_WIDE_GAP: Final = "caption-wide-gap"
CAPTIONS_ONLY: Final = "captions-only"
NOTE_NUMBERED: Final = "note-numbered"
NOTE_LABEL: Final = "note-label"
NOTE_CREDITS: Final = "note-credits"
NOTE_SOURCE: Final = "note-source"
PAGE_MARK: Final = "page-mark"
PAGE_TURN: Final = "page-turn"
PAGE_NUMBER: Final = "page-number"
JOIN_WRAPPED_LINES: Final = "join-wrapped-lines"
JOIN_CUT_SENTENCE: Final = "join-cut-sentence"
JOIN_ACROSS_HEADING: Final = "join-across-heading"
JOIN_ACROSS_INSERT: Final = "join-across-insert"
MOVE_RUN_OF_ONE_PATTERN: Final = "move-run-of-one-pattern"
MOVE_PROMISED_RUN: Final = "move-promised-run"


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


CHAPTERS: Final = {
    "Paragraphs": "",
    "The head": """The head is the title and the lines under it, at most eight, up to the first line that
is none of these.""",
    "The foot": """The last lines are read upward, at most six, up to the first that is none of these.""",
    "Headings": """A heading begins a section. A section with a deeper heading stands in the one before
it (`Section.path`) and has its author, where it has no author line of its own.""",
    "Author lines": """An author line gives its section an author and an affiliation.""",
    "Captions": """Captions at the head and at the end of a page belong to its lead section, captions
inside a section to that section.""",
    "Notes and page marks": """""",
    "Joins": """""",
    "Moves": """A heading that stands inside a sentence, or inside the run that it promises, heads the
run of paragraphs. Nothing else is ever moved.""",
}
"""The chapters of the manual, each with what leads it."""

# fmt: off
DESCRIBED: Final = (
    Rule(
        PARAGRAPH, Kind.TEXT, "Paragraphs",
        """Whatever no other rule takes: kind TEXT. Verse, speech in an interview, list items, letters
        and tables stay what they are, a line a piece.""",
        """床前明月光
疑是地上霜
举头望明月
低头思故乡
""",
    ),
    Rule(
        TITLE_FIRST_LINE, Kind.TITLE, "The head",
        """The first line (page marks, datelines, a byline by its labels, and captions left out) is the
        title if it is a phrase, is no list item, caption, byline, salutation or speech, and
        something sets it off: a gap below it that is wider than usual, a deck, byline or heading
        with a mark under it, or a longer sentence. The first line of verse of one width is no
        title. A chapter heading is the title only where no other chapter of its rank stands in the
        file. Without a title, the document takes the name of its file, or of its folder where the
        file's name says nothing (`text.txt`, `正文.txt`).""",
        """牢记使命 忠诚履职

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        DECK_DASH, Kind.DECK, "The head",
        """A phrase led by a dash, under the title or another deck; up to three. More dashes in a row
        are a list.""",
        """牢记使命 忠诚履职
——全市派出所所长培训侧记

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        DECK_DASH_MARK, None, "The head",
        """The dash before a deck is a mark: it is shown by `inspect`, and is not in the deck's text.
        (The dash before a paragraph is text.)""",
        """牢记使命 忠诚履职
——全市派出所所长培训侧记

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        DECK_KICKER, Kind.DECK, "The head",
        """A line above the title that only says in which column or of which kind the text is:
        【走基层】, 特别报道, …系列报道之三, 新闻特写; the next line has to be a title by its own
        shape. Other lines above a title cannot be told from the title, which is then the first.""",
        """【走基层】

牢记使命 忠诚履职

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        DECK_BEFORE_BYLINE, Kind.DECK, "The head",
        """A phrase without a dash, between the title and a byline, dateline, deck or the report of an
        agency (本报讯, 【本報專電】) at most two lines below it. Not where further such lines stand
        below, each above running text: then it is the heading of the first of several sections.
        (Bylines by their labels tell so under a title of at most 8 characters; else two further
        ones are needed.)""",
        """牢记使命 忠诚履职
全市派出所所长培训侧记
郝发顺 文/图

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        BYLINE_LABEL, Kind.BYLINE, "The head",
        """A line made of labels and names only: 本报记者 …, 记者 … 通讯员 …, 作者：…, … 文/图, 文/…
        图/…, □ …, By …, in simplified and traditional characters; also 本报评论员 and 本报编辑部,
        which stand for a name. Several names are joined by 、. Who only took the photographs is the
        author only where nobody wrote. 记者：您好 is speech.""",
        """牢记使命 忠诚履职

郝发顺 文/图

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        BYLINE_OFFICE_NAME, Kind.BYLINE, "The head",
        """An office or institution and a name, right under the title or its decks. An institution
        right under a byline, in brackets or not, gives its affiliation.""",
        """把握六个关键 做合格所长

西华县公安局西华营派出所所长 王延军

派出所作为公安机关的最基层单位，必须把自己时刻置于党的领导之下。
""",
    ),
    Rule(
        BYLINE_BARE_NAME, Kind.BYLINE, "The head",
        """A name with a known surname that is all of a line and no word of the dictionary
        (`archive/page/vocabulary/dictionary.txt`, made from jieba's by `benchmarks/make_words.py`),
        at most three lines under the title, and stands nowhere else in the text: who is named again
        is the matter of the text. A dynasty may stand before it: 〔唐〕李白.""",
        """静夜思
李白
床前明月光，
疑是地上霜。
""",
    ),
    Rule(
        DATELINE, Kind.BYLINE, "The head",
        """A line that is a date and nothing but a date, with a label, a newspaper's name, an edition,
        a weekday, a time or a place around it or not, at the head or the foot; labelled names and
        counters (作者：…, 编辑：…, 浏览次数：…) may stand beside it. It gives the document's date.
        A year in running text never does, nor the dates of a diary.""",
        """牢记使命 忠诚履职

2013年4月1日 来源：周口日报

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        BYLINE_INSTITUTION, Kind.BYLINE, "The head",
        """An office right above or right below the title of its notice (…的通知, …办法).""",
        """周口市公安局
关于加强春季治安工作的通知

各派出所：

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        MASTHEAD, Kind.BYLINE, "The head",
        """A newspaper's name at the top, right above a dateline or a page mark: it is not the title.""",
        """周口日报
2013年4月2日 星期二

牢记使命 忠诚履职

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        BYLINE_AT_END, Kind.BYLINE, "The foot",
        """A byline in brackets or with a label at the end: （记者 …）, （作者单位：…）, （作者系… …）,
        本报记者 …. Where it ends the last paragraph, the paragraph stays whole, and the names are
        taken all the same; so also where they stand in its beginning: 本报讯（记者 …）.""",
        """牢记使命 忠诚履职

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

（记者 郝发顺）
""",
    ),
    Rule(
        BYLINE_SIGNATURE, Kind.BYLINE, "The foot",
        """A name, with its office or without, or an institution, right above the date at the end or
        below the closing of a letter or a notice (此致, 特此公告); or names in brackets, or 读者 …
        and a name, at the end.""",
        """敬爱的老师：

来信收到了，谢谢您的关心，我在这里一切都好。

此致

敬礼！

王延军

2013年4月1日
""",
    ),
    Rule(
        HEADING_CHAPTER, Kind.HEADING, "Headings",
        """第一章, 第二节, 卷三, 第十回, 上篇, 前言, Chapter 1 …, with a title or without. Ranks: 部 编
        › 卷 集 › 篇 › 章 回 › 节. Of chapter lines that follow each other only the last, each
        deeper than the one above, are headings; the others are a table of contents and stay text.""",
        """治安新编

第一章 总论

第一节 缘起

派出所是公安机关最基层的单位，和人民群众打交道最多。
""",
    ),
    Rule(
        HEADING_CHAPTER_TITLE, Kind.HEADING, "Headings",
        """A phrase right under a chapter line that is nothing but a number: both are one heading.""",
        """第一章
总论

派出所是公安机关最基层的单位，和人民群众打交道最多。

第二章
分论

做好群众工作是每个民警应具备的基本功。
""",
    ),
    Rule(
        HEADING_NUMBERED, Kind.HEADING, "Headings",
        """一、, （一）, 1., ① or a bare 一 before a phrase, in order from 1, at least two of a kind,
        each with text below. Items that follow each other without text are a list and stay text.""",
        """几点意见

一、认识要高

派出所是公安机关最基层的单位，和人民群众打交道最多。

二、措施要实

做好群众工作是每个民警应具备的基本功。
""",
    ),
    Rule(
        HEADING_ORNAMENT, Kind.HEADING, "Headings",
        """A phrase led by ◎, ○, △, ◇, ■ …, with text below it that is not led by the same. ◎ is over
        ○, ○ over △. A triangle that is the only one of a page with pictures, or whose line ends as
        captions do, leads no heading.""",
        """乐部

○琴

《说文》曰：琴，禁也。神农所作。洞越练朱五弦，周加二弦。

○瑟

《世本》曰：庖牺氏作瑟。瑟，洁也，使人精洁於心，淳一於行也。
""",
    ),
    Rule(
        HEADING_BEFORE_AUTHOR, Kind.HEADING, "Headings",
        """A phrase right above an author line, or right below one (`author-above-heading`); a phrase
        led by a dash may stand between them, and is the deck of the section.""",
        """培训班笔谈

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

把握六个关键 做合格所长

西华县公安局西华营派出所所长 王延军

派出所作为公安机关的最基层单位，必须把自己时刻置于党的领导之下。
""",
    ),
    Rule(
        HEADING_SHORT_LINE, Kind.HEADING, "Headings",
        """A phrase of at most 30 characters between paragraphs: the line above ends a sentence,
        running text stands below, and one of the next three lines is long (or the next one nearly
        so, with many pauses), so that verse and short speech give no headings. Speech (记者：…,
        “…”) and verse that asks are none, nor telephone numbers and addresses. Three words in
        quotes (“百事通”), or two lines with a subject of two characters before a colon
        (西华：科技唱主角), each between long paragraphs, are headings all the same. Where only one
        line of a page is a heading by this rule, right under the head, it stays text.""",
        """培训班侧记

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

规格高 要求严

这次培训规模之大、规格之高、水平之高、要求之严，力度前所未有，市公安局高度重视，专门召开会议部署。
""",
    ),
    Rule(
        HEADING_IN_SENTENCE, Kind.HEADING, "Headings",
        """A phrase without an author line that stands inside a sentence: the paragraph above stops in
        the middle, and goes on below.""",
        """培训班侧记

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，每一位所长都

要树立学习意识

要树立终身学习的理念，把学习作为一种生命的常态，利用一切机会抓紧自身学习。
""",
    ),
    Rule(
        AUTHOR_OFFICE_NAME, Kind.AUTHOR, "Author lines",
        """An office and a name (西华县公安局西华营派出所所长 王延军; also 王延军（西华县公安局…所长）,
        in brackets, after a dash, with a colon or without a space), right under a phrase and above
        running text. 记, 访, 写 … before the office tell whom a text is about, not who wrote it.
        The name of an institution in the place of an office is enough where the page has another
        author line.""",
        """培训班笔谈

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

念好“真经” 当好所长

项城市公安局北关派出所所长 陈琦

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
    ),
    Rule(
        AUTHOR_INSTITUTION, Kind.AUTHOR, "Author lines",
        """An institution that is all of a line, in the same place, where at least two sections have
        one: it is author and affiliation.""",
        """派出所工作经验交流

抓基层 打基础

西华县公安局

作为基层派出所所长，要承担保一方平安的重任，让党和政府放心，让人民群众满意。

创新机制 科学管理

淮阳县公安局

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
    ),
    Rule(
        AUTHOR_ABOVE_HEADING, Kind.AUTHOR, "Author lines",
        """An office and a name, or a byline by its labels, between the end of a paragraph and a phrase
        that running text follows: the phrase is the heading, and the line above it names its
        author. At least two of a page, or one where the page has its own byline; and not where the
        page ends with such a line, since then they stand at the end of what they sign
        (`author-at-end`).""",
        """培训班笔谈

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

西华县公安局西华营派出所所长 王延军

把握六个关键 做合格所长

派出所作为公安机关的最基层单位，必须把自己时刻置于党的领导之下。

项城市公安局北关派出所所长 陈琦

念好“真经” 当好所长

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
    ),
    Rule(
        AUTHOR_LABEL, Kind.AUTHOR, "Author lines",
        """A byline by its labels, in the same place.""",
        """培训班笔谈

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

念好“真经” 当好所长

作者：陈琦

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到行政行为之中。
""",
    ),
    Rule(
        AUTHOR_BARE_NAME, Kind.AUTHOR, "Author lines",
        """A name alone in the same place, where at least two sections have one and the names do not
        stand in the text below; a single one of three characters where the page is by somebody
        else.""",
        """培训班笔谈

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

念好“真经” 当好所长

陈琦

作为派出所的一把手，必须注意将上级的方针政策落实到行政行为之中。

要有事业心、责任感

楚天振

作为基层派出所所长，要承担保一方平安的重任，让人民群众满意。
""",
    ),
    Rule(
        AUTHOR_AT_END, Kind.AUTHOR, "Author lines",
        """A byline in brackets or with a label, or an office and a name where the page ends with one
        too, right above the next heading; then the byline at the end of the page signs the last
        section.""",
        """培训班笔谈

念好“真经” 当好所长

作为派出所的一把手，必须在执法、行政时注意将上级的方针政策落实到具体的行政行为之中，要具体问题具体分析。

（作者系项城市公安局北关派出所所长 陈琦）

要有事业心、责任感

作为基层派出所所长要承担保一方平安的重任，让党和政府放心，让人民群众满意，这是最起码的要求。

（作者系淮阳县公安局临蔡派出所所长 楚天振）
""",
    ),
    Rule(
        CAPTION_MARK, Kind.CAPTION, "Captions",
        """A line that calls itself a caption: 图为…, 图1：…, 左图：…, ▲…。, （… 摄）, （资料图片）,
        …（左二）…; on a page with pictures also the only phrase that ▲ leads.""",
        """培训班开班

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。

图为培训现场。
""",
    ),
    Rule(
        CAPTION_WIDE_GAP, Kind.CAPTION, "Captions",
        """A short single sentence with a wide gap above it: the place of the picture. Two or more such
        lines in a row, or one on a page that has pictures by another sign (文/图, another caption),
        or one between wide gaps inside the page; on a page that has pictures also phrases without a
        full stop, below the last paragraph, or between wide gaps and long paragraphs where they say
        who is at what (在, 正, 为, 向). Short sentences above the title, each with a wide gap
        below, where the title has a deck, a byline or a dateline. Not where most long paragraphs
        have a wide gap above them.""",
        """培训班开班

郝发顺 文/图



座谈讨论。



队列训练。

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际，孕育着一派丰收的希望和喜悦。
""",
    ),
    Rule(
        CAPTIONS_ONLY, Kind.CAPTION, "Captions",
        """A page of a head and nothing but short sentences, each two blank lines or more from the
        next; of at most 30 characters where nothing else tells of pictures.""",
        """培训班掠影

郝发顺 摄



座谈讨论。



队列训练。
""",
    ),
    Rule(
        NOTE_NUMBERED, Kind.NOTE, "Notes and page marks",
        """[1] …, ［1］…, 〔一〕…, where the text above points to the number, or nothing but notes
        stands below.""",
        """派出所是公安机关最基层的单位[1]，和人民群众打交道最多。

[1] 见《周口日报》。
""",
    ),
    Rule(
        NOTE_LABEL, Kind.NOTE, "Notes and page marks",
        """注：…, 参考文献, 编者按：…, 作者简介：…, 核心提示, 开栏的话, （本文有删节）.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

注：本文有删节。
""",
    ),
    Rule(
        NOTE_CREDITS, Kind.NOTE, "Notes and page marks",
        """责任编辑：…, 校对 …: no authors.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

责任编辑：陈琦
""",
    ),
    Rule(
        NOTE_SOURCE, Kind.NOTE, "Notes and page marks",
        """A line of a web page or of an office beside a text: 首页 > 新闻 > 正文, 来源：…, 原文来自…,
        字号, 分享到, 本文…转载, 〔2013〕1号. It passes through the head without ending it, and is
        never title, heading or author.""",
        """您的位置： 首页 > 新闻 > 正文

牢记使命 忠诚履职

初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。
""",
    ),
    Rule(
        PAGE_MARK, Kind.PAGE, "Notes and page marks",
        """第2版, —12—, 第 3 页 共 20 页, 1949年10月1日 第1版 (which gives the date).""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

—12—
""",
    ),
    Rule(
        PAGE_TURN, Kind.PAGE, "Notes and page marks",
        """（下转第2版）, （上接第1版）.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

（下转第2版）
""",
    ),
    Rule(
        PAGE_NUMBER, Kind.PAGE, "Notes and page marks",
        """A bare number beside a form feed.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。
1
\f做好群众工作是每个民警应具备的基本功。
执法是公安工作的生命线。
""",
    ),
    Rule(
        JOIN_WRAPPED_LINES, None, "Joins",
        """A page whose paragraphs were broken into lines of one width (16 to 100 Han characters), with
        punctuation inside the lines and most full lines ending inside a sentence, is read by
        paragraphs. A paragraph ends at a line that is not full, at a blank line, and before an
        indented one. Between two words of Latin letters the line break stays in the text. Verse is
        narrower or ends its lines with punctuation; a list of slogans has no full stop, a table no
        commas, a form labels before its lines. Where blank lines stand between all lines, they do
        not count.""",
        """作为基层派出所所长，要承担保一方平安的重任，让党和政府
放心，让人民群众满意。因此，一名合格的所长必须具备强烈
的事业心和高度责任感。此外，政治敏锐性也是一个所长必备
的政治素质，要善于收集把握信息。
""",
    ),
    Rule(
        JOIN_CUT_SENTENCE, None, "Joins",
        """A paragraph of 24 characters or more (16 before a page break) stops inside a sentence, on a
        page whose paragraphs end with full stops; the next one does not begin with a mark or a
        label, nor (unless the upper one wants a word) with a quote or a date; and there is one sign
        more: the upper one stops at a word that wants another (都, 的, 把, 因为 …) or at a comma; a
        quote that is open above is closed below; the lower one begins as no sentence does; the
        characters on both sides of the cut stand together elsewhere in the text; the lower one
        stands unmarked in a run of marked paragraphs; only the upper one is indented; or a page
        ends between them. A paragraph that only lost its full stop is not joined.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

面对这种情况，我们就要光明磊落做事，坦坦荡荡做人，不管是领导、朋友、还是群众，不论是

我们在办事、说情还是评理时，都会赢得群众的理解与支持。
""",
    ),
    Rule(
        JOIN_ACROSS_HEADING, None, "Joins",
        """The same, with a heading and its author line between the halves.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，每一位所长都

基层派出所所长应树立学习意识

市公安局局长 姚天民

要树立终身学习的理念，把学习作为一种生命的常态。
""",
    ),
    Rule(
        JOIN_ACROSS_INSERT, None, "Joins",
        """The same, with a caption between the halves. The caption is sign enough where no other
        paragraph of the page lacks its full stop.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

派出所所长既是指挥员又是战斗员，不但要有精深的专业知识，还要有丰富的基础知识。因此，每一位所长都

图为培训现场。

要树立终身学习的理念，把学习作为一种生命的常态。
""",
    ),
    Rule(
        MOVE_RUN_OF_ONE_PATTERN, None, "Moves",
        """The sentence stands in a run of paragraphs led by one kind of mark (——, or numbers in
        order), above and below the heading. The members above the heading go under it: those that
        share what the members below begin with after the mark; else as many as the heading still
        lacks of the number it promises (四种意识); else the whole run, unless it has a heading of
        its own.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

——树立强烈的大局意识，做到统揽全局。派出所所长是保一方平安的第一责任人，一定要胸怀全局，做到视野开阔。

——树立强烈的学习意识，做到勤学善思。派出所所长既是指挥员又是战斗员，不学习必然要落伍。因此，每一位派出所所长都

基层派出所所长应牢固树立三种意识

市政府党组成员、市公安局局长 姚天民

要树立终身学习的理念，把学习作为一种生命的常态。

——树立强烈的责任意识，做到为官一任，造福一方。
""",
    ),
    Rule(
        MOVE_PROMISED_RUN, None, "Moves",
        """A heading with an author line stands between two members of one run, and promises (三种意识,
        三颗心) exactly as many parts as stand above and below it together; they count on across the
        heading, or begin alike. Not where the members above have a heading of their own.""",
        """派出所是公安机关最基层的单位，和人民群众打交道最多。

——树立强烈的大局意识，做到统揽全局。派出所所长是保一方平安的第一责任人。

——树立强烈的学习意识，做到勤学善思。派出所所长既是指挥员又是战斗员。

基层派出所所长应牢固树立三种意识

市政府党组成员、市公安局局长 姚天民

——树立强烈的责任意识，做到为官一任，造福一方。
""",
    ),
)
# fmt: on

ALL: Final = frozenset(rule.name for rule in DESCRIBED)
"""Every rule name."""

KINDS: Final = {rule.name: rule.kind for rule in DESCRIBED if rule.kind is not None}
"""What each rule makes of a line."""
