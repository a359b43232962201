"""BLAKE2b, by which texts and files are known again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

try:
    # hashlib loads OpenSSL first: 3 ms, as long as a search needs to verify all that it shows.
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

__all__ = ["blake2b", "blocks", "digest_of"]

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
