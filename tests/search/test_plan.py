"""How a query is cut into wanted words, compiled into conditions, and what of it ranks."""

from __future__ import annotations

import pytest

from index.analysis.analyzer import Analyzer
from index.query.compile import compile_query
from index.query.condition import (
    Check,
    Condition,
    KeyIn,
    Some,
    TokenPhrase,
    Without,
    has_check,
    replaced,
    superset,
)
from index.query.meaning import Meaning
from index.query.nodes import And, Match, Node, Not, Or, Run, Shares, Term
from index.query.parse import parse
from index.query.query_words import cut_again, query_words
from index.search.ranking import MOST_TERMS, WEIGHTS, rank_terms


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.default()


class Near:
    """An index that fetches nothing."""

    def prefetch(self, *calls: object) -> None: ...


class Everywhere(Near):
    """An index in which every token stands in as many records as it has characters."""

    def frequency(self, stream: str, token: str) -> int:
        return len(token)


class Occurring(Near):
    """An archive of one text; remembers what it was asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.asked: list[str] = []

    def occurs(self, run: Node, *, most: int | None = None) -> bool:
        assert isinstance(run, Run)
        self.asked.append(run.text)
        return run.text in self.text


class Whole(Near):
    """An archive in which everything occurs."""

    def occurs(self, run: Node, *, most: int | None = None) -> bool:
        return True


def wanted(analyzer: Analyzer, run: str) -> list[str]:
    return [run[start:end] for start, end in query_words(analyzer, run)]


@pytest.mark.parametrize(
    ("run", "words"),
    [
        ("派出所所长", ["派出所", "所长"]),
        ("派出所内所长", ["派出所内", "所长"]),  # one character stays with the word before it
        ("去派出所", ["去派出所"]),  # or with the one behind it
        ("人去所长", ["人去", "所长"]),  # two of them are a word of their own
        ("派出所的所长", ["派出所", "所长"]),  # function words are not wanted
        ("杜甫的诗", ["杜甫", "诗"]),  # and what they part from others is a word
        ("派出所在什么时候设立", ["派出所", "设立"]),
        ("是什么时候", ["是什么", "时候"]),  # where there is nothing else they are
        ("人", ["人"]),
        ("派出所·人", ["派出所"]),  # nothing beside it on its side of the boundary
        ("人·天", ["人·天"]),
        ("AI技术", ["ai", "技术"]),
        ("第5师", ["第5师"]),
        ("", []),
    ],
)
def test_no_word_of_one_character_is_wanted_alone(analyzer: Analyzer, run: str, words: list[str]) -> None:
    assert wanted(analyzer, run.lower()) == words


@pytest.mark.parametrize("run", ["派出所", "的是在", "人不知", "我爱你", "㑹不㑹", "所长好", "一带一"])
def test_three_characters_are_one_word_however_they_are_cut(analyzer: Analyzer, run: str) -> None:
    assert wanted(analyzer, run) == [run]


def test_a_word_is_cut_again_into_its_own_words_that_stand(analyzer: Analyzer) -> None:
    found = cut_again(analyzer, "派出所的", Occurring("派出所在城北"))
    assert [(start, end) for start, end in found] == [(0, 3)]


def test_a_word_without_such_words_is_covered_by_the_longest_runs_that_stand(analyzer: Analyzer) -> None:
    archive = Occurring("甲乙丙 丙丁戊己")
    word = "甲乙丙丁"
    parts = [word[a:b] for a, b in cut_again(analyzer, word, archive)]
    assert "".join(parts) == word
    assert all(part in archive.text and len(part) > 1 for part in parts)
    assert len(archive.asked) <= 3 * len(word)


def test_where_nothing_stands_a_word_is_not_cut(analyzer: Analyzer) -> None:
    assert cut_again(analyzer, "葡萄酒庄", Occurring("")) == []


def meaning_of(analyzer: Analyzer, text: str, match: Match = "auto") -> Meaning:
    return Meaning(analyzer, parse(text, match), Whole())


def test_a_containment_in_quotes_is_decided_by_the_engine(analyzer: Analyzer) -> None:
    condition = compile_query(analyzer, meaning_of(analyzer, "“派出所”").exact())
    assert condition == TokenPhrase("grams", ("派出", "出所"))


def test_a_latin_word_is_decided_by_its_token_and_a_mixture_is_verified(analyzer: Analyzer) -> None:
    assert compile_query(analyzer, meaning_of(analyzer, "AI").exact()) == TokenPhrase("words", ("ai",))
    mixed = compile_query(analyzer, meaning_of(analyzer, "AI技术").exact())
    assert isinstance(mixed, Check)
    assert has_check(mixed)


def test_what_is_only_narrowed_down_never_excludes_before_it_is_verified(analyzer: Analyzer) -> None:
    condition = compile_query(analyzer, Not(Run("20名", whole=True)))
    assert isinstance(condition, Without)
    assert "Without" not in repr(superset(condition))
    verified: Condition = replaced(condition, lambda check: KeyIn((7,)))
    assert isinstance(verified, Without)
    assert verified.unwanted == KeyIn((7,))


def test_any_does_not_depend_on_segmentation(analyzer: Analyzer) -> None:
    shares = meaning_of(analyzer, "周口市AI公安", "any").any()
    assert isinstance(shares, Shares)
    assert shares.grams == {"周口", "口市", "公安"}
    assert shares.words == {"ai"}


def test_the_words_of_a_question_are_remembered_by_their_term(analyzer: Analyzer) -> None:
    meaning = meaning_of(analyzer, "派出所所长 工作")
    meaning.all()
    assert list(meaning.cut.values()) == [("派出所", "所长"), ("工作",)]
    assert all(isinstance(term, Term) for term in meaning.cut)


def test_nothing_under_a_not_or_in_a_field_ranks(analyzer: Analyzer) -> None:
    terms = rank_terms(analyzer, parse("民警 -所长 作者:姚天民"), Everywhere())
    assert {term.token for term in terms if term.stream == "grams"} == {"民警"}


def test_of_a_long_query_the_rarest_tokens_of_each_stream_rank(analyzer: Analyzer) -> None:
    class FirstRarest(Near):
        """An index in which a token is the rarer the lower its first code point is."""

        def frequency(self, stream: str, token: str) -> int:
            return ord(token[0])

    text = "".join(chr(0x4E00 + i * 7) for i in range(900))
    run = analyzer.normal_text(text)
    ranking: dict[str, set[str]] = {stream: set() for stream in WEIGHTS}
    for term in rank_terms(analyzer, parse(text), FirstRarest()):
        ranking[term.stream].add(term.token)
    assert ranking["grams"] == set(sorted(analyzer.grams(run))[: MOST_TERMS["grams"]])
    assert ranking["chars"] == set(sorted(set(run))[: MOST_TERMS["chars"]])


def test_a_character_that_is_too_common_to_rank_does_not_rank_as_a_word(analyzer: Analyzer) -> None:
    class Common(Near):
        """An index in which 的 and 了 are common."""

        def frequency(self, stream: str, token: str) -> int:
            return 100 if token in "的了" else 1

    text = "派出所的民警走遍了全镇的大街小巷"
    terms = rank_terms(analyzer, parse(text), Common())
    assert not [term for term in terms if term.token in "的了"]
    assert {"派出所", "民警"} <= {term.token for term in terms if term.stream == "words"}
    alone = rank_terms(analyzer, parse("的"), Common())
    assert {term.stream for term in alone if term.token == "的"} == {"words", "chars"}


def test_a_short_run_and_exact_rank_without_a_dictionary() -> None:
    class NoWords:
        """Fails when it is asked to cut."""

        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked for")

    analyzer = Analyzer.default()
    analyzer.segmenter = NoWords()  # type: ignore[assignment]
    short = rank_terms(analyzer, parse("派出所"), Everywhere())
    assert {term.token for term in short if term.stream == "words"} == {"派出所"}
    exact = rank_terms(analyzer, parse("派出所所长培训班", "exact"), Everywhere())
    assert not [term for term in exact if term.stream == "words"]
    assert meaning_of(analyzer, "派出所").all()
    assert meaning_of(analyzer, "派出所所长培训班", "any").any()


def test_of_two_ways_to_cover_a_word_the_earlier_run_is_taken(analyzer: Analyzer) -> None:
    # 转化成了 became 化成, a run over the end of its word.
    parts = cut_again(analyzer, "转化成了", Occurring("转化 化成"))
    assert parts == [(0, 2)]


def test_a_word_that_is_wanted_a_hundred_times_is_asked_for_once(analyzer: Analyzer) -> None:
    """Each time cost a phrase of its own: a query of one repeated word took half a minute."""
    once = Run("派出所")
    assert compile_query(analyzer, And((once,) * 100)) == compile_query(analyzer, once)
    either = compile_query(analyzer, Or((once,) * 100))
    assert isinstance(either, Some)
    assert len(either.parts) == 1
