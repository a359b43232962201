"""docs/using/formats.md says what the readers do: its tables, its example and its numbers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from catalogue import reasons

from archive import messages, sources
from archive.encoding_detection import CERTAIN
from archive.model import Document, Kind
from archive.readers import jsonl, read, record
from archive.sources import SourceFile

ROOT = Path(__file__).resolve().parent.parent.parent
MANUAL = (ROOT / "docs" / "using" / "formats.md").read_text("utf-8")


def section(title: str) -> str:
    return MANUAL.split(f"\n## {title}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """What stands in code spans in the first cells of the tables."""
    return [
        name
        for row in re.findall(r"^\| (`[^|]*)\|", text, re.MULTILINE)
        for name in re.findall("`([^`]+)`", row)
    ]


def test_every_field_of_a_record_is_in_the_manual() -> None:
    fields, section_fields = section("JSON Lines").split("A section is an object")
    assert set(first_cells(fields)) == record._FIELDS
    assert set(first_cells(section_fields)) == record._SECTION_FIELDS


def test_every_code_of_a_note_is_in_the_manual_and_no_other() -> None:
    assert set(first_cells(section("What the report says"))) == reasons() - {"dictionary_line"}


def test_the_example_is_read_as_the_manual_says(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", MANUAL, re.DOTALL)
    path = tmp_path / "a.jsonl"
    path.write_text(example, "utf-8")
    newspaper, history = read(SourceFile(path, "a.jsonl", 0, 0))
    assert isinstance(newspaper, Document)
    assert isinstance(history, Document)
    assert (newspaper.id, newspaper.date, newspaper.author, newspaper.details) == (
        "zk-2012-07-03", "2012-07-03", "记者甲", {"source": "日报"},
    )  # fmt: skip
    assert [p.text for p in newspaper.pieces if p.kind is Kind.TEXT] == ["第一段。", "第二段。"]
    assert [s.path for s in history.sections] == [(), ("本纪",), ("本纪", "五帝本纪"), ("书评",)]
    assert [p.text for p in history.pieces if p.kind is Kind.AUTHOR] == ["县图书馆 编辑"]


def test_its_numbers_are_those_of_the_code() -> None:
    import math

    assert f"up to {record.LONGEST_ID} characters" in MANUAL
    assert f"up to {record.DEEPEST} deep" in MANUAL
    assert f"at most {jsonl.LONGEST_LINE >> 20} MiB" in MANUAL
    assert f"more than {messages.MOST_NOTES:,} in one file" in MANUAL
    assert f"under {round(math.exp(CERTAIN), -3):,.0f} : 1" in MANUAL


@pytest.mark.parametrize(
    "name",
    [
        "a.txt~", "#a.txt#", "~$a.docx", "a.bak", "a.swp", "a.tmp", "Thumbs.db", "desktop.ini", "__MACOSX",
        "@eaDir",
    ],
)  # fmt: skip
def test_the_leftovers_that_it_names_are_not_read(name: str) -> None:
    assert sources.is_leftover(name)
    assert f"`{name}`" in MANUAL or f"`{Path(name).suffix}`" in MANUAL
