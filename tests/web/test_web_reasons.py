"""What other parts say in English stands on a Chinese page in Chinese."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from catalogue import reasons, texts
from flask.testing import FlaskClient
from serving import failing

from archive.messages import note, note_in
from archive.model import Note
from index.build import rebuild
from index.errors import BuildError, EngineMissingError
from index.reloading import LiveArchive
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]


def main_of(html: str) -> str:
    """The page's own part, without tags."""
    found = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert found
    return unescape(re.sub(r"<[^>]*>", " ", found[0]))


@pytest.mark.parametrize(
    ("address", "chinese"),
    [
        ("/search?q=x&limit=abc", "参数无效：limit=abc。"),
        (f"/search?q={'派' * 1001}", "检索词有 1,001 个字"),
        (f"/search?q={'派' * 30_000}", "个字节"),
        ("/search?q=" + "(" * 400 + "派出所" + ")" * 400, "检索词过于复杂"),
        ("/documents/没有", "该地址没有对应的内容。"),
        ("/p/0123456789abcdef", "该地址没有对应的内容。"),
        ("/nowhere", "该地址没有对应的内容。"),
    ],
)
def test_an_error_page_is_in_the_language_of_the_page(
    client: FlaskClient, address: str, chinese: str
) -> None:
    text = main_of(client.get(address).get_data(as_text=True))
    assert chinese in text
    assert re.findall(r"[A-Za-z]{4,} [A-Za-z]{2,} ", text) == []
    english = main_of(client.get(address, headers={"Cookie": "lang=en"}).get_data(as_text=True))
    assert re.findall("[\u3400-\u9fff]", english.replace("派", "").replace("没有", "")) == []


def test_what_only_its_keeper_can_mend_is_also_said_as_it_was_said() -> None:
    error = EngineMissingError("tantivy", "the library tantivy is not installed", hint="Install it.")
    html = failing(error).get("/search?q=x").get_data(as_text=True)
    assert "请" in main_of(html)
    assert f'<p class="original" lang="en">{error}</p>' in html


def test_an_error_without_a_translation_is_shown_as_it_was_said() -> None:
    response = failing(BuildError("the disk is full.")).get("/search?q=x")
    assert response.status_code == 500
    assert "the disk is full." in response.get_data(as_text=True)


def test_an_archive_that_was_never_built_says_what_to_run(tmp_path: Path) -> None:
    text = main_of(create_app(LiveArchive(tmp_path).get).test_client().get("/").get_data(as_text=True))
    assert "请先在终端运行：juanzong rebuild 文件夹" in text


def test_reasons_for_leaving_out_are_in_the_language_of_the_page(client: FlaskClient) -> None:
    chinese = main_of(client.get("/left-out").get_data(as_text=True))
    assert "不支持的格式" in chinese
    assert "该行无法读作一篇文献" in chinese
    assert "第 2 个字符处不是有效的 JSON" in chinese
    assert "文件完整收录 3 个，部分收录 1 个，未收录 1 个。" in chinese
    assert re.findall("[A-Za-z]{3,} [A-Za-z]{2,} ", chinese) == []
    english = main_of(client.get("/left-out?lang=en").get_data(as_text=True))
    assert "不支持的格式" not in english
    assert ".png" in english
    assert "3 whole, 1 in part. 1 could not be read" in english


def test_many_notes_of_one_reason_are_there_on_demand(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "一.txt").write_text("派出所", "utf-8")
    for i in range(40):
        (texts / f"{i}.jpg").write_bytes(b"\xff\xd8\xff")
    rebuild(tmp_path / "home", texts, engine="whoosh")
    client = create_app(LiveArchive(tmp_path / "home").get).test_client()
    html = client.get("/left-out").get_data(as_text=True)
    first, _, more = html.partition("<details")
    assert "40</span></h3>" in first
    assert (first.count(".jpg</span>"), more.count(".jpg</span>")) == (20, 60)
    assert "其余 30 处" in more


@pytest.mark.parametrize(
    ("said", "chinese"),
    [
        (note("a", "broken_bytes.line", "utf-8", "3"), "编码 utf-8，见第 3 行"),
        (note("a", "broken_bytes.more", "gb18030", "1, 2, 3, 4, 5", 9), "编码 gb18030，见第 1、2、3、4"),
        (note("a", "encoding_doubtful.nearly", "big5", "utf-8"), "但按 utf-8 也基本通顺"),
        (note("a", "bad_line.id_again", "甲"), "编号“甲”与前面一行相同"),
        (note("a", "bad_field.date", "'x'"), "date 是 'x'"),
        (note("a", "bad_field.string", "sections[0].author"), "sections[0].author"),
        (note("a", "unknown_field", "'编者'"), "'编者'"),
        (note("a", "vanished"), ""),
    ],
)
def test_what_differs_from_note_to_note_is_said_in_chinese(said: Note, chinese: str) -> None:
    text = note_in("zh", said)
    assert text.startswith(chinese) or text.endswith(chinese)
    assert bool(text) == bool(chinese)


def test_every_note_of_a_build_has_a_reason_and_every_reason_a_note() -> None:
    """The notes of ``index/check.py`` are shown in the terminal only."""
    assert {key.partition(".")[0] for key in texts("en", "note.")} == {
        *reasons(),
        "further_fields",
        "further_lines",
    }
    files = [*(ROOT / "archive").rglob("*.py"), *(ROOT / "index" / "building").glob("*.py")]
    source = "".join(path.read_text("utf-8") for path in files if path.name != "messages.py")
    assert re.findall(r"\bNote\(\s*[\w.]+, \"", source) == []
    said = set(re.findall(r"""\bnote\(\s*[\w.]+,\s*f?"([\w.]+)""", source))
    assert {key.partition(".")[0] for key in said} <= reasons()


def test_every_translated_error_is_one_that_there_is() -> None:
    files = [path for name in ("archive", "index", "web") for path in (ROOT / name).rglob("*.py")]
    source = "".join(path.read_text("utf-8") for path in files if path.name != "messages.py")
    worded = set(re.findall(r"""\b(?:Worded\w*|Refused)Error\(\s*"([a-z_]+)\"""", source)) | {"bad_parameter"}
    assert {"crowded", "missing_parameter", "port_taken"} < worded <= texts("en", "error.").keys()
    known = worded | set(re.findall(r"""\bcode = "(\w+)\"""", source)) | {"method_not_allowed"}
    assert {code for code in texts("en", "error.") if re.fullmatch("[a-z_]+", code)} - known == {
        "document",
        "home",
    }
