"""How well pages are read: labelled pages against what the rules make of them.

    python benchmarks/reading.py FOLDER [--half 0|1] [--list]

A page is ``NAME.txt`` with a letter and a bar before each line, or ``NAME.expected.txt`` beside the bare page
(T title, D deck, B byline, H heading, A author line, C caption, N note, P page mark, X text; ``X+`` goes on
with the paragraph above). Facts: ``= author NAME`` or ``#author=NAME``, so also ``title`` and ``date``;
``-`` says that there is none.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from archive.page import structure
from archive.page.inspect import rows

LETTERS = dict(
    zip(
        "TDBHAXCNP",
        ["title", "deck", "byline", "heading", "author", "text", "caption", "note", "page"],
        strict=True,
    )
)
HARMFUL = ("title missing", "wrong title", "wrong heading", "wrong join", "wrong author")
_LINE = re.compile("^([ \u3000]*)([TDBHAXCNP])(\\+?)\\|(.*)$")
_FACT = re.compile("^(?:= *(author|date|title)|#(author|date|title|join)=) *(.*)$")

_SIGNED = re.compile("[记記]者|通[讯訊][员員]|[（(][^（()）]+[）)]$", re.M)
"""What may name an author inside a paragraph."""


@dataclass
class Page:
    """A labelled page: its text, what each line that is not blank is, and what the document has."""

    name: str
    text: str
    kinds: list[tuple[str, bool]]
    facts: dict[str, str]


@dataclass
class Result:
    """What was wrong on a page, and the kinds of its lines as (wanted, given)."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def harmful(self) -> set[str]:
        """The kinds of faults that do harm."""
        return {name for name, _ in self.faults} & set(HARMFUL)


def pages(folder: Path) -> Iterator[Page]:
    """The pages of a folder, by name."""
    for file in sorted(folder.glob("*.txt")):
        if file.with_name(f"{file.stem}.expected.txt").exists():
            continue
        lines: list[str] = []
        kinds: list[tuple[str, bool]] = []
        facts: dict[str, str] = {}
        title = ""
        for line in file.read_text("utf-8").split("\n"):
            if fact := _FACT.match(line):
                facts[fact[1] or fact[2]] = fact[3]
            elif found := _LINE.match(line):
                lines.append(found[1] + found[4])
                kinds.append((LETTERS[found[2]], found[3] == "+"))
                title = title or (found[4].strip() if found[2] == "T" else "")
            elif not line.startswith(("#", "=")):
                lines.append(line)
        bare = file.with_name(file.name.replace(".expected", ""))
        text = bare.read_text("utf-8") if bare != file else "\n".join(lines)
        facts.setdefault("title", title or "-")
        if not any(kind in ("byline", "author") for kind, _ in kinds) and not _SIGNED.search(text):
            facts.setdefault("author", "-")
        yield Page(file.name.removesuffix(".txt").removesuffix(".expected"), text, kinds, facts)


def judged(page: Page) -> Result:
    """Read a page and compare."""
    read = structure(page.text)
    result = Result()
    got: list[tuple[str, bool]] = []
    last: int | None = None
    for row in rows(page.text, read):
        if row.kind is not None:
            got.append((row.kind.label, row.kind.label == "text" and row.piece == last))
            last = row.piece if row.kind.label == "text" else last
    if len(got) != len(page.kinds):
        raise ValueError(f"{page.name}: {len(page.kinds)} lines labelled, {len(got)} read")
    for number, ((wanted, joined), (given, together)) in enumerate(zip(page.kinds, got, strict=True), 1):
        result.lines.append((wanted, given))
        if together and not joined:
            result.faults.append(("wrong join", f"line {number}"))
        elif joined and not together:
            result.faults.append(("join missing", f"line {number}"))
        if given != wanted:
            name = "wrong heading" if given == "heading" else f"{given} for {wanted}"
            result.faults.append((name, f"line {number}"))
    for name, wanted in page.facts.items():
        if name == "join":
            continue
        value = getattr(read, name) or "-"
        if value != (wanted or "-"):
            fault = f"{name} missing" if value == "-" else f"wrong {name}"
            result.faults.append((fault, f"{value}, not {wanted}"))
    return result


def main() -> None:
    """Print the measures of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", type=int, choices=(0, 1), help="every other page only")
    parser.add_argument("--list", action="store_true", help="name each page with a fault")
    arguments = parser.parse_args()
    found = list(pages(arguments.folder))
    if arguments.half is not None:
        found = found[arguments.half :: 2]
    results = {page.name: judged(page) for page in found}
    if arguments.list:
        for name, result in results.items():
            if result.faults:
                print(f"{name}: " + "; ".join(f"{fault} ({where})" for fault, where in result.faults))
    clean = sum(not result.faults for result in results.values())
    harmful = sum(bool(result.harmful) for result in results.values())
    print(f"{len(results)} pages, {clean} without a fault, {harmful} with a harmful one")
    counts = Counter(fault for result in results.values() for fault in result.harmful)
    print("; ".join(f"{fault} {counts[fault]}" for fault in HARMFUL))
    lines = [pair for result in results.values() for pair in result.lines]
    for kind in LETTERS.values():
        right = sum(pair == (kind, kind) for pair in lines)
        given = sum(pair[1] == kind for pair in lines)
        wanted = sum(pair[0] == kind for pair in lines)
        if wanted or given:
            print(f"{kind:8} precision {right}/{given} {right / max(1, given):.2f}  "
                  f"recall {right}/{wanted} {right / max(1, wanted):.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
