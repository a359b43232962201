"""Make ``archive/page/vocabulary/dictionary.txt``: words that have the shape of a person's name and are none.

    python benchmarks/make_words.py > archive/page/vocabulary/dictionary.txt

Source: jieba 0.42.1 (``dict.txt``, MIT): words of two or three characters that begin with a surname, seen
ten times or more, and not tagged as names of persons; in their folded forms.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

LEAST = 10
NAMES = {"高适"}
"""Persons that the dictionary tags as words."""


def main() -> None:
    """Write the table to standard output, a surname a line."""
    import jieba

    from archive.page.person_names import has_shape_of_a_name
    from archive.page.rule_words import plain

    words: set[str] = set()
    for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines():
        word, frequency, tag = line.split(" ")
        if len(word) > 3 or int(frequency) < LEAST or tag.startswith("nr") or word in NAMES:
            continue
        words |= {plain(word)} if has_shape_of_a_name(word) else set()
    print("# Words of jieba's dictionary that have the shape of a name, folded (benchmarks/make_words.py).")
    for _, row in groupby(sorted(words), key=lambda word: word[0]):
        print(" ".join(row))


if __name__ == "__main__":
    main()
