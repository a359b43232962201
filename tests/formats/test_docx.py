"""Word documents as Word and WPS write them: what a reader of the page sees is found, and in one run."""

from __future__ import annotations

import io

import pytest
from office_files import STRICT, codes, kinds, p, r, read_word, texts, without_asides, word

from archive.errors import ReadError
from archive.readers.numbering import formatted

STYLES = """
<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>
  <w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="2"><w:name w:val="标题 2"/></w:style>
<w:style w:type="paragraph" w:styleId="节"><w:name w:val="节名"/><w:basedOn w:val="2"/></w:style>
<w:style w:type="paragraph" w:styleId="款"><w:name w:val="款名"/>
  <w:pPr><w:outlineLvl w:val="2"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="a5"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="a7"><w:name w:val="Subtitle"/></w:style>
<w:style w:type="paragraph" w:styleId="a9"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="loop"><w:name w:val="x"/><w:basedOn w:val="loop"/></w:style>
"""


def test_kinds_and_ranks_come_from_styles_by_any_name_and_from_outlines() -> None:
    found = read_word(word(
        p("河边的集市", style="a5") + p("——乡间见闻", style="a7") + p("早市", style="1") + p("鱼", style="节")
        + p("价钱", style="款") + p("一家之言", properties='<w:outlineLvl w:val="1"/>')
        + p("不是标题", style="1", properties='<w:outlineLvl w:val="9"/>') + p("图1　早市", style="a9")
        + p("天还没亮。", style="loop") + p("没有这个样式。", style="gone"),
        styles=STYLES,
    ))  # fmt: skip
    assert kinds(found) == [
        ("title", 0, "河边的集市"), ("deck", 0, "——乡间见闻"), ("heading", 1, "早市"), ("heading", 2, "鱼"),
        ("heading", 3, "价钱"), ("heading", 2, "一家之言"), ("", 0, "不是标题"), ("caption", 0, "图1　早市"),
        ("", 0, "天还没亮。"), ("", 0, "没有这个样式。"),
    ]  # fmt: skip


def test_a_title_in_two_lines_is_one_and_a_later_one_a_heading() -> None:
    found = read_word(
        word(
            p("关于开展植树活动", style="a5") + p("的通知", style="a5") + p("各乡：") + p("附件", style="a5"),
            styles=STYLES,
        )
    )
    assert kinds(found)[0] == ("title", 0, "关于开展植树活动 的通知")
    assert kinds(found)[2] == ("heading", 1, "附件")


def test_ruby_keeps_its_base_in_the_run() -> None:
    # python-docx loses the base (FINDINGS): 中國家 became 中家.
    ruby = (
        "<w:r><w:ruby><w:rubyPr><w:lid w:val='zh-CN'/></w:rubyPr><w:rt><w:r><w:t>guó　guō </w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>國</w:t></w:r></w:rubyBase></w:ruby></w:r>"
    )
    (line,) = read_word(word(p("中", ruby, "家"))).lines
    assert without_asides(line) == "中國家"
    assert [line.text[start:end] for start, end in line.asides] == ["guó　guō"]  # its wide space too


@pytest.mark.parametrize(
    ("instruction", "run", "asides"),
    [
        (r' EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(guó),國)', "中國家", ["guó"]),
        (r"EQ \o(\s\up 9(guó),國)", "中國家", ["guó"]),
        (r" eq \o\ac(○,3) ", "中③家", []),
        (r" PAGE \* MERGEFORMAT ", "中家", []),
    ],
)
def test_what_word_97_wrote_as_a_field_is_read(instruction: str, run: str, asides: list[str]) -> None:
    half = len(instruction) // 2
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{instruction[:half]}</w:instrText></w:r>"
        f"<w:r><w:instrText>{instruction[half:]}</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    (line,) = read_word(word(p("中", field, "家"))).lines
    assert (without_asides(line), [line.text[a:b] for a, b in line.asides]) == (run, asides)


def test_of_a_field_the_result_is_read_also_inside_another() -> None:
    def field(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = (
        field("begin")
        + "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        + field("separate")
        + r("7")
        + field("end")
    )
    outer = (
        field("begin")
        + "<w:r><w:instrText>IF</w:instrText></w:r>"
        + inner
        + field("separate")
        + r("第七页")
        + field("end")
    )
    simple = '<w:fldSimple w:instr="SEQ 图"><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    link = "<w:hyperlink><w:r><w:t>集市</w:t></w:r></w:hyperlink>"
    assert texts(read_word(word(p("见", outer, "，图", simple, "，", link)))) == ["见第七页，图1，集市"]


def test_a_field_that_lost_its_end_hides_its_paragraph_at_most() -> None:
    begins = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert texts(read_word(word(p("甲", begins, "乙") + p("丙")))) == ["甲", "丙"]


NOTE = '<w:footnote w:id="{}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{}</w:t></w:r></w:p></w:footnote>'


def test_notes_stand_below_their_paragraph_and_do_not_break_the_run() -> None:
    found = read_word(word(
        p("卖菜的", '<w:r><w:footnoteReference w:id="2"/></w:r>', "和卖鱼的",
          '<w:r><w:footnoteReference w:customMarkFollows="1" w:id="3"/><w:t>＊</w:t></w:r>', "各占一边。",
          '<w:r><w:commentReference w:id="0"/></w:r>') + p("天亮了。"),
        footnotes='<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
        + NOTE.format(2, "以白菜为多。") + NOTE.format(3, "多为鲤鱼。"),
        comments='<w:comment w:id="0" w:author="编辑"><w:p><w:r><w:t>待核。</w:t></w:r></w:p></w:comment>',
    ))  # fmt: skip
    assert without_asides(found.lines[0]) == "卖菜的和卖鱼的各占一边。"
    assert kinds(found)[1:] == [
        ("note", 0, "以白菜为多。"), ("note", 0, "多为鲤鱼。"), ("note", 0, "待核。"), ("", 0, "天亮了。"),
    ]  # fmt: skip


def test_a_typed_mark_of_a_note_does_not_break_the_run_and_an_exponent_stays() -> None:
    raised = '<w:vertAlign w:val="superscript"/>'
    (line,) = read_word(
        word(p("卖菜的", r("[1]", raised), "和卖鱼的", r("②", raised), "共10m", r("2", raised)))
    ).lines
    assert without_asides(line) == "卖菜的和卖鱼的共10m2"


def test_insertions_are_in_the_text_and_deletions_are_out_and_said() -> None:
    found = read_word(word(
        p("河边", '<w:ins w:id="1"><w:r><w:t>早已</w:t></w:r></w:ins>',
          '<w:del w:id="2"><w:r><w:delText>没</w:delText></w:r></w:del>',
          '<w:moveFrom><w:r><w:t>旧处</w:t></w:r></w:moveFrom>', "有人")
        + "<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr><w:r><w:t>上一段</w:t></w:r></w:p>"
        + p("与下一段。")
    ))  # fmt: skip
    assert texts(found) == ["河边早已有人", "上一段与下一段。"]
    assert codes(found.notes) == ["not_body.deletions"]
    assert found.notes[0].left_out


def table(*rows: list[str]) -> str:
    cells = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in one) for one in rows)
    return (
        "<w:tbl><w:tblPr/><w:tblGrid/>"
        + "".join(f"<w:tr><w:trPr/>{one}</w:tr>" for one in cells)
        + "</w:tbl>"
    )


def test_a_row_is_a_line_and_what_is_laid_out_in_a_table_keeps_its_lines() -> None:
    data = table([p("鱼"), p("斤"), p("元")], [p("鲤鱼"), p(), p("十二") + p("十五")])
    layout = table([p("早市", style="1") + p("天还没亮。") + table([p("甲"), p("乙")])])
    found = read_word(word(data + p("如上。") + layout, styles=STYLES))
    assert kinds(found) == [
        ("text", 0, "鱼\t斤\t元"), ("text", 0, "鲤鱼\t\t十二 十五"), ("", 0, "如上。"),
        ("heading", 1, "早市"), ("", 0, "天还没亮。"), ("text", 0, "甲\t乙"),
    ]  # fmt: skip


def test_a_text_box_is_read_once_below_its_paragraph() -> None:
    box = "<w:txbxContent>" + p("框中的话") + "</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
        "</mc:Fallback></mc:AlternateContent>"
    )
    art = "<w:pict><v:shape><v:textpath string='艺术字'/></v:shape></w:pict>"
    found = read_word(word(p("段落的前半，", f"<w:r>{both}{art}</w:r>", "后半。")))
    assert texts(found) == ["段落的前半，后半。", "框中的话", "艺术字"]


def test_breaks_tabs_signs_and_wrappers() -> None:
    inside = (
        '<w:sdt><w:sdtPr><w:alias w:val="不见"/></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>"
        "<w:smartTag><w:r><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:softHyphen/>"
        '<w:sym w:font="Wingdings" w:char="F0FE"/><w:br/><w:t>丁</w:t><w:br w:type="page"/>'
        "<w:lastRenderedPageBreak/></w:r></w:smartTag>"
    )
    assert texts(read_word(word(p(inside) + p("　　缩进。　")))) == ["甲乙\t丙-☑", "丁", "缩进。"]


def level(depth: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def test_automatic_numbers_are_what_the_page_shows() -> None:
    # A law whose 第一章 and 第一条 are lists was not found by them, nor could it be cited.
    numbering = (
        '<w:abstractNum w:abstractNumId="0">'
        + level(0, "chineseCountingThousand", "第%1章", '<w:pStyle w:val="1"/>')
        + level(1, "decimal", "%1.%2", "<w:isLgl/>")
        + level(2, "bullet", "·")
        + '</w:abstractNum><w:abstractNum w:abstractNumId="1">'
        + level(0, "japaneseCounting", "第%1条", '<w:suff w:val="nothing"/>')
        + "</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    styles = STYLES.replace(
        '<w:outlineLvl w:val="0"/>', '<w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>'
    )

    def numbered(number: int, depth: int = 0) -> str:
        return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'

    found = read_word(word(
        p("总则", style="1") + p("目的", properties=numbered(1, 1)) + p("范围", properties=numbered(1, 1))
        + p("为了集市。", properties=numbered(2)) + p("分则", style="1") + p("鱼", properties=numbered(1, 1))
        + p("卖鱼。", properties=numbered(2)) + p("另起。", properties=numbered(3))
        + p("点", properties=numbered(1, 2))
        + p("无号", style="1", properties='<w:numPr><w:numId w:val="0"/></w:numPr>'),
        styles=styles, numbering=numbering,
    ))  # fmt: skip
    assert texts(found) == [
        "第一章 总则", "1.1 目的", "1.2 范围", "第一条为了集市。", "第二章 分则", "2.1 鱼", "第二条卖鱼。",
        "第七条另起。", "点", "无号",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "value", "written"),
    [
        ("chineseCounting", 12, "一二"), ("chineseCounting", 10, "十"),
        ("chineseCountingThousand", 120, "一百二十"), ("decimalZero", 7, "07"),
        ("japaneseCounting", 21, "二十一"), ("chineseLegalSimplified", 15, "壹拾伍"),
        ("ideographLegalTraditional", 2, "貳"), ("ideographTraditional", 3, "丙"),
        ("ideographZodiac", 12, "亥"), ("ideographZodiacTraditional", 13, "丙子"),
        ("upperRoman", 1994, "MCMXCIV"), ("lowerLetter", 28, "bb"), ("decimalEnclosedCircleChinese", 20, "⑳"),
        ("decimalFullWidth", 10, "１０"), ("taiwaneseDigital", 105, "一○五"), ("bullet", 1, ""),
        ("ideographTraditional", 11, "11"),
        ("unheard", 4, "4"),
    ],
)  # fmt: skip
def test_numbers_have_the_forms_of_word(form: str, value: int, written: str) -> None:
    assert formatted(value, form) == written


def test_heads_and_feet_are_said_where_the_body_lacks_their_text() -> None:
    silent = read_word(word(p("河边的集市"), header=p("河边的集市"), footer=p("第 1 页 共 3 页")))
    assert silent.notes == ()
    (said,) = read_word(word(p("河边的集市"), header=p("县志稿　卷三"))).notes
    assert said.said == ("not_body.header", "县志稿　卷三")


def test_hidden_text_is_out_and_said() -> None:
    found = read_word(word(p("看得见", r("看不见", "<w:vanish/>"), r("也看得见", '<w:vanish w:val="0"/>'))))
    assert texts(found) == ["看得见也看得见"]
    assert codes(found.notes) == ["not_body.hidden"]


def test_strict_documents_are_read_like_transitional_ones() -> None:
    found = read_word(word(p("早市", style="1") + p("鱼", style="1"), namespace=STRICT, styles=STYLES))
    assert kinds(found) == [("heading", 1, "早市"), ("heading", 1, "鱼")]


@pytest.mark.parametrize(
    ("title", "first", "kind", "metadata"),
    [
        ("河边的集市", "河边的集市", "title", {}),
        ("从前的稿子", "河边的集市", "", {}),  # Word keeps the title of what a file was made from
        ("河边的集市", "天还没亮。", "", {"title": "河边的集市"}),
        ("Microsoft Word - 稿子.doc", "天还没亮。", "", {}),
        ("文档1", "天还没亮。", "", {}),
        ("", "天还没亮。", "", {}),
    ],
)
def test_what_the_file_calls_itself_is_used_with_care(
    title: str, first: str, kind: str, metadata: dict[str, str]
) -> None:
    found = read_word(word(p(first) + p("河边已经有人摆摊。"), title=title))
    assert (kinds(found)[0][0], found.metadata) == (kind, metadata)


def test_empty_paragraphs_are_empty_lines_between_others() -> None:
    found = read_word(word(p() + p("图一") + p() + p() + p("图二") + p("正文。") + p()))
    assert texts(found) == ["图一", "", "", "图二", "正文。"]


def test_what_is_no_package_is_named() -> None:
    for data in (b"", b"PK\x03\x04 and no more", "只是文本".encode()):
        with pytest.raises(ReadError, match="damaged"):
            read_word(io.BytesIO(data))
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    with pytest.raises(ReadError, match="another format"):
        read_word(io.BytesIO(ole))
    with pytest.raises(ReadError, match="password"):
        read_word(io.BytesIO(ole + "EncryptedPackage".encode("utf-16-le")))
