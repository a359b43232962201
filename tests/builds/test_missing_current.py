"""The file ``current`` is lost or damaged: the archive that is there is searched, updated and kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, contents_of, text_files, write

from archive.errors import SourceError
from index.build import rebuild
from index.errors import ArchiveBrokenError, ArchiveMissingError
from index.generation import TEXTS
from index.generations import Home
from index.reloading import LiveArchive
from index.report import BuildReport
from index.update import update

NewHome = Callable[[str], Home]
OLD, NEW = "20000101T000000Z-ffffffff", "29990101T000000Z-00000000"


def built(home: Home, tmp_path: Path, engine: str = ENGINES[0]) -> tuple[Path, BuildReport]:
    """The folder of texts of an archive, and the report of its build."""
    folder = write(tmp_path / "texts", text_files(20))
    return folder, rebuild(home, folder, engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_archive_without_current_is_served_and_updated_as_it_was(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """``update`` removed the only generation, and then failed."""
    home = new_home("家")
    folder, report = built(home, tmp_path, engine)
    settings = home.settings()
    before = contents_of(home)
    (home.path / "current").unlink()
    assert contents_of(home) == before
    assert home.settings() == settings
    said = home.recovery()
    assert report.generation in said
    assert "is missing" in said
    assert "the only whole generation" in said
    assert not (home.path / "current").exists()  # readers write nothing
    folder.rename(tmp_path / "away")
    for build in (update, rebuild):
        with pytest.raises(SourceError):
            build(home)
    assert contents_of(home) == before
    (tmp_path / "away").rename(folder)
    assert update(home).mode == "unchanged"
    assert (home.path / "current").read_text("ascii") == f"{report.generation}\n"
    assert home.recovery() == ""
    (home.path / "current").unlink()
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    updated = update(home)
    assert (updated.mode, updated.added, updated.documents) == ("update", 1, 21)
    assert [path.name for path in home.generations.iterdir()] == [updated.generation]
    assert home.settings() == settings


@pytest.mark.parametrize("damage", ["", "\0\0\0\0", "../../x", NEW, "é"])
def test_a_build_takes_up_an_archive_whose_current_is_damaged_and_a_reader_names_the_command(
    new_home: NewHome, tmp_path: Path, damage: str
) -> None:
    home = new_home("家")
    folder, report = built(home, tmp_path)
    (home.path / "current").write_text(damage, "utf-8")
    with pytest.raises(ArchiveBrokenError, match="current") as refused:
        home.open_current()
    assert "juanzong rebuild" in refused.value.hint
    assert report.generation in home.recovery(building=True)
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    updated = update(home)
    assert (updated.mode, updated.added) == ("update", 1)
    assert home.current() == updated.generation


def test_of_several_whole_generations_the_newest_is_taken_and_named(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("家")
    _, report = built(home, tmp_path)
    own = home.generations / report.generation
    for name in (OLD, f"{report.generation}-copy", "备份"):
        shutil.copytree(own, home.generations / name)
    shutil.copytree(own, home.generations / NEW)
    (home.generations / NEW / TEXTS).write_bytes(b"cut off")
    (home.path / "current").unlink()
    assert home.current() == report.generation
    assert f"{report.generation}, the newest of 4 whole generations there" in home.recovery()
    update(home)
    rebuild(home)
    left = {path.name for path in home.generations.iterdir()}
    assert left == {OLD, NEW, f"{report.generation}-copy", "备份", home.current()}


@pytest.mark.parametrize("engine", ENGINES)
def test_after_the_clock_was_set_back_the_one_that_was_built_last_is_taken(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """Names are times: the archive of before the last build was served, and what was new in it was gone."""
    home = new_home("家")
    folder, before = built(home, tmp_path, engine)
    kept = tmp_path / "kept"
    shutil.copytree(home.generations / before.generation, kept)
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    report = update(home)
    later = home.generations / NEW  # the one before, which a clock that went ahead has named
    kept.rename(later)
    (home.path / "current").unlink()
    assert home.current() == report.generation
    for damage in ("", "\0\0\0\0"):
        said = home.recovery(building=True)
        assert f"{report.generation}, the newest of 2 whole generations there by settings.json" in said
        (home.path / "current").write_text(damage)
    (home.path / "settings.json").unlink()
    assert f"{NEW}, the newest of 2 whole generations there by their names" in home.recovery(building=True)


def test_without_a_whole_generation_the_way_out_is_named_and_leads_out(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("家")
    _, report = built(home, tmp_path)
    (home.path / "current").unlink()
    (home.generations / report.generation / TEXTS).write_bytes(b"")
    with pytest.raises(ArchiveBrokenError, match=r"no generation in .* is whole") as refused:
        home.open_current()
    assert refused.value.hint == "Build it anew: juanzong rebuild"
    assert update(home).documents == 20
    assert len(list(home.generations.iterdir())) == 1
    shutil.rmtree(home.generations)
    (home.path / "current").unlink()
    with pytest.raises(ArchiveMissingError):
        home.open_current()
    assert rebuild(home).documents == 20


def test_a_first_build_that_was_killed_is_no_archive_yet(tmp_path: Path) -> None:
    home = Home(tmp_path / "家")
    with home.lock():
        home.draft()
    with pytest.raises(ArchiveMissingError, match="no archive"):
        home.open_current()
    assert home.recovery() == ""


def test_a_server_goes_on_without_current_and_sees_the_next_build(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("家")
    folder, report = built(home, tmp_path)
    live = LiveArchive(home.path)
    first = live.get()
    (home.path / "current").unlink()
    assert live.get() is first
    with closing(LiveArchive(home.path).get()) as other:
        assert other.generation.name == report.generation
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    assert live.get().generation.name != update(home).generation
    assert live.get().generation.manifest.documents == 21


@pytest.mark.skipif(os.name == "nt", reason="uses permissions of POSIX")
def test_a_read_only_archive_without_current_is_served(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("家")
    built(home, tmp_path)
    before = contents_of(home)
    (home.path / "current").unlink()
    folders = [home.path, *(path for path in home.path.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        assert contents_of(home) == before
    finally:
        for path in folders:
            path.chmod(0o755)
