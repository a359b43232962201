"""Print which files of the project a page of results and the reading of a source file enter, and from where.

    python tools/entered.py HOME [--query 派出所所长] [--file source_texts/000_ea956ef4aa722372.txt]

HOME is a data directory with an archive. A file is entered when one of its functions is called; an edge is
a call from one file into another. What runs when a module is imported does not count.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
PACKAGES = tuple(f"{ROOT / name}/" for name in ("archive", "index", "web", "cli"))


def entered(work: Callable[[], object]) -> tuple[list[str], list[tuple[str, str]]]:
    """The files that ``work`` enters, and its calls from one file into another."""
    files: set[str] = set()
    edges: set[tuple[str, str]] = set()

    def notice(frame: FrameType, event: str, _: Any) -> None:
        here = frame.f_code.co_filename
        if event != "call" or not here.startswith(PACKAGES) or frame.f_code.co_name == "<module>":
            return
        files.add(here)
        caller = frame.f_back
        if caller is not None and caller.f_code.co_filename.startswith(PACKAGES):
            there = caller.f_code.co_filename
            if there != here and caller.f_code.co_name != "<module>":
                edges.add((there, here))

    sys.setprofile(notice)
    try:
        work()
    finally:
        sys.setprofile(None)

    def short(name: str) -> str:
        return str(Path(name).relative_to(ROOT))

    return sorted(map(short, files)), sorted((short(a), short(b)) for a, b in edges)


def page_of_results(home: Path, query: str) -> Callable[[], object]:
    """A page of results, asked for at a server that has answered before."""
    from index.reloading import LiveArchive
    from web.app import create_app

    client = create_app(LiveArchive(home).get).test_client()
    client.get("/search", query_string={"q": "warm"})

    def work() -> None:
        answer = client.get("/search", query_string={"q": query})
        assert answer.status_code == 200, answer.status

    return work


def source_file(path: Path) -> Callable[[], object]:
    """A source file, read and cut into passages with their tokens."""
    from archive.model import Document
    from archive.passages import passages
    from archive.readers import read
    from archive.sources import scan
    from index.analysis.analyzer import Analyzer

    analyzer = Analyzer.default()
    analyzer.batch(["暖"])
    (source,) = [found for found in scan(path.parent) if getattr(found, "path", None) == path]

    def work() -> None:
        for found in read(source):  # type: ignore[arg-type]
            if isinstance(found, Document):
                analyzer.batch([passage.text for passage in passages(found)])

    return work


def main() -> None:
    """Read the arguments and print both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("home", type=Path)
    parser.add_argument("--query", default="派出所所长")
    parser.add_argument("--file", type=Path, default=ROOT / "source_texts" / "000_ea956ef4aa722372.txt")
    arguments = parser.parse_args()
    for name, work in (
        (f"a page of results for {arguments.query}", page_of_results(arguments.home, arguments.query)),
        (f"the source file {arguments.file.name}", source_file(arguments.file.resolve())),
    ):
        files, edges = entered(work)
        print(f"{name}: {len(files)} files, {len(edges)} edges")
        for file in files:
            print(f"  {file} < {', '.join(a for a, b in edges if b == file) or 'a library'}")


if __name__ == "__main__":
    main()
