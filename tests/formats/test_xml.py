"""XML is read without entities, DTDs and networks; runs have the white space of the page."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archive.errors import ReadError
from archive.model import Kind
from archive.readers.extract import LineText, TextLine
from archive.readers.xml import local, parse_xml, ruby, text_of


def test_entities_of_html_and_plain_ones_of_the_document_are_characters() -> None:
    root = parse_xml(
        b"""<!DOCTYPE p [<!ENTITY CB1 "&#x20000;"><!ENTITY k '\xe5\x8d\xb7'>]>"""
        b"<p>&k;&nbsp;&CB1;&amp;&hellip;</p>"
    )
    assert text_of(root) == "卷\u00a0\U00020000&…"


def test_a_missing_doctype_does_not_make_nbsp_an_error() -> None:
    assert text_of(parse_xml("<p>甲&nbsp;乙</p>".encode())) == "甲\u00a0乙"


def test_an_entity_bomb_is_named() -> None:
    levels = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    with pytest.raises(ReadError, match="amplification"):
        parse_xml(f'<!DOCTYPE p [<!ENTITY l0 "哈">{levels}]><p>卷&l9;</p>'.encode())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory")
@pytest.mark.parametrize("read", ["parse_xml(data)", "sum(1 for _ in elements(BytesIO(data), 'a'))"])
def test_a_file_for_which_there_is_no_memory_is_not_called_damaged(read: str) -> None:
    # lxml reports "unknown error, line 0": a page of 20 MB was named damaged, though it lacked memory.
    code = (
        "import resource; from io import BytesIO; from pathlib import Path\n"
        "from archive.readers.package import elements; from archive.readers.xml import parse_xml\n"
        "data = b'<a>' + (b'<p>' + b'x' * 100_000 + b'</p>') * 400 + b'</a>'\n"
        "space = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize() + 20_000_000\n"
        "resource.setrlimit(resource.RLIMIT_AS, (space, space))\n"
        f"try: {read}\n"
        "except MemoryError: print('no memory')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "no memory\n"


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("密", "utf-8")
    uri = secret.as_uri()
    document = f'<!DOCTYPE p [<!ENTITY s SYSTEM "{uri}"><!ENTITY % t SYSTEM "{uri}">]><p>卷&s;</p>'
    assert text_of(parse_xml(document.encode())) == "卷&s;"


def test_gb2312_means_gb18030() -> None:
    data = '<?xml version="1.0" encoding="gb2312"?><p>镕㑹</p>'.encode("gb18030")
    assert text_of(parse_xml(data)) == "镕㑹"


@pytest.mark.parametrize("data", [b"", b"<p>", b"\xff<p/>", b"<p>" * 100_000, b"<p>&#0;</p>"])
def test_what_is_not_xml_is_named(data: bytes) -> None:
    with pytest.raises(ReadError, match="is damaged, or not what"):
        parse_xml(data)


def test_a_line_end_between_wide_characters_is_no_space() -> None:
    run = LineText()
    for text in ("  卷\n  宗，", "\n", "“全文”\n检索 ", "\nfull\ntext", "\n"):
        run.add(text)
    assert run.take() == TextLine("卷宗，“全文”检索 full text")
    assert run.take() is None


def test_asides_do_not_break_the_run() -> None:
    run = LineText()
    run.add("東")
    run.aside("とう")
    run.add("\n京 is")
    run.aside("[1]")
    run.add(" big")
    line = run.take(Kind.TEXT)
    assert line == TextLine("東とう京 is[1] big", Kind.TEXT, asides=((1, 3), (7, 10)))


def test_a_line_of_asides_only_is_a_note() -> None:
    run = LineText()
    run.aside("異文")
    assert run.take(Kind.HEADING, 1) == TextLine("異文", Kind.NOTE)


@pytest.mark.parametrize(
    ("markup", "text", "asides"),
    [
        ("漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt>", "漢字かんじ", ((2, 5),)),
        ("<rb>中</rb><rb>國</rb><rtc><rt>zhōng</rt><rt>guó</rt></rtc>", "中國zhōng guó", ((2, 11),)),
        ("\n 漢字\n <rt></rt>", "漢字", ()),
    ],
)
def test_readings_above_characters_are_asides(
    markup: str, text: str, asides: tuple[tuple[int, int], ...]
) -> None:
    root = parse_xml(f"<ruby>{markup}</ruby>".encode())
    run = LineText()
    ruby(run, root)
    assert local(root) == "ruby"
    assert run.take() == TextLine(text, asides=asides)
