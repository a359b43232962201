"""Pages and templates agree: what a page is made of is what its template shows.

A template is not typed. A value that it asks for and a page lacks is an error for the reader of that page
only, and a value that no template asks for any more is computed for nothing.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import web

HERE = Path(web.__file__).parent
FOR_THE_FORM = {"digest", "values", "lines", "kinds"}
"""What ``web/correcting.py`` compares a sent form with."""


def given() -> dict[str, set[str]]:
    """Of each template the names of what its pages are made of."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Page":
                template = node.args[0]
                assert isinstance(template, ast.Constant)
                names[str(template.value)] |= {str(keyword.arg) for keyword in node.keywords}
    return names


def test_a_page_is_made_of_what_its_template_shows_and_nothing_else() -> None:
    pages = given()
    assert len(pages) > 10
    for template, names in pages.items():
        html = (HERE / "templates" / template).read_text("utf-8")
        shown = set(re.findall(r"\bpage\.(\w+)", html)) - {"title"}
        spare = FOR_THE_FORM if template == "correct.html" else set()
        assert shown - names == set(), template
        assert names - shown - spare == set(), template
