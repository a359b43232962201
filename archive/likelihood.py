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
    """The costs of characters in a file of an encoding; ``"utf-16"`` is for those of UTF-32, too."""
    simplified, traditional = frequencies()
    if encoding == "big5":
        return Costs(_capped(traditional))
    # GB18030 is mostly simplified; UTF-8 is either, or another language; Japanese and Korean have few others.
    other = {"gb18030": 3.0, "euc_kr": 4.0, "euc_jp": 2.0, "shift_jis": 2.0}.get(encoding, 0.0)
    merged = {c: cost + other for c, cost in traditional.items()}
    if encoding in ("utf-8", "utf-16", "gb18030"):
        for character, cost in simplified.items():
            merged[character] = min(cost, merged.get(character, cost))
    costs = Costs(_capped(merged))
    if encoding in ("utf-8", "utf-16"):
        costs.update(_ALPHABETS)
    if encoding in ("euc_jp", "shift_jis", "utf-16"):
        costs.update(_KANA)
        costs.update((character, 7.5) for character in _OF_JAPAN if character not in traditional)
    if encoding in ("euc_kr", "utf-16"):
        costs.update(_HANGUL)
    return costs


@cache
def frequencies() -> tuple[dict[str, float], dict[str, float]]:
    """The costs of the characters of ``frequency.tsv``, in simplified and in traditional texts."""
    simplified: dict[str, float] = {}
    traditional: dict[str, float] = {}
    for line in Path(__file__).with_name("frequency.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            cost, one, other = line.split("\t")
            simplified.update(dict.fromkeys(one, float(cost)))
            traditional.update(dict.fromkeys(other, float(cost)))
    return simplified, traditional


def _capped(costs: Mapping[str, float]) -> dict[str, float]:
    return {character: min(cost, _cost_by_block(character)) for character, cost in costs.items()}


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
# Estimates, too: half of a Japanese text is hiragana, of which these are the most; a third of a Korean one
# has these syllables.
_KANA = {
    **{chr(code): 6.5 for code in range(0x3041, 0x3094)},
    **dict.fromkeys("のにはをたがでてとしれさいるなもからりこうあっ", 4.0),
    **{chr(code): 6.5 for code in range(0x30A1, 0x30F7)},
    **dict.fromkeys("ー々、。", 4.5),
}
_OF_JAPAN = (
    "込働匂峠畑枠躍枚込仏価仮伝併会体余佐児党円写処剣剤労勧勲区医卸収営団囲図国圏圧堕塁塩増壊壱売変奥嬢学宝実寛寝対"
    "専尽届峡巣巻帯帰庁広廃弐弾当径従徳応恋恵悩悪惨懐戦戯戸払抜択担拝拠拡挙挟挿捜掲揺摂撃斉斎断旧昼晩暁暦条来枢"
    "栄桜検楼楽概様権横欄欠歓歩歯歳歴殴残殻毎気沢浄浅浜涙渇済渉渋渓温湾湿満滝滞潜瀬焼犠状独狭猟獣瓶産画畳疎痴発"
    "県真着研砕禅秘称稲穂穏窓窃竜粋粛経絵継続総緑緒縁縄縦繊缶翻聴胆脱脳腸臓舎舗芸茎荘薫薬虚虫蛍蛮装褒褐覇覚覧観触"
    "訳証誉説読謡譲賓賛践転軽辞辺逓遅遥郎郷酔釈鉄鉱銭鋳録錬鎮鑑関閲闘陥険隆随隠隣隷雑霊静頼頬顔顕駅駆騒験髄髪鶏麦黄"
    "黒黙齢"
)
_HANGUL = {
    **{chr(code): 9.0 for code in range(0xAC00, 0xD7A4)},
    **dict.fromkeys(
        "가각간감갑강개거건것게겨결경계고공과관광교구국군권귀그근글금급기긴길나난날남내너년노농누눈는능니다단달담당대더도독동되된"
        "두드든들등디때또라람래량러런려력로록론료루류르른를름리린립마만많말망매머먼면명모목무문물미민바박반받발방배백버번법변"
        "별보복본부북분불비사산살상새생서석선설성세소속손송수술스습승시식신실심십아안않알암았앞애야약양어언업없었에여역연열영예오"
        "온와외요용우운움원월위유육으은을음의이인일입있자작잘장재저적전절점정제조족존종좋주준중즉증지직진질집차참창책처천청체초최"
        "추출충치친크타통투트특파판편평포표품피하학한할함합해했행향현협형호화확환활황회후히",
        6.2,
    ),
    **dict.fromkeys("이다는의에을가고은하지를한사로리자대도어아기인서나시해그정일수", 4.2),
}


def _cost_by_block(character: str) -> float:
    known = _PUNCTUATION.get(character)
    if known is not None:
        return known
    code = ord(character)
    return next(cost for end, cost in _BLOCKS if code < end)
