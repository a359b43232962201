"""Each module says what it is, each folder has its row in the documents, and each path is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.modules import modules

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PACKAGES = ("archive", "index", "web", "cli", "tests", "tools")


def test_every_module_says_in_its_first_line_what_it_is() -> None:
    lines = modules()
    assert len(lines) > 200  # all of them were looked at
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


def test_every_name_in_the_map_of_changes_is_defined_in_a_file_of_its_row() -> None:
    text = (DOCS / "making" / "architecture.md").read_text("utf-8")
    rows = text.split("\n## Where a change goes\n")[1].split("\n## ")[0].splitlines()
    sources = [path for top in PACKAGES for path in (ROOT / top).rglob("*.py")]
    lacking = []
    for row in rows:
        quoted = re.findall("`([^`]+)`", row)
        of_row = [path.read_text("utf-8") for path in sources if f"/{path.as_posix()}".endswith(ends(quoted))]
        for name in (name.lstrip("@") for name in quoted if re.fullmatch("@?[A-Za-z_]{3,}", name)):
            defined = re.compile(rf"\b(?:class|def) {name}\b|^\s*{name}\b\s*[:=]", re.MULTILINE)
            if not any(map(defined.search, of_row)):
                lacking.append(name)
    assert len(rows) > 30
    assert lacking == []


def ends(quoted: list[str]) -> tuple[str, ...]:
    """How the paths of the named files end."""
    return tuple(f"/{name}" for name in quoted if name.endswith(".py"))
