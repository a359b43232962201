"""How many requests an answer takes: each is a journey to another machine.

A search asked for each token by itself, and for each number: 22 requests, 23 searches a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.archive import Archive
from index.build import rebuild
from index.cluster.connection import Cluster
from index.generations import Home
from index.requests import SearchRequest
from index.results import to_json
from index.update import update

TEXT = "第{}街见闻\n\n街上的派出所换了新的门牌，号码是{}。派出所所长说，老街背后的事说来话长。\n"


@pytest.fixture
def archive(tmp_path: Path, address: str) -> Iterator[Archive]:
    (tmp_path / "texts").mkdir()
    for number in range(30):
        (tmp_path / "texts" / f"{number}.txt").write_text(TEXT.format(number, number), "utf-8")
    home = Home(tmp_path / "home", address)
    rebuild(home, tmp_path / "texts")
    with Archive(home.open_current(), home) as opened:
        yield opened


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many searches each request had."""
    requests: list[int] = []
    really = Cluster.searches

    def counted(self: Cluster, index: str, searches: Sequence[tuple[bytes, str]]) -> list[dict[str, Any]]:
        requests.append(len(searches))
        return really(self, index, searches)

    monkeypatch.setattr(Cluster, "searches", counted)
    return requests


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("门牌", 2),
        ("派出所换了新的门牌", 3),
        ("派出所所长 老街背后 门牌", 3),
        ("派出所 说来话长 号码", 3),
        ("街上的派出所所长说老街背后的事说来话长号码", 3),
        ('"老街背后"', 2),
        ("门牌 所长 OR 老街", 5),  # one of them: whether the archive has it as text
        ("老街背后的门牌", 3),
    ],
)
def test_a_usual_search_takes_three_requests_at_most(
    archive: Archive, asked: list[int], query: str, most: int
) -> None:
    assert archive.search(SearchRequest(query, limit=100)).total
    assert len(asked) <= most, asked


def test_what_was_fetched_is_what_is_asked_then(archive: Archive, asked: list[int]) -> None:
    """Another thing fetched than asked for afterwards would cost more than it saves."""
    archive.search(SearchRequest("派出所所长 老街背后 门牌"))
    assert sum(asked) > len(asked), "several searches are one request"
    assert asked.count(1) <= 1


def test_completing_what_is_typed_takes_few_requests(archive: Archive, asked: list[int]) -> None:
    assert archive.suggest("门")
    assert len(asked) <= 3


def test_what_may_have_been_meant_takes_few_requests(archive: Archive, asked: list[int]) -> None:
    """The run with each word in the place of a wrong one was asked for by itself."""
    assert archive.search(SearchRequest("派出锁换了新的门牌")).relaxed
    assert sum(asked) > 40
    assert len(asked) <= 6


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ("C# 派出索", 26),
        ("派出索 门牌 老衔", 14),
        ("paichusuo menpai", 27),
        ("门牌 作者：甲，派出锁", 10),
    ],
)
def test_the_queries_that_may_have_been_meant_are_asked_together(
    archive: Archive, asked: list[int], query: str, most: int
) -> None:
    """Each took all its requests by itself, one after the other: up to 137."""
    archive.search(SearchRequest(query))
    assert len(asked) <= most, asked


def test_what_is_fetched_together_says_the_same_as_on_one_machine(archive: Archive, tmp_path: Path) -> None:
    """All that a result says: words, remarks, what may have been meant."""
    rebuild(tmp_path / "here", tmp_path / "texts", engine="tantivy")
    numbers = "，".join(f"号码是{number}，换了{number}个门牌" for number in range(3, 30, 2))
    with Archive.open(tmp_path / "here") as here:
        for query in (
            "C# 派出索",
            "派出索 门牌 老衔",
            "paichusuo menpai",
            "门牌 作者：甲，派出锁",
            "老街派出门牌号码说来",
            "作者：甲，乙 门牌",
            "门牌 或 不在此处",
            f"街上的派出所{numbers}，老街背后",
            "派出所 NEAR/3 门牌 date:1998",
        ):
            there, same = (to_json(one.search(SearchRequest(query))) for one in (archive, here))
            for result in (there, same):
                for hit in result["hits"]:
                    hit["score"] = round(hit["score"], 3)
                del result["took_ms"], result["engine"]
            assert there == same


def test_the_numbers_of_a_pasted_text_are_looked_for_together(archive: Archive, asked: list[int]) -> None:
    """Each number in each of its forms was a request: 90 for a text of 300 characters."""
    numbers = "，".join(f"号码是{number}，换了{number}个门牌" for number in range(3, 30, 2))
    assert len(numbers) > 150
    archive.search(SearchRequest(f"街上的派出所{numbers}，老街背后"))
    assert len(asked) <= 14, asked


def test_where_a_word_is_nowhere_its_parts_are_looked_for_together(
    archive: Archive, asked: list[int]
) -> None:
    """Each run of two characters was asked for by itself, and then in titles, headings and bylines."""
    assert archive.search(SearchRequest("老街派出门牌号码说来")).total
    assert len(asked) <= 9, asked


def test_how_frequent_the_tokens_of_a_long_text_are_is_asked_for_together(
    archive: Archive, asked: list[int]
) -> None:
    """Each stream was asked about by itself, and where its answer comes from was not yet known."""
    long = "".join(chr(0x4E00 + 7 * number) for number in range(200))
    assert archive.search(SearchRequest(f"派出所换了新的门牌{long}", match="any")).total
    assert len(asked) <= 7, asked


def test_an_update_asks_for_new_words_together(archive: Archive, asked: list[int], tmp_path: Path) -> None:
    """Each was asked for by itself, and each word that it was compared with: 32 requests for these."""
    words = "春雨惊春清谷天夏满芒夏暑相连秋处露秋寒霜降冬雪雪冬小大寒"
    text = "\n\n".join(f"{words[n : n + 2]}在{words[n + 4 : n + 6]}，{words[n : n + 2]}。" for n in range(20))
    (tmp_path / "texts" / "新.txt").write_text(text, "utf-8")
    (tmp_path / "texts" / "又.txt").write_text(text, "utf-8")
    assert update(Home(tmp_path / "home", archive.home.address if archive.home else "")).mode == "update"
    assert len(asked) <= 12
