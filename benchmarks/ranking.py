"""How well the right passage is ranked: judged questions through the public search call, beside two peers.

    python benchmarks/ranking.py DATA [--engine NAME] [--only cmrc2018|drcd] [--system TEXT] [--save]

DATA holds ``cmrc2018`` and ``drcd``: questions on passages of encyclopedias; a question's passage is the one
that it was asked about, and hits are counted by document. Each collection becomes a temporary archive of
JSON Lines with titles. The weights were chosen on cmrc2018; DRCD only reports. Ends with status 1 where a
floor is missed, and with 2 where nothing is measured.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measuring import machine

from archive.text.folding import Folding
from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

FILES = {
    "cmrc2018": ("cmrc2018/cmrc2018_dev.json", "cmrc2018/cmrc2018_trial.json"),
    "drcd": ("drcd/DRCD_dev.json",),
}
FLOORS = {"cmrc2018": 0.987, "drcd": 0.973}
SCRIPTS_DIFFER = 0.001
AUTO_BELOW_ANY = 0.002


class Passage(NamedTuple):
    """A passage of a collection."""

    id: str
    title: str
    text: str


class Question(NamedTuple):
    """A question and the passage that it was asked about."""

    text: str
    passage: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over all questions; times in milliseconds are those of the first 20 hits."""

    system: str
    collection: str
    questions: int
    mrr10: float
    hit1: float
    recall100: float
    p50_ms: float
    p95_ms: float


def load(data: Path, collection: str) -> tuple[list[Passage], list[Question]]:
    """The passages and questions of a collection."""
    passages: list[Passage] = []
    questions: list[Question] = []
    for name in FILES[collection]:
        for title, text, asked in _contexts(json.loads((data / name).read_text(encoding="utf-8"))):
            number = f"{collection}-{len(passages)}"
            passages.append(Passage(number, title, text))
            questions += [Question(question, number) for question in asked]
    return passages, questions


def _contexts(content: Any) -> Iterator[tuple[str, str, list[str]]]:
    if isinstance(content, list):  # CMRC 2018
        for item in content:
            yield item["title"], item["context_text"], [qa["query_text"] for qa in item["qas"]]
        return
    for article in content["data"]:  # DRCD, in the format of SQuAD
        for paragraph in article["paragraphs"]:
            yield article["title"], paragraph["context"], [qa["question"] for qa in paragraph["qas"]]


Search = Callable[[str, int], list[str]]
"""The documents of so many best hits, best first, one document perhaps several times."""


def judge(system: str, collection: str, questions: Iterable[Question], search: Search) -> Figures:
    """Ask all questions. A hundred hits are asked for only where twenty do not show the passage."""
    ranks: list[int | None] = []
    times: list[float] = []
    for question in questions:
        began = time.perf_counter()
        found = list(dict.fromkeys(search(question.text, 20)))
        times.append((time.perf_counter() - began) * 1000)
        if question.passage not in found[:10]:
            found = list(dict.fromkeys(search(question.text, 100)))
        ranks.append(found.index(question.passage) + 1 if question.passage in found else None)
    count = len(ranks)
    return Figures(
        system,
        collection,
        count,
        sum(1 / rank for rank in ranks if rank and rank <= 10) / count,
        sum(rank == 1 for rank in ranks) / count,
        sum(rank is not None for rank in ranks) / count,
        statistics.median(times),
        statistics.quantiles(times, n=20)[18],
    )


# --- systems ----------------------------------------------------------------------------------------------


def ours(archive: Archive, match: str) -> Search:
    """The project's own search."""

    def search(query: str, limit: int) -> list[str]:
        request = SearchRequest(query[:1000], match=match, limit=limit)  # type: ignore[arg-type]
        return [hit.document.id for hit in archive.search(request).hits]

    return search


def whoosh_with_jieba(passages: list[Passage], folder: Path) -> Search:
    """Whoosh with jieba's own ChineseAnalyzer, as its documentation shows it; all words are alternatives."""
    import warnings

    warnings.simplefilter("ignore")
    from jieba.analyse.analyzer import ChineseAnalyzer
    from whoosh import fields, index, query

    analyzer = ChineseAnalyzer()
    made = index.create_in(
        str(folder), fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer=analyzer))
    )
    writer = made.writer()
    for passage in passages:
        writer.add_document(id=passage.id, text=f"{passage.title}\n{passage.text}")
    writer.commit()
    searcher = made.searcher()

    def search(text: str, limit: int) -> list[str]:
        words = dict.fromkeys(token.text for token in analyzer(text))
        found = searcher.search(query.Or([query.Term("text", word) for word in words]), limit=limit)
        return [hit["id"] for hit in found]

    return search


def tantivy_with_jieba(passages: list[Passage], folder: Path) -> Search:
    """tantivy over jieba's search-mode words; all words are alternatives."""
    import jieba
    import tantivy

    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name="whitespace")
    built = schema.build()
    made = tantivy.Index(built, path=str(folder))
    made.register_tokenizer("whitespace", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())

    def words(text: str) -> list[str]:
        return [word for word in jieba.cut_for_search(text.lower()) if any(map(str.isalnum, word))]

    writer = made.writer()
    for passage in passages:
        text = " ".join(words(f"{passage.title}\n{passage.text}"))
        writer.add_document(tantivy.Document(id=[passage.id], text=[text]))
    writer.commit()
    made.reload()
    searcher = made.searcher()

    def search(text: str, limit: int) -> list[str]:
        terms = [tantivy.Query.term_query(built, "text", word) for word in dict.fromkeys(words(text))]
        asked = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return [searcher.doc(at)["id"][0] for _, at in searcher.search(asked, limit).hits]

    return search


OURS = "juanzong"
PEERS: dict[str, Callable[[list[Passage], Path], Search]] = {
    "Whoosh + jieba's ChineseAnalyzer": whoosh_with_jieba,
    "tantivy + jieba": tantivy_with_jieba,
}


# --- the run ----------------------------------------------------------------------------------------------


def build(passages: Iterable[Passage], collection: str, engine: str, work: Path) -> Path:
    """A new archive of the passages in ``work``, by way of JSON Lines."""
    sources = work / "texts"
    sources.mkdir()
    with (sources / f"{collection}.jsonl").open("w", encoding="utf-8") as file:
        for passage in passages:
            file.write(json.dumps(passage._asdict(), ensure_ascii=False) + "\n")
    rebuild(work / "home", sources, engine=engine)
    return work / "home"


def measure(data: Path, collection: str, engine: str, *, wanted: str, work: Path) -> Iterator[Figures]:
    """The figures of one collection."""
    passages, questions = load(data, collection)
    if wanted in OURS:
        home = build(passages, collection, engine, work)
        yield from measure_ours(home, collection, len(passages), questions)
    for name, make in PEERS.items():
        if wanted in name:
            folder = work / make.__name__
            folder.mkdir()
            yield judge(name, collection, questions, make(passages, folder))


def measure_ours(home: Path, collection: str, documents: int, questions: list[Question]) -> Iterator[Figures]:
    """The figures of the project's own search."""
    with Archive.open(home) as archive:
        assert archive.stats().documents == documents
        for match in ("any", "auto"):
            yield judge(f"juanzong {match}", collection, questions, ours(archive, match))
        if collection == "drcd":
            simplified = Folding(frozenset({"simplified"})).fold
            asked = [Question(simplified(q.text), q.passage) for q in questions]
            yield judge("juanzong any, asked in simplified", collection, asked, ours(archive, "any"))


def missed(figures: list[Figures]) -> list[str]:
    """The floors that were missed."""
    by = {(f.collection, f.system): f.mrr10 for f in figures}
    found = []
    for collection, floor in FLOORS.items():
        any_ = by.get((collection, "juanzong any"))
        if any_ is None:
            continue
        if any_ < floor:
            found.append(f"{collection}: MRR@10 {any_:.4f} is below {floor}")
        if by[collection, "juanzong auto"] < any_ - AUTO_BELOW_ANY:
            found.append(f"{collection}: auto is more than {AUTO_BELOW_ANY} below any")
        other = by.get((collection, "juanzong any, asked in simplified"), any_)
        if abs(other - any_) > SCRIPTS_DIFFER:
            found.append(f"{collection}: asked in simplified {other:.4f}, as written {any_:.4f}")
    return found


def main() -> int:
    """Measure, print, and compare with the floors."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="tantivy")
    parser.add_argument("--only", choices=sorted(FILES))
    parser.add_argument("--system", default="", help="only systems with this in their name")
    parser.add_argument("--save", action="store_true", help="keep the figures under benchmarks/results")
    options = parser.parse_args()
    if not any(options.system in name for name in (OURS, *PEERS)):
        parser.error(
            f"nothing was measured: no system has {options.system!r} in its name. "
            f"There are: {'; '.join((OURS, *PEERS))}."
        )
    figures: list[Figures] = []
    print(
        f"{'collection':10} {'system':34} {'MRR@10':>7} {'hit@1':>7} {'rec@100':>7}"
        f" {'p50 ms':>7} {'p95 ms':>7}"
    )
    for collection in [options.only] if options.only else FILES:
        with tempfile.TemporaryDirectory(prefix="ranking-") as work:
            for f in measure(
                options.data, collection, options.engine, wanted=options.system, work=Path(work)
            ):
                figures.append(f)
                print(
                    f"{f.collection:10} {f.system:34} {f.mrr10:7.4f} {f.hit1:7.4f} {f.recall100:7.4f}"
                    f" {f.p50_ms:7.1f} {f.p95_ms:7.1f}",
                    flush=True,
                )
    problems = missed(figures)
    none = f"no floor was compared: the floors are those of {OURS}"
    reached = "all floors are reached" if options.system in OURS else none
    print("\n".join(problems) or reached)
    if options.save:
        day = datetime.now(UTC).date().isoformat()
        results = Path(__file__).parent / "results"
        results.mkdir(exist_ok=True)
        file = results / f"ranking-{options.engine}-{day}.json"
        kept = json.loads(file.read_text(encoding="utf-8"))["figures"] if file.exists() else []
        new = {(f.collection, f.system): asdict(f) for f in figures}
        merged = {(f["collection"], f["system"]): f for f in kept} | new
        report = {
            "date": day,
            "engine": options.engine,
            **machine(),
            "figures": [merged[key] for key in sorted(merged)],
        }
        file.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
