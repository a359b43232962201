"""The three streams, and that all ways to make them give the same."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import TEXTS
from msgspec.structs import astuple

from archive.text.folding import Folding
from index.analysis import analyzer as analyzer_module
from index.analysis.analyzer import Analyzer, Streams
from index.analysis.normal import MAX_TOKEN
from index.analysis.segmenters import JiebaSegmenter, WordsError


@cache
def shared() -> Analyzer:
    """One analyzer for all examples of the property tests, with its dictionary loaded."""
    analyzer = Analyzer.default()
    analyzer.cut("天下")
    return analyzer


@pytest.fixture(autouse=True, scope="module")
def analyzer() -> Analyzer:
    return shared()


@pytest.fixture(scope="module")
def words_file(analyzer: Analyzer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("words") / "words.tsv"
    analyzer.write_words(path)
    return path


def test_the_streams_of_a_sentence(analyzer: Analyzer) -> None:
    normal = analyzer.normal_text("派出所所长，要 GPT4 学习。")
    assert normal == "派出所所长·要gpt4学习"
    assert analyzer.streams(normal) == Streams(
        words="派出 派出所 所长 要 学习 gpt 4 ·派 ·要",
        grams="派出 出所 所所 所长 长·要 要g gp pt t4 4学 学习",
        chars="派 出 所 所 长 要 g p t 4 学 习",
    )


def test_the_streams_of_nothing_are_empty(analyzer: Analyzer) -> None:
    assert analyzer.streams("") == Streams("", "", "")
    assert analyzer.batch(["", "。", ""]) == [Streams("", "", "")] * 3
    assert analyzer.batch([]) == []
    assert analyzer.grams("") == analyzer.word_tokens("") == []
    assert analyzer.cut("") == []


def test_both_scripts_are_cut_alike(analyzer: Analyzer) -> None:
    traditional, simplified = map(
        analyzer.normal_text, ("臺灣的計程車司機著名於乾隆年間", "台湾的计程车司机着名于干隆年间")
    )
    assert analyzer.streams(traditional) == analyzer.streams(simplified)
    words = analyzer.word_tokens(traditional)
    # 著名 and 乾隆 are words of jieba's in a form that no folded text has: the dictionary is folded too.
    assert analyzer.normal_text("著名") in words
    assert analyzer.normal_text("乾隆") in words


def test_a_phrase_of_grams_is_containment(analyzer: Analyzer) -> None:
    text = analyzer.normal_text("话说天下大势，分久必合，合久必分：周末七国分争，并入于秦。")
    stream = f" {' '.join(analyzer.grams(text))} "
    for length in range(2, 9):
        for start in range(len(text) - length + 1):
            part = text[start : start + length].strip("·")
            if len(part.replace("·", "")) > 1:
                assert f" {' '.join(analyzer.grams(part))} " in stream
    assert " 势分 " not in stream


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_grams_of_one_text_stand_in_those_of_another_only_if_it_does(left: str, right: str) -> None:
    folding = Analyzer(Folding(), JiebaSegmenter.__new__(JiebaSegmenter))
    text, part = folding.normal_text(left + right + left), folding.normal_text(right)
    if len(part.replace("·", "")) > 1:
        phrase = f" {' '.join(folding.grams(part))} "
        assert phrase in f" {' '.join(folding.grams(text))} "
        other = folding.normal_text(left)
        assert (phrase in f" {' '.join(folding.grams(other))} ") == (part in other)


def test_grams_hold_the_boundary_between_their_characters(analyzer: Analyzer) -> None:
    assert analyzer.grams("天下·大·势") == ["天下", "下·大", "大·势"]
    assert analyzer.grams("天·下") == ["天·下"]
    assert analyzer.grams("天") == []
    assert analyzer.loose_grams("天下·大") == [("天下", "天·下"), ("下大", "下·大")]


def test_contexts_keep_texts_apart(analyzer: Analyzer) -> None:
    assert analyzer.context("天下大势", "", "势·分，久") == "天下 下大 大势 天 下 大 势 势·分 分·久 势 分 久"
    assert analyzer.context() == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("派出所所长，GPT4", ["派出所", "所长", "gpt", "4"]),
        ("カラス飞", ["カラス", "飞"]),
        ("C+😀𠀀", ["c", "+", "😀", "𠀀"]),
        ("天·下", ["天", "下"]),
    ],
)
def test_a_query_is_cut_into_words(analyzer: Analyzer, text: str, words: list[str]) -> None:
    normal = analyzer.normal_text(text)
    assert [normal[start:end] for start, end in analyzer.cut(normal)] == words


@settings(deadline=None)
@given(TEXTS)
def test_a_cut_covers_everything_but_boundaries(text: str) -> None:
    analyzer = shared()
    normal = analyzer.normal_text(text)
    places = analyzer.cut(normal)
    assert "".join(normal[start:end] for start, end in places) == normal.replace("·", "")
    assert all(start < end for start, end in places)
    assert places == sorted(places)


def test_long_tokens_are_cut_and_nothing_of_them_is_lost(analyzer: Analyzer) -> None:
    stream = analyzer.streams(analyzer.normal_text("x" * 200 + "龘" * 200))
    tokens = stream.words.split()
    assert max(map(len, tokens)) == MAX_TOKEN
    assert "".join(token for token in tokens if token[0] == "x" and "·" not in token) == "x" * 200


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_a_batch_gives_what_each_text_gives(texts: list[str]) -> None:
    analyzer = shared()
    expected = [analyzer.streams(analyzer.normal_text(text)) for text in texts]
    assert analyzer.batch(texts) == expected
    for streams in expected:
        for stream in astuple(streams):
            assert stream == " ".join(stream.split())


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_a_batch_without_numpy_gives_the_same(texts: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyzer_module, "numpy_is_installed", lambda: False)
        plain = Analyzer(shared().folding, shared().segmenter)
        assert plain.vectors is None
    assert plain.batch(texts) == shared().batch(texts)


@settings(deadline=None)
@given(st.lists(TEXTS, max_size=6))
def test_a_batch_without_rjieba_gives_the_same(texts: list[str]) -> None:
    analyzer = shared()
    in_python = Analyzer(analyzer.folding, JiebaSegmenter(analyzer.segmenter.words))
    assert in_python.batch(texts) == analyzer.batch(texts)


def test_settings_say_what_decides_the_tokens(analyzer: Analyzer, words_file: Path) -> None:
    settings = analyzer.settings()
    assert settings["folding"] == "width compatibility case marks simplified variants"
    assert settings["segmenter"] == "jieba 0.42.1"
    assert settings["dictionary"] == ""
    again = Analyzer.from_settings(settings, words_file)
    assert again.settings() == settings
    normal = again.normal_text("每一位派出所所長都要樹立終身學習的理念")
    assert again.cut(normal) == analyzer.cut(normal)
    assert again.streams(normal) == analyzer.streams(normal)
    many = Analyzer.from_settings(settings, words_file, many=True)
    assert many.streams(normal) == analyzer.streams(normal)


def test_other_rules_are_other_settings() -> None:
    settings = Analyzer.default().settings() | {"folding": "width case"}
    analyzer = Analyzer.from_settings(settings)
    assert analyzer.settings()["folding"] == "width case"
    assert analyzer.normal_text("Ａ臺") == "a臺"


def test_a_damaged_list_of_words_is_named(tmp_path: Path) -> None:
    settings = Analyzer.default().settings()
    for content in (b"", b"something else\n", b"# juanzong words\t\tmany\n"):
        path = tmp_path / "words.tsv"
        path.write_bytes(content)
        with pytest.raises(WordsError, match=r"words\.tsv"):
            Analyzer.from_settings(settings, path)
    with pytest.raises(WordsError, match="missing"):
        Analyzer.from_settings(settings, tmp_path / "missing.tsv")
