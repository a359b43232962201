"""The tables and the reading rules of the manual are those of the program."""

from __future__ import annotations

import pytest

from tools import manual_tables


@pytest.mark.parametrize("name", manual_tables.PAGES)
def test_a_page_has_what_the_program_has(name: str) -> None:
    """Mend it with: python tools/manual_tables.py"""
    assert (manual_tables.DOCS / f"{name}.md").read_text("utf-8") == manual_tables.page(name)
