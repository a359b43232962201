"""Archives for the tests of searching: the seed article, and the texts of a module on each engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, archive_on, one_passage_each

from index.archive import Archive


@pytest.fixture(scope="session")
def seed_archive(tmp_path_factory: pytest.TempPathFactory, seed_text: str) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("seed"), {"周口.txt": seed_text}) as archive:
        yield archive


@pytest.fixture(scope="module", params=["whoosh", "tantivy", "opensearch"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The ``TEXTS`` of the module that asks, each one passage."""
    sources = {"texts.jsonl": one_passage_each(request.module.TEXTS)}
    with archive_on(request, tmp_path_factory, sources) as opened:
        yield opened
