"""An address in the cluster for each test, which nothing is left of."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from opensearch_nodes import Nodes

from index.cluster.connection import Cluster

_numbers = count()


@pytest.fixture
def address(cluster: Nodes) -> Iterator[str]:
    place = f"{cluster.url}/tried{next(_numbers)}"
    yield place
    there = Cluster(place)
    there.ask(lambda client: client.indices.delete(index=f"{there.alias}-*", ignore=[404]))
