"""How characters are read: syllables of pinyin without tones, ``v`` for ü, from the table of
``tools/make_readings.py``.
"""

from __future__ import annotations

from functools import cache

from archive.text.folding import table_text

_TABLE = "readings.tsv"


@cache
def readings(character: str) -> tuple[str, ...]:
    """The syllables as which a character is read, the customary one first; none where no table says."""
    text = table_text(_TABLE)
    found: list[str] = []
    place = text.find(character) if len(character) == 1 and character > "\x7f" else -1
    while place >= 0:
        start = text.rfind("\n", 0, place) + 1
        found.append(text[start : text.index("\t", start)])
        place = text.find(character, place + 1)
    return tuple(found)


@cache
def of_syllables() -> dict[str, str]:
    """All characters that are read so, by syllable, in alphabetical order."""
    found: dict[str, str] = {}
    for line in table_text(_TABLE).splitlines():
        syllable, tab, characters = line.partition("\t")
        if tab and not line.startswith("#"):
            found[syllable] = found.get(syllable, "") + characters
    return dict(sorted(found.items()))


@cache
def syllables() -> tuple[str, ...]:
    """All syllables, in alphabetical order."""
    return tuple(of_syllables())


def all_readings() -> dict[str, list[str]]:
    """The syllables of every character of the table, in no particular order."""
    result: dict[str, list[str]] = {}
    for syllable, characters in of_syllables().items():
        for character in characters:
            result.setdefault(character, []).append(syllable)
    return result
