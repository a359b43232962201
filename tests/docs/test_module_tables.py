"""Each module says what it is, each folder has its row in the documents, and each path is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.modules import modules

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    lines = modules()
    assert len(lines) > 250
    assert [name for name, line in lines.items() if not 15 <= len(line) <= 125] == []
    assert len(set(lines.values())) == len(lines)


def test_every_folder_of_modules_has_its_row_and_each_row_its_folder() -> None:
    text = (DOCS / "making" / "architecture.md").read_text("utf-8")
    rows = [
        line
        for line in text.splitlines()
        if line.startswith(("| `archive/", "| `index/", "| `web/", "| `cli/"))
    ]
    named = {name for row in rows for name in re.findall(r"`([\w/]+/)`", row.split(" | ")[0])}
    assert named == {f"{name.rpartition('/')[0]}/" for name in modules()}


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_path_in_the_documents_is_there(document: Path) -> None:
    paths = re.findall(
        r"`((?:archive|index|web|cli|tools|tests|benchmarks)/[\w./-]*)`", document.read_text("utf-8")
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []
