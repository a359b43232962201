"""Each module has its line in the documents, and each line its module."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
# Folders of modules that one line stands for: a reader, a rule, an engine, a page, a subcommand a file.
AS_A_WHOLE = {"readers", "pdf", "text", "page", "store", "whoosh", "tantivy", "pages", "commands"}


def described() -> dict[str, str]:
    """Folder, and what the documents say of its modules."""
    text = (DOCS / "making" / "architecture.md").read_text("utf-8")
    parts = re.split(r"^## (?:Texts|Finding|Faces) .*$", text, flags=re.MULTILINE)
    texts, finding, faces = parts[1:]
    top, *below = re.split(r"^`(\w+)/`: ", finding.split("\n### ")[0], flags=re.MULTILINE)
    found = {"archive": texts, "index": top}
    found |= {f"index/{name}": part for name, part in zip(below[::2], below[1::2], strict=True)}
    _, *below = re.split(r"^`(\w+)/`: ", faces, flags=re.MULTILINE)
    found |= dict(zip(below[::2], below[1::2], strict=True))
    return found


def modules(folder: str) -> set[str]:
    """The modules of a folder, and its folders that one line stands for."""
    found = {path.name for path in (ROOT / folder).glob("*.py") if path.name != "__init__.py"}
    return found | {f"{path.name}/" for path in (ROOT / folder).iterdir() if path.name in AS_A_WHOLE}


@pytest.mark.parametrize("folder", sorted(described()))
def test_every_module_has_its_line(folder: str) -> None:
    named = set(re.findall(r"`(\w+(?:\.py|/))`", described()[folder]))
    assert modules(folder) - named == set()


@pytest.mark.parametrize("folder", sorted(described()))
def test_every_line_is_about_a_module_that_there_is(folder: str) -> None:
    named = set(re.findall(r"`(\w+\.py)`", described()[folder]))
    assert {name for name in named if not list((ROOT / folder).rglob(name))} == set()


def test_no_folder_of_modules_is_without_a_description() -> None:
    folders = {
        path.parent.relative_to(ROOT).as_posix()
        for package in ("archive", "index", "web", "cli")
        for path in (ROOT / package).rglob("*.py")
    }
    assert {name for name in folders if name.rpartition("/")[2] not in AS_A_WHOLE} == set(described())


@pytest.mark.parametrize("document", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_every_path_in_the_documents_is_there(document: Path) -> None:
    paths = re.findall(
        r"`((?:archive|index|web|cli|tools|tests|benchmarks)/[\w./-]*)`", document.read_text("utf-8")
    )
    assert [path for path in paths if not (ROOT / path).exists()] == []
