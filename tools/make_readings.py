"""Derive the pinyin of characters (``readings.tsv``) and their orders (``orders.tsv``) from Unihan.

    python tools/make_readings.py [--unicode FOLDER] [--out FOLDER]

Needs Debian's ``unicode-data`` (the Unicode Character Database with Unihan), which is not needed to run
Juanzong. What is taken, and in which order, is explained in ``docs/using/suggestions.md``.
"""

from __future__ import annotations

import argparse
import bz2
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from archive.text.folding import character_classes  # noqa: E402

UNICODE = Path("/usr/share/unicode")
OUT = ROOT / "archive" / "text" / "tables"
MOST = 4
"""Readings of one character: what comes after these is a rare name or an interjection."""

# kMandarin: the customary reading. kHanyuPinlu: 现代汉语频率词典 (1986), most frequent first. kTGHZ2013:
# 通用规范汉字字典. kXHC1983: 现代汉语词典. kHanyuPinyin: 汉语大字典, which has every reading that a
# character ever had, so that only its first counts, and only where the others say nothing.
FIELDS = ("kMandarin", "kHanyuPinlu", "kTGHZ2013", "kXHC1983", "kHanyuPinyin")
TONES = "\u0304\u0301\u030c\u0300"
SYLLABLE = re.compile("[a-zv]{1,6}")


def syllable(value: str) -> str:
    """A syllable without its tone; ü is v."""
    bare = "".join(c for c in unicodedata.normalize("NFD", value) if c not in "\u0300\u0301\u0304\u030c")
    return unicodedata.normalize("NFC", bare).replace("ü", "v").replace("ê", "e").lower()


def readings_in(field: str, value: str) -> Iterator[str]:
    """The syllables of one field of Unihan, in its order."""
    for item in value.split(" "):
        item = item.partition("(")[0] if field == "kHanyuPinlu" else item.rpartition(":")[2]
        for reading in item.split(","):
            found = syllable(reading)
            if SYLLABLE.fullmatch(found):
                yield found


def character_readings(folder: Path) -> tuple[str, dict[str, list[str]]]:
    """The version of Unihan, and the readings of each character, the customary one first."""
    fields: dict[str, dict[str, str]] = defaultdict(dict)
    with bz2.open(folder / "Unihan_Readings.txt.bz2", "rt", encoding="utf-8") as lines:
        text = lines.read()
    for line in text.splitlines():
        if line.startswith("U+"):
            code, field, value = line.split("\t")
            fields[chr(int(code[2:], 16))][field] = value
    readings: dict[str, list[str]] = {}
    for character, values in fields.items():
        found: dict[str, None] = {}
        for field in FIELDS[:-1]:
            found.update(dict.fromkeys(readings_in(field, values.get(field, ""))))
        if not found:
            found = dict.fromkeys(list(readings_in(FIELDS[-1], values.get(FIELDS[-1], "")))[:1])
        if found:
            readings[character] = list(found)
    version = re.search(r"Unicode version: (\S+)", text)
    return version[1] if version else "?", readings


def orders(folder: Path) -> str:
    """The characters of the basic plane by pinyin, tone and strokes; and by strokes and radical."""
    values: dict[str, dict[str, str]] = defaultdict(dict)
    for name in ("Readings", "IRGSources"):
        with bz2.open(folder / f"Unihan_{name}.txt.bz2", "rt", encoding="utf-8") as lines:
            for line in lines:
                code, field, value = (*line.rstrip("\n").split("\t"), "", "")[:3]
                if field in ("kMandarin", "kTotalStrokes", "kRSUnicode") and len(code) == 6:
                    values[field][chr(int(code[2:], 16))] = value.split(" ")[0]
    strokes = {c: int(n) for c, n in values["kTotalStrokes"].items()}

    def sound(character: str) -> tuple[str, int, int, str]:
        written = values["kMandarin"][character]
        tone = next(
            (place for place, mark in enumerate(TONES) if mark in unicodedata.normalize("NFD", written)), 4
        )
        return syllable(written), tone, strokes.get(character, 99), character

    def shape(character: str) -> tuple[int, int, str]:
        return strokes[character], int(re.split("[^0-9]", values["kRSUnicode"][character])[0]), character

    by_pinyin = sorted(values["kMandarin"], key=sound)
    return f"[pinyin]\n{''.join(by_pinyin)}\n[strokes]\n{''.join(sorted(strokes, key=shape))}\n"


def with_variants(readings: dict[str, list[str]]) -> dict[str, list[str]]:
    """A text is folded before it is indexed: 乾坤 is 干坤, and is still read qiankun."""
    members: dict[str, list[str]] = defaultdict(list)
    for other, form in sorted(character_classes("both").items()):
        members[form].append(other)
    joined = dict(readings)
    for form, others in members.items():
        found = dict.fromkeys(readings.get(form, ()))
        # The first reading of each, before the second of any.
        lists = [readings.get(other, []) for other in others]
        for place in range(2):
            found.update(dict.fromkeys(values[place] for values in lists if place < len(values)))
        if found:
            joined[form] = list(found)
    return {character: found[:MOST] for character, found in joined.items()}


def table(version: str, readings: dict[str, list[str]]) -> str:
    """First readings, then the others; a line is a syllable and the characters that are read so."""
    lines = [
        "# How characters are read. Made by tools/make_readings.py: do not edit.",
        f"# Unihan {version} (Unicode License V3, unicode.org/license.txt): {' '.join(FIELDS)}",
        "# a syllable without its tone (v is u with a diaeresis), and the characters that are read so",
    ]
    for place in range(MOST):
        lines.append(f"[{place + 1}]")
        of_syllable: dict[str, list[str]] = defaultdict(list)
        for character, found in readings.items():
            if place < len(found):
                of_syllable[found[place]].append(character)
        lines.extend(f"{name}\t{''.join(sorted(of_syllable[name]))}" for name in sorted(of_syllable))
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--unicode", type=Path, default=UNICODE)
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args()
    version, readings = character_readings(arguments.unicode)
    text = table(version, with_variants(readings))
    (arguments.out / "readings.tsv").write_text(text, encoding="utf-8", newline="\n")
    said = f"# Orders of characters. Made by tools/make_readings.py from Unihan {version}: do not edit.\n"
    text = said + orders(arguments.unicode)
    (arguments.out / "orders.tsv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
