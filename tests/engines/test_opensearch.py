"""The engine on a cluster of three nodes: the conformance suite, and what is its own."""

from __future__ import annotations

import pytest
from conformance import Conformance

pytestmark = pytest.mark.usefixtures("cluster_address")


@pytest.fixture(scope="class", autouse=True)
def before_all_else(cluster_address: str) -> None:
    """The suite's fixtures of a class make indexes too."""


class TestOpenSearch(Conformance):
    name = "opensearch"
