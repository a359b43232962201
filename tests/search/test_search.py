"""The answer to a request: tiers, pages, spans, counts, facets, what is said of the query."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any, get_args

import pytest
from search_support import archive_of, everything, json_lines, passages

from index.archive import Archive
from index.build import rebuild
from index.engines.base import FacetCounts
from index.errors import NotFoundError, QueryError
from index.query.condition import Column, Condition
from index.query.nodes import Match
from index.requests import AssociationRequest, ConcordanceRequest, FacetName, SearchRequest
from index.results import FormCount, PassageHit, to_json
from index.search.cancellation import watched
from index.search.export import table

LEFT_RIGHT = "每一位派出所所长都要树立终身学习的理念"


def test_the_facets_of_a_page_are_counted_in_one_pass(
    seed_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    passes: list[tuple[str, ...]] = []
    snapshot = seed_archive.generation.snapshot
    count = snapshot.facets

    def counting(
        condition: Condition, columns: Sequence[Column], limit: int, **options: Any
    ) -> dict[Column, FacetCounts]:
        passes.append(tuple(columns))
        return count(condition, columns, limit, **options)

    monkeypatch.setattr(snapshot, "facets", counting)
    facets: tuple[FacetName, ...] = ("author", "document", "kind")
    result = seed_archive.search(SearchRequest("派出所所长", facets=facets))
    assert result.documents == 1
    assert set(result.facets) == set(facets)
    assert [set(columns) for columns in passes] == [set(facets)]


def test_what_somebody_wrote_is_not_what_mentions_him(seed_archive: Archive) -> None:
    written = everything(seed_archive, "作者:姚天民")
    assert written
    assert {hit.author for hit in written} == {"姚天民"}
    mentioned = everything(seed_archive, "“姚天民”")
    assert {hit.author for hit in mentioned} - {"姚天民"}


def test_a_sentence_that_the_page_broke_is_found_in_its_section_and_marked(seed_archive: Archive) -> None:
    hit = seed_archive.search(SearchRequest(LEFT_RIGHT)).hits[0]
    assert (hit.tier, hit.author) == ("exact", "姚天民")
    assert [hit.text[a:b] for a, b in hit.spans] == [LEFT_RIGHT]
    assert len(hit.source) == 2


def test_pages_of_any_size_are_parts_of_one_order(seed_archive: Archive) -> None:
    for query in ("派出所所长", "派出所 所长 工作", "所长要有什么责任心", "工作 -所长"):
        whole = everything(seed_archive, query)
        assert [hit.rank for hit in whole] == list(range(1, len(whole) + 1))
        for limit in (1, 3, 7, 20):
            pages: list[PassageHit] = []
            for offset in range(0, len(whole), limit):
                pages += seed_archive.search(SearchRequest(query, limit=limit, offset=offset)).hits
            assert [(h.passage_id, h.tier) for h in pages] == [(h.passage_id, h.tier) for h in whole]


def test_a_page_behind_the_last_is_empty_and_counts_the_same(seed_archive: Archive) -> None:
    first = seed_archive.search(SearchRequest("所长"))
    behind = seed_archive.search(SearchRequest("所长", offset=10_000))
    assert behind.hits == ()
    assert (behind.total, behind.documents, behind.partial) == (first.total, first.documents, first.partial)


def test_tiers_are_disjoint_and_in_order_and_partial_is_the_rest_of_any(seed_archive: Archive) -> None:
    query = "派出所所长培训"
    auto = everything(seed_archive, query)
    result = seed_archive.search(SearchRequest(query))
    order = ["exact", "all", "any"]
    tiers = [order.index(hit.tier) for hit in auto]
    assert tiers == sorted(tiers)
    assert len({hit.passage_id for hit in auto}) == len(auto) == result.total
    some = {hit.passage_id for hit in everything(seed_archive, query, match="any")}
    assert result.partial == len(some - {hit.passage_id for hit in auto})


def test_where_nothing_has_every_word_the_rest_is_shown_and_said(seed_archive: Archive) -> None:
    result = seed_archive.search(SearchRequest("派出所火星"))
    assert result.relaxed
    assert result.partial == 0
    assert {hit.tier for hit in result.hits} == {"any"}
    assert not seed_archive.search(SearchRequest("派出所火星", match="all")).hits


def test_a_word_that_stands_nowhere_is_cut_again_and_this_is_said(seed_archive: Archive) -> None:
    # One character stays with the word before it; the word has to be found all the same.
    result = seed_archive.search(SearchRequest("所长 责任心乎"))
    (problem,) = result.problems
    assert problem.code == "word_cut_again"
    assert "责任心乎"[problem.start - 3 : problem.end - 3] in problem.message
    assert result.total > 0


def test_a_query_of_only_quotes_is_one_tier_without_further_passages(seed_archive: Archive) -> None:
    result = seed_archive.search(SearchRequest("“派出所所长”"))
    assert result.partial == 0
    assert {hit.tier for hit in result.hits} == {"exact"}


def test_spans_fold_to_parts_of_the_query(seed_archive: Archive) -> None:
    normal = seed_archive.analyzer.normal_text
    texts = [text for text in passages(seed_archive).values() if len(text) > 30]
    source = random.Random(7)
    matches: tuple[Match, ...] = ("auto", "any")
    for _ in range(60):
        text = source.choice(texts)
        start = source.randrange(len(text) - 12)
        query = "".join(c for c in text[start : start + 12] if "\u4e00" <= c <= "\u9fff")
        for match in matches:
            for hit in seed_archive.search(SearchRequest(query, match=match)).hits:
                assert hit.text in texts or len(hit.text) <= 30
                ends = [0]
                for begin, end in hit.spans:
                    assert ends[-1] <= begin < end <= len(hit.text)
                    assert normal(hit.text[begin:end]) in normal(query)
                    ends.append(end)


def test_the_literal_run_alone_is_marked_where_it_stands(seed_archive: Archive) -> None:
    for hit in everything(seed_archive, "派出所所长"):
        marked = {hit.text[a:b] for a, b in hit.spans}
        if hit.tier == "exact":
            assert marked == {"派出所所长"}
        else:
            # 派出所长 holds both words, one over the other.
            assert marked <= {"派出所", "所长", "长"}


def test_places_are_counted_over_all_pages(seed_archive: Archive) -> None:
    result = seed_archive.search(SearchRequest("“所长”", counts=True, limit=1))
    assert result.occurrences == 50 == sum(text.count("所长") for text in passages(seed_archive).values())
    assert seed_archive.search(SearchRequest("“所长”", limit=1)).occurrences is None


def test_places_of_one_answer_are_counted_while_those_of_another_are(seed_archive: Archive) -> None:
    """One reader's counting, which may take seconds, held up every page that counts a few places itself."""
    begun, go_on = Event(), Event()

    def wait() -> None:
        begun.set()
        go_on.wait(20)

    def count_slowly() -> None:
        with watched(wait):
            seed_archive.search(SearchRequest("所长", match="exact", counts=True, as_written=True))

    def count() -> None:
        seed_archive.search(SearchRequest("派出所", match="exact", counts=True, as_written=True))

    slow, quick = Thread(target=count_slowly), Thread(target=count)
    slow.start()
    assert begun.wait(10)
    quick.start()
    quick.join(10)
    held_up = quick.is_alive()
    go_on.set()
    slow.join()
    quick.join()
    assert not held_up


def test_facets_name_values_that_filters_take(seed_archive: Archive) -> None:
    names = get_args(FacetName)
    result = seed_archive.search(SearchRequest("所长", facets=names))
    authors = {value.value: value.count for value in result.facets["author"]}
    assert sum(value.count for value in result.facets["kind"]) == result.total
    for author, count in authors.items():
        assert seed_archive.search(SearchRequest("所长", authors=(author,))).total == count
    (document,) = result.facets["document"]
    assert document.count == result.total
    assert document.label == result.hits[0].document.title
    assert result.facets["year"] == ()


def test_a_folder_of_folders_has_what_its_filter_finds(tmp_path: Path) -> None:
    texts = {"史部/正史/甲.txt": "天下。\n", "史部/杂史/乙.txt": "天下。\n", "子部/丙.txt": "天下。\n"}
    with archive_of(tmp_path, texts) as archive:
        result = archive.search(SearchRequest("天下", facets=("collection",)))
        found = {value.value: value.count for value in result.facets["collection"]}
        assert list(found.items()) == [("史部", 2), ("子部", 1), ("史部/杂史", 1), ("史部/正史", 1)]
        assert result.facet_values == {"collection": 4}
        for folder, count in found.items():
            assert archive.search(SearchRequest("天下", collections=(folder,))).total == count


def test_a_facet_says_how_many_values_it_does_not_name(tmp_path: Path) -> None:
    texts = {f"卷{number}/text.txt": "天下。\n" for number in range(60)}
    with archive_of(tmp_path, texts) as archive:
        result = archive.search(SearchRequest("天下", facets=("document", "collection")))
        assert [len(values) for values in result.facets.values()] == [50, 50]
        assert to_json(result)["facet_values"] == {"document": 60, "collection": 60}


def said(archive: Archive, query: str, **filters: tuple[str, ...]) -> list[str]:
    return [problem.code for problem in archive.search(SearchRequest(query, **filters)).problems]  # type: ignore[arg-type]


def test_that_nothing_has_a_date_is_said_where_one_was_asked_for(seed_archive: Archive) -> None:
    for query in (
        "date:1949",
        "所长 date:1949..",
        "(所长 OR 派出所) date:光绪",
        "标题:派出所 (date:1949 OR date:1956)",
    ):
        (problem,) = seed_archive.search(SearchRequest(query)).problems
        assert (problem.code, problem.start, problem.end) == ("no_dates", 0, 0)
    # Without a date, or with one that nothing may have, there is nothing to say.
    assert said(seed_archive, "㑹㑹") == said(seed_archive, "所长 -date:1949") == []


def test_that_only_texts_without_a_date_have_the_words_is_said(tmp_path: Path) -> None:
    letters = [
        {"id": "1", "title": "信", "text": "见字如面。", "date": "1949"},
        {"id": "2", "title": "文", "text": "山高水长。"},
    ]
    with archive_of(tmp_path, {"书信.jsonl": json_lines(letters)}) as archive:
        assert said(archive, "山高水长 date:1949") == ["none_dated"]
        assert "none_dated" not in said(archive, "见字如面 date:1956") + said(
            archive, "没有这样的话 date:1949"
        )
        assert said(archive, "见字如面 date:1949") == []
        assert said(archive, "见字如面 date:1956") == said(archive, "date:1956") == ["dated_otherwise"]


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_who_wrote_with_others_is_an_author_like_any_other(tmp_path: Path, engine: str) -> None:
    """The list of a record was one author of its own, 记者甲、记者乙, whom no filter by either name found."""
    records: list[dict[str, object]] = [
        {"id": "同", "text": "终身学习。", "author": ["记者甲", "记者乙"]},
        {"id": "甲", "text": "终身学习。", "author": "记者甲"},
        {
            "id": "节",
            "text": "终身学习。",
            "author": "记者甲、记者乙",
            "sections": [{"author": "记者乙", "text": "学习。"}],
        },
        {"id": "近", "text": "终身学习。", "author": "记者甲乙"},
    ]
    with archive_of(tmp_path, {"录.jsonl": json_lines(records)}, engine) as archive:
        counted = {value.value: value.count for value in archive.browse("author")}
        assert {"记者甲": 3, "记者乙": 2, "记者甲乙": 1}.items() <= counted.items()
        assert list(counted)[:2] == ["记者甲", "记者乙"]
        for author in ("记者甲", "记者乙", "记者甲乙"):
            total, documents = archive.documents(author=author)
            assert total == len(documents) == counted[author]
        assert [d.id for d in archive.documents(author="记者乙")[1]] == ["同", "节"]

        found = archive.search(SearchRequest("学习", facets=("author",)))
        for value in found.facets["author"]:
            assert archive.search(SearchRequest("学习", authors=(value.value,))).total == value.count
        assert "记者甲、记者乙" not in {value.value for value in found.facets["author"]}
        both = archive.search(SearchRequest("学习", authors=("记者甲", "记者乙")))
        assert both.documents == 3
        assert archive.documents(author="记者甲、记者乙")[0] == 2  # an address from before


def test_sorted_by_order_the_passages_follow_the_document(seed_archive: Archive) -> None:
    hits = everything(seed_archive, "派出所所长", sort="order")
    keys = [seed_archive.generation.store.passage_key(hit.passage_id) for hit in hits]
    assert keys == sorted(keys, key=lambda key: key or 0)
    by_relevance = everything(seed_archive, "派出所所长")
    assert {(h.passage_id, h.tier) for h in hits} == {(h.passage_id, h.tier) for h in by_relevance}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"limit": 101}, "limit"),
        ({"limit": -1}, "limit"),
        ({"offset": -1}, "offset"),
        ({"match": "some"}, "match"),
        ({"sort": "size"}, "sort"),
        ({"facets": ("colour",)}, "facets"),
        ({"query": "字" * 1001}, "1,001"),
        ({"query": None}, "query is None"),
        ({"limit": "5"}, "limit is '5'"),
        ({"limit": True}, "limit is True"),
        ({"documents": "甲乙"}, "tuple"),
        ({"documents": ["甲"]}, "tuple"),
        ({"years": ("1949",)}, "years is"),
        ({"details": (("译者", "甲", "乙"),)}, "details is"),
        ({"sort": None}, "sort is None"),
        ({"facets": None}, "facets is None"),
        ({"within": 5}, "within is 5"),
    ],
)
def test_an_option_out_of_its_range_is_named(
    seed_archive: Archive, options: dict[str, object], named: str
) -> None:
    with pytest.raises(QueryError, match=named) as caught:
        seed_archive.search(SearchRequest(**{"query": "所长", **options}))  # type: ignore[arg-type]
    assert caught.value.hint


@pytest.mark.parametrize("options", [{"window": "5"}, {"unit": None}, {"against": "甲"}, {"search": "所长"}])
def test_of_other_requests_too(seed_archive: Archive, options: dict[str, object]) -> None:
    (name,) = options
    for ask in (seed_archive.collocates, seed_archive.keyness):
        with pytest.raises(QueryError, match=f"{name} is"):
            ask(AssociationRequest(**{"search": SearchRequest("所长"), **options}))  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="context is '9'"):
        seed_archive.concordance(ConcordanceRequest(SearchRequest("所长"), "9"))  # type: ignore[arg-type]


def test_an_archive_has_a_connection_at_least(seed_archive: Archive) -> None:
    """With none the first reader waited for ever."""
    with Archive.open(seed_archive.home.path, connections=0) as archive:
        assert archive.search("派出所").total


def test_a_table_of_another_form_is_refused() -> None:
    """It was made of JSON Lines, whatever it was called."""
    with pytest.raises(QueryError, match="csv, ndjson, xlsx"):
        table("xls", ["甲"], [])  # type: ignore[arg-type]


def test_an_empty_query_finds_nothing(seed_archive: Archive) -> None:
    result = seed_archive.search(SearchRequest("  "))
    assert (result.total, result.documents, result.hits, result.understood) == (0, 0, (), "")


def test_a_passage_is_shown_in_its_place(seed_archive: Archive) -> None:
    found = seed_archive.search(SearchRequest("派出所所长")).hits[0]
    alone = seed_archive.passage(found.passage_id)
    assert (alone.rank, alone.spans) == (0, ())
    assert (alone.text, alone.before, alone.after) == (found.text, found.before, found.after)
    assert seed_archive.passage(found.passage_id, SearchRequest("派出所所长")).spans == found.spans
    assert seed_archive.passage(found.passage_id, SearchRequest("火星")).spans == ()


@pytest.mark.parametrize("passage_id", ["0123456789abcdef", "x", "", "派出所"])
def test_a_passage_that_is_not_there_is_named(seed_archive: Archive, passage_id: str) -> None:
    with pytest.raises(NotFoundError, match="no passage"):
        seed_archive.passage(passage_id)


def test_a_document_that_is_not_there_is_named(seed_archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="no document"):
        seed_archive.document("../周口.txt")


def test_the_reading_page_marks_what_the_search_found(seed_archive: Archive) -> None:
    request = SearchRequest("派出所所长", counts=True)
    view = seed_archive.document("周口.txt", request)
    hits = {hit.passage_id: hit for hit in everything(seed_archive, "派出所所长")}
    for piece in view.pieces:
        found = (hits[p.id] for p in piece.passages if p.id in hits)
        marked = [span for hit in found for span in hit.spans]
        assert [b - a for a, b in piece.spans] == [b - a for a, b in marked]
    occurrences = seed_archive.search(request).occurrences
    assert sum(section.hits for section in view.sections) == occurrences
    assert len(view.pieces) == 55
    assert not any(piece.spans for piece in seed_archive.document("周口.txt").pieces)


def test_why_a_passage_was_found_adds_up_to_its_score(seed_archive: Archive) -> None:
    for query in ("派出所", "派出所 终身学习", "所长要有什么责任心"):
        hit = seed_archive.search(SearchRequest(query)).hits[0]
        why = seed_archive.explain(SearchRequest(query), hit.passage_id)
        assert why.tier == hit.tier
        assert why.score == pytest.approx(hit.score, rel=1e-4)
        assert why.score == pytest.approx(sum(part.score for part in why.gave) + why.nearness, rel=1e-4)
        assert why.spans == hit.spans
        for word in why.words:
            for start, end in word.places:
                assert hit.text[start:end] == word.text


def test_why_a_passage_was_not_found(seed_archive: Archive) -> None:
    hit = seed_archive.search(SearchRequest("所长")).hits[0]
    why = seed_archive.explain(SearchRequest("火星"), hit.passage_id)
    assert (why.tier, why.score, why.spans) == (None, 0, ())


def test_examples_find_something(seed_archive: Archive) -> None:
    examples = seed_archive.examples()
    assert len(examples) == len(set(examples)) == 4
    for example in examples:
        result = seed_archive.search(SearchRequest(example))
        assert result.total > 0
        assert not result.relaxed
        assert not result.problems


def test_what_is_here(seed_archive: Archive) -> None:
    stats = seed_archive.stats()
    assert (stats.documents, stats.passages, stats.engine) == (1, 55, "whoosh")
    assert stats.characters == sum(map(len, passages(seed_archive).values()))
    assert {value.value for value in seed_archive.browse("author")} >= {"郝发顺", "姚天民", "许志强"}
    assert seed_archive.browse("collection") == []
    total, documents = seed_archive.documents(author="姚天民")
    assert (total, [d.id for d in documents]) == (1, ["周口.txt"])
    assert seed_archive.documents(author="无名") == (0, [])


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    texts = {f"{name}/{i}.txt": f"{name}第{i}回，人物甲乙丙。" for name in ("甲集", "乙集") for i in range(3)}
    texts["丙集/上/1.txt"] = "丙集上第一回，人物丁。"
    texts["丙集/下/1.txt"] = "丙集下第一回，人物丁。"
    with archive_of(tmp_path_factory.mktemp("folders"), texts) as archive:
        yield archive


def test_a_folder_is_a_filter_and_a_way_to_browse(folders: Archive) -> None:
    counts = {v.value: v.count for v in folders.browse("collection")}
    assert counts == {"甲集": 3, "乙集": 3, "丙集/上": 1, "丙集/下": 1}
    hits = everything(folders, "人物甲乙丙", collections=("甲集",))
    assert len(hits) == 3
    assert all(hit.document.path.startswith("甲集/") for hit in hits)
    assert folders.search(SearchRequest("人物甲乙丙")).documents == 6
    assert folders.search(SearchRequest("人物甲乙丙", limit=2)).documents == 6
    assert len(everything(folders, "人物丁", collections=("丙集",))) == 2
    assert len(everything(folders, "人物丁", collections=("丙集/上",))) == 1
    assert not everything(folders, "人物丁", collections=("丙",))
    total, page = folders.documents(collection="乙集", offset=1, limit=1)
    assert (total, len(page)) == (3, 1)


def test_places_are_counted_by_what_is_written_there(tmp_path: Path) -> None:
    """An editor asks how often an archive writes 臺, and how often 台."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "甲.txt").write_text("臺灣的茶，台灣的茶，台　灣的糖。\n\n台湾与臺灣。", "utf-8")
    rebuild(tmp_path / "home", folder)
    with Archive.open(tmp_path / "home") as archive:
        result = archive.search(SearchRequest("台湾", counts=True, limit=0))
        assert {form.text: form.count for form in result.forms or ()} == {"臺灣": 2, "台灣": 2, "台湾": 1}
        assert to_json(result)["forms"][-1] == {"text": "台湾", "count": 1}
        written = archive.search(SearchRequest("台湾", counts=True, as_written=True))
        assert (written.occurrences, written.forms) == (1, (FormCount("台湾", 1),))
