"""Web pages: the text with its structure, as readers see it, and without the menus around it."""

from __future__ import annotations

from pathlib import Path

import pytest
from markup_files import BOOK, HEAD, asides, is_the_book, one, page, pandoc, rows, runs

from archive.errors import ReadError

PROSE = "派出所作为公安机关的最基层单位，必须时刻保持高度的敏锐，认真对待每一件小事，做好每一天的工作。"


def test_what_pandoc_writes_is_the_book(tmp_path: Path) -> None:
    is_the_book(one("html", pandoc(BOOK, "html5", tmp_path)), *HEAD)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_an_old_page_of_tables_is_its_article(encoding: str) -> None:
    # Saved again as UTF-8, such pages still say gb2312.
    found = one(
        "html",
        f"""<html><head><meta http-equiv=Content-Type content="text/html; charset=gb2312">
        <title>做合格所长_某县新闻网</title></head><body>
        <table><tr><td><a href=/>首页</a> | <a href=/n>新闻</a> | <a href=/z>图片</a></td></tr></table>
        <table width=100%><tr><td width=200>栏目导航<br><a href=1>本地新闻</a><br><a href=2>国内新闻</a></td>
        <td><div align=center><font size=5><b>做合格所长</b></font></div>
        <div align=center>2010-05-06 10:20　来源：某县日报　作者：记者甲 <a href=javascript:>打印</a></div>
        &nbsp;&nbsp;&nbsp;&nbsp;本报讯　{PROSE}<br><br>　　㑹议由镕城派出所主持。<br>
        <p align=right>（责任编辑：编辑乙）</p>
        <p>上一页 <a href=x>1</a> <a href=y>2</a> <a>下一页</a></p></td>
        <td>相关新闻<ul><li><a href=a>某局召开会议</a><li><a href=b>某县举行活动</a></ul></td></tr></table>
        <table><tr><td>版权所有 某县新闻网 ICP备00000号</td></tr></table></body></html>""".encode(encoding),
    )
    assert rows(found) == [
        ("title", 0, "做合格所长"),
        ("", 0, "2010-05-06 10:20　来源：某县日报　作者：记者甲 打印"),
        ("", 0, f"\u00a0\u00a0\u00a0\u00a0本报讯　{PROSE}"),
        ("", 0, "　　㑹议由镕城派出所主持。"),
        ("", 0, "（责任编辑：编辑乙）"),
    ]
    (said,) = found.notes
    assert said.code == "menus"
    assert "首页 | 新闻 | 图片 栏目导航" in said.message


def test_menus_by_their_markup_are_left_out_and_an_article_in_them_is_not() -> None:
    found = one(
        "html",
        page(
            f"""<header><h1>某县新闻网</h1>
            <nav><ul><li><a href=/>首页</a><li><a href=/n>新闻</a></ul></nav></header>
            <main><article><header><h1>做合格所长</h1><p>记者甲</p></header><p>{PROSE}</p><h2>要有责任感</h2>
            <p>不难。</p></article>
            <aside><h3>热门</h3><ul><li><a href=a>某局召开会议</a></ul><p>{PROSE}</p></aside></main>
            <footer>关于我们</footer>""",
            "<title>做合格所长 - 某县新闻网</title>",
        ),
    )
    assert rows(found) == [
        ("title", 0, "做合格所长"),
        ("", 0, "记者甲"),
        ("", 0, PROSE),
        ("heading", 2, "要有责任感"),
        ("", 0, "不难。"),
        ("", 0, PROSE),
    ]


def test_a_notice_keeps_its_file_number_and_what_is_enclosed() -> None:
    found = one(
        "html",
        page(
            f"""<div><a href=/>首页</a><a href=/z>政务公开</a></div>
            <div>当前位置：<a href=/>首页</a> &gt; <a>公告</a></div>
            <table><tr><td>文　　号：</td><td>某政办〔2013〕1号</td>
            <td>成文日期：</td><td>2013年3月1日</td></tr></table>
            <div>关于植树的通知</div><p>{PROSE}</p><p align=right>某县人民政府</p>
            <p>附件：<a href=a>分配表.doc</a></p>
            <div>【<a href=#>打印</a>】【<a href=#>关闭</a>】</div><div>站务</div>""",
            "<title>关于植树的通知-某县人民政府</title>",
        ),
    )
    assert rows(found) == [
        ("text", 0, "文　　号：\t某政办〔2013〕1号\t成文日期：\t2013年3月1日"),
        ("title", 0, "关于植树的通知"),
        ("", 0, PROSE),
        ("", 0, "某县人民政府"),
        ("", 0, "附件：分配表.doc"),
    ]


def test_a_page_without_sentences_is_read_as_a_whole() -> None:
    found = one("html", page("<h1>目录</h1><ul><li><a href=1>早市</a><li><a href=2>晚市</a></ul>"))
    assert rows(found) == [("title", 0, "目录"), ("", 0, "早市"), ("", 0, "晚市")]
    assert not found.notes


def test_a_list_of_links_inside_the_text_stays() -> None:
    found = one("html", page(f"<p>{PROSE}</p><p>参见<a href=1>某县新志人物卷第三章</a></p><p>{PROSE}</p>"))
    assert runs(found) == [PROSE, "参见某县新志人物卷第三章", PROSE]


def test_readings_and_marks_of_notes_do_not_break_the_run() -> None:
    found = one(
        "html",
        page("""<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>之美<sup>[1]</sup>，
        在于<a href="#_ftn2" name="_ftnref2">[2]</a>形，<sup>③</sup>
        重<b>五</b>千克，宽<i>m</i><sup>2</sup>。</p>
        <p>下一段。</p><hr><p>[1] 一说在音。</p>
        <p><a href="#_ftnref2" name="_ftn2">[2]</a> 一说在义。</p>"""),
    )
    assert rows(found) == [
        ("", 0, "漢字之美，在于形，重五千克，宽m2。"),
        ("note", 0, "[2] 一说在义。"),
        ("", 0, "下一段。"),
        ("", 0, "[1] 一说在音。"),
    ]
    assert asides(found) == ["かんじ", "[1]", "[2]", "③"]


def test_two_notes_that_lead_to_each_other_are_read_once() -> None:
    marks = "".join(f'<a class="footnote-ref" href="#n{n}">{n}</a>' for n in (1, 2, 1))
    notes = '<li id="n1">甲<a class="footnote-ref" href="#n2">2</a></li><li id="n2">乙</li>'
    found = one("html", page(f"<p>一{marks}</p><ol>{notes}</ol>"))
    assert rows(found) == [("", 0, "一"), ("note", 0, "甲"), ("note", 0, "乙")]


def test_tables_of_data_are_rows_and_tables_of_layout_are_not() -> None:
    found = one(
        "html",
        page(f"""<table><caption>人口</caption><tr><th>年</th><th>人口</th></tr><tr><td>1949</td><td>二万</td></tr>
        <tr><td></td><td>不详</td><td></td></tr></table>
        <table><tr><td><h2>左</h2><p>{PROSE}</p></td><td><table><tr><td>甲</td><td>乙</td></tr></table></td></tr></table>
        """),
    )
    assert rows(found) == [
        ("caption", 0, "人口"),
        ("text", 0, "年\t人口"),
        ("text", 0, "1949\t二万"),
        ("", 0, "不详"),
        ("heading", 2, "左"),
        ("", 0, PROSE),
        ("text", 0, "甲\t乙"),
    ]


def test_pictures_give_their_captions_and_the_characters_that_they_are() -> None:
    found = one(
        "html",
        page("""<p>地名<img alt="㑹" src=x.gif>口<img alt="地图：会口" src=m.png><img alt="IMG_01.jpg"></p>
        <figure><img alt="会场"><figcaption>图为会场。</figcaption></figure><h2><img alt="第一章"></h2>"""),
    )
    assert rows(found) == [
        ("", 0, "地名㑹口"),
        ("caption", 0, "地图：会口"),
        ("caption", 0, "图为会场。"),
        ("heading", 2, "第一章"),
    ]


def test_lines_of_pre_and_breaks_are_lines() -> None:
    found = one(
        "html", page("<pre>\n　　第一行\n  第二行\n\n第三行</pre><p>床前明月光，<br/>疑是地上霜。</p>")
    )
    assert runs(found) == ["　　第一行", "  第二行", "第三行", "床前明月光，", "疑是地上霜。"]


def test_what_a_page_does_not_show_is_said_unless_it_is_text() -> None:
    found = one(
        "html",
        page(
            f"""<!-- 注释 --><script>var 甲</script><style>乙{{}}</style><noscript>丙</noscript>
            <template>丁</template>
            <p>{PROSE}</p><p hidden>戊己</p><div style="display: none">{PROSE}</div>
            <p>&lt;b&gt;&amp;&nbsp;&foo;</p>"""
        ),
    )
    assert runs(found) == [PROSE, PROSE, "<b>&\u00a0&foo;"]
    assert found.notes[0].said[1] == 2


def test_what_the_head_says_is_metadata() -> None:
    found = one(
        "html",
        page(
            f"<p>{PROSE}</p>",
            """<meta property="og:title" content="做合格所长"><meta name="author" content="记者甲">
            <meta name="DC.publisher" content="某社">
            <meta property="article:published_time" content="2010-05-06T10:20:00+08:00">
            <script type="application/ld+json">{"@graph": [{"headline": "另题",
            "author": [{"name": "记者乙"}],
            "publisher": {"name": "某县日报"}}]}</script>
            <script type="application/ld+json">[[[</script>""",
        ),
    )
    assert found.metadata == {
        "title": "做合格所长",
        "author": "记者甲",
        "date": "2010-05-06T10:20:00+08:00",
        "source": "某县日报",
        "publisher": "某社",
        "language": "zh",
    }
    assert rows(found)[0] == ("title", 0, "做合格所长")


@pytest.mark.parametrize(
    ("declared", "written"),
    [("gb2312", "gb18030"), ("big5", "big5"), ("utf-8", "gb18030"), ("x-none", "gb18030"), ("gbk", "utf-8")],
)
def test_the_declared_encoding_is_taken_if_the_page_can_be_in_it(declared: str, written: str) -> None:
    text = "今日天氣很好，我們到河邊去看市集，人人都很高興。"
    found = one("html", f"<meta charset={declared}><p>{text}</p>".encode(written))
    assert runs(found) == [text]
    assert not found.notes


def test_a_saved_page_with_its_pictures_is_its_page() -> None:
    saved = (
        "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--X\r\n"
        "Content-Type: text/html;"
        " charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>㑹议。</p>\r\n--X\r\n"
        "Content-Type: image/gif\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nR0lG\r\n--X--\r\n"
    )
    assert runs(one("html", saved.encode("gb18030"), "a.mhtml")) == ["㑹议。"]
    with pytest.raises(ReadError, match="no page in it"):
        one("html", b"Content-Type: text/plain\r\n\r\nx", "a.mht")


def test_a_page_nested_too_deep_is_its_text() -> None:
    found = one("html", "<div>" * 100_000 + "卷<p>宗</p>")
    assert runs(found) == ["卷", "宗"]
    assert [said.code for said in found.notes] == ["structure_lost"]


@pytest.mark.parametrize("title", ["", "县报 1998年11月5日"])
@pytest.mark.parametrize(
    "frames",
    [
        "<frameset cols='20%,*'><frame src='left.htm'><frame src='%E6%AD%A3%E6%96%87.htm'>"
        "<noframes><body>您的浏览器不支持框架。</body></noframes></frameset>",
        "<frameset rows='9,*'><frame src='left.htm'><frameset cols='9,*'><frame src='正文.htm'></frameset>"
        "</frameset>",
        "<body><iframe src='left.htm'></iframe><iframe src='正文.htm'></iframe></body>",
    ],
)
def test_a_page_of_frames_names_the_pages_in_them(title: str, frames: str) -> None:
    """Old newspapers are such pages: one was an empty document, and nothing said where its text is."""
    found = one("html", f"<html><head><title>{title}</title></head>{frames}</html>")
    assert rows(found) == ([("title", 0, title)] if title else [])
    assert [note.said for note in found.notes] == [("frames", "left.htm, 正文.htm")]


def test_a_page_with_text_and_a_frame_is_its_text() -> None:
    (said,) = [one("html", f"<html><body><p>{PROSE}</p><iframe src='ad.htm'></iframe></body></html>")]
    assert (rows(said), said.notes) == ([("", 0, PROSE)], ())


def test_pages_that_google_docs_and_word_export_keep_their_title_and_their_deck() -> None:
    """Both were taken for a menu: they have no sentence and are above the first heading."""
    for title, deck in (("title", "subtitle"), ("MsoTitle", "MsoSubtitle")):
        found = one(
            "html",
            page(
                f"<p class='c1 {title}'>河边的集市</p><p class='{deck}'>副题</p><h1>早市</h1>"
                "<p>天还没亮，河边有人。</p><h1>晚市</h1><p>床前明月光。</p>",
                "<title>河边的集市 - 文档</title>" if title == "title" else "<title>河边</title>",
            ),
        )
        assert rows(found)[:3] == [("title", 0, "河边的集市"), ("deck", 0, "副题"), ("heading", 1, "早市")]


def test_a_short_poem_that_a_script_was_to_show_is_read() -> None:
    """An account of WeChat hides its text until a script has run; of a saved page only the title was left."""
    poem = "<p>床前明月光，</p><p>疑是地上霜。</p><p>举头望明月，</p><p>低头思故乡。</p>"
    found = one(
        "html", page(f'<h1>静夜思</h1><div style="visibility: hidden">{poem}</div><p hidden>再见。</p>')
    )
    assert runs(found) == ["静夜思", "床前明月光，", "疑是地上霜。", "举头望明月，", "低头思故乡。"]
