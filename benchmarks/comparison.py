"""What other pairings find of the questions that Chinese texts are asked, compared with a plain scan.

    python benchmarks/comparison.py DATA [--passages 1500] [--queries 60]

DATA is a folder with ``cmrc2018/``, ``drcd/`` and ``classical/classical.tar.xz``. Prints the table of
``docs/making/comparison.md``. Every engine indexes the same passages, each as one document, and is asked as
its documentation tells a user who knows it; where it cannot ask a question at all the cell says so. Recall is
the part of the passages of the plain scan that were found, precision the part of what was found that is of
these; both over all queries of a kind together.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import sqlite3
import sys
import tarfile
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from archive.text.folding import Folding, kind
from index.analysis.analyzer import Analyzer
from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its kind, what is looked for, and how near.

    Attributes:
        wanted: the numbers of the passages that a plain scan of the folded texts finds.
    """

    kind: str
    first: str
    second: str
    wanted: frozenset[int]


class Engine(Protocol):
    """Something that finds passages."""

    name: str

    def find(self, asked: Asked) -> set[int] | None:
        """The passages, or None where the question cannot be asked."""
        ...


KINDS = {
    "one": "one character (的, 唐)",
    "rare": "one character in three passages or fewer",
    "run": "a run of 2 to 6 characters, in a row",
    "phrase": "a run with punctuation in it",
    "script": "a run typed in the other script",
    "not": "a run, without another one",
    "near": "two runs, at most 10 characters between",
}


# --- questions --------------------------------------------------------------------------------------------


def load(data: Path, most: int) -> list[str]:
    """Passages of the three collections, the same at every run."""
    texts: list[str] = []
    for name in ("cmrc2018_dev.json", "cmrc2018_trial.json"):
        content = json.loads((data / "cmrc2018" / name).read_text(encoding="utf-8"))
        texts += [item["context_text"] for item in content]
    content = json.loads((data / "drcd" / "DRCD_dev.json").read_text(encoding="utf-8"))
    texts += [p["context"] for article in content["data"] for p in article["paragraphs"]]
    with tarfile.open(data / "classical" / "classical.tar.xz") as archive:
        old = [
            line
            for member in archive
            if member.isfile() and (file := archive.extractfile(member)) is not None
            for line in io.TextIOWrapper(file, encoding="utf-8")
        ]
    texts += random.Random(1).sample(old, most)
    # One line each, within the length of a passage.
    return [" ".join(text.split()) for text in texts if 1 < len(text) <= 1000]


def questions(texts: list[str], number: int) -> Iterator[Asked]:
    """So many of each kind, with what a plain scan of the folded texts finds."""
    chance = random.Random(2026)
    analyzer = Analyzer.default()
    folded = [analyzer.normal_text(text) for text in texts]
    characters = Counter(c for text in folded for c in set(text) if kind(c) == "han")
    other_script = traditional_forms()

    def holding(run: str) -> frozenset[int]:
        normal = analyzer.normal_text(run)
        return frozenset(i for i, text in enumerate(folded) if normal in text)

    def runs(shortest: int, longest: int, fits: Callable[[str], bool]) -> Iterator[str]:
        while True:
            text = chance.choice(texts)
            length = chance.randint(shortest, longest)
            start = chance.randrange(max(1, len(text) - length))
            if fits(run := text[start : start + length]):
                yield run

    def han(run: str) -> bool:
        return all(kind(c) == "han" for c in run)

    def broken(run: str) -> bool:
        inside = [kind(c) == "punctuation" for c in run[1:-1]]
        return any(inside) and han(run[0]) and han(run[-1]) and all(han(c) or c in "，。、；：" for c in run)

    some = runs(2, 6, han)
    for _ in range(number):
        one = chance.choice(sorted(characters))
        yield Asked("one", one, "", holding(one))
    seldom = sorted(c for c, passages in characters.items() if passages <= 3)
    for one in chance.sample(seldom, min(number, len(seldom))):
        yield Asked("rare", one, "", holding(one))
    for _ in range(number):
        run = next(some)
        yield Asked("run", run, "", holding(run))
    with_marks = runs(4, 9, broken)
    for _ in range(number):
        run = next(with_marks)
        yield Asked("phrase", run, "", holding(run))
    asked = 0
    while asked < number:
        run = next(some)
        other = "".join(other_script.get(c, c) for c in run)
        if other == run:
            other = Folding(frozenset({"simplified"})).fold(run)
        if other != run:
            asked += 1
            yield Asked("script", other, "", holding(other))
    stretches = runs(8, 16, han)
    for name in ("not", "near"):
        for _ in range(number):
            stretch = next(stretches)
            first, second = stretch[:2], stretch[-2:]
            a, b = holding(first), holding(second)
            if name == "not":
                yield Asked(name, first, second, a - b)
            else:
                folds = map(analyzer.normal_text, (first, second))
                yield Asked(name, first, second, near(folded, a & b, *folds))


def traditional_forms() -> dict[str, str]:
    """For a simplified character one of its traditional forms, from the published table."""
    table = Path(__file__).parent.parent / "archive" / "text" / "tables" / "classes.tsv"
    rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line[0] != "#")
    return {form: others[0] for form, others, why in rows if "ST" in why.split()}


def near(folded: list[str], candidates: frozenset[int], first: str, second: str) -> frozenset[int]:
    """Those passages in which both occur without overlapping, at most 10 characters between."""

    def close(text: str) -> bool:
        a = [m.start() for m in re.finditer(f"(?={first})", text)]
        b = [m.start() for m in re.finditer(f"(?={second})", text)]
        return any(0 <= y - x - len(first) <= 10 or 0 <= x - y - len(second) <= 10 for x in a for y in b)

    return frozenset(i for i in candidates if close(folded[i]))


# --- engines ----------------------------------------------------------------------------------------------


class WhooshJieba:
    """Whoosh with jieba's ChineseAnalyzer and Whoosh's own query parser, as both documentations show."""

    name = "Whoosh + jieba ChineseAnalyzer"

    def __init__(self, texts: list[str], folder: Path) -> None:
        warnings.simplefilter("ignore")
        from jieba.analyse.analyzer import ChineseAnalyzer
        from whoosh import fields, index
        from whoosh.qparser import QueryParser

        schema = fields.Schema(n=fields.STORED, text=fields.TEXT(analyzer=ChineseAnalyzer()))
        made = index.create_in(str(folder), schema)
        writer = made.writer()
        for n, text in enumerate(texts):
            writer.add_document(n=n, text=text)
        writer.commit()
        self.searcher = made.searcher()
        self.parser = QueryParser("text", schema)

    def find(self, asked: Asked) -> set[int] | None:
        """As ``Engine`` says."""
        match asked.kind:
            case "not":
                typed = f'"{asked.first}" NOT "{asked.second}"'
            case "near":
                typed = f'"{asked.first} {asked.second}"~12'
            case _:
                typed = f'"{asked.first}"'
        found = self.searcher.search(self.parser.parse(typed), limit=None)
        return {hit["n"] for hit in found}


class Fts5:
    """SQLite's full-text index. A phrase in double quotes, as its documentation shows."""

    def __init__(self, tokenizer: str, texts: list[str]) -> None:
        self.name = f"SQLite FTS5 {tokenizer}"
        self.tokenizer = tokenizer
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(f"CREATE VIRTUAL TABLE t USING fts5(text, tokenize='{tokenizer}')")
        self.connection.executemany("INSERT INTO t(rowid, text) VALUES (?, ?)", enumerate(texts))

    def find(self, asked: Asked) -> set[int] | None:
        """As ``Engine`` says."""
        first, second = f'"{asked.first}"', f'"{asked.second}"'
        match asked.kind:
            case "not":
                typed = f"{first} NOT {second}"
            case "near":
                typed = f"NEAR({first} {second}, 10)"
            case _:
                typed = first
        if self.tokenizer == "trigram" and min(len(asked.first), len(asked.second or asked.first)) < 3:
            return None  # "Substrings consisting of fewer than 3 unicode characters do not match any rows"
        return {row[0] for row in self.connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (typed,))}


class TantivyJieba:
    """tantivy over jieba's words, joined by spaces; plain cut, so that a phrase has words one by one."""

    name = "tantivy + jieba"

    def __init__(self, texts: list[str], folder: Path) -> None:
        import tantivy

        self.tantivy: Any = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("n", stored=True)
        builder.add_text_field("text", tokenizer_name="whitespace")
        self.index = tantivy.Index(builder.build(), path=str(folder))
        splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self.index.register_tokenizer("whitespace", splitter)
        writer = self.index.writer()
        for n, text in enumerate(texts):
            writer.add_document(tantivy.Document(n=n, text=[self._words(text)]))
        writer.commit()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.most = len(texts)

    @staticmethod
    def _words(text: str) -> str:
        import jieba

        return " ".join(word for word in jieba.cut(text.lower()) if not PUNCTUATION.fullmatch(word))

    def find(self, asked: Asked) -> set[int] | None:
        """As ``Engine`` says."""
        first, second = self._words(asked.first), self._words(asked.second)
        match asked.kind:
            case "not":
                typed = f'+"{first}" -"{second}"'
            case "near":
                typed = f'"{first} {second}"~10'
            case _:
                typed = f'"{first}"'
        query = self.index.parse_query(typed, ["text"])
        hits = self.searcher.search(query, self.most).hits
        return {self.searcher.doc(address)["n"][0] for _, address in hits}


class Juanzong:
    """This archive, through its search call."""

    def __init__(self, engine: str, texts: list[str], folder: Path) -> None:
        self.name = f"Juanzong ({engine})"
        sources = folder / "texts"
        sources.mkdir(parents=True)
        lines = (json.dumps({"id": str(n), "text": text}) for n, text in enumerate(texts))
        (sources / "passages.jsonl").write_text("\n".join(lines), encoding="utf-8")
        rebuild(folder / "home", sources, engine=engine)
        self.archive = Archive.open(folder / "home")

    def find(self, asked: Asked) -> set[int] | None:
        """As ``Engine`` says."""
        match asked.kind:
            case "not":
                typed = f"“{asked.first}” -“{asked.second}”"
            case "near":
                typed = f"“{asked.first}” NEAR/10 “{asked.second}”"
            case _:
                typed = f"“{asked.first}”"
        found: set[int] = set()
        read = 0
        while True:
            result = self.archive.search(SearchRequest(typed, match="all", limit=100, offset=read))
            read += len(result.hits)
            found.update(int(hit.document.id) for hit in result.hits)
            if read >= result.total:
                return found


def engines(texts: list[str], work: Path) -> Iterator[Engine]:
    """All of them, each made when it is asked for."""
    import jieba

    jieba.setLogLevel(60)
    for name in ("whoosh", "tantivy"):
        (work / name).mkdir()
    yield WhooshJieba(texts, work / "whoosh")
    yield Fts5("unicode61", texts)
    yield Fts5("trigram", texts)
    yield TantivyJieba(texts, work / "tantivy")
    yield Juanzong("whoosh", texts, work / "archive-whoosh")
    yield Juanzong("tantivy", texts, work / "archive-tantivy")


# --- the table --------------------------------------------------------------------------------------------


def cell(engine: Engine, asked: list[Asked]) -> str:
    """Recall and precision over the questions of one kind."""
    right = found = wanted = refused = 0
    for question in asked:
        answer = engine.find(question)
        wanted += len(question.wanted)
        if answer is None:
            refused += 1
            continue
        right += len(answer & question.wanted)
        found += len(answer)
    if refused == len(asked):
        return "cannot"
    precision = f"{right / found:.3f}" if found else "–"
    note = f" ({refused} of {len(asked)} cannot)" if refused else ""
    return f"{right / wanted:.3f} / {precision}{note}"


def main() -> int:
    """Print the table as Markdown. Ends with status 1 where this archive is not exact."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--passages", type=int, default=1500, help="of the classical texts (1500)")
    parser.add_argument("--queries", type=int, default=60, help="of each kind (60)")
    options = parser.parse_args()
    texts = load(options.data, options.passages)
    asked: dict[str, list[Asked]] = {name: [] for name in KINDS}
    for question in questions(texts, options.queries):
        asked[question.kind].append(question)
    columns: list[tuple[str, list[str]]] = []
    with tempfile.TemporaryDirectory(prefix="comparison-") as work:
        for engine in engines(texts, Path(work)):
            columns.append((engine.name, [cell(engine, asked[name]) for name in KINDS]))
            print(engine.name, file=sys.stderr, flush=True)
            if isinstance(engine, Juanzong):
                engine.archive.close()
    versions = ", ".join(f"{name} {version(name)}" for name in ("whoosh3", "jieba", "tantivy", "rjieba"))
    print(
        f"{datetime.now(UTC).date().isoformat()}; {versions}, SQLite {sqlite3.sqlite_version},"
        f" Python {sys.version.split()[0]}; {len(texts):,} passages of {sum(map(len, texts)):,} characters;"
        f" {options.queries} queries of each kind.\n"
    )
    print(f"| question | {' | '.join(name for name, _ in columns)} |")
    print(f"| --- |{' --- |' * len(columns)}")
    for row, (name, label) in enumerate(KINDS.items()):
        assert asked[name], name
        print(f"| {label} | {' | '.join(cells[row] for _, cells in columns)} |")
    exact = all(value == "1.000 / 1.000" for name, cells in columns for value in cells if "Juanzong" in name)
    return 0 if exact else 1


if __name__ == "__main__":
    sys.exit(main())
