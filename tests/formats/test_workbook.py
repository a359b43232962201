"""Workbooks of Excel, which are read row by row: what is in their cells, and in how much memory."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from office_files import table_of, texts, zipped

from archive.readers import tables

ROOT = Path(__file__).resolve().parent.parent.parent
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRINGS = """<si><t>乡</t></si><si><r><t>东</t></r><r><t xml:space="preserve"> 乡</t></r>
<rPh sb="0" eb="1"><t>ひがし</t></rPh></si>"""
CODES = {164: "yyyy&quot;年&quot;m&quot;月&quot;", 165: "[h]:mm:ss", 166: "0[Red]&quot;day&quot;"}
FORMATS = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in CODES.items())
XFS = "".join(f'<xf numFmtId="{number}"/>' for number in (0, 14, *CODES, 57))
STYLES = f"<numFmts>{FORMATS}</numFmts><cellXfs>{XFS}</cellXfs>"


def workbook(path: Path, rows: str, properties: str = "") -> Path:
    """A workbook with shared strings and styles, as Excel writes them."""
    table_of(path)
    with zipfile.ZipFile(path) as package:
        members = {name: package.read(name).decode() for name in package.namelist()}
    relation = f'<Relationship Id="{{0}}" Type="{OFFICE}/{{0}}" Target="{{0}}.xml"/>'
    relations = f"{relation.format('sharedStrings')}{relation.format('styles')}</Relationships>"
    related = members["xl/_rels/workbook.xml.rels"].replace("</Relationships>", relations)
    path.write_bytes(zipped({
        **members,
        "xl/_rels/workbook.xml.rels": related,
        "xl/workbook.xml": members["xl/workbook.xml"].replace("<sheets>", f"{properties}<sheets>"),
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{STRINGS}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES}</styleSheet>',
        "xl/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }).getvalue())  # fmt: skip
    return path


def lines(path: Path) -> list[str]:
    """The lines of the one document of a workbook."""
    (found,) = tables.extract(io.BytesIO(path.read_bytes()), path.name, None)
    return texts(found)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('t="s"><v>1</v>', "东 乡"),
        ('t="s"><v>9</v>', "9"),
        ('t="str"><f>A1</f><v>乡</v>', "乡"),
        ('t="b"><v>1</v>', "TRUE"),
        ('t="e"><f>1/0</f><v>#DIV/0!</v>', "#DIV/0!"),
        ('t="d"><v>1998-11-05</v>', "1998-11-05"),
        ("><v>12</v>", "12"),
        ("><v>0.5</v>", "0.5"),
        ('s="1"><v>36104</v>', "1998-11-05"),
        ('s="1"><v>36104.270833333336</v>', "1998-11-05 06:30:00"),
        ('s="1"><v>0.270833333333333</v>', "06:30:00"),
        ('s="2"><v>36104</v>', "1998-11-05"),
        ('s="3"><v>1.25</v>', "30:00:00"),
        ('s="4"><v>36104</v>', "36104"),
        ('s="5"><v>36104</v>', "1998-11-05"),
        ('s="1"><v>1</v>', "1900-01-01"),
        ('s="99"><v>12</v>', "12"),
    ],
)
def test_a_cell_is_what_it_shows(cell: str, shown: str, tmp_path: Path) -> None:
    assert lines(workbook(tmp_path / "a.xlsx", f"<row><c {cell}</c></row>")) == [shown]


def test_dates_of_old_macintoshes_count_from_1904(tmp_path: Path) -> None:
    row = '<row><c s="1"><v>34642</v></c></row>'
    assert lines(workbook(tmp_path / "a.xlsx", row, '<workbookPr date1904="1"/>')) == ["1998-11-05"]


def test_cells_are_where_they_say_and_rows_have_their_numbers(tmp_path: Path) -> None:
    head = (
        '<row r="3"><c r="A3" t="inlineStr"><is><t>标题</t></is></c><c r="AB3" t="str"><v>正文</v></c></row>'
    )
    row = '<row r="9"><c r="AB9" t="str"><v>天还没亮。</v></c><c t="str"><v>其后</v></c></row>'
    path = workbook(tmp_path / "a.xlsx", head + row)
    (found,) = tables.extract(io.BytesIO(path.read_bytes()), path.name, None)
    assert (texts(found), found.member) == (["天还没亮。", "其后"], "#9")


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is asked of /proc")
def test_a_long_sheet_takes_no_memory_for_its_rows(tmp_path: Path) -> None:
    """300,000 rows of four cells took 184 MB, and take 43 MB."""
    cell = f'<c t="str"><v>{"河边的集市" * 8}</v></c>'
    path = workbook(tmp_path / "a.xlsx", f"<row>{cell * 6}</row>" * 30_000)
    code = (
        "import sys; from archive.readers import tables\n"
        "peak = lambda: int(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0])\n"
        "before = peak()\n"
        "for one in tables.extract(open(sys.argv[1], 'rb'), sys.argv[1], None): pass\n"
        "print((peak() - before) // 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) < 20  # MB
