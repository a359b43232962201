"""Collections of texts that nobody here wrote, and archives of them.

``JUANZONG_WHOLE=1`` takes all of the classical texts (31.5 million characters) instead of a sample.
"""

from __future__ import annotations

import json
import os
import random
import tarfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace
from plain_scan import Corpus

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

CLASSICAL_CHARACTERS = {"tantivy": 2_000_000, "whoosh": 300_000, "opensearch": 300_000}
FLOORS = {"cmrc2018": 0.987, "drcd": 0.973}
"""The MRR@10 that is reached on the collections that have questions."""
_PAGE = 20
WHOLE = os.environ.get("JUANZONG_WHOLE") == "1"


@dataclass(frozen=True)
class Question:
    """A question and the id of the document that it was asked about."""

    text: str
    document: str


class Collection:
    """An archive and what it was made of."""

    def __init__(
        self, engine: str, archive: Archive, paragraphs: dict[str, str], questions: list[Question]
    ) -> None:
        self.engine = engine
        self.archive = archive
        self.paragraphs = paragraphs
        self.questions = questions

    @cached_property
    def corpus(self) -> Corpus:
        """Every passage, title and heading, for plain scans."""
        return Corpus(item for batch in self.archive.generation.store.scan() for item in batch)

    def keys(self, query: str, **options: object) -> list[int]:
        """All that a query finds, over all pages, in the order of the pages.

        The first page and the last through the search call, all together without their texts.
        """
        request = SearchRequest(query, limit=_PAGE, **options)  # type: ignore[arg-type]
        first = self.archive.search(request)
        answer = self.archive.answer(request)
        found: list[int] = []
        while len(found) < first.total:
            page = answer.page("relevance", len(found), 5000)
            assert page, f"{query!r}: a page of nothing at {len(found)} of {first.total}"
            found += [ranked.key for ranked in page]
        assert len(set(found)) == len(found) == first.total, f"{query!r}: a passage stands on two pages"
        assert self._keys(first.hits) == found[:_PAGE]
        if first.total > _PAGE:
            last = self.archive.search(replace(request, offset=first.total - 5))
            assert self._keys(last.hits) == found[-5:]
        return found

    def _keys(self, hits: object) -> list[int | None]:
        store = self.archive.generation.store
        return [store.passage_key(hit.passage_id) for hit in hits]  # type: ignore[attr-defined]


def cmrc2018(data: Path) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """Title and text of each passage by its id, and the questions about them."""
    passages: dict[str, tuple[str, str]] = {}
    questions: list[Question] = []
    for name in ("cmrc2018_dev.json", "cmrc2018_trial.json"):
        for item in json.loads((data / "cmrc2018" / name).read_text(encoding="utf-8")):
            passages[item["context_id"]] = item["title"], item["context_text"]
            questions += [Question(qa["query_text"], item["context_id"]) for qa in item["qas"]]
    return passages, questions


def drcd(data: Path) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """The same of DRCD."""
    passages: dict[str, tuple[str, str]] = {}
    questions: list[Question] = []
    content = json.loads((data / "drcd" / "DRCD_dev.json").read_text(encoding="utf-8"))
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            passages[paragraph["id"]] = article["title"], paragraph["context"]
            questions += [Question(qa["question"], paragraph["id"]) for qa in paragraph["qas"]]
    return passages, questions


JUDGED = {"cmrc2018": cmrc2018, "drcd": drcd}


def unpack_classical(data: Path, folder: Path, characters: int) -> int:
    """Put chapters, chosen at random from all books, into a folder; how many characters they have."""
    with tarfile.open(data / "classical" / "classical.tar.xz") as archive:
        texts = {}
        for member in archive:
            if member.isfile() and (file := archive.extractfile(member)) is not None:
                texts[member.name] = file.read()
    names = sorted(texts)
    random.Random(17).shuffle(names)
    written = 0
    for name in names:
        if not WHOLE and written >= characters:
            break
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(texts[name])
        written += len(texts[name].decode("utf-8"))
    return written


def make(name: str, engine: str, data: Path, folder: Path) -> Collection:
    """Build the archive of a collection."""
    sources = folder / "texts"
    sources.mkdir()
    passages: dict[str, tuple[str, str]] = {}
    questions: list[Question] = []
    if name == "classical":
        unpack_classical(data, sources, CLASSICAL_CHARACTERS[engine])
    else:
        passages, questions = JUDGED[name](data)
        records = ({"id": i, "title": title, "text": text} for i, (title, text) in passages.items())
        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (sources / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    rebuild(folder / "home", sources, engine=engine)
    archive = Archive.open(folder / "home")
    return Collection(engine, archive, {i: text for i, (_, text) in passages.items()}, questions)
