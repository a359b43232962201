"""BLAKE2b digests, by which texts and files are known again, and compact sets of them."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import BinaryIO

try:
    # hashlib loads OpenSSL first: 3 ms, as long as a search needs to verify all that it shows.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["Names", "Ordinals", "blake2b", "blocks", "digest_of"]

_BLOCK = 1 << 24
"""Bytes that are read at once: after each one the thread may wait for its turn in Python."""


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """A file from where it is to its end."""
    while block := file.read(_BLOCK):
        yield block


def digest_of(blocks: Iterator[bytes]) -> str:
    """The digest of a file's content, 32 hexadecimal digits."""
    state = blake2b(digest_size=16)
    for block in blocks:
        state.update(block)
    return state.hexdigest()


class Ordinals:
    """Counts by digests of eight bytes: as in a ``dict``, but with a tenth of its memory, 12 bytes each.

    The digests are in sorted arrays, one for those that begin alike, so that a place is found by halving
    and made by moving a few kilobytes.
    """

    def __init__(self) -> None:
        self._arrays: dict[int, tuple[array[int], array[int]]] = {}

    def get(self, digest: bytes, default: int) -> int:
        """The count of a digest, or the default where it has none."""
        number = int.from_bytes(digest, "big")
        digests, counts = self._arrays.get(number >> 52, ((), ()))
        at = bisect_left(digests, number)
        return counts[at] if at < len(digests) and digests[at] == number else default

    def __setitem__(self, digest: bytes, count: int) -> None:
        number = int.from_bytes(digest, "big")
        found = self._arrays.get(number >> 52)
        if found is None:
            found = self._arrays[number >> 52] = (array("Q"), array("I"))
        digests, counts = found
        at = bisect_left(digests, number)
        if at < len(digests) and digests[at] == number:
            counts[at] = count
        else:
            digests.insert(at, number)
            counts.insert(at, count)


class Names:
    """A set of names by their digests, 12 bytes a name; in one of 300,000 sets of ten million two have one
    digest.
    """

    def __init__(self) -> None:
        self._digests = Ordinals()

    def __contains__(self, name: str) -> bool:
        return self._digests.get(_digest(name), 0) > 0

    def add(self, name: str) -> None:
        """Put a name in, if it is not there."""
        self._digests[_digest(name)] = 1


def _digest(name: str) -> bytes:
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
