"""What the manual shows of suggestions and corrections is done on a real archive."""

from __future__ import annotations

import re
from pathlib import Path

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "using" / "suggestions.md"
TEXTS = (
    "城关派出所的WiFi很快，女子在西安，行长也在。乾坤。诸葛亮出兵。",
    "那里的派出所也有WiFi，臺灣的女子去了西安。行长已到，乾坤已定。诸葛亮来了。",
    "臺灣很大。",
)


def test_the_examples_are_as_the_manual_shows_them(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for number, text in enumerate(TEXTS):
        (texts / f"{number}.txt").write_text(text, "utf-8")
    rebuild(tmp_path / "home", texts, engine="whoosh")
    page = PAGE.read_text("utf-8")
    rows = re.findall(r"^\| (`.+`) \| (\S+(?: \S+)?) \| [^|]+ \|$", page, re.MULTILINE)
    shown = [(typed, word) for cell, word in rows for typed in re.findall("`([^`]+)`", cell)]
    shown += [
        (typed, word)
        for word, cell in re.findall(r"(\S+) is\s+offered for ([^.:]+)[.:]", page)
        for typed in re.findall("`([^`]+)`", cell)
    ]
    better = re.findall(r"`?([\w]+)`?: (诸葛亮(?:出兵)?|派出所)[),]", page)
    assert (len(shown), len(better)) == (24, 5)
    with Archive.open(tmp_path / "home") as archive:
        for typed, word in shown:
            assert word in [suggestion.text for suggestion in archive.suggest(typed)], typed
        for query, meant in better:
            assert meant in archive.search(SearchRequest(query)).did_you_mean, query
