"""The pages of the command are what it says of itself."""

from __future__ import annotations

import pytest

from archive.messages import Language
from tools import cli_docs


@pytest.mark.parametrize("language", cli_docs.PAGES)
def test_the_page_of_the_command_is_its_help(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mend it with: python tools/cli_docs.py"""
    monkeypatch.setenv("LANGUAGE", language)
    assert cli_docs.PAGES[language].read_text("utf-8") == cli_docs.document(language)
