"""What is said to people, in three languages, from one catalogue of gettext: ``archive/locale``.

Two kinds of texts are in it. Those of pages, notes, problems and errors are looked up by a key
(``"results.list"``, ``"note.bad_line.json"``), in English too. Words of the terminal, by their English.
``tools/translations.py`` says what lacks in a language, makes the traditional Chinese, and compiles.

A note and a problem carry a code and values, and a face formats them in its language. JSON has the English.
``Notes`` lets at most 1,000 notes of one kind on a file pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from msgspec.structs import replace

from archive.model import Note, said

Language: TypeAlias = Literal["zh", "zh-Hant", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[Language, str] = {"zh": "简体", "zh-Hant": "繁體", "en": "English"}

LOCALE = Path(__file__).parent / "locale"

MOST_NOTES: Final = 1_000
"""Of one kind on one file; the further ones are counted."""

_SHORT: Final = 40
_FIELDS: Final = frozenset({"unknown_field", "bad_field"})


def language_of(tag: str | None) -> Language | None:
    """The language that a tag or a locale means (``zh-TW``, ``zh_CN.UTF-8``, ``en``), or None."""
    first, *rest = re.split("[-_.@]", (tag or "").lower())
    if first == "zh" and "hans" not in rest and {"hant", "tw", "hk", "mo"} & set(rest):
        return "zh-Hant"
    return next((language for language in LANGUAGES if language == first), None)


def folder_of(language: Language) -> str:
    """What gettext calls a language."""
    return language.replace("-", "_")


@cache
def catalogue(language: Language) -> NullTranslations:
    """The texts of a language, read once for click too; of English only those that have a key."""
    return translation("messages", LOCALE, [folder_of(language)])


def text_of(language: Language, key: str, number: object = None) -> str:
    """The text of a key, with places for values; the one for this number of things. In English where the
    language lacks it; KeyError without one.
    """
    texts = catalogue(language)
    text = texts.ngettext(key, key, number if isinstance(number, int) else 2)
    if text == key:  # it does not differ by number
        text = texts.gettext(key)
    if text == key and language != "en":
        return text_of("en", key, number)
    if text == key:
        raise KeyError(key)
    return text


def has_text(key: str) -> bool:
    """Whether something is said by that key."""
    try:
        return bool(text_of("en", key))
    except KeyError:
        return False


def note(
    path: str, key: str, *values: str | int, line: int | None = None, left_out: bool = False, count: int = 1
) -> Note:
    """The note that ``note.KEY`` makes with these values; its code is the key up to the point."""
    code, _, _ = key.partition(".")
    return Note(path, code, said(key, *values, english=text_of("en", f"note.{key}")), line, left_out, count)


def reason_in(language: Language, code: str) -> str:
    """What notes of this code are about, as a heading."""
    return text_of(language, f"reason.{code}")


def note_in(language: Language, note: Note) -> str:
    """What a note says in a language beside the heading of its reason; empty where that says it all."""
    if not note.said or language == "en":
        return note.message
    key, *values = note.said
    shown = (value.replace(", ", "、") if isinstance(value, str) else value for value in values)
    return text_of(language, f"note.{key}").format(*shown).strip()


def note_alone(language: Language, note: Note) -> str:
    """What a note says where no heading has its reason."""
    said = note_in(language, note)
    if not note.said or language == "en":
        return said
    return "：".join(filter(None, (reason_in(language, note.code), said)))


class Notes:
    """Passes notes on, up to a number of each kind: a file that is all wrong must not fill the report."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._counts: dict[tuple[str, bool], tuple[int, int]] = {}

    def pass_on(self, made: Note) -> Iterator[Note]:
        """The note, unless there were too many of its kind."""
        kind = made.code, made.left_out
        passed, held = self._counts.get(kind, (0, 0))
        if passed < MOST_NOTES:
            self._counts[kind] = passed + 1, held
            yield made
        else:
            self._counts[kind] = passed, held + made.count

    def rest(self) -> Iterator[Note]:
        """One note for each kind that was cut short, with the count of what it leaves out."""
        for (code, left_out), (_, held) in self._counts.items():
            if held:
                key = "further_fields" if code in _FIELDS else "further_lines"
                yield replace(note(self._path, key, held, left_out=left_out, count=held), code=code)


def short(value: object) -> str:
    """A value as a note names it: of a long one the beginning."""
    text = repr(value)
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"
