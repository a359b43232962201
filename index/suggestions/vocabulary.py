"""The archive's own words, by their pinyin and by their ends: what suggestions and corrections choose from.

One file of a generation. Its lines are lists of words, most passages first when the list was made: a list for
each syllable that a word may begin with, for each that it may end with, and for words of letters. So a word
is found without its own pinyin being stored, the most frequent words of a list are read without the others,
and making the file is little more than one pass over the words, which the index lists or a build has counted.
Words of one passage are in it only where the archive is small (``SMALL``): of a large one they are half of
all words.

The first line says how long each list is, in bytes.
"""

from __future__ import annotations

import mmap
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from pathlib import Path

from archive.errors import said
from archive.text.folding import kind
from index.engines.base import Snapshot
from index.errors import ArchiveBrokenError
from index.suggestions.pinyin import all_readings, readings

UNREAD = "?"
"""In place of the syllable of a character that no table has a reading of."""

SMALL = 10_000
"""Passages of an archive up to which a word that occurs once is offered, too."""

LONGEST = 8
"""Characters of a word; of letters ``LONGEST_OF_LETTERS``."""
LONGEST_OF_LETTERS = 32

MOST = 2_000_000
"""Words that a build counts; of more the frequent half is kept, in 200 MB."""

_HEAD = "# juanzong vocabulary"
_ENDS = "-"
_LETTERS = "@"

_ASKED = 500
"""New words of an update that are asked for together."""


class WordCounts(Counter[str]):
    """In how many passages each token of the ``words`` stream occurs; of very many only the frequent ones."""

    def trim(self) -> None:
        """Leave out rare words, if there are very many."""
        few = 0
        while len(self) > (MOST // 2 if few else MOST):
            few += 1
            for word in [word for word, count in self.items() if count <= few]:
                del self[word]


class Vocabulary:
    """The lists, read one by one. Safe to share between threads. Raises ``ArchiveBrokenError``."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            end = self._data.find(b"\n")
            head, *lists = self._data[: max(end, 0)].decode("utf-8").split("\t")
            if head != _HEAD:
                raise ValueError("this is not a vocabulary")
            self._places: dict[str, tuple[int, int]] = {}
            start = end + 1
            for item in lists:
                name, _, size = item.rpartition(" ")
                self._places[name] = (start, start + int(size))
                start += int(size)
            if start != len(self._data):
                raise ValueError("it is cut off")
        except (OSError, ValueError) as error:
            raise ArchiveBrokenError(
                said("{}: the list of the archive's words cannot be read ({}).", path, error)
            ) from error

    def beginning(self, syllable: str, most: int | None = None) -> list[str]:
        """The Han words whose first character may be read so; the first ``most`` of them, or all."""
        return self._words(syllable, most)

    def ending(self, syllable: str) -> list[str]:
        """The Han words whose last character may be read so."""
        return self._words(_ENDS + syllable)

    def of_letters(self) -> list[str]:
        """The words of letters."""
        return self._words(_LETTERS)

    def everything(self) -> dict[str, list[str]]:
        """All lists by name, for an update."""
        return {name: self._words(name) for name in self._places}

    def _words(self, name: str, most: int | None = None) -> list[str]:
        start, end = self._places.get(name, (0, 0))
        if most is not None and end - start > (enough := most * (LONGEST + 1) * 4):
            return self._data[start : start + enough].decode("utf-8", "ignore").split()[:most]
        try:
            return self._data[start:end].decode("utf-8").split()[:most]
        except UnicodeDecodeError as error:
            raise ArchiveBrokenError(
                said("The list of the archive's words is damaged ({} in the list {!r}).", error.reason, name)
            ) from error


def least(snapshot: Snapshot) -> int:
    """The passages that a word occurs in at least."""
    return 1 if snapshot.size() <= SMALL else 2


def write_vocabulary(path: Path, counts: WordCounts, snapshot: Snapshot) -> None:
    """Write the words of an index, or those counted where it does not list them, to a new file.

    Raises ``EngineError`` and ``OSError``.
    """
    few = least(snapshot)
    listed = snapshot.words(few)
    counted = [
        item
        for item in (counts.items() if listed is None else listed)
        if item[1] >= few and 2 <= len(item[0]) <= _longest(item[0][0])
    ]
    counted.sort(key=itemgetter(0))
    counted.sort(key=itemgetter(1), reverse=True)
    read: dict[str, Sequence[str]] = defaultdict(lambda: (UNREAD,), all_readings())
    lists: dict[str, list[str]] = defaultdict(list)
    for word, _ in counted:
        if kind(word[0]) == "letter":
            lists[_LETTERS].append(word)
            continue
        for syllable in read[word[0]]:
            lists[syllable].append(word)
        for syllable in read[word[-1]]:
            lists[_ENDS + syllable].append(word)
    _write(path, lists)


def update_vocabulary(path: Path, base: Path, added: Iterable[str], snapshot: Snapshot) -> None:
    """Write the words of ``base`` to a new file, with those of the tokens ``added`` that are new.

    Words that have gone since ``base`` was written stay in it: who offers a word counts its passages first.
    """

    def rarity(word: str) -> int:
        return -snapshot.frequency("words", word)

    def places(word: str) -> dict[str, int]:
        rare = rarity(word)
        return {name: bisect_right(lists.get(name, ()), rare, key=rarity) for name in _names(word)}

    lists = Vocabulary(base).everything()
    few, known = least(snapshot), dict[str, set[str]]()
    new: list[str] = []
    for word in added:
        if 2 <= len(word) <= _longest(word[0]):
            name = _names(word)[0]
            if name not in known:
                known[name] = set(lists.get(name, ()))
            if word not in known[name]:
                new.append(word)
    new.sort()
    for some in (new[start : start + _ASKED] for start in range(0, len(new), _ASKED)):
        snapshot.prefetch(*(partial(rarity, word) for word in some))
        frequent = [word for word in some if rarity(word) <= -few]
        snapshot.prefetch(*(partial(places, word) for word in frequent))
        for word in sorted(frequent, key=lambda word: (rarity(word), word)):
            for name, place in places(word).items():
                lists.setdefault(name, []).insert(place, word)
    _write(path, lists)


def _longest(character: str) -> int:
    """How long a word that begins with this character may be; all of its characters are of one kind."""
    return {"han": LONGEST, "letter": LONGEST_OF_LETTERS}.get(kind(character), 0)


def _names(word: str) -> list[str]:
    """The lists that a word belongs to, one by its beginning first."""
    if kind(word[0]) == "letter":
        return [_LETTERS]
    first, last = (readings(character) or (UNREAD,) for character in (word[0], word[-1]))
    return [*first, *(_ENDS + syllable for syllable in last)]


def _write(path: Path, lists: Mapping[str, list[str]]) -> None:
    bodies = {name: (" ".join(words) + "\n").encode() for name, words in sorted(lists.items())}
    head = "\t".join([_HEAD, *(f"{name} {len(body)}" for name, body in bodies.items())])
    with path.open("xb") as file:
        file.write(head.encode() + b"\n")
        file.writelines(bodies.values())
