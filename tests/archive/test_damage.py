"""Texts that were damaged before they came here are noted, and no others are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.damage import damage_note
from archive.encoding import decode
from archive.model import Document, Note
from archive.readers import plain, read
from archive.sources import SourceFile, scan

ROOT = Path(__file__).resolve().parents[2]
TEXT = "派出所所长应当学习，也应当树立终身学习的理念。"


def notes_of(path: Path, data: bytes) -> tuple[list[str], list[Note]]:
    """The texts of the documents in a file, and the notes on it."""
    path.write_bytes(data)
    (source,) = (found for found in scan(path.parent) if isinstance(found, SourceFile))
    items = list(read(source))
    documents = [item for item in items if isinstance(item, Document)]
    notes = [item for item in items if isinstance(item, Note)]
    return ["".join(piece.text for piece in document.pieces) for document in documents], notes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEXT.encode().decode("latin-1"), "as Western letters"),
        (TEXT.encode().decode("cp1252", "ignore"), "as Western letters"),
        ("好的一段。\n" * 50 + TEXT.encode().decode("latin-1"), "as Western letters"),
        ("å·å®—", "as Western letters"),
        ("锟斤拷锟斤拷", "锟斤拷"),
        (f"{TEXT}锟斤拷{TEXT}", "锟斤拷"),
        (TEXT.encode().decode("gbk", "ignore"), "taken for GBK"),
        (TEXT.encode().decode("gbk", "replace"), "taken for GBK"),
        ("好的一段。\n" * 500 + TEXT.encode().decode("gbk", "ignore"), "taken for GBK"),
        ("派\ufffd\ufffd所长\ufffd\ufffd学习", "U+FFFD"),
        ("???????\n????? 1949 ??", "has ? in 12 places"),
        ("????，????。", "has ? in 8 places"),
    ],
)
def test_a_damaged_text_is_noted_and_read(tmp_path: Path, text: str, said: str) -> None:
    texts, notes = notes_of(tmp_path / "a.txt", text.encode())
    assert [(note.code, note.left_out) for note in notes] == [("text_doubtful", False)]
    assert said in notes[0].message
    assert len(texts) == 1


def test_the_line_of_the_first_sign_is_said(tmp_path: Path) -> None:
    _, (note,) = notes_of(tmp_path / "a.txt", f"{TEXT}\n\n{TEXT}锟斤拷\n".encode())
    assert note.line == 3


def test_a_damaged_record_is_noted_and_its_neighbours_are_not(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": text}) for n, text in enumerate((TEXT, "????????", TEXT))]
    texts, notes = notes_of(tmp_path / "a.jsonl", "\n".join(lines).encode())
    assert len(texts) == 3
    assert [(note.code, note.line, note.left_out) for note in notes] == [("text_doubtful", 2, False)]


def test_many_damaged_records_are_counted_and_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.messages.MOST_NOTES", 2)
    lines = [json.dumps({"id": str(n), "text": "????????"}) for n in range(5)]
    _, notes = notes_of(tmp_path / "a.jsonl", "\n".join(lines).encode())
    assert [note.left_out for note in notes] == [False] * 3


def test_a_long_text_is_looked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain, "LONG", 1_000)
    _, notes = notes_of(tmp_path / "a.txt", (f"{TEXT}\n" * 100 + "锟斤拷\n").encode())
    assert [(note.code, note.line) for note in notes] == [("text_doubtful", 101)]


def test_what_could_not_be_decoded_here_is_noted_once(tmp_path: Path) -> None:
    data = TEXT.encode() + b"".join(b"\xff" + TEXT[:9].encode() for _ in range(9))
    _, notes = notes_of(tmp_path / "a.txt", data)
    assert [note.code for note in notes] == ["broken_bytes"]


@pytest.mark.parametrize(
    "text",
    [
        TEXT, "", "?", "什么？？？？", "什么????", "what??? why????? eh", f"{TEXT}\ufffd{TEXT * 9}",
        "程序员所说的“锟斤拷”，是字丢失了的样子。", "銆、鐨，都是罕用的字；锛子是木工的工具。",
        "Café «é»—“é”… où à été, naïve façade — “déjà vu”, ça … « é » ã é”—é”—",
        "lǜ shī, nǚ rén, Zhōngguó; São Paulo, João, mãe, pão", "Tiếng Việt: đã về đến nhà rồi ạ",
        "Q?\n\nA?\n", "□□□□", "○○○○○○",
    ],
)  # fmt: skip
def test_what_only_looks_odd_is_not_doubted(text: str) -> None:
    assert damage_note(text, "a") is None


def test_no_text_and_no_sample_of_this_project_is_doubted() -> None:
    folders = (ROOT / "source_texts", ROOT / "tests" / "archive" / "pages", ROOT / "docs")
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in (".txt", ".md")]
    assert len(files) > 50
    notes = (damage_note(decode(path.read_bytes()).text, path.name) for path in files)
    assert [note for note in notes if note] == []
