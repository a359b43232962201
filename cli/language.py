"""The language of the terminal: that of the locale, or of ``--lang``.

The words are looked up by gettext in ``cli/locale/zh``, by their English: those of this package and those
of click, which asks the same catalogue. ``tools/translations.py`` makes it; a test says what it lacks.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from gettext import bindtextdomain, gettext, ngettext
from pathlib import Path

from archive.model import Said

LANGUAGES = ("zh", "en")

_ = gettext


def N_(text: str) -> str:  # noqa: N802 (the name that gettext's manual gives it)
    """Mark words for the catalogue that are looked up later."""
    return text


bindtextdomain("messages", Path(__file__).parent / "locale")


def speak(language: str) -> None:
    """Use this language, whatever the locale is."""
    os.environ["LANGUAGE"] = language


def many(number: int, noun: str) -> str:
    """``1 passage``, ``1,200 passages``; in Chinese with a measure word: ``1,200 篇文献``."""
    return ngettext(f"{{:,}} {noun}", f"{{:,}} {noun}s", number).format(number)


def commas(parts: Iterable[str]) -> str:
    """The parts with commas between them."""
    return _(", ").join(parts)


def translated(text: object) -> str:
    """A text of the archive or the index, as ``archive.errors.said`` made it, or as it is."""
    if isinstance(text, Said):
        return _(text.pattern).format(*(translated(v) if isinstance(v, str) else v for v in text.values))
    return _(str(text)) if text else ""


def language() -> str:
    """``"zh"`` or ``"en"``: what gettext takes for the locale."""
    return gettext("en")
