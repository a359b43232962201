"""Cutting runs of Han characters into words. Segmentation ranks and offers; it never decides what is found.

Both segmenters are jieba's algorithm: the most probable path through the words of its dictionary, and a
hidden Markov model for what is left in single characters. They give the same words: a test compares them on
every text at hand. (They did not, on 1 of 90,091 runs of modern text and on some 常在… of old texts: jieba
computes with emission logarithms of 16 digits, rjieba with six decimals, and 常 + 在 against 常在 differ in
the seventh. Both use six decimals here.)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from math import log
from typing import TYPE_CHECKING, Any, Protocol

from archive.text.folding import Folding
from index.analysis.words import NEVER, STATES, WordList, folded_jieba_data

if TYPE_CHECKING:
    from index.analysis.user_dictionary import UserDictionary


class Segmenter(Protocol):
    """Cuts runs of the characters that jieba knows (U+4E00 to U+9FD5). Safe to share between threads."""

    @property
    def words(self) -> WordList:
        """The words that it knows."""
        ...

    def cut(self, run: str) -> list[str]:
        """The words of a run; joined, they are the run."""
        ...

    def cut_runs(self, runs: str) -> list[str]:
        """The words of runs with single blanks between them, one after the other."""
        ...

    def search_words(self, lines: str) -> str:
        """The words of lines of runs between blanks, and the shorter words inside long ones, a line for a
        line.
        """
        ...


class JiebaSegmenter:
    """jieba's algorithm in Python, over words that are read as they are asked for: ready at once."""

    def __init__(self, words: WordList) -> None:
        self.words = words
        self._log_total = log(words.total)
        # A query is cut for what it wants, for its rank, and again where it finds hardly anything.
        # No lru_cache of a method: in a cycle of references the file of the words would stay open.
        self._last: dict[str, list[str]] = {}

    def cut(self, run: str) -> list[str]:
        """The words of a run."""
        found = self._last.get(run)
        if found is None:
            found = self._cut(run)
            self._last = {run: found} if len(self._last) == 16 else {**self._last, run: found}
        return list(found)

    def cut_runs(self, runs: str) -> list[str]:
        """The words of runs with blanks between them."""
        return [word for run in runs.split() for word in self._cut(run)]

    def _cut(self, run: str) -> list[str]:
        found: list[str] = []
        single: list[str] = []
        start = 0
        for end in self.best_path(run):
            if end - start == 1:
                single.append(run[start])
            else:
                self._cut_single("".join(single), found)
                single.clear()
                found.append(run[start:end])
            start = end
        self._cut_single("".join(single), found)
        return found

    def search_words(self, lines: str) -> str:
        """The words of lines of runs, and the shorter words inside long ones."""
        return "\n".join([" ".join(self._search_words(line)) for line in lines.split("\n")])

    def _search_words(self, line: str) -> Iterator[str]:
        frequency = self.words.frequency
        for run in line.split():
            for word in self.cut(run):
                for length in (2, 3):
                    if len(word) > length:
                        parts = (word[i : i + length] for i in range(len(word) - length + 1))
                        yield from (part for part in parts if frequency(part))
                yield word

    def best_path(self, run: str) -> list[int]:
        """Where the words of the most probable cut end, by the dictionary alone."""
        block, log_total = self.words.block, self._log_total
        size = len(run)
        value = [0.0] * (size + 1)
        following = [0] * size
        for start in range(size - 1, -1, -1):
            frequencies = block(run[start]).frequencies
            best, best_end = 0.0, 0
            for end in range(start + 1, size + 1):
                frequency = frequencies.get(run[start:end])
                if frequency is None:
                    break
                if frequency:
                    candidate = log(frequency) - log_total + value[end]
                    if not best_end or candidate >= best:
                        best, best_end = candidate, end
            if not best_end:
                best, best_end = -log_total + value[start + 1], start + 1
            value[start], following[start] = best, best_end
        ends = []
        end = 0
        while end < size:
            end = following[end]
            ends.append(end)
        return ends

    def _cut_single(self, characters: str, found: list[str]) -> None:
        if len(characters) < 2 or self.words.frequency(characters):
            found.extend(characters)
        else:
            for word in self._by_model(characters):
                if word in self.words.block(word[0]).split:
                    found.extend(word)
                else:
                    found.append(word)

    def _by_model(self, characters: str) -> list[str]:
        """Viterbi over beginning, middle, end and single; of equal paths the one with the later letter."""
        block = self.words.block
        values = {
            state: start + emission
            for state, start, emission in zip(STATES, _START, block(characters[0]).emissions, strict=True)
        }
        steps: list[dict[str, str]] = []
        for character in characters[1:]:
            reached = {
                state: max((values[before] + chance + emission, before) for before, chance in _BEFORE[state])
                for state, emission in zip(STATES, block(character).emissions, strict=True)
            }
            values = {state: value for state, (value, _) in reached.items()}
            steps.append({state: before for state, (_, before) in reached.items()})
        state = max("ES", key=lambda last: (values[last], last))
        words: list[str] = []
        end = len(characters)
        for place in range(len(characters) - 1, -1, -1):
            if state in "BS":
                words.append(characters[place:end])
                end = place
            if place:
                state = steps[place - 1][state]
        return words[::-1]


# jieba 0.42.1, jieba/finalseg/prob_start.py and prob_trans.py: logarithms, in the order of STATES.
_START = (-0.26268660809250016, NEVER, NEVER, -1.4652633398537678)
_BEFORE = {
    "B": (("E", -0.5897149736854513), ("S", -0.7211965654669841)),
    "M": (("M", -1.2603623820268226), ("B", -0.916290731874155)),
    "E": (("B", -0.51082562376599), ("M", -0.33344856811948514)),
    "S": (("S", -0.6658631448798212), ("E", -0.8085250474669937)),
}


class RjiebaSegmenter:
    """jieba's algorithm in Rust, with the same words: some thirty times as fast, after 0.3 s of loading.

    It cannot part words that the owner wants parted (``WordList.split``).
    """

    def __init__(self, words: WordList) -> None:
        native: Any = import_module("rjieba")
        self.words = words
        self._jieba = native.Jieba.empty()
        for word, frequency in words:
            self._jieba.add_word(word, frequency, None)

    def cut(self, run: str) -> list[str]:
        """The words of a run."""
        return list(self._jieba.cut(run))

    def cut_runs(self, runs: str) -> list[str]:
        """The words of runs with blanks between them, which come back as words of their own."""
        return [word for word in self._jieba.cut(runs) if word != " "]

    def search_words(self, lines: str) -> str:
        """The words of lines of runs, and the shorter words inside long ones."""
        # Blanks and line ends come back as words of their own.
        words = " ".join(self._jieba.cut_for_search(lines)).replace("   ", " ")
        return "\n".join([line.strip(" ") for line in words.split("\n")])


class DeferredSegmenter:
    """The segmenter for many texts, made when it is first asked; its words can be had without it."""

    def __init__(self, load: Callable[[], WordList]) -> None:
        self._load = load

    @cached_property
    def words(self) -> WordList:
        """The words of the segmenter."""
        return self._load()

    @cached_property
    def _segmenter(self) -> Segmenter:
        return segmenter_for(self.words)

    def cut(self, run: str) -> list[str]:
        """The words of a run."""
        return self._segmenter.cut(run)

    def cut_runs(self, runs: str) -> list[str]:
        """The words of runs with blanks between them."""
        return self._segmenter.cut_runs(runs)

    def search_words(self, lines: str) -> str:
        """The words of lines of runs, and the shorter words inside long ones."""
        return self._segmenter.search_words(lines)


def segmenter_for(words: WordList) -> Segmenter:
    """The segmenter for many texts: the native one where it is installed and no word is to be parted."""
    is_native = find_spec("rjieba") is not None and not words.split
    return RjiebaSegmenter(words) if is_native else JiebaSegmenter(words)


def load_words(folding: Folding, user: UserDictionary | None = None) -> WordList:
    """jieba's words and the user's, folded. Raises ``WordsError`` where jieba's data cannot be read."""
    frequencies, emissions = folded_jieba_data(folding)
    if user is None:
        return WordList.of(frequencies, emissions)
    words = WordList.of(frequencies, emissions)
    for entry in user.words:
        word = entry.word.translate(folding)
        frequency = entry.frequency
        frequencies[word] = suggest_frequency(words, word) if frequency is None else frequency
        words = words.with_word(word, frequencies[word])
    return WordList.of(frequencies, emissions, user.digest)


def suggest_frequency(words: WordList, word: str) -> int:
    """The least frequency with which a word is not cut up (jieba 0.42.1, ``Tokenizer.suggest_freq``)."""
    chance = 1.0
    start = 0
    for end in JiebaSegmenter(words).best_path(word):
        chance *= (words.frequency(word[start:end]) or 1) / words.total
        start = end
    return max(int(chance * words.total) + 1, words.frequency(word) or 1)
