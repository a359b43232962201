"""What is found: pieces as they are, long texts in parts, and ids that stay."""

from __future__ import annotations

import time
from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from archive.model import Document, Kind, Piece, Section, parts_of
from archive.passages import LIMIT, Passage, passages


def document(*texts: str, kind: Kind = Kind.TEXT, name: str = "a.txt") -> Document:
    pieces, place = [], 0
    for text in texts:
        pieces.append(Piece(kind, text, ((place, place + len(text)),), 0, "plain"))
        place += len(text) + 1
    return Document(name, "a.txt", "甲", (Section(),), tuple(pieces))


def parts(text: str) -> list[str]:
    return [passage.text for passage in passages(document(text))]


def test_a_piece_is_a_passage_with_its_place() -> None:
    found = passages(document("第一段。", "第二段。"))
    assert [(p.position, p.piece, p.start, p.end, p.text, p.source) for p in found] == [
        (0, 0, 0, 4, "第一段。", ((0, 4),)),
        (1, 1, 0, 4, "第二段。", ((5, 9),)),
    ]


def test_an_id_is_the_same_after_a_rebuild_and_after_changes_elsewhere() -> None:
    """A citation of 2026 has to open in every later build: these digits are never to change."""
    found = passages(document("甲", "乙", "甲"))
    assert [p.id for p in found] == ["e08b136bc23d80f3", "97aebca9788fbc74", "3fba76998a38b307"]
    changed = passages(document("丙", "乙", "甲", "丁", "甲"))
    assert {p.id for p in found} <= {p.id for p in changed}


def test_ids_differ_by_document_text_and_ordinal() -> None:
    ids = [p.id for name in ("a", "ab", "b") for p in passages(document("b", "bb", "b", "", "ab", name=name))]
    assert len(set(ids)) == len(ids)
    assert all(len(i) == 16 and int(i, 16) >= 0 for i in ids)


def test_only_a_text_of_more_than_the_limit_is_cut() -> None:
    assert parts("字" * LIMIT) == ["字" * LIMIT]
    assert [len(part) for part in parts("字" * (LIMIT + 1))] == [LIMIT, 1]
    assert len(passages(document("字" * (LIMIT + 1), kind=Kind.CAPTION))) == 1


@pytest.mark.parametrize(
    "end", ["。", "！", "？", "；", "…", "……", "。”", "！』」", "？）", ". ", '!"', "\n"]
)
def test_a_part_ends_with_a_sentence_and_its_closing_quotes(end: str) -> None:
    first = "字" * 600 + end
    assert parts(first + "文" * 300 + "，" + "文" * 300) == [first, "文" * 300 + "，" + "文" * 300]


def test_a_closing_quote_beyond_the_limit_is_not_torn_from_its_sentence() -> None:
    text = "甲" * 500 + "。" + "乙" * (LIMIT - 502) + "。”" + "丙" * 10
    assert parts(text)[0] == "甲" * 500 + "。"


def test_without_sentences_a_part_ends_with_a_clause_then_at_white_space_then_anywhere() -> None:
    assert parts("甲" * 900 + "，" + "乙" * 900)[0] == "甲" * 900 + "，"
    assert parts("甲" * 900 + "　" + "乙" * 900)[0] == "甲" * 900 + "　"
    assert [len(part) for part in parts("甲" * 2500)] == [1000, 1000, 500]


@pytest.mark.parametrize("tail", ["\u0301", "\ufe00", "\U000e0100", "\u200d👩", "\U0001f3fd", "\u0301\u0302"])
def test_a_cut_never_parts_a_character_from_its_mark_or_selector(tail: str) -> None:
    for shift in range(4):
        found = parts("字" * (LIMIT - 1 - shift) + "葛" + tail + "字" * 50)
        assert any("葛" + tail in part for part in found)


def test_a_decimal_point_is_no_end_of_a_sentence() -> None:
    assert parts("字" * 900 + "，" + "3.14 " * 40)[0] == "字" * 900 + "，"


def test_a_cut_piece_keeps_the_places_of_its_ranges() -> None:
    """A sentence that the page tore apart has two ranges; a part may hold one and some of the other."""
    source = "字" * 700 + "||" + "文" * 700
    piece = Piece(Kind.TEXT, "字" * 700 + "文" * 700, ((0, 700), (702, 1402)), 0, "plain", joined="rule")
    first, second = passages(replace(document("x"), pieces=(piece,)))
    assert (first.source, second.source) == (((0, 700), (702, 1002)), ((1002, 1402),))
    for passage in (first, second):
        assert passage.text == "".join(source[a:b] for a, b in passage.source)


def test_a_line_of_a_megabyte_is_about_a_thousand_passages_in_a_moment() -> None:
    lines = [
        "他说好。" * 250_000,
        "字" * 1_000_000,
        "e\u0301" * 500_000,
        "…" * 1_000_000,
        " " * 999_999 + "字",
    ]
    for line in lines:
        started = time.process_time()
        found = parts(line)
        assert time.process_time() - started < 5
        assert "".join(found) == line
        assert all(len(part.strip()) <= LIMIT and part.strip() for part in found)
        assert 1_000 <= len(found) <= 1_100 or " " in line


_alphabet = st.sampled_from(
    ["字", "。", "，", "”", " ", "\n", "\u3000", "\u0301", "\ufe00", "a", ".", "𨽻", "\u200d"]
)


@given(
    st.lists(st.tuples(_alphabet, st.integers(1, 700)), max_size=12).map(
        lambda runs: "".join(c * n for c, n in runs)
    ),
    st.lists(st.integers(1, 900), max_size=4),
)
def test_the_parts_of_a_piece_joined_give_back_its_text(text: str, cuts: list[int]) -> None:
    text = f"始{text}终"
    bounds = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    # The piece's ranges stand in the file with gaps of three characters between them.
    ranges = tuple((a + 3 * i, b + 3 * i) for i, (a, b) in enumerate(pairwise(bounds)))
    file = "###".join(text[a:b] for a, b in pairwise(bounds))
    found: list[Passage] = passages(
        replace(document("x"), pieces=(Piece(Kind.TEXT, text, ranges, 0, "plain"),))
    )
    assert "".join(p.text for p in found) == text
    assert [p.start for p in found] == [0, *(p.end for p in found[:-1])]
    for p in found:
        assert p.text.strip()
        assert len(p.text.strip()) <= LIMIT
        assert p.text == text[p.start : p.end] == "".join(file[a:b] for a, b in p.source)
    assert len(found) <= 3 + len(text) // (LIMIT // 2)


@given(lengths=st.lists(st.integers(0, 4), max_size=12), cuts=st.lists(st.integers(1, 5), max_size=12))
def test_the_parts_of_a_joined_text_are_found_in_one_pass(lengths: list[int], cuts: list[int]) -> None:
    """Each passage went through all lines of its piece: a million short lines that are one paragraph took
    four times as long as half of them.
    """
    ranges = [(10 * place, 10 * place + length) for place, length in enumerate(lengths)]
    ends = [*(cut for cut in accumulate(cuts) if cut < sum(lengths)), sum(lengths)]
    starts = [*accumulate(lengths, initial=0)]
    # An empty line belongs to the part that ends with it; at the beginning, to the first one.
    wanted = [
        tuple(
            (first + max(low, at) - at, first + min(high, at + last - first) - at)
            for (first, last), at in zip(ranges, starts, strict=False)
            if max(low, at) < min(high, at + last - first)
            or (first == last and (low < at <= high or low == at == 0))
        )
        for low, high in pairwise([0, *ends])
    ]
    assert list(parts_of(ranges, ends)) == wanted
