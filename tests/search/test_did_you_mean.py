"""*Did you mean*: where hardly anything is found, queries of the archive's own words that find more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from search_support import archive_of

from index.archive import Archive
from index.requests import SearchRequest
from index.suggestions import corrections
from index.suggestions.suggest import written

TEXTS = (
    "记者来到城关派出所，派出所所长正在等他。",
    "派出所的民警说，社区的群众都认得他。",
    "诸葛亮出兵祁山，司马懿坚守不出。",
    "诸葛亮又出祁山，司马懿仍不出战。",
    "学校的图书馆新到了一批图书。",
    "图书馆里的群众很多，货车停在门外。",
    "货车已到，iPhone2也到。",
)


def meant(archive: Archive, query: str, **options: object) -> tuple[str, ...]:
    return archive.search(SearchRequest(query, **options)).did_you_mean  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "better"),
    [
        ("派出锁", "派出所"),  # a homophone
        ("拍出所", "派出所"),
        ("派山所", "派出所"),  # alike to the eye
        ("讠出所", "派出所"),  # the first character is wrong
        ("貨軍", "货车"),
        ("诸葛凉", "诸葛亮"),
        ("猪哥凉", "诸葛亮"),
        ("zhugeliang", "诸葛亮"),
        ("zgl", "诸葛亮"),
        ("“派出锁”", "“派出所”"),
        ("派出锁 所长", "派出所 所长"),
        ("祁山 诸葛凉 -货车", "祁山 诸葛亮 -货车"),
        ("诸葛凉出兵", "诸葛亮出兵"),
        ("图书官里", "图书馆里"),
        ("诸葛凉 NEAR/20 祁山", "诸葛亮 NEAR/20 祁山"),
        ("（诸葛凉 OR 不在此处）", "（诸葛亮 OR 不在此处）"),
        ("Phone", "“Phone”"),
    ],
)
def test_a_wrong_word_is_replaced_and_all_else_stays(archive: Archive, query: str, better: str) -> None:
    assert better in meant(archive, query)


@pytest.mark.parametrize(
    "query", ["派出所", "诸葛亮", "货车", "祁山 司马懿", "-派出所", "NOT 诸葛凉", "", "。"]
)
def test_a_query_that_finds_enough_is_left_alone(archive: Archive, query: str) -> None:
    assert meant(archive, query) == ()


def test_what_is_nearly_notation_is_offered_as_notation(tmp_path: Path) -> None:
    """派？所 found nothing, and nothing was said: an input method writes ？ for ?"""
    texts = {f"{number}.txt": f"诸葛亮\n\n{text}" for number, text in enumerate(TEXTS)}
    with archive_of(tmp_path, texts) as archive:
        for query, better in (
            ("派？所", "派?所"),
            ("诸＊山", "诸*山"),
            ("派出所OR货车", "派出所 OR 货车"),
            ("诸葛亮NOT司马懿", "诸葛亮 NOT 司马懿"),
            ("诸葛亮NEAR/5祁山", "诸葛亮 NEAR/5 祁山"),
            ("图书馆 not 群众", "图书馆 NOT 群众"),
            ("titel:诸葛亮", "title:诸葛亮"),
            ("标提：诸葛亮 祁山", "标题：诸葛亮 祁山"),
        ):
            assert better in meant(archive, query), query
        for prose in ("群众：派出所", "图书馆？群众", "iPhone：货车", "iPhoneOR货车"):
            assert not any(mark in one for one in meant(archive, prose) for mark in ("?", " OR ", "title"))


def test_what_stands_literally_is_not_doubted(archive: Archive) -> None:
    assert archive.search(SearchRequest("停在门外")).total == 1
    assert meant(archive, "停在门外") == ()


def test_a_filter_holds_for_what_is_offered(archive: Archive) -> None:
    assert "派出所" in meant(archive, "派出锁", documents=("0",))
    assert "派出所" not in meant(archive, "派出锁", documents=("6",))


def test_a_quotation_is_mended_too(archive: Archive) -> None:
    assert meant(archive, "学校的土书馆新到了一批图书") == ("学校的图书馆新到了一批图书",)


def test_no_word_is_looked_for_where_the_others_stand_nowhere_together(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking through the vocabulary took half the time of every question, and offered nothing."""
    looked_for: list[str] = []

    def alike(archive: Archive, word: str) -> list[tuple[int, str]]:
        looked_for.append(word)
        return []

    monkeypatch.setattr(corrections, "_alike", alike)
    assert meant(archive, "派出所所长诸葛凉出兵学校图书馆") == ()
    assert looked_for == []


def test_a_query_is_not_tried_whose_words_do_not_meet(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each was searched for as a whole: a fifth of the time of a question, and nothing was offered."""
    tried: list[str] = []

    def noticed(archive: Archive, word: str) -> str:
        tried.append(word)
        return written(archive, word)

    monkeypatch.setattr(corrections, "written", noticed)
    assert meant(archive, "司马懿与派出锁") == ()
    assert tried == []
    assert meant(archive, "司马懿与诸葛凉") == ("司马懿与诸葛亮",)
    assert set(tried) == {"诸葛亮"}


def test_words_that_are_asked_for_in_one_document_need_not_meet_in_a_passage(tmp_path: Path) -> None:
    with archive_of(tmp_path, {"甲.txt": "派出所来人了。\n群众说。\n诸葛亮出兵祁山。"}) as archive:
        assert meant(archive, "派出所群众诸葛凉", within="document") == ("派出所群众诸葛亮",)
        assert meant(archive, "派出所群众诸葛凉") == ()


def test_no_function_word_is_offered_in_place_of_another_word(tmp_path: Path) -> None:
    with archive_of(tmp_path, {"甲.txt": "省委派出所的群众不是民警。\n省委书法。"}) as archive:
        assert meant(archive, "省委群众记是民警") == ()


def test_the_words_around_may_stand_in_the_title(tmp_path: Path) -> None:
    texts = {"诸葛亮传.txt": "派出所的民警说，社区的群众都认得他。\n派出所来人了。"}
    with archive_of(tmp_path, texts) as archive:
        assert archive.search(SearchRequest("诸葛亮传派出所")).total == 2
        assert "诸葛亮传派出所" in meant(archive, "诸葛亮传派出锁")


def test_the_exact_match_is_helped_too(archive: Archive) -> None:
    assert "派出所" in meant(archive, "派出锁", match="exact")


@settings(max_examples=120, deadline=None)
@given(
    query=st.one_of(
        st.text(max_size=20),
        st.text(alphabet='派出锁所诸葛亮凉货车军图书官馆 -"“()ORzgl:*?', max_size=12),
        st.builds(
            lambda text, start, size, place, wrong: (
                text[start : start + size][:place] + wrong + text[start : start + size][place + 1 :]
            ),
            st.sampled_from(TEXTS),
            st.integers(0, 15),
            st.integers(2, 6),
            st.integers(0, 5),
            st.sampled_from("锁凉军官一龘a"),
        ),
    )
)
def test_whatever_is_offered_finds_something(archive: Archive, query: str) -> None:
    offered = meant(archive, query)
    assert len(offered) <= 3
    assert len(set(offered)) == len(offered)
    for better in offered:
        result = archive.search(SearchRequest(better))
        assert (result.total > 0, result.relaxed) == (True, False), (query, better)


@pytest.mark.parametrize("query", ["锁" * 500, "派出锁 " * 200, "zg" * 400, "'%_" * 100])
def test_a_long_query_is_no_trouble(archive: Archive, query: str) -> None:
    assert len(meant(archive, query)) <= 3


def test_a_question_of_which_all_words_are_wanted_is_helped(tmp_path: Path) -> None:
    """Its function words are not wanted: they had to be in the passage for anything to be offered."""
    with archive_of(tmp_path, {"甲.txt": "派出所来人了。\n派出所的群众、民警都在看诸葛亮的戏。"}) as archive:
        for question in ("派出所群众诸葛凉是谁", "谁是派出所群众民警诸葛凉"):
            assert meant(archive, question, match="all") == (question.replace("凉", "亮"),)


def test_a_field_of_documents_is_helped(tmp_path: Path) -> None:
    """Its words are in no passage, where those of the corrected run were looked for together."""
    front = "---\nsource: 南方周末\n---\n\n来人了，说南方的事。\n\n周末再来。"
    with archive_of(tmp_path, {"甲.md": front}) as archive:
        assert meant(archive, "source:南方周未") == ("source:南方周末",)
        assert meant(archive, "来人 source:南方周未") == ("来人 source:南方周末",)


def test_function_words_are_replaced_where_the_whole_run_occurs_then(tmp_path: Path) -> None:
    with archive_of(tmp_path, {"甲.txt": "这里的价格合适，大家都来。\n法师布施了米。"}) as archive:
        assert meant(archive, "价格和是") == ("价格合适",)
        assert meant(archive, "法师不是") == ("法师布施",)
