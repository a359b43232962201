"""A run that is one of several alternatives is a run, and so is one in a field; forms are what was wanted."""

from __future__ import annotations

from pathlib import Path

import pytest
from search_support import archive_of, json_lines

from index.archive import Archive
from index.requests import SearchRequest
from index.results import FormCount

TEXTS = [
    "安史之乱时，",
    "天宝之乱时，",
    "天宝年间之乱，",
    "派出所长和所长，派出所",
    "郭子仪封王。",
]


def found(archive: Archive, query: str, **options: bool) -> list[str]:
    return sorted(hit.text for hit in archive.search(SearchRequest(query, **options)).hits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("(安史之乱 OR 天宝之乱)", [0, 1]),
        ("天宝之乱|不在这里的一句话", [1]),
        ("(天宝之乱 时) OR 不在这里", [1]),
        ("时 (安史之乱 OR 天宝之乱)", [0, 1]),
        ("年间 -(安史之乱 OR 天宝之乱)", [2]),
        ("天宝之乱", [1, 2]),
    ],
)
def test_an_alternative_is_wanted_in_one_piece(archive: Archive, query: str, texts: list[int]) -> None:
    """天宝之乱 was cut into 天宝 and 之乱 beside an OR, and found where these are apart."""
    assert found(archive, query) == sorted(TEXTS[i] for i in texts)


def test_an_alternative_is_shown_in_one_piece(archive: Archive) -> None:
    result = archive.search(SearchRequest("(安史之乱 OR 天宝之乱)"))
    assert result.understood == "安史之乱 | 天宝之乱"


def test_what_overlaps_is_counted_as_what_was_wanted(archive: Archive) -> None:
    """A lone 长 was counted: what the highlight of 所长 has left behind 派出所."""
    result = archive.search(SearchRequest("派出所 所长", counts=True))
    assert set(result.forms or ()) == {FormCount("派出所", 2), FormCount("所长", 2)}
    assert result.occurrences == 4


def test_as_written_is_not_searched_for_in_the_same_form_again(archive: Archive) -> None:
    """郭子儀 was said to occur nowhere and to be searched for as 郭子儀."""
    result = archive.search(SearchRequest("郭子儀", as_written=True))
    assert [problem.code for problem in result.problems] == ["not_as_written"]
    assert result.total == 0
    assert not archive.search(SearchRequest("郭子仪", as_written=True)).problems
    assert found(archive, "郭子仪", as_written=True) == [TEXTS[4]]


def test_a_run_in_a_field_is_a_run_first(tmp_path: Path) -> None:
    titles = ["通知关于开会的", "关于开会的通知", "关于1949年的通知"]
    records = [{"id": str(i), "title": title, "text": "正文。"} for i, title in enumerate(titles)]
    with archive_of(tmp_path, {"t.jsonl": json_lines(records)}) as archive:
        hits = archive.search(SearchRequest("标题:关于开会的通知 正文")).hits
        tiers = [(hit.tier, hit.document.title) for hit in hits if hit.kind == "text"]
        assert tiers == [("exact", titles[1]), ("all", titles[0])]
        assert archive.search(SearchRequest("标题:(关于开会的通知 OR 不在)")).documents == 1
