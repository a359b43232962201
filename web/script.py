"""Whether a text is in traditional or simplified characters, so that it is set in the right font."""

from __future__ import annotations

# Frequent characters that the 1964 list of simplified characters (简化字总表) changed, with their new forms.
_TRADITIONAL = frozenset(
    "國這個們來時為說學後過對還沒麼於與開關發點從樣東車長門見問間書馬魚鳥龍風雲電頭動種進現實經無業產會"
)
_SIMPLIFIED = frozenset(
    "国这个们来时为说学后过对还没么于与开关发点从样东车长门见问间书马鱼鸟龙风云电头动种进现实经无业产会"
)
_ONLY_TRADITIONAL = "".join(_TRADITIONAL - _SIMPLIFIED)
_ONLY_SIMPLIFIED = "".join(_SIMPLIFIED - _TRADITIONAL)
_ENOUGH = 4000


def language_of_text(text: str) -> str:
    """``zh-Hant`` where the text has more traditional than simplified forms, else ``zh-Hans``.

    Only the first 4,000 characters are looked at.
    """
    start = text[:_ENOUGH]
    traditional = sum(map(start.count, _ONLY_TRADITIONAL))
    simplified = sum(map(start.count, _ONLY_SIMPLIFIED))
    return "zh-Hant" if traditional > simplified else "zh-Hans"
