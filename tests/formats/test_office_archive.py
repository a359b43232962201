"""The seed article as files of office programs: structured, found and cited as the plain text is."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from office_files import converted, table_of
from printing import HEADINGS, SEED, SEED_LINES

from archive.model import Document, Kind
from archive.readers import SourceReading
from archive.sources import SourceFile
from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.requests import SearchRequest

ENDINGS = ("docx", "odt", "rtf", "doc")
QUERIES = ("派出所所长既是指挥员又是战斗员", "220名", "author:陈琦 所长", "section:六个关键 和谐", "正能量")


def read(file: Path) -> Document:
    status = file.stat()
    (document,) = SourceReading(SourceFile(file, file.name, status.st_size, status.st_mtime_ns))
    assert isinstance(document, Document), document
    return document


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the article as LibreOffice and pandoc write it; pandoc is given title and headings."""
    if shutil.which("pandoc") is None:
        pytest.skip("pandoc is not installed")
    folder, work = tmp_path_factory.mktemp("written"), tmp_path_factory.mktemp("work")
    plain = work / "plain.txt"
    plain.write_bytes(SEED.read_bytes())
    for ending in ENDINGS:
        made = converted(plain, ending, work, "--infilter=Text (encoded):UTF8")
        made.rename(folder / f"office.{ending}")
    lines = (f"## {line}" if line in HEADINGS else line for line in SEED_LINES[1:])
    page = work / "page.md"
    page.write_text(f"# {SEED_LINES[0]}\n\n" + "\n\n".join(lines), "utf-8")
    for ending in ENDINGS[:3]:
        target = str(folder / f"pandoc.{ending}")
        subprocess.run(["pandoc", "-s", "-f", "commonmark", "-o", target, str(page)], check=True, timeout=60)
    return folder


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_text_without_styles_is_read_as_the_plain_text_is(written: Path, ending: str) -> None:
    plain, one = read(SEED), read(written / f"office.{ending}")
    assert (one.title, one.author, one.sections) == (plain.title, plain.author, plain.sections)
    assert [(piece.kind, piece.text, piece.section, piece.rule) for piece in one.pieces] == [
        (piece.kind, piece.text, piece.section, piece.rule) for piece in plain.pieces
    ]


@pytest.mark.parametrize("ending", ENDINGS[:3])
def test_with_headings_by_style_the_sections_and_authors_are_the_same(written: Path, ending: str) -> None:
    plain, one = read(SEED), read(written / f"pandoc.{ending}")
    assert (squeezed(one.title), one.author) == (squeezed(plain.title), plain.author)
    assert [(squeezed(s.heading), s.author, s.affiliation) for s in one.sections] == [
        (squeezed(s.heading), s.author, s.affiliation) for s in plain.sections
    ]
    # The gaps around captions, by which the plain text shows them, are not in Markdown.
    text = {Kind.TEXT, Kind.CAPTION}
    assert sorted(squeezed(p.text) for p in one.pieces if p.kind in text) == sorted(
        squeezed(p.text) for p in plain.pieces if p.kind in text
    )


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(
    request: pytest.FixtureRequest, written: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp("sources")
    shutil.copytree(written, folder, dirs_exist_ok=True)
    shutil.copy(SEED, folder / "seed.txt")
    home = tmp_path_factory.mktemp("home")
    rebuild(home, folder, engine=request.param)
    with Archive.open(home) as opened:
        yield opened


@pytest.mark.parametrize("query", QUERIES)
def test_each_file_is_found_as_often_as_the_plain_text(archive: Archive, query: str) -> None:
    found: dict[str, list[str]] = {}
    for hit in archive.search(SearchRequest(query, limit=100)).hits:
        found.setdefault(hit.document.path, []).append(squeezed(hit.text))
    assert len(found) == 8
    assert {tuple(sorted(one)) for one in found.values()} == {tuple(sorted(found["seed.txt"]))}


def test_a_table_is_found_by_rows_and_by_fields(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    rows = "题名,作者,日期,来源,正文\n早市,编辑甲,1998-11-05,日报,河边有人摆摊。\n"
    rows += "晚市,记者乙,1999,晚报,人散了。\n"
    (tmp_path / "in" / "记录.csv").write_text(rows, "gb18030")
    table_of(tmp_path / "in" / "户口.xlsx", ["乡", "户"], ["东乡", "十二"])
    rebuild(tmp_path / "home", tmp_path / "in")
    with Archive.open(tmp_path / "home") as archive:
        (hit,) = archive.search(SearchRequest("摆摊 author:编辑甲")).hits
        assert (hit.document.id, hit.document.title, hit.document.date) == (
            "记录.csv#2",
            "早市",
            "1998-11-05",
        )
        (hit,) = archive.search(SearchRequest("东乡")).hits
        assert (hit.document.id, hit.text) == ("户口.xlsx", "东乡\t十二")
