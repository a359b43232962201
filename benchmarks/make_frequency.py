"""Make ``archive/frequency.tsv``: how common each character is in simplified and in traditional texts.

    python benchmarks/make_frequency.py OPENCC_DICTIONARY_FOLDER > archive/frequency.tsv

Sources: the word frequencies of jieba 0.42.1 (``dict.txt``, MIT) give the simplified column: a character is
as frequent as the words that hold it. ``STCharacters``, ``TWVariants`` and ``HKVariants`` of OpenCC
(Apache-2.0) carry each character's frequency over to its traditional forms; a second or later choice of a
one-to-many entry gets three tenths of it.
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from pathlib import Path

SECOND_CHOICE = 0.3
_HAN = re.compile(r"[〇㐀-䶿一-鿿\U00020000-\U0003ffff]")


def simplified_counts(dictionary: str) -> Counter[str]:
    """Occurrences of each Han character, from the lines ``word frequency tag`` of jieba's dictionary."""
    counts: Counter[str] = Counter()
    for line in dictionary.splitlines():
        word, frequency, _tag = line.split(" ")
        for character in _HAN.findall(word):
            counts[character] += int(frequency)
    return counts


def traditional_counts(counts: Counter[str], folder: Path) -> dict[str, float]:
    """The same for the traditional forms, by OpenCC's tables in ``folder``."""
    forms, taiwan, hong_kong = (
        _table(folder / f"{name}.txt") for name in ("STCharacters", "TWVariants", "HKVariants")
    )
    found: dict[str, float] = {}
    for character, count in counts.items():
        for place, form in enumerate(forms.get(character, [character])):
            weight = count if place == 0 else count * SECOND_CHOICE
            for variant in {form, *taiwan.get(form, ()), *hong_kong.get(form, ())}:
                found[variant] = found.get(variant, 0) + weight
    return found


def costs(counts: dict[str, float] | Counter[str]) -> dict[str, int]:
    """The negative natural logarithm of each character's share, rounded."""
    total = sum(counts.values())
    return {character: round(-math.log(count / total)) for character, count in counts.items()}


def _table(path: Path) -> dict[str, list[str]]:
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if "\t" in line)
    return {line[0]: line[1].split(" ") for line in lines}


def main() -> None:
    """Write the table to standard output."""
    import jieba

    counts = simplified_counts((Path(jieba.__file__).parent / "dict.txt").read_text("utf-8"))
    simplified, traditional = costs(counts), costs(traditional_counts(counts, Path(sys.argv[1])))
    print("# Made by benchmarks/make_frequency.py from jieba 0.42.1 dict.txt (MIT) and OpenCC (Apache-2.0).")
    print("# -ln of a character's share\tsimplified\ttraditional")
    for cost in sorted({*simplified.values(), *traditional.values()}):
        columns = (
            "".join(sorted(c for c, n in side.items() if n == cost)) for side in (simplified, traditional)
        )
        print(cost, *columns, sep="\t")


if __name__ == "__main__":
    main()
