"""The examples of ``docs/using/query-language.md``, in both languages, and further ones in their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from index.query.nodes import Within

MANUAL = Path(__file__).parents[1] / "docs" / "using" / "query-language.md"
IN_CHINESE = MANUAL.parents[1] / "zh" / MANUAL.name
FURTHER = Path(__file__).parent / "more_examples.md"


@dataclass(frozen=True)
class Block:
    """One passage and what it stands under: ``text``, ``title``, ``section``, ``author``, ``date``."""

    about: dict[str, str] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True)
class Example:
    """``finds`` are the highlighted parts, parted by `` / ``, or ``the passage``, or ``nothing``."""

    query: str
    finds: str
    about: dict[str, str]
    match: str
    as_written: bool
    across: bool
    within: Within | None

    def __str__(self) -> str:
        return self.query


def blocks() -> Iterator[Block]:
    text = "".join(page.read_text("utf-8") for page in (MANUAL, IN_CHINESE, FURTHER))
    for number, content in enumerate(re.findall(r"^```example\n(.*?)^```", text, re.DOTALL | re.MULTILINE)):
        lines = content.splitlines()
        given = dict(line.split(": ", 1) for line in lines if " → " not in line)
        assert given.keys() <= {"text", "title", "section", "author", "date", "option", "match"}, number
        match, option = given.pop("match", "auto"), given.pop("option", None)
        yield Block(
            given,
            [
                Example(
                    query,
                    found,
                    given,
                    match,
                    option == "as_written",
                    option == "across",
                    "passage" if option == "within_passage" else None,
                )
                for query, found in (line.split(" → ") for line in lines if " → " in line)
            ],
        )
