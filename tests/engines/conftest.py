"""The suite's assertions are explained like those of any test file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opensearch_nodes import Nodes

pytest.register_assert_rewrite("conformance")


@pytest.fixture(scope="module")
def cluster_address(cluster: Nodes) -> Iterator[str]:
    """The archive of these tests in the cluster, known to the engine."""
    with cluster.meant("engines") as address:
        yield address
