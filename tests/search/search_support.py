"""Real archives on disk for the tests of searching, and the plain scan that they are compared with."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from opensearch_nodes import Nodes

from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.requests import SearchRequest
from index.results import PassageHit


@contextmanager
def archive_of(folder: Path, sources: Mapping[str, str], engine: str = "whoosh") -> Iterator[Archive]:
    """An archive of text files, by their names, with the home beside the sources."""
    texts = folder / "texts"
    for name, text in sources.items():
        path = texts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    rebuild(folder / "home", texts, engine=engine)
    with Archive.open(folder / "home") as archive:
        yield archive


@contextmanager
def archive_on(
    request: pytest.FixtureRequest, folders: pytest.TempPathFactory, sources: Mapping[str, str]
) -> Iterator[Archive]:
    """The same on the engine that is the parameter of a fixture of a module."""
    name = request.param
    if not installed(name):
        pytest.skip(f"{name} is not installed")
    with ExitStack() as until_open, ExitStack() as opened:
        if name == "opensearch":
            nodes: Nodes = request.getfixturevalue("cluster")
            until_open.enter_context(nodes.meant(request.module.__name__.replace("_", "-")))
        archive = opened.enter_context(archive_of(folders.mktemp(name), sources, name))
        until_open.close()
        yield archive


def json_lines(records: Sequence[Mapping[str, object]]) -> str:
    """JSON Lines."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def one_passage_each(texts: Sequence[str]) -> str:
    """JSON Lines: a record for each text, named and titled by its number."""
    return json_lines([{"id": str(i), "title": f"第{i}号", "text": text} for i, text in enumerate(texts)])


def everything(archive: Archive, query: str, **options: object) -> list[PassageHit]:
    """All hits of a query, over all pages."""
    hits: list[PassageHit] = []
    while True:
        request = SearchRequest(query, limit=100, offset=len(hits), **options)  # type: ignore[arg-type]
        result = archive.search(request)
        hits += result.hits
        if len(hits) >= result.total:
            return hits


def passages(archive: Archive) -> dict[str, str]:
    """Every passage's text, by its id."""
    store = archive.generation.store
    keys = [key for batch in store.scan() for key, _ in batch]
    return {passage.id: passage.text for passage in store.passages(keys)}


class Scan:
    """The plain scan: a run is in a passage when its normal form is a part of the passage's.

    Attributes:
        originals: the passages as written.
    """

    def __init__(self, archive: Archive) -> None:
        self._normal = archive.analyzer.normal_text
        self.originals = sorted(passages(archive).values())
        self._texts = {key: self._normal(text) for key, text in passages(archive).items()}

    def holding(self, run: str) -> set[str]:
        """The ids of the passages that hold the run; none where it has nothing to look for."""
        wanted = self._normal(run)
        return {key for key, text in self._texts.items() if wanted in text} if wanted else set()
