"""Cutting runs of Han characters into words. Segmentation ranks and offers; it never decides what is found."""

from __future__ import annotations

import logging
import warnings
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol


class Segmenter(Protocol):
    """Cuts runs of the characters that jieba's dictionary knows (U+4E00 to U+9FD5).

    Attributes:
        name: of the algorithm and its dictionary, the same for all segmenters that give the same words.
        dictionary: a digest of the user's words, empty where there are none.
    """

    name: str
    dictionary: str

    def cut(self, run: str) -> list[str]:
        """The words of a run; joined, they are the run."""
        ...

    def search_words(self, runs: str) -> list[str]:
        """The words of runs that stand between single blanks, and the shorter words inside long ones."""
        ...


class RjiebaSegmenter:
    """jieba's algorithm and dictionary in Rust."""

    def __init__(self) -> None:
        import rjieba

        self.name = f"jieba {version('jieba')}"
        self.dictionary = ""
        self._jieba = rjieba.Jieba()

    def cut(self, run: str) -> list[str]:
        """The words of a run."""
        words: list[str] = self._jieba.cut(run)
        return words

    def search_words(self, runs: str) -> list[str]:
        """The words of runs between blanks, and the shorter words inside long ones."""
        return [word for word in self._jieba.cut_for_search(runs) if word != " "]


class JiebaSegmenter:
    """jieba itself."""

    def __init__(self) -> None:
        self.name = f"jieba {version('jieba')}"
        self.dictionary = ""
        self._jieba = quiet_jieba().Tokenizer()

    def cut(self, run: str) -> list[str]:
        """The words of a run."""
        words: list[str] = self._jieba.lcut(run)
        return words

    def search_words(self, runs: str) -> list[str]:
        """The words of runs between blanks, and the shorter words inside long ones."""
        return [word for word in self._jieba.lcut_for_search(runs) if word != " "]


def quiet_jieba() -> Any:
    """jieba, imported without its warnings and its log handler on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.default_logger.removeHandler(jieba.log_console)
    jieba.default_logger.setLevel(logging.WARNING)
    return jieba


def rjieba_is_installed() -> bool:
    """Whether the native segmenter can be used."""
    try:
        return find_spec("rjieba") is not None and bool(version("rjieba"))
    except PackageNotFoundError:
        return False


def best(user_dictionary: Path | None = None) -> Segmenter:
    """The fastest segmenter that is installed."""
    return RjiebaSegmenter() if rjieba_is_installed() else JiebaSegmenter()
