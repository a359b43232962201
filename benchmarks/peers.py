"""What the archive is compared with: the same texts, a line a passage, by other means.

    python benchmarks/peers.py NAME TEXTS FOLDER RUNS

NAME is ``whoosh-jieba`` (Whoosh with jieba's own ChineseAnalyzer, as its documentation shows it),
``tantivy-jieba`` (jieba's search-mode words, joined for a whitespace tokeniser) or ``fts5-trigram``. Builds
in FOLDER, then asks for each line of RUNS, and prints JSON: characters, seconds and seconds of processors of
the build without loading jieba's dictionary, bytes of the index, and for each run milliseconds and how many
passages were found. All store the texts, which a page of results needs, as the archive does.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

Find = Callable[[str], int]


def lines(texts: Path) -> Iterator[str]:
    """The passages: all lines that are not empty."""
    for path in sorted(texts.rglob("*.txt")):
        yield from filter(None, map(str.strip, path.read_text(encoding="utf-8").split("\n")))


def whoosh_jieba(passages: list[str], folder: Path) -> Callable[[], Find]:
    """Whoosh with jieba's ChineseAnalyzer; a run is parsed as its documentation shows."""
    from jieba.analyse.analyzer import ChineseAnalyzer
    from whoosh import fields, index, qparser

    schema = fields.Schema(text=fields.TEXT(stored=True, analyzer=ChineseAnalyzer()))
    made = index.create_in(str(folder), schema)
    writer = made.writer()
    for text in passages:
        writer.add_document(text=text)
    writer.commit()

    def opened() -> Find:
        searcher = made.searcher()
        parser = qparser.QueryParser("text", schema)
        return lambda run: len(searcher.search(parser.parse(run), limit=20))

    return opened


def tantivy_jieba(passages: list[str], folder: Path) -> Callable[[], Find]:
    """tantivy over jieba's search-mode words; a run's words as a phrase."""
    import jieba
    import tantivy

    builder = tantivy.SchemaBuilder().add_text_field("text", tokenizer_name="whitespace")
    schema = builder.add_bytes_field("original", stored=True, indexed=False).build()
    made = tantivy.Index(schema, path=str(folder))
    tokenizer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    made.register_tokenizer("whitespace", tokenizer)
    writer = made.writer(256_000_000, 2)
    for text in passages:
        words = " ".join(word for word in jieba.cut_for_search(text) if word.strip())
        writer.add_document(tantivy.Document(text=words, original=text.encode()))
    writer.commit()
    writer.wait_merging_threads()

    def opened() -> Find:
        made.reload()
        searcher = made.searcher()

        def find(run: str) -> int:
            words = [word for word in jieba.cut_for_search(run) if word.strip()]
            if len(words) == 1:
                query = tantivy.Query.term_query(schema, "text", words[0])
            else:
                query = tantivy.Query.phrase_query(schema, "text", words)
            found: Any = searcher.search(query, limit=20)  # its type information lacks the count
            return int(found.count)

        return find

    return opened


def fts5_trigram(passages: list[str], folder: Path) -> Callable[[], Find]:
    """SQLite's trigrams; it scans for runs of fewer than three characters."""
    connection = sqlite3.connect(folder / "texts.sqlite", isolation_level=None)
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'trigram')")
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO passages VALUES (?)", ((text,) for text in passages))
    connection.execute("COMMIT")

    def find(run: str) -> int:
        if len(run) < 3:
            # With a plus: SQLite 3.40 takes two Han characters, six bytes, for a trigram and finds none.
            rows = connection.execute("SELECT count(*) FROM passages WHERE +text LIKE ?", (f"%{run}%",))
        else:
            best = "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY rank LIMIT 20"
            connection.execute(best, (f'"{run}"',)).fetchall()
            rows = connection.execute("SELECT count(*) FROM passages WHERE passages MATCH ?", (f'"{run}"',))
        return int(rows.fetchone()[0])

    return lambda: find


PEERS = {"whoosh-jieba": whoosh_jieba, "tantivy-jieba": tantivy_jieba, "fts5-trigram": fts5_trigram}


def main() -> None:
    """Build, ask, print."""
    name, texts, folder, runs = sys.argv[1], *map(Path, sys.argv[2:5])
    warnings.simplefilter("ignore")
    if name != "fts5-trigram":
        import logging

        import jieba

        jieba.setLogLevel(logging.ERROR)
        jieba.initialize()
    passages = list(lines(texts))
    folder.mkdir(parents=True)
    began, cpu = time.perf_counter(), time.process_time()
    opened = PEERS[name](passages, folder)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    find = opened()
    found, times = [], []
    for run in runs.read_text(encoding="utf-8").split("\n"):
        began = time.perf_counter()
        found.append(find(run))
        times.append((time.perf_counter() - began) * 1000)
    result = {
        "characters": sum(map(len, passages)),
        "seconds": seconds,
        "cpu": cpu,
        "bytes": sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        "found": found,
        "times": times,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
