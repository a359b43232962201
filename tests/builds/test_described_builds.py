"""An update sees what changed in metadata.csv, sidecars and juanzong.toml, and reads only what they touch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, age, contents_of, text_files, write

from index.archive import Archive
from index.build import rebuild
from index.generations import Home
from index.requests import SearchRequest
from index.update import update

NewHome = Callable[[str], Home]


def author_of(home: Home, document: str) -> str | None:
    with Archive.open(home.path) as archive:
        return archive.document(document).author


@pytest.mark.parametrize("engine", ENGINES)
def test_an_update_reads_what_a_table_or_a_sidecar_touches(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    folder, home = write(tmp_path / "texts", text_files(40)), new_home("home")
    write(folder, {"metadata.csv": "path,author\n*.txt,编辑\n7.txt,记者甲\n"})
    age(folder)
    rebuild(home, folder, engine=engine)
    assert (author_of(home, "6.txt"), author_of(home, "7.txt")) == ("编辑", "记者甲")
    assert update(home).mode == "unchanged"
    for files, touched in (
        ({"metadata.csv": "path,author\n\n*.txt,编辑\n7.txt,记者乙\n"}, ("7.txt",)),
        ({"8.txt.juanzong.toml": 'author = "读者"\n'}, ("8.txt",)),
        ({"juanzong.toml": '[encodings]\n"9.txt" = "utf-8"\n'}, ("9.txt",)),
        ({"juanzong.toml": '[encodings]\n"9.txt" = "utf-8"\n[memory]\n"7.*" = 900\n'}, ("7.txt",)),
    ):
        write(folder, files)
        report = update(home)
        assert (report.mode, report.paths["changed"]) == ("update", touched)
    assert [author_of(home, f"{n}.txt") for n in (6, 7, 8)] == ["编辑", "记者乙", "读者"]
    updated = contents_of(home)
    rebuild(home, folder, engine=engine)
    assert contents_of(home) == updated


def test_a_row_for_nothing_is_in_the_report_until_it_is_for_something(
    new_home: NewHome, tmp_path: Path
) -> None:
    folder, home = write(tmp_path / "texts", text_files(3)), new_home("home")
    write(folder, {"metadata.csv": "path,author\n乙.txt,编辑\n"})
    report = rebuild(home, folder)
    assert [(note.path, note.line) for note in report.notes] == [("metadata.csv", 2)]
    write(folder, {"metadata.csv": "path,author\n丙.txt,编辑\n"})
    assert [note.message for note in update(home).new] == [
        "丙.txt is not a file or folder here. Correct the path."
    ]
    write(folder, {"metadata.csv": "path,author\n1.txt,编辑\n"})
    assert update(home).notes == ()


def test_words_and_variants_of_the_folder_are_those_of_its_archive(new_home: NewHome, tmp_path: Path) -> None:
    folder, home = (
        write(tmp_path / "texts", text_files(3) | {"甲.txt": "甲\n\n民警走進社區。\n"}),
        new_home("home"),
    )
    write(folder, {"异体.dat": "警 井\n", "juanzong.toml": 'variants = "异体.dat"\nexclude = ["*.dat"]\n'})
    rebuild(home, folder)
    with Archive.open(home.path) as archive:
        assert archive.search(SearchRequest("民井")).total == 1
    write(folder, {"juanzong.toml": 'exclude = ["*.dat"]\n'})
    assert update(home).mode == "rebuild"
    with Archive.open(home.path) as archive:
        assert archive.search(SearchRequest("民井", match="exact")).total == 0
