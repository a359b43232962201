"""Texts that can be decoded and were damaged before: what programs leave that guess an encoding."""

from __future__ import annotations

import re

from msgspec import Struct


class Damage(Struct, frozen=True):
    """A sign that a text was damaged."""

    sign: str
    values: tuple[str | int, ...]
    place: int


# The three bytes of a Chinese character in UTF-8, each as windows-1252 or ISO 8859-1 shows it. Some bytes
# have no character there, and are often lost.
_FIRST = "ãäåæçèé"
_WESTERN = "(?:[ã-é][\x80-¿ŒœŠšŸŽžƒˆ˜\u2013-\u203a€™]{1,2})"
_AS_WESTERN = re.compile(f"{_WESTERN}{{4,}}")
_ALL_AS_WESTERN = re.compile(f"\\s*{_WESTERN}{{2,}}\\s*")

# U+FFFD twice in UTF-8, taken for GBK; a text that speaks of it has it in quotes.
_KUNJINKAO = re.compile('(?<![“"「『‘《])锟斤拷(?![”"」』’》])')

# What the full stop, the comma and 的 of UTF-8 are when they are taken for GBK: hardly used otherwise.
_TAKEN_FOR_GBK = "銆锛鐨"
_AS_GBK = re.compile(f"[{_TAKEN_FOR_GBK}]")
_AROUND = 200  # characters of its line, before and behind, that are looked at
_MOST_LOOKED_AT = 50

_LEAST = 4  # signs in a text of any length
_SHARE = 50  # one in so many characters is U+FFFD
_QUESTION_MARKS = re.compile(r"\?{3,}")
_HAN = re.compile("[\u3400-\u9fff]")
_LEAST_BESIDE_HAN = 20  # question marks: whoever writes 什么???? means them


def damage(text: str) -> Damage | None:
    """What shows that a text was damaged before it came here, or None."""
    if text.isascii():
        return _question_marks(text)
    # To look for single characters takes a twentieth of what patterns take, and most texts have none.
    if _has(text, _FIRST) and (found := _AS_WESTERN.search(text) or _ALL_AS_WESTERN.fullmatch(text)):
        return Damage("as_western", (found[0].strip()[:9],), found.start())
    if "锟斤拷" in text and (found := _KUNJINKAO.search(text)):
        return Damage("kunjinkao", (), found.start())
    as_gbk = _read_as_gbk(text) if _has(text, _TAKEN_FOR_GBK) else None
    return as_gbk or _replaced(text) or _question_marks(text)


def _has(text: str, characters: str) -> bool:
    return any(character in text for character in characters)


def _read_as_gbk(text: str) -> Damage | None:
    for number, found in enumerate(_AS_GBK.finditer(text)):
        if number == _MOST_LOOKED_AT:
            break
        line = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _AROUND)
        around = text[line : found.end() + _AROUND].partition("\n")[0]
        # From either byte on that may begin a character; what was lost in between breaks few characters.
        meant = around.replace("\ufffd", "").encode("gb18030", "ignore").decode("utf-8", "replace")
        right = sum("\u3000" <= character <= "\u9fff" or character in "，。：；！？" for character in meant)
        if right >= _LEAST and 3 * right > 2 * len(meant):
            return Damage("taken_for_gbk", (text[found.start() :][:6],), found.start())
    return None


def _replaced(text: str) -> Damage | None:
    lost = text.count("\ufffd")
    if lost < _LEAST or lost * _SHARE < len(text):
        return None
    return Damage("lost", ("U+FFFD (\ufffd)", lost), text.index("\ufffd"))


def _question_marks(text: str) -> Damage | None:
    """Question marks in rows, and more of them than of anything else."""
    if 2 * text.count("?") < len(text) - text.count(" ") - text.count("\n"):
        return None
    rows = sum(map(len, _QUESTION_MARKS.findall(text)))
    letters = sum(not character.isspace() for character in text)
    if rows < (_LEAST_BESIDE_HAN if _HAN.search(text) else _LEAST) or 2 * rows < letters:
        return None
    found = _QUESTION_MARKS.search(text)
    return Damage("lost", ("?", rows), found.start() if found else 0)
