"""The seed article in each marked-up format: the same pieces, sections, authors and hits."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from markup_files import pandoc

from archive.model import Document, Kind
from archive.readers import read
from archive.sources import SourceFile
from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.requests import SearchRequest
from index.results import PassageHit

DATE = "2013-04-07"
FORMATS = {
    "a.md": "",
    "b.html": "html5",
    "c.epub": "epub2",
    "d.epub": "epub3",
    "e.xml": "tei",
    "f.htm": "html4",
}


def documents(path: Path) -> Document:
    items = list(read(SourceFile(path, path.name, path.stat().st_size, 0)))
    (found,) = (item for item in items if isinstance(item, Document))
    return found


def markdown(document: Document) -> str:
    """A document with its title, headings and captions as Markdown marks them; all else is a paragraph."""
    lines = [f"---\ntitle: {document.title}\ndate: {DATE}\n---"]
    for piece in document.pieces:
        text = re.sub(r"([\\`*_\[\]#<>|~^$-])", r"\\\1", piece.text)
        if piece.kind is Kind.HEADING:
            lines.append("#" * len(document.sections[piece.section].path) + f" {text}")
        elif piece.kind is Kind.CAPTION:
            lines.append(f"![{text}](a.jpg)")
        elif piece.kind is not Kind.TITLE:
            lines.append(text)
    return "\n\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, seed_text: str) -> Path:
    folder = tmp_path_factory.mktemp("texts")
    (folder / "seed.txt").write_text(seed_text, "utf-8")
    text = markdown(documents(folder / "seed.txt"))
    for name, to in FORMATS.items():
        (folder / name).write_bytes(
            pandoc(text, to, tmp_path_factory.mktemp("made")) if to else text.encode()
        )
    return folder


@pytest.fixture(scope="module", params=[name for name in ("whoosh", "tantivy") if installed(name)])
def archive(
    request: pytest.FixtureRequest, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    home = tmp_path_factory.mktemp("home")
    rebuild(home, folder, engine=request.param)
    with Archive.open(home) as opened:
        yield opened


def content(document: Document) -> list[tuple[str, str, str | None, str | None]]:
    """The pieces in their order, each with its section; without what pandoc puts above and around them."""
    found = []
    for piece in document.pieces:
        section, text = document.sections[piece.section], " ".join(piece.text.split())
        if text not in (DATE, "fig:") and piece.rule != "note-source":
            found.append((piece.kind.label, text, section.heading, section.author))
    return found


@pytest.mark.parametrize("name", FORMATS)
def test_pieces_sections_and_authors_are_those_of_the_plain_text(folder: Path, name: str) -> None:
    plain, marked = documents(folder / "seed.txt"), documents(folder / name)
    assert content(marked) == content(plain)
    assert marked.sections == plain.sections
    assert (marked.title, marked.author) == (plain.title, plain.author)


@pytest.mark.parametrize(
    "query", ["派出所", "“喊破嗓子不如甩开膀子”", "作者:王延军 群众", "人民群众满意", "警示教育基地"]
)
def test_searches_find_the_same_passages_in_each_format(archive: Archive, query: str) -> None:
    found: dict[str, list[tuple[str, str, tuple[str, ...], str | None]]] = defaultdict(list)
    hits: list[PassageHit] = []
    while len(hits) < (result := archive.search(SearchRequest(query, limit=100, offset=len(hits)))).total:
        hits += result.hits
    for hit in hits:
        found[hit.document.path].append((hit.kind, " ".join(hit.text.split()), hit.section, hit.author))
    assert set(found) == {"seed.txt", *FORMATS}
    assert all(sorted(those) == sorted(found["seed.txt"]) for those in found.values())
