"""All values of a filter are all: of one text, the folders above it and each of its authors."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import rebuild
from index.requests import ConcordanceRequest, FacetName, SearchRequest

VALUES: tuple[tuple[FacetName, list[str]], ...] = (
    ("collection", ["史部", "史部/正史", "史部/正史/本纪"]),
    ("author", ["编者", "记者", "读者"]),
)


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_a_text_has_more_folders_and_authors_than_records(tmp_path: Path, engine: str) -> None:
    """They were cut at the number of folders, or of bylines, that texts are in themselves."""
    pytest.importorskip(engine)
    folder = tmp_path / "texts/史部/正史/本纪"
    folder.mkdir(parents=True)
    record = {"id": "一", "title": "桥", "text": "桥在河上。", "author": ["编者", "读者", "记者"]}
    (folder / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine=engine)
    with Archive.open(tmp_path / "home") as archive:
        for name, values in VALUES:
            search = SearchRequest("河上")
            assert [value.value for value in archive.values(search, name)] == values
            lines = archive.line_groups(ConcordanceRequest(search, group=name))
            assert [(value.value, value.count) for value in lines] == [(value, 1) for value in values]
