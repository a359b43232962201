"""The mark between the cells of a table of text, found out."""

from __future__ import annotations

import csv
from collections.abc import Sequence


def mark_of(head: Sequence[str]) -> str:
    """Of its first rows most have as many cells as the first one then, and more than one."""

    def fitness(mark: str) -> tuple[int, int]:
        rows = list(csv.reader(head, delimiter=mark))
        columns = len(rows[0]) if rows else 0
        return (sum(len(one) == columns for one in rows) if columns > 1 else 0), columns

    return max(",;\t|，", key=fitness)
