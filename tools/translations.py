"""The Chinese of the terminal: what is to be translated, and the catalogue that the command reads.

    python tools/translations.py            brings cli/locale/zh up to date, and says what has no Chinese yet

The words are in ``messages.po``, which people edit; ``messages.mo`` is made of it.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import get_args

import click
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from archive.described import ORIGINS
from archive.fields import FIELDS
from cli.group import COMMANDS, juanzong
from index.results import FacetName

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "cli/locale/zh/LC_MESSAGES"
FROM_CLICK = ("core.py", "decorators.py", "exceptions.py", "formatting.py", "types.py")
ELSEWHERE = (
    *("added", "changed", "removed", "gone", "cannot be read", "empty now"),
    "cannot be read, and damaged in the archive",
    *("passages", "documents", "occurrences"),
    *("folding", "tables", "streams", "segmenter", "dictionary", "variants"),
    *get_args(FacetName),
    *FIELDS,
    *ORIGINS,
    *("title", "heading", "byline", "caption", "note", "text", "deck", "mark"),
)
"""Words that come as values: of reports, settings, facets and kinds of pieces."""


def words() -> Iterator[tuple[str, ...]]:
    """Each message: its English; of what is counted the singular and the plural."""
    for name in ("en", *ELSEWHERE):  # the language itself is a word of the catalogue
        yield (name,)
    for file in sorted((ROOT / "cli").rglob("*.py")):
        yield from marked(file)
    for folder in ("archive", "index"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield from raised(file)
    context = click.Context(juanzong, info_name="juanzong", **juanzong.context_settings)
    for command in (juanzong, *(juanzong.get_command(context, name) for name in COMMANDS)):
        assert command is not None
        yield (cleandoc(command.help or ""),)
        for option in command.params:
            if isinstance(option, click.Option) and option.help and not option.hidden:
                yield (option.help,)


def marked(file: Path) -> Iterator[tuple[str, ...]]:
    """What a file of Python marks by ``_``, ``N_``, ``many`` and ``ngettext``."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant)]
        said = [text for text in texts if isinstance(text, str)]
        if node.func.id in ("_", "N_") and said:
            yield (said[0],)
        elif node.func.id == "many" and said:
            yield (f"{{:,}} {said[0]}", f"{{:,}} {said[0]}s")
        elif node.func.id == "ngettext" and len(said) == 2:
            yield (said[0], said[1])


def raised(file: Path) -> Iterator[tuple[str, ...]]:
    """What the errors of a file say and advise: what ``said`` makes, texts without values, and the ``step``
    of a class of errors."""
    tree = ast.parse(file.read_text("utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Assign([ast.Name("step")], ast.Constant(str() as step)) if step:
                yield (step,)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id == "said":
            texts: list[ast.expr] = node.args[:1]
        elif node.func.id.endswith("Error") and node.func.id != "ReadError":  # of a note of the build
            texts = [*node.args, *(each.value for each in node.keywords if each.arg == "hint")]
        else:
            continue
        for text in texts:
            text = named.get(text.id, text) if isinstance(text, ast.Name) else text
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value:
                yield (text.value,)


def catalogue() -> Catalog:
    """All messages, with the Chinese that is there."""
    with (FOLDER / "messages.po").open("rb") as file:
        known = read_po(file, locale="zh")
    made = Catalog(
        locale="zh",
        header_comment="# The Chinese of the terminal.",
        project="juanzong",
        version="1",
        creation_date=known.creation_date,  # else each run makes another file
        revision_date=known.revision_date,
        fuzzy=False,
    )
    for message in words():
        have = known.get(message[0])
        made.add(message[0] if len(message) == 1 else message, have.string if have else "")
    folder = Path(click.__file__).parent
    for message in (each for name in FROM_CLICK for each in marked(folder / name)):
        have = known.get(message[0])
        if have and message[0] not in made:  # the rest of click's is for programmers
            made.add(message[0] if len(message) == 1 else message, have.string)
    return made


def compiled(made: Catalog) -> bytes:
    """The same as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, made)
    return file.getvalue()


def lacking(made: Catalog) -> list[str]:
    """The English that has no Chinese."""
    return [str(message.id) for message in made if message.id and not any(message.string or ())]


if __name__ == "__main__":
    made = catalogue()
    with (FOLDER / "messages.po").open("wb") as po:
        write_po(po, made, omit_header=False, sort_output=True, width=0, no_location=True)
    (FOLDER / "messages.mo").write_bytes(compiled(made))
    for text in lacking(made):
        print(text, file=sys.stderr)
