"""What folding and boundaries need to know of characters, from the Unicode Character Database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path


def code_points(field: str) -> range:
    first, _, last = field.partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


def property_file(path: Path) -> Iterator[tuple[range, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        content = line.partition("#")[0]
        if ";" in content:
            field, value = content.split(";")[:2]
            yield code_points(field.strip()), value.strip()


ALPHABETS = {"Latin", "Greek", "Cyrillic", "Armenian", "Georgian", "Hebrew", "Arabic"}
# Parts of what is written with them: 5% is not "5" and a boundary, nor are C#, AT&T and @name.
WRITTEN = set("%‰‱#&@")
# Signs that are printed, and what people type for them: the fraction slash of U+00BD (one half), the ratio,
# the division slash, the wave dash of Japanese fonts, the tilde operator.
TYPED = {0x2044: "/", 0x2236: ":", 0x2215: "/", 0x301C: "~", 0x223C: "~"}


def unicode_table(folder: Path) -> str:
    category: dict[int, str] = {}
    decomposition: dict[int, tuple[str, list[int]]] = {}
    first = 0
    for line in (folder / "UnicodeData.txt").read_text(encoding="utf-8").splitlines():
        code, name, general, _, _, mapping, *_ = line.split(";")
        code_point = int(code, 16)
        if name.endswith("First>"):
            first = code_point
        span = range(first if name.endswith("Last>") else code_point, code_point + 1)
        for each in span:
            category[each] = general
        if mapping:
            tag, _, rest = mapping.rpartition("> ")
            decomposition[code_point] = (tag.lstrip("<"), [int(c, 16) for c in rest.split(" ")])

    width: dict[int, str] = {}
    compatibility: dict[int, str] = dict(TYPED)
    canonical: dict[int, list[int]] = {}
    for code_point, (tag, parts) in decomposition.items():
        if tag in ("wide", "narrow"):
            width[code_point] = "".join(map(chr, parts))
        elif tag or len(parts) == 1:
            compatibility[code_point] = "".join(map(chr, parts))
        else:
            canonical[code_point] = parts
    for span, value in property_file(folder / "EquivalentUnifiedIdeograph.txt"):
        for code_point in span:
            if 0x2E80 <= code_point < 0x2FE0:
                compatibility[code_point] = chr(int(value, 16))

    def expand(text: str) -> str:
        return "".join(expand(compatibility[ord(c)]) if ord(c) in compatibility else c for c in text)

    def is_surprise(code_point: int, text: str) -> bool:
        # A spacing accent is not white space and a mark; one sign of punctuation is not three; white space
        # stays what it is.
        if text.startswith((" ", "\u0640")):
            return True
        return (
            text not in WRITTEN
            and category[code_point][0] in "PZ"
            and all(category[ord(c)][0] in "PZ" for c in text)
        )

    compatibility = {
        code_point: expanded
        for code_point in compatibility
        if not is_surprise(code_point, expanded := expand(chr(code_point))) or code_point in TYPED
    }

    def bare(code_point: int) -> str:
        if code_point in canonical:
            return "".join(bare(part) for part in canonical[code_point])
        return "" if category[code_point] in ("Mn", "Me") else chr(code_point)

    # U+2260 (not equal) is a sign of its own, not an equals sign with a mark.
    marks = {c: bare(c) for c in canonical if category[c][0] != "S" and bare(c) != chr(c)}

    case: dict[int, str] = {}
    for line in (folder / "CaseFolding.txt").read_text(encoding="utf-8").splitlines():
        fields = line.partition("#")[0].split("; ")
        if len(fields) >= 3 and fields[1] in "CF":
            case[int(fields[0], 16)] = "".join(chr(int(c, 16)) for c in fields[2].split(" "))

    script: dict[int, str] = {}
    for span, value in property_file(folder / "Scripts.txt"):
        script.update(dict.fromkeys(span, value))
    white = {
        c for span, value in property_file(folder / "PropList.txt") if value == "White_Space" for c in span
    }
    white |= set(range(0x1C, 0x20))

    def kind(code_point: int) -> str:
        general = category.get(ord(TYPED.get(code_point, chr(code_point))), "Cn")
        if code_point in white:
            return "space"
        if general in ("Cc", "Cs"):
            return "nothing"
        # Planes 2 and 3 are set aside for ideographs, assigned or not.
        if 0x20000 <= code_point < 0x3FFFE or (
            script.get(code_point) == "Han" and (general[0] in "LN" or 0x2E80 <= code_point < 0x2FE0)
        ):
            return "han"
        typed = width.get(code_point) or compatibility.get(code_point) or chr(code_point)
        if typed in WRITTEN or general[0] == "S":
            return "symbol"
        if general[0] == "P":
            return "punctuation"
        if general in ("Mn", "Me"):
            return "mark"
        if general == "Cf":
            return "format"
        if general == "Nd":
            return "digit"
        if general[0] == "L" and script.get(code_point) in ALPHABETS:
            return "letter"
        return "other"

    version = re.search(r"PropList-([\d.]+)\.txt", (folder / "PropList.txt").read_text(encoding="utf-8"))
    lines = [
        "# What folding and boundaries need to know. Made by tools/make_tables.py: do not edit.",
        f"# Unicode {version[1] if version else '?'} (Unicode License V3, unicode.org/license.txt)",
        "# code point, folded to; then ranges of code points and their kind ('other' left out)",
    ]
    for name, mapping_of in (
        ("width", width),
        ("compatibility", compatibility),
        ("case", case),
        ("marks", marks),
    ):
        lines.append(f"[{name}]")
        lines.extend(
            f"{c:04X}\t{' '.join(f'{ord(x):04X}' for x in mapping_of[c])}" for c in sorted(mapping_of)
        )
    lines.append("[kinds]")
    lines.extend(f"{a:04X}..{b:04X}\t{value}" for a, b, value in runs(map(kind, range(0x110000))))
    return "\n".join(lines) + "\n"


def runs(kinds: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    start, current = 0, "other"
    for code_point, value in enumerate(kinds):
        if value != current:
            if current != "other":
                yield start, code_point - 1, current
            start, current = code_point, value
    if current != "other":
        yield start, 0x10FFFF, current
