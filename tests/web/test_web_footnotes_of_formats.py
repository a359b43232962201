"""Footnotes of OpenDocument, RTF, EPUB and PDF: each opens at its mark."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from test_web_browser import CHROMIUM, chromium
from test_web_footnotes import opens

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

__all__ = ["chromium"]

NAMES = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"
ODT = (
    f'<o:document-content xmlns:o="{NAMES.format("office")}" xmlns:t="{NAMES.format("text")}"><o:body>'
    '<o:text><t:p>卖菜的<t:note t:note-class="footnote"><t:note-citation>1</t:note-citation><t:note-body>'
    "<t:p>以白菜为多。</t:p></t:note-body></t:note>和卖鱼的<t:note t:note-class='endnote'>"
    "<t:note-citation>i</t:note-citation><t:note-body><t:p>多为鲤鱼。</t:p></t:note-body></t:note>各占一边。</t:p>"
    "</o:text></o:body></o:document-content>"
)
RTF = (
    r"{\rtf1\ansi\uc1 卖菜的{\super\chftn}{\footnote\pard {\super\chftn} 以白菜为多。}"
    r"和卖鱼的{\super\chftn}{\footnote\pard {\super\chftn} 多为鲤鱼。}各占一边。\par}"
)
CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="b.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata/><manifest>'
    '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/></manifest>'
    '<spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
)
XHTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>集市</title>'
    "</head><body>{}</body></html>"
)
CHAPTER = (
    '<h1>集市</h1><p>卖菜的<a epub:type="noteref" href="#n1">1</a>和卖鱼的'
    '<a id="r2" epub:type="noteref" href="b.xhtml#n2">2</a>各占一边。</p>'
    '<aside id="n1" epub:type="footnote"><p>以白菜为多。</p></aside>'
)
NOTES = '<h1>注</h1><p id="n2"><a href="a.xhtml#r2">2</a> 多为鲤鱼。</p>'
PRINTED = """\
<html lang="zh"><style>sup {font-size: 7pt} section {height: 17cm; break-after: page; position: relative}
footer {position: absolute; bottom: 0; font-size: 9pt; border-top: 1px solid}</style>
<section><h1>集市</h1><p>卖菜的<sup>①</sup>和卖鱼的<sup>②</sup>各占一边，一直到河边的大树底下，人来人往，热闹得很。</p>
<footer><p>① 以白菜为多。</p><p>② 多为鲤鱼。</p></footer></section>
<section><p>天亮了<sup>①</sup>，集市散了，只剩下几个人还在收拾摊子，准备回家去，明天一早再来。</p>
<footer><p>① 指卯时。</p></footer></section></html>"""


def _packed(path: Path, files: dict[str, str]) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in files.items():
            file.writestr(name, text)


def _write(folder: Path) -> None:
    kind = "application/vnd.oasis.opendocument.text"
    _packed(folder / "a.odt", {"mimetype": kind, "content.xml": ODT})
    _packed(
        folder / "b.epub",
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "b.opf": PACKAGE,
            "a.xhtml": XHTML.format(CHAPTER),
            "b.xhtml": XHTML.format(NOTES),
        },
    )
    units = ((c, int.from_bytes(c.encode("utf-16-be"), signed=True)) for c in RTF)
    (folder / "c.rtf").write_text("".join(c if c.isascii() else rf"\u{n}?" for c, n in units), "ascii")


def shown(home: Path, name: str) -> list[tuple[str, str, str]]:
    return opens(create_app(LiveArchive(home).get).test_client().get(f"/documents/{name}").text)


def test_the_notes_of_each_format_open_at_their_mark(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    _write(folder)
    rebuild(tmp_path / "home", folder, engine="whoosh")
    for name, second in (("a.odt", "多为鲤鱼。"), ("b.epub", "2 多为鲤鱼。"), ("c.rtf", "多为鲤鱼。")):
        assert shown(tmp_path / "home", name) == [
            ("卖菜的", "1", "以白菜为多。"),
            ("和卖鱼的", "2", second),
        ], name


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_notes_of_a_printed_page_open_at_the_marks_of_that_page(chromium: Any, tmp_path: Path) -> None:
    """The raised marks, which are apart from their run, were taken for the note of the first of them."""
    (tmp_path / "texts").mkdir()
    page = chromium.new_page()
    page.set_content(PRINTED)
    page.pdf(path=tmp_path / "texts/a.pdf", format="A5")
    page.close()
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    assert [(before[-3:], label, note) for before, label, note in shown(tmp_path / "home", "a.pdf")] == [
        ("卖菜的", "①", "①以白菜为多。"),
        ("卖鱼的", "②", "②多为鲤鱼。"),
        ("天亮了", "①", "①指卯时。"),
    ]
