"""Files that are read although something in them is odd: no mark, NUL, lost bytes, mixtures."""

from __future__ import annotations

import json
import os
import random
from itertools import takewhile
from pathlib import Path

import pytest
from test_encoding import SIMPLIFIED, TRADITIONAL

from archive.encoding import decode, recognise
from archive.model import Document, Note
from archive.readers import plain, read
from archive.sources import SourceFile, scan

KOREAN = """대한민국은 민주공화국이다. 대한민국의 주권은 국민에게 있고, 모든 권력은 국민으로부터 나온다.
서울에서 열린 회의에 참석한 사람들은 새로운 기술에 대해 이야기를 나누었다."""
JAPANESE = """これは日本語の文章です。新聞記事の見出しと本文からなります。カタカナもあります。
吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。"""
LINES = SIMPLIFIED.split("\n")
TRADITIONAL_LINES = TRADITIONAL.split("\n")


def read_file(path: Path, data: bytes) -> tuple[str, list[Note]]:
    """The text of a file without white space, and the notes on it."""
    path.write_bytes(data)
    items = list(read(SourceFile(path, path.name, len(data), 0)))
    text = "".join(p.text for item in items if isinstance(item, Document) for p in item.pieces)
    return text, [item for item in items if isinstance(item, Note)]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (KOREAN, "euc_kr"),
        (KOREAN, "cp949"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "cp932"),
    ],
)
def test_korean_and_japanese_are_read_and_it_is_said(tmp_path: Path, text: str, codec: str) -> None:
    """They were read as Chinese that nobody wrote, and no note said so."""
    decoded = decode(text.encode(codec))
    assert decoded.text == text
    assert decoded.doubt == (decoded.encoding,)
    _, (note,) = read_file(tmp_path / "a.txt", text.encode(codec))
    assert (note.code, note.left_out) == ("encoding_doubtful", False)
    assert "Japanese or Korean" in note.message


@pytest.mark.parametrize(("text", "codec"), [(SIMPLIFIED, "hz"), (JAPANESE, "iso2022_jp")])
def test_encodings_of_seven_bits_are_not_taken_for_ascii(text: str, codec: str) -> None:
    text = text.replace("“", "").replace("”", "")
    assert decode(text.encode(codec)).text == text


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", [SIMPLIFIED, TRADITIONAL, KOREAN, JAPANESE, "第一行\n第二行\n", "Plain English.\n", LINES[0]]
)
def test_utf16_and_utf32_need_no_mark(text: str, codec: str) -> None:
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.doubt, decoded.broken) == (text, codec, None, ())


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be", "utf-32-be"])
def test_a_long_file_in_utf16_without_a_mark_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    monkeypatch.setattr(plain, "LONG", 100)
    text = (SIMPLIFIED + "\n𨽻\n") * 3000
    found, notes = read_file(tmp_path / "a.txt", text.encode(codec))
    assert (found, notes) == (text.replace("\n", ""), [])


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5"])
@pytest.mark.parametrize("place", ["begin", "line", "end", "many"])
def test_nul_costs_its_own_place_and_names_the_line(tmp_path: Path, codec: str, place: str) -> None:
    """One NUL in 1.7 MB left all of the file out."""
    lines = TRADITIONAL_LINES if codec == "big5" else LINES
    nul = "\0" * (4096 if place == "many" else 1)
    line = {"begin": 0, "line": 2, "end": 4, "many": 4}[place]
    marked = list(lines)
    marked[line] = marked[line] + nul if place in ("end", "many") else nul + marked[line]
    found, (note,) = read_file(tmp_path / "a.txt", "\n".join(marked).encode(codec))
    assert found == "".join(marked).replace(nul, "\ufffd")
    assert (note.code, note.line, note.left_out) == ("broken_bytes", line + 1, True)


@pytest.mark.parametrize("control", ["\x01", "\x1a", "\x1b", "\x7f"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_control_character_is_kept(control: str, codec: str) -> None:
    text = SIMPLIFIED.replace("编辑", f"编{control}辑")
    decoded = decode(text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.doubt, decoded.broken) == (text, codec, None, ())


@pytest.mark.parametrize("wanted", range(3))
@pytest.mark.parametrize(
    ("codec", "other"),
    [
        ("utf-8", "gb18030"), ("utf-8", "big5hkscs"), ("gb18030", "utf-8"), ("gb18030", "big5"),
        ("big5", "utf-8"), ("big5", "gb18030"),
    ],
)  # fmt: skip
def test_a_line_in_another_encoding_is_read_in_it_and_named(
    tmp_path: Path, codec: str, other: str, wanted: int
) -> None:
    """One line of three in GBK left the file out."""
    lines = list(TRADITIONAL_LINES if codec == "big5" else LINES)[:3]
    lines[wanted] = LINES[wanted] if other == "gb18030" else TRADITIONAL_LINES[wanted]
    data = b"\n".join(line.encode(other if number == wanted else codec) for number, line in enumerate(lines))
    found, notes = read_file(tmp_path / "a.txt", data)
    assert found == "".join(lines)
    assert all((note.code, note.left_out) == ("encoding_doubtful", False) for note in notes)
    assert [n.said[0] for n in notes].count("encoding_doubtful.mixed") == 1


def test_records_in_another_encoding_are_read_in_it(tmp_path: Path) -> None:
    rows = [json.dumps({"id": n, "text": line}, ensure_ascii=False) for n, line in enumerate(LINES)]
    data = b"\n".join(row.encode("gb18030" if n == 3 else "utf-8") for n, row in enumerate(rows))
    found, (note,) = read_file(tmp_path / "a.jsonl", data)
    assert LINES[3] in found
    assert (note.said[0], note.line) == ("encoding_doubtful.mixed", 4)


@pytest.mark.parametrize("ends", ["\n", "\r\n", ""])
@pytest.mark.parametrize("lost", [0, 1, 2, 3, 60, 61, 151, 300, 301])
def test_half_a_character_of_gbk_costs_that_character_and_not_its_line(lost: int, ends: str) -> None:
    """The rest of the line was read by the wrong pairs of bytes up to its end."""
    text = ends.join(LINES)
    data = bytearray(text.encode("gb18030"))
    del data[lost]
    decoded = decode(bytes(data))
    kept = sum(
        len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))
        for one, other in ((text, decoded.text), (reversed(text), reversed(decoded.text)))
    )
    assert (decoded.encoding, len(decoded.broken)) == ("gb18030", 1)
    assert kept >= len(text) - 3


def test_rare_characters_beside_a_lost_byte_stay_what_they_are() -> None:
    rare = "㑹𨽻靐龘䨻𠀀"
    decoded = decode(f"{SIMPLIFIED}\n{rare}，".encode("gb18030") + b"\xb9\n" + LINES[1].encode("gb18030"))
    assert decoded.text == f"{SIMPLIFIED}\n{rare}，\ufffd\n{LINES[1]}"
    text = f"{SIMPLIFIED}\n" + "\n".join(
        random.Random(1).choices("靐龘䨻麤鱻犇猋贔", k=8)[0] * 6 for _ in range(20)
    )
    assert decode(text.encode("gb18030")).text == text


def test_the_euro_sign_of_windows_is_read() -> None:
    price = "售价".encode("gbk") + b"\x80" + "50元，\n".encode("gbk")
    decoded = decode(price + SIMPLIFIED.encode("gbk"))
    assert (decoded.text, decoded.doubt, decoded.broken) == ("售价€50元，\n" + SIMPLIFIED, None, ())
    assert decode(price, "cp936").text == "售价€50元，\n"


def test_a_damaged_file_is_recognised_in_blocks_as_in_one() -> None:
    data = bytearray(SIMPLIFIED.encode("gb18030") * 50)
    del data[7::5001]
    whole, blocks = recognise([bytes(data)]), recognise([bytes(data[:4000]), bytes(data[4000:])])
    assert (whole.encoding, whole.doubt) == (blocks.encoding, blocks.doubt) == ("gb18030", None)


@pytest.mark.skipif(os.name == "nt", reason="names are characters on Windows")
@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("国标目录", "gb18030"),
        ("民国报纸", "gb18030"),
        ("臺灣縣志", "big5"),
        ("報告書", "big5"),
        ("派出所所长论坛", "gbk"),
    ],
)
def test_the_names_of_files_are_read_in_their_encoding_and_it_is_said(
    tmp_path: Path, name: str, codec: str
) -> None:
    r"""Unpacked from an archive of Windows, 国标 was shown as \xb9\xfa\xb1\xea."""
    folder = os.fsencode(tmp_path) + b"/" + name.encode(codec)
    try:
        Path(os.fsdecode(folder)).mkdir()
    except OSError:
        pytest.skip("this file system has no such names")
    Path(os.fsdecode(folder + b"/" + name.encode(codec) + b".txt")).write_text("字", "utf-8")
    items = list(scan(tmp_path))
    (found,) = (item for item in items if isinstance(item, SourceFile))
    assert found.relative == f"{name}/{name}.txt"
    assert found.path.read_text("utf-8") == "字"
    notes = [item for item in items if isinstance(item, Note)]
    assert {(note.code, note.said[0], note.left_out) for note in notes} == {
        ("odd_name", "odd_name.read", False)
    }
    assert len(notes) == 2


@pytest.mark.skipif(os.name == "nt", reason="names are characters on Windows")
def test_two_files_whose_names_read_alike_are_both_read(tmp_path: Path) -> None:
    for data in ("国标目录.txt".encode(), "国标目录.txt".encode("gbk")):
        try:
            Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + data)).write_text("字", "utf-8")
        except OSError:
            pytest.skip("this file system has no such names")
    found = [item.relative for item in scan(tmp_path) if isinstance(item, SourceFile)]
    assert sorted(found) == ["\\xb9\\xfa\\xb1\\xeaĿ¼.txt", "国标目录.txt"]


def test_a_byte_that_big5_lost_is_named_where_more_than_a_letter_shows_it() -> None:
    """每一頁 became 每@頁, and 報紙大多 became 報灝𧘇j多, which nobody wrote and no note named."""
    data = TRADITIONAL.encode("cp950")
    decoded = [decode(data[:at] + data[at + 1 :]) for at, byte in enumerate(data) if byte >= 0x80]
    named = [one for one in decoded if one.broken]
    assert len(named) > 0.66 * len(decoded)
    for one in named:
        first = next(at for at, (a, b) in enumerate(zip(TRADITIONAL, one.text, strict=False)) if a != b)
        assert TRADITIONAL.endswith(one.text[first + 4 :])


@pytest.mark.parametrize(
    "line",
    ["他買了A股和B股。", "每@頁", "台大的X光室", "第A組、第B組", "ABC公司的T恤", "維他命C", "C·S·路易斯"],
)
def test_a_letter_in_big5_is_no_half_of_a_character(line: str) -> None:
    decoded = decode(f"{TRADITIONAL}\n{line}\n".encode("cp950"))
    assert (decoded.text, decoded.broken) == (f"{TRADITIONAL}\n{line}\n", ())


@pytest.mark.parametrize("behind", ["", "，分成小節。"])
@pytest.mark.parametrize(
    ("codec", "other"),
    [
        ("utf-8", "gb18030"), ("utf-8", "cp950"), ("gb18030", "utf-8"), ("cp950", "utf-8"),
        ("gb18030", "cp950"), ("cp950", "gb18030"),
    ],
)  # fmt: skip
def test_a_part_of_a_line_in_another_encoding_is_read_in_it_and_named(
    codec: str, other: str, behind: str
) -> None:
    """What was pasted into a line from another program became characters that nobody wrote."""
    text = TRADITIONAL if codec == "cp950" else SIMPLIFIED
    pasted = "有的缺了邊角" if other == "cp950" else "有的缺了边角"
    end = behind if codec == "cp950" else behind.replace("節", "节")
    data = f"{text}\n按：".encode(codec) + pasted.encode(other) + end.encode(codec)
    decoded = decode(data)
    assert decoded.text == f"{text}\n按：{pasted}{end}"
    assert [(name, lines) for name, lines, _ in decoded.mixed] == [
        ({"cp950": "big5"}.get(other, other), (6,))
    ]
