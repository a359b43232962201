"""Whatever a marked-up file holds, its reader gives lines or names what is wrong; nothing else is raised."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from fuzzing import damaged, fuzzed, try_all
from markup_files import BOOK, every, page, pandoc, zipped
from test_epub import CONTAINER
from test_mandoku import HEAD, TEXT
from test_tei import CBETA, edition

from archive.errors import JuanzongError
from archive.messages import has_text
from archive.readers.extract import Extract

PAGE = page(
    """<nav><a href=/>首页</a></nav><h1>题</h1>
<p>一<a href="#n" id="r">[1]</a><ruby>漢<rt>かん</rt></ruby></p>
<pre>
 诗</pre><table><tr><td>甲<td>乙</table><figure><img alt="图"><figcaption>图</figcaption></figure>
<p hidden>丙</p><p id="n"><a href="#r">[1]</a>注。</p>
<p>这是一个很长的句子，里面有标点符号，不是菜单，要收录在档案里，给以后的人看。</p>""",
    '<title>题_站</title><meta name="author" content="甲">'
    '<script type="application/ld+json">{"headline":1}</script>',
)
MARKDOWN = BOOK + "\n> - 甲\n>   1. {漢字|かん}\n\n***乙***[^2] ![丙](d)\n\n[^2]: 丁\n\n    戊\n"

SLIDES = "---\ntitle: 河边的集市\n---\n\n## 早市\n\n天还没亮^1^。\n\n::: notes\n先讲鱼。\n:::\n"
CUES = "1\n00:00:01,000 --> 00:00:02,000\n<i>天还没亮，</i>\n河边有人。\n\n2\n00:03,000 --> 00:04,000\n- 鱼\n"
STYLED = (
    "[Script Info]\nTitle: 集市\n\n[Events]\nFormat: Layer, Start, End, Style, Name, Text\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,甲,{\\i1}天还没亮\\N河边有人。\n"
)
SAVED = (
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=X\r\n\r\n--X\r\n"
    "Content-Type: text/html\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E9=B1=BC=E3=80=82</p>\r\n--X--\r\n"
)


def check(found: Extract) -> None:
    for line in found.lines:
        assert line.text.strip()
        assert "\n" not in line.text
        ends = [0, *(place for aside in line.asides for place in aside), len(line.text)]
        assert ends == sorted(ends)
        assert (line.rank > 0) is (line.kind is not None and line.kind.label == "heading")
    assert all(value.strip() for value in found.metadata.values())
    assert all(has_text(f"reason.{note.code}") and len(note.message) < 500 for note in found.notes)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    folder: Path = tmp_path_factory.mktemp("files")
    opf = '<package><manifest><item id="c" href="c.xhtml" media-type="text/html"/></manifest><spine>'
    book: dict[str, str | bytes] = {"META-INF/container.xml": CONTAINER, "c.xhtml": PAGE}
    return {
        "html": [PAGE.encode(), PAGE.encode("gb18030"), pandoc(BOOK, "html5", folder)],
        "markdown": [MARKDOWN.encode(), pandoc(BOOK, "markdown", folder)],
        "tei": [CBETA.encode(), pandoc(BOOK, "tei", folder)],
        "mandoku": [(HEAD + TEXT).encode()],
        "subtitles": [CUES.encode(), f"WEBVTT\n\n{CUES}".encode(), STYLED.encode()],
        "mhtml": [SAVED.encode()],
        "pptx": [pandoc(SLIDES, "pptx", folder)],
        "epub": [
            pandoc(BOOK, "epub2", folder),
            pandoc(BOOK, "epub3", folder),
            zipped({**book, "OEBPS/book.opf": f'{opf}<itemref idref="c"/></spine></package>'}),
        ],
    }


def _damaged_inside(chance: random.Random, data: bytes) -> bytes:
    """A zip file, some of whose members are damaged, or the file itself is."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    name = chance.choice([*members])
    made = zipped({**members, name: damaged(chance, members[name])})
    return damaged(chance, made) if chance.random() < 0.1 else made


@fuzzed
@pytest.mark.parametrize(
    "reader", ["html", "markdown", "tei", "mandoku", "subtitles", "mhtml", "pptx", "epub"]
)
def test_a_damaged_file_is_read_or_named(
    reader: str, trials: int | None, files: dict[str, list[bytes]]
) -> None:
    def trial(chance: random.Random) -> None:
        try:
            data = chance.choice(files[reader])
            made = _damaged_inside(chance, data) if data[:2] == b"PK" else damaged(chance, data)
            for found in every("html" if reader == "mhtml" else reader, made, f"a.{reader}"):
                check(found)
        except JuanzongError as error:
            assert str(error)  # noqa: PT017

    try_all(trials, trial)


HTML = "p div td tr table ruby rt rp a h1 li ol aside sup pre br img figcaption figure header title"
TEI = (
    "p div head note app lem rdg choice sic corr pb lb lg l table row cell figure figDesc anchor byline fw"
    " tt t mulu"
)
TEXTS = ["卷", " \n ", "&nbsp;", '<a href="#a">[1]</a>', '<p id="a">甲</p>', "{漢|か}", "\n\n", "[^1]"]


@fuzzed
def test_markup_in_any_order_is_read(trials: int | None) -> None:
    def trial(chance: random.Random) -> None:
        made = ""
        for _ in range(chance.randrange(60)):
            name = chance.choice(HTML.split())
            made += chance.choice(
                [*TEXTS, "<!--", f"<{name}>", f"</{name}>", f'<{name} id="a" href="#a" hidden>']
            )
        for reader in ("html", "markdown"):
            for found in every(reader, made):
                check(found)

    try_all(trials, trial)


@fuzzed
def test_elements_of_tei_in_any_order_are_read(trials: int | None) -> None:
    def trial(chance: random.Random) -> None:
        made, opened = "", list[str]()
        for _ in range(chance.randrange(60)):
            name = chance.choice(TEI.split())
            match chance.randrange(4):
                case 0:
                    made += chance.choice(TEXTS)
                case 1 if opened:
                    made += f"</{opened.pop()}>"
                case 2:
                    made += f'<{name} n="1" place="inline"/>'
                case _:
                    made += (
                        f'<{name} xml:id="a{len(made)}" n="2" target="#a{chance.randrange(100)}" to="#a3">'
                    )
                    opened.append(name)
        for found in every("tei", edition(made + "".join(f"</{name}>" for name in reversed(opened)))):
            check(found)

    try_all(trials, trial)
