"""Write what docs/using/python.md pins, and run its notebook: python tools/python_docs.py

The page has every public name with its parameters or fields; the notebook has what its cells print.
"""

from __future__ import annotations

import inspect
import io
import json
import os
import re
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from msgspec import Struct

import juanzong

DOCS = Path(__file__).resolve().parent.parent / "docs" / "using"
PAGE = DOCS / "python.md"
NOTEBOOK = DOCS / "notebook.ipynb"
BLOCK = re.compile(r"(?<=```text\n).*?(?=```)", re.DOTALL)
METHODS = (
    *("open", "close", "search", "hits", "export", "suggest", "explain", "passage", "document"),
    *("document_parts", "cite", "stats", "each_document", "values", "report", "concordance", "lines"),
    *("line_groups", "distribution", "collocates", "keyness", "compare", "card", "rerun"),
)
"""The methods of an archive that are promised."""


def signature(thing: Any) -> str:
    """The parameters with their defaults."""
    signed = inspect.signature(thing)
    plain = [one.replace(annotation=one.empty) for one in signed.parameters.values() if one.name != "self"]
    return str(signed.replace(parameters=plain, return_annotation=signed.empty))


def described() -> str:
    """Each public name, one a line: functions, classes with their fields, and the archive's methods."""
    lines = []
    for name in sorted(name for name in vars(juanzong) if not name.startswith("_")):
        value = getattr(juanzong, name)
        if name == "Archive":
            lines += [f"Archive.{method}{signature(getattr(value, method))}" for method in METHODS]
        elif isinstance(value, type) and issubclass(value, Struct) and not name.endswith("Request"):
            lines.append(f"{name}: {', '.join(value.__struct_fields__)}")
        elif isinstance(value, type) and issubclass(value, Exception):
            lines.append(f"{name}: {value.code}")  # type: ignore[attr-defined]
        elif callable(value):
            lines.append(name + signature(value))
        else:
            lines.append(f"{name}: {', '.join(value)}")
    return "\n".join(lines) + "\n"


def page() -> str:
    """The page as it should be."""
    return BLOCK.sub(lambda _: described(), PAGE.read_text("utf-8"))


def notebook() -> str:
    """The notebook with what its cells print when they are run one after the other, in its folder."""
    book = json.loads(NOTEBOOK.read_text("utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    os.chdir(DOCS)
    number = 0
    for cell in book["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        with redirect_stdout(io.StringIO()) as printed:
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
        text = printed.getvalue().splitlines(keepends=True)
        cell["outputs"] = [{"name": "stdout", "output_type": "stream", "text": text}] if text else []
        cell["execution_count"] = number
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    NOTEBOOK.write_text(notebook(), "utf-8")
