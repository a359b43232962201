"""docs/cli.md is what the command says of itself."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_the_command_is_its_help() -> None:
    """Mend it with: python tools/cli_docs.py > docs/cli.md"""
    made = runpy.run_path(str(ROOT / "tools" / "cli_docs.py"))["document"]()
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == made
