"""Readings in brackets inside a run of Han characters (东（とう）京, 重(chóng)庆), which do not break it."""

from __future__ import annotations

import re
from functools import cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
"""Han characters, for use inside a character class; a pattern for ``archive.page`` writes ℌ for it."""

NOTHING = "\u2060"
"""A format character: it folds to nothing."""


@cache
def reading() -> re.Pattern[str]:
    """A reading with its brackets: kana, zhuyin, or pinyin with a tone."""
    return re.compile(
        f"[（(\\[［〔](?<=[{HAN}].)(?:[\u3040-\u30ff]{{1,12}}|[\u3105-\u312fˊˇˋ˙]{{1,5}}"
        "|(?=[^（()）]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ])[a-zü\u00c0-\u01dc]{1,6}"
        "(?:[ '’]?[a-zü\u00c0-\u01dc]{1,6}){0,3})[）)\\]］〕]"
        f"(?=[{HAN}\u3040-\u30ff])"
    )


_BROKEN = re.compile(r"(?<=[a-z])[-‐]\s+(?=[a-z])")


def without_readings(text: str) -> str:
    """The text with nothing where a reading is, character for character: places stay what they are.

    So is the hyphen of a word that was broken at the end of a line: hyphen-, ation.
    """
    text = _BROKEN.sub(lambda found: NOTHING * len(found[0]), text)
    if not text.isascii() and any(map(text.__contains__, "（([［〔")):
        return reading().sub(lambda found: NOTHING * len(found[0]), text)
    return text
