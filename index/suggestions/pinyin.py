"""Pinyin: how characters are read, and which characters a spelling may mean.

Syllables have no tones, and ``v`` for ü (the table of ``tools/make_readings.py``). A word may be typed in
characters, syllables, initials, or any mixture of these:

``paichusuo``, ``pai chu suo``, ``pai'chu'suo``, ``pcs``, ``paich``, ``派chs``: 派出所.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache
from heapq import heappop, heappush

from msgspec import Struct

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


MOST_SLOTS = 8
"""Characters of a word that can be asked for."""

_MOST_PARSES = 6
_MOST_STEPS = 400
_TONES = {0x300, 0x301, 0x304, 0x30C}
_TONE_NUMBERS = re.compile("(?<=[a-z:])[1-5](?![0-9])")
_LETTERS = re.compile("[a-z]")
_SEPARATORS = " '’‘-·"
# A full syllable explains more of what was typed than an initial does.
_SYLLABLE, _PARTIAL, _INITIAL = 10, 11, 17


class Slot(Struct, frozen=True):
    """What was typed of one character: the character, its syllable, or the letters that begin this."""

    typed: str
    whole: bool

    @property
    def is_character(self) -> bool:
        """Whether the character itself was typed."""
        return not _LETTERS.match(self.typed)


def spelled(text: str) -> str:
    """Typed text with its letters in the form of the syllables: small, no tones or their numbers, v for ü."""
    bare = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if ord(c) not in _TONES)
    return _TONE_NUMBERS.sub(" ", unicodedata.normalize("NFC", bare).replace("ü", "v"))


def parses(text: str) -> list[tuple[Slot, ...]]:
    """The ways to read what was typed (as ``spelled`` gives it), the most likely first; at most six.

    Letters are syllables or initials (z, zh); the last ones may be a part of a syllable. White space, hyphens
    and apostrophes are between syllables. Empty where something is neither. A way that reads less of it as
    whole syllables than the first one is left out, unless it has initials only: shg is sh g and s h g.
    """
    best: int | None = None
    found: list[tuple[Slot, ...]] = []
    queue: list[tuple[int, int, int, tuple[Slot, ...]]] = [(0, 0, 0, ())]
    steps = 0
    while queue and len(found) < _MOST_PARSES and steps < _MOST_STEPS:
        cost, _, at, slots = heappop(queue)
        while at < len(text) and text[at] in _SEPARATORS:
            at += 1
        if at == len(text):
            best = cost if best is None else best
            if slots and (
                cost <= best + _SYLLABLE or all(slot.is_character or _is_initial(slot) for slot in slots)
            ):
                found.append(slots)
            continue
        if len(slots) == MOST_SLOTS:
            continue
        for more, slot, end in _next(text, at):
            steps += 1
            heappush(queue, (cost + more, steps, end, (*slots, slot)))
    return found


def _next(text: str, at: int) -> Iterator[tuple[int, Slot, int]]:
    if not _LETTERS.match(text[at]):
        yield _SYLLABLE, Slot(text[at], whole=True), at + 1
        return
    known = syllables()
    for end in range(at + 1, min(len(text), at + 6) + 1):
        letters = text[at:end]
        place = bisect_left(known, letters)
        if place == len(known) or not known[place].startswith(letters):
            if letters not in _WITH_U:
                break
        elif known[place] == letters and len(letters) > 1 - (letters in "aeo"):
            yield _SYLLABLE, Slot(letters, whole=True), end
        if letters in _WITH_U:
            yield _SYLLABLE, Slot(_WITH_U[letters], whole=True), end
        is_initial = _is_initial(Slot(letters, whole=False))
        continues = place + 1 < len(known) and known[place + 1].startswith(letters)
        if end == len(text) and len(letters) > 1 and continues and not is_initial:
            yield _PARTIAL, Slot(letters, whole=False), end
        elif is_initial:
            yield _INITIAL, Slot(letters, whole=False), end


def _is_initial(slot: Slot) -> bool:
    return not slot.whole and (
        slot.typed in ("zh", "ch", "sh") or (len(slot.typed) == 1 and slot.typed not in "iuv")
    )


# ü is typed as v, or as u.
_WITH_U = {"lu": "lv", "nu": "nv", "lue": "lve", "nue": "nve"}


def starts(slot: Slot) -> tuple[str, ...]:
    """The syllables that a slot may be; none for a character that no table reads."""
    if slot.is_character:
        return readings(slot.typed)
    if slot.whole:
        return (slot.typed,)
    return tuple(syllable for syllable in syllables() if syllable.startswith(slot.typed))


@lru_cache(maxsize=512)
def may_be(slot: Slot) -> frozenset[str]:
    """The characters that a slot may be."""
    if slot.is_character:
        return frozenset(slot.typed)
    found = of_syllables()
    return frozenset("".join(found.get(syllable, "") for syllable in starts(slot)))
