"""From normal forms to the tokens of the streams.

Everything here works on whole strings: a build spends most of its time in the few lines of this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from operator import add

from index.analysis.folding import kind
from index.analysis.normal import BOUNDARY

# Lucene splits tokens at 255 characters and tantivy drops those of more than 65 kB.
MAX_TOKEN = 64

# What jieba takes as Chinese: jieba 0.42.1, re_han_default.
NOT_JIEBA = re.compile("[^\u4e00-\u9fd5]+")
_OTHER_RUN = re.compile(f"[^\u4e00-\u9fd5{BOUNDARY}]+")


def gram_stream(normal: str) -> str:
    """The ``grams`` of a normal form: two neighbours each, with the ``·`` that stands between them."""
    return " ".join(map(add, normal, normal[1:])).replace("· ·", BOUNDARY)


def character_stream(normal: str) -> str:
    """The ``chars`` of a normal form."""
    return " ".join(normal.replace(BOUNDARY, ""))


def jieba_runs(normal: str) -> str:
    """The runs of a normal form that jieba cuts, with single blanks between them."""
    return NOT_JIEBA.sub(" ", normal).strip(" ")


def word_stream(normal: str, han_words: str) -> str:
    """The ``words`` of a normal form: those that jieba found, the others, and two boundary tokens a stretch.

    The first and the last character of each stretch between boundaries give ``·X`` and ``X·``. The order of
    the tokens means nothing.
    """
    if not normal:
        return ""
    stretches = normal.split(BOUNDARY)
    parts = [han_words] if han_words else []
    for match in _OTHER_RUN.finditer(normal):
        parts += other_words(match[0])
    parts += [f"{BOUNDARY}{stretch[0]} {stretch[-1]}{BOUNDARY}" for stretch in stretches]
    stream = " ".join(parts)
    if len(max(stretches, key=len)) > MAX_TOKEN:
        stream = " ".join(_not_too_long(stream.split(" ")))
    return stream


def _not_too_long(tokens: list[str]) -> Iterator[str]:
    for token in tokens:
        for start in range(0, len(token), MAX_TOKEN):
            yield token[start : start + MAX_TOKEN]


def other_words(run: str) -> Iterator[str]:
    """The words of a run without characters of jieba's: letters, digits, kana and the like run by run.

    Symbols, rare Han characters and boundaries stand alone.
    """
    for of_kind, characters in groupby(run, kind):
        if of_kind in ("letter", "digit", "other", "mark", "format"):
            yield "".join(characters)
        else:
            yield from characters


def gram_streams(normals: Sequence[str]) -> list[str]:
    """``gram_stream`` of each, with numpy where it is installed."""
    return _gram_streams_by_numpy(normals) if _numpy_is_installed() else list(map(gram_stream, normals))


@cache
def _numpy_is_installed() -> bool:
    return find_spec("numpy") is not None


def _gram_streams_by_numpy(normals: Sequence[str]) -> list[str]:
    import numpy as np

    codes = np.frombuffer("\n".join(normals).encode("utf-32-le"), dtype="<u4")
    line_ends = codes == ord("\n")
    places = np.flatnonzero(~line_ends & (codes != ord(BOUNDARY)))
    if len(places) < 2:
        return list(map(gram_stream, normals))
    lines = np.cumsum(line_ends)[places]
    characters = codes[places]
    steps = np.diff(lines)
    apart = np.diff(places) > 1  # with a boundary or a line end between them
    pairs = steps == 0
    # A pair takes both characters, the boundary if there is one, and a blank; a step to a later line takes
    # its line ends, which the array is full of.
    ends = np.cumsum(np.where(pairs, 3 + apart, steps)) + lines[0]
    stream = np.full(ends[-1] + len(normals) - 1 - lines[-1], ord("\n"), dtype="<u4")
    last = ends[pairs]
    stream[last - 1] = ord(" ")
    stream[last - 2] = characters[1:][pairs]
    stream[last - 3] = np.where(apart, ord(BOUNDARY), characters[:-1])[pairs]
    crossing = pairs & apart
    stream[ends[crossing] - 4] = characters[:-1][crossing]
    return stream.tobytes().decode("utf-32-le").replace(" \n", "\n").removesuffix(" ").split("\n")
