"""What an engine can only narrow down is decided on stored texts, and on no more of them than needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from index.archive import Archive
from index.query.compile import compile_query
from index.query.condition import All, Condition
from index.query.nodes import Run
from index.search.verify import FEW, Verifier

TEXTS = [f"第{i}班有十七人，值班到天亮。" for i in range(4 * FEW)] + ["共一百一十七人", "共一百一十八人"]


@pytest.fixture
def looked_at(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The keys of the passages of which the texts are read, as they are read."""
    keys: list[int] = []
    texts = archive.generation.store.texts

    def noted(wanted: list[int]) -> Iterator[tuple[int, str]]:
        keys.extend(wanted)
        return texts(wanted)

    monkeypatch.setattr(archive.generation.store, "texts", noted)
    return keys


def verifier(archive: Archive) -> Verifier:
    return Verifier(archive.generation, across=False)


def number(archive: Archive, text: str) -> Condition:
    return compile_query(archive.analyzer, Run(text, whole=True, number=True))


def test_whether_a_number_stands_somewhere_is_known_from_the_first_that_holds_it(
    archive: Archive, looked_at: list[int]
) -> None:
    """All 6,536 passages with 十七 were looked at to learn that the number stands in one of them: 0.26 s."""
    assert verifier(archive).holds_somewhere(number(archive, "十七"))
    assert 0 < len(looked_at) <= FEW


def test_what_no_passage_holds_is_looked_for_in_all_that_may(archive: Archive, looked_at: list[int]) -> None:
    assert not verifier(archive).holds_somewhere(number(archive, "一十七"))
    assert len(looked_at) == 1  # 一百一十七 has it, as the end of another number


def test_forms_of_a_number_are_not_looked_for_where_no_passage_has_all_words(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A question with four numbers asked the engine forty times for all words and one form of a number."""
    snapshot = archive.generation.snapshot
    asked: list[Condition] = []
    monkeypatch.setattr(snapshot, "keys", asked.append)
    sought = All((number(archive, "十七"), number(archive, "一百一十八")))
    assert not verifier(archive).holds_somewhere(sought)
    assert asked == []


def test_what_was_decided_for_one_passage_is_not_taken_for_all(archive: Archive) -> None:
    """Whether it stands anywhere is asked first, and looks at the first passages only."""
    sought, one = number(archive, "十七"), verifier(archive)
    assert one.holds_somewhere(sought)
    assert archive.generation.snapshot.count(one.verified(sought, ())) == 4 * FEW
