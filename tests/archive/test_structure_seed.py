"""The newspaper feature that ships with the archive, line by line.

Its reading was worked out by hand; the rules know nothing of it. What it takes: captions apart by wide
gaps, a heading with its
author line put into a sentence of its own section, a sentence cut by a blank line.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model import Kind, Piece
from archive.page import Structure, structure
from archive.page.inspect import rows as rows_of

FILE = Path(__file__).parents[2] / "source_texts" / "000_ea956ef4aa722372.txt"
TEXT = FILE.read_text("utf-8")
LINES = TEXT.split("\n")

SECTIONS = [
    ("基层派出所所长应牢固树立四种意识", "姚天民", "市政府党组成员、市公安局局长"),
    ("把握六个关键 做合格所长", "王延军", "西华县公安局西华营派出所所长"),
    ("要有事业心、责任感", "楚天振", "淮阳县公安局临蔡派出所所长"),
    ("念好“真经” 当好所长", "陈琦", "项城市公安局北关派出所所长"),
    ("拥有过硬本领 掌握工作方法", "许志强", "太康县公安局符草楼派出所所长"),
]
ORDER: list[tuple[Kind, int, tuple[int, ...]]] = [
    (Kind.TITLE, 0, (3,)),
    (Kind.DECK, 0, (5,)),
    (Kind.BYLINE, 0, (7,)),
    *((Kind.CAPTION, 0, (line,)) for line in (11, 15, 19)),
    *((Kind.TEXT, 0, (line,)) for line in range(21, 42, 2)),
    (Kind.HEADING, 1, (47,)),
    (Kind.AUTHOR, 1, (49,)),
    (Kind.TEXT, 1, (43,)),
    (Kind.TEXT, 1, (45, 51)),
    (Kind.TEXT, 1, (53,)),
    (Kind.TEXT, 1, (55,)),
    (Kind.HEADING, 2, (57,)),
    (Kind.AUTHOR, 2, (59,)),
    *((Kind.TEXT, 2, (line,)) for line in range(61, 70, 2)),
    (Kind.HEADING, 3, (71,)),
    (Kind.AUTHOR, 3, (73,)),
    *((Kind.TEXT, 3, (line,)) for line in range(75, 88, 2)),
    (Kind.HEADING, 4, (89,)),
    (Kind.AUTHOR, 4, (91,)),
    *((Kind.TEXT, 4, (line,)) for line in range(93, 102, 2)),
    (Kind.HEADING, 5, (103,)),
    (Kind.AUTHOR, 5, (105,)),
    (Kind.TEXT, 5, (107,)),
    (Kind.TEXT, 5, (109, 111)),
    (Kind.TEXT, 5, (113,)),
    *((Kind.CAPTION, 0, (line,)) for line in (117, 121, 125, 129)),
]


@pytest.fixture(scope="module")
def read() -> Structure:
    return structure(TEXT)


def lines_of(piece: Piece, text: str = TEXT) -> tuple[int, ...]:
    return tuple(text.count("\n", 0, start) + 1 for start, _ in piece.source)


def test_every_line_stands_where_it_belongs(read: Structure) -> None:
    assert [(piece.kind, piece.section, lines_of(piece)) for piece in read.pieces] == ORDER


def test_it_has_55_pieces_of_the_kinds_that_were_counted_by_hand(read: Structure) -> None:
    kinds = [piece.kind for piece in read.pieces]
    assert len(kinds) == 55
    assert (kinds.count(Kind.CAPTION), kinds.count(Kind.HEADING), kinds.count(Kind.AUTHOR)) == (7, 5, 5)
    assert kinds.count(Kind.TEXT) == 35


def test_sections_have_their_headings_authors_and_offices(read: Structure) -> None:
    assert [(one.heading, one.author, one.affiliation) for one in read.sections[1:]] == SECTIONS
    assert all(one.path == (one.heading,) for one in read.sections[1:])
    assert read.sections[0].heading is None


def test_the_feature_is_by_its_byline_and_has_no_date(read: Structure) -> None:
    assert read.title == "牢记使命 忠诚履职 为实现周口公安崛起释放“正能量”"
    assert read.title is not None
    assert (read.author, read.date) == ("郝发顺", None)


def test_the_dash_of_the_deck_is_a_mark_and_dashes_of_paragraphs_are_text(read: Structure) -> None:
    assert [TEXT[slice(*mark.source)] for mark in read.marks] == ["——"]
    assert read.pieces[1].text == "全市公安机关派出所所长专业化延伸培训侧记"
    assert sum(piece.text.startswith("——") for piece in read.pieces) == 17


def test_both_halves_of_a_sentence_are_one_piece_and_nothing_else_is(read: Structure) -> None:
    joined = {lines_of(piece): (piece.joined, piece.moved) for piece in read.pieces if piece.joined}
    assert joined == {
        (45, 51): ("join-across-heading", "move-run-of-one-pattern"),
        (109, 111): ("join-cut-sentence", None),
    }
    texts = [piece.text for piece in read.pieces]
    assert any("每一位派出所所长都要树立终身学习的理念" in text for text in texts)
    assert any("不论是我们在办事、说情还是评理时" in text for text in texts)
    assert not any("都基层" in text for text in texts)


def test_only_the_two_paragraphs_above_the_heading_of_their_section_were_moved(read: Structure) -> None:
    assert [lines_of(piece) for piece in read.pieces if piece.moved] == [(43,), (45, 51)]


def test_inspect_shows_every_line_in_the_order_of_the_file() -> None:
    rows = rows_of(TEXT, structure(TEXT))
    assert [row.line for row in rows if row.kind is not None] == [
        number for number, line in enumerate(LINES, start=1) if line.strip()
    ]
    marks = [(row.line, row.text, row.rule) for row in rows if row.piece is None]
    assert marks == [(5, "——", "deck-dash-mark")]
    assert [row.section for row in rows if row.line == 51] == [("基层派出所所长应牢固树立四种意识",)]


def plain(read: Structure) -> list[tuple[Kind, int, str]]:
    return [(piece.kind, piece.section, "".join(piece.text.split())) for piece in read.pieces]


@pytest.mark.parametrize(
    "changed",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\n\n"),
        TEXT.strip(),
        "\n".join("　　" + line if len(line) > 40 else line for line in LINES),
        "\n".join("\n".join(line[at : at + 36] for at in range(0, len(line) or 1, 36)) for line in LINES),
        TEXT.replace("\n\n拥有", "\n\f\n拥有"),
    ],
    ids=[
        "CRLF",
        "CR",
        "twice the blank lines",
        "no blank lines around",
        "indented",
        "hard-wrapped",
        "form feed",
    ],
)
def test_the_page_is_read_alike_however_its_lines_are_broken(read: Structure, changed: str) -> None:
    assert plain(structure(changed)) == plain(read)
