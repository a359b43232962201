"""Archives of texts that nobody here wrote, each built once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from real_texts import FLOORS, Collection, make


@pytest.fixture(scope="session")
def collections(
    request: pytest.FixtureRequest, data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Collection]]:
    """Those that were asked for, kept for the whole run."""
    made: dict[tuple[str, str], Collection] = {}

    class Made(dict[tuple[str, str], Collection]):
        def __missing__(self, key: tuple[str, str]) -> Collection:
            with ExitStack() as meanwhile:
                if key[1] == "opensearch":
                    meanwhile.enter_context(request.getfixturevalue("cluster").meant(key[0]))
                self[key] = make(*key, data_folder, tmp_path_factory.mktemp("-".join(key)))
            return self[key]

    made = Made()
    yield made
    for collection in made.values():
        collection.archive.close()


NAMES = ("cmrc2018", "drcd", "classical")
LIBRARIES = {"whoosh": "whoosh", "tantivy": "tantivy", "opensearch": "opensearchpy"}
LONG = {"opensearch": pytest.mark.long}
"""A question of the cluster takes some milliseconds more, and there are thousands."""


def on(*engines: str, names: Iterable[str] = NAMES) -> list[ParameterSet]:
    """Each of the collections on each of the engines."""
    return [
        pytest.param((name, engine), id=f"{name}-{engine}", marks=LONG.get(engine, ()))
        for name in names
        for engine in engines
    ]


@pytest.fixture(params=on(*LIBRARIES))
def collection(request: pytest.FixtureRequest, collections: dict[tuple[str, str], Collection]) -> Collection:
    """Each collection on each engine."""
    pytest.importorskip(LIBRARIES[request.param[1]])
    return collections[request.param]


@pytest.fixture(params=on("tantivy", "opensearch", names=FLOORS))
def judged(
    request: pytest.FixtureRequest, collections: dict[tuple[str, str], Collection]
) -> tuple[Collection, float]:
    """Each collection with questions, and the MRR@10 that it has to reach."""
    pytest.importorskip(LIBRARIES[request.param[1]])
    return collections[request.param], FLOORS[request.param[0]]
