"""Names of reigns and the Western years they began and ended in (``eras.tsv``)."""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from pathlib import Path

from msgspec import Struct

from archive.text.folding import Folding


class Era(Struct, frozen=True):
    """A name of years.

    Attributes:
        length: how many years it had; the last may have been cut short by the next name.
        backward: years before the Republic are counted back.
        western_months: its months are those of the Western calendar.
    """

    dynasty: str
    name: str
    first: int
    length: int
    backward: bool = False
    western_months: bool = False

    @property
    def full(self) -> str:
        """To tell eras of one name apart: 东晋建武（317）."""
        return f"{self.dynasty}{self.name}（{self.first}）"

    def years(self) -> tuple[int, int]:
        """The first and the last Western year that the name alone means; 民国 is the time to 1949."""
        if self.backward:
            return 1, self.first
        return self.first, 1949 if self.western_months else self.first + self.length - 1

    def western(self, year: int) -> int:
        """The Western year of a year of it."""
        return self.first - year + 1 if self.backward else self.first + year - 1

    def of_cycle(self, place: int) -> list[int]:
        """The Western years of it that have this place in the cycle of sixty; 甲子 is 0, AD 4 was one."""
        first, last = self.years()
        return [year for year in range(first, last + 1) if (year - 4) % 60 == place]


_REPUBLIC = (
    Era("", "中华民国", 1912, 9999 - 1911, western_months=True),
    Era("", "民国", 1912, 9999 - 1911, western_months=True),
    Era("", "民国前", 1911, 1911, backward=True, western_months=True),
    Era("", "民前", 1911, 1911, backward=True, western_months=True),
)

# First and last Western year (我国历代纪元表 of 现代汉语词典). What was before the year 1 has no date here.
_DYNASTIES = {
    "西汉": (1, 8), "东汉": (25, 220), "后汉": (25, 220), "汉": (1, 220), "三国": (220, 280),
    "魏": (220, 265), "蜀": (221, 263), "蜀汉": (221, 263), "吴": (222, 280), "东吴": (222, 280),
    "曹魏": (220, 265), "西晋": (265, 317), "东晋": (317, 420), "晋": (265, 420),
    "南北朝": (420, 589), "南朝": (420, 589), "北朝": (386, 581), "北魏": (386, 534),
    "隋": (581, 618), "唐": (618, 907), "五代": (907, 960), "五代十国": (907, 979),
    "北宋": (960, 1127), "南宋": (1127, 1279), "宋": (960, 1279), "辽": (907, 1125),
    "西夏": (1038, 1227), "金": (1115, 1234), "元": (1271, 1368), "明": (1368, 1644),
    "清": (1644, 1911),
}  # fmt: skip


@cache
def _folding() -> Folding:
    return Folding()


def fold(text: str) -> str:
    """The form in which names are compared: 光緒 is 光绪, 天啟 and 天啓 are 天启, 天祐 is 天佑."""
    return _folding().fold(text).replace("祐", "佑")


@cache
def _table() -> dict[str, tuple[Era, ...]]:
    """Every way to name an era, folded, to the eras that it may mean."""
    names: dict[str, dict[Era, None]] = {}
    for era in _REPUBLIC:
        names[fold(era.name)] = {era: None}
    text = (Path(__file__).parent / "eras.tsv").read_text("utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        dynasties, name, first, last = line.split("\t")
        era = Era(dynasties.split(",")[-1], name, int(first), int(last) - int(first) + 1)
        for dynasty in ("", *dynasties.split(",")):
            for between in ("", "朝", "代") if dynasty else ("",):
                names.setdefault(fold(dynasty + between + name), {})[era] = None
    return {name: tuple(found) for name, found in names.items()}


@cache
def reigns() -> tuple[tuple[str, int, int], ...]:
    """``(name, first, last)`` of all reigns with their dynasties (清光绪), and of 民国, in their order."""
    eras = dict.fromkeys(era for found in _table().values() for era in found if not era.backward)
    named = ((era.dynasty + era.name, *era.years()) for era in eras if era.name != "中华民国")
    return tuple(sorted(named, key=itemgetter(1, 2)))


@cache
def dynasties() -> tuple[tuple[str, int, int], ...]:
    """``(name, first, last)`` of the dynasties from 西汉 to 民国: none is a part of another."""
    names = "西汉、东汉、三国、西晋、东晋、南北朝、隋、唐、五代十国、北宋、南宋、辽、西夏、金、元、明、清"
    return (*((name, *_DYNASTIES[name]) for name in names.split("、")), ("民国", 1912, 1949))


def dynasty(text: str) -> tuple[int, int] | None:
    """The first and the last Western year of a dynasty: of 唐, 唐朝, 唐代, folded."""
    return _dynasties().get(text)


@cache
def _dynasties() -> dict[str, tuple[int, int]]:
    endings = ("", "朝", "代", "时期")
    return {fold(name) + ending: years for name, years in _DYNASTIES.items() for ending in endings}


@cache
def cycle() -> dict[str, int]:
    """The names of years in the cycle of sixty, 甲子 to 癸亥, folded, with their places from 0."""
    stems, branches = fold("甲乙丙丁戊己庚辛壬癸"), fold("子丑寅卯辰巳午未申酉戌亥")
    return {stems[place % 10] + branches[place % 12]: place for place in range(60)}


@cache
def _longest() -> int:
    return max(map(len, _table()))


def candidates(text: str) -> tuple[tuple[Era, ...], str]:
    """The eras that ``text``, folded, may begin with, by the longest name, and what follows the name."""
    for length in range(min(_longest(), len(text)), 0, -1):
        found = _table().get(text[:length])
        if found:
            return found, text[length:]
    return (), text
