"""The words of pages, terminal and messages: what lacks in a language, and the catalogue that is read.

    python tools/translations.py                        brings archive/locale up to date, says what lacks
    python tools/translations.py KEY 'English' '中文'    adds or changes the text of a key
    python tools/translations.py KEY 'one|many' '中文'   the same, where it differs by number

People edit ``messages.po`` of ``en`` (texts by key) and ``zh`` (these, and the terminal's by their English).
``zh_Hant`` is made of ``zh`` by OpenCC and ``traditional.txt``, each ``messages.mo`` of its ``messages.po``.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from inspect import cleandoc
from pathlib import Path
from typing import get_args

import click
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

from archive.described import ORIGINS
from archive.fields import FIELDS
from archive.messages import LANGUAGES, LOCALE, Language, folder_of
from cli.group import COMMANDS, juanzong
from index.requests import FacetName

ROOT = Path(__file__).resolve().parent.parent
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
    for name in ELSEWHERE:
        yield (name,)
    for file in sorted((ROOT / "cli").rglob("*.py")):
        yield from marked(file)
    yield from addressed(ROOT / "web/api.py")
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


def addressed(file: Path) -> Iterator[tuple[str, ...]]:
    """What the addresses of the API answer: the docstrings of their functions, and what is added by hand."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        match node:
            case ast.FunctionDef(decorator_list=[ast.Call(ast.Name("get")), *_]):
                yield (ast.get_docstring(node) or "",)
            case ast.Call(ast.Name("Address"), [_, ast.Constant(str() as about), *_]):
                yield (about,)


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


def po(language: Language) -> Path:
    """The file that people read and edit."""
    return LOCALE / folder_of(language) / "LC_MESSAGES" / "messages.po"


def known(language: Language) -> Catalog:
    """What is in that file."""
    with po(language).open("rb") as file:
        return read_po(file, locale=folder_of(language))


def empty(language: Language) -> Catalog:
    """A catalogue without texts; each run makes the same head."""
    same = known("en").creation_date
    head = "# The words of Juanzong: see tools/translations.py."
    return Catalog(
        folder_of(language),
        header_comment=head,
        project="juanzong",
        version="1",
        creation_date=same,
        revision_date=same,
        fuzzy=False,
    )


def catalogue(language: Language) -> Catalog:
    """All texts of a language: those by key, and of the Chinese those of the terminal by their English."""
    made, keyed = empty(language), known("en")
    if language == "zh-Hant":
        for message in catalogue("zh"):
            if message.id:
                texts = [traditional(text) for text in all_of(message.string)]
                string = texts[0] if isinstance(message.id, str) else texts
                made.add(message.id, string, auto_comments=message.auto_comments)
        return made
    have = known(language)
    for message in keyed:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found = have.get(key)
            english = () if language == "en" else all_of(message.string)
            made.add(message.id, found.string if found else "", auto_comments=english)
    if language == "en":
        return made
    for text in words():
        found = have.get(text[0])
        assert text[0] not in keyed, f"{text[0]} is a key"
        made.add(text[0] if len(text) == 1 else text, found.string if found else "")
    folder = Path(click.__file__).parent
    for text in (each for name in FROM_CLICK for each in marked(folder / name)):
        found = have.get(text[0])
        if found and text[0] not in made:  # the rest of click's is for programmers
            made.add(text[0] if len(text) == 1 else text, found.string)
    return made


def all_of(string: str | Sequence[str] | None) -> tuple[str, ...]:
    """The text, or the texts by number."""
    return (string,) if isinstance(string, str) else tuple(string or ())


def traditional(text: str) -> str:
    """A text in traditional characters and in the terms of Taiwan, as far as Hong Kong has them too."""
    pattern, terms, convert = corrections()
    parts = [text] if text in terms else pattern.split(text)
    return "".join(terms.get(part) or str(convert.convert(part)) for part in parts)


@cache
def corrections() -> tuple[re.Pattern[str], dict[str, str], OpenCC]:
    """OpenCC, and what is taken in its place."""
    lines = (ROOT / "tools/traditional.txt").read_text("utf-8").splitlines()
    terms = dict(line.split("\t") for line in lines if not line.startswith("#"))
    longest = sorted((term for term in terms if len(term) > 1 or term in "“”"), key=len, reverse=True)
    return re.compile(f"({'|'.join(map(re.escape, longest))})"), terms, OpenCC("s2twp")


def compiled(made: Catalog) -> bytes:
    """The same as gettext reads it."""
    file = io.BytesIO()
    write_mo(file, made)
    return file.getvalue()


def written(made: Catalog) -> bytes:
    """The same as people read it."""
    file = io.BytesIO()
    write_po(file, made, sort_output=True, width=0, no_location=True)
    return file.getvalue()


def lacking(made: Catalog) -> list[str]:
    """The English, or the keys, that have no text."""
    return [str(message.id) for message in made if message.id and not any(message.string or ())]


def add(key: str, english: str, chinese: str) -> None:
    """Put the text of a key into the two files that people edit."""
    many = english.split("|")
    texts: tuple[tuple[Language, tuple[str, ...]], ...] = (("en", tuple(many)), ("zh", (chinese,)))
    for language, strings in texts:
        have = known(language)
        have.delete(key)
        have.add((key, key), strings) if len(many) > 1 else have.add(key, strings[0])
        po(language).write_bytes(written(have))


if __name__ == "__main__":
    if len(sys.argv) == 4:
        add(*sys.argv[1:])
    for language in LANGUAGES[::-1]:
        made = catalogue(language)
        po(language).parent.mkdir(parents=True, exist_ok=True)
        po(language).write_bytes(written(made))
        po(language).with_suffix(".mo").write_bytes(compiled(made))
        for text in lacking(made):
            print(f"{language}: {text}", file=sys.stderr)
