"""The words that ``all`` wants of a run: jieba's words, with single characters kept beside a neighbour.

Function words (的 是 什么 怎么; ``function_words.txt``) are not wanted where the run has other words.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from typing import Protocol, TypeAlias
from unicodedata import category

from archive.text.folding import kind
from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY
from index.query.nodes import Match, Node, Run
from index.query.numbers import numbers

Place: TypeAlias = tuple[int, int]
"""A range of characters of a run's normal form."""


class Occurrences(Protocol):
    """What planning asks of the archive."""

    def occurs(self, run: Node, *, most: int | None = None) -> bool:
        """Whether a run, or one of several, occurs in a passage, its title, a heading above it or byline.

        No, where more passages than ``most`` would have to be read.
        """
        ...

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """Fetch what these calls will ask (``index.engines.base.Snapshot``)."""
        ...


@cache
def function_words() -> dict[str, bool]:
    """The function words in normal form, each with whether it asks."""
    lines = (Path(__file__).parent / "function_words.txt").read_text("utf-8").splitlines()
    return {word: line[0] == "?" for line in lines if line[0] != "#" for word in line.strip("? ").split()}


def function_places(run: str) -> set[int]:
    """The characters of a run in normal form that belong to a function word, by the longest from the left.

    No dictionary is asked: 什么 inside 为什么时 is a function word, however the run would be cut.
    """
    places: set[int] = set()
    at = 0
    while at < len(run):
        left = min(4, len(run) - at)
        size = next((n for n in range(left, 0, -1) if run[at : at + n] in function_words()), 0)
        places.update(range(at, at + size))
        at += size or 1
    return places


def function_grams(analyzer: Analyzer, run: str) -> set[str]:
    """The grams of a run of which both characters belong to function words."""
    inside = function_places(run)
    places = [place for place, character in enumerate(run) if character != BOUNDARY]
    pairs = zip(analyzer.grams(run), places, places[1:], strict=False)
    return {gram for gram, first, second in pairs if first in inside and second in inside}


def function_tokens(analyzer: Analyzer, runs: Iterable[str]) -> set[str]:
    """The tokens of runs in normal form that say little, in any stream."""
    return _function_tokens().union(*(function_grams(analyzer, run) for run in runs))


@cache
def _function_tokens() -> set[str]:
    return {token for word in function_words() for token in (word, BOUNDARY + word)}


_BETWEEN = re.compile("(?<=[㐀-鿿])[&+=<>~^|→]+(?=[㐀-鿿])")
"""Signs that part words: 甲&&乙."""

QUESTION = 2
"""Words of a question up to which they alone are wanted. What a longer one is about seldom has all of them,
and another passage has: what shares most of it is better (``docs/making/ranking.md``)."""


def query_words(analyzer: Analyzer, run: str, match: Match = "auto") -> list[Place]:
    """The words of a run in normal form, as ranges of its characters; none only where it is empty.
    Decimal points may be in it (``Normal.pointed``).

    A one-character word does not count alone, since 人 occurs nearly everywhere: one beside another makes a
    word with it, one alone is joined to the word before it, else to the one behind it. Boundaries part words,
    and so do function words, beside which one character counts: 蓍的叶子. Single characters between
    boundaries are passed over where the run has a longer word, but for letters and digits, which are words
    (3.14 is not 14); a run of nothing else is one word as it is. In a question of more than ``QUESTION``
    words function words are words like any others, but where ``match`` is ``all``. A number is never cut
    (一百零五, 10,000): its parts have other forms than it has.
    """
    run = _BETWEEN.sub(lambda signs: BOUNDARY * len(signs[0]), run)
    # 第 belongs to its number: 红楼梦第3回 is not 红楼梦第 and 3回.
    whole = [(start - (run[start - 1 : start] == "第"), end) for start, end, _ in numbers(run)]
    whole += (decimal.span() for decimal in re.finditer("[0-9]+[.][0-9]+", run))
    cut: list[Place] = []
    for start, end in analyzer.cut(run):
        inside = any(first < start < last for first, last in whole)
        cut[-1:] = [(cut[-1][0], end)] if inside and cut else [*cut[-1:], (start, end)]
    telling = [(start, end) for start, end in cut if run[start:end] not in function_words()]
    longer = sum(end - start > 1 for start, end in telling)
    if not longer or (
        longer > QUESTION and match != "all" and any(function_words().get(run[a:b]) for a, b in cut)
    ):
        telling = cut
    found: list[Place] = []
    for stretch in _stretches(run, telling):
        found += _joined(stretch)
    if any(end - start > 1 for start, end in found) or not run:
        beside = {at for start, end in set(cut).difference(telling) for at in (start - 1, end)}
        return [
            (start, end)
            for start, end in found
            if end - start > 1 or is_foreign(run[start]) or start in beside
        ]
    return [(0, len(run))]


def are_signs(text: str) -> bool:
    """Whether a text has only signs between words, as + && = > →; an emoji or ★ is a word."""
    return all(kind(c) in ("symbol", "punctuation") and category(c) != "So" for c in text)


def is_foreign(run: str) -> bool:
    """Whether the run in normal form is letters and digits only."""
    return all(kind(character) in ("letter", "digit") for character in run)


def _stretches(run: str, words: list[Place]) -> list[list[Place]]:
    """The words without a boundary between them, together. A number behind a word begins anew, so that
    2012年3月 is 2012年 and 3月, not 2012 and 年3月.
    """
    stretches: list[list[Place]] = []
    for word in words:
        before = stretches[-1] if stretches else []
        anew = (
            kind(run[word[0]]) == "digit"
            and not is_foreign(run[word[0] - 1])
            and any(end - start > 1 for start, end in before)
        )
        if before and before[-1][1] == word[0] and not anew:
            stretches[-1].append(word)
        else:
            stretches.append([word])
    return stretches


def _joined(words: list[Place]) -> list[Place]:
    joined: list[Place] = []
    single: Place | None = None  # one-character words that wait for a neighbour
    for start, end in words:
        if end - start == 1:
            single = (single[0], end) if single else (start, end)
            continue
        if single:
            if single[1] - single[0] > 1:
                joined.append(single)
            elif joined:
                joined[-1] = (joined[-1][0], single[1])
            else:
                start = single[0]
            single = None
        joined.append((start, end))
    if single:
        if single[1] - single[0] > 1 or not joined:
            joined.append(single)
        else:
            joined[-1] = (joined[-1][0], single[1])
    return joined


_LONGEST = 40
"""Characters of the longest run that is asked about: one character a thousand times took minutes."""


def cut_again(analyzer: Analyzer, word: str, archive: Occurrences) -> list[Place]:
    """Parts of a word that does not occur which do occur, each of two characters or more.

    First its own words, as jieba cuts it; a word that does not occur either is covered by the fewest and
    longest runs that do. Empty where there are none.
    """
    words = analyzer.cut(word)
    if len(words) < 2 or _inside(word).intersection(start for start, _ in words):
        return _covered(word, 0, archive)
    parts: list[Place] = []
    for start, end in words:
        if end - start < 2:
            continue
        if archive.occurs(Run(word[start:end], whole=True)):
            parts.append((start, end))
        else:
            parts += _covered(word[start:end], start, archive)
    return parts or _covered(word, 0, archive)


def _inside(run: str) -> set[int]:
    """The places in a run that are inside a number or a word of letters."""
    places = {at for start, end, _ in numbers(run) for at in range(start + 1, end)}
    return places | {
        at
        for at in range(1, len(run))
        if is_foreign(run[at - 1 : at + 1]) and kind(run[at - 1]) == kind(run[at])
    }


def _covered(word: str, offset: int, archive: Occurrences) -> list[Place]:
    """Runs of ``word`` that occur and cover the most of it, as few as possible.

    Each part of a run that occurs also occurs: the longest run from each place ends no earlier than that
    from the place before, so that few runs are asked about. None is longer than any word is. Numbers and
    words of letters are not cut: 2020年 is not 20.
    """
    size = len(word)
    longest = [0] * size
    inside = _inside(word)
    ends = [place for place in range(1, size + 1) if place not in inside]
    begin = [start for start in range(min(size, _LONGEST)) if start not in inside and word[start] != BOUNDARY]
    short = [Run(word[start : start + n], whole=True) for n in (2, 3) for start in begin if start + n <= size]
    archive.prefetch(*(partial(archive.occurs, run) for run in short))
    end = 0
    for start in range(size):
        end = max(end, start + 1)
        if word[start] == BOUNDARY or start in inside:
            continue  # ·款 is a lone 款
        for stop in ends[bisect_right(ends, end) :]:
            if stop > start + _LONGEST or BOUNDARY in word[end:stop]:
                break
            if not archive.occurs(Run(word[start:stop], whole=True)):
                break
            end = stop
        longest[start] = end
    # best[i]: characters covered and minus the number of runs, for what begins at i.
    best: list[tuple[int, int, int]] = [(0, 0, 0)] * (size + 1)
    for start in range(size - 1, -1, -1):
        covered, runs, _ = best[start + 1]
        choice = (covered, runs, 0)
        for stop in range(start + 2, longest[start] + 1):
            if stop in inside:
                continue
            covered, runs, _ = best[stop]
            candidate = (covered + stop - start, runs - 1, stop)
            if candidate[:2] >= choice[:2]:
                choice = candidate
        best[start] = choice
    parts: list[Place] = []
    start = 0
    while start < size:
        stop = best[start][2]
        if stop:
            parts.append((offset + start, offset + stop))
        start = stop or start + 1
    return parts
