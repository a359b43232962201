"""Hostile files of marked-up formats: each is named or read within limits, and the rest is built."""

from __future__ import annotations

import time
from pathlib import Path

from markup_files import page, zipped
from test_epub import CONTAINER, book
from test_tei import edition

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

_SECRET = "不可告人之密"


def hostile(secret: Path) -> dict[str, str | bytes]:
    """Files that want too much, by name."""
    uri = secret.as_uri()
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    external = f'<!DOCTYPE TEI SYSTEM "{uri}" [<!ENTITY s SYSTEM "{uri}"><!ENTITY % p SYSTEM "{uri}">%p;]>'
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{uri}" parse="text"/>'
    big = CONTAINER.replace("OEBPS/book.opf", "a.opf")
    aliases = "".join(f"b{n}: [*a, *a, *a]\n" for n in range(1000))
    spine = '<package><manifest><item id="c" href="c.xhtml" media-type="text/html"/></manifest><spine>'
    spine += '<itemref idref="c"/></spine></package>'
    marks = "".join(f'<a id="r{n}" href="#n{n}">{n}</a>' for n in range(5000))
    notes = "".join(f'<p id="n{n}"><a href="#r{n}">{n}</a>注</p>' for n in range(5000))
    return {
        "bomb.xml": f'<!DOCTYPE TEI [<!ENTITY l0 "哈哈哈哈">{levels}]>' + edition("<p>&l11;</p>"),
        "external.xml": external + edition(f"<p>外部&s;。{included}</p>"),
        "deep.xml": edition("<p>" * 100_000 + "</p>" * 100_000),
        "deep.html": page("<div><b><table><tr><td>" * 25_000 + "深处的文字。"),
        "notes.html": page(f"<p>很多注{marks}。</p>{notes}"),
        "table.html": page("<table>" + "<tr>" + "<td>格" * 300 + "</table>"),
        "tables.html": page("<table><tr><td>" * 1000 + "里面。" + "<td>格" * 3000),
        "attributes.html": page(f"<p {'a=b ' * 200_000}>属性。<p hidden style='{'x' * 1_000_000}'>"),
        "comment.html": page("<!--" * 300_000 + "<p>注释"),
        "brackets.md": "[" * 9_000 + "括号。" + "*" * 9_000 + "`" * 9_000,
        "quotes.md": ">" * 20_000 + "引文。",
        "front.md": f"---\na: &a [甲]\n{aliases}---\n正文。",
        "bomb.epub": zipped({"META-INF/container.xml": big, "a.opf": spine,
                             "c.xhtml": b"<p>" + bytes(250_000_000)}),
        "dots.epub": book({f"../../../..{secret}": "", uri: "", "1.xhtml": "<p>书里的文字。</p>"}),
        "pages.txt": "#+TITLE: 甲\n<pb:a_1a>¶\n" + "(" * 100_000 + "<pb:b>" * 20_000 + "页。¶",
    }  # fmt: skip


def test_hostile_files_are_named_or_read_and_the_rest_is_built(tmp_path: Path) -> None:
    texts, secret = tmp_path / "texts", tmp_path / "secret.xhtml"
    texts.mkdir()
    secret.write_text(f"<p>{_SECRET}</p>", "utf-8")
    files = hostile(secret)
    for name, content in files.items():
        (texts / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    (texts / "good.md").write_text("# 好的\n\n平常的文字。", "utf-8")
    began = time.monotonic()
    report = rebuild(tmp_path / "home", texts, engine="whoosh")
    assert time.monotonic() - began < 30 * len(files)
    query = "文字 OR 外部 OR 很多注 OR 括号 OR 引文 OR 正文"
    with Archive.open(tmp_path / "home") as archive:
        found = {hit.document.path for hit in archive.search(SearchRequest(query, limit=100)).hits}
        assert not archive.search(SearchRequest(f"“{_SECRET}”")).total
    left = {note.path for note in report.notes if note.left_out}
    assert "good.md" in found
    assert {"bomb.xml", "deep.xml", "bomb.epub", "dots.epub"} <= left
    assert {
        "external.xml",
        "deep.html",
        "notes.html",
        "brackets.md",
        "quotes.md",
        "front.md",
        "dots.epub",
    } <= found
