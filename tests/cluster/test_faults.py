"""What readers get while nodes of the cluster die, hang and come back, and while builds go on.

An answer is the right one, or an error with a name and a next step. Every test counts both.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from opensearch_nodes import Node, Nodes

from archive.own_process import python_command
from index.archive import Archive
from index.build import rebuild
from index.cluster.connection import cluster_at
from index.errors import ClusterError
from index.generations import Home
from index.requests import SearchRequest

QUERIES = ("派出所", "門牌", "所", "号码是7", '"老街背后"', "不在此处")


def write(folder: Path, mark: str, documents: int = 30) -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(documents):
        text = f"第{number}街见闻\n\n{mark}街上的派出所换了新的门牌，号码是{number}。\n\n"
        (folder / f"{number:02}.txt").write_text(f"{text}老街背后的事，说来话长。\n", "utf-8")
    return folder


def answers(archive: Archive) -> dict[str, list[str]]:
    return {
        query: [hit.passage_id for hit in archive.search(SearchRequest(query, limit=100)).hits]
        for query in QUERIES
    }


class Readers:
    """Threads that search without a pause. They keep what was wrong, and when an error was given."""

    def __init__(self, archive: Archive, expected: dict[str, list[str]], number: int = 3) -> None:
        self.wrong: list[str] = []
        self.errors: list[ClusterError] = []
        self.right: list[float] = []
        self.longest = 0.0
        self._ended = threading.Event()
        self._archive, self._expected = archive, expected
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(number)]

    def _read(self) -> None:
        turn = 0
        while not self._ended.is_set():
            query = QUERIES[turn % len(QUERIES)]
            turn += 1
            began = time.monotonic()
            try:
                # Another limit each time: nothing that is kept answers.
                result = self._archive.search(SearchRequest(query, limit=100, offset=turn % 3))
            except ClusterError as error:
                self.errors.append(error)
            except Exception as error:
                self.wrong.append(repr(error))
            else:
                found = [hit.passage_id for hit in result.hits]
                if found != self._expected[query][turn % 3 :]:
                    self.wrong.append(f"{query}: {found}")
                self.right.append(time.monotonic())
            self.longest = max(self.longest, time.monotonic() - began)

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(90)


@pytest.fixture
def read(tmp_path: Path, address: str) -> Iterator[tuple[Archive, dict[str, list[str]]]]:
    folder = write(tmp_path / "texts", "")
    rebuild(Home(tmp_path / "builder", address), folder)
    rebuild(tmp_path / "here", folder, engine="whoosh")
    with Archive.open(tmp_path / "here") as here:
        expected = answers(here)
    home = Home(tmp_path / "reader", address)
    with Archive(home.open_current(), home) as archive:
        assert answers(archive) == expected
        yield archive, expected


def back(cluster: Nodes, *nodes: Node) -> None:
    for node in nodes:
        if node.process is None:
            node.start()
    cluster.wait()


def test_a_node_dies_and_comes_back_while_readers_search(
    cluster: Nodes, read: tuple[Archive, dict[str, list[str]]]
) -> None:
    archive, expected = read
    with Readers(archive, expected) as readers:
        time.sleep(1)
        cluster[0].kill()
        time.sleep(6)
        killed = len(readers.right)
        back(cluster, cluster[0])
        time.sleep(1)
    assert readers.wrong == []
    assert readers.errors == [], "another node is asked"
    assert len(readers.right) > killed > 0
    assert answers(archive) == expected


@pytest.mark.parametrize(
    ("number", "seconds"),
    [(0, 10), (1, 10), *(pytest.param(n, 60, marks=pytest.mark.long) for n in range(3))],
)
def test_a_node_hangs_while_readers_search(
    cluster: Nodes, read: tuple[Archive, dict[str, list[str]]], number: int, seconds: float
) -> None:
    """It takes connections and requests, and answers none: each waited for a minute.

    A search is asked again of the nodes that answer, and of their copies of the shards, after three seconds.
    """
    archive, expected = read
    with Readers(archive, expected) as readers:
        time.sleep(1)
        cluster[number].signal(signal.SIGSTOP)
        try:
            time.sleep(seconds)
            answered = len(readers.right)
            assert answered
        finally:
            cluster[number].signal(signal.SIGCONT)
        cluster.wait()
    assert readers.wrong == []
    assert readers.errors == []
    assert readers.longest < 7, "as docs/using/cluster.md says"
    assert answers(archive) == expected


def test_all_nodes_end_and_start_again(cluster: Nodes, read: tuple[Archive, dict[str, list[str]]]) -> None:
    archive, expected = read
    for node in cluster:
        node.kill()
    with pytest.raises(ClusterError, match="cannot be reached") as error:
        archive.search(SearchRequest("门牌", limit=7))
    assert error.value.hint
    back(cluster, *cluster)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            assert answers(archive) == expected
            break
        except ClusterError:
            time.sleep(0.5)
    assert answers(archive) == expected


def test_a_node_dies_during_a_rebuild(cluster: Nodes, tmp_path: Path, address: str) -> None:
    """The one that has the new index, which has no replica yet: the build begins again on the others."""
    folder = write(tmp_path / "texts", "")
    builder = Home(tmp_path / "builder", address)
    rebuild(builder, folder)
    write(folder, "今年", documents=60)
    rebuild(tmp_path / "here", folder, engine="whoosh")
    with Archive.open(tmp_path / "here") as here:
        expected = answers(here)
    fell: list[Node] = []

    def places() -> dict[str, str]:
        shards: list[dict[str, str]] = cluster_at(address).ask(
            lambda client: client.cat.shards(format="json")
        )
        return {shard["index"]: shard["node"] for shard in shards}

    known = places()

    def progress(now: object) -> None:
        if getattr(now, "phase", "") == "read" and not fell:
            (holder,) = (node for index, node in places().items() if index not in known)
            fell.extend(node for node in cluster if node.name == holder)
            fell[0].kill()

    rebuild(builder, folder, progress=progress)
    back(cluster, *fell)
    home = Home(tmp_path / "reader", address)
    with Archive(home.open_current(), home) as archive:
        assert answers(archive) == expected
        assert archive.generation.snapshot.size() == archive.generation.manifest.passages


SERVE = (
    "import sys; from pathlib import Path; from web.serve import serve;"
    " serve(Path(sys.argv[1]), port=0, processes=2, metrics=True, ready=lambda url: print(url, flush=True))"
)


@contextmanager
def web(home: Path, address: str) -> Iterator[str]:
    environment = {**os.environ, "JUANZONG_URL": address}
    with subprocess.Popen(
        python_command(SERVE, str(home)), stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def asked(site: str, query: str) -> tuple[str, ...]:
    with urlopen(f"{site}/api/v1/search?limit=100&q={quote(query)}", timeout=30) as answer:
        return tuple(hit["text"] for hit in json.load(answer)["hits"])


def told(site: str) -> set[str]:
    """What a server tells of the generation that it serves, and of the cluster's health."""
    with urlopen(f"{site}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    names = ("juanzong_generation{", "juanzong_cluster{", "juanzong_archive_up")
    return {line for line in lines if line.startswith(names) and line.endswith(" 1.0")}


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.1)
    return held


def test_two_servers_change_to_a_new_generation_and_mix_nothing(tmp_path: Path, address: str) -> None:
    folder = write(tmp_path / "texts", "去年")
    builder = Home(tmp_path / "builder", address)
    rebuild(builder, folder)
    with web(tmp_path / "one", address) as one, web(tmp_path / "two", address) as two:
        before = asked(one, "派出所")
        assert asked(two, "派出所") == before
        seen: list[tuple[str, ...]] = []
        refused: list[int] = []
        ended = threading.Event()

        def read(site: str) -> None:
            while not ended.is_set():
                try:
                    seen.append(asked(site, "派出所"))
                except HTTPError as error:
                    refused.append(error.code)

        threads = [threading.Thread(target=read, args=(site,)) for site in (one, two)]
        for thread in threads:
            thread.start()
        write(folder, "今年")
        rebuild(builder, folder)
        after = tuple(text.replace("去年", "今年") for text in before)
        assert until(lambda: asked(one, "派出所") == after and asked(two, "派出所") == after)
        ended.set()
        for thread in threads:
            thread.join()
        assert told(one) == told(two)
        (generation,) = (line for line in told(one) if line.startswith("juanzong_generation"))
        assert f'generation="{builder.known()}"' in generation
        assert told(one) - {generation} == {"juanzong_archive_up 1.0", 'juanzong_cluster{status="green"} 1.0'}
    assert set(seen) == {before, after}
    assert refused == []
