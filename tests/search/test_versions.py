"""Two texts side by side: what is common is in both in this order, nothing is lost, and it takes no hours."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.folding import Folding
from index.search.versions import Compared, ComparedParagraph, common_runs, compared

FOLDING = Folding()
LEFT = [
    "高祖本紀",
    "高祖，沛豐邑中陽里人，姓劉氏，字季。父曰太公，母曰劉媼。",
    "其先劉媼嘗息大澤之陂，夢與神遇。",
    "此段只在甲本。",
    "末段相同。",
]
RIGHT = [
    "高祖本纪第八",
    "高祖沛丰邑中阳里人也姓刘氏字季父曰太公母曰刘媪其先刘媪尝息大泽之陂，梦与神遇。",
    "乙本另有一句。",
    "末段相同。",
]


def shown(found: Compared) -> list[tuple[str, str]]:
    """Each row, what only one has in brackets, variants in braces."""
    marks = {"only": "[{}]", "variant": "{{{}}}"}

    def side(paragraphs: Sequence[ComparedParagraph]) -> str:
        return "/".join(
            "".join(marks.get(piece.how, "{}").format(piece.text) for piece in paragraph.pieces)
            for paragraph in paragraphs
        )

    return [(side(row.left), side(row.right)) for row in found.rows]


def test_paragraphs_belong_together_by_what_they_have_in_common() -> None:
    """A paragraph that one edition divides is beside both; variants and punctuation are no difference."""
    found = compared(LEFT, RIGHT, FOLDING)
    rows = shown(found)
    assert rows[0] == ("高祖本{紀}", "高祖本{纪}[第八]")
    assert rows[1][0].replace("{", "").replace("}", "") == f"{LEFT[1]}/{LEFT[2]}"
    assert "[也]" in rows[1][1]
    assert "[" not in rows[1][0]
    assert rows[2] == ("[此段只在甲本]。", "[乙本另有一句]。")
    assert rows[3] == ("末段相同。", "末段相同。")
    assert found.differences == 3
    assert [row.differs for row in found.rows] == [True, True, True, False]


def test_the_same_text_differs_nowhere() -> None:
    found = compared(LEFT, LEFT, FOLDING)
    assert found.common == found.left == found.right
    assert not found.differences
    assert not any(row.differs for row in found.rows)


TEXTS = st.lists(st.text("甲乙丙丁戊，。臺台 a1", max_size=30), max_size=6)


@given(TEXTS, TEXTS)
def test_every_paragraph_is_there_once_and_whole(left: list[str], right: list[str]) -> None:
    found = compared(left, right, FOLDING)
    for given_texts, sides in ((left, [r.left for r in found.rows]), (right, [r.right for r in found.rows])):
        paragraphs = [paragraph for side in sides for paragraph in side]
        assert ["".join(piece.text for piece in each.pieces) for each in paragraphs] == given_texts
    numbers = [piece.difference for row in found.rows for piece in row.pieces if piece.difference]
    assert sorted(numbers) == list(range(1, found.differences + 1))


@given(st.text("甲乙丙丁", max_size=60), st.text("甲乙丙丁", max_size=60))
def test_common_runs_ascend_in_both_texts_and_are_equal(left: str, right: str) -> None:
    a = b = 0
    for i, j, n in common_runs(left, right):
        assert i >= a
        assert j >= b
        assert left[i : i + n] == right[j : j + n]
        a, b = i + n, j + n


@pytest.mark.parametrize("same", [True, False], ids=["a version", "another text"])
def test_four_times_the_text_takes_about_four_times_as_long(same: bool) -> None:
    """difflib took 16 times as long, and minutes for a book."""
    generator = random.Random(7)

    def text(size: int) -> list[str]:
        return [
            "".join(chr(0x4E00 + generator.randrange(2000)) for _ in range(100)) for _ in range(size // 100)
        ]

    def seconds(size: int) -> float:
        one = text(size)
        other = [f"又{line[:-3]}" for line in one] if same else text(size)
        began = time.process_time()
        found = compared(one, other, FOLDING)
        assert (found.common > 0.9 * size) is same
        return time.process_time() - began

    seconds(5_000)
    assert seconds(80_000) < 10 * seconds(20_000)
