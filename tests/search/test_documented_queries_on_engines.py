"""Every example of the manual, asked of a real archive: the same on every engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from manual_examples import Example, blocks
from search_support import archive_on, json_lines

from index.archive import Archive
from index.requests import SearchRequest

BLOCKS = list(blocks())
EXAMPLES = [(str(number), example) for number, block in enumerate(BLOCKS) for example in block.examples]


@pytest.fixture(scope="module", params=["whoosh", "tantivy", "opensearch"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """One document for each block of the manual, which is asked for by its number."""
    records = []
    for number, block in enumerate(BLOCKS):
        about = block.about
        section = {"heading": about.get("section"), "author": about.get("author"), "text": about["text"]}
        record = {"id": str(number), "title": about.get("title", "无题"), "date": about.get("date")}
        records.append({**record, "sections": [section]})
    with archive_on(request, tmp_path_factory, {"manual.jsonl": json_lines(records)}) as opened:
        yield opened


@pytest.mark.parametrize(("document", "example"), EXAMPLES, ids=[str(e) for _, e in EXAMPLES])
def test_an_example_of_the_manual_finds_what_it_says(
    archive: Archive, document: str, example: Example
) -> None:
    result = archive.search(
        SearchRequest(
            example.query,
            match=example.match,  # type: ignore[arg-type]
            documents=(document,),
            as_written=example.as_written,
            across=example.across,
            within=example.within,
        )
    )
    texts = [hit for hit in result.hits if hit.kind == "text" and not result.relaxed]
    parts = [hit.text[start:end] for hit in texts for start, end in hit.spans]
    found = " / ".join(parts) or ("the passage" if texts else "nothing")
    assert found == example.finds
