"""Posting lists in the blocks of Whoosh's codec, read without unpickling them.

A term is one block of the ``.pst`` file: ``W3Bl``, minus its length, and two pickles: a summary; records,
frequencies and values. A pickle can call whatever it names. Ours have only numbers, bytes and tuples, and
nothing else is understood here.
"""

from __future__ import annotations

import re
import struct
from array import array
from collections.abc import Sequence
from itertools import accumulate
from struct import iter_unpack, unpack
from typing import Any

from msgspec import Struct

MAGIC = b"W3Bl"
LENGTH = struct.Struct("!i")
# The value of a term in the .trm file: no flags, sum and number of frequencies, shortest and longest record
# (not kept), highest frequency, first and last record, place and length of the block (``W3TermInfo``).
TERM = struct.Struct("!BfIBBfIIqi")
PROTOCOL = 3  # the first that has bytes; from 4 on pickles come in frames

# Runs of numbers (K, M, J), of what came before (h, j) and of new values, which postings mostly are.
_RUN = re.compile(rb"(?:K.)+|(?:M..)+|(?:J....)+|(?:h.)+|(?:j....)+|(?:C\x04....q.)+", re.DOTALL)
_ITEMS = {b"K": "<xB", b"M": "<xH", b"J": "<xi", b"h": "<xB", b"j": "<xI", b"C": "<xx4sxx"}
_TUPLES = {b")": 0, b"\x85": 1, b"\x86": 2, b"\x87": 3}


class Postings(Struct, frozen=True):
    """The records that have a token, ascending, how often each has it, and the values with the positions."""

    records: Sequence[int]
    frequencies: Sequence[int]
    values: Sequence[bytes]


def plain(data: bytes, at: int) -> tuple[Any, int]:
    """The numbers, bytes and tuples of the pickle at this place, and where it ends; anything else raises."""
    stack: list[Any] = []
    marks: list[int] = []
    known: list[Any] = []
    while True:
        if run := _RUN.match(data, at):
            kind, at = run[0][:1], run.end()
            items = [item for (item,) in iter_unpack(_ITEMS[kind], run[0])]
            stack += [known[number] for number in items] if kind in b"hj" else items
            known += items if kind == b"C" else ()
            continue
        code, at = data[at : at + 1], at + 1
        if code == b"(":
            marks.append(len(stack))
        elif code == b"t" or code in _TUPLES:
            start = marks.pop() if code == b"t" else len(stack) - _TUPLES[code]
            stack[start:] = [tuple(stack[start:])]
        elif code in (b"C", b"B"):
            start = at + (1 if code == b"C" else 4)
            at = start + int.from_bytes(data[at:start], "little")
            stack.append(data[start:at])
        elif code in (b"q", b"r"):  # numbered from 0 as they come
            known.append(stack[-1])
            at += 1 if code == b"q" else 4
        elif code == b"N":
            stack.append(None)
        elif code == b"\x80" and data[at] == PROTOCOL:
            at += 1
        elif code == b".":
            (value,) = stack
            return value, at
        else:
            raise ValueError(f"a pickle with more than data ({code!r})")


def read_block(block: bytes) -> Postings:
    """The postings of a term. A damaged block raises what Python raises (``toc.named`` names it)."""
    if block[:4] != MAGIC or LENGTH.unpack_from(block, 4)[0] != 8 - len(block):
        raise ValueError("not a block of postings")
    _, at = plain(block, 8)
    (gaps, frequencies, values), _ = plain(block, at)
    records = array("I", accumulate(gaps))
    return Postings(records, frequencies or b"\1" * len(records), values or ())


def positions(value: bytes) -> Sequence[int]:
    """The positions that a posting's value has, ascending, each in four bytes."""
    return unpack(f"<{len(value) // 4}I", value)
