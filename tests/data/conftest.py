"""Archives of texts that nobody here wrote, each built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from real_texts import Collection, make


@pytest.fixture(scope="session")
def collections(
    data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Collection]]:
    """Those that were asked for, kept for the whole run."""
    made: dict[tuple[str, str], Collection] = {}

    class Made(dict[tuple[str, str], Collection]):
        def __missing__(self, key: tuple[str, str]) -> Collection:
            self[key] = make(*key, data_folder, tmp_path_factory.mktemp("-".join(key)))
            return self[key]

    made = Made()
    yield made
    for collection in made.values():
        collection.archive.close()


NAMES = ("cmrc2018", "drcd", "classical")
ENGINES = ("whoosh", "tantivy")


@pytest.fixture(params=[(name, engine) for name in NAMES for engine in ENGINES], ids="-".join)
def collection(request: pytest.FixtureRequest, collections: dict[tuple[str, str], Collection]) -> Collection:
    """Each collection on each engine."""
    pytest.importorskip(request.param[1])
    return collections[request.param]
