"""From a source file to documents and notes: what every format has in common, and plain text files."""

from __future__ import annotations

import json
import os
import random
import tracemalloc
from hashlib import blake2b
from pathlib import Path

import pytest

from archive.formats import SUFFIXES
from archive.model import Document, Note
from archive.readers import SourceReading, fingerprint, read
from archive.sources import SourceFile, scan

PAGE = """縣檔案館昨天開放了一批民國時期的舊報紙，讀者可以在閱覽室裡逐頁翻看。

館長介紹說，這些報紙大多是從民間收集來的。
"""


def source(path: Path) -> SourceFile:
    return SourceFile(path, path.name, 0, 0)


def read_bytes(path: Path, data: bytes, encoding: str | None = None) -> tuple[list[Document], list[Note]]:
    """The documents of a file and the notes on it."""
    path.write_bytes(data)
    items = list(read(source(path), encoding))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item for item in items if isinstance(item, Note)]


def texts(document: Document) -> list[str]:
    return [piece.text for piece in document.pieces]


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "big5"])
def test_a_text_file_is_read_in_its_encoding(tmp_path: Path, codec: str) -> None:
    (document,), notes = read_bytes(tmp_path / "頁.txt", PAGE.encode(codec))
    assert "".join(texts(document)) == PAGE.replace("\n", "")
    assert document.encoding == codec.removesuffix("-sig")
    assert notes == []
    assert (document.id, document.path) == ("頁.txt", "頁.txt")


def test_a_broken_sequence_is_named_with_its_line_and_the_rest_is_read(tmp_path: Path) -> None:
    data = PAGE.encode().replace("館長".encode(), b"\xe9\xa4\xa8\xe9\x95")
    (document,), notes = read_bytes(tmp_path / "a.txt", data)
    assert "館\ufffd介紹說" in "".join(texts(document))
    assert [(n.code, n.line, n.left_out) for n in notes] == [("broken_bytes", 3, True)]


def test_a_doubtful_encoding_is_said_with_what_to_do(tmp_path: Path) -> None:
    documents, notes = read_bytes(tmp_path / "a.txt", "あいうえお".encode("shift_jis"))
    assert len(documents) == 1
    assert [(n.code, n.left_out) for n in notes] == [("encoding_doubtful", False)]
    assert "--encoding" in notes[0].message


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_bytes_that_are_no_text_are_left_out_by_name(tmp_path: Path, name: str) -> None:
    documents, notes = read_bytes(tmp_path / name, random.Random(1).randbytes(4_000))
    assert documents == []
    assert notes
    assert {(n.path, n.left_out) for n in notes} == {(name, True)}
    assert {n.code for n in notes} <= {"not_text", "bad_line"}


@pytest.mark.parametrize("data", [b"", b"\n \r\n", "\ufeff".encode(), "\u3000\n".encode("utf-16")])
def test_an_empty_file_is_named_and_loses_nothing(tmp_path: Path, data: bytes) -> None:
    documents, notes = read_bytes(tmp_path / "a.txt", data)
    assert documents == []
    assert [(n.code, n.left_out) for n in notes] == [("empty", False)]


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_an_encoding_that_does_not_exist_is_a_note_with_the_way_out(tmp_path: Path, name: str) -> None:
    documents, notes = read_bytes(tmp_path / name, b'{"text": "x"}', "klingon")
    assert documents == []
    assert [(n.code, n.left_out) for n in notes] == [("unknown_encoding", True)]
    assert "gb18030" in notes[0].message


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
@pytest.mark.parametrize("data", [PAGE.encode(), b"\0\0", b"", b'{"text": "x"}\n{', b"x" * 3_000_000])
def test_the_digest_is_that_of_all_bytes_whatever_was_read(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    reading = read(source(path))
    assert reading.digest is None
    for _ in reading:
        pass
    assert reading.digest == blake2b(data, digest_size=16).hexdigest() == fingerprint(source(path))
    assert (reading.source.size, reading.source.mtime_ns) == (len(data), path.stat().st_mtime_ns)


def drained(path: Path) -> tuple[SourceReading, list[tuple[str, bool]]]:
    reading = read(source(path))
    return reading, [(item.code, item.left_out) for item in reading if isinstance(item, Note)]


def test_a_file_that_vanished_since_the_scan_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("字", "utf-8")
    (found,) = scan(tmp_path)
    path.unlink()
    assert isinstance(found, SourceFile)
    assert [(i.code, i.left_out) for i in read(found) if isinstance(i, Note)] == [("vanished", True)]
    assert fingerprint(found) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_file_that_became_a_pipe_a_link_or_a_folder_is_named_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("/etc/hostname")
    (tmp_path / "folder.txt").mkdir()
    for name, code in (("pipe", "special_file"), ("link", "unreadable"), ("folder", "unreadable")):
        reading, notes = drained(tmp_path / f"{name}.txt")
        assert notes == [(code, True)]
        assert reading.digest is None
        assert fingerprint(reading.source) is None


def test_json_lines_are_held_a_line_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for i in range(1_000):
            file.write(json.dumps({"id": i, "text": "卷宗" * 2_000}, ensure_ascii=False) + "\n")
    assert path.stat().st_size > 12_000_000
    tracemalloc.start()
    try:
        count = sum(isinstance(item, Document) for item in read(source(path)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 1_000
    assert peak < 4_000_000


def test_each_format_has_a_reader(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        (tmp_path / f"a{suffix}").write_text('{"text": "x"}', "utf-8")
    found = [item for item in scan(tmp_path) if isinstance(item, SourceFile)]
    assert len(found) == len(SUFFIXES)
    for item in found:
        [result] = [result for result in read(item) if isinstance(result, Document) or result.left_out]
        assert isinstance(result, Document) or result.code == "read_failed"
