"""The direction of imports: archive < index < web, cli; and what the search command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "archive": {"archive"},
    "index": {"archive", "index"},
    "web": {"archive", "index", "web"},
    "cli": {"archive", "index", "web", "cli"},
    "juanzong": {"archive", "index"},
}
MODULES = sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def imported_packages(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    ours = imported_packages(path) & set(MAY_IMPORT)
    assert ours <= MAY_IMPORT[package]


def imported_modules() -> dict[str, set[str]]:
    """Our modules by name, each with those that it imports: also in a function, and for its types only."""
    names = {}
    for path in MODULES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        imported: set[str] = set()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                imported.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                inside = {f"{node.module}.{alias.name}" for alias in node.names} & set(names)
                imported |= inside or {node.module}
        found[name] = imported & set(names) - {name}
    return found


def layers(modules: dict[str, set[str]]) -> list[list[str]]:
    """The modules from the bottom to the top: each imports only from layers below its own."""
    drawn: list[list[str]] = []
    below: set[str] = set()
    while len(below) < len(modules):
        layer = sorted(name for name in set(modules) - below if modules[name] <= below)
        assert layer, "these import each other: " + ", ".join(
            f"{name} < {each}"
            for name in sorted(set(modules) - below)
            for each in sorted(modules[name] - below)
        )
        drawn.append(layer)
        below.update(layer)
    return drawn


def test_no_two_modules_import_each_other_not_even_by_a_detour() -> None:
    """Lazy and type-only imports hid that ``index.archive`` and four of its parts were one module."""
    drawn = layers(imported_modules())
    assert "archive.fields" in drawn[0]
    for number, layer in enumerate(drawn, 1):
        sys.stdout.write(f"{number:3} {' '.join(layer)}\n")  # pytest -rP shows the drawing


def test_every_package_of_the_house_is_checked() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(MAY_IMPORT)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_records_are_of_one_kind(path: Path) -> None:
    """There were three kinds with two ``replace``, and columns were found by their numbers."""
    text = path.read_text("utf-8")
    assert "NamedTuple" not in text
    assert "namedtuple" not in text
    assert "dataclasses" not in imported_packages(path)


def loaded(modules: list[str], imports: str) -> list[str]:
    """Those of the modules that a fresh interpreter has loaded after these imports."""
    program = f"import sys, {imports}; print(*[m for m in {modules!r} if m in sys.modules])"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return run.stdout.split()


def test_a_search_from_the_terminal_loads_nothing_heavy_at_import() -> None:
    """A cold start has the 90 milliseconds that rg takes. The first of these cost 30 to 800 of them.

    Of the others dataclasses cost 40 with the classes that they made, the rest 2 to 5 each.
    """
    heavy = ["jieba", "rjieba", "numpy", "flask", "rich", "tantivy", "whoosh.index", "multiprocessing"]
    heavy += ["mcp", "pydantic"]
    heavy += ["dataclasses", "hashlib", "tempfile", "shutil", "calendar"]
    heavy += ["index.analysis.dictionaries", "archive.text.dates", "index.suggestions.corrections"]
    for engine in ("tantivy", "whoosh"):
        found = loaded(heavy, f"cli.main, cli.commands.search, index.engines.{engine}.snapshot")
        assert found == (["hashlib"] if engine == "whoosh" else [])  # Whoosh's dictionary of terms hashes
