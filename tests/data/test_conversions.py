"""OpenCC's own test cases as queries: what it converts is found in either form, both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

pytestmark = pytest.mark.data

PHRASE_LEVEL = {"hk2sp", "s2hkp", "s2twp", "tw2sp"}
"""These put the words of one region for those of the other (軟體 for 软件), which no folding of characters
does or should do: whoever searches for 软件 asks for another word. All others convert character by character,
if with an eye on the word to choose among several forms, and every one of those forms must be found."""


def pairs(data: Path) -> list[tuple[str, str, str]]:
    """Configuration, text, and converted text of every character-level case."""
    text = (data / "opencc" / "testcases.json").read_text(encoding="utf-8")
    cases = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))["cases"]
    return [
        (name, case["input"], converted)
        for case in cases
        for name, converted in case["expected"].items()
        if name not in PHRASE_LEVEL
    ]


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(
    request: pytest.FixtureRequest, data_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Archive]:
    """One passage for each text, before and after conversion."""
    pytest.importorskip(request.param)
    folder = tmp_path_factory.mktemp(f"opencc-{request.param}")
    texts = dict.fromkeys(text for _, *both in pairs(data_folder) for text in both)
    (folder / "texts").mkdir()
    record = {"id": "opencc", "sections": [{"paragraphs": list(texts)}]}
    (folder / "texts" / "cases.jsonl").write_text(json.dumps(record), encoding="utf-8")
    rebuild(folder / "home", folder / "texts", engine=request.param)
    with Archive.open(folder / "home") as opened:
        yield opened


def test_each_case_finds_its_conversion_and_is_found_by_it(archive: Archive, data_folder: Path) -> None:
    cases = pairs(data_folder)
    assert len(cases) == 390
    missed = []
    for name, before, after in cases:
        for query, other in ((before, after), (after, before)):
            result = archive.search(SearchRequest(query, match="exact", limit=100))
            if not {query, other} <= {hit.text for hit in result.hits}:
                missed.append((name, query, other))
    assert missed == []
