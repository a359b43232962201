"""Segmentation: the words that are known, and cutting runs of Han characters into them.

It ranks and offers, and never decides what is found. The words are jieba's dictionary and model, folded, with
the user's words, all in one sorted text. That is either made in memory or mapped from a file that an archive
carries with it: a query reads the few blocks of it that it needs (jieba itself takes 0.8 s to load its
dictionary).

A line is a word and its frequency, separated by a tab. A word of one character is followed by the logarithms
of its emission probabilities as beginning, middle, end and single character, where the model has them. The
lines are in the order of their code points. The first line gives the sum of the frequencies.

Both segmenters are jieba's algorithm: the most probable path through the words of its dictionary, and a
hidden Markov model for what is left in single characters. They give the same words: a test compares them on
every text at hand. (They did not, on 1 of 90,091 runs of modern text and on some 常在… of old texts: jieba
computes with emission logarithms of 16 digits, rjieba with six decimals, and 常 + 在 against 常在 differ in
the seventh. Both use six decimals here.)
"""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from math import log
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from archive.errors import said
from index.errors import IndexingError

# The pinned release whose data is used; part of an archive's settings.
JIEBA = "jieba 0.42.1"
_HEAD = "# juanzong words"
STATES = "BMES"
NEVER = -3.14e100  # jieba's MIN_FLOAT


class WordsError(IndexingError):
    """The list of words of an archive, or jieba's data, cannot be read."""

    code = "words_unreadable"
    step = "Build the archive again: juanzong rebuild"


class WordBlock(Struct, frozen=True):
    """What is known of the words that begin with one character.

    Attributes:
        frequencies: of the words; 0 for what only begins a word.
        split: words that the user wants to be cut, also where the model would not.
    """

    frequencies: dict[str, int]
    emissions: tuple[float, ...]
    split: frozenset[str]


class WordList:
    """The words and their frequencies, read block by block. Safe to share between threads.

    Raises ``ValueError`` for data that ``of`` did not make, and later ``WordsError`` where they are damaged.

    Attributes:
        total: the sum of all frequencies.
        dictionary: the digest of the user's dictionary that is among them, empty where there is none.
    """

    def __init__(self, data: bytes | mmap.mmap) -> None:
        self._data = data
        end = data.find(b"\n")
        head, _, rest = bytes(data[: max(end, 0)]).decode("utf-8", "replace").partition("\t")
        self.dictionary, _, total = rest.partition("\t")
        if head != _HEAD or not total.isdecimal():
            raise ValueError("this is not a list of words")
        self.total = int(total)
        self._start = end + 1
        self._blocks: dict[str, WordBlock] = {}

    @classmethod
    def open(cls, path: Path) -> WordList:
        """The words in a file that ``write`` made; the file may be read-only. Raises ``WordsError``."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except (OSError, ValueError) as error:
            raise WordsError(said("{}: {}", path, error)) from error

    @classmethod
    def of(
        cls, frequencies: dict[str, int], emissions: dict[str, tuple[float, ...]], dictionary: str = ""
    ) -> WordList:
        """These words, with the digest of the user's dictionary that is among them."""
        rows = {word: str(frequency) for word, frequency in frequencies.items()}
        for character, values in emissions.items():
            rows[character] = "\t".join(
                [rows.get(character, "0"), *("" if value == NEVER else f"{value:.6f}" for value in values)]
            )
        head = f"{_HEAD}\t{dictionary}\t{sum(frequencies.values())}"
        lines = [head, *[f"{word}\t{rows[word]}" for word in sorted(rows)]]
        return cls(("\n".join(lines) + "\n").encode())

    def with_word(self, word: str, frequency: int) -> WordList:
        """The same words with another one, or with another frequency for one."""
        other = WordList.__new__(WordList)
        other._data, other._start, other.dictionary = self._data, self._start, self.dictionary
        block = self.block(word[0])
        frequencies = dict(block.frequencies)
        other.total = self.total - frequencies.get(word, 0) + frequency
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
        frequencies[word] = frequency
        other._blocks = {**self._blocks, word[0]: replace(block, frequencies=frequencies)}
        return other

    def write(self, path: Path) -> None:
        """Write the words to a new file."""
        path.write_bytes(self._data[:])

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """All words with a frequency above 0."""
        with _read_whole():
            for line in self._lines(self._start, len(self._data)):
                word, frequency, *_ = line.split("\t")
                if frequency != "0":
                    yield word, int(frequency)

    def frequency(self, word: str) -> int:
        """The frequency of a word, 0 if it is none."""
        return self.block(word[0]).frequencies.get(word, 0)

    def block(self, character: str) -> WordBlock:
        """What is known of the words that begin with this character."""
        block = self._blocks.get(character)
        if block is None:
            with _read_whole():
                block = self._blocks[character] = self._read_block(character)
        return block

    def _read_block(self, character: str) -> WordBlock:
        frequencies: dict[str, int] = {}
        emissions = (NEVER,) * len(STATES)
        start = self._first_line_from(character.encode())
        end = self._first_line_from(chr(ord(character) + 1).encode("utf-8", "surrogatepass"))
        text = self._data[start:end].decode("utf-8").rstrip("\n")
        if text.startswith(f"{character}\t"):
            own, _, text = text.partition("\n")
            _, frequency, *rest = own.split("\t")
            frequencies[character] = int(frequency)
            if rest:
                emissions = tuple(float(value) if value else NEVER for value in rest)
        if text:
            # Longer words have nothing but their frequency. A question asks for a dozen blocks for the first
            # time, of hundreds of words each: no loop over their lines.
            cells = text.replace("\n", "\t").split("\t")
            frequencies.update(zip(cells[::2], map(int, cells[1::2]), strict=True))
            frequencies.setdefault(character, 0)
        split = frozenset(word for word, frequency in frequencies.items() if not frequency and len(word) > 1)
        shorter = {word[:-1] for word in frequencies if len(word) > 2}
        while shorter := shorter.difference(frequencies):
            frequencies.update(dict.fromkeys(shorter, 0))
            shorter = {word[:-1] for word in shorter if len(word) > 2}
        return WordBlock(frequencies, emissions, split)

    @cached_property
    def split(self) -> bool:
        """Whether some words are wanted to be none."""
        with _read_whole():
            lines = self._lines(self._start, len(self._data))
        return any(line.endswith("\t0") and len(line) > 3 for line in lines)

    def _lines(self, start: int, end: int) -> list[str]:
        return self._data[start:end].decode("utf-8").splitlines()

    def _first_line_from(self, key: bytes) -> int:
        """Where the first line is that is not before ``key``: a binary search over the bytes."""
        data = self._data
        low, high = self._start, len(data)
        while low < high:
            middle = (low + high) // 2
            line = data.rfind(b"\n", 0, middle) + 1
            if data[line : line + len(key)] < key:
                low = data.find(b"\n", middle) + 1
            else:
                high = line
        return low


@contextmanager
def _read_whole() -> Iterator[None]:
    """Say of lines that cannot be read that the file is damaged; its words are looked at when asked for."""
    try:
        yield
    except ValueError as error:
        raise WordsError(said("The archive's list of words is damaged ({}).", error)) from error


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
