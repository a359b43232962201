"""E-books: a book is one document, with its chapters in order and what the table of contents says."""

from __future__ import annotations

from pathlib import Path

import pytest
from markup_files import BOOK, HEAD, is_the_book, one, pandoc, rows, runs, zipped

from archive.errors import ReadError
from archive.readers.extract import Extract

CONTAINER = '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'


def chapter(body: str) -> str:
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
        f"<body>{body}</body></html>"
    )


def book(chapters: dict[str, str], *, metadata: str = "", items: str = "", **more: str) -> bytes:
    """A book of these chapters, in this order; the links of its manifest are the names as they are given."""
    manifest = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    members: dict[str, str | bytes] = {
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:opf="http://www.idpf.org/2007/opf"><metadata>{metadata}</metadata>'
        f"<manifest>{manifest}{items}</manifest><spine>{spine}</spine></package>",
    }
    written = {name.replace("%20", " "): chapter(body) for name, body in chapters.items() if body}
    return zipped({**members, **{f"OEBPS/{name}": body for name, body in written.items()}, **more})


def said(found: Extract) -> list[str]:
    return [note.code for note in found.notes]


@pytest.mark.parametrize("version", ["epub2", "epub3"])
def test_what_pandoc_writes_is_the_book(version: str, tmp_path: Path) -> None:
    is_the_book(one("epub", pandoc(BOOK, version, tmp_path)), *HEAD)


def test_the_ncx_gives_the_titles_and_the_ranks_that_files_lack() -> None:
    ncx = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap>
      <navPoint><navLabel><text>上卷</text></navLabel><content src="a%20b.xhtml"/>
        <navPoint><navLabel><text>第一章</text></navLabel><content src="c.xhtml"/></navPoint>
        <navPoint><navLabel><text>第二章</text></navLabel><content src="c.xhtml#s2"/></navPoint>
      </navPoint></navMap></ncx>"""
    found = one(
        "epub",
        book(
            {
                "a%20b.xhtml": "<p>卷首语。</p>",
                "C.xhtml": "<h1>第一章</h1><p>早市。</p><h2>鱼</h2><p id='s2'>第二章</p>",
            },
            items='<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>',
            metadata="<dc:title>集市</dc:title>",
            **{"OEBPS/TOC.ncx": ncx},
        ),
    )
    assert rows(found) == [
        ("title", 0, "集市"),
        ("heading", 1, "上卷"),
        ("", 0, "卷首语。"),
        ("heading", 2, "第一章"),
        ("", 0, "早市。"),
        ("heading", 3, "鱼"),
        ("heading", 2, "第二章"),
    ]


def test_notes_in_a_file_of_their_own_stand_below_their_paragraph() -> None:
    found = one(
        "epub",
        book({
            "1.xhtml": '<p>早市<a epub:type="noteref" href="n.xhtml#n1">①</a>'
            '很热闹<a id="r2" href="n.xhtml#n2">[2]</a>。</p>'
            "<p>散了。</p>",
            "n.xhtml": '<aside epub:type="footnote" id="n1"><p>在河边。</p></aside>'
            '<p><a id="n2" href="1.xhtml#r2">[2]</a>一说冷清。</p><p>以上原注。</p>',
        }),
    )  # fmt: skip
    assert rows(found) == [
        ("", 0, "早市很热闹。"),
        ("note", 0, "在河边。"),
        ("note", 0, "[2]一说冷清。"),
        ("", 0, "散了。"),
        ("", 0, "以上原注。"),
    ]


def test_notes_as_chinese_shops_write_them_stand_below_their_paragraph() -> None:
    found = one(
        "epub",
        book({
            "1.xhtml": '<p>早<a class="duokan-footnote" href="#n1" id="r1"><img alt="注" src="n.png"/></a>市'
            '<img class="qqreader-footnote" alt="图中的注。" src="n.png"/>'
            '很<span data-wr-footernote="微信的注。"/>热'
            '<img zy-footnote="掌阅的注。" src="n.png"/>闹。</p><p>散了。</p>'
            '<ol class="duokan-footnote-content">'
            '<li class="duokan-footnote-item" id="n1"><a href="#r1">◎</a>多看的注。</li></ol>',
        }),
    )  # fmt: skip
    assert rows(found) == [
        ("", 0, "早市很热闹。"),
        ("note", 0, "图中的注。"),
        ("note", 0, "微信的注。"),
        ("note", 0, "掌阅的注。"),
        ("note", 0, "◎多看的注。"),
        ("", 0, "散了。"),
    ]


def test_marks_of_pages_stand_where_the_page_begins_and_the_paragraph_goes_on() -> None:
    found = one("epub", book({"1.xhtml": '<p>卷<span epub:type="pagebreak" title="12"/>宗。</p>'}))
    assert rows(found) == [("", 0, "卷"), ("page", 0, "12"), ("", 0, "宗。")]
    assert [line.continues for line in found.lines] == [False, False, True]


def test_cover_and_contents_are_left_out_and_said() -> None:
    contents = (
        "<h1>目录</h1><p><a href='2.xhtml'>早市</a></p><p><a href='2.xhtml'>晚市</a></p><p><a>夜</a></p>"
    )
    found = one("epub", book({"1.xhtml": contents, "2.xhtml": "<p>卷宗。</p>"}))
    assert runs(found) == ["卷宗。"]
    assert said(found) == ["menus"]


def test_metadata_name_the_writers_and_the_series() -> None:
    metadata = """<dc:title>集市</dc:title><dc:creator opf:role="aut">作者甲</dc:creator>
      <dc:creator>Unknown Author</dc:creator>
      <dc:creator id="t">译者乙</dc:creator><meta refines="#t" property="role">trl</meta>
      <dc:publisher>某社</dc:publisher><dc:rights>公有领域</dc:rights>
      <meta name="calibre:series" content="乡土丛书"/>"""
    found = one("epub", book({"1.xhtml": "<h1>早市</h1><p>卷宗。</p>"}, metadata=metadata))
    assert found.metadata == {
        "title": "集市",
        "author": "作者甲",
        "publisher": "某社",
        "rights": "公有领域",
        "collection": "乡土丛书",
    }
    assert rows(found)[:2] == [("title", 0, "集市"), ("heading", 1, "早市")]


def test_what_is_missing_is_named_and_the_rest_is_read() -> None:
    found = one("epub", book({"1.xhtml": "", "2.xhtml": "<p>卷<br>宗&nbsp;</p><p>没有关"}))
    assert runs(found) == ["卷", "宗\u00a0", "没有关"]
    assert [note.message for note in found.notes] == [
        "its part 1.xhtml is missing or damaged; the rest is read."
    ]
    assert found.notes[0].left_out


def test_an_encrypted_book_and_a_file_that_is_no_book_are_named() -> None:
    locked = '<encryption><EncryptedData><CipherReference URI="OEBPS/1.xhtml"/></EncryptedData></encryption>'
    fonts = locked.replace("1.xhtml", "font.otf")
    with pytest.raises(ReadError, match="protected"):
        one("epub", book({"1.xhtml": "<p>卷宗。</p>"}, **{"META-INF/encryption.xml": locked}))
    assert runs(one("epub", book({"1.xhtml": "<p>卷宗。</p>"}, **{"META-INF/encryption.xml": fonts})))
    for data in (b"", b"PK", zipped({"a.txt": "x"}), zipped({"a.opf": "<package/>"}), book({"1.xhtml": ""})):
        with pytest.raises(ReadError, match="is damaged"):
            one("epub", data)


def test_names_that_lead_out_of_the_book_are_names_in_it(tmp_path: Path) -> None:
    (tmp_path / "secret.xhtml").write_text(chapter("<p>密</p>"), "utf-8")
    for name in (f"../../..{tmp_path}/secret.xhtml", (tmp_path / "secret.xhtml").as_uri()):
        found = one("epub", book({name: "", "2.xhtml": "<p>卷宗。</p>"}))
        assert runs(found) == ["卷宗。"]
        assert said(found) == ["part_unread"]
