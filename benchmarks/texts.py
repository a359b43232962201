"""Texts and queries for benchmarks: excerpts of a folder, runs and questions out of it, a changing copy."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

from measuring import cost, juanzong


def excerpt(data: Path, target: Path, characters: int) -> int:
    """Copy every n-th file, so that about so many characters are there from every book; says how many."""
    files = sorted(data.rglob("*.txt"))
    whole = sum(path.stat().st_size for path in files) / 3
    step = max(1, int(whole / characters))
    copied = 0
    for path in files[::step]:
        copied += len(path.read_text(encoding="utf-8"))
        new = target / path.relative_to(data)
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, new)
        if copied >= characters:
            break
    return copied


def runs(data: Path, count: int, low: int, high: int, seed: int = 7) -> list[str]:
    """Random runs of Han characters out of the texts, each from another place."""
    rng = random.Random(seed)
    files = sorted(data.rglob("*.txt"))
    found: dict[str, None] = {}
    while len(found) < count:
        text = rng.choice(files).read_text(encoding="utf-8")
        length = rng.randint(low, high)
        for _ in range(50):
            start = rng.randrange(max(1, len(text) - length))
            run = text[start : start + length]
            if len(run) == length and all("\u4e00" <= character <= "\u9fff" for character in run):
                found[run] = None
                break
    return list(found)


def questions(data: Path, count: int) -> list[str]:
    """Texts of 30 characters that occur nowhere so: six runs of five from six places."""
    parts = runs(data, 6 * count, 5, 5, seed=30)
    return ["".join(parts[start : start + 6]) for start in range(0, len(parts), 6)]


def changing(home: Path, data: Path, work: Path) -> tuple[Path, Path]:
    """A copy of the texts that may be changed, and one of their archive which follows it: folder, archive."""
    texts, own = work / "changing", work / "changing-home"
    if not texts.exists():
        shutil.copytree(data, texts)
        shutil.copytree(home, own)
        settings = own / "settings.json"
        content = json.loads(settings.read_text(encoding="utf-8"))
        content["settings"]["folder"] = str(texts)
        settings.write_text(json.dumps(content), encoding="utf-8")
        cost(juanzong(own, "update"))  # the copies have other times: they are all compared by content once
    return texts, own
