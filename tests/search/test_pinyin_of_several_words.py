"""Pinyin of several words, with tones or without, is suggested as the run that occurs, and offered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_of, json_lines

from index.archive import Archive
from index.requests import SearchRequest

TEXTS = [
    "新城规划已定。",
    "新城规划图。",
    "派出所所长来了。",
    "派出所所长走了。",
    "新城很大，规划很多。",
    "诗人杜甫。",
    "杜甫的诗。",
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    records = [{"id": str(i), "title": "题", "text": text} for i, text in enumerate(TEXTS)]
    with archive_of(tmp_path_factory.mktemp("spelt"), {"a.jsonl": json_lines(records)}) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("xincheng guihua", "新城规划"),
        ("paichusuo suozhang", "派出所所长"),
        ("xīnchéng guīhuà", "新城规划"),
        ("xin1cheng2 gui1hua4", "新城规划"),
        ("dufu", "杜甫"),
        ("dù fǔ", "杜甫"),
        ("du4fu3", "杜甫"),
    ],
)
def test_what_was_spelled_is_suggested(archive: Archive, typed: str, meant: str) -> None:
    assert archive.suggest(typed)[0].text == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("xincheng guihua", "新城规划"), ("paichusuo suozhang", "派出所所长")]
)
def test_a_query_of_it_that_found_nothing_offers_it(archive: Archive, typed: str, meant: str) -> None:
    assert archive.search(SearchRequest(typed)).did_you_mean[0] == meant


def test_the_common_word_comes_before_one_that_sounds_alike(
    archive: Archive, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = [
        *TEXTS,
        *(f"都督府之{part}。" for part in "甲乙丙丁戊"),
        *(f"督府，{part}。" for part in "甲乙丙丁戊"),
    ]
    records = [{"id": str(i), "title": "题", "text": text} for i, text in enumerate(texts)]
    with archive_of(tmp_path_factory.mktemp("dufu"), {"a.jsonl": json_lines(records)}) as opened:
        assert [found.text for found in opened.suggest("dufu")][:2] == ["杜甫", "督府"]
