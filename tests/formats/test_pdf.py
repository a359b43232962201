"""What a printed page says comes out of its PDF: paragraphs, headings, notes and pages, in reading order."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from printing import (
    CHROMIUM,
    HEADINGS,
    SEED_LINES,
    Printer,
    drawn,
    hand_made,
    page_of,
    printer,
    seed_page,
    soffice,
    to_unicode,
)

from archive.errors import ReadError
from archive.model import Kind
from archive.readers.extract import Extract, TextLine
from archive.readers.pdf import extract

BESIDE = (Kind.PAGE, Kind.NOTE, Kind.CAPTION)
SPRING = "初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际，孕育着一派丰收的希望和喜悦。"
STATION = "派出所是公安机关最基层的单位，和人民群众打交道最多，做好群众工作是每个民警应具备的基本功。"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Printer]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with printer() as found:
        yield found


def read(data: bytes) -> Extract:
    (one,) = extract(io.BytesIO(data), "a.pdf", None)
    return one


def paragraphs(one: Extract) -> list[str]:
    """The texts, each put together across its pages."""
    found: list[str] = []
    for line in one.lines:
        if line.kind in BESIDE:
            continue
        text = "".join(
            char for at, char in enumerate(line.text) if not any(a <= at < b for a, b in line.asides)
        )
        if line.continues:
            found[-1] += text
        else:
            found.append(text)
    return found


def of_kind(one: Extract, kind: Kind) -> list[str]:
    return [line.text for line in one.lines if line.kind is kind]


def squeezed(texts: list[str]) -> list[str]:
    return ["".join(text.split()) for text in texts]


@pytest.mark.browser
@pytest.mark.parametrize(
    "style",
    [
        "",
        "body{columns:2;column-gap:1.5em}",
        "html{writing-mode:vertical-rl}",
        "p{text-indent:0;margin:1em 0}",
    ],
    ids=["one column", "two columns", "vertical", "parted by space"],
)
def test_the_printed_article_has_its_paragraphs_and_headings(chromium: Printer, style: str) -> None:
    one = read(chromium.print(seed_page(style)))
    assert squeezed(paragraphs(one)) == squeezed(SEED_LINES)
    assert of_kind(one, Kind.TITLE) == [SEED_LINES[0]]
    assert squeezed(of_kind(one, Kind.HEADING)) == squeezed([*HEADINGS])
    assert of_kind(one, Kind.PAGE) == [str(n + 1) for n in range(len(of_kind(one, Kind.PAGE)))]
    assert one.metadata == {}  # the title of the file is a leftover


@pytest.mark.browser
def test_any_run_of_a_printed_chapter_is_in_it(chromium: Printer) -> None:
    one = read(chromium.print(seed_page("body{columns:2}")))
    text = "\n".join(squeezed(paragraphs(one)))
    rng = random.Random(15)
    lines = squeezed(SEED_LINES)
    for _ in range(1000):
        line = rng.choice([line for line in lines if len(line) > 8])
        start = rng.randrange(len(line) - 8)
        assert line[start : start + rng.randint(4, 8)] in text


@pytest.fixture(scope="module")
def book(chromium: Printer) -> Extract:
    """Two chapters of two sections, with a running head and page numbers."""
    body = ["<h1>治安新编</h1>"]
    number = 0
    for chapter in ("第一章 总论", "第二章 分论"):
        body.append(f"<h2>{chapter}</h2>")
        for section in ("第一节 缘起", "第二节 经过"):
            body.append(f"<h3>{section}</h3>")
            for _ in range(7):
                number += 1
                body.append(f"<p>第{number}段：{SPRING * (1 + number % 3)}{STATION}</p>")
    style = (
        "@page{@top-center{content:'治安新编';font-size:8pt}"
        "@bottom-center{content:'— ' counter(page) ' —';font-size:9pt}} html{counter-reset:page 11}"
    )
    return read(chromium.print(page_of("".join(body), style)))


@pytest.mark.browser
def test_running_heads_and_page_numbers_are_no_text(book: Extract) -> None:
    texts = paragraphs(book)
    assert len(texts) == 1 + 2 + 4 + 28
    for number, text in enumerate([text for text in texts if text.startswith("第") and "段：" in text], 1):
        assert text == f"第{number}段：{SPRING * (1 + number % 3)}{STATION}"
    pages = of_kind(book, Kind.PAGE)
    assert pages == [str(12 + n) for n in range(len(pages))]
    assert len(pages) > 4
    assert of_kind(book, Kind.NOTE) == []  # the running head is the title


@pytest.mark.browser
def test_headings_have_ranks_by_their_size(book: Extract) -> None:
    assert [(line.rank, line.text) for line in book.lines if line.kind is Kind.HEADING] == [
        (rank, text)
        for chapter in ("第一章 总论", "第二章 分论")
        for rank, text in ((1, chapter), (2, "第一节 缘起"), (2, "第二节 经过"))
    ]


@pytest.mark.browser
def test_an_outline_makes_headings_of_lines_without_size(chromium: Printer) -> None:
    style = "h1,h2{font-size:11pt;margin:1em 0} h1{font-size:16pt}"
    body = f"<h1>治安新编</h1><p>{SPRING}</p><h2>总论</h2><p>{SPRING * 5}</p><h2>分论</h2><p>{STATION}</p>"
    one = read(chromium.print(page_of(body, style, "治安新编"), outline=True, tagged=True))
    assert [(line.rank, line.text) for line in one.lines if line.kind is Kind.HEADING] == [
        (2, "总论"),
        (2, "分论"),
    ]
    assert one.metadata == {"title": "治安新编"}


@pytest.mark.browser
def test_ruby_and_the_marks_of_notes_are_apart_from_the_run(chromium: Printer) -> None:
    body = (
        f"<p>{SPRING}在<ruby>中<rt>zhōng</rt>國<rt>guó</rt></ruby>家圖書館<sup>3</sup>，"
        f"讀者<ruby>甲<rt>ㄐㄧㄚˇ</rt></ruby>看<b>報</b>。{STATION}</p>"
    )
    for style in ("", "html{writing-mode:vertical-rl}"):
        one = read(chromium.print(page_of(body, style)))
        (line,) = [line for line in one.lines if line.kind is None]
        assert "在中國家圖書館，讀者甲看報。" in "".join(paragraphs(one)[0].split())
        asides = "".join(line.text[a:b] for a, b in line.asides)
        assert all(aside in asides for aside in ("zhōng", "guó", "3", "ㄐㄧㄚˇ"))


@pytest.mark.browser
def test_a_table_is_read_row_by_row(chromium: Printer) -> None:
    rows = [["姓名", "单位", "年份"], *([f"编辑{n}", f"第{n}派出所", str(2010 + n)] for n in range(6))]
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    one = read(chromium.print(page_of(f"<p>{SPRING}</p><table>{cells}</table>", "td{width:7em}")))
    assert [line.text.split("\t") for line in one.lines][1:] == rows


@pytest.mark.browser
def test_latin_words_keep_apart_and_lose_the_hyphens_of_line_ends(chromium: Printer) -> None:
    words = "The inter-national de-velop-ment of doc-u-men-tation in li-brar-ies. "
    text = words.replace("-", "\u00ad") * 8
    one = read(
        chromium.print(
            page_of(f"<p lang=en>{text}</p><p>{SPRING}共有ABC three words和12个。</p>", "body{width:7cm}")
        )
    )
    assert paragraphs(one)[0] == (words.replace("-", "") * 8).strip()
    assert paragraphs(one)[1] == f"{SPRING}共有ABC three words和12个。"


@pytest.mark.browser
def test_a_newspaper_page_is_read_article_by_article(chromium: Printer) -> None:
    def article(name: str, count: int) -> list[str]:
        return [f"{name}{n}：{SPRING * (1 + n % 2)}{STATION}" for n in range(count)]

    def body(name: str, count: int) -> str:
        return "".join(f"<p>{text}</p>" for text in article(name, count))

    page = (
        "<div style='columns:3'><h1>春耕</h1><h3>记者甲</h3>"
        f"{body('甲', 8)}</div><div style='display:flex;gap:1cm'>"
        f"<div><h2>书店</h2>{body('乙', 4)}</div><div><h2>集市</h2>{body('丙', 4)}</div></div>"
    )
    style = (
        "@page{size:A4} body{font-size:9pt} div div{flex:1} h1,h3{column-span:all;text-align:center}"
        "h1{font-size:24pt} h2{font-size:15pt} h3{font-size:9pt}"
    )
    one = read(chromium.print(page_of(page, style)))
    assert paragraphs(one) == [
        *("春耕", "记者甲", *article("甲", 8)),
        *("书店", *article("乙", 4), "集市", *article("丙", 4)),
    ]


@pytest.mark.browser
def test_a_quotation_that_is_set_in_is_one_paragraph(chromium: Printer) -> None:
    quotation = f"<blockquote style='text-indent:0'>{SPRING * 2}{STATION}</blockquote>"
    body = f"<p>{STATION * 2}</p>{quotation}<p>{SPRING * 3}</p><p>“好。”</p><p>“走吧！”</p>"
    texts = [STATION * 2, SPRING * 2 + STATION, SPRING * 3, "“好。”", "“走吧！”"]
    assert paragraphs(read(chromium.print(page_of(body)))) == texts


@pytest.mark.browser
def test_verse_stays_in_lines(chromium: Printer) -> None:
    verse = ["床前明月光", "疑是地上霜", "举头望明月", "低头思故乡"]
    body = f"<h1>静夜思</h1><p>李白</p>{''.join(f'<p>{line}</p>' for line in verse)}<p>{SPRING * 3}</p>"
    assert read(chromium.print(page_of(body))).lines[2:6] == tuple(TextLine(line) for line in verse)


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pandoc")), reason="needs an office")
def test_notes_at_the_foot_of_a_page_are_notes(tmp_path: Path) -> None:
    text = "".join(f"{SPRING * 3}派出所[^{n}]工作繁重。{STATION}\n\n" for n in range(1, 9))
    text += "".join(f"[^{n}]: 见某书第{n}页。\n\n" for n in range(1, 9))
    for ending in ("odt", "docx"):  # small, and of the size of the text
        file = tmp_path / f"a.{ending}"
        subprocess.run(["pandoc", "-f", "markdown", "-o", file], input=text.encode(), check=True, timeout=60)
        one = read(soffice(file))
        assert squeezed(of_kind(one, Kind.NOTE)) == [f"{n}见某书第{n}页。" for n in range(1, 9)]
        assert squeezed(paragraphs(one)) == [f"{SPRING * 3}派出所工作繁重。{STATION}"] * 8


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs an office")
def test_a_file_with_a_password_is_named(tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_text(SPRING, "utf-8")
    secret = (
        'pdf:writer_pdf_Export:{"EncryptFile":{"type":"boolean","value":"true"},'
        '"DocumentOpenPassword":{"type":"string","value":"x"}}'
    )
    with pytest.raises(ReadError, match="password"):
        read(soffice(source, secret))


def test_what_is_drawn_twice_is_there_once() -> None:
    twice = drawn(SPRING[:20], 50, 700) + drawn(SPRING[:20], 50.4, 700) + drawn("哈哈哈——", 50, 600)
    assert paragraphs(read(hand_made(twice))) == [SPRING[:20], "哈哈哈——"]


def test_quotes_that_are_drawn_before_or_after_their_line_are_in_it() -> None:
    line = drawn("释放", 50, 700) + drawn("正能量", 86, 700) + drawn("，则是新的开始。", 134, 700)
    quotes = drawn("“", 74, 700) + drawn("”", 122, 700)  # LibreOffice, where another font has them
    for content in (line + quotes, quotes + line):
        assert paragraphs(read(hand_made(content))) == ["释放“正能量”，则是新的开始。"]


def test_a_turned_page_is_read_as_it_is_seen() -> None:
    lines = "".join(drawn(SPRING[n * 10 : n * 10 + 10], 50, 700 - 20 * n) for n in range(4))
    up = ""
    for n in range(4):
        codes = SPRING[n * 10 : n * 10 + 10].encode("utf-16-be").hex()
        up += f"BT /F 12 Tf 0.01 1 -1 0.01 {100 + 20 * n} 50 Tm <{codes}> Tj ET\n"
    for content, page in ((lines, "/Rotate 90"), (lines, "/Rotate 180"), (up, ""), (up, "/Rotate 90")):
        assert "".join(paragraphs(read(hand_made(content, page=page)))) == SPRING[:40]


def test_watermarks_are_no_text() -> None:
    slanted = "".join(
        f"BT /F 60 Tf .7 .7 -.7 .7 {150 + 60 * n} {300 + 60 * n} Tm <{ord(char):04x}{ord(' '):04x}> Tj ET\n"
        for n, char in enumerate("内部资料")
    )
    pages = [
        mark + "".join(drawn(SPRING[n : n + 20], 50, 700 - 20 * n) for n in range(p, p + 9))
        for p in range(4)
        for mark in [slanted + drawn("样本", 200, 610, 90)]
    ]
    text = "".join(paragraphs(read(hand_made(*pages))))
    assert not set("内部资料样本") & set(text)
    assert SPRING[:20] in text


def test_spaces_between_han_characters_are_the_producers() -> None:
    spread = "".join(drawn(char + " ", 50 + 24 * n, 700) for n, char in enumerate("为人民服务"))
    assert paragraphs(read(hand_made(spread))) == ["为人民服务"]


def test_radicals_and_ligatures_are_the_characters_that_they_stand_for() -> None:
    assert paragraphs(read(hand_made(drawn("⼀⼈⾛⻓ ofﬁce", 50, 700)))) == ["一人走长 office"]


def test_a_file_without_a_text_layer_says_what_to_do() -> None:
    with pytest.raises(ReadError, match="OCR"):
        read(hand_made("0 0 100 100 re f", "0 0 50 50 re f"))
    one = read(hand_made(drawn(SPRING, 20, 700, 10), "0 0 50 50 re f"))
    assert [(note.code, note.left_out) for note in one.notes] == [("no_text_layer", True)]


def test_invisible_text_of_a_recognised_page_is_text() -> None:
    assert paragraphs(read(hand_made("3 Tr " + drawn(SPRING[:20], 50, 700)))) == [SPRING[:20]]


def test_text_without_unicode_is_named() -> None:
    private = to_unicode({code: chr(0xE000 + code) for code in range(0x100, 0x120)})
    with pytest.raises(ReadError, match="OCR"):
        read(hand_made(drawn("".join(map(chr, range(0x100, 0x120))), 50, 700), unicode=private))


@pytest.mark.parametrize("encoding", ["GBK-EUC-H", "GBKp-EUC-H", "GB-EUC-H"])
def test_old_encodings_of_fonts_are_read(encoding: str) -> None:
    content = f"BT /F 12 Tf 50 700 Td <{'派出所是公安机关'.encode('gbk').hex()}> Tj ET"
    one = read(hand_made(content, unicode="", encoding=f"/{encoding}"))
    assert paragraphs(one) == ["派出所是公安机关"]


def test_pages_have_the_labels_of_the_file() -> None:
    labels = "/PageLabels << /Nums [0 << /S /r >> 2 << /S /D /St 7 >>] >>"
    pages = [drawn(SPRING[n * 5 : n * 5 + 5] + "。", 50, 700) for n in range(4)]
    assert of_kind(read(hand_made(*pages, catalog=labels)), Kind.PAGE) == ["i", "ii", "7", "8"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"PK\x03\x04" + bytes(100), b"%PDF-1.4\n%%EOF" * 10])
def test_what_is_no_pdf_is_named(data: bytes) -> None:
    with pytest.raises(ReadError):
        read(data)


def test_a_file_that_was_cut_off_gives_what_is_left_or_is_named() -> None:
    data = hand_made(*[drawn(SPRING, 20, 700, 10)] * 20)
    for part in range(1, 20):
        try:
            read(data[: len(data) * part // 20])
        except ReadError:
            continue
