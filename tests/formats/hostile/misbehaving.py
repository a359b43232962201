"""A reader that does what its file says: the ways in which a reader can fail."""

from __future__ import annotations

import ctypes
import importlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archive.errors import ReadError
from archive.model import Kind
from archive.readers.extract import Extract, TextLine


def extract(file: BinaryIO, path: str, _encoding: str | None) -> Iterator[Extract]:
    for number, raw in enumerate(file, 1):
        word, _, rest = raw.decode().strip().partition(" ")
        if word == "text":
            yield Extract((TextLine("标题", Kind.TITLE), TextLine(rest)), member=f"#{number}")
        elif word == "nothing":
            yield Extract((TextLine(""),) * int(rest))
        elif word == "process":
            yield Extract((TextLine(str(os.getpid())),))
        elif word == "prints":
            sys.stdout.write(rest * 100)
            os.write(1, rest.encode() * 100)
        elif word == "sleeps":
            time.sleep(600)
        elif word == "spins":
            sum(range(10**12))  # never comes back to Python
        elif word == "works":
            ends = time.process_time() + float(rest)
            while time.process_time() < ends:
                pass
        elif word == "rereads":
            place = file.tell()
            for _ in range(int(rest)):
                file.seek(0)
                file.read()
            file.seek(place)
        elif word == "takes":
            bytearray(int(rest) * 1_000_000)
        elif word == "starts":
            started = subprocess.Popen(["sleep", "600"])
            yield Extract((TextLine(f"{os.getpid()} {started.pid}"),))
            sum(range(10**12))
        elif word == "marks":
            started = subprocess.Popen(["sleep", "600"])
            Path(rest).write_text(f"{os.getppid()} {os.getpid()} {started.pid}", "utf-8")
            sum(range(10**12))
        elif word == "needs":
            importlib.import_module(rest)
        elif word == "eats":
            kept = []
            while True:
                kept.append(bytearray(10**7))
        elif word == "exits":
            os._exit(int(rest))
        elif word == "crashes":
            ctypes.string_at(0)
        elif word == "floods":
            text = "水" * 1_000_000
            while True:
                yield Extract((TextLine(text),))
        elif word == "swells":
            yield Extract((TextLine("水" * 30_000_000),))
        elif word == "lies":
            for descriptor in range(3, 20):
                try:
                    os.write(descriptor, b"\xff\xff\xff\xff what a mess")
                except OSError:
                    continue
        elif word == "recurses":
            _deeper()
        elif word == "refuses":
            raise ReadError("protected")
        elif word == "fails":
            raise KeyError(rest)
        elif word == "halves":
            yield Extract((TextLine("半\ud800字\0"),))


def _deeper() -> None:
    _deeper()
