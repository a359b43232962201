"""Whatever a file holds: it is read, or left out with a note; nothing raises, nothing is lost in silence."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from fuzzing import damaged, fuzzed, try_all
from record_texts import record_text
from test_structure_invariants import LINES, SEPARATORS, check

from archive.encoding import NotTextError, decode
from archive.messages import has_text
from archive.model import Document, Note
from archive.passages import passages
from archive.readers import plain, read
from archive.readers.record import FIELDS
from archive.sources import SourceFile

ENCODINGS = [
    "utf-8",
    "gb18030",
    "big5",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "shift_jis",
    "hz",
    "cp1252",
]


def page(chance: random.Random) -> str:
    lines = [
        chance.choice(LINES) * chance.choice((1, 1, 1, 3)) + chance.choice(SEPARATORS)
        for _ in range(chance.randrange(60))
    ]
    return "".join(lines) * chance.choice((1, 1, 5))


def read_all(path: Path, data: bytes, encoding: str | None = None) -> tuple[list[Document], list[Note]]:
    path.write_bytes(data)
    found = list(read(SourceFile(path, path.name, len(data), 0), encoding))
    documents = [item for item in found if isinstance(item, Document)]
    notes = [item for item in found if isinstance(item, Note)]
    for note in notes:
        assert has_text(f"reason.{note.code}")
        assert len(note.message) < 500
    for document in documents:
        texts = [passage.text for passage in passages(document)]
        assert "".join(texts) == "".join(piece.text for piece in document.pieces)
        "".join(texts).encode()  # no half of a surrogate pair
    return documents, notes


@fuzzed
def test_every_character_of_a_random_page_stands_in_one_piece(trials: int | None) -> None:
    try_all(trials, lambda chance: check(page(chance)))


@fuzzed
def test_bytes_in_any_encoding_are_text_or_are_refused_by_name(trials: int | None, tmp_path: Path) -> None:
    def trial(chance: random.Random) -> None:
        data = damaged(chance, page(chance).encode(chance.choice(ENCODINGS), "replace"))
        asked = chance.choice((None, None, *ENCODINGS))
        documents, notes = read_all(tmp_path / "a.txt", data, asked)
        try:
            decoded = decode(data, asked)
        except NotTextError:
            assert [note.left_out for note in notes] == [True]
            return
        assert list(decoded.broken) == sorted(set(decoded.broken))
        assert bool(decoded.broken) <= ("\ufffd" in decoded.text)
        assert bool(documents) == bool(decoded.text.strip())
        assert documents or notes

    try_all(trials, trial)


@fuzzed
def test_a_long_text_in_any_encoding_is_read_or_refused_by_name(
    trials: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One in UTF-32 without a byte order mark ended the build with a traceback where UTF-32 was asked for."""
    monkeypatch.setattr(plain, "LONG", 100)

    def trial(chance: random.Random) -> None:
        data = damaged(chance, page(chance).encode(chance.choice(ENCODINGS), "replace"))
        documents, notes = read_all(tmp_path / "a.txt", data, chance.choice((None, None, *ENCODINGS)))
        assert documents or notes

    try_all(trials, trial)


def value(chance: random.Random, depth: int = 0) -> Any:
    kind = chance.randrange(12)
    if kind < 6 or depth > 3:
        strings = ("甲", "", "1949-10-01", "民国十年", "\ud800", "a\0b", "甲\n乙", "名" * 600)
        return chance.choice((*LINES, *strings))
    if kind < 8:
        return chance.choice((None, True, 0, -1, 1949, 10**30, 1.5, float("nan"), [], {}))
    if kind < 10:
        return [value(chance, depth + 1) for _ in range(chance.randrange(4))]
    return record(chance, depth + 1)


def record(chance: random.Random, depth: int = 0) -> dict[str, Any]:
    names = (*sorted(FIELDS), "text", "sections", "x")
    return {chance.choice(names): value(chance, depth) for _ in range(chance.randrange(6))}


@fuzzed
def test_each_line_of_json_lines_is_a_document_or_has_a_note(trials: int | None, tmp_path: Path) -> None:
    def trial(chance: random.Random) -> None:
        rows = [record(chance) for _ in range(chance.randrange(1, 8))]
        lines = [json.dumps(row, ensure_ascii=chance.random() < 0.5) for row in rows]
        data = "\n".join(lines).encode("utf-8", "surrogatepass")
        documents, notes = read_all(tmp_path / "a.jsonl", data)
        bad = {note.line for note in notes if note.code == "bad_line"}
        assert len(documents) + len(bad) == len(rows)
        named = {"bad_characters", "broken_bytes"}
        if data.decode("utf-8", "ignore").encode() != data:  # half a pair may read as characters of GB18030
            named.add("encoding_doubtful")
        if named.isdisjoint(note.code for note in notes):
            kept = [line for number, line in enumerate(lines, 1) if number not in bad]
            for document, line in zip(documents, kept, strict=True):
                text = record_text(json.loads(line, parse_constant=lambda _: None))
                for piece in document.pieces:
                    assert piece.text == "".join(text[start:end] for start, end in piece.source)
        documents, notes = read_all(tmp_path / "a.jsonl", damaged(chance, data))
        assert documents or notes

    try_all(trials, trial)
