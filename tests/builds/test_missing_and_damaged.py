"""A damaged archive is rebuilt from its sources, and not shrunk to what is left of them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, text_files, write

from index.build import rebuild
from index.errors import ArchiveBrokenError, SourcesMissingError
from index.generations import Home
from index.report import BuildReport
from index.update import update

NewHome = Callable[[str], Home]
Damage = Callable[[Path], None]


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _manifest(generation: Path) -> None:
    _cut_off(generation / "manifest.json")


def _no_manifest(generation: Path) -> None:
    (generation / "manifest.json").unlink()


def _index(generation: Path) -> None:
    for path in (generation / "index").iterdir():
        _cut_off(path)


def _no_settings(generation: Path) -> None:
    (generation.parents[1] / "settings.json").unlink()


def _texts(generation: Path) -> None:
    texts = generation / "texts.sqlite"
    texts.write_bytes(texts.read_bytes()[:1_000])


def _no_manifest_no_texts(generation: Path) -> None:
    _no_manifest(generation)
    _texts(generation)


def _index_and_no_current(generation: Path) -> None:
    _index(generation)
    (generation.parents[1] / "current").unlink()


def _older(generation: Path) -> None:
    """An archive of an older format: its manifest is whole, and its texts cannot be opened."""
    manifest = generation / "manifest.json"
    data = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**data, "format": 1}), "utf-8")
    with closing(sqlite3.connect(generation / "texts.sqlite")) as texts, texts:
        texts.execute("UPDATE meta SET value = '1' WHERE name = 'format'")


def _uncounted(damage: Damage) -> Damage:
    """The same of a version that did not note in the settings how many documents there are."""

    def damaged(generation: Path) -> None:
        settings = generation.parents[1] / "settings.json"
        data = json.loads(settings.read_text("utf-8"))
        del data["documents"]
        settings.write_text(json.dumps(data), "utf-8")
        damage(generation)

    return damaged


def _anew(home: Home, folder: Path, *, allow_missing: bool = False) -> BuildReport:
    return rebuild(home, folder, only_if_changed=True, keep_other=True, allow_missing=allow_missing)


def _updated(home: Home, _: Path, *, allow_missing: bool = False) -> BuildReport:
    return update(home, allow_missing=allow_missing)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("build", "damage"),
    [
        *(
            (build, damage)
            for build in (_anew, _updated)
            for damage in (
                *(_manifest, _no_manifest, _index, _index_and_no_current),
                *(_texts, _no_manifest_no_texts, _older, _uncounted(_older)),
            )
        ),
        (_anew, _no_settings),  # without them an update knows no folder
    ],
)
def test_a_damaged_archive_is_kept_while_its_sources_are_missing(
    new_home: NewHome, tmp_path: Path, engine: str, damage: Damage, build: Callable[..., BuildReport]
) -> None:
    """With a damaged manifest, 40 documents became 20 and the other texts were gone."""
    folder = write(tmp_path / "texts", {f"{n[0]}/{n}": text for n, text in text_files(30).items()})
    home = new_home("home")
    generation = home.generations / rebuild(home, folder, engine=engine).generation
    (folder / "1").rename(tmp_path / "away")
    damage(generation)
    with pytest.raises(SourcesMissingError) as refused:
        build(home, folder)
    listed = {"gone": ("1/ (11 in this folder: all)",)}
    # Of damaged texts only the number is known.
    can_list = damage in (_manifest, _no_manifest, _index, _index_and_no_current, _no_settings)
    assert refused.value.missing == (listed if can_list else {})
    if not can_list:
        assert "the archive has 30" in refused.value.message
    assert list(home.generations.iterdir()) == [generation]
    (tmp_path / "away").rename(folder / "1")
    assert build(home, folder).documents == 30
    with closing(home.open_current()) as opened:
        assert opened.manifest.documents == 30


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("build", [_anew, _updated])
@pytest.mark.parametrize("damage", [_no_manifest_no_texts, lambda generation: shutil.rmtree(generation)])
def test_an_archive_that_cannot_be_counted_is_replaced_only_where_that_is_allowed(
    new_home: NewHome, tmp_path: Path, engine: str, damage: Damage, build: Callable[..., BuildReport]
) -> None:
    """Whatever the folder still had was published without a word: nothing tells whether it is all of it."""
    folder = write(tmp_path / "texts", text_files(30))
    home = new_home("home")
    generation = home.generations / rebuild(home, folder, engine=engine).generation
    _uncounted(damage)(generation)
    before = sorted(home.path.rglob("*"))
    with pytest.raises(SourcesMissingError, match="cannot be counted") as refused:
        build(home, folder)
    assert "--allow-missing" in refused.value.hint
    assert sorted(home.path.rglob("*")) == before
    assert build(home, folder, allow_missing=True).documents == 30
    assert build(home, folder).documents == 30


def test_a_first_build_that_was_killed_and_the_archive_of_another_folder_need_no_word(
    new_home: NewHome, tmp_path: Path
) -> None:
    folder, other = (write(tmp_path / name, text_files(30)) for name in ("texts", "other"))
    home = Home(tmp_path / "first")
    with home.lock():
        write(home.draft(), {"texts.sqlite": "half"})
    assert rebuild(home, folder).documents == 30
    home = new_home("home")
    generation = home.generations / rebuild(home, folder).generation
    _uncounted(_no_manifest_no_texts)(generation)
    assert rebuild(home, other).documents == 30


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("build", [_anew, _updated])
@pytest.mark.parametrize(
    "rows",
    [
        "UPDATE documents SET title = 'x' WHERE path = '5.txt'",
        "UPDATE passages SET start = 7 WHERE key = (SELECT key << 24 FROM documents WHERE path = '5.txt')",
        "DELETE FROM sources WHERE path = '5.txt'",
    ],
)
def test_a_file_that_cannot_be_read_and_is_damaged_in_the_archive_is_named_with_the_way_out(
    new_home: NewHome, tmp_path: Path, engine: str, build: Callable[..., BuildReport], rows: str
) -> None:
    """Each build advised another one, which failed as well; without its row of files, 5.txt was left out."""
    folder = write(tmp_path / "texts", text_files(30))
    home = new_home("home")
    generation = home.generations / rebuild(home, folder, engine=engine).generation
    with closing(sqlite3.connect(generation / "texts.sqlite")) as texts, texts:
        texts.execute(rows)
    (folder / "5.txt").write_bytes(b"")
    if "DELETE" in rows:
        assert build(home, folder).documents == 30
    else:
        with pytest.raises(SourcesMissingError) as refused:
            build(home, folder)
        assert refused.value.missing == {"cannot be read, and damaged in the archive": ("5.txt",)}
        assert list(home.generations.iterdir()) == [generation]
        report = build(home, folder, allow_missing=True)
        assert report.documents == 29
        assert ("5.txt", "empty") in [(note.path, note.code) for note in report.notes]


@pytest.mark.parametrize("name", ["manifest.json", "settings.json"])
def test_a_file_that_is_nested_too_deeply_is_named(new_home: NewHome, tmp_path: Path, name: str) -> None:
    """It was a RecursionError."""
    home = new_home("home")
    (path,) = home.path.rglob(name)
    path.write_text("[" * 100_000)
    with pytest.raises(ArchiveBrokenError, match=name):
        home.settings() if name == "settings.json" else home.open_current()
