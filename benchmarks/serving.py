"""What readers in a browser wait for: pages of a quiet server, and of one whose archive is being built."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from measuring import Figures, cost, juanzong, load, percentiles
from texts import changing, runs

PAUSE = (0.02, 0.05)
"""Seconds between an answer and the client's next request, at least and at most."""

COUNTED = "㐀㐁㐂㐃"
"""Stands in no text; each build adds a passage with it, so the number of them says whose answer one is."""

UPDATES = 5

_TOTAL = re.compile(r'<p class="sum"><strong>([\d,]+)</strong>')


@contextmanager
def served(home: Path) -> Iterator[tuple[str, list[str]]]:
    """``juanzong serve``: host and port, and the lines that it says after its address."""
    process = subprocess.Popen(juanzong(home, "serve", "--port", "0"), stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said: list[str] = []
    rest = threading.Thread(target=said.extend, args=(process.stderr,), daemon=True)
    try:
        address = next(word for line in process.stderr for word in line.split() if word.startswith("http://"))
        rest.start()
        yield urlsplit(address).netloc, said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def http(home: Path, data: Path) -> Figures:
    """The search page as ``juanzong serve`` answers it: hits marked, facets counted."""
    one, many = runs(data, 300, 2, 8, seed=21), runs(data, 1200, 2, 8, seed=22)
    with served(home) as (host, _):
        for _ in range(8):  # all processes and threads
            fetch(host, runs(data, 10, 2, 8, seed=23), [])
        single: list[float] = []
        fetch(host, one, single)
        times: list[list[float]] = [[] for _ in range(8)]
        threads = [
            threading.Thread(target=fetch, args=(host, many[number::8], times[number])) for number in range(8)
        ]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - began
    return {
        "load": load(),
        "one client": percentiles(single),
        "eight clients": percentiles([value for part in times for value in part]),
        "pages_a_second": round(len(many) / seconds, 1),
    }


def fetch(host: str, wanted: list[str], times: list[float]) -> None:
    """Ask for the search pages of runs, one after the other, over one connection."""
    connection = HTTPConnection(host, timeout=60)
    for run in wanted:
        began = time.perf_counter()
        connection.request("GET", f"/search?q={quote(run)}")
        response = connection.getresponse()
        page = response.read().decode("utf-8")
        times.append((time.perf_counter() - began) * 1000)
        assert response.status == 200, response.status
        assert "<mark" in page, run
    connection.close()


class Client(threading.Thread):
    """One reader: a search page, a moment, the number of passages with ``COUNTED``, a moment, and again.

    Each request has a connection of its own, so that any process of the server may answer it.

    Attributes:
        allowed: the numbers of passages that are an answer of one whole generation at this moment.
        counts: what was answered; ``failures``: what was no answer, or a wrong one.
        times: milliseconds of each page.
    """

    def __init__(self, host: str, wanted: Sequence[str]) -> None:
        super().__init__(daemon=True)
        self.host = host
        self.wanted = wanted
        self.totals: dict[str, tuple[int, int]] = {}
        self.allowed: tuple[int, ...] = ()
        self.counts: list[int] = []
        self.times: list[float] = []
        self.failures: list[str] = []
        self.requests = 0
        self.ended = threading.Event()

    def run(self) -> None:
        """Ask until ``ended`` is set."""
        chance = random.Random(5)
        while not self.ended.is_set():
            for ask in (self._page, self._count):
                try:
                    self.requests += 1
                    ask(chance)
                except (OSError, HTTPException, AssertionError, ValueError) as error:
                    self.failures.append(f"{type(error).__name__}: {error}")
                time.sleep(chance.uniform(*PAUSE))

    def _page(self, chance: random.Random) -> None:
        run = chance.choice(self.wanted)
        page, milliseconds = self._get(f"/search?q={quote(run)}")
        self.times.append(milliseconds)
        assert page.rstrip().endswith("</html>"), f"half a page of {run}"
        said = _TOTAL.search(page)
        assert said, f"no passages with {run}"
        found = int(said[1].replace(",", "")), page.count('class="hit"')
        # No build adds or takes a passage with a run: another number would be a part of an answer.
        assert found == self.totals.setdefault(run, found), f"{run}: {found}, was {self.totals[run]}"

    def _count(self, _chance: random.Random) -> None:
        allowed = self.allowed
        content, _ = self._get(f"/api/v1/search?match=exact&limit=100&q={quote(COUNTED)}")
        answer = json.loads(content)
        total = answer["total"]
        assert total in allowed or total in self.allowed, f"{total} passages, not one of {allowed}"
        assert len(answer["hits"]) == total, f"{len(answer['hits'])} of {total} passages"
        assert all(COUNTED in hit["text"] for hit in answer["hits"])
        self.counts.append(total)

    def _get(self, address: str) -> tuple[str, float]:
        connection = HTTPConnection(self.host, timeout=60)
        began = time.perf_counter()
        connection.request("GET", address)
        response = connection.getresponse()
        content = response.read().decode("utf-8")
        milliseconds = (time.perf_counter() - began) * 1000
        connection.close()
        assert response.status == 200, f"{response.status} for {address}"
        return content, milliseconds


def live(home: Path, data: Path, work: Path, idle_seconds: float = 20) -> Figures:
    """Pages for one client: of a quiet server, during a whole rebuild, during whole updates.

    A build counts until its generation is what every process answers from.
    """
    texts, own = changing(home, data, work)
    files = iter(sorted(texts.rglob("*.txt"))[200:])

    def change() -> None:
        with next(files).open("a", encoding="utf-8") as file:
            file.write(f"\n{COUNTED}。\n")

    time.sleep(2.1)  # a file that was changed just before a build is compared by the next one too
    change()
    cost(juanzong(own, "update"), watch_memory=False)
    with served(own) as (host, said):
        client = Client(host, runs(data, 300, 2, 8, seed=24))
        client.allowed = (1,)
        client.start()
        phases: dict[str, list[float]] = {}

        def measure(phase: str, work_through: Callable[[], Any]) -> float:
            before, began = len(client.times), time.perf_counter()
            work_through()
            phases.setdefault(phase, []).extend(client.times[before:])
            return time.perf_counter() - began

        def build(command: str) -> None:
            number = client.allowed[-1] + 1
            client.allowed = (number - 1, number)
            cost(juanzong(own, command), watch_memory=False)
            answered = len(client.counts)
            while client.counts[answered:][-8:] != [number] * 8 and client.is_alive():
                time.sleep(0.01)
            client.allowed = (number,)

        def idle() -> None:
            time.sleep(idle_seconds)

        measure("warming up", lambda: time.sleep(5))
        load_before = load()
        measure("idle", idle)
        change()
        rebuild_seconds = measure("rebuilding", lambda: build("rebuild"))
        measure("idle", idle)
        update_seconds = []
        for _ in range(UPDATES):
            time.sleep(2.1)
            change()
            update_seconds.append(measure("updating", lambda: build("update")))
        measure("idle", idle)
        client.ended.set()
        client.join()
    assert not client.failures, client.failures[:10]
    assert not said, said
    idle_p95 = percentiles(phases["idle"])["p95_ms"]
    return {
        "load": load_before,
        "requests": client.requests,
        "failed": len(client.failures),
        "idle": pages(phases["idle"], idle_p95),
        "rebuilding": {"seconds": round(rebuild_seconds, 1), **pages(phases["rebuilding"], idle_p95)},
        "updating": {
            "seconds": [round(seconds, 1) for seconds in update_seconds],
            **pages(phases["updating"], idle_p95),
        },
    }


def pages(times: list[float], idle_p95: float) -> Figures:
    """Percentiles, the slowest, and how often the idle 95th percentile the 95th is."""
    found = percentiles(times)
    return {
        **found,
        "slowest_ms": round(max(times), 1),
        "times_the_idle_p95": round(found["p95_ms"] / idle_p95, 2),
    }
