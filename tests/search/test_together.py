"""``within`` and ``facet_by`` against an independent scan of the stored passages, on every engine."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import get_args

import pytest
from msgspec.structs import replace
from search_support import archive_of, everything, json_lines

from archive.store import StoredPassage
from index.archive import Archive
from index.engines.registry import installed
from index.query.nodes import Within
from index.requests import ConcordanceRequest, FacetName, SearchRequest
from index.results import PassageCount, to_json

WORDS = ("粮食", "会议", "玉米", "县长", "谷物", "河堤")
UNITS: dict[Within, Callable[[StoredPassage], int]] = {
    "passage": lambda passage: passage.key,
    "section": lambda passage: passage.section_key,
    "document": lambda passage: passage.document_key,
}


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """Sixty documents of some sections, whose headings and lines have some of the words each."""
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    source = random.Random("together")

    def line(most: int) -> str:
        return "，".join(source.choices(WORDS, k=source.randint(0, most))) + "某事。"

    records = [
        {
            "id": f"d{number}",
            "title": line(1),
            "author": source.choice(["王某", "李某"]),
            "date": f"{1950 + number % 5}",
            "sections": [
                {"heading": line(1), "text": "\n".join(line(3) for _ in range(source.randint(1, 3)))}
                for _ in range(source.randint(1, 3))
            ],
        }
        for number in range(60)
    ]
    folder = tmp_path_factory.mktemp(request.param)
    with archive_of(folder, {"texts.jsonl": json_lines(records)}, request.param) as opened:
        yield opened


def stored(archive: Archive) -> list[StoredPassage]:
    store = archive.generation.store
    return store.passages([key for batch in store.scan() for key, _ in batch])


def scan(archive: Archive, wanted: list[str], unwanted: list[str], within: Within) -> dict[str, int]:
    """The passages with one of the words, where their unit has all and none excluded: id to marks."""
    unit = UNITS[within]
    texts: dict[int, str] = {}
    for passage in stored(archive):
        texts[unit(passage)] = texts.get(unit(passage), "") + "\n" + passage.text
    return {
        passage.id: sum(passage.text.count(word) for word in wanted)
        for passage in stored(archive)
        if all(word in texts[unit(passage)] for word in wanted)
        and not any(word in texts[unit(passage)] for word in unwanted)
        and any(word in passage.text for word in wanted)
    }


@pytest.mark.parametrize("within", get_args(Within))
def test_words_are_found_together_where_an_independent_scan_finds_them(
    archive: Archive, within: Within
) -> None:
    source = random.Random(within)
    found_any = 0
    for _ in range(25):
        words = source.sample(WORDS, source.randint(2, 4))
        wanted, unwanted = words[:2] if len(words) == 4 else words, words[2:] if len(words) == 4 else []
        query = " ".join([*wanted, *(f"-{word}" for word in unwanted)])
        right = scan(archive, wanted, unwanted, within)
        for match in ("auto", "all"):
            hits = everything(archive, query, within=within, match=match)
            assert {hit.passage_id: len(hit.spans) for hit in hits} == right, query
            request = SearchRequest(query, within=within, match=match, counts=True)
            result = archive.search(request)
            assert (result.total, result.relaxed) == (len(right), False)
            assert result.occurrences == sum(right.values())
        exported = [json.loads(row) for row in archive.export(request, "ndjson", 30)]
        assert {row["passage_id"] for row in exported} == right.keys()
        assert archive.concordance(ConcordanceRequest(replace(request, limit=1_000))).total == sum(
            right.values()
        )
        by_document = Counter[str]()
        for hit in hits:
            by_document[hit.document.id] += right[hit.passage_id]
        faceted = archive.search(replace(request, facets=("document",), facet_by="occurrences"))
        top = {value.value: value.count for value in faceted.facets["document"]}
        assert top.items() <= by_document.items(), query
        assert faceted.facet_values["document"] == len(by_document)
        found_any += bool(right)
    assert found_any > 10


def test_what_all_wants_has_one_word_in_the_passage_itself(archive: Archive) -> None:
    """Every passage below a title with a word counted for it: 90 for 会议, of which 54 have it."""
    documents = archive.generation.store.documents({p.document_key for p in stored(archive)})
    sections = archive.generation.store.sections({p.section_key for p in stored(archive)})
    for one, other in (("粮食", "会议"), ("玉米", "河堤"), ("县长", "谷物")):
        right = set()
        for passage in stored(archive):
            section = sections[passage.section_key]
            above = "\n".join([documents[passage.document_key].title, *section.path])
            around = passage.text + "\n" + above
            if one in around and other in around and (one in passage.text or other in passage.text):
                right.add(passage.id)
        assert {hit.passage_id for hit in everything(archive, f"{one} {other}", match="all")} == right
        alone = {p.id for p in stored(archive) if one in p.text}
        assert {hit.passage_id for hit in everything(archive, one)} == alone


def test_facets_count_passages_or_occurrences(archive: Archive) -> None:
    names: tuple[FacetName, ...] = ("document", "author", "year", "section", "kind")
    passages = archive.search(SearchRequest("粮食", facets=names))
    assert to_json(passages)["facet_by"] == "passages"
    result = archive.search(SearchRequest("粮食", facets=names, facet_by="occurrences"))
    assert to_json(result)["facet_by"] == "occurrences"
    by_author: Counter[str] = Counter()
    sections = archive.generation.store.sections({p.section_key for p in stored(archive)})
    for passage in stored(archive):
        by_author[sections[passage.section_key].nearest_author or ""] += passage.text.count("粮食")
    assert {value.value: value.count for value in result.facets["author"]} == by_author
    for name in names:
        total = sum(value.count for value in result.facets[name])
        assert result.occurrences == by_author.total() >= total
        assert result.facet_values[name] == passages.facet_values[name]


def test_a_field_alone_finds_each_document_once_by_date(archive: Archive) -> None:
    request = SearchRequest("作者:王某", facets=("author", "year"), limit=100)
    result = archive.search(request)
    body = to_json(result)
    documents = {hit.document.id for hit in result.hits}
    by = {d.id for d in archive.documents(author="王某", limit=100)[1]}
    assert (body["unit"], body["facet_by"]) == ("documents", "documents")
    assert documents == by
    assert len(result.hits) == result.total == result.documents == len(by)
    assert {hit.kind for hit in result.hits} == {"text"}
    dates = [hit.document.date or "" for hit in result.hits]
    assert dates == sorted(dates)
    assert {value.value: value.count for value in result.facets["author"]} == {"王某": len(by)}
    listed = [row["document"]["id"] for row in map(json.loads, archive.export(request, "ndjson", 0))]
    assert listed == [hit.document.id for hit in result.hits]
    pages = [
        archive.search(SearchRequest("作者:王某", limit=7, offset=at)).hits
        for at in range(0, result.total, 7)
    ]
    assert [hit.passage_id for page in pages for hit in page] == [hit.passage_id for hit in result.hits]


def test_what_each_word_gives_alone_is_said_where_nothing_has_all(archive: Archive) -> None:
    result = archive.search(SearchRequest("粮食 林黛玉"))
    alone = PassageCount("粮食", archive.search(SearchRequest("粮食")).total)
    assert result.words == (alone, PassageCount("林黛玉", 0))
    (problem,) = result.problems
    assert (problem.code, problem.values) == ("word_nowhere", ("林黛玉",))
    assert not archive.search(SearchRequest("粮食 会议")).words
    by_nobody = archive.search(SearchRequest("粮食 作者:贾宝玉"))
    assert by_nobody.words == (alone, PassageCount("作者:贾宝玉", 0))
    assert [problem.values for problem in by_nobody.problems] == [("作者:贾宝玉",)]
    narrowed = archive.search(SearchRequest("县长", authors=("王某",), years=(1950,), documents=("d1",)))
    if not narrowed.total:
        assert [problem.code for problem in narrowed.problems] == ["filtered_out"]
