"""How long the pages of the reading room take, and sorting a concordance for the first time.

    python benchmarks/reading_room.py HOME [--save FOLDER] [--repeat N]

Each page is asked of the application of the web, without a network: its p95 in milliseconds, and that of the
processor, which other work on the machine lengthens less. Before that it is asked once: what is counted once
for a generation is kept. Sorting and collocates are measured as they are the first time.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measuring import Figures, load, machine, timed

from index.archive import Archive
from index.requests import AssociationRequest, ConcordanceRequest, LineSort, SearchRequest
from web.app import create_app

SORTED = "王"
"""Of the classical texts it has 112,363 lines."""

PAGES = {
    "results of 之": "/search?q=之",
    "concordance of 曰, first page": "/concordance?q=曰",
    "concordance of 之, first page": "/concordance?q=之",
    "dispersion of 之": "/distribution?q=之&by=document",
    "books of 之": "/distribution?q=之&by=collection",
    "timeline of 之": "/distribution?q=之&by=dynasty",
    "longest document": "/documents/{}",
    "longest document, 之 marked": "/documents/{}?q=之",
}


def pages(archive: Archive, repeat: int) -> Iterator[tuple[str, Figures]]:
    """Each page, as a browser asks for it."""
    longest = max(archive.each_document(SearchRequest("")), key=lambda document: document.characters)
    client = create_app(lambda: archive).test_client()

    def ask(address: str) -> None:
        answer = client.get(address.format(quote(longest.id)))
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status}")

    for name, address in PAGES.items():
        ask(address)
        yield name, timed([partial(ask, address)] * repeat)


def sorting(home: Path) -> Iterator[tuple[str, Figures]]:
    """The first sorting by a neighbour, when no place is read yet, and by others after it."""
    with Archive.open(home) as archive:
        sorts: tuple[LineSort, ...] = ("right1", "left1", "document", "form", "right1")
        for number, sort in enumerate(sorts):
            asked = ConcordanceRequest(SearchRequest(SORTED, limit=50), sort=sort)
            figures = timed([partial(archive.concordance, asked)])
            figures["lines"] = archive.concordance(asked).total or 0
            yield f"{SORTED} by {sort}{('', ', again')[number == len(sorts) - 1]}", figures


def comparing(home: Path) -> Iterator[tuple[str, Figures]]:
    """The first collocates of each unit, when nothing is counted yet, and of another run after it."""
    for unit in ("character", "pair", "word"):
        with Archive.open(home) as archive:
            for run in ("郭子仪", "天下"):
                asked = AssociationRequest(SearchRequest(run), unit=unit)
                yield f"collocates of {run}, {unit}s", timed([partial(archive.collocates, asked)])


def main() -> None:
    """Measure, print, and save."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("home", type=Path)
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--save", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    figures: Figures = {"machine": machine(), "load_before": load(), "milliseconds": {}}
    with Archive.open(options.home) as archive:
        stats = archive.stats()
        figures["archive"] = {"engine": stats.engine, "characters": stats.characters}
        measured = chain(pages(archive, options.repeat), sorting(options.home), comparing(options.home))
        print(f"{'':34} {'p50':>8} {'p95':>8} {'processor p95':>14}  (ms)")
        for name, times in measured:
            figures["milliseconds"][name] = times
            print(f"{name:34} {times['p50_ms']:8.0f} {times['p95_ms']:8.0f} {times['cpu_p95_ms']:14.0f}")
    figures["load_after"] = load()
    print(
        f"processes that wanted a processor: {figures['load_before']} before, {figures['load_after']} after"
    )
    if options.save:
        path = options.save / f"reading-room-{datetime.now(UTC):%Y-%m-%d}.json"
        path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
