"""Archives that tests copy: making the list of words of the first one takes most of a build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from building import copy_of

from index.build import rebuild
from index.generations import Home


@pytest.fixture(scope="session")
def first_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An archive of one text."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "texts").mkdir()
    (folder / "texts" / "a.txt").write_text("卷宗\n\n派出所所长。\n", encoding="utf-8")
    home = Home(folder / "home")
    rebuild(home, folder / "texts", engine="whoosh")
    return home


@pytest.fixture
def new_home(first_home: Home, tmp_path: Path) -> Callable[[str], Home]:
    """A data directory to build in, by name."""
    return lambda name: copy_of(first_home, tmp_path / name)
