"""Files that lose their text do not shrink the archive.

A sync client keeps the names alone, lost power leaves zeros. Half of the files of an archive became empty,
and an update took their documents out and ended with 0.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, age, contents_of, text, write

from index.build import rebuild
from index.errors import NothingToReadError, SourcesMissingError
from index.generations import Home
from index.report import BuildReport
from index.update import update

Build = Callable[..., BuildReport]


@pytest.fixture(params=ENGINES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Home:
    """An archive of forty files in two folders."""
    chance = random.Random(5)
    texts = write(tmp_path / "texts", {f"{n % 2}/{n:02}.txt": text(chance, 3) for n in range(40)})
    write(texts, {"0/empty.txt": "\n"})
    age(texts)
    home = Home(tmp_path / "home")
    rebuild(home, texts, engine=request.param)
    return home


def emptied(home: Home, count: int, data: bytes) -> Path:
    """Take the text of so many files, of both folders."""
    texts = home.path.with_name("texts")
    for path in sorted(texts.rglob("[0-9]*.txt"), key=lambda path: path.name)[:count]:
        path.write_bytes(data)
    return texts


@pytest.mark.parametrize("build", [update, rebuild])
@pytest.mark.parametrize("data", [b"", b" \n", bytes(400)], ids=["nothing", "blank", "zeros"])
def test_many_files_that_were_emptied_leave_the_archive_as_it_is(
    home: Home, build: Build, data: bytes
) -> None:
    before, generation = contents_of(home), home.current()
    emptied(home, 20, data)
    with pytest.raises(SourcesMissingError) as caught:
        build(home)
    assert sum(map(len, caught.value.missing.values())) == 20
    assert (contents_of(home), home.current()) == (before, generation)


def test_all_files_emptied_leave_it_too_though_the_folder_is_named(home: Home) -> None:
    before = contents_of(home)
    texts = emptied(home, 40, b"")
    with pytest.raises((SourcesMissingError, NothingToReadError)):
        rebuild(home, texts)
    assert contents_of(home) == before


@pytest.mark.parametrize("build", [update, rebuild])
def test_one_that_was_emptied_is_kept_and_named(home: Home, build: Build) -> None:
    before = contents_of(home)
    emptied(home, 1, b"")
    report = build(home)
    assert [note.path for note in report.notes if note.code == "kept"] == ["0/00.txt"]
    assert contents_of(home)["passages"] == before["passages"]
