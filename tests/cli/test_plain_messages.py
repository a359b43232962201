"""Messages that a newcomer could not use: each names what is wrong, in one language, and the next step."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_support import Run


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(8):
        (folder / f"早市{number}.txt").write_text(f"早市{number}\n\n河边的早市天不亮就开了。\n", "utf-8")
    return folder


def test_an_editor_that_cannot_be_started_is_named_with_the_way_out(run: Run, texts: Path) -> None:
    asked = {"EDITOR": "/nonexistent", "VISUAL": ""}
    answer = run("correct", texts / "早市1.txt", environment=asked)
    assert answer.returncode == 3
    assert "The editor cannot be started: /nonexistent" in answer.stderr
    assert "Set $EDITOR" in answer.stderr
    chinese = run("--lang", "zh", "correct", texts / "早市1.txt", environment=asked).stderr
    assert "无法启动编辑器：/nonexistent" in chinese


def test_words_behind_list_are_led_to_search(run: Run, home: Path) -> None:
    answer = run("--home", home, "list", "早市")
    assert answer.returncode == 2
    assert "juanzong search title:早市" in answer.stderr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("数据.xml", b"<data><row>1</row></data>", "数据.xml: is XML, but not TEI. Save its text as .txt."),
        ("坏.pdf", b"%PDF-1.4\nnothing", "error)."),
    ],
)
def test_what_cannot_be_read_is_said_once_and_as_it_is(
    run: Run, texts: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (texts / name).write_bytes(content)
    built = run("--home", tmp_path / "home", "rebuild", texts).stderr
    assert said in built
    assert ".." not in built
    assert "Rename it" not in built


@pytest.mark.parametrize("table", ["\n\npath,author\n早市1.txt,作者甲\n", "path;author\n早市1.txt;作者甲\n"])
def test_a_table_of_metadata_is_read_whatever_its_mark_and_below_empty_lines(
    run: Run, texts: Path, tmp_path: Path, table: str
) -> None:
    (texts / "metadata.csv").write_text(table, "utf-8")
    assert run("--home", tmp_path / "home", "rebuild", texts).returncode == 0
    listed = json.loads(run("--home", tmp_path / "home", "list", "--json").stdout)["documents"]
    assert [one["author"] for one in listed if one["path"] == "早市1.txt"] == ["作者甲"]
    lines = table.replace("早市1", "没有")
    (texts / "metadata.csv").write_text(lines, "utf-8")
    noted = run("--home", tmp_path / "home", "update").stderr
    line = lines[: lines.index("没有")].count("\n") + 1
    assert f"metadata.csv:{line}:" in noted


def test_the_dates_that_there_are_are_named_once_where_they_are_of_one_year(
    run: Run, texts: Path, tmp_path: Path
) -> None:
    def said() -> str:
        assert run("--home", tmp_path / "home", "rebuild", texts).returncode == 0
        return run("--home", tmp_path / "home", "search", "早市 date:1949").stderr

    (texts / "metadata.csv").write_text("path,date\n早市1.txt,2012\n", "utf-8")
    assert "the dated documents are of 2012." in said()
    (texts / "metadata.csv").write_text("path,date\n早市1.txt,2012\n早市2.txt,2015\n", "utf-8")
    assert "the dated documents are of 2012–2015." in said()


def test_chinese_is_said_with_chinese_words_and_marks(run: Run, texts: Path, tmp_path: Path) -> None:
    def said(*arguments: object) -> str:
        answer = run("--lang", "zh", "--home", tmp_path / "home", *arguments)
        return re.sub(r"/\S*|Whoosh|whoosh|tantivy", "", answer.stdout + answer.stderr)

    (texts / "图.xyz").touch()
    said("rebuild", texts)
    for file in texts.glob("早市*.txt"):
        file.write_text(file.read_text("utf-8") + "晚市也开了。\n", "utf-8")
    for text in (said("update"), said("search", "派出所 早市")):
        assert not re.search(r"[\u4e00-\u9fff0-9][,:] |[a-z]{3,} [a-z]{3,}", text), text
    named = [line.split()[0] for line in said("stats").splitlines()]
    assert not [name for name in named if name.isascii()]
