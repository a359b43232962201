"""Files of others in a generation's folder: a build does not carry them into the next one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, contents_of, text_files, write

from index.build import rebuild
from index.generations import Home
from index.update import update


@pytest.mark.parametrize("engine", ENGINES)
def test_an_update_carries_on_only_the_files_that_the_manifest_names(
    new_home: Callable[[str], Home], tmp_path: Path, engine: str
) -> None:
    """Whatever lay in ``index/`` was linked on from generation to generation, for ever, as if it was ours."""
    home = new_home("home")
    folder = write(tmp_path / "texts", text_files(20))
    generation = home.generations / rebuild(home, folder, engine=engine).generation
    strays = ["core.1234", "index/~$notes.txt", "index/old/a.idx", "index/.DS_Store", "index/b.store"]
    write(generation, dict.fromkeys(strays, "stray"))
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    updated = update(home)
    assert updated.mode == "update"
    after = home.generations / updated.generation
    assert [name for name in strays if (after / name).exists()] == []
    with_strays = contents_of(home)
    rebuild(home)
    assert contents_of(home) == with_strays
