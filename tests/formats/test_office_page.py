"""One page in each format of an office program: the same lines come out, whichever program wrote the file."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from office_files import codes, converted, kinds, without_asides

from archive.readers.extract import Extract

PAGE = Path(__file__).parent / "pages" / "market.fodt"
READERS = {"fodt": "odt", "doc": "office"}
LINES = [
    ("title", 0, "河边的集市"),
    ("deck", 0, "一组乡间见闻"),
    ("heading", 1, "第一章 早市"),
    ("", 0, "天还没亮，河边早已有人摆摊。卖菜的和卖鱼的各占一边。"),
    ("note", 0, "以本地的白菜和萝卜为多。"),
    ("heading", 2, "1. 鱼"),
    ("", 0, "愛我中國guó家，鱼从上游来，一天一次。"),
    ("note", 0, "待核。"),
    ("heading", 3, "价钱"),
    ("caption", 0, "表1　早市的价钱"),
    ("text", 0, "鱼\t斤\t元"),
    ("text", 0, "鲤鱼\t三\t十二"),
    ("heading", 1, "第二章 晚市"),
    ("", 0, "一、先看货色"),
    ("", 0, "（1）看鱼眼"),
    ("", 0, "二、后问价钱"),
    ("", 0, "床前明月光，"),
    ("", 0, "疑是地上霜。"),
    ("", 0, "挑担的走了。"),
    ("", 0, "框中的话：明日再来。"),
]


@pytest.fixture(scope="session", params=["fodt", "odt", "docx", "rtf", "doc"])
def page(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """The page as the reader of a format gives it; all but the first are written by LibreOffice."""
    ending: str = request.param
    path = PAGE if ending == "fodt" else converted(PAGE, ending, tmp_path_factory.mktemp(ending))
    reader = importlib.import_module(f"archive.readers.{READERS.get(ending, ending)}")
    with path.open("rb") as file:
        (found,) = reader.extract(file, path.name, None)
    assert isinstance(found, Extract)
    return found


def test_lines_kinds_and_ranks_are_those_of_the_page(page: Extract) -> None:
    assert [(kind, rank, text.replace("1.鱼", "1. 鱼")) for kind, rank, text in kinds(page)] == LINES


def test_a_reading_above_a_character_does_not_break_the_run(page: Extract) -> None:
    (line,) = (line for line in page.lines if line.asides)
    assert without_asides(line) == "愛我中國家，鱼从上游来，一天一次。"


def test_deletions_hidden_text_and_heads_are_out_and_said(page: Extract) -> None:
    assert codes(page.notes) == ["not_body.deletions", "not_body.hidden", "not_body.header"]
    assert page.metadata.get("language", "zh-CN") == "zh-CN"
