"""Where words are together, and what numbers count, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

from command_support import Run


def test_where_words_are_together_and_what_facets_count_are_options(run: Run, home: Path) -> None:
    totals = []
    for within in ("passage", "section", "document"):
        found = run("--home", home, "search", "派出所 姚天民", "--match", "all", "--within", within, "--json")
        totals.append(json.loads(found.stdout)["total"])
    assert totals == sorted(totals)
    assert totals[-1] > totals[0]
    exported = run("--home", home, "export", "派出所 姚天民", "--within", "document", "--format", "ndjson")
    assert len(exported.stdout.splitlines()) == totals[-1]
    counted = run("--home", home, "search", "派出所", "--facets", "document", "--facet-by", "occurrences")
    lines = counted.stdout.splitlines()
    places = json.loads(run("--home", home, "search", "派出所", "--counts", "--json").stdout)["occurrences"]
    assert lines[-2] == "These numbers are occurrences:"
    assert lines[-1].endswith(f"({places})")


def test_an_author_alone_is_counted_in_documents(run: Run, home: Path) -> None:
    found = run("--home", home, "search", "作者:姚天民")
    assert found.stderr.startswith("1 document,")
    assert sum(line.startswith("1. ") for line in found.stdout.splitlines()) == 1
