"""What memory a build takes: it must not grow with the size of a file."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from building import CHARACTERS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is counted in other units")

MB = 1_000_000
SLACK = 8 * MB
"""Bytes by which two builds differ anyway: when memory is given back is up to Python."""

BATCHES = """
import resource, sys
from pathlib import Path
from archive.readers import plain
from archive.sources import SourceFile
from index.analysis.analyzer import Analyzer
from index.building.batches import Task, batches
from index.building.columns import analyse
from index.document_keys import Span
plain.LONG, plain.PART = 2_000_000, 250_000
path = Path(sys.argv[1])
size = path.stat().st_size
task = Task(SourceFile(path, path.name, size, 0), Span(0, 1 << 38))
analyzer = Analyzer.default()
characters = 0
for batch in batches([task], analyzer, None):
    analyse(batch, analyzer)
    characters += batch.characters
print(characters)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
"""What a worker does with a file, for which a shorter one is long than in a build: an eighth."""


def line(characters: int) -> str:
    chance = random.Random(1)
    sentences = ["".join(chance.choices(CHARACTERS, k=chance.randint(9, 60))) + "。" for _ in range(997)]
    text = "".join(sentences)
    return (text * (characters // len(text) + 1))[:characters]


def one_line(size: int) -> str:
    return line(size // 3)


def short_lines(size: int) -> str:
    text = line(size // 3)
    return "\n".join(text[i : i + 40] for i in range(0, len(text), 40))


def chapters(size: int) -> str:
    text = line(size // 3)
    return "\n\n".join(
        f"第{i // 3000}章 总论\n\n" + text[i : i + 3000].replace("。", "。\n\n")
        for i in range(0, len(text), 3000)
    )


def records(size: int) -> str:
    text = line(size // 3)
    return "\n".join(
        json.dumps({"id": str(i), "text": text[i : i + 300]}, ensure_ascii=False)
        for i in range(0, len(text), 300)
    )


@pytest.mark.parametrize(
    ("make", "name"),
    [(one_line, "a.txt"), (short_lines, "a.txt"), (chapters, "a.txt"), (records, "a.jsonl")],
    ids=["one line", "short lines", "chapters", "records"],
)
def test_reading_a_file_nearly_four_times_as_long_takes_no_more_memory(
    tmp_path: Path, make: object, name: str
) -> None:
    """Its text, its lines, its pieces and its passages were all in memory at once: 20 bytes a character."""
    assert callable(make)
    peaks = []
    for size in (3 * MB, 11 * MB):
        path = tmp_path / name
        path.write_text(make(size), "utf-8")
        command = [sys.executable, "-c", BATCHES, str(path)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=300)
        characters, kilobytes = map(int, done.stdout.split())
        assert characters > size / 3 * 0.95
        peaks.append(kilobytes * 1024)
    assert peaks[1] < peaks[0] + SLACK, peaks
