"""How fast a cluster is: the same texts built and searched in it and with tantivy, in one run.

    python benchmarks/cluster.py DATA --url http://127.0.0.1:9201 [--shards N]… [--save]

DATA is a folder of texts. The cluster is built in once for each ``--shards``. Eight clients ask for runs
of the texts, each engine in turn, and all totals are compared. A time on a machine that has other work says
little: the load is printed, and ratios count.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measuring import ROOT, Figures, load, percentiles
from texts import runs

from index.archive import Archive
from index.build import rebuild
from index.engines.opensearch import engine
from index.requests import SearchRequest

CLIENTS = 8
ROUNDS = 2


@contextmanager
def built(home: Path, data: Path, address: str | None, shards: int) -> Iterator[tuple[Archive, Figures]]:
    """An archive of the texts with tantivy, or at an address in so many shards."""
    if address is not None:
        os.environ["JUANZONG_URL"] = address
        size = sum(path.stat().st_size for path in data.rglob("*") if path.is_file())
        engine.SHARD = -(-size // shards)
    try:
        start = time.perf_counter()
        rebuild(home, data, engine="opensearch" if address else "tantivy")
        seconds = time.perf_counter() - start
        archive = Archive.open(home)
    finally:
        os.environ.pop("JUANZONG_URL", None)
    with archive:
        characters = archive.stats().characters
        yield (
            archive,
            {
                "characters": characters,
                "seconds": round(seconds, 1),
                "characters_a_second": round(characters / seconds),
            },
        )


def asked(archive: Archive, queries: list[str]) -> tuple[list[int], Figures]:
    """What eight clients find, and how long each answer took."""

    def ask(query: str) -> tuple[int, float]:
        start = time.perf_counter()
        total = archive.search(SearchRequest(query)).total
        return total, (time.perf_counter() - start) * 1000

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(ask, queries))
    figures = percentiles([milliseconds for _, milliseconds in answers])
    figures["a_second"] = round(len(queries) / (time.perf_counter() - start), 1)
    return [total for total, _ in answers], figures


def main() -> int:
    """Measure, print, and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--shards", type=int, action="append")
    parser.add_argument("--save", action="store_true")
    given = parser.parse_args()
    queries = runs(given.data, 200, 2, 8, seed=31)
    figures: Figures = {"load": load()}
    with tempfile.TemporaryDirectory() as work, ExitStack() as until_end:
        archives: dict[str, Archive] = {}
        for shards in [0, *(given.shards or [1])]:
            name = f"opensearch-{shards}" if shards else "tantivy"
            address = f"{given.url}/benchmark-{os.getpid()}-{shards}" if shards else None
            made = built(Path(work) / name, given.data, address, shards)
            archives[name], building = until_end.enter_context(made)
            figures[name] = {"build": building, "searches": []}
            print(name, building, flush=True)
        wanted = None
        for _ in range(ROUNDS):
            for name, archive in archives.items():
                totals, times = asked(archive, queries)
                assert wanted in (None, totals), name
                wanted = totals
                figures[name]["searches"].append(times)
                print(name, times, flush=True)
    if given.save:
        path = ROOT / "benchmarks" / "results" / f"cluster-{datetime.now(UTC):%Y-%m-%d}.json"
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
