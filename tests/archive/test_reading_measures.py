"""The labelled pages of benchmarks/pages: what is measured with them must not become worse."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from reading import judged, pages  # noqa: E402

FOUND = {page.name: judged(page) for page in pages(ROOT / "benchmarks" / "pages")}
KNOWN = {"paper-kicker-below", "x-shensheng-kicker", "x-verse-modern-long"}
"""Pages that do harm still: a title of two lines without a sign of which is which; verse with a title and no
gap."""


def test_nine_pages_of_ten_are_read_without_a_fault() -> None:
    clean = sum(not result.faults for result in FOUND.values())
    assert clean >= 0.95 * len(FOUND)


def test_no_page_is_read_harmfully_but_those_that_are_known() -> None:
    assert {name for name, result in FOUND.items() if result.harmful} <= KNOWN


def test_headings_and_bylines_are_right() -> None:
    lines = [pair for result in FOUND.values() for pair in result.lines]
    for kind, right, recall in (("heading", 0.95, 0.88), ("byline", 0.96, 0.85)):
        given = [pair for pair in lines if pair[1] == kind]
        wanted = [pair for pair in lines if pair[0] == kind]
        assert sum(pair[0] == kind for pair in given) >= right * len(given)
        assert sum(pair[1] == kind for pair in wanted) >= recall * len(wanted)
