"""Queries of one short word: do the passages come first in which it is a word?

    python benchmarks/short.py DATA [--engine NAME] [--words N]

和服 also occurs in 产品和服务, where it is not a word. For N words of two or three characters that occur both
ways in a judged collection (DATA as for ``ranking.py``) this says how far in front those passages are that
hold it as a word, as jieba cuts them, with the ranking as it is and without its stream ``words``. The
questions of ``ranking.py`` do not tell these two apart: thirty characters have many words, and runs of them.

What is right here is what the segmenter of the archive says, so this measures what becomes of its words, not
whether they are right.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from statistics import fmean
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ranking import FILES, build, load

from archive.text.folding import kind
from index.archive import Archive
from index.requests import SearchRequest
from index.search import ranking as rank

FIRST = 10
LEAST = 3
"""At least so many passages hold it as a word, and twice as many hold it at all."""


def ambiguous(archive: Archive) -> dict[str, set[int]]:
    """The words that also occur where they are none, with the keys of the passages where they are words."""
    passages = dict(found for batch in archive.generation.store.scan() for found in batch)
    texts = list(passages.values())
    normals = list(map(archive.analyzer.normal_text, texts))
    words: dict[str, set[int]] = defaultdict(set)
    for key, streams in zip(passages, archive.analyzer.batch(texts), strict=True):
        for word in set(streams.words.split()):
            if len(word) in (2, 3) and all(kind(character) == "han" for character in word):
                words[word].add(key)
    together = "\n".join(normals)
    found = {}
    for word, keys in words.items():
        if len(keys) >= LEAST and together.count(word) > len(keys):
            holding = sum(word in normal for normal in normals)
            if holding > len(keys) and holding >= 2 * LEAST:
                found[word] = keys
    return found


def judged(
    archive: Archive, words: Collection[str], right: dict[str, set[int]]
) -> Iterator[tuple[float, bool]]:
    """Of each word the average precision of the first hits, and whether the very first is right."""
    for word in words:
        hits = archive.search(SearchRequest(word, match="all", limit=FIRST)).hits
        keys = [archive.generation.store.passage_key(hit.passage_id) for hit in hits]
        good = [key in right[word] for key in keys]
        precisions = [sum(good[: n + 1]) / (n + 1) for n, is_right in enumerate(good) if is_right]
        yield sum(precisions) / min(len(good), len(right[word])), good[0]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--words", type=int, default=500)
    options = parser.parse_args()
    print(f"{'collection':10} {'words':>5}  {'ranking':16} {'average precision':>17} {'first is right':>14}")
    for collection in FILES:
        with tempfile.TemporaryDirectory(prefix="short-") as work:
            passages, _ = load(options.data, collection)
            home = build(passages, collection, options.engine, Path(work))
            with Archive.open(home) as archive:
                right = ambiguous(archive)
                words = sorted(right)
                words = random.Random(7).sample(words, min(options.words, len(words)))
                for name, weight in (("as it is", rank.WEIGHTS["words"]), ("without words", 0.0)):
                    with patch.dict(rank.WEIGHTS, words=weight):
                        precision, first = map(fmean, zip(*judged(archive, words, right), strict=True))
                    print(
                        f"{collection:10} {len(words):5}  {name:16} {precision:17.3f} {first:14.3f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
