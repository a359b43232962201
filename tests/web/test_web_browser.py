"""A real Chromium on a real server: a telephone and a desk, light and dark, keys, no JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from pypdfium2 import PdfDocument

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
SEED = "/documents/000_ea956ef4aa722372.txt"
ADDRESSES = [
    "/",
    "/search?q=" + quote("派出所所长"),
    "/search?q=" + quote("“派出所 date:何时"),
    "/search?q=" + quote("没有这样的话"),
    f"{SEED}?q=" + quote("所长"),
    f"{SEED}?order=file&traces=1",
    "/concordance?sort=right1&group=right1&q=" + quote("所长"),
    "/concordance?group=author&author=" + quote("编辑") + "&q=" + quote("山高"),
    "/documents/" + quote("长文") + "?q=" + quote("春夏秋冬"),
    "/browse",
    "/documents",
    "/left-out",
    "/cite/000_ea956ef4aa722372.txt",
    "/compare?document=" + quote("信/../甲") + "&document=" + quote("信//乙?#%", safe=""),
    "/compare?document=000_ea956ef4aa722372.txt",
    "/distribution?by=year&q=" + quote("见字如面") + "&q=" + quote("所长"),
    "/distribution?by=collection&relative=1&q=" + quote("高祖"),
    "/collocates?unit=word&q=" + quote("派出所"),
    "/keyness?q=" + quote("派出所"),
    "/card?q=" + quote("派出所"),
    "/help",
    "/help?lang=en",
    "/api",
    "/nowhere",
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
                *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
            ],
        )
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Any, site: str, **options: Any) -> Iterator[Any]:
    """A page of a new reader. Fails on a request to another host, a script's error, or a broken policy."""
    context = chromium.new_context(base_url=site, **{"viewport": DESK, "locale": "zh-CN", **options})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
    try:
        yield page
    finally:
        context.close()
    assert [url for url in asked if not url.startswith(site + "/")] == []
    assert [text for text in complaints if "404 (NOT FOUND)" not in text] == []


def current(page: Any) -> str:
    """The number of the hit that is current, as the bar of hits says it."""
    return str(page.locator(".hit-bar .position").inner_text())


def in_sight(page: Any, selector: str) -> bool:
    return bool(
        page.locator(selector).first.evaluate(
            "e => { const b = e.getBoundingClientRect(); return b.top >= 0 && b.bottom <= innerHeight }"
        )
    )


def tab_to(page: Any, text: str) -> None:
    """Press Tab until what has the focus, or its label, says the text."""
    for _ in range(200):
        page.keyboard.press("Tab")
        has = "e => e.matches('a, button, input, select, pre') ? (e.labels?.[0] ?? e).innerText : ''"
        if text in page.evaluate(f"({has})(document.activeElement)"):
            return
    raise AssertionError(f"no stop of the keyboard says {text}")


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_its_window(
    chromium: Any, site: str, viewport: dict[str, int], scheme: str
) -> None:
    with opened(chromium, site, viewport=viewport, color_scheme=scheme) as page:
        for address in ADDRESSES:
            page.goto(address)
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, address


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_search_open_a_hit_and_step_through_the_hits(
    chromium: Any, site: str, viewport: dict[str, int]
) -> None:
    with opened(chromium, site, viewport=viewport) as page:
        page.goto("/")
        page.get_by_role("combobox").fill("所长")
        page.get_by_role("combobox").press("Enter")
        page.wait_for_url("**/search?*")
        first = page.locator(".hit").first
        assert first.locator("mark:visible").first.inner_text() == "所长"
        passage = first.locator(".read").get_attribute("href").partition("#")[2]
        first.locator(".read").click()
        page.wait_for_url("**/documents/**")
        assert in_sight(page, f"#{passage} mark")
        page.locator(".hit-bar .next").click()
        assert page.locator("mark.current").count() == 1
        assert page.evaluate("document.querySelector('mark.current').closest('.passage').id") == passage
        at = int(current(page).split("/")[0])
        page.locator(".hit-bar .next").click()
        assert current(page) == f"{at + 1} / 50"
        page.locator(".hit-bar .previous").click()
        page.locator(".hit-bar .previous").click()
        assert current(page) == f"{at - 1} / 50"
        assert in_sight(page, "mark.current")


def test_a_folder_is_searched_alone_or_left_for_everything(chromium: Any, site: str) -> None:
    with opened(chromium, site, viewport=PHONE) as page:
        for everywhere in (False, True):
            page.goto("/browse/folders?in=" + quote("史部"))
            page.get_by_role("combobox").fill("见字如面")
            if everywhere:
                page.get_by_label("史部").uncheck()
            page.get_by_role("combobox").press("Enter")
            page.wait_for_url("**/search?*")
            assert page.locator(".hit").count() == (2 if everywhere else 0)
            assert ("collection=" in page.url) is not everywhere


def test_stepping_goes_round_at_the_ends(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"{SEED}?q=" + quote("所长") + "#hit-50")
        assert current(page) == "50 / 50"
        page.keyboard.press("n")
        assert current(page) == "1 / 50"
        page.keyboard.press("p")
        assert current(page) == "50 / 50"


def test_stepping_goes_on_in_the_next_part_of_a_long_document(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/documents/" + quote("长文") + "?q=" + quote("春夏秋冬") + "&match=exact")
        shown = page.locator("mark[id]").count()
        page.goto("/help")
        page.goto("/documents/" + quote("长文") + "?q=" + quote("春夏秋冬") + f"&match=exact#hit-{shown}")
        assert current(page).startswith(f"{shown} /")
        page.keyboard.press("n")
        page.wait_for_url("**part=2**")
        assert current(page).startswith(f"{shown + 1} /")


def test_keys_step_and_jump_and_never_take_what_is_typed(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"{SEED}?q=" + quote("所长"))
        page.keyboard.press("n")
        page.keyboard.press("j")
        assert current(page) == "2 / 50"
        page.keyboard.press("k")
        page.keyboard.press("p")
        assert current(page) == "50 / 50"
        page.keyboard.press("Control+n")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "q"
        page.keyboard.type("njpk/")
        assert page.locator("#q").input_value() == "njpk/"
        assert current(page) == "50 / 50"


def test_keys_can_be_turned_off_for_good(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"{SEED}?q=" + quote("所长"))
        page.get_by_role("button", name="停用快捷键").click()
        page.reload()
        page.keyboard.press("n")
        assert page.locator("mark.current").count() == 0
        page.get_by_role("button", name="启用快捷键").click()
        page.keyboard.press("n")
        assert page.locator("mark.current").count() == 1


def test_keys_walk_through_the_results_and_enter_opens_one(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/search?q=" + quote("所长"))
        second = page.locator(".hit .read").nth(1).get_attribute("href")
        for key in ("j", "j", "j", "k"):
            page.keyboard.press(key)
        page.keyboard.press("Enter")
        page.wait_for_url("**/documents/**")
        assert page.url.endswith(second)


def test_the_first_tab_skips_to_the_content(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/help")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        assert in_sight(page, ".skip")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"


def test_the_language_is_switched_and_kept(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/search?q=" + quote("所长"))
        page.get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.get_by_role("combobox").input_value() == "所长"
        page.goto("/")
        assert page.get_by_role("button", name="Search").is_visible()
        page.get_by_role("link", name="简体").click()
        assert page.get_by_role("button", name="检索").is_visible()


def test_everything_is_reached_without_javascript(chromium: Any, site: str) -> None:
    with opened(chromium, site, java_script_enabled=False, viewport=PHONE) as page:
        page.goto("/")
        page.get_by_role("searchbox").fill("所长")
        page.get_by_role("searchbox").press("Enter")
        whole = page.locator(".hit details.whole:visible").first
        whole.locator("summary").click()
        assert whole.locator("p").is_visible()
        around = page.locator(".hit details.around").first
        around.locator("summary").click()
        assert around.locator("p").first.is_visible()
        page.locator(".hit .read").first.click()
        page.locator(".hit-bar .next").click()
        assert page.url.endswith("#hit-1")
        for number in (2, 3):
            page.locator(f"#hit-{number - 1} + .step a").last.click()
            assert page.url.endswith(f"#hit-{number}")
        assert page.locator("#hit-2 + .step").is_hidden()
        page.get_by_role("link", name="English").click()
        assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
def test_a_hit_takes_at_most_three_lines_and_shows_what_was_found(
    chromium: Any, site: str, viewport: dict[str, int]
) -> None:
    with opened(chromium, site, viewport=viewport) as page:
        for query in ("所长", "群众 责任", "派出所所长的"):
            page.goto("/search?limit=50&q=" + quote(query))
            texts = page.locator(".hit:not(:has(.elsewhere)) .text:visible")
            assert texts.count() > 5, query
            for i in range(texts.count()):
                lines, cut, marks = texts.nth(i).evaluate(
                    """e => {
                        const height = parseFloat(getComputedStyle(e).lineHeight);
                        const box = e.getBoundingClientRect();
                        const seen = [...e.querySelectorAll("mark")].filter(
                            m => m.getBoundingClientRect().top < box.bottom - 1);
                        return [Math.round(e.clientHeight / height), e.scrollHeight > e.clientHeight + 2,
                                seen.length];
                    }"""
                )
                assert lines <= 3
                assert not cut, texts.nth(i).inner_text()
                assert marks


def test_the_measure_of_the_reading_page_is_that_of_a_book(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(SEED)
        width, size, line, indent = page.locator(".page p.text").first.evaluate(
            """e => { const s = getComputedStyle(e);
                return [e.clientWidth, parseFloat(s.fontSize), parseFloat(s.lineHeight),
                        parseFloat(s.textIndent)] }"""
        )
        assert 30 <= width / size <= 42
        assert line / size >= 1.8
        assert indent == 2 * size


CONTRAST = """() => {
  const part = v => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 };
  const light = c => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
  const colour = text => {
      const v = text.match(/[\\d.]+/g).map(Number); return v.length < 4 ? [...v, 1] : v };
  const ground = e => { for (; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }
      return [255, 255, 255] };
  const poor = [];
  for (const e of document.querySelectorAll("body *")) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
    if (!e.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const [a, b] = [light(colour(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) poor.push(`${e.className || e.tagName} ${ratio.toFixed(2)}`);
  }
  return [...new Set(poor)];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground_as_wcag_asks(chromium: Any, site: str, scheme: str) -> None:
    with opened(chromium, site, color_scheme=scheme) as page:
        for address in ADDRESSES:
            page.goto(address)
            assert page.evaluate(CONTRAST) == [], address


def test_on_paper_there_is_only_the_text(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto(f"{SEED}?q=" + quote("所长"))
        page.emulate_media(media="print")
        assert page.locator(".page p.text").first.is_visible()
        for chrome in (".top", ".side", ".hit-bar", ".pilcrow", ".foot"):
            assert page.locator(chrome).first.is_hidden()


def test_every_sheet_of_paper_says_what_it_is_and_where_it_is_from(
    chromium: Any, site: str, tmp_path: Path
) -> None:
    with opened(chromium, site) as page:
        page.goto("/documents/长文?q=" + quote("春夏 秋冬"))
        printed = page.locator(".printed")
        assert printed.is_hidden()
        page.pdf(path=tmp_path / "paper.pdf", format="A5")
        assert printed.locator(".address").inner_text() == f"{site}/documents/长文?q=春夏%20秋冬"
        page.emulate_media(media="print")
        assert printed.inner_text().startswith("一篇很长的文字 · 卷宗")
    with opened(chromium, site) as page:
        page.goto("/documents/" + quote("史部/正史/卷一.txt"))
        page.emulate_media(media="print")
        assert page.locator(".printed").inner_text().startswith("高祖本紀 · 史部/正史 · 卷宗")
    sheets = [sheet.get_textpage().get_text_range() for sheet in PdfDocument(tmp_path / "paper.pdf")]
    assert len(sheets) > 10
    assert all("一篇很长的文字 · 卷宗" in sheet and f"{site}/documents/" in sheet for sheet in sheets)


def test_a_citation_and_a_card_are_printed_without_their_buttons(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        for address, kept in ((f"/cite/{SEED.rpartition('/')[2]}", "BibTeX"), ("/card?q=所长", "检索词")):
            page.goto(address)
            page.emulate_media(media="print")
            text = page.locator("main").inner_text()
            assert kept in text
            assert [word for word in ("复制", "回到原文", "返回检索结果", "保存为") if word in text] == []
        page.goto(SEED)
        assert "显示" not in page.locator(".about").inner_text()


def test_texts_cannot_run_as_scripts(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        page.goto("/search?q=alert")
        page.locator(".hit .read").first.click()
        assert "<script>alert(1)</script>" in page.locator("article.page").inner_text()


def test_a_button_copies_a_link_as_people_read_it(chromium: Any, site: str) -> None:
    with opened(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto("/documents/" + quote("史部/正史/卷一.txt"))
        page.get_by_role("button", name="复制链接").click()
        page.get_by_role("button", name="已复制").wait_for()
        assert page.evaluate("navigator.clipboard.readText()") == f"{site}/documents/史部/正史/卷一.txt"


def test_a_printed_page_of_results_says_which_it_is(chromium: Any, site: str) -> None:
    with opened(chromium, site) as page:
        page.goto("/search?limit=10&offset=10&q=" + quote("所长"))
        page.emulate_media(media="print")
        assert page.locator(".pager .at").inner_text().startswith("第 2 页，共")
        for chrome in (".pager a", ".drawer", ".copy", ".controls", ".download", ".took"):
            assert page.locator(chrome).first.is_hidden(), chrome


def test_selected_text_is_copied_with_its_citation(chromium: Any, site: str) -> None:
    from playwright.sync_api import expect

    with opened(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(SEED)
        button = page.locator("button.copy-cited")
        assert not button.is_visible()
        page.evaluate("""() => {
            const passage = [...document.querySelectorAll(".page .passage")]
                .find((one) => one.textContent.includes("终身学习的理念"));
            getSelection().selectAllChildren(passage);
        }""")
        button.wait_for(state="visible")
        button.click()
        # Not wait_for_function: when it has to wait it evaluates text, which the site's policy forbids.
        expect(button).not_to_have_text(button.get_attribute("data-label"))
        text, entry, link = page.evaluate("navigator.clipboard.readText()").split("\n")
        assert "终身学习的理念" in text
        assert "¶" not in text
        assert entry.startswith("姚天民. 基层派出所所长应牢固树立四种意识[Z]//郝发顺. 牢记使命")
        assert link.startswith(f"{site}/p/")
        page.evaluate("getSelection().removeAllRanges()")
        button.wait_for(state="hidden")
