"""What may stand in the tree: no path of a machine, no registry's host name, no generated index."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {".git", "var", "build", "test-results", "__pycache__"}
FILES = sorted(
    path
    for path in ROOT.rglob("*")
    if path.is_file()
    and not any(
        part in LEFT_OUT or part.startswith(".venv") or part.endswith(("_cache", ".egg-info", ".hypothesis"))
        for part in path.relative_to(ROOT).parts
    )
)


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda p: p.name)
def test_lock_files_hold_versions_and_hashes_only(path: Path) -> None:
    line = re.compile(
        r"[a-z0-9._-]+==[0-9][^ ]*( ; [^\\]*)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|", re.IGNORECASE
    )
    assert [text for text in path.read_text("utf-8").split("\n") if not line.fullmatch(text)] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    folders = re.compile(rb"(?<![\w./~-])/(?:home|root|Users|work)/[A-Za-z0-9._-]+/")
    found = [path.relative_to(ROOT).as_posix() for path in FILES if folders.search(path.read_bytes())]
    assert [name for name in found if name != "tests/test_tree.py"] == []


def test_no_index_or_database_is_in_the_tree() -> None:
    suffixes = {".sqlite", ".db", ".seg", ".toc", ".store", ".idx", ".pos", ".jsonl"}
    assert [path.name for path in FILES if path.suffix in suffixes and "tests" not in path.parts] == []


def test_no_folder_of_tests_is_passed_over(pytestconfig: pytest.Config) -> None:
    """pytest never looks into a folder of the name ``build``: 143 tests stood in one, and did not run."""
    tests = ROOT / "tests"
    folders = {folder for path in tests.rglob("test_*.py") for folder in path.relative_to(tests).parts[:-1]}
    assert "builds" in folders
    passed_over = pytestconfig.getini("norecursedirs")
    assert [name for name in sorted(folders) if any(fnmatch(name, pattern) for pattern in passed_over)] == []


def test_the_stylesheet_closes_what_it_opens() -> None:
    # A rule that is not closed takes all that follow it along, and a browser says nothing.
    depth = 0
    for number, line in enumerate((ROOT / "web/static/style.css").read_text("utf-8").splitlines(), 1):
        assert not (depth and line.startswith(("/*", "."))), f"style.css:{number}: what is above it is open"
        depth += line.count("{") - line.count("}")
    assert depth == 0
