"""List the modules with what each is: the first line of its docstring.

    python tools/modules.py [FOLDER]…

FOLDER is one of the packages or a folder in them, ``index/search``; without one all are listed.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("archive", "index", "web", "cli")


def modules(*folders: str) -> dict[str, str]:
    """The modules below these folders, by path, and the first line of the docstring of each."""
    found = sorted(path for folder in folders or PACKAGES for path in (ROOT / folder).rglob("*.py"))
    return {path.relative_to(ROOT).as_posix(): first_line(path) for path in found}


def first_line(path: Path) -> str:
    """The first line of a module's docstring, empty where it has none."""
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]


if __name__ == "__main__":
    for name, line in modules(*sys.argv[1:]).items():
        print(f"{name}\n    {line}")
