"""Results in the order of a field of their documents: title, author, source, page, on each engine."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from search_support import archive_on, json_lines

from index.archive import Archive
from index.engines.registry import ENGINES
from index.requests import SearchRequest, Sort
from index.results import PassageHit
from index.search.lists import by_name
from web.app import create_app

TITLES = ("《中学》", "安全", "第10号", "第9号", "重庆", "张庄", "北京", "")
SOURCES = ("周口日报", "安徽日报", "长江日报", None)


def record(number: int, chosen: random.Random) -> dict[str, object]:
    text = "\n".join(f"{number}号文的第{at}段说到派出所。" for at in range(chosen.choice((1, 2, 7))))
    source, page = chosen.choice(SOURCES), chosen.choice(("第3版", "第13版", None))
    return {"id": f"{number}", "title": chosen.choice(TITLES), "text": text, "source": source, "page": page}


@pytest.fixture(scope="module", params=ENGINES)
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    chosen = random.Random(15)
    records = json_lines([record(number, chosen) for number in range(60)])
    with archive_on(request, tmp_path_factory, {"记录.jsonl": records}) as opened:
        yield opened


def found(archive: Archive, sort: Sort, limit: int, query: str = "派出所") -> list[PassageHit]:
    hits: list[PassageHit] = []
    while page := archive.search(SearchRequest(query, sort=sort, offset=len(hits), limit=limit)).hits:
        hits += page
    return hits


@pytest.mark.parametrize("sort", ["title", "author", "source", "edition", "page", "language", "rights"])
def test_results_follow_the_order_of_a_field_and_within_it_that_of_the_archive(
    archive: Archive, sort: Sort
) -> None:
    def key(hit: PassageHit) -> tuple[bool, object]:
        value = getattr(hit.document, sort)
        return value is None, by_name("pinyin")(value or "")

    in_order = found(archive, "order", 100)
    expected = [hit.passage_id for hit in sorted(in_order, key=key)]
    for limit in (3, 100):
        assert [hit.passage_id for hit in found(archive, sort, limit)] == expected
    assert [hit.passage_id for hit in archive.hits(SearchRequest("派出所", sort=sort))] == expected


def test_names_are_sorted_by_pinyin_and_numbers_by_value_and_what_has_none_comes_last(
    archive: Archive,
) -> None:
    sources = list(dict.fromkeys(hit.document.source for hit in found(archive, "source", 50)))
    assert sources == ["安徽日报", "长江日报", "周口日报", None]
    pages = list(dict.fromkeys(hit.document.page for hit in found(archive, "page", 50)))
    assert pages == ["第3版", "第13版", None]


@pytest.mark.parametrize(
    "names",
    [
        "第一章 第二章 第十章 第十一章 第一百零五章",
        "卷上 卷中 卷下",
        "诗集上册 诗集中册 诗集下册",
        "诗集（上） 诗集（中） 诗集（下）",
        "县志卷二 县志卷三 县志卷十一",
        "一月 二月 十二月",
        "一、总则 二、分则 十、附则",
        "其二 其十 三国演义 十月围城 天下",
    ],
)
def test_han_numerals_and_the_parts_of_a_work_are_sorted_by_value(names: str) -> None:
    """第二章, 第十一章, 第十章, 第一章: by the pinyin of their numerals."""
    mixed = random.Random(14).sample(names.split(), names.count(" ") + 1)
    assert sorted(mixed, key=by_name("pinyin")) == names.split()


def test_documents_are_sorted_by_a_field_too(archive: Archive) -> None:
    sources = [hit.document.source or "" for hit in found(archive, "title", 50, "来源:日报")]
    titles = [hit.document.title for hit in found(archive, "title", 50, "来源:日报")]
    assert len(sources) == len(titles) > 10
    assert titles == sorted(titles, key=by_name("pinyin"))


def test_the_page_offers_the_fields_that_texts_have(archive: Archive) -> None:
    client = create_app(lambda: archive).test_client()
    page = client.get("/search?q=派出所&sort=page&lang=en").text
    assert all(f"sort={sort}" in page for sort in ("title", "source", "order"))
    assert "sort=rights" not in page
    refused = client.get("/api/v1/search?q=派出所&sort=shelf").get_json()["error"]
    assert "title" in refused["message"] + refused["hint"]
