"""Tables: rows as documents where the header names their fields, else as lines of one document."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from office_files import converted, kinds, texts

from archive.errors import ReadError
from archive.readers import tables
from archive.readers.extract import Extract

RECORDS = """题名,作者,日期,来源,正文,备注
早市,"编辑甲; 记者乙",1998-11-05,日报,"天还没亮，

河边有人。",待核
晚市,,,,床前明月光。,
,,,,没有题名的一篇。,
"""


def read(data: bytes | str, path: str = "a.csv", **mapping: str) -> list[Extract]:
    """The documents of a table."""
    file = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return list(tables.extract(file, path, None, mapping))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "，"])
def test_a_row_is_a_document_where_a_column_has_its_text(mark: str, encoding: str) -> None:
    table = RECORDS if mark == "，" else RECORDS.replace("亮，", "亮。")
    first, second, third = read(table.replace(",", mark).encode(encoding))
    assert kinds(first) == [
        ("title", 0, "早市"), ("", 0, "天还没亮" + ("，" if mark == "，" else "。")), ("", 0, "河边有人。"),
        ("text", 0, "备注：待核"),
    ]  # fmt: skip
    assert first.metadata == {"author": "编辑甲、记者乙", "date": "1998-11-05", "source": "日报"}
    assert (kinds(second), second.metadata) == ([("title", 0, "晚市"), ("text", 0, "床前明月光。")], {})
    assert [first.member, second.member, third.member] == ["#2", "#3", "#4"]


def test_ids_name_the_documents_and_rows_those_without() -> None:
    found = read("ID,Content\nmarket-1,一\n,二\nmarket-1,三\n")
    assert [one.member for one in found] == ["#market-1", "#3", "#4"]


def test_the_owner_can_say_what_a_column_is() -> None:
    (found,) = read("甲,乙\n早市,天还没亮。\n", 甲="title", 乙="text")
    assert kinds(found) == [("title", 0, "早市"), ("text", 0, "天还没亮。")]


def test_another_table_is_one_document_with_a_row_a_line() -> None:
    (found,) = read('某县户口,,\n乡,户,口\n东乡,12,34\n,,\n西乡,"5\n6",7\n')
    assert kinds(found) == [
        ("title", 0, "某县户口"), ("text", 0, "乡\t户\t口"), ("text", 0, "东乡\t12\t34"),
        ("text", 0, "西乡\t5 6\t7"),
    ]  # fmt: skip
    assert found.member == ""


def test_a_table_of_any_length_is_read_in_documents_of_bounded_size() -> None:
    rows = "".join(f"{number},{'市' * 99}\n" for number in range(30_000))
    found = read(rows)
    assert sum(len(one.lines) for one in found) == 30_000
    assert [one.member for one in found] == ["#1-9627", "#9628-19155", "#19156-28679", "#28680-30000"]


def test_a_row_above_the_header_is_kept() -> None:
    above, record = read("日报索引,\n标题,正文\n早市,天还没亮。\n")
    assert (texts(above), above.member) == (["日报索引"], "#1-1")
    assert record.member == "#3"


@pytest.mark.parametrize("ending", ["xlsx", "xls", "ods"])
def test_workbooks_give_what_their_table_says(ending: str, tmp_path: Path) -> None:
    source = tmp_path / "records.csv"
    source.write_text(RECORDS.replace("备注", "时刻").replace("待核", "1998-11-05 06:30:00"), "utf-8")
    path = converted(source, f"{ending}", tmp_path, "--infilter=CSV:44,34,76,1")
    with path.open("rb") as file:
        first, second, _ = tables.extract(file, path.name, None)
    assert kinds(first)[-1] == ("text", 0, "时刻：1998-11-05 06:30:00")
    assert first.metadata == {"author": "编辑甲、记者乙", "date": "1998-11-05", "source": "日报"}
    assert texts(second) == ["晚市", "床前明月光。"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (12.0, "12"),
        (0.5, "0.5"),
        (True, "TRUE"),
        ("a_x000D_\nb", "a\nb"),
        (1e300, "1e+300"),
        (float("nan"), "nan"),
    ],
)
def test_cells_are_shown_as_a_reader_writes_them(value: object, shown: str) -> None:
    assert tables._shown(value) == shown


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), b"<x>"]
)
def test_what_is_no_workbook_is_named(data: bytes) -> None:
    with pytest.raises(ReadError):
        read(data, "a.xlsx")


def test_what_programs_export_under_the_name_of_a_workbook_is_read_as_what_it_is() -> None:
    (record,) = read("标题\t正文\n早市\t天还没亮。\n".encode("gb18030"), "a.xls")
    assert texts(record) == ["早市", "天还没亮。"]
    (page,) = read("<html><table><tr><td>鱼</td><td>元</td></tr></table></html>", "a.xls")
    assert texts(page) == ["鱼\t元"]


def test_an_empty_table_gives_nothing() -> None:
    assert read("") == read("\n\n") == read(",,\n") == []
