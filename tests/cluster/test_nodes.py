"""The cluster for tests is a real one: a node can die, and comes back."""

from __future__ import annotations

from opensearch_nodes import Nodes


def test_a_node_that_was_killed_joins_again(cluster: Nodes) -> None:
    cluster[1].kill()
    cluster.wait()
    assert cluster[1].ask("") is None
    cluster[1].start()
    cluster.wait()
    about = cluster[1].ask("_cluster/health") or {}
    assert about["number_of_nodes"] == 3
