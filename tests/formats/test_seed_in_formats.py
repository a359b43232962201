"""The article that ships with the archive, written in each format by other programs: nothing of it changes.

Its captions are left out: what shows them is the room where a picture was.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from archives import found, shown
from printing import SEED, SEED_LINES, printer, seed_page, soffice

from archive.model import Kind
from archive.page import structure
from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.generations import Home

ENGINES = [name for name in ("whoosh", "tantivy") if installed(name)]
BY_PANDOC = {"md": "markdown-smart", "docx": "docx", "odt": "odt", "epub": "epub", "rtf": "rtf", "tei": "tei"}
BY_OFFICE = ("docx", "odt", "rtf", "doc", "fodt")
NAMES = (
    "web.html",
    "web.pdf",
    *(f"pandoc.{ending}" for ending in BY_PANDOC),
    *(f"office.{ending}" for ending in BY_OFFICE),
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts = tmp_path_factory.mktemp("texts")
    captions = {one.text for one in structure(SEED.read_text("utf-8")).pieces if one.kind is Kind.CAPTION}
    lines = [line for line in SEED_LINES if line not in captions]
    (texts / "seed.txt").write_text("\n\n".join(lines), "utf-8")
    page = texts / "web.html"
    page.write_text(seed_page(leave_out=captions, title=SEED_LINES[0]), "utf-8")
    with printer() as chromium:  # on one long page: a paragraph on two pages is no member of a run
        html = seed_page("@page{size:15cm 300cm}", leave_out=captions, title=SEED_LINES[0])
        (texts / "web.pdf").write_bytes(chromium.print(html))
    for ending, name in BY_PANDOC.items():
        made = texts / f"pandoc.{ending}"
        subprocess.run(["pandoc", "-s", "-f", "html", "-t", name, "-o", made, page], check=True)
    office = tmp_path_factory.mktemp("office")
    shutil.copy(texts / "pandoc.odt", office / "office.odt")
    for ending in BY_OFFICE:
        (texts / f"office.{ending}").write_bytes(soffice(office / "office.odt", ending))
    return texts


@pytest.fixture(scope="session", params=ENGINES)
def archive(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    home = tmp_path_factory.mktemp("home")
    report = rebuild(Home(home / "home"), folder, engine=request.param)
    assert [note for note in report.notes if note.left_out] == []
    with Archive.open(home / "home") as opened:
        yield opened


@pytest.mark.parametrize("name", NAMES)
def test_pieces_sections_and_authors_are_those_of_the_plain_text(archive: Archive, name: str) -> None:
    assert shown(archive, name) == shown(archive, "seed.txt")


def test_each_run_is_found_in_each_format(archive: Archive) -> None:
    chance = random.Random(5)
    texts = [text for _, _, text in shown(archive, "seed.txt").passages if len(text) > 8]
    for _ in range(40):
        text = chance.choice(texts)
        start = chance.randrange(len(text) - 7)
        by_document = found(archive, text[start : start + chance.randint(5, 8)])
        assert set(by_document) == {"seed.txt", *NAMES}
        assert len(set(map(frozenset, by_document.values()))) == 1
