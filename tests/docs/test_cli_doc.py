"""The pages of the command are what it says of itself."""

from __future__ import annotations

import re

import pytest

from archive.messages import Language
from tools import cli_docs


@pytest.mark.parametrize("language", cli_docs.PAGES)
def test_the_page_of_the_command_is_its_help(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mend it with: python tools/cli_docs.py"""
    monkeypatch.setenv("LANGUAGE", language)
    assert cli_docs.PAGES[language].read_text("utf-8") == cli_docs.document(language)


def test_the_chinese_page_has_no_option_in_english() -> None:
    rows = [line for line in cli_docs.PAGES["zh"].read_text("utf-8").splitlines() if line.startswith("- `--")]
    english = [row for row in rows if not re.search("[\u4e00-\u9fff]", row.partition("`: ")[2])]
    assert len(rows) > 80
    assert english == []
