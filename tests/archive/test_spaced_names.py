"""Names in brackets at the end of a text: one of two characters may be set with a space in it."""

from __future__ import annotations

import pytest

from archive.model import Kind
from archive.page import structure

PAGE = (
    "石桥村建成文化大院\n\n如今，走在村里的水泥路上，两边是新栽的柳树，傍晚的时候，总有人在那里跳舞。\n\n{}\n"
)


@pytest.mark.parametrize("names", ["（何 望 许青峦）", "（何 望、许青峦）", "（何　望　许青峦）"])
def test_spaced_names_in_brackets_are_the_byline(names: str) -> None:
    read = structure(PAGE.format(names))
    assert (read.author, read.pieces[-1].kind) == ("何望、许青峦", Kind.BYLINE)
