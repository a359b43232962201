"""Notes on what a text lost: as it was decoded, or before, by programs that guessed an encoding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from archive.decoding import FOREIGN
from archive.encoding import LINES_NAMED, Decoded
from archive.messages import note
from archive.model import Note

_Found: TypeAlias = "tuple[int, str, *tuple[str | int, ...]]"
"""Where the sign of damage is, and the key and the values of its note."""

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
_LEAST_BESIDE_HAN = 20  # question marks: those of 什么???? are meant


def encoding_notes(decoded: Decoded, path: str) -> Iterator[Note]:
    """What the report says of how a text was decoded."""
    if decoded.doubt:
        sure = "nearly" if decoded.doubt[1:] else "foreign" if decoded.encoding in FOREIGN else "poorly"
        yield note(path, f"encoding_doubtful.{sure}", *decoded.doubt)
    for encoding, lines, count in decoded.mixed:
        named = ", ".join(map(str, lines)) + " …" * (count > len(lines))
        yield note(path, "encoding_doubtful.mixed", encoding, named, line=lines[0])
    if decoded.broken:
        count, named = decoded.broken_lines, ", ".join(map(str, decoded.broken))
        number = "line" if count == 1 else "lines" if count <= LINES_NAMED else "more"
        further = (count - LINES_NAMED,) if number == "more" else ()
        values = (decoded.encoding, named, *further)
        yield note(path, f"broken_bytes.{number}", *values, line=decoded.broken[0], left_out=True)


def damage_note(text: str, path: str, line: int = 1) -> Note | None:
    """What shows that a text, which begins with this line of its file, was damaged before it came here."""
    if (found := _damage(text)) is None:
        return None
    place, sign, *values = found
    return note(path, f"text_doubtful.{sign}", *values, line=line + text.count("\n", 0, place))


def _damage(text: str) -> _Found | None:
    if text.isascii():
        return _question_marks(text)
    # To look for single characters takes a twentieth of what patterns take, and most texts have none.
    if _has(text, _FIRST) and (found := _AS_WESTERN.search(text) or _ALL_AS_WESTERN.fullmatch(text)):
        return found.start(), "as_western", found[0].strip()[:9]
    if "锟斤拷" in text and (found := _KUNJINKAO.search(text)):
        return found.start(), "kunjinkao"
    as_gbk = _read_as_gbk(text) if _has(text, _TAKEN_FOR_GBK) else None
    return as_gbk or _replaced(text) or _question_marks(text)


def _has(text: str, characters: str) -> bool:
    return any(character in text for character in characters)


def _read_as_gbk(text: str) -> _Found | None:
    for number, found in enumerate(_AS_GBK.finditer(text)):
        if number == _MOST_LOOKED_AT:
            break
        line = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _AROUND)
        around = text[line : found.end() + _AROUND].partition("\n")[0]
        # From either byte on that may begin a character; what was lost in between breaks few characters.
        meant = around.replace("\ufffd", "").encode("gb18030", "ignore").decode("utf-8", "replace")
        right = sum("\u3000" <= character <= "\u9fff" or character in "，。：；！？" for character in meant)
        if right >= _LEAST and 3 * right > 2 * len(meant):
            return found.start(), "taken_for_gbk", text[found.start() :][:6]
    return None


def _replaced(text: str) -> _Found | None:
    lost = text.count("\ufffd")
    if lost < _LEAST or lost * _SHARE < len(text):
        return None
    return text.index("\ufffd"), "lost", "U+FFFD (\ufffd)", lost


def _question_marks(text: str) -> _Found | None:
    """Question marks in rows, and more of them than of anything else."""
    if 2 * text.count("?") < len(text) - text.count(" ") - text.count("\n"):
        return None
    rows = sum(map(len, _QUESTION_MARKS.findall(text)))
    letters = sum(not character.isspace() for character in text)
    if rows < (_LEAST_BESIDE_HAN if _HAN.search(text) else _LEAST) or 2 * rows < letters:
        return None
    found = _QUESTION_MARKS.search(text)
    return found.start() if found else 0, "lost", "?", rows
