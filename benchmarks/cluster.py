"""How fast a cluster is: the same texts built and searched over HTTP in it and with tantivy, in one run.

    python benchmarks/cluster.py DATA [--url http://127.0.0.1:9201] [--millions N]… [--shards N]… [--save]

DATA is a folder of texts: an excerpt of so many millions of characters is taken, or several copies. Without
``--url`` the cluster is that of the tests, three nodes on this machine. It is built in once for each
``--shards``. Eight clients of ``juanzong serve`` ask for runs of the texts, each engine in turn; all totals
are compared. A time on a machine that has other work says little: the load is kept, and ratios count.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from measuring import Figures, load, percentiles, save
from opensearch_nodes import LACKING, prepared, running
from serving import served
from texts import excerpt, runs

from index.build import rebuild
from index.engines import opensearch
from index.generations import Home

CLIENTS = 8
ROUNDS = 2


def sized(data: Path, millions: int, work: Path) -> Path:
    """A folder with so many millions of characters of the texts."""
    copied, folder = 0, work / f"texts-{millions}"
    while copied < 0.95 * millions * 1_000_000:
        number = len(list(folder.glob("*"))) + 1
        copied += excerpt(data, folder / str(number), millions * 1_000_000 - copied)
    return folder


def built(home: Home, data: Path, shards: int) -> Figures:
    """Build the texts with tantivy, or in a cluster in so many shards."""
    size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
    opensearch.SHARD = -(-size // max(1, shards))
    start = time.perf_counter()
    report = rebuild(home, data, engine="opensearch" if shards else "tantivy")
    seconds = time.perf_counter() - start
    rate = round(report.characters / seconds)
    return {"characters": report.characters, "seconds": round(seconds, 1), "characters_a_second": rate}


def asked(host: str, queries: Sequence[str]) -> tuple[list[int], Figures]:
    """What eight clients of a server find, and how long each answer took."""

    def ask(some: Sequence[str]) -> list[tuple[int, float]]:
        connection = HTTPConnection(host, timeout=120)
        found = []
        for query in some:
            start = time.perf_counter()
            connection.request("GET", f"/api/v1/search?q={quote(query)}")
            answer = json.loads(connection.getresponse().read())
            found.append((answer["total"], (time.perf_counter() - start) * 1000))
        connection.close()
        return found

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(ask, [queries[number::CLIENTS] for number in range(CLIENTS)]))
    seconds = time.perf_counter() - start
    flat = [one for some in answers for one in some]
    figures = percentiles([milliseconds for _, milliseconds in flat])
    return [total for total, _ in flat], {**figures, "a_second": round(len(queries) / seconds, 1)}


def compare(
    data: Path, url: str, shards: Sequence[int], work: Path, figures: Figures, keep: Callable[[], object]
) -> None:
    """What each engine takes for one size of texts, kept as soon as it is known."""
    queries = runs(data, 200, 2, 8, seed=31)
    with ExitStack() as until_end:
        hosts: dict[str, str] = {}
        for number in (0, *shards):
            name = f"opensearch, {number} shards" if number else "tantivy"
            address = f"{url}/benchmark-{work.name.lower()}-{data.name}-{number}" if number else ""
            home = Home(work / f"{data.name}-{number}", address)
            figures[name] = {"load": load(), "build": built(home, data, number), "searches": []}
            print(data.name, name, figures[name], flush=True)
            keep()
            hosts[name], _ = until_end.enter_context(served(home.path))
        wanted = None
        for _ in range(ROUNDS):
            for name, host in hosts.items():
                totals, times = asked(host, queries)
                assert wanted in (None, totals), name
                wanted = totals
                figures[name]["searches"].append({"load": load(), **times})
                print(data.name, name, times, flush=True)
            keep()


def main() -> int:
    """Measure, print, and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--url")
    parser.add_argument("--millions", type=int, action="append")
    parser.add_argument("--shards", type=int, action="append")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as work, ExitStack() as until_end:
        if given.url is None:
            assert prepared(), LACKING
            given.url = until_end.enter_context(running(Path(work) / "nodes")).url
        for millions in given.millions or [3]:
            data = sized(given.data, millions, Path(work))
            size: Figures = figures.setdefault(f"{millions} million characters", {})
            keep = partial(save, "cluster", figures) if given.save else dict
            compare(data, given.url, given.shards or [1], Path(work), size, keep)
            shutil.rmtree(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
