"""How fast it is: the classical texts built and searched on both engines, beside peers in the same run.

    python benchmarks/speed.py DATA [--only PART]… [--home HOME] [--peer-characters N] [--save]

DATA is a folder of texts (files in UTF-8, a paragraph a line), such as the classical texts of NiuTrans
Classical-Modern. Parts:

    build    a rebuild with tantivy, everything included: characters a second, processors, memory, size
    peers    the same on the first N characters by other means, and how many passages these find
    peers-on-all  the same on all texts, beside ``build``
    queries  inside this process: containment and questions of 30 characters, checked against a plain scan
    http     the search page, one client and eight
    cli      a search from a cold start, beside rg over the same files
    update   one file changed
    live     the search page for one client while the archive is rebuilt and updated, beside a quiet server
    whoosh   the first N characters with Whoosh; searches on 17,000 passages

``--home`` takes an archive that was built from DATA instead of building one (then ``build`` says nothing).
A time on a machine that has other work says little: the load is printed, ratios come first, and seconds of
processors are given beside seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measuring import ROOT, Cost, Figures, cost, juanzong, load, machine, percentiles, save, size_of, timed
from serving import http, live
from texts import changing, excerpt, questions, runs

from index.archive import Archive
from index.requests import SearchRequest

PARTS = ("build", "peers", "peers-on-all", "queries", "http", "cli", "update", "live", "whoosh")
PEER = Path(__file__).resolve().parent / "peers.py"
PEERS = ("whoosh-jieba", "tantivy-jieba", "fts5-trigram")
PASSAGES = 17_000

# --- checking ---------------------------------------------------------------------------------------------


def check(archive: Archive, wanted: list[str]) -> int:
    """Compare with a plain scan of all normal forms: the number of passages, and which are the first.

    Returns the number of queries; raises ``AssertionError`` at the first that differs.
    """
    texts, ids = [], []
    for batch in archive.generation.store.scan():
        for key, text in batch:
            texts.append(archive.analyzer.normal_text(text))
            ids.append(key)
    joined = "\n".join(texts)
    ends = []
    end = 0
    for text in texts:
        end += len(text) + 1
        ends.append(end)
    for run in wanted:
        run = archive.analyzer.normal_text(run)
        expected: list[int] = []
        at = joined.find(run)
        while at >= 0:
            place = bisect_right(ends, at)
            expected.append(ids[place])
            at = joined.find(run, ends[place])
        request = SearchRequest(run, match="exact", sort="order", limit=100)
        result = archive.search(request)
        assert result.total == len(expected), f"{run}: {result.total} found, {len(expected)} by scanning"
        passages = archive.generation.store.passages(expected[:100])
        assert [hit.passage_id for hit in result.hits] == [passage.id for passage in passages], run
    return len(wanted)


def peak(measured: Cost) -> int:
    """Megabytes."""
    return round(measured.memory / 1e6)


# --- parts ------------------------------------------------------------------------------------------------


def built(home: Path, data: Path, engine: str) -> Figures:
    """A rebuild by the command."""
    before = load()
    measured = cost(juanzong(home, "rebuild", data, "--engine", engine, "--json"))
    with Archive.open(home) as archive:
        characters = archive.stats().characters
        folder = archive.generation.path
    index = size_of(folder) - (folder / "texts.sqlite").stat().st_size
    return {
        "engine": engine,
        "characters": characters,
        "seconds": round(measured.seconds, 2),
        "characters_a_second": round(characters / measured.seconds),
        "cpu_seconds": round(measured.cpu, 2),
        "cpu_us_a_character": round(measured.cpu / characters * 1e6, 3),
        "characters_a_second_if_all_cores_were_free": round(
            characters / (measured.cpu / (os.cpu_count() or 1))
        ),
        "peak_memory_mb": peak(measured),
        "index_bytes_a_character": round(index / characters, 2),
        "text_store_bytes_a_character": round((size_of(folder) - index) / characters, 2),
        "load": before,
    }


def peers(data: Path, work: Path, characters: int) -> Figures:
    """Other means, and the archive itself, on the same excerpt."""
    texts = work / "excerpt"
    excerpt(data, texts, characters)
    wanted = runs(texts, 200, 2, 8, seed=11)
    (work / "runs.txt").write_text("\n".join(wanted), encoding="utf-8")
    figures: Figures = {"ours tantivy": built(work / "excerpt-tantivy", texts, "tantivy")}
    with Archive.open(work / "excerpt-tantivy") as archive:
        check(archive, wanted)
        expected = [archive.search(SearchRequest(run, match="exact", limit=0)).total for run in wanted]
    for name in PEERS:
        figures[name], found = built_by(name, texts, work / name, work / "runs.txt")
        right = sum(min(a, b) for a, b in zip(found, expected, strict=True))
        figures[name] |= {
            "runs_counted_right": sum(a == b for a, b in zip(found, expected, strict=True)),
            "passages_at_most": round(right / sum(expected), 3),
            "runs": len(wanted),
        }
    return figures


def peers_on_all(data: Path, work: Path) -> Figures:
    """Other means on all texts, as the archive's build is measured; some ten minutes."""
    wanted = work / "runs-of-all.txt"
    wanted.write_text("\n".join(runs(data, 200, 2, 8, seed=11)), encoding="utf-8")
    return {name: built_by(name, data, work / f"{name}-all", wanted)[0] for name in PEERS}


def built_by(name: str, texts: Path, folder: Path, wanted: Path) -> tuple[Figures, list[int]]:
    """A peer's build and its searches, and how many passages it found for each run."""
    before = load()
    measured = cost([sys.executable, PEER, name, texts, folder, wanted])
    told = json.loads(measured.output.strip().split("\n")[-1])
    figures = {
        "characters": told["characters"],
        "seconds": round(told["seconds"], 2),
        "characters_a_second": round(told["characters"] / told["seconds"]),
        "cpu_us_a_character": round(told["cpu"] / told["characters"] * 1e6, 3),
        "bytes_a_character": round(told["bytes"] / told["characters"], 2),
        "peak_memory_mb": peak(measured),
        **percentiles(told["times"]),
        "load": before,
    }
    return figures, told["found"]


def queries(home: Path, data: Path, count: int = 400) -> Figures:
    """The public search call with its twenty hits, marked and in their place."""
    wanted = runs(data, count, 2, 8)
    asked = questions(data, count // 4)
    with Archive.open(home) as archive:
        for run in wanted[:20]:
            archive.search(SearchRequest(run + "之", match="any"))

        def ask(texts: list[str], match: Any) -> dict[str, float]:
            requests = [SearchRequest(text, match=match) for text in texts]
            return timed([lambda r=r: archive.search(r) for r in requests])  # type: ignore[misc]

        figures: Figures = {
            "load": load(),
            "passages": archive.stats().passages,
            "containment": ask(wanted, "exact"),
            "containment, engine alone": engine_alone(archive, wanted, "exact"),
            "auto": ask(wanted, "auto"),
            "question of 30, any": ask(asked, "any"),
            "question of 30, any, engine alone": engine_alone(archive, asked, "any"),
            "question of 30, auto": ask(asked, "auto"),
        }
        figures["checked_against_a_scan"] = check(archive, wanted[:100])
    return figures


def engine_alone(archive: Archive, wanted: list[str], match: Any) -> dict[str, float]:
    """Counting and scoring the best twenty, without reading their texts."""
    snapshot = archive.generation.snapshot

    def ask(answer: Any) -> Callable[[], Any]:
        condition, rank = answer.condition, answer.rank
        return lambda: (snapshot.count(condition), snapshot.search(condition, rank, limit=20))

    return timed([ask(archive.answer(SearchRequest(run, match=match))) for run in wanted])


def cli(home: Path, data: Path, count: int = 15) -> Figures:
    """Whole processes, in turn; their files are in the system's cache."""
    wanted = runs(data, count, 2, 8, seed=41)
    ways: dict[str, Callable[[str], Sequence[str | Path]]] = {
        "juanzong exact": lambda run: juanzong(home, "search", "--match", "exact", run),
        "juanzong auto": lambda run: juanzong(home, "search", run),
    }
    if shutil.which("rg"):
        ways["rg"] = lambda run: ["rg", run, str(data)]
    times: dict[str, list[float]] = {name: [] for name in ways}
    processors = dict.fromkeys(ways, 0.0)
    for run in [wanted[0], *wanted]:  # the first once more: what is not in the cache yet
        for name, command in ways.items():
            measured = cost(command(run), watch_memory=False)
            times[name].append(measured.seconds * 1000)
            processors[name] += measured.cpu
    return {
        "load": load(),
        **{
            name: {**percentiles(found[1:]), "cpu_ms": round(processors[name] / len(found) * 1000)}
            for name, found in times.items()
        },
    }


def update(home: Path, data: Path, work: Path) -> Figures:
    """One file of a copy of the texts gets one more line."""
    texts, own = changing(home, data, work)
    seconds, processors = [], []
    for number, path in enumerate(sorted(texts.rglob("*.txt"))[100:103]):
        time.sleep(2.1)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n新添的一行第{number}。\n")
        measured = cost(juanzong(own, "update", "--json"), watch_memory=False)
        told = json.loads(measured.output)
        assert told["mode"] == "update", told
        seconds.append(round(measured.seconds, 2))
        processors.append(round(measured.cpu, 2))
    with Archive.open(own) as archive:
        assert archive.search(SearchRequest("新添的一行第", match="exact")).total == 3
    return {"load": load(), "seconds": seconds, "cpu_seconds": processors}


def whoosh(data: Path, work: Path, characters: int) -> Figures:
    """The embedded default, beside stock Whoosh, and its searches on an archive of its size."""
    texts = work / "excerpt"
    if not texts.exists():
        excerpt(data, texts, characters)
    figures: Figures = {"build": built(work / "excerpt-whoosh", texts, "whoosh")}
    figures["searches"] = queries(work / "excerpt-whoosh", texts, 200)
    return figures


# --- the run ----------------------------------------------------------------------------------------------


def measure(options: argparse.Namespace, work: Path) -> Iterator[tuple[str, Figures]]:
    """The figures of each part that was asked for."""
    wanted = options.only or PARTS
    home = options.home
    data = options.data
    if home is None and {"build", "queries", "http", "cli", "update", "live"} & set(wanted):
        home = work / "home"
        yield "build", built(home, data, "tantivy")
    if "peers" in wanted:
        yield "peers", peers(data, work, options.peer_characters)
    if "peers-on-all" in wanted:
        yield "peers-on-all", peers_on_all(data, work)
    if "queries" in wanted:
        yield "queries", queries(home, data)
    if "http" in wanted:
        yield "http", http(home, data)
    if "cli" in wanted:
        yield "cli", cli(home, data)
    if "update" in wanted:
        yield "update", update(home, data, work)
    if "live" in wanted:
        yield "live", live(home, data, work)
    if "whoosh" in wanted:
        yield "whoosh", whoosh(data, work, options.peer_characters)


def ratios(figures: Figures) -> dict[str, float]:
    """What is compared within this run, each time on the same texts: above 1 is better than the other."""
    found: dict[str, float] = {}
    others = figures.get("peers", {})
    compared = {
        "all texts": (figures.get("build"), figures.get("peers-on-all", {})),
        "the excerpt": (others.get("ours tantivy"), others),
    }
    for texts, (ours, theirs) in compared.items():
        for name in PEERS:
            if ours and name in theirs:
                rate = ours["characters_a_second"] / theirs[name]["characters_a_second"]
                found[f"build of {texts}: tantivy, everything / {name}"] = rate
                work = theirs[name]["cpu_us_a_character"] / ours["cpu_us_a_character"]
                found[f"processors a character of {texts}: {name} / tantivy, everything"] = work
    if "whoosh" in figures and "whoosh-jieba" in others:
        rate = figures["whoosh"]["build"]["characters_a_second"]
        found["build: Whoosh, everything / whoosh-jieba"] = (
            rate / others["whoosh-jieba"]["characters_a_second"]
        )
    if "rg" in figures.get("cli", {}):
        times = figures["cli"]
        found["cold start: rg / juanzong search --match exact"] = (
            times["rg"]["p50_ms"] / times["juanzong exact"]["p50_ms"]
        )
    return {name: round(value, 2) for name, value in found.items()}


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--home", type=Path, help="an archive that was built from DATA")
    parser.add_argument("--peer-characters", type=int, default=2_000_000)
    parser.add_argument("--save", action="store_true", help="keep the figures under benchmarks/results")
    options = parser.parse_args()
    options.data = options.data.resolve()
    if not options.data.is_dir():
        parser.error(f"{options.data} is no folder of texts.")
    if options.home is not None:
        options.home = options.home.resolve()
        if "build" in (options.only or ()):
            parser.error("--home takes an archive instead of building one, which --only build would measure.")
        if not (options.home / "current").is_file():
            parser.error(
                f"{options.home} is no archive: juanzong --home {options.home} rebuild {options.data}"
            )
    os.chdir(ROOT)
    figures: Figures = {}
    name = "-".join(["speed", *(options.only or ["all"])])
    with tempfile.TemporaryDirectory(prefix="speed-") as work:
        for part, found in measure(options, Path(work)):
            figures[part] = found
            if options.save:
                save(name, {"ratios": ratios(figures), "figures": figures})
            print(f"{part} is measured", file=sys.stderr, flush=True)
    print(
        json.dumps({"ratios": ratios(figures), **machine(), "figures": figures}, ensure_ascii=False, indent=1)
    )


if __name__ == "__main__":
    main()
