"""々 repeats what is before it, in texts and in queries, and what is marked is what the text has."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_support import archive_of, everything

from index.analysis.analyzer import Analyzer
from index.analysis.normal import Normal

TEXT = "世上人々皆知，時々刻刻，㎏々。\n"


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_either_way_of_writing_finds_the_other(tmp_path: Path, engine: str) -> None:
    pytest.importorskip(engine)
    with archive_of(tmp_path, {"a.txt": TEXT}, engine) as archive:
        for query, marked in [
            ("人人", "人々"),
            ("人々", "人々"),
            ("时时刻刻", "時々刻刻"),
            ("刻々", "刻刻"),
            ("人人皆知", "人々皆知"),
        ]:
            spans = [hit.text[a:b] for hit in everything(archive, query) for a, b in hit.spans]
            assert spans == [marked], query
        assert everything(archive, "人人", as_written=True) == []


def test_each_mark_covers_its_own_place_and_every_part_is_in_the_whole() -> None:
    analyzer = Analyzer.default()
    normal: Normal = analyzer.normal("々甲々々乙")
    assert normal.text == "甲甲甲乙"
    assert [normal.span(i, i + 1) for i in range(4)] == [(1, 2), (2, 3), (3, 4), (4, 5)]
    for start in range(len(TEXT)):
        for end in range(start, len(TEXT) + 1):
            part = analyzer.normal_text(TEXT[start:end])
            assert part in analyzer.normal_text(TEXT)
    assert analyzer.batch([TEXT, "々人"]) == [
        analyzer.streams(analyzer.normal_text(t)) for t in (TEXT, "々人")
    ]
