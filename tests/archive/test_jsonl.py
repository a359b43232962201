"""JSON Lines: one document a line, and every line that is none is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_texts import record_text

from archive.model import Document, Kind, Note
from archive.readers import read
from archive.readers.record import RecordError, document
from archive.sources import SourceFile


def documents_and_notes(
    path: Path, data: bytes, encoding: str | None = None
) -> tuple[list[Document], list[Note]]:
    path.write_bytes(data)
    items = list(read(SourceFile(path, "库/甲.jsonl", len(data), 0), encoding))
    return [i for i in items if isinstance(i, Document)], [i for i in items if isinstance(i, Note)]


def lines(*records: Any) -> bytes:
    return "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "甲.jsonl"


def test_a_record_is_a_document_with_all_its_fields(path: Path) -> None:
    record = {
        "id": "rm-1949-10-01", "title": "开国大典", "text": "第一段。\n\n第二段。\r\n",
        "author": "记者甲", "date": "1949-10-01T15:00:00+08:00", "source": "日报",
    }  # fmt: skip
    (found,), notes = documents_and_notes(path, lines(record))
    assert notes == []
    assert (found.id, found.path, found.title, found.author, found.date, found.details, found.collection) == (
        "rm-1949-10-01", "库/甲.jsonl", "开国大典", "记者甲", "1949-10-01", {"source": "日报"}, "库",
    )  # fmt: skip
    assert [(p.kind, p.text) for p in found.pieces] == [
        (Kind.TITLE, "开国大典"), (Kind.BYLINE, "记者甲"), (Kind.TEXT, "第一段。"), (Kind.TEXT, "第二段。"),
    ]  # fmt: skip
    assert not found.title_is_derived


def test_sections_nest_and_have_headings_authors_and_paragraphs(path: Path) -> None:
    record = {
        "id": 7,
        "sections": [
            {"heading": "第一章", "author": "编辑", "affiliation": "档案馆", "paragraphs": ["一\n二", "三"],
             "sections": [{"heading": "第一节", "text": "四\n五"}, "六"]},
            {"heading": "第二章", "text": "七"},
        ],
    }  # fmt: skip
    (found,), notes = documents_and_notes(path, lines(record))
    assert notes == []
    assert (found.id, found.title, found.title_is_derived) == ("7", "7", True)
    assert [(s.heading, s.path, s.author, s.affiliation) for s in found.sections] == [
        ("第一章", ("第一章",), "编辑", "档案馆"), ("第一节", ("第一章", "第一节"), "编辑", "档案馆"),
        (None, ("第一章",), "编辑", "档案馆"), ("第二章", ("第二章",), None, None),
    ]  # fmt: skip
    assert [(p.kind.label, p.text, p.section) for p in found.pieces] == [
        ("heading", "第一章", 0), ("author", "档案馆 编辑", 0), ("text", "一\n二", 0), ("text", "三", 0),
        ("heading", "第一节", 1), ("text", "四", 1), ("text", "五", 1), ("text", "六", 2),
        ("heading", "第二章", 3), ("text", "七", 3),
    ]  # fmt: skip


def test_text_before_sections_is_a_section_of_its_own() -> None:
    found, _, _ = document({"title": "甲", "text": "乙", "sections": ["丙"]}, "a.jsonl", 1, "utf-8")
    assert [(p.text, p.section) for p in found.pieces] == [("甲", 0), ("乙", 0), ("丙", 1)]


BAD = {
    "not JSON": b'{"id": 1, "text": "x"',
    "not an object but a list": b"[1]",
    "not an object but null": b"null",
    "neither title nor text": b'{"id": "a", "content": "x"}',
    "text is not a string": b'{"id": "a", "text": 5}',
    "sections is not a list": b'{"id": "a", "sections": {}}',
    r"sections\[0\]\.text is not a string": b'{"id": "a", "sections": [{"text": []}]}',
    r"sections\[0\] is neither": b'{"id": "a", "sections": [3]}',
    r"paragraphs\[1\] is not a string": b'{"id": "a", "sections": [{"paragraphs": ["x", 1]}]}',
    "its id is neither": b'{"id": 1.5, "text": "x"}',
    "its id is neither a": b'{"id": ["x"], "text": "x"}',
    "its id has control": b'{"id": "a\\nb", "text": "x"}',
    "more than 500 characters": b'{"id": "' + b"x" * 501 + b'", "text": "x"}',
    "nested too deep": b'{"id": "a", "text": "x", "y": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "nested more than 32": b'{"id": "a", "sections": ' + b'[{"sections":' * 40 + b"[]" + b"}]" * 40 + b"}",
    "number|digit|limit": b'{"id": ' + b"9" * 5000 + b', "text": "x"}',
    "an earlier line": b'{"id": "first", "text": "again"}',
    "not text": b"\x00\x01\x02\x03\xff\xfe\xfd\x80\x81\xff",
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_line_is_named_with_its_reason_and_the_rest_is_built(path: Path, reason: str) -> None:
    good = lines({"id": "first", "text": "甲"}), lines({"id": "last", "text": "乙"})
    found, notes = documents_and_notes(path, good[0] + b"\n" + BAD[reason] + b"\n" + good[1])
    assert [d.id for d in found] == ["first", "last"]
    (note,) = notes
    assert (note.code, note.path, note.line, note.left_out) == ("bad_line", "库/甲.jsonl", 3, True)
    import re

    assert re.search(reason, note.message)


def test_a_line_over_the_limit_is_passed_over_without_being_held(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.readers.jsonl.LONGEST_LINE", 1 << 20)
    long = lines({"id": "long", "text": "长" * 2_000_000})
    found, notes = documents_and_notes(
        path, lines({"id": 1, "text": "甲"}) + long + lines({"id": 2, "text": "乙"})
    )
    assert [d.id for d in found] == ["1", "2"]
    assert [(n.code, n.line, n.left_out) for n in notes] == [("bad_line", 2, True)]
    assert "longer than 1 MiB" in notes[0].message


def test_a_record_without_an_id_has_that_of_its_line_and_this_is_said(path: Path) -> None:
    found, notes = documents_and_notes(
        path, lines({"text": "甲"}, {"id": "", "text": "乙"}, {"id": 0, "text": "丙"})
    )
    assert [d.id for d in found] == ["库/甲.jsonl#1", "库/甲.jsonl#2", "0"]
    assert [(n.code, n.line, n.left_out) for n in notes] == [("no_id", 1, False)]
    assert "2 records have no id" in notes[0].message


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("1949", "1949"), (1949, "1949"), ("1949-10", "1949-10"), ("1949-10-01", "1949-10-01"),
        ("1949-10-01 08:00", "1949-10-01"), ("2024-02-29T23:59:59.5Z", "2024-02-29"), (None, None),
        ("", None),
    ],
)  # fmt: skip
def test_a_date_of_iso_8601_is_taken_without_its_time(given: Any, expected: str | None) -> None:
    found, _, notes = document({"text": "甲", "date": given}, "a.jsonl", 1, "utf-8")
    assert (found.date, notes) == (expected, ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("民国十年", "1921"), ("中華民國元年", "1912"), ("民国38年10月", "1949-10"),
        ("民国 三十八年 十月 一日", "1949-10-01"), ("一九四九年", "1949"),
        ("二〇一二年七月三日", "2012-07-03"),
        ("1949年10月1日", "1949-10-01"), ("1949/10/1", "1949-10-01"), ("1949-1-1", "1949-01-01"),
        ("1949.10.1", "1949-10-01"),
    ],
)  # fmt: skip
def test_a_date_as_it_is_written_in_chinese_is_taken(given: str, expected: str) -> None:
    """Every record with 民国十年 had lost its date."""
    found, _, notes = document({"text": "甲", "date": given}, "a.jsonl", 1, "utf-8")
    assert (found.date, notes) == (expected, ())


@pytest.mark.parametrize(
    "given",
    [
        "1949-13", "2023-02-29", "1949/50", "49", 12, True, [], "0000", "1949T1", "19491001",
        "光绪二十四年", "民国十年春", "十年", "民国三十八年十三月",
    ],
)  # fmt: skip
def test_a_date_that_is_none_is_not_guessed_but_named(given: Any) -> None:
    found, _, notes = document({"text": "甲", "date": given}, "a.jsonl", 3, "utf-8")
    assert found.date is None
    assert [(n.code, n.line, n.left_out) for n in notes] == [("bad_field", 3, True)]


def test_a_wrong_title_or_author_does_not_cost_the_text() -> None:
    found, _, notes = document({"id": "a", "title": 5, "author": {}, "text": "甲"}, "a.jsonl", 1, "utf-8")
    assert (found.title, found.author, [p.text for p in found.pieces]) == ("a", None, ["甲"])
    assert [n.message.split()[0] for n in notes] == ["title", "author"]


def test_several_authors_are_a_byline_each(path: Path) -> None:
    (found,), _ = documents_and_notes(path, lines({"id": 1, "author": ["记者甲", " 记者乙 "], "text": "x"}))
    assert found.author == "记者甲、记者乙"
    assert [p.text for p in found.pieces if p.kind is Kind.BYLINE] == ["记者甲", "记者乙"]


def test_fields_that_are_not_read_are_named_once(path: Path) -> None:
    records = [
        {"id": i, "text": "甲", "tags": [], "empty": None, "sections": [{"note": "x"}]} for i in range(3)
    ]
    _, notes = documents_and_notes(path, lines(*records))
    assert [(n.code, n.line, n.message.split("'")[1]) for n in notes] == [
        ("unknown_field", 1, "tags"), ("unknown_field", 1, "sections.note"),
    ]  # fmt: skip


def test_half_a_surrogate_pair_and_nul_are_marked_and_named(path: Path) -> None:
    data = b'{"id": "1", "text": "a\\ud800b\\u0000c"}\n{"id": "2", "text": "\\ud83d\\ude00"}\n'
    found, notes = documents_and_notes(path, data)
    assert [d.pieces[0].text for d in found] == ["a\ufffdb\ufffdc", "😀"]
    assert [(n.code, n.line, n.left_out) for n in notes] == [("bad_characters", 1, True)]


def test_nan_is_read_as_not_known_and_tabs_in_strings_are_no_fault(path: Path) -> None:
    """pandas writes NaN for a missing value; the text beside it is not to be lost for that."""
    (found,), notes = documents_and_notes(path, b'{"id": "1", "author": NaN, "text": "a\tb"}\n')
    assert (found.author, found.pieces[0].text, notes) == (None, "a\tb", [])


@pytest.mark.parametrize(
    ("codec", "expected"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("gb18030", "gb18030"), ("big5", "big5")],
)
def test_the_encoding_of_a_file_is_decided_by_how_its_lines_read(
    path: Path, codec: str, expected: str
) -> None:
    texts = ["plain ascii first", "縣檔案館昨天開放了一批民國時期的舊報紙", "讀者可以在閱覽室裡逐頁翻看"]
    data = "".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n" for i, t in enumerate(texts))
    found, notes = documents_and_notes(path, data.encode(codec))
    assert [d.pieces[0].text for d in found] == texts
    assert (found[-1].encoding, notes) == (expected, [])


def test_a_broken_sequence_costs_one_character_and_names_its_line(path: Path) -> None:
    data = lines({"id": 1, "text": "甲乙"}, {"id": 2, "text": "丙丁"})
    found, notes = documents_and_notes(path, data.replace("丙".encode(), b"\xe4\xb8"))
    assert [d.pieces[0].text for d in found] == ["甲乙", "\ufffd丁"]
    assert [(n.code, n.line, n.left_out) for n in notes] == [("broken_bytes", 2, True)]


def test_utf16_is_refused_by_name(path: Path) -> None:
    found, notes = documents_and_notes(path, '{"id": 1, "text": "甲"}\n'.encode("utf-16"))
    assert found == []
    assert [(n.code, n.left_out) for n in notes] == [("not_text", True)]
    assert "Save the file as UTF-8" in notes[0].message


def test_a_file_that_is_all_wrong_does_not_fill_the_report(path: Path) -> None:
    _, notes = documents_and_notes(path, b"{\n" * 1_500)
    assert len(notes) == 1_001
    assert notes[-1].message == "500 further lines like this."


def test_an_empty_file_is_named(path: Path) -> None:
    for data in (b"", b"\n \n", b"\xef\xbb\xbf"):
        found, notes = documents_and_notes(path, data)
        assert (found, [(n.code, n.left_out) for n in notes]) == ([], [("empty", False)])


_text = st.text(st.sampled_from("字文。 \n\r\u3000\t"), max_size=6)
_section: st.SearchStrategy[dict[str, Any]] = st.deferred(
    lambda: st.fixed_dictionaries(
        {},
        optional={
            "heading": _text, "author": _text, "affiliation": _text, "text": _text,
            "paragraphs": st.lists(_text, max_size=3), "sections": st.lists(_section | _text, max_size=2),
        },
    )
)  # fmt: skip


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": _text, "author": _text | st.lists(_text, max_size=2), "text": _text,
            "sections": st.lists(_section | _text, max_size=3),
        },
    )
)  # fmt: skip
def test_every_character_of_a_record_stands_in_exactly_one_piece(record: dict[str, Any]) -> None:
    whole = record_text(record)
    try:
        found, _, _ = document(record, "a.jsonl", 1, "utf-8")
    except RecordError:
        assert not whole.strip()
        return
    covered = [i for piece in found.pieces for start, end in piece.source for i in range(start, end)]
    assert covered == sorted(set(covered))
    assert {i for i, c in enumerate(whole) if not c.isspace()} <= set(covered)
    for piece in found.pieces:
        assert piece.text == "".join(whole[a:b] for a, b in piece.source)
        assert piece.text.strip()
        assert found.sections[piece.section]


_names = st.sampled_from(
    ["id", "title", "text", "sections", "author", "heading", "date", "source", "paragraphs"]
)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _text,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(_names, values, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_names, _json, max_size=5))
def test_any_object_is_a_document_with_text_or_a_named_reason(record: dict[str, Any]) -> None:
    try:
        found, _, _ = document(record, "a.jsonl", 1, "utf-8")
    except RecordError:
        return
    assert found.pieces
    assert found.title
