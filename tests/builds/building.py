"""Folders of texts to build from, and what an archive holds, in a form that can be compared."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import astuple

from archive.store import NameKind
from index.engines.registry import installed
from index.generation import Generation
from index.generations import Home
from index.query.condition import EVERYTHING, AnyToken, TokenPhrase

ENGINES = [name for name in ("whoosh", "tantivy") if installed(name)]

CHARACTERS = "卷宗报纸派出所长公安局天下大势分久必合臺灣台湾说說为為的一是不了在人有我他这"


def sentence(chance: random.Random, length: int = 30) -> str:
    """Characters as they come, with punctuation."""
    return "".join(chance.choices(CHARACTERS, k=length)) + "。"


def text(chance: random.Random, paragraphs: int = 8) -> str:
    """A plain text with a title."""
    body = "\n\n".join(sentence(chance, chance.randint(5, 60)) for _ in range(paragraphs))
    return f"{sentence(chance, 8)[:-1]}\n\n{body}\n"


def record(chance: random.Random, name: str) -> str:
    """A line of JSON Lines."""
    row: dict[str, Any] = {
        "id": name, "title": sentence(chance, 6)[:-1],
        "text": "\n".join(sentence(chance) for _ in range(chance.randint(1, 6))),
        "author": chance.choice(["编辑", "读者", "记者甲", None]),
        "date": chance.choice([None, "1949", "1949-10", "1949-10-01", "2013-05"]),
    }  # fmt: skip
    return json.dumps({k: v for k, v in row.items() if v is not None}, ensure_ascii=False) + "\n"


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Put texts into a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def text_files(number: int, paragraphs: int = 8) -> dict[str, str]:
    """So many plain texts, by name."""
    return {f"{n}.txt": text(random.Random(n), paragraphs) for n in range(number)}


def age(folder: Path, seconds: int = 1000) -> None:
    """Make all files of a folder older, so that their times alone tell that they did not change."""
    for path in folder.rglob("*"):
        status = path.stat()
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 1_000_000_000))


def copy_of(home: Home, path: Path) -> Home:
    """The same archive elsewhere."""
    shutil.copytree(home.path, path)
    return Home(path)


def contents(generation: Generation) -> dict[str, Any]:
    """All that can be found and read, without keys and other numbers that two builds may give differently."""
    store, snapshot = generation.store, generation.snapshot
    documents = store.list_documents(limit=10_000)
    ids = {p.key: (d.id, p.id) for d in documents for p in store.passages_of(d.key)}
    chance = random.Random(7)
    runs = ["".join(chance.choices(CHARACTERS, k=length)) for length in (1, 2, 2, 3) for _ in range(40)]
    grams = {run: generation.analyzer.grams(generation.analyzer.normal_text(run)) for run in runs}
    found = {
        run: sorted(
            ids[key]
            for key in snapshot.keys(
                TokenPhrase("grams", tuple(tokens))
                if tokens
                else AnyToken("chars", (generation.analyzer.normal_text(run),))
            )
        )
        for run, tokens in grams.items()
    }
    authors = store.names(NameKind.AUTHOR)
    collections = store.names(NameKind.COLLECTION)
    everything = EVERYTHING
    facets = snapshot.facets(everything, ("author", "collection", "year"), 100)
    return {
        "documents": [astuple(d)[1:] for d in documents],
        "passages": [astuple(p)[1:] for d in documents for p in store.passages_of(d.key)],
        "sections": [astuple(s)[1:] for d in documents for s in store.sections_of(d.key)],
        "found": found,
        "by_date": [ids[h.key] for h in snapshot.search(everything, [], sort="date", limit=10_000)],
        "in_order": [ids[h.key] for h in snapshot.search(everything, [], sort="order", limit=10_000)],
        "authors": sorted((authors[n], c) for n, c in facets["author"].top),
        "collections": sorted((collections[n], c) for n, c in facets["collection"].top),
        "years": sorted(facets["year"].top),
        "notes": list(map(repr, store.notes())),
        "counts": (snapshot.size(), *astuple(store.statistics())),
    }  # fmt: skip


def contents_of(home: Home) -> dict[str, Any]:
    """``contents`` of what is served."""
    generation = home.open_current()
    try:
        return contents(generation)
    finally:
        generation.close()
