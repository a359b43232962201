"""Lines whose kind is given: by the markup of a format, or by the owner of a plain text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from archive.model import Kind
from archive.page import structure
from archive.page.long import TextPart, structured
from archive.page.rules import GIVEN_MARKUP, GivenLine
from archive.page.state import Stretch

SEED = (Path(__file__).parents[2] / "source_texts" / "000_ea956ef4aa722372.txt").read_text("utf-8")
LONG = "派出所是公安机关最基层的单位，和人民群众打交道最多，做好群众工作是每个民警应具备的基本功。"


def markup(
    kind: Kind | None = None,
    rank: int = 0,
    asides: tuple[tuple[int, int], ...] = (),
    continues: bool | None = None,
) -> GivenLine:
    return GivenLine(kind, rank, asides, continues, GIVEN_MARKUP)


def pieces(text: str, given: dict[int, GivenLine]) -> list[tuple[str, str]]:
    return [(piece.kind.label, piece.text) for piece in structure(text, given=given).pieces]


def test_the_seed_as_lines_with_kinds_has_the_sections_of_the_seed() -> None:
    plain = structure(SEED)
    lines = [line for line in SEED.splitlines() if line.strip()]
    kinds = {piece.text: piece.kind for piece in plain.pieces}
    given = {
        number: markup(kinds[line.strip()], rank=1)
        for number, line in enumerate(lines, 1)
        if kinds.get(line.strip()) in (Kind.TITLE, Kind.HEADING, Kind.CAPTION)
    }
    read = structure("\n".join(lines), given=given)
    assert read.sections == plain.sections
    assert (read.title, read.author, read.date) == (plain.title, plain.author, plain.date)
    shown = [(piece.kind, piece.text, piece.section) for piece in read.pieces]
    assert shown == [(piece.kind, piece.text, piece.section) for piece in plain.pieces]


def test_a_kind_that_is_given_stands_and_the_rules_read_the_other_lines() -> None:
    text = f"周口日报\n牢记使命\n郝发顺 文/图\n{LONG}\n第一章 总论\n{LONG}\n图为培训现场。\n"
    given = {2: markup(Kind.TITLE), 4: markup(Kind.TEXT), 6: markup(Kind.NOTE)}
    assert [kind for kind, _ in pieces(text, given)] == [
        "text", "title", "byline", "text", "heading", "note", "caption",
    ]  # fmt: skip
    read = structure(text, given=given)
    assert (read.title, read.author) == ("牢记使命", "郝发顺")


def test_where_markup_gives_headings_no_plain_line_is_taken_for_one() -> None:
    text = f"培训班侧记\n{LONG}\n规格高 要求严\n{LONG}\n一、认识要高\n{LONG}\n二、措施要实\n{LONG}\n"
    given = {3: markup(Kind.HEADING, 2)}
    headings = [text for kind, text in pieces(text, given) if kind == "heading"]
    assert headings == ["规格高 要求严"]
    corrected = {3: GivenLine(Kind.HEADING)}
    headings = [text for kind, text in pieces(text, corrected) if kind == "heading"]
    assert headings == ["规格高 要求严", "一、认识要高", "二、措施要实"]


def test_ranks_of_headings_nest_sections_and_author_lines_sign_them() -> None:
    text = (
        f"上编\n第一节\n项城市公安局北关派出所所长 陈琦\n{LONG}\n第二节\n作者：许志强\n{LONG}\n下编\n{LONG}\n"
    )
    ranks = {1: 1, 2: 2, 5: 2, 8: 1}
    given = {line: markup(Kind.HEADING, rank) for line, rank in ranks.items()}
    read = structure(text, given={**given, 3: markup(Kind.AUTHOR)})
    assert [(section.path, section.author) for section in read.sections[1:]] == [
        (("上编",), None),
        (("上编", "第一节"), "陈琦"),
        (("上编", "第二节"), "许志强"),
        (("下编",), None),
    ]
    assert read.sections[2].affiliation == "项城市公安局北关派出所所长"


def test_an_owner_makes_a_paragraph_of_what_looks_like_a_heading_and_parts_what_was_joined() -> None:
    text = f"第一章 总论\n{LONG}\n第二章 分论\n{LONG}\n"
    assert ("text", "第二章 分论") in pieces(text, {3: GivenLine(Kind.TEXT)})
    cut = f"{LONG}\n面对这种情况，我们就要光明磊落做事，坦坦荡荡做人，不论是\n我们在评理时，都会赢得理解。\n"
    assert len(pieces(cut, {})) == 2
    assert len(pieces(cut, {3: GivenLine(continues=False)})) == 3


CHAPTERS = [
    "所长论坛",
    "郝发顺 文/图",
    LONG,
    "一、经过",
    LONG,
    "二、结果",
    LONG,
    "三、教训",
    LONG,
    "四、建议",
    LONG,
]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("line", range(len(CHAPTERS)))
def test_what_an_owner_says_of_one_line_changes_no_other(line: int, kind: Kind) -> None:
    """A paragraph made a heading cost all numbered headings around it, a title given below cost title and
    byline: in a fifth of all corrections of labelled pages another line changed its kind."""
    text = "\n".join(CHAPTERS)
    before = pieces(text, {})
    assert [kind for kind, _ in before] == ["title", "byline", "text", *["heading", "text"] * 4]
    read = structure(text, given={line + 1: GivenLine(kind)})
    assert [(piece.kind.label, piece.text) for piece in read.pieces] == [
        *before[:line], (kind.label, CHAPTERS[line]), *before[line + 1 :],
    ]  # fmt: skip
    assert read.title == (CHAPTERS[line] if kind is Kind.TITLE else CHAPTERS[0] if line else None)


@pytest.mark.parametrize("line", range(1, len(CHAPTERS)))
def test_what_an_owner_joins_is_one_paragraph_and_what_he_parts_stays_what_it_is(line: int) -> None:
    text = "\n".join(CHAPTERS)
    before = pieces(text, {})
    assert pieces(text, {line + 1: GivenLine(continues=False)}) == before
    joined = ("text", CHAPTERS[line - 1] + CHAPTERS[line])
    assert pieces(text, {line + 1: GivenLine(continues=True)}) == [
        *before[: line - 1], joined, *before[line + 1 :],
    ]  # fmt: skip


def test_a_heading_of_the_markup_that_the_owner_joins_heads_no_section() -> None:
    """A heading stayed a section, with the half of a sentence for its name."""
    marked = markup(Kind.HEADING, 1)
    read = structure(
        f"{LONG}\n面对群众\n{LONG}\n", given={2: replace(GivenLine(continues=True), corrected=marked)}
    )
    assert [(piece.kind, piece.text) for piece in read.pieces] == [
        (Kind.TEXT, f"{LONG}面对群众"),
        (Kind.TEXT, LONG),
    ]
    assert len(read.sections) == 1


@pytest.mark.parametrize("lead", ["标题：", "&nbsp;"])
def test_a_title_that_the_owner_names_is_without_what_leads_it(lead: str) -> None:
    text = f"眉题在此\n{lead}论工作\n{LONG}\n"
    read = structure(text, given={1: GivenLine(Kind.DECK), 2: GivenLine(Kind.TITLE)})
    assert read.title == "论工作"
    assert [piece.text for piece in read.pieces] == ["眉题在此", "论工作", LONG]
    marked = structure(text, given={2: markup(Kind.TITLE)})
    assert marked.title == f"{lead}论工作"


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.PAGE, Kind.NOTE])
def test_the_name_of_a_chapter_heads_its_section_where_the_number_is_no_heading(kind: Kind) -> None:
    text = f"第一章\n总论\n{LONG}\n第二章\n分论\n{LONG}\n"
    assert [section.heading for section in structure(text).sections] == [None, "第一章 总论", "第二章 分论"]
    read = structure(text, given={1: GivenLine(kind)})
    assert [section.heading for section in read.sections] == [None, "总论", "第二章 分论"]


def test_the_number_of_a_chapter_that_its_owner_confirms_keeps_its_name() -> None:
    text = f"第一章\n总论\n{LONG}\n第二章\n分论\n{LONG}\n"
    confirmed = structure(text, given={1: GivenLine(Kind.HEADING)})
    assert [section.heading for section in confirmed.sections] == [None, "第一章 总论", "第二章 分论"]


def test_the_number_of_a_chapter_that_is_read_elsewhere_leaves_the_other_chapters_their_names() -> None:
    text = f"第一章\n总论\n{LONG}\n第二章\n分论\n{LONG}\n末行\n"
    read = structure(text, given={4: GivenLine(before=7)})
    assert [section.heading for section in read.sections] == [None, "第一章 总论", "分论", "第二章"]


@pytest.mark.parametrize("line", [1, 2])
def test_a_chapter_of_two_lines_is_called_what_its_owner_says(line: int) -> None:
    text = f"第一章\n总论\n{LONG}\n第二章\n分论\n{LONG}\n"
    read = structure(text, given={line: GivenLine(heading="第一章 通论")})
    assert [section.heading for section in read.sections] == [None, "第一章 通论", "第二章 分论"]


def test_what_a_rule_made_of_a_corrected_line_is_shown_as_refused() -> None:
    read = structure(f"所长论坛\n{LONG}\n", Stretch(why=True), {1: GivenLine(Kind.NOTE)})
    said = [(reason.rule, reason.taken, reason.against) for reason in read.reasons if not reason.start]
    assert said[0] == ("given-correction", True, "")
    assert ("title-first-line", False, "decided by given-correction") in said


def test_asides_leave_the_run_and_are_notes_below_it() -> None:
    text = "培训班在东とう京きょう开班①，学员们（甲本作学生）晚上回到住处。\n"
    at = [text.index(one) for one in ("とう", "きょう", "①", "（甲本作学生）")]
    asides = tuple((start, start + length) for start, length in zip(at, (2, 3, 1, 7), strict=True))
    assert pieces(text, {1: markup(asides=asides)}) == [
        ("text", "培训班在东京开班，学员们晚上回到住处。"),
        ("note", "（甲本作学生）"),
        ("note", "とうきょう①"),
    ]


def test_a_heading_is_named_without_its_asides() -> None:
    text = f"总论①\n{LONG}\n"
    read = structure(text, given={1: markup(Kind.HEADING, 1, asides=((2, 3),))})
    assert read.sections[1].heading == "总论"


def test_an_aside_is_kept_where_other_lines_of_the_page_are_joined() -> None:
    prose = "派出所是公安机关最基层的单位，和人民群众打交道最多的也是它。干警的形象就是公安的形象。" * 8
    wrapped = "\n".join(prose[start : start + 30] for start in range(0, len(prose), 30))
    found = pieces(f"所长论坛①\n\n{wrapped}\n", {1: markup(asides=((4, 5),))})
    assert [text for _, text in found] == ["所长论坛", "①", prose]


def test_a_paragraph_goes_on_behind_the_mark_of_a_page() -> None:
    text = "为人民服务，是\n第二页\n我们的宗旨①。\n"
    given = {2: markup(Kind.PAGE), 3: markup(asides=((5, 6),), continues=True)}
    assert pieces(text, given) == [
        ("text", "为人民服务，是我们的宗旨。"),
        ("note", "①"),
        ("page", "第二页"),
    ]


@pytest.mark.parametrize("said", [GivenLine(continues=False), GivenLine(Kind.NOTE)])
def test_an_owner_parts_what_the_markup_joins(said: GivenLine) -> None:
    text = "为人民服务，是\n我们的宗旨。\n"
    marked = markup(continues=True)
    assert pieces(text, {2: marked}) == [("text", "为人民服务，是我们的宗旨。")]
    assert len(pieces(text, {2: replace(said, corrected=marked)})) == 2


def test_lines_are_counted_as_in_the_file() -> None:
    text = f"甲\u2028乙\r\n\r\n丙\r{LONG}"
    found = pieces(text, {1: GivenLine(Kind.NOTE), 3: GivenLine(Kind.CAPTION), 9: GivenLine(Kind.TITLE)})
    assert found == [("note", "甲"), ("note", "乙"), ("caption", "丙"), ("text", LONG)]


def test_lines_of_a_long_text_are_counted_through_its_parts() -> None:
    parts = [TextPart(f"\n{LONG}\n", 0, False, False), TextPart(f"甲\n乙\n{LONG}", 50, False, True)]
    read = list(structured(parts, given={4: GivenLine(Kind.NOTE)}))
    assert [piece.text for part in read for piece in part.pieces() if piece.kind is Kind.NOTE] == ["乙"]


LINES = st.sampled_from(
    [
        "——全市培训侧记", "郝发顺 文/图", "第一章 总论", "—12—", "2013年4月1日", LONG, LONG[:-5], " 甲 ", "",
        "12", "作者：许志强", "1949年10月1日 第1版", "00:00:01,000 --> 00:00:04,000", "a b",
        "（记者 郝发顺）", "东（とう）京",
    ]
) | st.text(max_size=30)  # fmt: skip
GIVENS = st.builds(
    GivenLine,
    st.none() | st.sampled_from(Kind),
    st.integers(0, 6),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=3).map(tuple),
    st.none() | st.booleans(),
    st.sampled_from(["given-markup", "given-correction"]),
)


@settings(deadline=None, max_examples=300)
@given(st.lists(LINES, max_size=14), st.dictionaries(st.integers(1, 14), GIVENS))
def test_every_character_is_in_exactly_one_piece_whatever_is_given(
    lines: list[str], known: dict[int, GivenLine]
) -> None:
    text = "\n".join(lines)
    read = structure(text, given=known)
    places = [0] * len(text)
    for piece in read.pieces:
        assert piece.text == "".join(text[start:end] for start, end in piece.source)
        assert piece.text.strip()
        assert 0 <= piece.section < len(read.sections)
        for start, end in piece.source:
            assert start < end
            for place in range(start, end):
                places[place] += 1
    for mark in read.marks:
        for place in range(*mark.source):
            places[place] += 1
    assert all(
        count == 1 or (count == 0 and char.isspace()) for count, char in zip(places, text, strict=True)
    )
