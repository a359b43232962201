"""The analyzer: from a text to the tokens that an engine stores, and from a query to those it asks for.

Three streams (``index/engines/base.py``): words rank, grams decide containment, characters answer queries of
one character. An engine gets tokens joined by single blanks and never sees text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from importlib.util import find_spec
from itertools import pairwise, starmap
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from archive.text.folding import RULES, Folding, tables_version
from index.analysis.normal import (
    BOUNDARY,
    NOT_JIEBA,
    VERSION,
    Normal,
    NormalTable,
    character_stream,
    gram_stream,
    jieba_runs,
    normal_text,
    normal_texts,
    other_words,
    word_stream,
)
from index.analysis.segmenters import (
    JIEBA,
    DeferredSegmenter,
    JiebaSegmenter,
    Segmenter,
    WordList,
)

if TYPE_CHECKING:
    from index.analysis.vectors import Vectors


def numpy_is_installed() -> bool:
    """Whether many texts can be analysed the fast way."""
    return find_spec("numpy") is not None


class Streams(Struct, frozen=True):
    """The tokens of a passage, joined by single blanks; no token is empty or holds white space."""

    words: str
    grams: str
    chars: str


class Analyzer:
    """Folding and segmentation together. Safe to share between threads. ``notes``: dictionary lines without
    effect.
    """

    def __init__(
        self, folding: Folding, segmenter: Segmenter, *, dictionary: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        self.folding = folding
        self.segmenter = segmenter
        self.notes = notes
        self._dictionary = dictionary
        self._table = NormalTable(folding)
        # A question is cut once for its rank and once for its nearness.
        self._search_words = lru_cache(maxsize=16)(lambda normal: segmenter.search_words(jieba_runs(normal)))
        # So is a passage that is near the top: for its nearness and for its marks.
        self._normals = lru_cache(maxsize=64)(lambda text: Normal(text, self._table))

    @classmethod
    def default(cls, user_dictionary: Path | None = None, variants: Path | None = None) -> Analyzer:
        """All rules, and the fastest segmenter that is installed, made when first needed. Raises
        ``DictionaryError``.
        """
        from index.analysis.dictionaries import load_words, read_user_dictionary, read_variants

        folding = Folding(variants="" if variants is None else read_variants(variants))
        user = None if user_dictionary is None else read_user_dictionary(user_dictionary)
        return cls(
            folding,
            DeferredSegmenter(lambda: load_words(folding, user)),
            dictionary="" if user is None else user.digest,
            notes=() if user is None else user.notes,
        )

    @classmethod
    def from_settings(
        cls, settings: Mapping[str, str], words: Path | None = None, *, many: bool = False
    ) -> Analyzer:
        """The analyzer that ``settings()`` of another described, as far as this installation can.

        ``words`` is the file that ``write_words`` of the other made: with it the words are the same, and a
        query is cut without loading a dictionary. ``many``: many texts will be cut, so that loading one pays.
        Compare the ``settings()`` of both: they differ where this installation folds or cuts otherwise.
        Raises ``WordsError``, ``ValueError`` on a folding rule that this version does not know.
        """
        folding = Folding(frozenset(settings["folding"].split()), settings.get("variants", ""))
        if words is None:
            from index.analysis.dictionaries import load_words

            return cls(folding, DeferredSegmenter(lambda: load_words(folding)))
        known = WordList.open(words)
        segmenter = DeferredSegmenter(lambda: known) if many else JiebaSegmenter(known)
        return cls(folding, segmenter, dictionary=known.dictionary)

    def settings(self) -> dict[str, str]:
        """What decides the tokens: an index that was built with other settings has to be built again."""
        return {
            "folding": " ".join(rule for rule in RULES if rule in self.folding.rules),
            "tables": tables_version(),
            "streams": VERSION,
            "segmenter": JIEBA,
            "dictionary": self._dictionary,
        } | ({"variants": self.folding.variants} if self.folding.variants else {})

    def write_words(self, path: Path) -> None:
        """Write what segmentation knows to a new file, for ``from_settings``: about 5 MB."""
        self.segmenter.words.write(path)

    def normal(self, text: str) -> Normal:
        """The normal form with the place of each character in ``text``."""
        return self._normals(text)

    def normal_text(self, text: str) -> str:
        """The normal form alone, faster."""
        return normal_text(text, self._table)

    def normal_texts(self, texts: Sequence[str]) -> list[str]:
        """That of each text, in one go."""
        return normal_texts(texts, self._table)

    def streams(self, normal: str) -> Streams:
        """The three streams of a normal form."""
        words = self.segmenter.search_words(jieba_runs(normal))
        return Streams(word_stream(normal, words), gram_stream(normal), character_stream(normal))

    def batch(self, texts: Sequence[str]) -> list[Streams]:
        """The streams of each text (as written, not normalised): ``streams(normal_text(text))``, faster."""
        if not texts:
            return []
        if self.vectors is not None:
            found = self.vectors.streams(texts, self.segmenter.search_words)
            if found is not None:
                return list(starmap(Streams, found))
        normals = self.normal_texts(texts)
        lines = self.segmenter.search_words("\n".join(map(jieba_runs, normals))).split("\n")
        words = map(word_stream, normals, lines)
        return list(map(Streams, words, map(gram_stream, normals), map(character_stream, normals)))

    @cached_property
    def vectors(self) -> Vectors | None:
        """Many texts at once, with numpy; None where that is not installed."""
        if not numpy_is_installed():
            return None
        from index.analysis.vectors import Vectors

        return Vectors(self._table)

    def context(self, *texts: str) -> str:
        """The ``title``, ``section`` or ``author`` stream: for each text its grams, then its characters."""
        tokens: list[str] = []
        for text in texts:
            normal = self.normal_text(text)
            tokens += self.grams(normal)
            tokens += normal.replace(BOUNDARY, "")
        return " ".join(tokens)

    def grams(self, normal: str) -> list[str]:
        """Each two neighbouring characters, with the ``·`` between them: n characters give n-1 tokens."""
        return gram_stream(normal).split()

    def loose_grams(self, normal: str) -> list[tuple[str, ...]]:
        """For each two neighbouring characters both forms, ``("天下", "天·下")``, whichever is there."""
        characters = normal.replace(BOUNDARY, "")
        return [(first + second, f"{first}{BOUNDARY}{second}") for first, second in pairwise(characters)]

    def cut(self, normal: str) -> list[tuple[int, int]]:
        """The words of a normal form as ranges of it: jieba's plain cut, letters and digits apart, boundaries
        in none.
        """
        places: list[tuple[int, int]] = []
        start = 0
        for word in self._plain_words(normal):
            if word != BOUNDARY:
                places.append((start, start + len(word)))
            start += len(word)
        return places

    def _plain_words(self, normal: str) -> Iterator[str]:
        end = 0
        for match in NOT_JIEBA.finditer(normal):
            if match.start() > end:
                yield from self.segmenter.cut(normal[end : match.start()])
            yield from other_words(match[0])
            end = match.end()
        if end < len(normal):
            yield from self.segmenter.cut(normal[end:])

    def word_tokens(self, normal: str) -> list[str]:
        """The ``words`` stream as a list: jieba's search-mode words, other words, boundary tokens."""
        return word_stream(normal, self._search_words(normal)).split()
