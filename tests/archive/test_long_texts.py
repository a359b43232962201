"""Files that are too long to be held: one document in parts, which has what it would have had as a whole."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.digests import Names, Ordinals
from archive.encoding import decode, recognise
from archive.model import Document, Kind, Note
from archive.page.long import TextPart, parts, structured
from archive.passages import LIMIT, Cutter, Passage, last_cut, passages
from archive.readers import plain, read
from archive.readers.files import BLOCK
from archive.sources import SourceFile

SIZE = 10 * LIMIT
HAN = "卷宗报纸派出所长公安局天下大势分久必合一的是不了在人有我他这"


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is long, and its parts, of a length that a test can write."""
    monkeypatch.setattr(plain, "LONG", 40_000)
    monkeypatch.setattr(plain, "PART", SIZE)


def sentence(chance: random.Random, least: int = 5, most: int = 60) -> str:
    return "".join(chance.choices(HAN, k=chance.randint(least, most))) + "。"


def paragraphs(count: int, seed: int = 1) -> list[str]:
    chance = random.Random(seed)
    return ["".join(sentence(chance) for _ in range(chance.randint(1, 5))) for _ in range(count)]


def read_file(path: Path, data: bytes, encoding: str | None = None) -> tuple[list[Document], list[Note]]:
    path.write_bytes(data)
    items = list(read(SourceFile(path, path.name, 0, 0), encoding))
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item for item in items if isinstance(item, Note)]


def passages_of(documents: list[Document]) -> list[Passage]:
    """The passages of the parts of a document."""
    cutter = Cutter(documents[0].id, Ordinals())
    return [p for part in documents if part.part for p in cutter.passages(part.pieces, part.part.piece)]


def whole(path: Path, data: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Document, list[Note]]:
    """The same file read as a whole."""
    with monkeypatch.context() as patch:
        patch.setattr(plain, "LONG", 1 << 40)
        (document,), notes = read_file(path, data)
        return document, notes


def chunks(text: str, size: int = 777) -> list[TextPart]:
    """The parts of a text that comes in chunks."""
    coming = iter([text[i : i + size] for i in range(0, len(text), size)])
    return list(parts(lambda: next(coming, ""), SIZE))


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "big5"])
@pytest.mark.usefixtures("short")
def test_a_long_file_has_the_passages_of_a_whole_one_in_any_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    text = "派出所長天下大勢。" if codec == "big5" else "派出所长天下大势。"
    body = "\n\n".join(["卷宗的目的", "王延年", *(text * (1 + i % 9) for i in range(1200))]) + "\n"
    data = body.encode(codec)
    encoding = codec if codec == "utf-16-be" else None
    documents, notes = read_file(tmp_path / "a.txt", data, encoding)
    assert len(documents) > 2
    if encoding is None:
        expected, _ = whole(tmp_path / "a.txt", data, monkeypatch)
        assert passages_of(documents) == passages(expected)
        assert {(d.id, d.title, d.author, d.encoding) for d in documents} == {
            ("a.txt", "卷宗的目的", expected.author, codec.removesuffix("-sig"))
        }
    assert notes == []
    assert "".join(p.text for d in documents for p in d.pieces) == body.replace("\n", "")
    assert [d.part and d.part.last for d in documents] == [False] * (len(documents) - 1) + [True]


@pytest.mark.parametrize("lead", ["", "  ", "标题\n\n"])
@pytest.mark.usefixtures("short")
def test_a_file_of_one_line_is_cut_where_it_would_be_cut_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lead: str
) -> None:
    data = (lead + "".join(paragraphs(900)) + "  \n").encode()
    documents, _ = read_file(tmp_path / "a.txt", data)
    expected, _ = whole(tmp_path / "a.txt", data, monkeypatch)
    found = passages_of(documents)
    assert len(documents) > 5
    assert [(p.id, p.text, p.source, p.piece, p.position) for p in found] == [
        (p.id, p.text, p.source, p.piece, p.position) for p in passages(expected)
    ]


@pytest.mark.usefixtures("short")
def test_a_line_without_any_punctuation_or_white_space_is_cut_as_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("卷" * 33_333 + "e\u0301" * 20_000).encode()
    documents, _ = read_file(tmp_path / "a.txt", data)
    expected, _ = whole(tmp_path / "a.txt", data, monkeypatch)
    assert [(p.id, p.text) for p in passages_of(documents)] == [(p.id, p.text) for p in passages(expected)]


lines = st.lists(
    st.tuples(
        st.text(HAN + "。，a 𨽻\u3000", min_size=1, max_size=40)
        | st.sampled_from(["第一章 总论", "一、目的", "注：" * 9]),
        st.sampled_from([1, 1, 1, 7, 90, 400]),
        st.sampled_from(["\n", "\n\n", "\r\n", "\f", "\u2028", "\n\n\n　　", "", " "]),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(lines)
def test_the_parts_of_any_text_joined_give_it_back_and_no_text_is_lost_or_repeated(
    made: list[tuple[str, int, str]],
) -> None:
    text = "".join(line * times + end for line, times, end in made)
    found = chunks(text)
    assert "".join(part.text for part in found) == text
    assert all(len(part.text) <= SIZE for part in found[:-1])
    assert [part.start for part in found] == [
        sum(len(part.text) for part in found[:n]) for n in range(len(found))
    ]
    seen = [0] * len(text)
    for part in structured(found):
        for piece in part.pieces():
            assert piece.text == "".join(text[a:b] for a, b in piece.source)
            for place in (place for a, b in piece.source for place in range(a, b)):
                seen[place] += 1
        for mark in part.structure.marks:
            for place in range(mark.source[0] + part.text.start, mark.source[1] + part.text.start):
                seen[place] += 1
    assert all(times == 1 or (times == 0 and text[place].isspace()) for place, times in enumerate(seen))


@settings(max_examples=50, deadline=None)
@given(st.text("字e\u0301。，” \n", max_size=5_000), st.integers(0, 5_000))
def test_a_text_cut_where_it_is_cut_however_it_goes_on_has_the_same_passages(text: str, limit: int) -> None:
    text = "字" + text
    limit = min(limit, len(text))
    cut = last_cut(text, 0, limit)
    assert 0 <= cut <= limit
    ends = [p.end for p in passages(one_piece(text))]
    if text[:limit].rstrip() == text[:cut].rstrip() and cut == limit:
        return  # white space up to the limit
    assert cut in (0, *ends)


def one_piece(text: str) -> Document:
    from archive.model import Piece, Section

    return Document("a", "a", "a", (Section(),), (Piece(Kind.TEXT, text, ((0, len(text)),), 0, "paragraph"),))


def test_parts_meet_at_chapters_or_between_paragraphs_and_never_in_a_sentence() -> None:
    """A run that crosses where two parts meet would be lost if a joined sentence were divided there."""
    chance = random.Random(3)
    body: list[str] = []
    for chapter in range(40):
        body += [f"第{chapter + 1}章 {sentence(chance, 4, 9)[:-1]}", *paragraphs(12, chapter)]
    found = chunks("\n\n".join(body))
    assert len(found) > 5
    for upper, lower in pairwise(found):
        assert upper.text.rstrip().endswith("。")
        assert not lower.text[0].isspace()
        assert lower.text.startswith("第")
    wrapped = "\n".join(
        ("　　" + line)[i : i + 40] for line in paragraphs(500) for i in range(0, len(line) + 2, 40)
    )
    assert all(part.text.startswith("　　") for part in chunks(wrapped))


@pytest.mark.usefixtures("short")
def test_sections_go_on_from_part_to_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = ["史书", ""]
    for volume in "一二三":
        body += [f"卷{volume}", ""]
        for number in "一二三四五":
            body += [f"{number}、小节{volume}{number}", "", *paragraphs(25), ""]
    data = "\n".join(body).encode()
    documents, _ = read_file(tmp_path / "a.txt", data)
    expected, _ = whole(tmp_path / "a.txt", data, monkeypatch)
    sections = [section for document in documents for section in document.sections]
    assert len(documents) > 2
    assert sections == list(expected.sections)
    assert [p.section for d in documents for p in d.pieces] == [p.section for p in expected.pieces]
    firsts = [document.part.section for document in documents if document.part]
    assert firsts == [sum(len(d.sections) for d in documents[:n]) for n in range(len(documents))]


@pytest.mark.usefixtures("short")
def test_the_foot_of_a_long_text_says_its_author_and_its_date(tmp_path: Path) -> None:
    body = "\n\n".join(["全市公安机关举办培训班", *paragraphs(300), "（记者 郝发顺）", "2013年4月1日"])
    documents, _ = read_file(tmp_path / "a.txt", body.encode())
    assert {(d.author, d.date) for d in documents} == {("郝发顺", "2013-04-01")}
    assert [p.kind for p in documents[-1].pieces[-2:]] == [Kind.BYLINE, Kind.BYLINE]


@pytest.mark.usefixtures("short")
def test_equal_texts_of_different_parts_have_ids_of_their_own(tmp_path: Path) -> None:
    documents, _ = read_file(tmp_path / "a.txt", ("一样的一段话。\n\n" * 6000).encode())
    ids = [p.id for p in passages_of(documents)]
    assert len(ids) == len(set(ids)) == 6000


@pytest.mark.usefixtures("short")
def test_broken_bytes_far_into_a_long_file_are_named_with_their_line(tmp_path: Path) -> None:
    """The encoding is decided before; what does not fit it must still be found, wherever it stands."""
    data = bytearray("\n".join(["派出所所长。"] * 200_000).encode())
    assert len(data) > 3 * BLOCK
    place = data.index(b"\n", 2 * BLOCK) + 1
    line = data[:place].count(b"\n") + 1
    data[place : place + 2] = b"\xff\xff"
    documents, (note,) = read_file(tmp_path / "a.txt", bytes(data))
    assert (note.code, note.line, note.left_out) == ("broken_bytes", line, True)
    assert {document.encoding for document in documents} == {"utf-8"}
    assert sum("\ufffd" in p.text for d in documents for p in d.pieces) == 1


@pytest.mark.parametrize("codec", ["gb18030", "big5"])
def test_a_little_chinese_in_a_long_file_of_ascii_decides_its_encoding(codec: str) -> None:
    """A sample of the beginning, the middle and the end would have seen no Chinese at all."""
    blocks = [b"plain text. " * 50_000] * 9
    blocks[5] += "中華民國的歷史與地理，說明如下。".encode(codec)
    assert recognise(blocks).encoding == codec
    assert recognise([b"plain text. " * 50_000] * 9).encoding == "ascii"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("天下大势，分久必合。", "gb18030"),
        ("天下大勢，分久必合。", "big5"),
        ("これは日本語の文章です。カタカナもあります。", "shift_jis"),
        ("派出", "gb18030"),
        ("目錄", "big5"),
    ],
)
def test_a_long_file_is_recognised_and_doubted_as_one_that_is_held(text: str, codec: str) -> None:
    data = text.encode(codec)
    found, held = recognise([data]), decode(data)
    assert (found.encoding, found.doubt) == (held.encoding, held.doubt)


@pytest.mark.usefixtures("short")
def test_a_long_file_names_as_many_broken_lines_as_one_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = ("派出所所长。\n".encode() * 100 + b"\xff\n") * 25
    _, (note,) = read_file(tmp_path / "a.txt", data)
    assert "in lines 101, 202, 303, " in note.message
    assert ", 2020 and 5 more. " in note.message
    assert note in whole(tmp_path / "a.txt", data, monkeypatch)[1]
    json = b"".join(b'{"text": "%s"}\n' % line for line in data.splitlines())
    _, notes = read_file(tmp_path / "a.jsonl", json)
    assert [n.message for n in notes if n.code == "broken_bytes"] == [note.message]


def test_a_character_between_two_blocks_is_none_that_is_broken() -> None:
    data = "县志。".encode() * 1000
    assert recognise(data[i : i + 100] for i in range(0, len(data), 100)).encoding == "utf-8"


@pytest.mark.usefixtures("short")
def test_big5_with_characters_of_hong_kong_far_into_a_long_file_is_read_so(tmp_path: Path) -> None:
    text = "天下大勢，分久必合。\n" * 9000 + "㗎嘅喺。\n"
    documents, notes = read_file(tmp_path / "a.txt", text.encode("big5hkscs"))
    assert (documents[-1].pieces[-1].text, notes) == ("㗎嘅喺。", [])


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    ("data", "code", "left_out"),
    [
        (b"\n \n" * 40_000, "empty", False),
        (random.Random(1).randbytes(300_000).replace(b"\0", b"\1"), "not_text", True),
    ],
    ids=["blank", "noise"],
)
def test_a_long_file_without_text_is_named(tmp_path: Path, data: bytes, code: str, left_out: bool) -> None:
    documents, notes = read_file(tmp_path / "a.txt", data)
    assert documents == []
    assert [(n.code, n.left_out) for n in notes] == [(code, left_out)]


@pytest.mark.usefixtures("short")
def test_a_long_line_that_begins_as_a_note_is_found_in_passages(tmp_path: Path) -> None:
    documents, _ = read_file(tmp_path / "a.txt", ("注：" + "".join(paragraphs(600))).encode())
    assert {p.kind for p in passages_of(documents)[:-20]} == {Kind.TEXT}
    assert max(len(p.text) for p in passages_of(documents)) <= LIMIT


@given(st.lists(st.integers(0, 40), max_size=200))
def test_ordinals_count_as_a_dict_does(numbers: list[int]) -> None:
    counted, expected = Ordinals(), dict[bytes, int]()
    for number in numbers:
        digest = (number * 0x0123456789ABCDE).to_bytes(8, "big")
        assert counted.get(digest, 0) == expected.get(digest, 0)
        expected[digest] = expected.get(digest, 0) + 1
        counted[digest] = counted.get(digest, 0) + 1


@given(st.lists(st.text(max_size=3), max_size=50))
def test_names_are_a_set(names: list[str]) -> None:
    seen, expected = Names(), set[str]()
    for name in names:
        assert (name in seen) == (name in expected)
        seen.add(name)
        expected.add(name)


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.usefixtures("short")
def test_the_foot_of_a_long_file_is_read_in_the_order_of_its_bytes(tmp_path: Path, order: str) -> None:
    text = "\n\n".join(["卷宗的目的", *paragraphs(900), "（记者 王延年）"])
    data = ("\ufeff" + text).encode(f"utf-16-{order}")
    documents, _ = read_file(tmp_path / "a.txt", data)
    assert len(documents) > 2
    assert documents[0].author == "王延年"
