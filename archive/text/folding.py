"""Folding: one code point at a time to the form under which it is searched.

Context-free: ``fold(a + b) == fold(a) + fold(b)`` for any texts, so that a part of a text folds to a part of
the folded text. (NFKC over whole strings lost 1,750 of 40,662 slices of a real text, code point by code
point none.)

The tables are made by ``tools/make_tables.py`` from a fixed version of Unicode, so that an index means the
same on every Python. Sources, licences and the principle behind the classes: ``docs/making/analysis.md``.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path

# In the order in which they are applied, again and again until nothing changes.
RULES = ("width", "compatibility", "case", "marks", "simplified", "variants")
ALL_RULES = frozenset(RULES)


class Folding(dict[int, str]):
    """The folded form of each code point, filled in as texts ask for it: a table for ``str.translate``.

    A code point folds to one character, to several (㎏ to kg) or to nothing (a combining mark). Code points
    of which no table says anything, private-use and unassigned ones among them, fold to themselves. Folding
    what is folded changes nothing. Safe to share between threads.

    Args:
        rules: a subset of ``ALL_RULES``; raises ``ValueError`` on another name.
        variants: pairs of an archive's own, each a form and the character that it is one with: ``胷匈 甲乙``.

    ``width``: full-width and half-width forms. ``compatibility``: compatibility decompositions, compatibility
    ideographs, radicals. ``case``: full case folding. ``marks``: combining marks, variation selectors and
    format characters to nothing, letters with marks to the bare letter. ``simplified``: traditional
    characters to simplified ones. ``variants``: 異體字 and Japanese forms to one form.
    """

    def __init__(self, rules: frozenset[str] = ALL_RULES, variants: str = "") -> None:
        super().__init__()
        if not rules <= ALL_RULES:
            raise ValueError(f"unknown folding rules: {', '.join(sorted(rules - ALL_RULES))}")
        self.rules = rules
        scripts = {"simplified", "variants"} & rules
        name = "both" if len(scripts) == 2 else next(iter(scripts), None)
        self._classes = character_classes(name) if name else {}
        self.variants = variants
        if variants:
            self._classes = dict(self._classes)
            for pair in variants.split():
                form, to = (self._classes.get(character, character) for character in pair)
                if form != to:
                    joined = [other for other, its in self._classes.items() if its == form]
                    self._classes |= dict.fromkeys([form, *joined], to)
        self._steps = [rule for rule in RULES[:4] if rule in rules]
        self._drops_marks = "marks" in rules

    def __missing__(self, code_point: int) -> str:
        folded = chr(code_point)
        if "\u4e00" <= folded <= "\u9fff" and folded not in self._classes:
            # Most of a text; the other rules have nothing to say of ideographs.
            self[code_point] = folded
            return folded
        while True:
            before = folded
            for rule in self._steps:
                folded = "".join([mapped(rule, character) for character in folded])
            if self._drops_marks:
                folded = "".join([c for c in folded if kind(c) not in ("mark", "format")])
            folded = "".join([self._classes.get(character, character) for character in folded])
            if folded == before:
                break
        self[code_point] = folded
        return folded

    def fold(self, text: str) -> str:
        """The folded text."""
        return text.translate(self)


@cache
def table_text(name: str) -> str:
    """The text of a table in ``archive/text/tables``."""
    return (Path(__file__).parent / "tables" / name).read_text(encoding="utf-8")


@cache
def tables_version() -> str:
    """A digest, made with the tables: two indexes with the same rules and version were folded alike."""
    return table_text("version.txt").strip()


@cache
def section(table: str, name: str) -> str:
    """The lines under ``[name]`` of a table, with a line feed before and after each."""
    text = table_text(table)
    start = text.index(f"\n[{name}]\n") + len(name) + 3
    end = text.find("\n[", start)
    return text[start : None if end < 0 else end + 1]


@cache
def character_classes(name: str) -> dict[str, str]:
    """Each character that is searched under another form, with that form; ``name`` is a section."""
    pairs = section("folds.txt", name).replace("\n", "")
    return dict(zip(pairs[0::2], pairs[1::2], strict=True))


# Ideographs, Hangul, private use, and what follows the last compatibility ideograph: most of Unicode.
# (As a regular expression this took 3 ms of every search in a process of its own.)
_WITHOUT_MAPPING = (
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\ua3ff"),
    ("\uac00", "\uf8ff"),
    ("\U00020000", "\U0002f7ff"),
    ("\U0002fa1e", "\U0010ffff"),
)


def without_mapping(character: str) -> bool:
    """Whether a character is of those of which none of the first four rules says anything."""
    return any(first <= character <= last for first, last in _WITHOUT_MAPPING)


@cache
def mapped(rule: str, character: str) -> str:
    """What one of the first four rules makes of a character, from the text of the table: reading all of it
    takes too long.
    """
    if without_mapping(character):
        return character
    lines = section("unicode.tsv", rule)
    key = f"\n{ord(character):04X}\t"
    start = lines.find(key)
    if start < 0:
        return character
    start += len(key)
    return "".join([chr(int(code, 16)) for code in lines[start : lines.index("\n", start)].split()])


@cache
def _kinds() -> tuple[list[int], list[int], list[str]]:
    firsts: list[int] = []
    lasts: list[int] = []
    kinds: list[str] = []
    for line in section("unicode.tsv", "kinds").split():
        if ".." in line:
            first, _, last = line.partition("..")
            firsts.append(int(first, 16))
            lasts.append(int(last, 16))
        else:
            kinds.append(line)
    return firsts, lasts, kinds


@cache
def kind(character: str) -> str:
    """What a character is: the same on every Python.

    ``han`` (with 々〇〻, compatibility ideographs and all of planes 2 and 3), ``letter`` (of an alphabet
    whose words are between spaces), ``digit``, ``symbol`` (with % ‰ ‱), ``punctuation``, ``space`` (with
    the separators U+001C to U+001F), ``mark`` (combining marks, variation selectors), ``format``,
    ``nothing`` (controls, lone surrogates) or ``other``.
    """
    firsts, lasts, kinds = _kinds()
    place = bisect_right(firsts, ord(character)) - 1
    return kinds[place] if place >= 0 and ord(character) <= lasts[place] else "other"
