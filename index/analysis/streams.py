"""From normal forms to the tokens of the streams.

Everything here works on whole strings: a build spends most of its time in the few lines of this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from operator import add

from archive.text.folding import kind
from index.analysis.normal import BOUNDARY

# Lucene splits tokens at 255 characters and tantivy drops those of more than 65 kB.
MAX_TOKEN = 64

VERSION = "3"
"""Raised when other tokens are made of a normal form: part of an archive's settings.

2: no ``X·`` for the last character of a stretch.
"""

# Neighbours of one of these kinds are one word; other characters that jieba does not know are one each.
ONE_TOKEN_KINDS = ("letter", "digit", "other", "mark", "format")

# What jieba takes as Chinese: jieba 0.42.1, re_han_default.
NOT_JIEBA = re.compile("[^\u4e00-\u9fd5]+")


def gram_stream(normal: str) -> str:
    """The ``grams`` of a normal form: two neighbours each, with the ``·`` between them."""
    return " ".join(map(add, normal, normal[1:])).replace("· ·", BOUNDARY)


def character_stream(normal: str) -> str:
    """The ``chars`` of a normal form."""
    return " ".join(normal.replace(BOUNDARY, ""))


def jieba_runs(normal: str) -> str:
    """The runs of a normal form that jieba cuts, with single blanks between them."""
    return NOT_JIEBA.sub(" ", normal).strip(" ")


def word_stream(normal: str, han_words: str) -> str:
    """The ``words`` of a normal form: those that jieba found, the others, and a boundary token a stretch.

    The first character of each stretch between boundaries gives ``·X``. The order of tokens means nothing.
    """
    if not normal:
        return ""
    stretches = normal.split(BOUNDARY)
    parts = [han_words] if han_words else []
    # A character of jieba's ends a run as a boundary does. (An expression of its own took 0.8 ms to compile.)
    for match in NOT_JIEBA.finditer(normal.replace(BOUNDARY, "一")):
        parts += other_words(match[0])
    parts += [BOUNDARY + stretch[0] for stretch in stretches]
    stream = " ".join(parts)
    if len(max(stretches, key=len)) > MAX_TOKEN:
        stream = " ".join(not_too_long(stream.split(" ")))
    return stream


def not_too_long(tokens: list[str]) -> Iterator[str]:
    """The tokens, long ones cut into pieces of ``MAX_TOKEN`` characters."""
    for token in tokens:
        for start in range(0, len(token), MAX_TOKEN):
            yield token[start : start + MAX_TOKEN]


def other_words(run: str) -> Iterator[str]:
    """The words of a run without characters of jieba's: letters, digits, kana run by run; symbols and rare
    Han characters alone.
    """
    for of_kind, characters in groupby(run, kind):
        if of_kind in ONE_TOKEN_KINDS:
            yield "".join(characters)
        else:
            yield from characters
