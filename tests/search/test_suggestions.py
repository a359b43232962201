"""Suggestions while typing: by characters in any form, by pinyin, by initials; each finds something."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_support import archive_of

from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.requests import SearchRequest
from index.suggestions import vocabulary
from index.update import update

TEXTS = (
    "记者来到城关派出所。派出所所长说，派出所的门总是开着。",
    "派出所民警送他到西安，银行行长在西安等他。",
    "銀行的行長說，臺灣的女子乒乓球隊到了臺灣大學。",
    "臺灣的女子都去了銀行。",
    "这里有WiFi，那里也有WiFi。",
    "那里的WiFi很慢，方案已定，反感的人不多。",
    "方案再议，反感也罢。仅此一次的词：貔貅。",
    "乾坤浩荡，扭转乾坤。",
    "乾坤之内。",
    "火车开往西安。",
)


def suggested(archive: Archive, typed: str) -> list[str]:
    return [suggestion.text for suggestion in archive.suggest(typed)]


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("派", "派出所"),
        ("派出", "派出所"),
        ("paichusuo", "派出所"),
        ("pcs", "派出所"),
        ("paich", "派出所"),
        ("pai chu suo", "派出所"),
        ("pai'chu'suo", "派出所"),
        ("PàiChūsuǒ", "派出所"),
        ("派chusuo", "派出所"),
        ("派chs", "派出所"),
        ("派出s", "派出所"),
        ("ｐａｉ", "派出所"),
        ("xi'an", "西安"),
        ("xian", "西安"),
        ("yinhang", "银行"),
        ("hangzhang", "行长"),
        ("台", "臺灣"),
        ("臺", "臺灣"),
        ("taiwan", "臺灣"),
        ("nvzi", "女子"),
        ("nüzi", "女子"),
        ("nuzi", "女子"),
        ("nǚzǐ", "女子"),
        ("fangan", "方案"),
        ("fangan", "反感"),
        ("qiankun", "乾坤"),
        ("wif", "WiFi"),
        ("WI", "WiFi"),
        ("城关 pcs", "城关 派出所"),
        ("“派出", "“派出所"),
        ("-派", "-派出所"),
        ("title:派", "title:派出所"),
        ("城关派", "城关派出所"),
        ("城关paich", "城关派出所"),
    ],
)
def test_typing_suggests(archive: Archive, typed: str, word: str) -> None:
    # A headline has the word nowhere: after a field's name nothing is offered that finds nothing.
    expected = [] if typed.startswith("title:") else [word]
    assert [text for text in suggested(archive, typed) if text == word] == expected


def test_what_was_typed_in_full_comes_before_what_only_begins_so(archive: Archive) -> None:
    assert suggested(archive, "paichusuo")[0] == "派出所"


def test_the_order_is_that_of_the_numbers_that_are_shown(tmp_path: Path) -> None:
    """It was that of the words of the cut, in which 大会长期 has no 会长: a list of 3 and then 5."""
    texts = [*["会长来了。"] * 2, *["会议开始。"] * 3, *["大会长期举行。"] * 3]
    with archive_of(tmp_path, {f"{i}.txt": text for i, text in enumerate(texts)}) as archive:
        assert [(found.text, found.passages) for found in archive.suggest("会")] == [("会长", 5), ("会议", 3)]


def test_a_word_of_one_passage_is_offered_where_the_archive_is_small(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the archive of a few articles no name was found by its pinyin."""
    assert suggested(archive, "貔") == suggested(archive, "pixiu") == ["貔貅"]
    assert archive.search(SearchRequest("pixiu")).did_you_mean == ("貔貅",)
    monkeypatch.setattr(vocabulary, "SMALL", 0)
    assert suggested(archive, "貔") == suggested(archive, "pixiu") == []


def test_the_number_is_that_of_the_passages_that_are_found(archive: Archive) -> None:
    for suggestion in archive.suggest("p", 50):
        result = archive.search(SearchRequest(suggestion.text, match="exact"))
        assert result.total == suggestion.passages > 0


def test_no_more_than_asked_for(archive: Archive) -> None:
    assert len(archive.suggest("s", 2)) <= 2
    assert archive.suggest("派", 0) == archive.suggest("派", -1) == ()


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "_", "'", '"', "';--", "*", "\0\n\x1f", "。", "😀", "\ud800"]
)
def test_what_begins_no_word_suggests_nothing(archive: Archive, typed: str) -> None:
    assert archive.suggest(typed) == ()


@pytest.mark.parametrize("typed", ["x" * 500, "zh" * 250, "派" * 500, "派'" * 250, "a b " * 250, "-" * 2000])
def test_a_long_text_is_no_trouble(archive: Archive, typed: str) -> None:
    assert archive.suggest(typed) == ()


@settings(max_examples=150, deadline=None)
@given(
    typed=st.one_of(
        st.text(max_size=30),
        st.text(alphabet="paichusozgnvüà派出所台臺 '-\"“:", max_size=12),
        st.builds(
            lambda text, start, size: text[start : start + size],
            st.sampled_from(TEXTS),
            st.integers(0, 30),
            st.integers(1, 5),
        ),
    )
)
def test_every_suggestion_finds_something(archive: Archive, typed: str) -> None:
    for suggestion in archive.suggest(typed):
        result = archive.search(SearchRequest(suggestion.text))
        assert (result.total > 0, result.relaxed) == (True, False), (typed, suggestion)
        assert suggestion.text != typed


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_updates_suggest_what_a_rebuild_suggests(
    tmp_path_factory: pytest.TempPathFactory, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "SMALL", 0)
    if not installed(engine):
        pytest.skip(f"{engine} is not installed")
    folder = tmp_path_factory.mktemp(engine)
    texts = {f"{i:02}.txt": f"第{i}天，农民在田里种麦子。老师在学校教书。" for i in range(40)}
    texts["38.txt"] = "火车开往西安。派出所在车站旁边。"
    texts["39.txt"] = "飞机飞往上海。火车已到。"
    with archive_of(folder, texts, engine=engine) as archive:
        assert suggested(archive, "hc") == ["火车"]
        assert suggested(archive, "pcs") == []
    # 派出所 now stands in a second passage, 火车 only in one, and 轮船 in two of one file.
    (folder / "texts" / "39.txt").write_text("轮船靠岸。\n\n轮船离岸，派出所在码头旁边。\n", "utf-8")
    typed = ["hc", "pcs", "lc", "轮", "n", "l", "xx", "c", "z", "la"]
    assert update(folder / "home").mode == "update"
    with Archive.open(folder / "home") as archive:
        updated = {each: set(archive.suggest(each, 50)) for each in typed}
    rebuild(folder / "home", engine=engine)
    with Archive.open(folder / "home") as archive:
        assert updated == {each: set(archive.suggest(each, 50)) for each in typed}
        assert suggested(archive, "hc") == []
        assert suggested(archive, "pcs") == ["派出所"]
        assert suggested(archive, "lc") == ["轮船"]


def test_a_run_is_completed_as_the_query_means_it_and_not_as_it_stands_in_a_text(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Two completions found nothing. AI?那里 is text before it is a pattern; the I of AI is not a word."""
    texts = {"甲.txt": "他问：AI?那里有人。", "乙.txt": "那里没有人。"}
    with archive_of(tmp_path_factory.mktemp("meaning"), texts) as archive:
        assert suggested(archive, "那") == ["那里"]
        assert suggested(archive, "AI？那") == ["AI？那里"]
        assert suggested(archive, "AI?那") == ["AI?那里"]
        assert suggested(archive, "I＊那") == []
