"""Subtitles: what is said, at which time, by whom."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from archive.errors import ReadError
from archive.model import Document, Kind
from archive.readers import SourceReading
from archive.readers.extract import Extract
from archive.readers.subtitles import extract
from archive.sources import SourceFile

SRT = """1
00:00:01,000 --> 00:00:04,000
<i>初春的周口</i>
阳光明媚，

2
00:00:04,100 --> 00:00:06,000 X1:40 X2:600
{\\an8}莺飞草长

（音響）
3
00:01:06,500 --> 00:01:09,000
- 你去吗？
- <font color="#ff0000">我去</font>

4
01:02:03,000 --> 01:02:05,000
绿油油的麦田
Green fields
as far as one sees
"""

VTT = """WEBVTT - 培训班
Kind: captions

NOTE 这是给译者的话，
不是台词

STYLE
::cue { color: lime }

开头
00:01.000 --> 00:04.000 align:start position:10%
<v.loud 编辑甲>初春的<c.yellow>周口</c>&amp;<00:00:02.500>郑州

00:05.000 --> 00:06.000
莺飞草长
"""

ASS = """[Script Info]
Title: 培训班侧记
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname
Style: Default,Arial

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:05.00,0:00:06.00,Default,,0,0,0,,莺飞草长,绿油油
Dialogue: 0,0:00:01.50,0:00:04.00,Default,记者甲,0,0,0,,{\\fad(200,200)}初春的{\\i1}周口{\\i0}\\N阳光明媚
Comment: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,给校对的话
Dialogue: 0,0:00:07.00,0:00:08.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
"""


def read(text: str, encoding: str = "utf-8", given: str | None = None) -> Extract:
    (one,) = extract(io.BytesIO(text.encode(encoding)), "a.srt", given)
    return one


def said(text: str) -> list[tuple[str, str]]:
    """Each line with the time that it is said at."""
    found = []
    time = ""
    for line in read(text).lines:
        if line.kind is Kind.PAGE:
            time = line.text
        else:
            assert line.kind is Kind.TEXT
            found.append((time, line.text))
    return found


def test_a_cue_is_a_line_at_its_time_without_tags() -> None:
    assert said(SRT) == [
        ("00:00:01", "初春的周口阳光明媚，"),
        ("00:00:04", "莺飞草长（音響）"),
        ("00:01:06", "- 你去吗？"),
        ("00:01:06", "- 我去"),
        ("01:02:03", "绿油油的麦田"),
        ("01:02:03", "Green fields as far as one sees"),
    ]


def test_notes_styles_and_names_of_cues_are_not_said_and_the_speaker_is() -> None:
    assert said(VTT) == [("00:01", "编辑甲：初春的周口&郑州"), ("00:05", "莺飞草长")]


def test_lines_of_ass_come_in_the_order_of_their_times() -> None:
    assert said(ASS) == [("0:00:01", "记者甲：初春的周口阳光明媚"), ("0:00:05", "莺飞草长,绿油油")]
    assert read(ASS).metadata == {"title": "培训班侧记"}


def test_only_a_cue_that_stops_at_a_comma_goes_on_in_the_next() -> None:
    lines = read(SRT).lines
    assert [line.text for line in lines if line.continues] == ["莺飞草长（音響）"]


@pytest.mark.parametrize("encoding", ["gb18030", "big5", "utf-16", "utf-8-sig"])
def test_old_files_are_read_in_their_encoding(encoding: str) -> None:
    text = SRT if encoding != "big5" else SRT.translate(str.maketrans("阳飞长绿麦莺吗", "陽飛長綠麥鶯嗎"))
    one = read(text.replace("\n", "\r\n"), encoding, encoding if encoding == "big5" else None)
    assert one.lines[1].text.startswith("初春的周口")


def test_what_has_no_times_is_named() -> None:
    with pytest.raises(ReadError, match="time"):
        read("初春的周口\n阳光明媚\n")
    with pytest.raises(ReadError):
        read("[Events]\nDialogue: 0,0:00:05.00\n")


@pytest.mark.parametrize("arrow", ["00:00:0{},000 --> 00:00:0{},500", "00:0{}.000 --> 00:0{}.500"])
def test_subtitles_under_the_name_of_a_text_are_read_as_subtitles(arrow: str, tmp_path: Path) -> None:
    """The first number was the title, and the times were paragraphs."""
    said = ["今天我们来到溪口", "村里的水渠\n修了三年", "- 你好\n- 你好"]
    file = tmp_path / "a.txt"
    file.write_text(
        "\n".join(f"{n}\n{arrow.format(n, n)}\n{line}\n" for n, line in enumerate(said, 1)), "utf-8"
    )
    one = next(item for item in SourceReading(SourceFile(file, "a.txt", 1, 1)) if isinstance(item, Document))
    texts = [piece.text for piece in one.pieces if piece.kind is Kind.TEXT]
    assert texts == ["今天我们来到溪口", "村里的水渠修了三年", "- 你好", "- 你好"]
    assert (one.title, one.title_is_derived, len(one.sections)) == ("a", True, 1)
    assert sum(piece.kind is Kind.PAGE for piece in one.pieces) == 3


def test_lyrics_have_their_lines_in_time_title_and_singer() -> None:
    head = "[ti:麦田]\n[ar:歌者]\n[by:x]\n"
    song = head + "[00:05.20][01:05.20]绿油油的<00:06.00>麦田\n[00:01]初春的周口\n[00:09.00]\n"
    (found,) = extract(io.BytesIO(song.encode()), "麦田.LRC", None)
    assert [line.text for line in found.lines] == ["00:01", "初春的周口", "00:05", "绿油油的麦田", "00:09"]
    assert found.metadata == {"title": "麦田", "author": "歌者"}
