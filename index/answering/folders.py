"""The folders of an archive, as filters and facets know them: each has what the folders below it have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from itertools import accumulate

from archive.store import NameKind, TextStore


class Folders:
    """The folders of one store. Their names are read once, when they are first asked for."""

    def __init__(self, store: TextStore) -> None:
        self._store = store
        self._above: dict[int, tuple[str, ...]] | None = None

    def counted(self, counts: Iterable[tuple[int, int]], most: int) -> tuple[list[tuple[str, int]], int]:
        """What folders have in all, from ``(collection, passages)``, and how many folders there are.

        The first ``most``: those nearest the top, of one depth those with most passages, so that a book with
        many chapters does not hide the other books.
        """
        above = self._folders()
        levels: list[defaultdict[str, int]] = []
        for number, count in counts:
            for depth, folder in enumerate(above[number]):
                if depth == len(levels):
                    levels.append(defaultdict(int))
                levels[depth][folder] += count
        first: list[tuple[str, int]] = []
        for totals in levels:
            left = most - len(first)
            first += nsmallest(left, totals.items(), key=lambda item: (-item[1], item[0])) if left else ()
        return first, sum(map(len, levels))

    def below(self, wanted: Iterable[str]) -> Iterator[int]:
        """The collections that are one of these folders or lie below one: a book has its chapters in folders.

        ``史部/`` is 史部.
        """
        folders = {folder.rstrip("/") for folder in wanted}
        return (number for number, above in self._folders().items() if not folders.isdisjoint(above))

    def _folders(self) -> dict[int, tuple[str, ...]]:
        if self._above is None:
            names = self._store.names(NameKind.COLLECTION)
            self._above = {number: tuple(folders_of(name)) for number, name in names.items()}
        return self._above


def folders_of(collection: str) -> Iterator[str]:
    """The folders above a folder and itself, from the top: 史部, 史部/正史."""
    return accumulate(collection.split("/"), "{}/{}".format)
