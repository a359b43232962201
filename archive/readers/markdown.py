"""Markdown (CommonMark, with tables, footnotes, readings and front matter), by way of HTML."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from html import escape
from typing import Any, BinaryIO, Final

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from archive.damage import encoding_notes
from archive.encoding import decode
from archive.fields import NAMES
from archive.messages import note, short
from archive.model import Kind
from archive.readers.extract import Extract, TextLine, titled
from archive.readers.html import tree_of
from archive.readers.hypertext import Flow, notes_of

_FRONT: Final = re.compile(
    r"\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n(?:\1|\.\.\.)[ \t]*(?:\r?\n|$)", re.DOTALL
)
_FRONT_JSON: Final = re.compile(r"\ufeff?()(\{[ \t]*\r?\n.*?\n\}[ \t]*(?:\r?\n|$))", re.DOTALL)
_LOADERS: Final[dict[str, Callable[[str], Any]]] = {
    "---": yaml.safe_load,
    "+++": tomllib.loads,
    "": json.loads,
}
_OWN: Final = ("type", "place", "url")
"""Fields whose names blogs use for something else."""
_FIELDS: Final = {name: field for name, field in NAMES.items() if field not in _OWN} | {
    "authors": "author", "institute": "affiliation", "series": "collection", "lang": "language",
    "license": "rights", "copyright": "rights",
}  # fmt: skip
_TEXTS: Final = {
    "subtitle": Kind.DECK, "副标题": Kind.DECK, "副標題": Kind.DECK,
    "abstract": Kind.TEXT, "summary": Kind.TEXT, "description": Kind.TEXT, "摘要": Kind.TEXT,
}  # fmt: skip
"""What the head has of the text itself."""
_PLAIN: Final = re.compile(r"^(\w+):[ \t]+(\S.*?)[ \t\r]*$", re.MULTILINE)
_NOTE: Final = re.compile(r"\[\^([^\]\s]{1,100})\]:[ \t]*")
_NOTE_MARK: Final = re.compile(r"\[\^([^\]\s]{1,100})\]")
_READING: Final = re.compile(r"\{([^{}|\n]{1,40})\|([^{}\n]{1,100})\}")
_ATTRIBUTES: Final = re.compile(r"\{[#.:][^{}\n]*\}[ \t]*$", re.MULTILINE)
_SIGNS: Final = re.compile(
    r"!?\[\[(?P<page>[^\[\]|\n]+)(?:\|(?P<shown>[^\[\]\n]+))?\]\]|==(?P<marked>[^=\n]+)==|%%.*?%%"
    r"|\^\[(?P<note>[^\[\]\n]+)\]|\{\{[<%](?P<code>[^{}]*)[%>]\}\}|\{%[^{}]*%\}",
    re.DOTALL,
)
"""Signs of Obsidian, Hugo and Jekyll: links between pages, marked text, comments, notes, codes."""
_FIRST_SIGNS: Final = re.compile(r"\[!\w{1,20}\][+-]?[ \t]*(?P<title>[^\n]*)\n?|\[(?P<task>[ xX])\](?=[ \t])")
"""What leads a callout, or an item of a list of tasks."""
_CAPTION: Final = re.compile(r"\b(?:caption|title)=\"([^\"]+)\"")
_DEEP: Final = re.compile(r"^[ \t]*(?:(?:[>*+-]|\d{1,9}[.)])[ \t]*){90}", re.MULTILINE)
_NESTED: Final = 100  # deeper than this markdown-it leaves text out


def extract(
    file: BinaryIO, path: str, encoding: str | None, mapping: Mapping[str, str] | None = None
) -> Iterator[Extract]:
    """The one document of a file; ``mapping`` has the fields of keys by their names, before our own table."""
    decoded = decode(file.read(), encoding)
    notes = list(encoding_notes(decoded, path))
    fields = _FIELDS | {key.lower(): field for key, field in (mapping or {}).items()}
    said, text = _front_matter(decoded.text, {*fields, *_TEXTS})
    metadata = {field: said[key] for key, field in reversed(fields.items()) if key in said}
    if unread := [key for key in said if key not in fields and key not in _TEXTS]:
        notes.append(note(path, "unknown_field", short(", ".join(unread))))
    root = None if _DEEP.search(text) else tree_of(_markdown().render(text.replace("\0", "\ufffd")))[0]
    if root is None:
        notes.append(note(path, "structure_lost"))
        lines = tuple(TextLine(line) for line in text.splitlines() if line.strip())
    else:
        flow = Flow(notes_of({path: root}))
        flow.read(root)
        lines = titled(flow.lines, metadata.get("title"))
    head = int(lines[:1] != () and lines[0].kind is Kind.TITLE)
    above = tuple(TextLine(said[key], kind) for key, kind in _TEXTS.items() if key in said)
    lines = (*lines[:head], *above, *lines[head:])
    yield Extract(lines, metadata, tuple(notes))


def _front_matter(text: str, known: Collection[str]) -> tuple[dict[str, str], str]:
    """What YAML, TOML or JSON at the head says, by keys in lower case, and the text below.

    All is text where the head cannot be read, and has no line ``title: …`` or like it.
    """
    head = _FRONT.match(text) or _FRONT_JSON.match(text)
    if head is None:
        return {}, text
    said: Any = None
    with suppress(yaml.YAMLError, ValueError, RecursionError, TypeError, OverflowError):
        said = _LOADERS[head[1]](head[2])
    if not isinstance(said, dict):  # title: 关于某事: 说明
        said = {key: value for key, value in _PLAIN.findall(head[2]) if key.lower() in known}
    if not said:
        return {}, text
    found: dict[str, str] = {}
    for key, value in said.items():
        values = [_value(one) for one in (value if isinstance(value, list) else [value])]
        if any(values):
            found[str(key).lower()] = "、".join(filter(None, values))
    return found, text[head.end() :]


def _value(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("name", "")
    return "" if value is None or isinstance(value, list | dict) else " ".join(str(value).split())


def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True, "maxNesting": _NESTED}).enable(["table", "strikethrough"])
    made.block.ruler.before("reference", "note", _note, {"alt": ["paragraph"]})
    made.inline.ruler.before("link", "note_mark", _note_mark)
    made.inline.ruler.after("escape", "reading", _reading)
    made.inline.ruler.after("escape", "sign", _sign)
    return made


def _note(state: StateBlock, line: int, end: int, silent: bool) -> bool:
    """``[^1]: a note``, with the lines that go on with it or are indented below it."""
    begins = state.bMarks[line] + state.tShift[line]
    found = _NOTE.match(state.src, begins, state.eMarks[line])
    if found is None or state.is_code_block(line):
        return False
    if silent:
        return True
    paragraphs = [state.src[found.end() : state.eMarks[line]]]
    line += 1
    while line < end:
        text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
        after_blank = not paragraphs[-1] and len(paragraphs) > 1
        if not text:
            paragraphs.append("")
        elif _NOTE.match(text) or (after_blank and state.sCount[line] < 2):
            break
        else:
            paragraphs[-1] += "\n" * bool(paragraphs[-1]) + text
        line += 1
    token = state.push("html_block", "", 0)
    name = escape(found[1])
    inside = "".join(f"<p>{state.md.renderInline(one, state.env)}</p>" for one in paragraphs if one)
    token.content = f'<aside id="note-{name}">{inside}</aside>'
    state.line = line
    return True


def _note_mark(state: StateInline, silent: bool) -> bool:
    found = _NOTE_MARK.match(state.src, state.pos)
    return found is not None and _html(
        state,
        found,
        silent,
        f'<a class="footnote-ref" href="#note-{escape(found[1])}">{escape(found[1])}</a>',
    )


def _reading(state: StateInline, silent: bool) -> bool:
    """``{漢字|かん|じ}``: the reading above characters. ``{#name .class}`` at a line's end is left out."""
    if state.src[state.pos] != "{":
        return False
    if found := _ATTRIBUTES.match(state.src, state.pos):
        return _html(state, found, silent, "")
    found = _READING.match(state.src, state.pos)
    if found is None:
        return False
    readings = escape(found[2]).replace("|", "</rt><rt>")
    return _html(state, found, silent, f"<ruby>{escape(found[1])}<rt>{readings}</rt></ruby>")


def _sign(state: StateInline, silent: bool) -> bool:
    """The text of what Obsidian, Hugo and Jekyll write with signs of their own."""
    if state.pos == 0 and (found := _FIRST_SIGNS.match(state.src)):
        if found["task"]:
            return _html(state, found, silent, "☐" if found["task"] == " " else "☑")
        return _html(state, found, silent, f"{state.md.renderInline(found['title'], state.env)}<br>")
    found = _SIGNS.match(state.src, state.pos)
    if found is None:
        return False
    content = ""
    if found["page"] and found[0][0] != "!":
        content = escape(found["shown"] or found["page"])
    elif found["marked"]:
        content = state.md.renderInline(found["marked"], state.env)
    elif found["note"]:
        content = f'<span data-wr-footernote="{escape(found["note"])}"></span>'
    elif found["code"] and (caption := _CAPTION.search(found["code"])):
        content = f"<figcaption>{escape(caption[1])}</figcaption>"
    return _html(state, found, silent, content)


def _html(state: StateInline, found: re.Match[str], silent: bool, content: str) -> bool:
    if not silent:
        state.push("html_inline", "", 0).content = content
    state.pos = found.end()
    return True
