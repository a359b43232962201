"""The index in Whoosh's terms: a schema of ready-made tokens and integer columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Any

from whoosh import columns, fields, formats

from index.engines.whoosh.pool import FIELDS, INTEGERS, POSITIONAL


def split(text: str) -> list[str]:
    """The tokens of a stream."""
    return text.split(" ") if text else []


class TokenFrequencies(formats.Format):  # type: ignore[misc]  # Whoosh has no type information
    """Takes a string of tokens; a posting's value is nothing, its weight the frequency."""

    def word_values(
        self, value: str, analyzer: Any, **kwargs: Any
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """Each token of ``value`` with its frequency, weight and posting value."""
        del analyzer, kwargs
        tokens = split(value)
        for token in dict.fromkeys(tokens):
            frequency = tokens.count(token)
            yield token, frequency, float(frequency), b""

    def decode_weight(self, value: bytes) -> float:
        """Whoosh asks for this only where a matcher has no weights; ours have."""
        del value
        return 1.0


class TokenPositions(formats.Format):  # type: ignore[misc]
    """Takes a string of tokens; a posting's value is the positions, each in four bytes."""

    def word_values(
        self, value: str, analyzer: Any, **kwargs: Any
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """Each token of ``value`` with its frequency, weight and posting value."""
        del analyzer, kwargs
        places: dict[str, list[int]] = {}
        for position, token in enumerate(split(value)):
            places.setdefault(token, []).append(position)
        for token, positions in places.items():
            yield token, len(positions), float(len(positions)), self.encode(positions)

    @staticmethod
    def encode(positions: list[int]) -> bytes:
        """A posting value."""
        return array("I", positions).tobytes()

    @staticmethod
    def decode_positions(value: bytes) -> list[int]:
        """The positions of a posting value."""
        return array("I", value).tolist()

    def decode_frequency(self, value: bytes) -> int:
        """How many positions a posting value has."""
        return len(value) // 4

    def decode_weight(self, value: bytes) -> float:
        """The same as a float."""
        return float(len(value) // 4)


class IntegerColumn(columns.Column):  # type: ignore[misc]
    """64-bit integers, kept in the columns file of the segment (the codec reads and writes them)."""

    _default = 0


def _no_analysis(*args: Any, **kwargs: Any) -> Iterator[Any]:
    del args, kwargs
    raise TypeError("the fields take ready-made tokens")


def schema() -> Any:
    """A field of tokens for each stream and a column for each integer, named as in ``Record``."""
    made: dict[str, Any] = {}
    for name in FIELDS.values():
        form = TokenPositions() if name in POSITIONAL else TokenFrequencies()
        made[name] = fields.FieldType(format=form, analyzer=_no_analysis, scorable=True)
    for name in INTEGERS:
        made[name] = fields.COLUMN(IntegerColumn())
    return fields.Schema(**made)
