"""Words that the rules know, one kind a file in ``vocabulary/``, and the folding of lines that meet them.

A line is folded one character to one character (traditional and variant forms to one form), so that offsets
in the folded line are those in the line, and no word is listed twice.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from archive.text.folding import Folding
from archive.text.readings import HAN as HAN


class _OneToOne(dict[int, str]):
    """The folding of scripts, of each code point to one: those that fold to several or none stay."""

    def __missing__(self, code_point: int) -> str:
        folded = _folding()[code_point]
        self[code_point] = folded if len(folded) == 1 else chr(code_point)
        return self[code_point]


@cache
def _folding() -> Folding:
    return Folding(frozenset({"simplified", "variants"}))


_TABLE = _OneToOne()
_SPACED: Final = re.compile(
    f"^[{HAN}](?:[ \u3000]+[{HAN}]){{1,4}}(?:[ \u3000]*[:：]|(?=[ \u3000]+[{HAN}]{{2}}|$))"
)
_LABELS: Final = ("roles", "text_work", "picture_work", "editors", "source_labels", "note_labels")


def close(line: str) -> str:
    """The line with blanks between the characters of its first word behind it: 编　者：, 附　录."""
    return _SPACED.sub(lambda spaced: re.sub("[ \u3000]", "", spaced[0]).ljust(len(spaced[0])), line)


@lru_cache(maxsize=1 << 12)
def plain(line: str) -> str:
    """The folded line, of the same length. Kept for the rules that ask after the first."""
    line = line.translate(_TABLE)
    if (closed := close(line)) != line:
        label = re.split("[ \u3000:：]", closed)[0]
        # 记录 follows 时间 and 主持人 in minutes, which have no author.
        if label == "日期" or (label != "记录" and any(label in words(kind) for kind in _LABELS)):
            return closed
    return line


@cache
def words(name: str) -> tuple[str, ...]:
    """The folded words of a kind, the longest first; a line of its file that ``#`` leads is a comment."""
    text = (Path(__file__).parent / "vocabulary" / f"{name}.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(sorted({plain(word) for line in lines for word in line.split()}, key=lambda w: (-len(w), w)))


def one_of(*names: str) -> str:
    """A pattern for any word of these kinds."""
    return f"(?:{'|'.join(word for name in names for word in words(name))})"


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern for folded lines: folded itself, ℌ for Han characters, ℕ for a person's name."""
    return re.compile(pattern.translate(_TABLE).replace("ℕ", _name()).replace("ℌ", HAN))


@cache
def _name() -> str:
    """A name with a known surname (the two characters of a short one may be spaced), or with a middle dot."""
    single = "".join(word for word in words("surnames") if len(word) == 1)
    double = "|".join(word for word in words("surnames") if len(word) == 2)
    return (
        f"(?:(?:{double})[ℌ]{{1,2}}|[{single}][ℌ]{{1,2}}|[{single}][ \u3000]{{1,3}}[ℌ]"
        "|[ℌ]{2,8}[·•‧・][ℌ·]{2,12})"
    )
