"""The text that an owner corrects in an editor: fields, then lines in reading order with their kinds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from archive.described import date_of, kind_of
from archive.errors import said
from archive.inspection import Unit
from archive.model import Kind
from archive.sidecar import Changes, with_texts
from cli.language import _

AUTO = "auto"
"""The kind that takes a correction back: the rules decide again."""

_SHOWN = 60
_FIELD = re.compile(r"(\w+):[ \t]*(.*)")
_LINE = re.compile(r"\s*([0-9]+)(\+?)\s+(\S+)(?:\s+(.*))?")


class EditError(Exception):
    """What is wrong in an edited text; the message names the line of it."""


def with_problem(text: str, problem: str) -> str:
    """An edited text, with what is wrong in it on its first line, whose number it keeps."""
    first, _end, rest = text.partition("\n")
    return f"# {problem}\n{rest if first.startswith('#') else text}"


def draft(name: str, values: Mapping[str, str], lines: Sequence[Unit]) -> str:
    """What the editor shows."""
    head = [
        "",
        _("Corrections of {}. Saved changes go into its sidecar; the text is not touched.").format(name),
        _("A field without a value takes its correction back."),
        _("Lines: number, kind, text. Change kinds ({}; auto takes back),").format(
            ", ".join(kind.label for kind in Kind)
        ),
        _("write 7+ where line 7 goes on in the line above, move lines to change their order."),
    ]
    return "\n".join(
        [
            *(f"# {line}" for line in head),
            *(f"{field}: {values.get(field, '')}" for field in values),
            "",
            *(f"{one.line:>5}{'+' if one.joined else ' '} {one.kind:9} {one.text[:_SHOWN]}" for one in lines),
            "",
        ]
    )


def changes_of(text: str, values: Mapping[str, str], lines: Sequence[Unit]) -> Changes:
    """What was changed in a draft. Raises EditError: a line is not understood, changed in its text, or
    missing.
    """
    changes: dict[str, str | Mapping[int, object] | None] = {}
    known = {one.line: one for one in lines}
    kinds: dict[int, object] = {}
    joins: dict[int, object] = {}
    order: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if (match := _LINE.fullmatch(line)) and (one := known.get(int(match[1]))) and one.line not in order:
            order.append(one.line)
            if (match[4] or "").strip() != one.text[:_SHOWN].strip():
                raise EditError(said(_("line {}: a text is not changed here."), number))
            if (kind := match[3].lower()) != one.kind:
                kinds[one.line] = None if kind == AUTO else _kind(kind, number)
            if bool(match[2]) != one.joined:
                joins[one.line] = bool(match[2])
        elif (match := _FIELD.fullmatch(line)) and match[1] in values:
            value = match[2].strip()
            if match[1] == "date" and value and date_of(value) is None:
                raise EditError(said(_("line {}: {} is not a known date."), number, value))
            if value != values.get(match[1], ""):
                changes[match[1]] = value or None
        else:
            raise EditError(said(_("line {} is not understood: {}"), number, line.strip()[:_SHOWN]))
    if missing := sorted(known.keys() - set(order)):
        raise EditError(said(_("line {} of the text is missing."), missing[0]))
    changes |= {"lines": kinds, "joins": joins, "order": _moves([one.line for one in lines], order)}
    made = {name: change for name, change in changes.items() if change != {}}
    return with_texts(made, {one.line: one.text for one in lines})


def _kind(text: str, number: int) -> str:
    if kind_of(text) is None:
        labels = ", ".join(kind.label for kind in Kind)
        raise EditError(said(_("line {}: {} is none of the kinds: {}."), number, text, labels))
    return text


def _moves(before: list[int], after: list[int]) -> dict[int, object]:
    """The lines that were moved, each with the next one that was not, which it is read before."""
    stay: set[int] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        stay.update(before[block.a : block.a + block.size])
    moves: dict[int, object] = {}
    for place, line in enumerate(after):
        if line not in stay:
            below = next((other for other in after[place + 1 :] if other in stay), None)
            if below is None:
                raise EditError(_("the last line cannot be moved below: move the others above it."))
            moves[line] = below
    return moves
