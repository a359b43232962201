"""Names of persons and of institutions, and the offices before or after names."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from archive.page.rule_words import compiled, one_of, plain, words

_NAME: Final = compiled("^ℕ$")
_EACH_NAME: Final = compiled("ℕ(?=[、，,；;\\s]|$)")
_ALL_NAMES: Final = compiled("^(?:ℕ(?:[、，,；;\\s]+|$)){1,8}$")
_OFFICE: Final = compiled(f"(?<!法[人定]){one_of('offices')}$")
_INSTITUTION: Final = compiled(one_of("institutions"))
_INSTITUTION_END: Final = compiled(f"{one_of('institutions')}$")
_INSTITUTION_ALONE: Final = compiled(f"^[ℌ（）()·]+{one_of('institutions', 'institutions_alone')}$")
_COLON: Final = compiled("[：:](?=ℕ$)")
_STOPS: Final = re.compile(r"[。！？；：，,!?;:“”\"…]|——")
_TRAILING: Final = compiled("^(?P<office>.*?\\S)[ \u3000\t]+(?P<name>ℕ)(?:[、 \u3000]+(?P<more>ℕ))?$")
_LEADING: Final = compiled("^(?P<name>ℕ)(?:[ \u3000\t]+|[，,])(?P<office>\\S.*)$")
_BRACKETED: Final = compiled(r"^(?P<name>ℕ)\s?[（(](?P<office>[^（()）]{3,50})[)）]$")
_GLUED: Final = compiled(f"^(?P<office>.*?{one_of('offices')})(?P<name>ℕ)$")
_PARTED: Final = re.compile("[\\s，,（(：:]")
DYNASTY: Final = compiled(
    "^[\\[［（(〔【]?(?:先秦|[两西东]?汉|三?国|魏|[西东]?晋|南北朝|隋|唐|五代|[北南]?宋|辽|金|元|明|清|近代|现代|民国)"
    "[\\]］）)〕】·\\s]+(?P<name>ℕ)$"
)
_VERSE: Final = ("七律", "七绝", "五律", "五绝", "古风", "排律")
"""Forms of verse, which a dot parts from the title of a poem: 七律·登高."""
_ABOUT: Final = frozenset("记访写致忆悼追")
"""What begins the deck of a text about somebody: 记西华县公安局局长 王延军."""


def tidy(name: str) -> str:
    """A name without the space that typesetters put into one of two characters."""
    return re.sub(r"\s+", "", name)


def has_shape_of_a_name(word: str) -> bool:
    """Whether a word begins with a known surname and is as long as a name."""
    return bool(_NAME.match(plain(word)))


@lru_cache(maxsize=1 << 12)
def is_name(line: str) -> bool:
    """Whether a line is nothing but a person's name with a known surname."""
    return len(line) <= 21 and has_shape_of_a_name(line) and not _is_word(tidy(plain(line)))


def _is_word(name: str) -> bool:
    """Whether what has the shape of a name (folded) is a word or a place."""
    return (
        ("·" in name and (name[:2] in _VERSE or any(c in name for c in "的了在是和路家年者辑")))
        or name[:2] in _all("not_names")
        or name[:3] in _all("not_names")
        or (len(name) <= 3 and name in _all("dictionary"))
        or (len(name) == 3 and name[-1] in "市县区镇乡省村街长")
    )


@cache
def _all(name: str) -> frozenset[str]:
    return frozenset(words(name))


def names_in(line: str) -> str | None:
    """The names of a line that is nothing but names, joined by 、; None where it is not."""
    if not _ALL_NAMES.match(plain(line)):
        return None
    parts = [line[slice(*found.span())] for found in _EACH_NAME.finditer(plain(line))]
    return "、".join(map(tidy, parts)) if all(map(is_name, parts)) else None


def has_institution(line: str) -> bool:
    """Whether the name of an institution occurs in a line."""
    return bool(_INSTITUTION.search(plain(line)))


def is_institution(line: str) -> bool:
    """Whether a line is nothing but the name of an institution: 西华县公安局, 治丧委员会."""
    return (
        4 <= len(line) <= 25
        and line[0] not in "走进到在为让把向对"
        and bool(_INSTITUTION_ALONE.match(plain(line)))
    )


@lru_cache(maxsize=1 << 12)
def office_and_name(line: str, *, institutions: bool = True, glued: bool = False) -> tuple[str, str] | None:
    """``(name, office)`` of a line such as ``西华县公安局西华营派出所所长 王延军``, or None.
    ``institutions``: one will do as an office; ``glued``: no space is needed.
    """
    if len(line) > 60 or not (glued or _PARTED.search(line)):
        return None
    text = plain(line)
    if text[:1] in _ABOUT:
        return None
    bracketed = _BRACKETED.match(text)
    text = _COLON.sub(" ", text)
    if _STOPS.search(text if not bracketed else bracketed["name"]) and not _LEADING.match(text):
        return None
    for pattern in (_TRAILING, _LEADING, _BRACKETED, _GLUED)[: 4 if glued else 3]:
        found = pattern.match(text)
        if not found or _STOPS.search(found["office"]) or _is_word(tidy(found["name"])):
            continue
        office = found["office"].strip()
        if _OFFICE.search(office) or (institutions and _INSTITUTION_END.search(office)):
            names = [tidy(line[slice(*found.span("name"))])]
            if pattern is _TRAILING and found["more"]:
                names.append(tidy(line[slice(*found.span("more"))]))
            return "、".join(names), line[slice(*found.span("office"))].strip()
    return None
