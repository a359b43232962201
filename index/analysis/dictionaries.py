"""Where words come from: jieba's data, and the owner's files of own words and of variant characters."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from msgspec import Struct

from archive.errors import said
from archive.text.folding import Folding
from index.analysis.segmenters import NEVER, STATES, JiebaSegmenter, WordList, WordsError
from index.errors import IndexingError

# jieba 0.42.1, re_userdict and re_han_default: what of a line is the word, and what can be part of a run.
_LINE = re.compile(r"(.+?)(?: ([0-9]+))?(?: ([a-z]+))?")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+")


class DictionaryError(IndexingError):
    """A user's dictionary cannot be read; ``line`` from 1, or None where it is the whole file."""

    code = "dictionary_unreadable"

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        place = str(path) if line is None else f"{path}:{line}"
        super().__init__(
            f"{place}: {reason}",
            hint="One word a line, then its frequency if you like, or two variant characters; in UTF-8.",
        )
        self.path = path
        self.line = line


class UserWord(Struct, frozen=True):
    """A word as written; ``frequency`` is None where one has to be found that makes it a word."""

    word: str
    frequency: int | None


class UserDictionary(Struct, frozen=True):
    """The words of a file, in its order; ``digest`` is the same for the same words, ``notes`` are of lines
    without effect.
    """

    words: tuple[UserWord, ...]
    digest: str
    notes: tuple[str, ...] = ()


def read_user_dictionary(path: Path) -> UserDictionary:
    """Read a file of words. Raises ``DictionaryError`` with the line that cannot be understood.

    Latin words and numbers are cut by rule and not by a dictionary, so that a line with them has no effect:
    it is noted.
    """
    words: list[UserWord] = []
    notes: list[str] = []
    for number, line in _lines(path):
        match = _LINE.fullmatch(line)
        if match is None or len(match[2] or "") > 12:
            raise DictionaryError(path, number, said("this is not a word with a frequency: {}", line[:40]))
        if not _HAN.fullmatch(match[1]):
            notes.append(
                f"{path}:{number}: {match[1][:40]}: only words of Chinese characters have an effect here"
            )
            continue
        words.append(UserWord(match[1], None if match[2] is None else int(match[2])))
    digest = hashlib.blake2b(repr(words).encode(), digest_size=8).hexdigest() if words else ""
    return UserDictionary(tuple(words), digest, tuple(notes))


def read_variants(path: Path) -> str:
    """The pairs of a file of variants, with blanks between them: a form and what it is one with.

    A line has both, with white space or nothing between them; ``#`` begins a comment. Raises
    ``DictionaryError`` with the line that is not such a pair.
    """
    pairs: list[str] = []
    for number, line in _lines(path):
        pair = "".join(line.partition("#")[0].split())
        if pair and not (len(pair) == 2 and _HAN.fullmatch(pair)):
            raise DictionaryError(
                path, number, said("this is not a pair of Chinese characters: {}", line[:40])
            )
        pairs += [pair] * bool(pair)
    return " ".join(dict.fromkeys(pairs))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that hold something, with their numbers."""
    if path.exists() and not path.is_file():  # a pipe may have no end
        raise DictionaryError(path, None, said("is not a file"))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DictionaryError(path, None, said("cannot be read ({})", error.strerror or error)) from error
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            line = raw.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise DictionaryError(path, number, "this line is not UTF-8") from error
        if line:
            yield number, line


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
        raise OSError(f"{path} is not a Python file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)
