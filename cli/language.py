"""The language of the terminal: that of the locale, or of ``--lang``.

The words are looked up in the catalogue of ``archive.messages`` by their English: those of this package and
those of click, which asks gettext itself. ``tools/translations.py`` makes it; a test says what it lacks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
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
