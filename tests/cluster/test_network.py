"""The network between two nodes is cut: each node has a network of its own, with a link to each other one.

It takes the right to make networks (root on Linux), and minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import opensearch_nodes
import pytest
from opensearch_nodes import Node, Nodes
from test_faults import Readers, answers, write

from index.archive import Archive
from index.build import rebuild
from index.generations import Home

HOST = "10.96.0.100"
ADDRESSES = {"n1": "10.96.0.1", "n2": "10.96.0.2", "n3": "10.96.0.3"}
PAIRS = (("n1", "n2"), ("n1", "n3"), ("n2", "n3"))


def ip(*words: str, within: str = "") -> None:
    command = ["ip", "-n", f"jz{within}"] if within else ["ip"]
    subprocess.run([*command, *words], check=True)


def link(one: str, other: str, name: str) -> None:
    """A cable between two nodes, or a node and this machine, with a route at each end."""
    ends = [f"{name}a", f"{name}b"]
    ip("link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
    for end, here, there in ((ends[0], one, other), (ends[1], other, one)):
        if here:
            ip("link", "set", end, "netns", f"jz{here}")
        ip("link", "set", end, "up", within=here)
        source = ADDRESSES.get(here, HOST)
        ip("route", "add", ADDRESSES.get(there, HOST), "dev", end, "src", source, within=here)


@contextmanager
def networks() -> Iterator[None]:
    ip("address", "add", f"{HOST}/32", "dev", "lo")
    try:
        for name, address in ADDRESSES.items():
            ip("netns", "add", f"jz{name}")
            ip("link", "set", "lo", "up", within=name)
            ip("address", "add", f"{address}/32", "dev", "lo", within=name)
        for name in ADDRESSES:
            link("", name, f"jzh{name}")
        for number, (one, other) in enumerate(PAIRS):
            link(one, other, f"jz{number}")
        yield
    finally:
        for name in ADDRESSES:
            subprocess.run(["ip", "netns", "del", f"jz{name}"], check=False)
        subprocess.run(["ip", "address", "del", f"{HOST}/32", "dev", "lo"], check=False)


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Nodes]:
    if os.name == "nt" or os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("networks are made by root, with ip")
    if not opensearch_nodes.prepared():
        pytest.skip(opensearch_nodes.LACKING)
    seeds = ",".join(f"{address}:9300" for address in ADDRESSES.values())
    settings = {"discovery.seed_hosts": seeds, "cluster.initial_cluster_manager_nodes": "n1,n2,n3"}
    with networks():
        nodes = Nodes()
        for name, address in ADDRESSES.items():
            node = Node(name, tmp_path / name, 9200, 9300, {**settings, "network.host": address})
            node.url = f"http://{address}:9200"
            node.within = ["ip", "netns", "exec", f"jz{name}"]
            nodes.append(node)
        with opensearch_nodes.started(nodes):
            yield nodes


@pytest.mark.long
def test_nothing_wrong_is_answered_while_two_nodes_do_not_reach_each_other(
    apart: Nodes, tmp_path: Path
) -> None:
    folder = write(tmp_path / "texts", "")
    home = Home(tmp_path / "home", f"{apart.url}/apart")
    rebuild(home, folder)
    rebuild(tmp_path / "here", folder, engine="whoosh")
    with Archive.open(tmp_path / "here") as here:
        expected = answers(here)
    with Archive(home.open_current(), home) as archive:
        for number, (one, other) in enumerate(PAIRS):
            with Readers(archive, expected) as readers:
                time.sleep(2)
                ip("link", "set", f"jz{number}a", "down", within=one)
                time.sleep(30)
                during = len(readers.right)
                ip("link", "set", f"jz{number}a", "up", within=one)
                # What was taken down took its routes along.
                for end, name, to in ((f"jz{number}a", one, other), (f"jz{number}b", other, one)):
                    ip("route", "replace", ADDRESSES[to], "dev", end, "src", ADDRESSES[name], within=name)
                apart.wait()
            assert readers.wrong == []
            assert during > 0
            assert answers(archive) == expected
        write(folder, "今年")
        ip("link", "set", "jz0a", "down", within="n1")
        rebuild(home, folder)
        rebuild(tmp_path / "here", folder, engine="whoosh")
    reader = Home(tmp_path / "reader", home.address)
    with Archive.open(tmp_path / "here") as here, Archive(reader.open_current(), reader) as archive:
        assert answers(archive) == answers(here)
        assert archive.generation.snapshot.size() == here.generation.snapshot.size()
