"""Files of formats without a reader are named with the way to one that is read."""

from __future__ import annotations

import pytest

from archive.sources import unknown_format


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("书.mobi", ".epub"),
        ("信.EML", ".mht"),
        ("文.caj", ".pdf"),
        ("表.numbers", ".xlsx"),
        ("稿.tex", ".md"),
        ("a.b", ".txt"),
    ],
)
def test_the_note_names_the_way_out(name: str, way: str) -> None:
    found = unknown_format(name, name)
    assert way in found.message
    assert found.left_out
