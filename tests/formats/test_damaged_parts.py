"""A part beside the text that is damaged costs only itself: the text is read, and the part is named."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from office_files import converted, p, texts, word, zipped
from printing import drawn, hand_made

from archive.errors import ReadError
from archive.readers import docx, odt, pdf, pptx, tables

PAGES = Path(__file__).parent / "pages"
READERS = {"docx": docx, "odt": odt}


SHEETS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="一"><table:table-row><table:table-cell><text:p>天还没亮</text:p></table:table-cell>
</table:table-row></table:table>
<table:table table:name="二"><table:table-row><table:table-cell><text:p>有人摆摊</text:p></table:table-cell>
</table:table-row></table:table></office:spreadsheet></office:body></office:document>"""


def damaged(package: io.BytesIO, name: str) -> io.BytesIO:
    """The package, in which a member ends in the middle of a mark."""
    with zipfile.ZipFile(package) as before:
        members = {one: before.read(one) for one in before.namelist()}
    return zipped({**members, name: members[name][:60]})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("files")
    made = {
        ending: converted(PAGES / "market.fodt", ending, folder).read_bytes() for ending in ("docx", "odt")
    }
    (folder / "sheets.fods").write_text(SHEETS, "utf-8")
    made["xlsx"] = converted(folder / "sheets.fods", "xlsx", folder).read_bytes()
    return made | {"word": word(p("天还没亮。"), styles="<w:style/>", header=p("页眉")).getvalue()}


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str | bytes]:
    """The members of a presentation of two slides."""
    file = tmp_path_factory.mktemp("slides") / "a.pptx"
    (source := file.with_suffix(".md")).write_text("## 早市\n\n天还没亮。\n\n## 鱼\n\n鲤鱼\n", "utf-8")
    if shutil.which("pandoc") is None:
        pytest.skip("pandoc is not installed")
    subprocess.run(["pandoc", "-o", str(file), str(source)], check=True, timeout=60)
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(
    ("file", "ending", "part"),
    [
        ("word", "docx", "docProps/core.xml"),
        ("word", "docx", "word/styles.xml"),
        ("word", "docx", "word/header.xml"),
        ("word", "docx", "word/_rels/document.xml.rels"),
        ("docx", "docx", "word/footnotes.xml"),
        ("odt", "odt", "meta.xml"),
        ("odt", "odt", "styles.xml"),
    ],
)
def test_the_text_is_read_and_the_part_is_named(
    files: dict[str, bytes], file: str, ending: str, part: str
) -> None:
    """A Word file of 40,000 lines was lost for one byte in its properties."""
    (found,) = READERS[ending].extract(damaged(io.BytesIO(files[file]), part), f"a.{ending}", None)
    assert any("天还没亮" in line for line in texts(found))
    (said,) = (note for note in found.notes if note.code == "part_unread")
    assert part in said.message


@pytest.mark.parametrize("part", ["xl/styles.xml", "docProps/core.xml", "xl/worksheets/sheet2.xml"])
def test_a_workbook_loses_only_the_part_that_is_damaged(files: dict[str, bytes], part: str) -> None:
    """One byte in the styles, or in the last sheet, cost all sheets."""
    found = list(tables.extract(damaged(io.BytesIO(files["xlsx"]), part), "a.xlsx", None))
    assert [texts(one) for one in found] == [["天还没亮"], ["有人摆摊"]][: 1 + ("sheet2" not in part)]
    named = [one.message for one in found[-1].notes]
    assert [part in one for one in named] == [True] * ("docProps" not in part)


@pytest.mark.parametrize(
    "part",
    [
        "docProps/core.xml",
        "ppt/slides/slide2.xml",
        "ppt/slides/_rels/slide2.xml.rels",
        "ppt/_rels/presentation.xml.rels",
    ],
)
def test_slides_are_read_beside_a_part_that_is_damaged(slides: dict[str, str | bytes], part: str) -> None:
    (found,) = pptx.extract(damaged(zipped(slides), part), "a.pptx", None)
    assert any("天还没亮" in line for line in texts(found)) is ("presentation" not in part)
    assert any(part in note.message for note in found.notes)


def test_a_slide_that_is_missing_is_named(slides: dict[str, str | bytes]) -> None:
    left = {name: data for name, data in slides.items() if "slide2.xml" not in name}
    (found,) = pptx.extract(zipped(left), "a.pptx", None)
    assert any("天还没亮" in line for line in texts(found))
    assert [note.code for note in found.notes] == ["part_unread"]


@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_a_file_whose_text_is_damaged_is_named_as_a_whole(files: dict[str, bytes], ending: str) -> None:
    main = "word/document.xml" if ending == "docx" else "content.xml"
    with pytest.raises(ReadError, match="is damaged"):
        next(READERS[ending].extract(damaged(io.BytesIO(files[ending]), main), "a", None))


def test_a_title_of_a_pdf_that_is_no_text_is_none() -> None:
    data = hand_made(drawn("天还没亮。", 50, 700), catalog="/Title <FEFFD8000041> /Author <FEFF7F168F91>")
    data = data.replace(b"trailer << ", b"trailer << /Info 1 0 R ")
    (found,) = pdf.extract(io.BytesIO(data), "a.pdf", None)
    assert (texts(found), found.metadata) == (["天还没亮。"], {"author": "编辑"})
