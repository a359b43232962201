"""The language of the terminal, that of the locale or of ``--lang``, and where lines of Chinese text end.

The words are looked up in the catalogue of ``archive.messages`` by their English: those of this package and
those of click, which asks gettext itself. ``tools/translations.py`` makes it; a test says what it lacks.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from gettext import NullTranslations, bindtextdomain

from archive.messages import LOCALE, Language, catalogue, folder_of, language_of
from archive.model import Said


def _(text: str) -> str:
    """The text in the language of the terminal."""
    return _words().gettext(text)


def N_(text: str) -> str:  # noqa: N802 (the name that gettext's manual gives it)
    """Mark words for the catalogue that are looked up later."""
    return text


def speak(language: Language) -> None:
    """Use this language, whatever the locale is; click's words too."""
    bindtextdomain("messages", LOCALE)
    os.environ["LANGUAGE"] = "C" if language == "en" else folder_of(language)


def language() -> Language:
    """That of the locale: the first variable that is set decides, as in gettext."""
    said = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return _first_known(next(filter(None, said), ""))


@cache
def _first_known(tags: str) -> Language:
    return next(filter(None, map(language_of, tags.split(":"))), "en")


def _words() -> NullTranslations:
    return NullTranslations() if language() == "en" else catalogue(language())


def many(number: int, noun: str) -> str:
    """``1 passage``, ``1,200 passages``; in Chinese with a measure word: ``1,200 篇文献``."""
    return _words().ngettext(f"{{:,}} {noun}", f"{{:,}} {noun}s", number).format(number)


def commas(parts: Iterable[str]) -> str:
    """The parts with commas between them."""
    return _(", ").join(parts)


def translated(text: object) -> str:
    """A text of the archive or the index, as ``archive.errors.said`` made it, or as it is."""
    if isinstance(text, Said):
        return _(text.pattern).format(*(translated(v) if isinstance(v, str) else v for v in text.values))
    return _(str(text)) if text else ""


NOT_FIRST = frozenset("，。、；：！？”’」』》〉】〕）…—％,.;:!?)]}%")
NOT_LAST = frozenset("“‘「『《〈【〔（([{")
"""The marks of GB/T 15834-2011, 5.1 (where marks may stand in a line), and their Western counterparts."""

_STEPS = 4
"""Characters by which a line may be shorter for it; of more marks than that in a row some begin a line."""


def line_ends(text: str, width: int, columns: Callable[[str], int]) -> list[int]:
    """Where the lines of a text end, in characters, but for the last; each takes at most ``width`` columns.

    Blanks at its end, which are not to be printed, are not counted. ``columns`` says how many columns a
    character takes. A Latin word is not divided unless it is longer than a line.
    """
    ends: list[int] = []
    start = used = 0
    at = 0
    while at < len(text):
        used += columns(text[at])
        if used > width and at > start:
            start = _end(text, start, at)
            while text[start : start + 1] == " ":
                start += 1
            if start < len(text):
                ends.append(start)
            at, used = start, 0
        else:
            at += 1
    return ends


def _end(text: str, start: int, end: int) -> int:
    """The best place for the end of a line that can hold ``text[start:end]`` and no more."""
    word = end
    while word > start and _in_word(text, word):
        word -= 1
    end = word if word > start else end
    for place in range(end, max(start, end - _STEPS - 1), -1):
        if text[place] not in NOT_FIRST and text[place - 1] not in NOT_LAST and not _in_word(text, place):
            return place
    return end


def _in_word(text: str, place: int) -> bool:
    before, after = text[place - 1 : place], text[place : place + 1]
    return before.isascii() and after.isascii() and before.isalnum() and after.isalnum()
