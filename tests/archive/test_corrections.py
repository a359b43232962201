"""What a sidecar says of lines: kinds, joins, order, sections. The text stays whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model import Document, Kind, Note
from archive.readers import plain, read
from archive.sources import SourceFile, scan

PAGE = """本报综合

派出所的一天
记者甲的手记
天刚亮，派出所的灯还亮着，值班的民警正在登记，
昨夜来过的人一共有七位。
所长进门以后先看登记本，再给街上的店家打电话。

图片说明在这里
"""


def read_with(folder: Path, sidecar: str, text: str = PAGE) -> Document:
    (folder / "甲.txt").write_text(text, "utf-8")
    (folder / "甲.txt.juanzong.toml").write_text(sidecar, "utf-8")
    (file,) = (found for found in scan(folder) if isinstance(found, SourceFile))
    parts = [item for item in read(file) if isinstance(item, Document)]
    return Document(
        parts[0].id,
        parts[0].path,
        parts[0].title,
        tuple(section for part in parts for section in part.sections),
        tuple(piece for part in parts for piece in part.pieces),
        author=parts[0].author,
    )


def kinds(document: Document) -> dict[str, Kind]:
    return {piece.text[:4]: piece.kind for piece in document.pieces}


def test_the_kinds_of_lines_are_those_of_the_sidecar(tmp_path: Path) -> None:
    found = read_with(tmp_path, 'lines = {3 = "heading", 4 = "author", 9 = "caption", 1 = "title"}\n')
    assert kinds(found) == {
        "本报综合": Kind.TITLE, "派出所的": Kind.HEADING, "记者甲的": Kind.AUTHOR,
        "天刚亮，": Kind.TEXT, "昨夜来过": Kind.TEXT, "所长进门": Kind.TEXT, "图片说明": Kind.CAPTION,
    }  # fmt: skip
    assert found.title == "本报综合"
    assert {piece.rule for piece in found.pieces if piece.kind is Kind.CAPTION} == {"given-correction"}


def test_lines_are_joined_and_kept_apart(tmp_path: Path) -> None:
    joined = read_with(tmp_path, "joins = {6 = true, 7 = true}\n")
    assert any("七位。所长进门" in piece.text for piece in joined.pieces)
    apart = read_with(tmp_path, "joins = {6 = false}\n")
    assert any(piece.text == "昨夜来过的人一共有七位。" for piece in apart.pieces)


def test_a_line_is_read_before_another(tmp_path: Path) -> None:
    found = read_with(tmp_path, 'order = {9 = 5}\nlines = {9 = "caption"}\n')
    texts = [piece.text[:4] for piece in found.pieces]
    assert texts.index("图片说明") + 1 == texts.index("天刚亮，")
    assert next(piece for piece in found.pieces if piece.text[:4] == "图片说明").moved == "given-correction"


def test_a_section_has_the_heading_and_the_author_of_the_sidecar(tmp_path: Path) -> None:
    sidecar = (
        'lines = {3 = "heading", 4 = "author"}\n'
        '[sections.3]\nheading = "派出所的早晨"\nauthor = "编辑"\naffiliation = "某报"\n'
    )
    section = read_with(tmp_path, sidecar).sections[1]
    assert (section.heading, section.path) == ("派出所的早晨", ("派出所的早晨",))
    assert (section.author, section.affiliation) == ("编辑", "某报")


def test_a_section_that_is_renamed_keeps_the_heading_of_the_markup(tmp_path: Path) -> None:
    """The line lost the kind that the markup gives it, and with it the section."""
    (tmp_path / "甲.html").write_text(f"<h1>题目</h1><p>{PAGE}</p><h2>早晨</h2><p>{PAGE}</p>", "utf-8")
    (tmp_path / "甲.html.juanzong.toml").write_text('[sections.3]\nheading = "清晨"\n', "utf-8")
    (file,) = (found for found in scan(tmp_path) if isinstance(found, SourceFile))
    (found,) = (item for item in read(file) if isinstance(item, Document))
    assert [section.heading for section in found.sections] == [None, "清晨"]
    assert [piece.kind for piece in found.pieces] == [Kind.TITLE, Kind.TEXT, Kind.HEADING, Kind.TEXT]


@pytest.mark.parametrize(
    "sidecar",
    [
        "",
        'lines = {1 = "heading 2", 2 = "note", 5 = "author", 6 = "page", 99 = "title"}\n',
        "joins = {1 = true, 3 = true, 4 = true, 9 = true}\norder = {1 = 9, 9 = 1, 5 = 5, 6 = 400}\n",
    ],
)
def test_no_correction_loses_or_repeats_a_character(tmp_path: Path, sidecar: str) -> None:
    found = read_with(tmp_path, sidecar)
    places = [place for piece in found.pieces for start, end in piece.source for place in range(start, end)]
    assert len(set(places)) == len(places)
    assert {PAGE[place] for place in range(len(PAGE)) if place not in places} <= set("\n　 ")


def test_lines_of_a_long_text_are_counted_in_the_whole_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain, "LONG", 1_000)
    monkeypatch.setattr(plain, "PART", 700)
    text = "\n".join(f"派出所的第{n}天，民警在街上走访，登记了七户人家。" for n in range(200)) + "\n末行\n"
    found = read_with(tmp_path, 'lines = {150 = "caption", 201 = "note"}\n', text)
    given = {piece.text[:8]: piece.kind for piece in found.pieces if piece.rule == "given-correction"}
    assert given == {"派出所的第149": Kind.CAPTION, "末行": Kind.NOTE}


@pytest.mark.parametrize(("name", "nowhere"), [("甲.txt", "2, 40, 99"), ("甲.md", "4, 40, 99")])
def test_a_line_without_text_is_named(tmp_path: Path, name: str, nowhere: str) -> None:
    """Lines were put in above, or taken out: the correction would be of another line, or of none."""
    (tmp_path / name).write_text(PAGE, "utf-8")
    said = "lines = {2 = 'heading', 3 = 'heading'}\norder = {4 = 40}\nsections.99 = {heading = '无'}\n"
    (tmp_path / f"{name}.juanzong.toml").write_text(said, "utf-8")
    (file,) = (found for found in scan(tmp_path) if isinstance(found, SourceFile))
    notes = [item for item in read(file) if isinstance(item, Note)]
    assert [(note.code, note.said[1]) for note in notes] == [("metadata", nowhere)]
