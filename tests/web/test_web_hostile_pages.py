"""Hostile texts on every page and in every file: markup, bidirectional controls, very long words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from serving import ROOT, serving
from test_web_browser import CHROMIUM, chromium, opened

from archive.messages import LANGUAGES, Language
from index.archive import Archive
from index.build import rebuild
from index.reloading import LiveArchive
from index.requests import SearchRequest
from web.app import create_app
from web.interface import Words

__all__ = ["chromium"]

EVIL = "<b class=evil>桥</b><script>alert(1)</script>\"'&amp;\u202eabc\u2067"
LONG = EVIL + "w" * 10_000 + "长" * 10_000
FIELDS = ("author", "affiliation", "source", "edition", "page", "language", "rights")
SECTIONS = [{"heading": EVIL, "author": EVIL, "text": f"{EVIL}渡口[1]。\n[1] {EVIL}"}]
RECORDS: list[dict[str, Any]] = [
    {"id": f"甲{EVIL}", "title": EVIL, **dict.fromkeys(FIELDS, EVIL), "date": "1949", "sections": SECTIONS},
    {"id": "乙", "title": LONG, **dict.fromkeys(FIELDS, LONG), "date": "1956", "text": f"{LONG}渡口。"},
    *({"id": f"{n}", "title": f"{EVIL}{n}", "author": f"{EVIL}{n}", "text": f"{EVIL}{n}"} for n in range(20)),
]
BRIDGE = "q=" + quote("桥")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts, home = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    folder = texts / "<b class=evil>夹\u202eabc"
    folder.mkdir()
    lines = "\n".join(json.dumps(record, ensure_ascii=False) for record in RECORDS)
    (folder / "<img class=evil>\u202e.jsonl").write_text(f"{lines}\n{{{EVIL}\n", "utf-8")
    (folder / "<i class=evil>丙\u202e.txt").write_text(f"{EVIL}\n\n{EVIL}渡口\n\n{LONG}\n", "utf-8")
    rebuild(home, texts, engine="whoosh")
    return home


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    with serving(home, edit=True) as (address, _):
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def addresses(home: Path) -> list[str]:
    """Each page of documents, passages, lists and counts that these are in."""
    with Archive.open(home) as archive:
        documents = [document.id for document in archive.listed(SearchRequest("", limit=100)).documents]
        passage = archive.search(SearchRequest("渡口")).hits[0].passage_id
    chosen = [next(name for name in documents if name.startswith("甲")), "乙", documents[0], documents[-1]]
    ids = [quote(name, safe="") for name in dict.fromkeys(chosen)]
    folder = quote("<b class=evil>夹\\u202eabc", safe="")
    return [
        *("/", f"/search?{BRIDGE}", f"/search?q={quote(EVIL)}", f"/search?{BRIDGE}&kind=heading"),
        *(f"/search?{BRIDGE}&collection={folder}&author=" + quote(EVIL), f"/search?q={quote(LONG[:900])}"),
        *(f"{page}{name}" for page in ("/documents/?id=", "/cite/?id=") for name in ids),
        "/correct/?id=" + quote(documents[0], safe=""),
        *(f"/documents/?id={name}&lines=vertical&traces=1&{BRIDGE}" for name in ids[:2]),
        *(f"/documents/?id={ids[0]}&lines=horizontal&order=file", f"/p/{passage}", f"/cite/{passage}"),
        *("/browse", "/browse/folders", f"/browse/folders?in={folder}", "/browse/authors", "/documents"),
        *("/documents?author=" + quote(EVIL), "/left-out", "/help", "/api", f"/nowhere/{quote(EVIL)}"),
        *(f"/values?facet={facet}&{BRIDGE}" for facet in ("document", "author", "source", "collection")),
        *(f"/concordance?group={group}&{BRIDGE}" for group in ("document", "right1", "author")),
        *(f"/distribution?by={by}&{BRIDGE}" for by in ("document", "author", "source", "kind", "year")),
        *(f"/collocates?least=1&{BRIDGE}", f"/keyness?least=1&{BRIDGE}", f"/card?{BRIDGE}"),
        *(f"/compare?document={ids[0]}&document={ids[1]}", f"/compare?document={ids[0]}", "/compare"),
        f"/search?q={'x' * 1_200}",
    ]


FILES = (
    *("/documents?", "/browse/folders?", "/browse/authors?", f"/values?facet=author&{BRIDGE}&"),
    *(f"{page}?{BRIDGE}&" for page in ("/export", "/concordance", "/collocates", "/keyness")),
    f"/distribution/export?by=author&{BRIDGE}&",
)
LEAKS = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    if (!walk.currentNode.data.includes("\\u202e")) continue;
    let box = walk.currentNode.parentElement;
    const is = (name, value) => getComputedStyle(box)[name] === value;
    while (is("unicodeBidi", "normal") && is("display", "inline")) box = box.parentElement;
    if (is("display", "inline")) continue;
    // What follows is of the text itself, or a line of its own.
    if (box.matches(".text, .versions p, .sheet *, :has(> .within)")) continue;
    const after = document.createRange();
    after.setStartAfter(walk.currentNode);
    after.setEndAfter(box.lastChild);
    if (after.toString().trim() && box.checkVisibility()) found.add(box.outerHTML.slice(0, 200));
  }
  return [...found];
}"""


def test_every_page_is_among_them(addresses: list[str], home: Path) -> None:
    """Whoever adds a page adds it here."""
    app = create_app(LiveArchive(home).get, edit=True)
    routes = app.url_map.bind("localhost")
    visited = {
        routes.match(urlsplit(one).path.replace("%2F", "/"))[0]
        for one in [*addresses, *FILES]
        if not one.startswith("/nowhere")
    }
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    pages = {name for name in rules if name.startswith(("pages.", "correcting."))}
    others = {"pages./original/", "pages.opensearch", "pages.suggestions", "correcting.correct"}
    assert pages - visited == others  # no pages
    assert (ROOT / "tests/web/test_web_schemathesis.py").is_file()  # asks the API


def test_no_text_is_markup_in_pages_and_files(home: Path, addresses: list[str]) -> None:
    client = create_app(LiveArchive(home).get, edit=True).test_client()
    for address in addresses:
        answer = client.get(address, follow_redirects=True)
        wrong = 404 if address.startswith("/nowhere") else 400 if "x" * 1_200 in address else 200
        assert answer.status_code == wrong, address
        assert not re.search("<(b|i|img) class=evil|<script>alert", answer.text), address
    for page in FILES:
        for form in ("csv", "ndjson", "xlsx"):
            with client.get(f"{page}format={form}") as file:
                assert file.status_code == 200, page
                assert file.data.startswith((b"PK", b"{", "\ufeff".encode())), page


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_the_page_goes_on_as_it_began(language: Language) -> None:
    for control in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u200f":
        said = Words(language)("compare.title", one=f"{control}甲", other="乙")
        assert said == Words(language)("compare.title", one="甲", other="乙")


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_no_text_widens_a_page_or_turns_what_follows_it(
    chromium: Any, site: str, addresses: list[str]
) -> None:
    wrong = []
    with opened(chromium, site) as page:
        for address in addresses[:-1]:  # of an error a browser complains
            page.goto(address)
            assert page.locator(".evil").count() == 0
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{address[:80]} at {width}: wide")
                wrong += [f"{address[:80]} at {width}: {leak}" for leak in page.evaluate(LEAKS)]
    assert not wrong, "\n".join(wrong)
