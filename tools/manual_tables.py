"""Write what the manual takes from the program: formats, notes, reading rules, addresses of the API, folders.

python tools/manual_tables.py
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from archive.formats import FORMATS  # noqa: E402
from archive.messages import LOCALE, text_of  # noqa: E402
from index.reloading import LiveArchive  # noqa: E402
from web.app import create_app  # noqa: E402

DOCS = ROOT / "docs"
API = "/api/v1"


def formats() -> Iterable[str]:
    """The formats in their order."""
    for one in FORMATS:
        yield f"| {' '.join(f'`{ending}`' for ending in one.endings)} | {one.name} | {one.lacks} |"


def notes() -> Iterable[str]:
    """The codes of a report's notes; that of a dictionary is not about a text."""
    catalogue = LOCALE / "en" / "LC_MESSAGES" / "messages.po"
    for code in re.findall(r'^msgid "reason\.(\w+)"$', catalogue.read_text("utf-8"), re.MULTILINE):
        if code != "dictionary_line":
            yield f"| `{code}` | {text_of('en', f'reason.{code}')} |"


def addresses() -> Iterable[str]:
    """The addresses of the API, with the parameters that are not those of a search."""
    client = create_app(LiveArchive(ROOT / "no-archive").get).test_client()
    paths = client.get(f"{API}/openapi.json").get_json()["paths"]
    taken = {path: parameters(methods["get"]["parameters"]) for path, methods in paths.items()}
    of_search = taken[f"{API}/search"]
    for path, methods in paths.items():
        if path.startswith(f"{API}/"):
            shared = of_search.keys() <= taken[path].keys()
            own = [text for name, text in taken[path].items() if not shared or of_search.get(name) != text]
            about = methods["get"]["summary"].replace("``", "`")
            asked = ", ".join([*["those of a search"] * shared, *own])
            yield f"| `{path.removeprefix(API)}` | {about} | {asked} |"


def parameters(described: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Each parameter, and in parentheses what it may be if that is one of few values or a small number."""
    found = {}
    for one in described:
        if one["in"] == "query":
            most = one["schema"].get("maximum", 10**6)
            chosen = one["schema"].get("enum", [f"to {most:,}"] * (most < 10**4))
            found[one["name"]] = f"`{one['name']}`" + (f" ({', '.join(chosen)})" if chosen else "")
    return found


def folders() -> Iterable[str]:
    """The folders of modules, with what their packages say of themselves."""
    for package in ("archive", "index", "web", "cli"):
        for init in sorted((ROOT / package).rglob("__init__.py")):
            about = (ast.get_docstring(ast.parse(init.read_text("utf-8"))) or "").split("\n")[0]
            yield f"| `{init.parent.relative_to(ROOT).as_posix()}/` | {about.replace('``', '`')} |"


def page(name: str) -> str:
    """A page as it has to be: the rows below the head of each of its tables are those of today."""
    text = (DOCS / f"{name}.md").read_text("utf-8")
    for head, rows in HEADS.items():
        before, found, after = text.partition(f"{head}\n")
        if found:
            rule, _, rest = after.partition("\n")
            now = "".join(f"{row}\n" for row in rows())
            rest = re.sub(r"\A(?:[|].*\n)*", "", rest)
            text = f"{before}{found}{rule}\n{now}{rest}"
    return re.sub(r"^- `([a-z-]+)`: .*$", rule_line, text, flags=re.MULTILINE)


def rule_line(line: re.Match[str]) -> str:
    """What a reading rule holds."""
    return f"- `{line[1]}`: {text_of('en', f'rule.{line[1]}')}"


HEADS = {
    "| ending | format | what is not in the archive |": formats,
    "| code | meaning |": notes,
    f"| address below `{API}` | answers | parameters |": addresses,
    "| folder | what it holds |": folders,
}
PAGES = ("using/formats", "using/reading-rules", "using/web", "making/architecture")

if __name__ == "__main__":
    for name in PAGES:
        (DOCS / f"{name}.md").write_text(page(name), "utf-8")
