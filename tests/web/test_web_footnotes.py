"""Footnotes where they belong: a mark in the text opens its note and leads to it, and back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask.testing import FlaskClient
from serving import serving
from test_web_accessibility import EVERYTHING, PHONE, RUN
from test_web_browser import CHROMIUM, chromium, opened

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

__all__ = ["chromium"]

browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r" Type="{}" Target="{}"/></Relationships>'
)


def _run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _reference(number: int) -> str:
    return f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'


def _note(number: int, *paragraphs: str) -> str:
    inside = "".join(f"<w:p>{_run(one)}</w:p>" for one in paragraphs)
    return f'<w:footnote w:id="{number}">{inside}</w:footnote>'


def _word(path: Path) -> None:
    body = (
        f"<w:p>{_run('卖菜的')}{_reference(2)}{_run('和卖鱼的')}{_reference(3)}{_reference(4)}{_run('各占一边。')}"
        f"{_reference(5)}</w:p><w:p>{_run('天亮了。')}</w:p>"
    )
    notes = _note(2, "以白菜为多。", "萝卜次之。") + _note(3, "多为鲤鱼。") + _note(4, "也有虾。")
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("_rels/.rels", RELATION.format(f"{OFFICE}/officeDocument", "word/document.xml"))
        file.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')
        file.writestr("word/_rels/document.xml.rels", RELATION.format(f"{OFFICE}/footnotes", "footnotes.xml"))
        file.writestr(
            "word/footnotes.xml", f'<w:footnotes xmlns:w="{W}">{notes}{_note(5, "河在村南。")}</w:footnotes>'
        )


MARKDOWN = """\
# 论集市

天还没亮[^1]，河边早有人[^2]了。又说天还没亮[^1]。

鱼从上游来[^b]。

[^1]: 指寅时。
[^2]: 见《县志》卷三。

    又见卷五。
[^b]: 一天一次。
"""
MARK = '<sup><a id="r{0}" href="#n{0}">[{0}]</a></sup>'
NOTE = '<p id="n{0}"><a href="#r{0}">[{0}]</a> {1}</p>'
PAGE = (
    '<!doctype html><html lang="zh"><title>集市之一</title><body><h1>集市之一</h1>'
    f"<p>天还没亮{MARK.format(1)}，河边<ruby>早<rt>zǎo</rt></ruby>有人{MARK.format(2)}{MARK.format(3)}。</p><h2>注</h2>"
    f"{NOTE.format(1, '指寅时。')}{NOTE.format(2, '见《县志》。')}{NOTE.format(3, '见村志。')}</body></html>"
)
PLAIN = """\
县里的集市

派出所是公安机关最基层的单位[1]，和人民群众打交道最多。

集市每月三次，逢五逢十开集，远近各村的人都来②。集市上卖鱼的最多。

[1] 见某市日报第三版。

② 见《县志》卷三。
"""
TEI = """\
<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>某经</title></titleStmt>
</fileDesc></teiHeader><text><body>
<p>如是我聞<note place="foot" n="1">聞，一作問。</note>一時佛在某國。</p></body></text></TEI>
"""
WANTED = {
    "a.docx": [
        ("卖菜的", "1", "以白菜为多。 萝卜次之。"),
        ("和卖鱼的", "2", "多为鲤鱼。"),
        ("和卖鱼的", "3", "也有虾。"),
        ("各占一边。", "4", "河在村南。"),
    ],
    "b.md": [
        ("天还没亮", "1", "指寅时。"),
        ("河边早有人", "2", "见《县志》卷三。 又见卷五。"),
        ("又说天还没亮", "1", "指寅时。"),
        ("鱼从上游来", "b", "一天一次。"),
    ],
    "c.html": [
        ("天还没亮", "[1]", "[1] 指寅时。"),
        ("有人", "[2]", "[2] 见《县志》。"),
        ("有人", "[3]", "[3] 见村志。"),
    ],
    "d.txt": [("最基层的单位", "[1]", "[1] 见某市日报第三版。"), ("各村的人都来", "②", "② 见《县志》卷三。")],
    "e.xml": [("如是我聞", "1", "聞，一作問。")],
}


@pytest.fixture(scope="module")
def noted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of texts of five formats with notes."""
    folder, home = tmp_path_factory.mktemp("noted"), tmp_path_factory.mktemp("noted-home")
    _word(folder / "a.docx")
    for name, text in (("b.md", MARKDOWN), ("c.html", PAGE), ("d.txt", PLAIN), ("e.xml", TEI)):
        (folder / name).write_text(text, "utf-8")
    rebuild(home, folder, engine="whoosh")
    return home


@pytest.fixture(scope="module")
def reader(noted: Path) -> FlaskClient:
    """The application over these."""
    return create_app(LiveArchive(noted).get).test_client(use_cookies=False)


def opens(page: str) -> list[tuple[str, str, str]]:
    """What is before each mark of a page, the mark, and the note that it opens."""
    shown = dict(re.findall(r'popover id="note-(\d+)-text"><p>(.*?)</p>', page))
    marks = re.findall(
        r'([^<>]*)<sup class="noteref"(?: id="mark-\d+")?><button[^>]*="note-(\d+)-text"[^>]*>(.*?)<', page
    )
    before = ""
    found = []
    for text, number, label in marks:
        before = text or before
        found.append((before, label, shown[number].replace("<br>", " ")))
    return found


@pytest.mark.parametrize("name", WANTED)
def test_each_mark_is_at_its_place_and_opens_its_note(reader: FlaskClient, name: str) -> None:
    found = opens(reader.get(f"/documents/{name}").text)
    assert [(one[1], one[2]) for one in found] == [(label, note) for _, label, note in WANTED[name]]
    for (text, _, _), (wanted, _, _) in zip(found, WANTED[name], strict=True):
        assert text.endswith(wanted)


@pytest.mark.parametrize("name", WANTED)
def test_each_note_leads_back_to_its_first_mark(reader: FlaskClient, name: str) -> None:
    page = reader.get(f"/documents/{name}").text
    backs = re.findall(r'<p class="note" id="note-(\d+)">.*?href="#mark-(\d+)"', page)
    assert backs == [(number, number) for number, _ in backs]
    assert {number for number, _ in backs} == set(re.findall(r'id="mark-(\d+)"', page))
    assert len(backs) == len({note for _, _, note in WANTED[name]})


def test_a_run_across_a_mark_is_found_and_marked_and_its_hit_names_no_empty_place(
    reader: FlaskClient,
) -> None:
    page = reader.get(f"/documents/a.docx?q={quote('卖菜的和卖鱼的')}").text
    assert re.search(r'<mark id="hit-1">卖菜的<sup .*?>1</button></sup>和卖鱼的', page)
    hit = reader.get("/api/v1/search?q=卖菜的和卖鱼的").get_json()["hits"][0]
    assert all(start < end for start, end in hit["source"])
    assert hit["text"] == "卖菜的和卖鱼的各占一边。"


def test_the_order_of_the_file_has_the_text_alone(reader: FlaskClient) -> None:
    assert "noteref" not in reader.get("/documents/b.md?order=file").text


@pytest.fixture(scope="module")
def noted_site(noted: Path) -> Iterator[str]:
    """The address of a server of these."""
    with serving(noted) as (address, _):
        yield address.rstrip("/")


@browser
@pytest.mark.browser
@pytest.mark.parametrize("lines", ["horizontal", "vertical"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_note_opens_by_keyboard_and_leads_to_its_place_and_back(
    chromium: Any, noted_site: str, scripts: bool, lines: str
) -> None:
    with opened(chromium, noted_site, java_script_enabled=scripts) as page:
        page.goto(f"/documents/a.docx?lines={lines}")
        mark = page.get_by_role("button", name="2")
        mark.focus()
        page.keyboard.press("Enter")
        note = page.locator("#note-2-text")
        assert note.is_visible()
        assert "多为鲤鱼" in note.inner_text()
        box = note.bounding_box()
        assert box["x"] >= 0
        assert box["y"] + box["height"] <= page.viewport_size["height"]
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**#note-2")
        if scripts:
            assert not note.is_visible()
        page.keyboard.press("Escape")
        page.locator("#note-2 .noteback").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**#mark-2")
        assert mark.evaluate("e => getComputedStyle(e.parentNode).verticalAlign") == "super"


@browser
@pytest.mark.browser
def test_copied_text_has_the_marks_that_are_typed_and_paper_has_the_notes_once(
    chromium: Any, noted_site: str
) -> None:
    with opened(chromium, noted_site) as page:
        page.goto("/documents/d.txt")
        page.evaluate("getSelection().selectAllChildren(document.querySelector('.sheet'))")
        assert "单位[1]，和" in page.evaluate("getSelection().toString()")
        page.emulate_media(media="print")
        text = page.locator(".sheet").inner_text()
        assert text.count("见某市日报第三版") == 1
        assert page.get_by_role("button", name="[1]").first.is_visible()


@browser
@pytest.mark.browser
@pytest.mark.parametrize("lines", ["horizontal", "vertical"])
def test_marks_and_an_open_note_keep_nobody_out(chromium: Any, noted_site: str, lines: str) -> None:
    with opened(chromium, noted_site, viewport=PHONE) as page:
        page.goto(f"/documents/a.docx?lines={lines}")
        page.get_by_role("button", name="2").click()
        page.evaluate(AXE_SCRIPT)
        found = page.evaluate(RUN, EVERYTHING)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
