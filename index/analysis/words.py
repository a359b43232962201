"""The words that segmentation knows: jieba's dictionary and model, folded, with the user's words.

All in one sorted text, which is either made in memory or mapped from a file that an archive carries with it:
a query reads the few blocks of it that it needs (jieba itself takes 0.8 s to load its dictionary).

A line is a word and its frequency, separated by a tab. A word of one character is followed by the logarithms
of its emission probabilities as beginning, middle, end and single character, where the model has them. The
lines are in the order of their code points. The first line gives the sum of the frequencies.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from archive.errors import said
from archive.text.folding import Folding
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
        split: what the user wants to be no word, whatever the model says.
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


def folded_jieba_data(folding: Folding) -> tuple[dict[str, int], dict[str, tuple[float, ...]]]:
    """``jieba_data`` with each word folded, as texts are before they are cut; frequencies of words that meet
    are added.
    """
    frequencies, emissions = jieba_data()
    folded: dict[str, int] = {}
    forms = "\n".join(frequencies).translate(folding).split("\n")
    for word, frequency in zip(forms, frequencies.values(), strict=True):
        folded[word] = folded.get(word, 0) + frequency
    return folded, emissions


def jieba_data() -> tuple[dict[str, int], dict[str, tuple[float, ...]]]:
    """Word frequencies and emission logarithms as jieba's package holds them, read without importing jieba.

    (Importing it attaches a log handler, and its sources warn on newer Pythons.) Raises ``WordsError``.
    """
    try:
        spec = find_spec("jieba")
        if spec is None or spec.origin is None:
            raise OSError("not installed")
        folder = Path(spec.origin).parent
        fields = (folder / "dict.txt").read_text(encoding="utf-8").replace("\n", " ").split()
        model = _source_file(folder / "finalseg" / "prob_emit.py")["P"]
    except OSError as error:
        raise WordsError(
            said("jieba's data cannot be read: {}", error), hint="pip install jieba==0.42.1"
        ) from error
    frequencies = dict(zip(fields[0::3], map(int, fields[1::3]), strict=True))
    characters = set().union(*(model[state] for state in STATES))
    return frequencies, {c: tuple(model[state].get(c, NEVER) for state in STATES) for c in characters}


def _source_file(path: Path) -> dict[str, Any]:
    """The names that one Python file defines, without importing the package that it belongs to."""
    spec = spec_from_file_location("juanzong_jieba_data", path)
    if spec is None or spec.loader is None:
        raise OSError(f"{path} is no Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)
