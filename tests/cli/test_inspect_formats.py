"""juanzong inspect shows a file of another format as a build reads it: its lines, and what decided each."""

from __future__ import annotations

import json
from pathlib import Path

from command_support import Run

PAGE = """<!doctype html><title>集市 - 某站</title><nav><a href=/>首页</a></nav><h1>集市</h1>
<p>天还没亮，河边<ruby>早<rt>zǎo</rt></ruby>有人了。</p>"""


def test_lines_are_those_that_were_taken_out_with_kinds_and_rules(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.html").write_text(PAGE, "utf-8")
    seen = run("inspect", tmp_path / "甲.html")
    assert [line.split("\t") for line in seen.stdout.splitlines()] == [
        ["1", "1", "title", "given-markup", "集市"],
        ["2", "2", "text", "paragraph joined=given-markup", "天还没亮，河边早"],
        ["2", "3", "note", "given-markup", "zǎo"],
        ["2", "2", "text", "paragraph joined=given-markup", "有人了。"],
    ]
    assert "3 pieces; read as web pages." in seen.stderr
    assert "2 characters of menus and links" in seen.stderr
    found = json.loads(run("inspect", tmp_path / "甲.html", "--json").stdout)
    assert (found["encoding"], [row["line"] for row in found["rows"]]) == ("utf-8", [1, 2, 2, 2])


def test_a_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "甲.epub").write_bytes(b"PK")
    seen = run("inspect", tmp_path / "甲.epub")
    assert (seen.returncode, seen.stdout) == (0, "")
    assert "甲.epub: is damaged, or not what its ending says" in seen.stderr
