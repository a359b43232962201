"""A damaged archive is rebuilt from its sources, and not shrunk to what is left of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, text_files, write

from index.build import rebuild
from index.errors import SourcesMissingError
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
            for damage in (_manifest, _no_manifest, _index, _texts)
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
    assert refused.value.missing == ({} if damage is _texts else listed)
    assert list(home.generations.iterdir()) == [generation]
    (tmp_path / "away").rename(folder / "1")
    assert build(home, folder).documents == 30
    with closing(home.open_current()) as opened:
        assert opened.manifest.documents == 30
