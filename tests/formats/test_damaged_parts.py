"""A part beside the text that is damaged costs only itself: the text is read, and the part is named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from office_files import converted, p, texts, word, zipped
from printing import drawn, hand_made

from archive.errors import ReadError
from archive.readers import docx, odt, pdf

PAGES = Path(__file__).parent / "pages"
READERS = {"docx": docx, "odt": odt}


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
    return made | {"word": word(p("天还没亮。"), styles="<w:style/>", header=p("页眉")).getvalue()}


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
