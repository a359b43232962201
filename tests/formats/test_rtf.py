"""Rich Text as Word, WPS and others write it: Chinese by bytes of a code page and by ``\\u``."""

from __future__ import annotations

import io

import pytest
from office_files import codes, kinds, texts, without_asides

from archive.errors import ReadError
from archive.readers import rtf
from archive.readers.extract import Extract


def read(body: str, head: str = r"\ansi\ansicpg936\deff0", encoding: str | None = None) -> Extract:
    """What the reader gives of a file with this body."""
    (found,) = rtf.extract(io.BytesIO(f"{{\\rtf1{head} {body}}}".encode("latin-1")), "a.rtf", encoding)
    return found


def coded(text: str, codec: str = "gb18030", *, bare: bool = False) -> str:
    r"""A text as bytes: \'d6\'d0; the second byte of a character as itself, where that may be (``bare``)."""
    made = ""
    for character in text:
        first, *rest = character.encode(codec)
        made += f"\\'{first:02x}" if first > 127 else chr(first)
        made += "".join(
            chr(b) if bare and 64 < b < 127 and chr(b) not in "\\{}" else f"\\'{b:02x}" for b in rest
        )
    return made


@pytest.mark.parametrize("bare", [False, True])
def test_bytes_of_the_code_page_are_characters_wherever_lines_end(bare: bool) -> None:
    text = "髙髟丂丄河边的集市，早市。"  # of some the second byte is a letter
    made = coded(text, bare=bare)
    cut = made if bare else "\r\n".join(made[place : place + 4] for place in range(0, len(made), 4))
    assert texts(read(cut)) == [text]


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        (134, "gb18030", "简体的字"),
        (136, "big5hkscs", "繁體的字"),
        (128, "cp932", "日本の字"),
        (204, "cp1251", "Москва"),
    ],
)
def test_the_charset_of_the_font_decides(charset: int, codec: str, text: str) -> None:
    fonts = rf"{{\fonttbl{{\f0\fcharset0 Times;}}{{\f1\fnil\fcharset{charset} {coded('宋体')};}}}}"
    found = read(rf"{fonts}caf\'e9 {{\f1 {coded(text, codec)}}} na\'efve", r"\ansi\ansicpg1252\deff0")
    assert texts(found) == [f"café {text} naïve"]
    wide = read(rf"{fonts}\loch\af0\hich\af0\dbch\af1 {coded(text, codec)}", r"\ansi\ansicpg1252\deff0")
    assert texts(wide) == [text]


def test_bytes_without_any_code_page_are_taken_for_gb18030_and_the_owner_may_say_otherwise() -> None:
    assert texts(read(coded("河边"), "")) == ["河边"]
    assert texts(read(coded("河邊", "big5"), r"\ansi\ansicpg1252", "big5")) == ["河邊"]


def test_characters_by_number_come_with_substitutes_of_any_length() -> None:
    body = (
        r"\u27827?\u-28849\'3f\uc0\u30340\u38598 \uc2\u24066"
        + coded("市")
        + r"\uc1{\uc3\u-26092\'e5\'be\'85}\u-10179?\u-9138?\u12290\emdash\emdash"
    )
    assert texts(read(body)) == [f"河{chr(65536 - 28849)}的集市{chr(65536 - 26092)}\U0001f44e。—"]


def test_ruby_that_word_writes_as_a_field_keeps_its_base_in_the_run() -> None:
    instruction = (
        r'EQ \\* jc2 \\* "Font:'
        + coded("宋体")
        + r'" \\* hps10 \\o\\ad(\\s\\up 9(gu\u243?),'
        + coded("國")
        + ")"
    )
    (line,) = read(
        rf"{coded('中')}{{\field{{\*\fldinst {{ {instruction}}}}}{{\fldrslt }}}}{coded('家')}\par"
    ).lines
    assert without_asides(line) == "中國家"
    assert [line.text[start:end] for start, end in line.asides] == ["guó"]


def test_of_other_fields_the_result_is_read() -> None:
    found = read(
        r'a{\field{\*\fldinst HYPERLINK "http://x.example"}{\fldrslt {\ul b}}}c'
        r"{\field{\*\fldinst PAGE}{\fldrslt 7}}"
    )
    assert texts(found) == ["abc7"]


def test_headings_come_from_styles_and_outlines() -> None:
    styles = (
        r"{\stylesheet{\s0 Normal;}{\s1\sbasedon0\outlinelevel0 heading 1;}{\s2\sbasedon1 x;}"
        r"{\*\cs9 heading 9;}"
        rf"{{\s3 {coded('标题')} 2;}}{{\s4\outlinelevel2 y;}}}}"
    )
    found = read(
        styles
        + r"\pard\s1 A\par\pard\s2 B\par\pard\s3 C\par\pard\s4 D\par"
        + r"\pard\outlinelevel4 E\par\pard\s1\outlinelevel9 F"
    )
    assert [(kind, rank) for kind, rank, _ in kinds(found)] == [
        ("heading", 1), ("heading", 1), ("heading", 2), ("heading", 3), ("heading", 5), ("", 0),
    ]  # fmt: skip


def test_automatic_numbers_are_read_and_bullets_are_not() -> None:
    first = rf"{{\listtext\pard\plain {coded('第一章')}\tab}}{coded('总则')}\par"
    assert texts(read(first + r"{\pntext\f1\'b7\tab}point\par")) == ["第一章 总则", "point"]


def test_notes_stand_below_and_what_is_not_of_the_body_is_out_and_said() -> None:
    found = read(
        r"{\header " + coded("县志稿") + r"\par}" + coded("卖菜的")
        + r"{\super\chftn{\footnote\pard\plain\chftn "
        + coded("白菜。") + r"\par}}{\deleted " + coded("删去") + r"}{\v "
        + coded("不见") + "}" + coded("和卖鱼的")
        + r"{\*\atnauthor x}{\*\annotation{\*\atndate 1}" + coded("待核") + r"}{\pict\pngblip 89504e47}"
        + r"{\*\unheard of}{\xe y}{\info{\title " + coded("另名") + r"}{\author Administrator}}"
        + coded("各占一边。") + r"\par"
    )  # fmt: skip
    assert kinds(found) == [("", 0, "卖菜的和卖鱼的各占一边。"), ("note", 0, "白菜。"), ("note", 0, "待核")]
    assert codes(found.notes) == ["not_body.deletions", "not_body.hidden", "not_body.header"]


def test_rows_are_lines_and_tables_may_be_nested() -> None:
    found = read(
        r"\trowd\intbl a\cell b\par c\cell\row\pard x\par"
        r"\intbl\itap1 d\cell\pard\intbl\itap2 e\nestcell f\nestcell"
        r"{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}"
        r"\pard\intbl\itap1\cell\row\pard z\line y"
    )
    assert kinds(found) == [
        ("text", 0, "a\tb c"), ("", 0, "x"), ("text", 0, "d\te\tf"), ("", 0, "z"), ("", 0, "y"),
    ]  # fmt: skip


def test_a_text_box_and_both_forms_of_a_text_are_read_once() -> None:
    shape = (
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard box\par}}"
        r"{\shprslt{\*\do{\dptxbxtext\pard box\par}}}}"
        r"{\upr{ansi}{\*\ud{\u27827?}}}"
    )
    assert texts(read("a" + shape + r"b\par")) == ["a河b", "box"]


def test_binary_data_does_not_end_groups() -> None:
    assert texts(read(r"a{\pict\bin4 }}}}}b")) == ["ab"]


@pytest.mark.parametrize("data", [b"", b"PK", "只是文本".encode(), b"{\\rt"])
def test_what_is_no_rich_text_is_named(data: bytes) -> None:
    with pytest.raises(ReadError, match="another format"):
        list(rtf.extract(io.BytesIO(data), "a.rtf", None))


def test_groups_without_end_are_named() -> None:
    with pytest.raises(ReadError, match="nested too deep"):
        read("{" * 100_000)
