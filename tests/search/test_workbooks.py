"""Excel workbooks: what is written is what another program reads, whatever the texts are."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from index.search.export import MOST_CELL, MOST_ROWS, Cell, table

python_calamine = pytest.importorskip("python_calamine", exc_type=ImportError)


def workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    return b"".join(piece for piece in table("xlsx", header, rows) if isinstance(piece, bytes))


def sheets(data: bytes) -> list[list[list[object]]]:
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def test_a_workbook_is_read_back_as_it_was_written() -> None:
    header = ["文", "数", "无", *map(str, range(30))]
    rows = [
        ("派出所", 3, None, *["值"] * 30),
        (" 前后 ", -0.5, "", *[None] * 30),
        ("有\n行", 0, "𨽻〇", *"字" * 30),
    ]
    (sheet,) = sheets(workbook(header, rows))
    assert sheet == [header, *([cell if cell is not None else "" for cell in row] for row in rows)]


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "＝HYPERLINK(1)", "@SUM(A1)", "+1", "-1", "\t=1"),
        *("http://example.org/", "mailto:a@example.org", "file:///a", "[1]Sheet!A1"),
        *("<r></x></r>", "</t></is></c>", "a & b", '"', "]]>", "<!--"),
        *("0012", "1e5", "TRUE", "#REF!", "2012-07-03"),
    ],
)
def test_a_text_is_a_text_and_nothing_else(cell: str) -> None:
    data = workbook(["a"], [[cell]])
    assert sheets(data) == [[["a"], [cell]]]
    xml = ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in xml
    assert b"hyperlink" not in xml
    assert xml.count(b"<c ") == xml.count(b't="inlineStr"') == 2


def test_what_is_not_a_character_of_xml_is_shown() -> None:
    data = workbook(
        ["a"], [["上\x00下"], ["\x1b[31m"], ["\ud800"], ["\ufffe"], ["甲\r\n乙\r丙"], [float("inf")]]
    )
    assert sheets(data) == [[["a"], ["上�下"], ["�[31m"], ["�"], ["�"], ["甲\n乙\n丙"], ["inf"]]]


def test_an_escape_that_a_text_has_is_not_one() -> None:
    data = workbook(["a"], [["_x0041_ and _x41_"]])
    assert b"_x005F_x0041_ and _x41_" in ZipFile(BytesIO(data)).read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("character", ["长", "𨽻"])
def test_a_text_that_no_cell_holds_is_cut_and_shows_it(character: str) -> None:
    fits = character * (MOST_CELL // (1 + (character > "\uffff")))
    whole, cut = sheets(workbook(["a"], [[fits], [fits + "长长"]]))[0][1:]
    assert whole == [fits]
    text = str(cut[0])
    assert text.endswith("…")
    assert fits.startswith(text[:-1])
    assert MOST_CELL - 2 <= len(text.encode("utf-16-le")) // 2 <= MOST_CELL


def test_rows_that_no_sheet_holds_go_to_the_next_with_the_header() -> None:
    first, second = sheets(workbook(["n"], ([n] for n in range(MOST_ROWS + 5))))
    assert len(first) == MOST_ROWS
    assert first[-1] == [MOST_ROWS - 2]
    assert second == [["n"], *([n] for n in range(MOST_ROWS - 1, MOST_ROWS + 5))]


def test_a_table_without_rows_is_its_header() -> None:
    assert sheets(workbook(["甲", "乙"], [])) == [[["甲", "乙"]]]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    program = """
import re, sys
from pathlib import Path
from index.search.export import table
row = ["长" * 60] * 16
with open(sys.argv[1], "wb") as out:
    out.writelines(table("xlsx", ["列"] * 16, ([f"{n}"] + row[1:] for n in range(int(sys.argv[2])))))
# Not ru_maxrss: a process begins with that of the one that started it.
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""

    def peak(rows: int) -> int:
        command = [sys.executable, "-c", program, str(tmp_path / "a.xlsx"), str(rows)]
        return int(subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout)

    assert peak(100_000) < min(peak(3_000) + 10_000, 300_000)  # kB
