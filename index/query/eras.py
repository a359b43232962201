"""Names of reigns and the Western years they began and ended in (``eras.tsv``)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Era:
    """A name of years.

    Attributes:
        dynasty: 清, 唐 …; empty for the Republic.
        name: 光绪, in simplified characters.
        first: the Western year of its first year.
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
        """With the dynasty, as it is typed to choose among eras of one name: 明天启."""
        return self.dynasty + self.name


_REPUBLIC = (
    Era("", "中华民国", 1912, 9999 - 1911, western_months=True),
    Era("", "民国", 1912, 9999 - 1911, western_months=True),
    Era("", "民国前", 1911, 1911, backward=True, western_months=True),
    Era("", "民前", 1911, 1911, backward=True, western_months=True),
)


@cache
def _table() -> dict[str, tuple[Era, ...]]:
    """Every way to name an era, traditional too, to the eras that it may mean."""
    names: dict[str, dict[Era, None]] = {}
    eras = list(_REPUBLIC)
    traditional: dict[Era, tuple[str, str]] = {}
    text = resources.files("index.query").joinpath("eras.tsv").read_text("utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        dynasty, name, first, last, dynasty_traditional, name_traditional = line.split("\t")
        era = Era(dynasty, name, int(first), int(last) - int(first) + 1)
        traditional[era] = (dynasty_traditional, name_traditional)
        eras.append(era)
    for era in eras:
        dynasty_traditional, name_traditional = traditional.get(
            era, (era.dynasty, era.name.replace("华", "華").replace("国", "國"))
        )
        for name in {era.name, name_traditional}:
            names.setdefault(name, {})[era] = None
            for dynasty in {era.dynasty, dynasty_traditional} - {""}:
                for between in ("", "朝"):
                    names.setdefault(dynasty + between + name, {})[era] = None
    return {name: tuple(found) for name, found in names.items()}


@cache
def _longest() -> int:
    return max(map(len, _table()))


def candidates(text: str) -> tuple[tuple[Era, ...], str]:
    """The eras that ``text`` may begin with, by the longest name that fits, and what follows the name."""
    for length in range(min(_longest(), len(text)), 0, -1):
        found = _table().get(text[:length])
        if found:
            return found, text[length:]
    return (), text
