"""The data directory: one generation is served, whole; a build replaces it at once or not at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import copy_of
from msgspec.structs import replace

from archive.errors import SourceError
from index.atomic_files import digest, link_files, remove_tree, write_atomically
from index.build import rebuild
from index.engines.registry import installed
from index.errors import ArchiveBrokenError, ArchiveMissingError, BuildError, BusyError
from index.generation import NAME, TEXTS, linked, states
from index.generations import Home, Settings, fingerprint, resolve_home

ENGINE = "tantivy" if installed("tantivy") else "whoosh"


def publish(home: Home, folder: str = "texts") -> str:
    """Build an empty generation."""
    texts = home.path.parent / folder
    texts.mkdir(exist_ok=True)
    return rebuild(home, texts, engine=ENGINE).generation


@pytest.fixture
def home(new_home: Callable[[str], Home]) -> Home:
    return new_home("家")


def test_the_data_directory_is_the_option_the_variable_var_or_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_home: Home
) -> None:
    """Any ``./var`` was taken: in ``/``, that of the system."""
    monkeypatch.chdir(tmp_path)
    environment = {"JUANZONG_HOME": str(tmp_path / "b")}
    assert resolve_home("a", environment) == tmp_path / "a"
    assert resolve_home(None, environment) == tmp_path / "b"
    assert resolve_home(None, {}).is_absolute()
    assert resolve_home(None, {}).parent != tmp_path
    (tmp_path / "var").mkdir()
    assert resolve_home(None, {}).parent != tmp_path
    (tmp_path / "var").rmdir()
    copy_of(first_home, tmp_path / "var")
    assert resolve_home(None, {}) == tmp_path / "var"


def test_nothing_built_yet_is_an_error_that_names_the_path_and_the_next_command(tmp_path: Path) -> None:
    home = Home(tmp_path / "空")
    with pytest.raises(ArchiveMissingError, match="空") as caught:
        home.open_current()
    assert "juanzong rebuild FOLDER" in caught.value.hint
    assert home.settings() == Settings()
    assert not home.path.exists()


def test_a_file_in_the_place_of_a_data_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "家").write_text("一", "utf-8")
    with pytest.raises(ArchiveMissingError, match="家 is a file") as caught:
        Home(tmp_path / "家").open_current()
    assert "--home" in caught.value.hint


def test_a_published_generation_is_opened_and_the_one_before_is_removed(home: Home) -> None:
    first = publish(home)
    generation = home.open_current()
    assert (generation.name, generation.snapshot.size()) == (first, 0)
    second = publish(home)
    assert [p.name for p in home.generations.iterdir()] == [second]
    assert generation.store.statistics().documents == 0
    assert generation.snapshot.size() == 0
    generation.close()
    generation.close()


def test_a_draft_that_was_left_behind_is_removed_by_the_next_build(home: Home) -> None:
    name = publish(home)
    with home.lock():
        draft = home.draft()
        (draft / "half").write_text("x")
    with closing(home.open_current()) as generation:
        assert generation.name == name
    with home.lock():
        pass  # also where there is nothing to do: an update of an unchanged folder left gigabytes behind
    assert not draft.exists()
    with closing(home.open_current()) as generation:
        assert generation.name == name


def test_a_second_build_is_told_that_one_is_going_on(home: Home) -> None:
    with home.lock():
        with pytest.raises(BusyError, match="家"), home.lock():
            pass
        code = (
            "import sys; from pathlib import Path; from index.generations import Home\n"
            "from index.errors import BusyError\n"
            "try:\n    Home(Path(sys.argv[1])).lock().__enter__()\n"
            "except BusyError:\n    sys.exit(7)"
        )
        assert subprocess.run([sys.executable, "-c", code, home.path], check=False).returncode == 7
    with home.lock():
        pass


def test_a_file_in_the_place_of_the_data_directory_is_a_named_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BuildError, match="cannot be written"), Home(tmp_path / "file").lock():
        pass
    with pytest.raises(ArchiveMissingError):
        Home(tmp_path / "file").open_current()


@pytest.mark.parametrize(
    "damage", ["no manifest", "bad manifest", "old format", "cut", "gone", "bad name", "no file"]
)
def test_damage_is_said_by_name_with_the_command_that_mends_it(home: Home, damage: str) -> None:
    folder = home.generations / publish(home)
    if damage == "no manifest":
        (folder / NAME).unlink()
    elif damage == "bad manifest":
        (folder / NAME).write_text("{")
    elif damage == "old format":
        text = (folder / NAME).read_text(encoding="utf-8")
        (folder / NAME).write_text(text.replace('"format": ', '"format": 9'), encoding="utf-8")
    elif damage == "cut":
        (folder / TEXTS).write_bytes((folder / TEXTS).read_bytes()[:-1])
    elif damage == "gone":
        write_atomically(home.path / "current", b"other\n")
    elif damage == "bad name":
        write_atomically(home.path / "current", b"../../x\n")
    elif damage == "no file":
        (folder / TEXTS).unlink()
    with pytest.raises(ArchiveBrokenError) as caught:
        home.open_current()
    assert "juanzong rebuild" in caught.value.hint
    assert str(home.path) in caught.value.message
    rebuild(home)
    home.open_current().close()


def test_settings_belong_to_their_generation_and_damaged_ones_are_reported(home: Home) -> None:
    """A build that was killed just before the switch must not change which folder an update reads."""
    first = publish(home, folder="文")
    publish(home, folder="章")
    assert home.settings() == Settings(folder=str(home.path.parent / "章"), engine=ENGINE)
    (home.generations / first).mkdir()  # it is removed after the switch
    write_atomically(home.path / "current", first.encode())
    assert home.settings() == Settings(folder=str(home.path.parent / "文"), engine=ENGINE)
    (home.path / "settings.json").write_text('{"folder": 1, "other": 2}')
    with pytest.raises(ArchiveBrokenError, match="settings"):
        home.settings()


@pytest.mark.parametrize("named", ["broken", "../../x"])
def test_a_current_that_names_no_generation_is_mended_by_the_command_that_is_named(
    home: Home, named: str
) -> None:
    """It said "juanzong rebuild", and that said that no folder was remembered, or built from the folder
    before the last one. On the way, a build that failed had removed the generation that ``current`` lost.
    """
    publish(home, folder="文")
    lost = publish(home, folder="章")
    texts = home.path.parent / "章"
    write_atomically(home.path / "current", named.encode())
    assert home.settings() == Settings(folder=str(texts), engine=ENGINE)
    texts.rmdir()
    with pytest.raises(SourceError):
        rebuild(home)
    with home.lock():
        remove_tree(home.draft())
    assert [folder.name for folder in home.generations.iterdir()] == [lost]
    texts.mkdir()
    built = rebuild(home)
    assert home.settings() == Settings(folder=str(texts), engine=ENGINE)
    assert [folder.name for folder in home.generations.iterdir()] == [built.generation]


def test_digests_of_hard_linked_files_are_taken_over_and_of_changed_ones_made_anew(tmp_path: Path) -> None:
    (tmp_path / "a" / "sub").mkdir(parents=True)
    for name in ("one", "sub/two", "sub/.meta.lock"):
        (tmp_path / "a" / name).write_text(name)
    known = states(tmp_path / "a")
    link_files(tmp_path / "a", tmp_path / "b", known)
    write_atomically(tmp_path / "b" / "one", b"other")
    assert set(known) == {"one", "sub/two"}
    marked = {name: replace(state, digest="known") for name, state in known.items()}
    found = states(tmp_path / "b", linked(tmp_path / "b", tmp_path / "a", marked))
    assert found["sub/two"].digest == "known"
    assert found["one"].digest == digest(tmp_path / "b" / "one") != known["one"].digest
    assert (tmp_path / "a" / "one").read_text() == "one"


def test_the_fingerprint_changes_with_any_path_or_content_and_not_with_their_order() -> None:
    one = {"a": b"1" * 16, "b": None}
    assert fingerprint(one) == fingerprint(dict(reversed(one.items())))
    assert len({fingerprint(x) for x in (one, {"a": b"1" * 16}, {"a": b"2" * 16, "b": None}, {})}) == 4
