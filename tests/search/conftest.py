"""The archive of the seed article, built once for all tests of searching."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of

from index.search import Archive


@pytest.fixture(scope="session")
def seed_archive(tmp_path_factory: pytest.TempPathFactory, seed_text: str) -> Iterator[Archive]:
    with archive_of(tmp_path_factory.mktemp("seed"), {"周口.txt": seed_text}) as archive:
        yield archive
