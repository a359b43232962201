"""How likely a character is in a text: what it costs, as -ln of its share in texts of a kind.

``frequency.tsv`` has the characters of jieba's dictionary, simplified and traditional; what it does not have
costs what its block does. ``archive.encoding_detection`` compares encodings by the sum over their characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path


class Costs(dict[str, float]):
    """-ln of a character's probability; for characters outside of the table by their block."""

    def __missing__(self, character: str) -> float:
        cost = self[character] = _cost_by_block(character)
        return cost


@cache
def costs_of(encoding: str) -> Costs:
    """The costs of characters in a file of ``"utf-8"``, ``"gb18030"`` or ``"big5"``."""
    simplified, traditional = _frequencies()
    if encoding == "big5":
        return Costs(_capped(traditional))
    # GB18030 is mostly simplified; UTF-8 is either, or another language.
    other = 3.0 if encoding == "gb18030" else 0.0
    merged = {c: cost + other for c, cost in traditional.items()}
    for character, cost in simplified.items():
        merged[character] = min(cost, merged.get(character, cost))
    costs = Costs(_capped(merged))
    if encoding == "utf-8":
        costs.update(_ALPHABETS)
    return costs


def _capped(costs: Mapping[str, float]) -> dict[str, float]:
    return {character: min(cost, _cost_by_block(character)) for character, cost in costs.items()}


def _frequencies() -> tuple[dict[str, float], dict[str, float]]:
    simplified: dict[str, float] = {}
    traditional: dict[str, float] = {}
    for line in Path(__file__).with_name("frequency.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cost, one, other = line.split("\t")
            simplified.update(dict.fromkeys(one, float(cost)))
            traditional.update(dict.fromkeys(other, float(cost)))
    return simplified, traditional


# Ends of code point ranges and what a character in them costs, where frequency.tsv does not have it.
# Estimates: a rare character costs about as much as the rarest of the table, and what no text has costs more.
_BLOCKS = (
    (0x20, 12.0),  # controls
    (0x7F, 0.0),  # ASCII is the same in every candidate
    (0xA0, 14.0),
    (0x100, 11.0),  # Latin-1
    (0x530, 12.0),  # Latin, Greek, Cyrillic
    (0x2000, 16.0),
    (0x2700, 11.0),  # punctuation, symbols, box drawing
    (0x3000, 16.0),
    (0x3040, 8.0),  # CJK punctuation
    (0x3130, 12.0),  # kana, bopomofo
    (0x3400, 14.0),
    (0x4E00, 17.0),  # extension A
    (0xA000, 16.0),  # Han characters in nobody's dictionary
    (0xE000, 14.0),  # a byte that could not be decoded
    (0xF900, 20.0),  # private use
    (0xFE30, 16.0),
    (0xFF60, 8.0),  # small and full-width forms
    (0x20000, 14.0),
    (0x110000, 17.0),
)
_ALPHABETS = {
    **{chr(code): 7.0 for code in range(0xA0, 0xC0) if chr(code) != "·"},  # ©
    **{chr(code): 6.0 for code in range(0xC0, 0x100)},  # é
    **{chr(code): 6.0 for code in range(0x391, 0x3CA)},  # Greek
    **{chr(code): 5.0 for code in range(0x410, 0x450)},  # Cyrillic
}
_PUNCTUATION = {
    **dict.fromkeys("\t\n\r\f\v", 0.0),
    **dict.fromkeys("，。", 3.0),
    **dict.fromkeys("、；：？！「」『』（）《》〈〉“”‘’—…·　﹁﹂﹃﹄", 5.0),
    **dict.fromkeys("○‧", 8.0),
}


def _cost_by_block(character: str) -> float:
    known = _PUNCTUATION.get(character)
    if known is not None:
        return known
    code = ord(character)
    return next(cost for end, cost in _BLOCKS if code < end)
