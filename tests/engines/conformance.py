"""What every engine must do. An engine's own test file is a subclass that names it:

    class TestTantivy(Conformance):
        name = "tantivy"

``SEARCHES`` are searches as data: a condition, the keys that it finds, and why. They run on one small
index. Everything else is a behaviour: of writers, of snapshots, of ranking.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import log
from pathlib import Path
from typing import ClassVar, get_args

import pytest
from msgspec.structs import replace
from texts import chars, grams, record, records, words

from index.atomic_files import files_below
from index.engines.base import (
    K1,
    LENGTHS,
    B,
    Engine,
    FacetCounts,
    Hit,
    Record,
    Snapshot,
    Sort,
    length_byte,
)
from index.engines.registry import engine, installed
from index.errors import EngineError
from index.query.condition import (
    EVERYTHING,
    NOTHING,
    All,
    AnyToken,
    Column,
    ColumnIn,
    Condition,
    DateOverlaps,
    KeyIn,
    LoosePhrase,
    RankTerm,
    Some,
    Stream,
    TokenPhrase,
    Without,
)

MEMORY = 64 << 20
FIELDS = {"section": "heading", "author": "byline"}  # where a record has these streams

# document, position, text, and what is not the default
LIBRARY: list[Record] = [
    record(
        "天下大势，分久必合，合久必分。", document=1, position=0, title="三国演义", heading="第一回 桃园结义"
    ),
    record("话说天下。大势已去", document=1, position=1, title="三国演义", heading="第一回 桃园结义"),
    record("哈哈哈", document=2, position=0, author=1, collection=1, year=1949, dates=(19490101, 19491231)),
    record(
        "哈哈大笑，笑哈哈",
        document=2,
        position=1,
        author=1,
        collection=1,
        details=5,
        year=1949,
        dates=(19490101, 19491231),
    ),
    record(
        "𨽻书与㑹", document=3, position=0, author=2, year=1950, dates=(19500301, 19500301), byline="编辑"
    ),
    record("二〇一九年，Abc与C语言", document=3, position=1, author=2, year=1950, dates=(19500301, 19500301)),
    record("天", document=4, position=0, kind=4, author=3, byline="记者甲 派出所所长"),
    record("", document=4, position=1, kind=9),
    record(
        "派出所所长要下基层", document=5, position=0, section=1, heading="下基层", dates=(19550000, 19569999)
    ),
    record("大势天下，下基层去", document=5, position=1, section=2, year=1956, dates=(19550000, 19569999)),
]


def key(document: int, position: int) -> int:
    return document << 24 | position


def contains(run: str, stream: Stream = "grams") -> Condition:
    """The run stands in the stream."""
    pairs = grams(run)
    if pairs:
        return TokenPhrase(stream, tuple(pairs))
    return TokenPhrase("chars" if stream == "grams" else stream, tuple(chars(run)))


def across(run: str) -> Condition:
    """The run stands there, with or without punctuation between its characters."""
    return LoosePhrase("grams", tuple((a + b, f"{a}·{b}") for a, b in pairwise(run)))


A0, A1 = key(1, 0), key(1, 1)
H0, H1 = key(2, 0), key(2, 1)
R0, R1 = key(3, 0), key(3, 1)
T0, T1 = key(4, 0), key(4, 1)
P0, P1 = key(5, 0), key(5, 1)
ALL = [A0, A1, H0, H1, R0, R1, T0, T1, P0, P1]

SEARCHES: list[tuple[Condition, list[int], str]] = [
    (EVERYTHING, ALL, "every record, also one without any token"),
    (NOTHING, [], "no record"),
    (contains("天"), [A0, A1, T0, P1], "one character, also as the whole text"),
    (contains("〇"), [R1], "a character outside the blocks of Han"),
    (contains("𨽻"), [R0], "a character beyond the basic plane"),
    (contains("𨽻书"), [R0], "a pair with such a character"),
    (contains("与㑹"), [R0], "a rare character of Extension A"),
    (contains("天下"), [A0, A1, P1], "one pair"),
    (contains("天下大势"), [A0], "a run: not where a boundary stands in it"),
    (contains("天下。大势"), [A1], "a boundary in the run: only where one stands"),
    (across("天下大势"), [A0, A1], "each place with or without a boundary"),
    (across("大势天下下"), [P1], "across a boundary, with a character repeated"),
    (contains("哈"), [H0, H1], "one character of a repeated one"),
    (contains("哈哈"), [H0, H1], "a repeated character"),
    (contains("哈哈哈"), [H0], "three are not two and one elsewhere"),
    (contains("哈哈哈哈"), [], "more repetitions than there are"),
    (contains("所所长"), [P0], "a repeated character in the middle"),
    (contains("笑哈哈"), [H1], "the end of a text"),
    (contains("合久必分"), [A0], "words that stand in another order too"),
    (contains("必合合久"), [], "not across a boundary that nobody asked for"),
    (contains("去天"), [], "pieces are walls: the end of one and the start of the next"),
    (contains("abc"), [R1], "Latin, folded"),
    (contains("c语言"), [R1], "mixed scripts"),
    (contains("不在此处"), [], "tokens that stand nowhere"),
    (TokenPhrase("grams", ("天下", "不在")), [], "one token that stands, one that does not"),
    (LoosePhrase("grams", (("不在", "天下"), ("下大", "下·大"))), [A0, A1], "alternatives that do not exist"),
    (LoosePhrase("grams", (("哈哈", "大势"),)), [A0, A1, H0, H1, P1], "one place only"),
    (LoosePhrase("grams", (("天下", "天下"), ("下大",))), [A0], "the same alternative twice"),
    (AnyToken("grams", ("天下", "哈哈")), [A0, A1, H0, H1, P1], "any of two"),
    (AnyToken("chars", ("天", "哈", "不")), [A0, A1, H0, H1, T0, P1], "any of the single characters"),
    (AnyToken("words", ("·派", "势·")), [A0, P0], "boundary tokens of the words"),
    (AnyToken("grams", ()), [], "any of none"),
    (contains("三国", "title"), [A0, A1], "a pair in the title"),
    (contains("三国演义", "title"), [A0, A1], "the whole title"),
    (contains("国", "title"), [A0, A1], "one character of the title"),
    (contains("义三", "title"), [], "the title's pairs and its characters never meet"),
    (contains("桃园结义", "section"), [A0, A1], "a heading"),
    (contains("下基层", "section"), [P0], "a heading, not the same words in the text"),
    (contains("记者甲", "author"), [T0], "an author"),
    (contains("所长", "author"), [T0], "an affiliation"),
    (contains("天", "author"), [], "the text is not the byline"),
    (ColumnIn("document", (2, 5)), [H0, H1, P0, P1], "two documents"),
    (ColumnIn("author", (1, 3)), [H0, H1, T0], "two authors"),
    (ColumnIn("year", (1950,)), [R0, R1], "one year"),
    (ColumnIn("year", (0,)), [A0, A1, T0, T1, P0], "not known is 0"),
    (ColumnIn("kind", (4, 9)), [T0, T1], "kinds"),
    (ColumnIn("section", (5 << 24 | 2,)), [P0], "one section"),
    (ColumnIn("collection", (1, 77)), [H0, H1], "a value that nobody has"),
    (ColumnIn("details", (5, 6)), [H1], "the fields of a document"),
    (ColumnIn("details", (0, 5)), ALL, "or none"),
    (ColumnIn("author", ()), [], "none of the values"),
    (DateOverlaps(19490101, 19490101), [H0, H1], "the first day of an interval"),
    (DateOverlaps(19491231, 19500228), [H0, H1], "the last day of an interval"),
    (DateOverlaps(19500101, 19500228), [], "between two intervals"),
    (DateOverlaps(19500301, 19500301), [R0, R1], "a single day"),
    (DateOverlaps(19490701, 19490702), [H0, H1], "inside an interval"),
    (DateOverlaps(19000101, 19991231), [H0, H1, R0, R1, P0, P1], "records without a date never"),
    (DateOverlaps(0, 99999999), [H0, H1, R0, R1, P0, P1], "not even in the widest range"),
    (DateOverlaps(19500302, 19500301), [], "an empty range"),
    (KeyIn((H1, A0, key(9, 9))), [A0, H1], "keys in any order, one that is not there"),
    (KeyIn(()), [], "no keys"),
    (All(()), ALL, "no parts: everything"),
    (Some(()), [], "no parts: nothing"),
    (All((contains("天下"),)), [A0, A1, P1], "all of one"),
    (All((contains("天下"), contains("大势"))), [A0, A1, P1], "two runs in one record"),
    (All((contains("天下"), ColumnIn("document", (1,)), contains("话"))), [A1], "runs and a filter"),
    (All((contains("天下"), NOTHING)), [], "nothing spoils all"),
    (All((EVERYTHING, contains("哈"))), [H0, H1], "everything adds nothing"),
    (Some((contains("哈"), contains("𨽻"), NOTHING)), [H0, H1, R0], "some of three"),
    (Some((EVERYTHING, contains("哈"))), ALL, "everything is enough"),
    (Without(contains("天"), contains("大势")), [T0], "one and not the other"),
    (Without(EVERYTHING, contains("天")), [H0, H1, R0, R1, T1, P0], "only a NOT"),
    (Without(contains("天"), EVERYTHING), [], "not everything"),
    (Without(contains("天"), NOTHING), [A0, A1, T0, P1], "not nothing"),
    (Without(NOTHING, contains("天")), [], "nothing less something"),
    (Without(EVERYTHING, Without(EVERYTHING, contains("哈"))), [H0, H1], "twice not"),
    (
        All((Without(EVERYTHING, contains("哈")), Without(EVERYTHING, contains("天")))),
        [R0, R1, T1, P0],
        "two NOTs and nothing else",
    ),
    (
        Some((Without(EVERYTHING, AnyToken("chars", ("天", "下", "与"))), contains("天下。大势"))),
        [A1, H0, H1, T1],
        "a NOT as an alternative",
    ),
    (
        All(
            (
                Some((contains("派出所"), contains("派出所", "author"))),
                Some((contains("所长"), contains("天"))),
            )
        ),
        [T0, P0],
        "in the text or the byline, nested",
    ),
    (
        Without(Some((contains("哈"), ColumnIn("year", (1950,)))), All((contains("笑"), KeyIn((H1, R0))))),
        [H0, R0, R1],
        "all kinds together",
    ),
]


def build(
    engine: Engine, folder: Path, given: Sequence[Record], *, batch: int = 3, processes: int = 1
) -> Snapshot:
    """A committed index of these records, opened."""
    writer = engine.create(folder, memory=MEMORY, processes=processes)
    for start in range(0, len(given), batch):
        writer.add(given[start : start + batch])
    writer.commit()
    return engine.open(folder)


def every_key(snapshot: Snapshot) -> list[int]:
    return snapshot.keys(EVERYTHING)


def top(snapshot: Snapshot, condition: Condition, column: Column, limit: int) -> list[tuple[int, int]]:
    return snapshot.facets(condition, (column,), limit)[column].top


def by_hand(
    given: Sequence[Record], wanted: Sequence[int], rank: Sequence[RankTerm]
) -> list[tuple[int, float]]:
    """BM25 as the formula stands in the books: ``(key, score)`` of the wanted keys, best first, then by
    key."""
    scores = dict.fromkeys(wanted, 0.0)
    for term in rank:
        stream, token, weight = term.stream, term.token, term.weight
        have = [getattr(r, FIELDS.get(stream, stream)).split() for r in given]
        n = sum(token in tokens for tokens in have)
        idf = log(1 + (len(given) - n + 0.5) / (n + 0.5))
        average = sum(map(len, have)) / len(given)
        for one, tokens in zip(given, have, strict=True):
            if one.key in scores and token in tokens:
                frequency, length = tokens.count(token), LENGTHS[length_byte(len(tokens))]
                norm = K1 * (1 - B + B * length / average)
                scores[one.key] += weight * idf * frequency * (K1 + 1) / (frequency + norm)
    return sorted(scores.items(), key=lambda entry: (-round(entry[1], 6), entry[0]))


def ranks(text: str, extra: Sequence[RankTerm] = ()) -> list[RankTerm]:
    """The rank terms of a question, in the weights that the project uses."""
    weights: list[tuple[Stream, list[str], float]] = [
        ("words", words(text), 1.0),
        ("grams", grams(text), 0.7),
        ("chars", chars(text), 0.5),
    ]
    return [RankTerm(s, t, w) for s, tokens, w in weights for t in dict.fromkeys(tokens)] + list(extra)


def made_up(seed: int, number: int, alphabet: str = "天下大势分久必合〇𨽻㑹abc") -> list[Record]:
    """Random texts of few different characters, so that runs repeat; punctuation between them."""
    chance = random.Random(seed)
    given = []
    for n in range(number):
        text = "".join(chance.choice(alphabet + "，。 ") for _ in range(chance.randint(0, 60)))
        given.append(
            record(
                text,
                document=1 + n // 7,
                position=n % 7,
                author=chance.randint(0, 3),
                year=chance.choice((0, 1949, 1950)),
                title="".join(chance.choice(alphabet) for _ in range(chance.randint(0, 6))),
            )
        )
    return given


class Conformance:
    """The suite. A subclass names the engine."""

    name: ClassVar[str]

    @pytest.fixture
    def engine(self) -> Engine:
        if not installed(self.name):
            pytest.skip(f"{self.name} is not installed")
        return engine(self.name)

    @pytest.fixture(scope="class")
    @classmethod
    def library(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
        if not installed(cls.name):
            pytest.skip(f"{cls.name} is not installed")
        snapshot = build(engine(cls.name), tmp_path_factory.mktemp("library") / "index", LIBRARY)
        yield snapshot
        snapshot.close()

    @pytest.fixture(scope="class")
    @classmethod
    def many(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[Record], Snapshot]]:
        if not installed(cls.name):
            pytest.skip(f"{cls.name} is not installed")
        given = made_up(1, 700)
        snapshot = build(engine(cls.name), tmp_path_factory.mktemp("many") / "index", given, batch=100)
        yield given, snapshot
        snapshot.close()

    # --- what is found ------------------------------------------------------------------------------------

    @pytest.mark.parametrize(("condition", "wanted", "why"), SEARCHES, ids=[why for _, _, why in SEARCHES])
    def test_a_condition_finds(
        self, library: Snapshot, condition: Condition, wanted: list[int], why: str
    ) -> None:
        assert library.keys(condition) == wanted
        assert library.count(condition) == len(wanted)
        in_order = library.search(condition, (), sort="order", limit=100)
        assert [hit.key for hit in in_order] == wanted
        ranked = library.search(condition, ranks("天下大势哈哈"), limit=100)
        assert sorted(hit.key for hit in ranked) == wanted

    def test_random_runs_are_found_exactly_where_a_plain_scan_finds_them(
        self, many: tuple[list[Record], Snapshot]
    ) -> None:
        given, snapshot = many
        texts = {r.key: plain(r) for r in given}
        chance = random.Random(2)
        for _ in range(400):
            source = texts[chance.choice(given).key]
            length = chance.randint(1, 9)
            start = chance.randint(0, max(0, len(source) - length))
            run = source[start : start + length].strip("·")
            if not run:
                continue
            wanted = [k for k, text in texts.items() if run in text]
            assert snapshot.keys(contains(run)) == wanted, run

    def test_random_trees_find_what_set_algebra_says(self, many: tuple[list[Record], Snapshot]) -> None:
        given, snapshot = many
        chance = random.Random(3)
        for _ in range(150):
            condition = random_tree(chance, 3)
            wanted = [r.key for r in given if holds(r, condition)]
            assert snapshot.keys(condition) == wanted, condition
            assert snapshot.count(condition) == len(wanted)

    def test_sixty_thousand_keys_are_one_condition(self, many: tuple[list[Record], Snapshot]) -> None:
        given, snapshot = many
        keys = tuple(r.key for r in given[::3]) + tuple(range(1 << 40, (1 << 40) + 60_000))
        assert snapshot.keys(KeyIn(keys)) == sorted(r.key for r in given[::3])
        both = All((KeyIn(keys), AnyToken("chars", ("天",))))
        assert snapshot.keys(both) == [r.key for r in given[::3] if "天" in r.chars]

    def test_one_long_record_is_found_at_its_end(self, engine: Engine, tmp_path: Path) -> None:
        long = "天下" * 40_000 + "大势"
        snapshot = build(engine, tmp_path / "index", records([long, "下大"]))
        assert snapshot.keys(contains("下天下大势")) == [key(1, 0)]
        assert snapshot.keys(contains("下大")) == [key(1, 0), key(1, 1)]
        assert snapshot.frequency("grams", "天下") == 1
        snapshot.close()

    # --- order --------------------------------------------------------------------------------------------

    @pytest.mark.parametrize("question", ["天", "天下大势", "合久必分〇", "abc天𨽻㑹", "不在此处"])
    def test_scores_are_bm25(self, many: tuple[list[Record], Snapshot], question: str) -> None:
        given, snapshot = many
        rank = ranks(question, [RankTerm("title", t, 2.0) for t in grams(question)])
        condition = AnyToken("chars", tuple(chars(question)))
        wanted = by_hand(given, snapshot.keys(condition), rank)
        hits = snapshot.search(condition, rank, limit=len(given))
        scores = dict(wanted)
        assert len(hits) == len(wanted)
        for hit, (_, score) in zip(hits, wanted, strict=True):
            assert hit.score == pytest.approx(scores[hit.key], rel=1e-4)
            assert hit.score == pytest.approx(
                score, rel=1e-4
            )  # other orders only where scores are as good as equal

    def test_a_rank_term_named_twice_counts_twice(self, many: tuple[list[Record], Snapshot]) -> None:
        _, snapshot = many
        condition = AnyToken("chars", ("天",))
        once = snapshot.search(condition, [RankTerm("chars", "天", 1.0)], limit=5)
        twice = snapshot.search(condition, [RankTerm("chars", "天", 1.0)] * 2, limit=5)
        assert [hit.key for hit in once] == [hit.key for hit in twice]
        assert [hit.score * 2 for hit in once] == pytest.approx([hit.score for hit in twice], rel=1e-4)

    def test_a_filter_does_not_change_scores(self, many: tuple[list[Record], Snapshot]) -> None:
        _, snapshot = many
        rank = ranks("天下大势")
        free = {hit.key: hit.score for hit in snapshot.search(contains("天下"), rank, limit=1000)}
        narrow = All((contains("天下"), ColumnIn("year", (1949,))))
        filtered = snapshot.search(narrow, rank, limit=1000)
        assert filtered
        for hit in filtered:
            assert hit.score == pytest.approx(free[hit.key], rel=1e-4)

    def test_found_records_without_a_rank_term_come_last_in_order_of_keys(
        self, many: tuple[list[Record], Snapshot]
    ) -> None:
        given, snapshot = many
        hits = snapshot.search(EVERYTHING, [RankTerm("grams", "𨽻㑹", 1.0)], limit=1000)
        assert len(hits) == len(given)
        scored = [hit for hit in hits if hit.score > 0]
        assert 0 < len(scored) < len(hits)
        assert hits[: len(scored)] == scored
        rest = [hit.key for hit in hits[len(scored) :]]
        assert rest == sorted(rest)

    def test_ties_are_ordered_by_key(self, engine: Engine, tmp_path: Path) -> None:
        same = [record("天下大势", document=d, position=0) for d in (9, 3, 7, 1, 5)]
        snapshot = build(engine, tmp_path / "index", same, batch=2)
        hits = snapshot.search(contains("天下"), ranks("天下大势"), limit=10)
        assert [hit.key >> 24 for hit in hits] == [1, 3, 5, 7, 9]
        assert len({hit.score for hit in hits}) == 1
        assert [hit.key >> 24 for hit in snapshot.search(contains("天下"), (), limit=10)] == [1, 3, 5, 7, 9]
        page = snapshot.search(contains("天下"), ranks("天下大势"), offset=1, limit=2)
        assert [hit.key >> 24 for hit in page] == [3, 5]
        snapshot.close()

    @pytest.mark.parametrize("sort", get_args(Sort))
    def test_pages_joined_are_the_whole_list(self, many: tuple[list[Record], Snapshot], sort: Sort) -> None:
        _, snapshot = many

        def page(offset: int, limit: int) -> list[Hit]:
            condition = AnyToken("chars", ("天", "下"))
            return snapshot.search(condition, ranks("天下大势"), sort=sort, offset=offset, limit=limit)

        whole = page(0, 10_000)
        assert len(whole) == snapshot.count(AnyToken("chars", ("天", "下")))
        pages = [hit for offset in range(0, len(whole) + 90, 90) for hit in page(offset, 90)]
        assert [hit.key for hit in pages] == [hit.key for hit in whole]
        assert page(10_000_000, 5) == []
        assert page(0, 0) == []

    def test_by_date_comes_before_by_order_and_unknown_dates_come_last(self, library: Snapshot) -> None:
        hits = library.search(EVERYTHING, ranks("天"), sort="date", limit=20)
        assert [hit.key for hit in hits] == [H0, H1, R0, R1, P0, P1, A0, A1, T0, T1]
        assert {hit.score for hit in hits} == {0.0}
        assert {hit.score for hit in library.search(EVERYTHING, ranks("天"), sort="order")} == {0.0}

    # --- counting -----------------------------------------------------------------------------------------

    def test_facets_count_most_first_and_ties_by_value(self, library: Snapshot) -> None:
        assert top(library, EVERYTHING, "document", 10) == [(1, 2), (2, 2), (3, 2), (4, 2), (5, 2)]
        assert top(library, EVERYTHING, "document", 2) == [(1, 2), (2, 2)]
        assert top(library, contains("天"), "document", 10) == [(1, 2), (4, 1), (5, 1)]
        assert top(library, EVERYTHING, "kind", 1) == [(6, 8)]
        assert top(library, NOTHING, "document", 10) == []

    def test_facets_of_several_columns_count_values_and_records(self, library: Snapshot) -> None:
        facets = library.facets(EVERYTHING, ("document", "author"), 2)
        assert facets == {
            "document": FacetCounts([(1, 2), (2, 2)], 5, len(LIBRARY)),
            "author": FacetCounts([(1, 2), (2, 2)], 3, 5),
        }
        assert library.facets(contains("天"), ("document",), 0) == {"document": FacetCounts([], 3, 4)}
        assert library.facets(EVERYTHING, (), 5) == {}
        whole = library.facets(EVERYTHING, ("document", "author"), 2, whole=("author", "year"))
        assert whole["document"] == facets["document"]
        authors = replace(whole["author"], top=sorted(whole["author"].top))
        assert authors == FacetCounts([(1, 2), (2, 2), (3, 1)], 3, 5)

    def test_facets_leave_out_what_is_not_known(self, library: Snapshot) -> None:
        assert top(library, EVERYTHING, "author", 10) == [(1, 2), (2, 2), (3, 1)]
        assert top(library, EVERYTHING, "year", 10) == [(1949, 2), (1950, 2), (1956, 1)]
        assert top(library, contains("哈"), "collection", 10) == [(1, 2)]

    def test_facets_of_many_records_are_those_of_a_plain_count(
        self, many: tuple[list[Record], Snapshot]
    ) -> None:
        given, snapshot = many
        counts: dict[int, int] = {}
        for r in given:
            if "天" in r.chars:
                counts[r.document] = counts.get(r.document, 0) + 1
        wanted = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        assert top(snapshot, AnyToken("chars", ("天",)), "document", 1000) == wanted
        assert top(snapshot, AnyToken("chars", ("天",)), "document", 7) == wanted[:7]

    def test_frequency_counts_records_not_places(self, library: Snapshot) -> None:
        assert library.frequency("grams", "哈哈") == 2
        assert library.frequency("chars", "哈") == 2
        assert library.frequency("words", "哈哈") == 2
        assert library.frequency("title", "三国") == 2
        assert library.frequency("author", "甲") == 1
        assert library.frequency("grams", "不在") == 0
        assert library.size() == len(LIBRARY)

    # --- writing ------------------------------------------------------------------------------------------

    def test_words_are_the_tokens_with_their_frequencies(self, many: tuple[list[Record], Snapshot]) -> None:
        records, snapshot = many
        holders = Counter(token for record in records for token in set(record.words.split()))
        for least in (1, 2, 5):
            listed = snapshot.words(least)  # None: a build counts them
            wanted = [item for item in holders.items() if item[1] >= least]
            assert listed is None or sorted(listed) == sorted(wanted)

    def test_an_empty_index_answers(self, engine: Engine, tmp_path: Path) -> None:
        snapshot = build(engine, tmp_path / "index", [])
        assert snapshot.size() == 0
        assert snapshot.keys(EVERYTHING) == []
        assert snapshot.count(contains("天下")) == 0
        assert snapshot.search(EVERYTHING, ranks("天下")) == []
        assert top(snapshot, EVERYTHING, "document", 5) == []
        assert snapshot.frequency("grams", "天下") == 0
        assert not snapshot.words(1)
        snapshot.close()

    def test_nothing_is_visible_before_commit(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, records(["天下"])).close()
        writer = engine.update(folder, memory=MEMORY, processes=1)
        writer.add(records(["大势"], document=2))
        writer.delete([1])
        before = engine.open(folder)
        assert every_key(before) == [key(1, 0)]
        writer.commit()
        assert every_key(before) == [key(1, 0)]
        after = engine.open(folder)
        assert every_key(after) == [key(2, 0)]
        before.close()
        after.close()

    def test_two_readers_and_a_writer_do_not_disturb_each_other(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        first = build(engine, folder, records(["天下大势", "分久必合"]))
        for number in range(2, 6):
            second = engine.open(folder)
            writer = engine.update(folder, memory=MEMORY, processes=1)
            writer.add(records(["天下大势"], document=number))
            writer.commit()
            assert first.keys(contains("天下大势")) == [key(1, 0)]
            assert first.search(contains("天下"), ranks("天下大势"))[0].key == key(1, 0)
            assert len(second.keys(contains("天下大势"))) == number - 1
            second.close()
        first.close()

    def test_deleted_documents_are_gone_everywhere(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, LIBRARY).close()
        writer = engine.update(folder, memory=MEMORY, processes=1)
        writer.delete([1, 3, 99])
        writer.commit()
        snapshot = engine.open(folder)
        left = [H0, H1, T0, T1, P0, P1]
        assert every_key(snapshot) == left
        assert snapshot.size() == 6
        assert snapshot.keys(contains("天下")) == [P1]
        assert snapshot.keys(contains("三国", "title")) == []
        assert snapshot.keys(Without(EVERYTHING, contains("哈"))) == [T0, T1, P0, P1]
        assert snapshot.keys(KeyIn((A0, P1))) == [P1]
        assert top(snapshot, EVERYTHING, "author", 9) == [(1, 2), (3, 1)]
        assert [hit.key for hit in snapshot.search(EVERYTHING, (), sort="date")] == [H0, H1, P0, P1, T0, T1]
        snapshot.close()

    def test_a_document_is_replaced_under_the_same_key(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, records(["天下", "旧文"]) + records(["大势"], document=2)).close()
        writer = engine.update(folder, memory=MEMORY, processes=1)
        writer.delete([1])
        writer.add(records(["天下", "新文"]))
        writer.commit()
        snapshot = engine.open(folder)
        assert every_key(snapshot) == [key(1, 0), key(1, 1), key(2, 0)]
        assert snapshot.keys(contains("新文")) == [key(1, 1)]
        assert snapshot.keys(contains("旧文")) == []
        assert snapshot.keys(contains("天下")) == [key(1, 0)]
        snapshot.close()

    def test_delete_means_what_was_added_before_it(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        writer = engine.create(folder, memory=MEMORY, processes=1)
        writer.add(records(["天下"], document=1) + records(["大势"], document=2))
        writer.delete([1])
        writer.add(records(["分久"], document=1))
        writer.commit()
        snapshot = engine.open(folder)
        assert snapshot.keys(contains("分久")) == [key(1, 0)]
        assert snapshot.keys(contains("天下")) == []
        assert every_key(snapshot) == [key(1, 0), key(2, 0)]
        snapshot.close()

    def test_discard_leaves_no_trace(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, records(["天下"])).close()
        before = contents(folder)
        writer = engine.update(folder, memory=MEMORY, processes=1)
        writer.add(records(["大势"] * 50, document=2))
        writer.delete([1])
        writer.discard()
        writer.discard()
        assert contents(folder) == before
        snapshot = engine.open(folder)
        assert every_key(snapshot) == [key(1, 0)]
        snapshot.close()

    def test_an_update_never_writes_into_an_existing_file(self, engine: Engine, tmp_path: Path) -> None:
        old, new = tmp_path / "old", tmp_path / "new"
        build(engine, old, LIBRARY).close()
        before = contents(old)
        for turn in range(3):
            new.mkdir()
            for path in files_below(old):
                (new / path.name).hardlink_to(path)
            writer = engine.update(new, memory=MEMORY, processes=1)
            writer.delete([turn + 1])
            writer.add(records(["天下大势"], document=10 + turn))
            writer.commit()
            snapshot = engine.open(new)
            assert key(10 + turn, 0) in every_key(snapshot)
            snapshot.close()
            assert contents(old) == before
            new.rename(tmp_path / f"generation{turn}")
        snapshot = engine.open(old)
        assert every_key(snapshot) == ALL
        snapshot.close()

    def test_many_updates_give_what_one_build_gives(self, engine: Engine, tmp_path: Path) -> None:
        """Result sets always; scores once nothing is left of what was deleted."""
        folder, chance = tmp_path / "index", random.Random(5)
        state = {r.key: r for r in made_up(10, 140)}
        build(engine, folder, list(state.values())).close()
        for turn in range(14):
            gone = set(chance.sample(range(1, 21), 2))
            fresh = [r for r in made_up(20 + turn, 140) if r.document in gone]
            writer = engine.update(folder, memory=MEMORY, processes=1)
            writer.delete(gone)
            writer.add(fresh)
            writer.commit()
            state = {k: r for k, r in state.items() if r.document not in gone}
            state.update({r.key: r for r in fresh})
        given = [state[k] for k in sorted(state)]
        snapshot = engine.open(folder)
        assert every_key(snapshot) == sorted(state)
        for _ in range(40):
            condition = random_tree(chance, 3)
            assert snapshot.keys(condition) == [r.key for r in given if holds(r, condition)]
        snapshot.close()

    def test_several_processes_write_the_same_index(self, engine: Engine, tmp_path: Path) -> None:
        given = made_up(4, 300)
        one = build(engine, tmp_path / "one", given, batch=50)
        two = build(engine, tmp_path / "two", given, batch=50, processes=2)
        assert every_key(two) == every_key(one)
        rank = ranks("天下大势")
        hits, wanted = (s.search(contains("天下"), rank, limit=300) for s in (two, one))
        assert [hit.key for hit in hits] == [hit.key for hit in wanted]
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in wanted], rel=1e-4)
        one.close()
        two.close()

    # --- reading ------------------------------------------------------------------------------------------

    def test_an_index_reads_in_a_folder_that_cannot_be_written(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, LIBRARY).close()
        before = contents(folder)
        for path in folder.iterdir():
            path.chmod(0o444)
        folder.chmod(0o555)
        try:
            snapshot = engine.open(folder)
            assert snapshot.keys(contains("天下大势")) == [A0]
            snapshot.close()
            snapshot.close()
        finally:
            folder.chmod(0o755)
        assert contents(folder) == before

    def test_one_snapshot_answers_several_threads(self, many: tuple[list[Record], Snapshot]) -> None:
        _, snapshot = many
        questions = ["天下", "大势", "分久必合", "〇𨽻", "abc", "必"]
        wanted = {q: snapshot.search(contains(q), ranks(q), limit=50) for q in questions}
        wrong: list[str] = []

        def ask(seed: int) -> None:
            chance = random.Random(seed)
            for _ in range(40):
                question = chance.choice(questions)
                try:
                    hits = snapshot.search(contains(question), ranks(question), limit=50)
                except Exception as error:
                    wrong.append(repr(error))
                else:
                    if hits != wanted[question]:
                        wrong.append(question)

        threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []

    # --- errors -------------------------------------------------------------------------------------------

    def test_a_folder_without_an_index_is_a_named_error(self, engine: Engine, tmp_path: Path) -> None:
        with pytest.raises(EngineError, match=self.name):
            engine.open(tmp_path)
        with pytest.raises(EngineError, match=self.name):
            engine.open(tmp_path / "nowhere")
        with pytest.raises(EngineError, match=self.name):
            engine.update(tmp_path, memory=MEMORY, processes=1)

    def test_a_truncated_or_missing_file_is_a_named_error(self, engine: Engine, tmp_path: Path) -> None:
        folder = tmp_path / "index"
        build(engine, folder, LIBRARY).close()
        whole = contents(folder)
        failures = 0
        for name, data in whole.items():
            for damaged in (data[: len(data) // 2], b"", None):
                path = folder / name
                path.unlink()
                if damaged is not None:
                    path.write_bytes(damaged)
                try:
                    snapshot = engine.open(folder)
                    every_key(snapshot)
                    snapshot.search(contains("天下大势"), ranks("天下大势"))
                    snapshot.close()
                except EngineError:
                    failures += 1
                finally:
                    path.unlink(missing_ok=True)
                    path.write_bytes(data)
        assert failures >= 3
        snapshot = engine.open(folder)
        assert every_key(snapshot) == ALL
        snapshot.close()

    def test_a_closed_writer_refuses(self, engine: Engine, tmp_path: Path) -> None:
        writer = engine.create(tmp_path / "index", memory=MEMORY, processes=1)
        writer.add(LIBRARY)
        writer.commit()
        with pytest.raises(EngineError):
            writer.add(LIBRARY)
        with pytest.raises(EngineError):
            writer.commit()
        writer.discard()
        snapshot = engine.open(tmp_path / "index")
        assert every_key(snapshot) == ALL
        snapshot.close()

    def test_a_phrase_in_a_stream_without_positions_is_refused(self, library: Snapshot) -> None:
        with pytest.raises(EngineError, match="positions"):
            library.keys(TokenPhrase("words", ("天下", "大势")))

    def test_it_says_what_it_is(self, engine: Engine) -> None:
        assert engine.version


def plain(given: Record) -> str:
    """The normal form of a record's text, from its tokens."""
    pairs = given.grams.split()
    return pairs[0][0] + "".join(pair[1:] for pair in pairs) if pairs else given.chars


def contents(folder: Path) -> dict[str, bytes]:
    """What an index is made of. A thread of tantivy, met once in fifty runs, makes a lock file again late."""
    return {path.name: path.read_bytes() for path in files_below(folder)}


def random_tree(chance: random.Random, depth: int) -> Condition:
    alphabet = "天下大势分久必合〇𨽻㑹abc"
    if depth == 0 or chance.random() < 0.25:
        run = "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 3)))
        leaves: list[Condition] = [
            contains(run),
            contains(f"{run[0]}，{run}"),
            across(run + run[0]),
            AnyToken("grams", tuple(grams(run + "天"))),
            contains(run[0], "title"),
            ColumnIn("year", (1949,)),
            ColumnIn("author", (chance.randint(0, 3), 2)),
            EVERYTHING,
            NOTHING,
        ]
        return chance.choice(leaves)
    parts = tuple(random_tree(chance, depth - 1) for _ in range(chance.randint(0, 3)))
    return chance.choice(
        (All(parts), Some(parts), Without(random_tree(chance, depth - 1), random_tree(chance, depth - 1)))
    )


def holds(given: Record, condition: Condition) -> bool:
    """The meaning of a condition, the slow and obvious way."""
    match condition:
        case TokenPhrase(stream, tokens):
            return holds(given, LoosePhrase(stream, tuple((token,) for token in tokens)))
        case LoosePhrase(stream, places):
            have = getattr(given, FIELDS.get(stream, stream)).split()
            return any(
                all(have[start + n] in place for n, place in enumerate(places))
                for start in range(len(have) - len(places) + 1)
            )
        case AnyToken(stream, tokens):
            return any(holds(given, TokenPhrase(stream, (token,))) for token in tokens)
        case ColumnIn(column, values):
            return getattr(given, column) in values
        case All(parts):
            return all(holds(given, part) for part in parts)
        case Some(parts):
            return any(holds(given, part) for part in parts)
        case Without(wanted, unwanted):
            return holds(given, wanted) and not holds(given, unwanted)
    raise AssertionError(condition)
