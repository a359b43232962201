"""All engines find the same and rank the same: the real analyzer on the article of the archive."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from conformance import MEMORY
from msgspec.structs import replace
from opensearch_nodes import prepared
from texts import record

from index.analysis.analyzer import Analyzer
from index.engines.base import Hit, Record, Snapshot
from index.engines.registry import ENGINES, engine, installed
from index.errors import EngineError, EngineMissingError
from index.query.condition import (
    AnyToken,
    RankTerm,
    Stream,
    TokenPhrase,
)

OTHERS = [name for name in ENGINES if name != "whoosh"]


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.default()


@pytest.fixture(scope="module")
def passages(seed_text: str) -> list[str]:
    return [line.strip() for line in seed_text.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def given(analyzer: Analyzer, passages: list[str]) -> list[Record]:
    streams = analyzer.batch(passages)
    title = analyzer.context(passages[0])
    return [
        replace(
            record("", document=1 + n // 9, position=n % 9),
            words=s.words,
            grams=s.grams,
            chars=s.chars,
            title=title,
        )
        for n, s in enumerate(streams)
    ]


@pytest.fixture(scope="module")
def snapshots(
    given: list[Record], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> dict[str, Snapshot]:
    opened = {}
    here = [name for name in ENGINES if installed(name) and (name != "opensearch" or prepared())]
    for name in here:
        if name == "opensearch":
            request.getfixturevalue("cluster_address")
        folder = tmp_path_factory.mktemp(name) / "index"
        writer = engine(name).create(folder, memory=MEMORY, processes=1)
        writer.add(given)
        writer.commit()
        opened[name] = engine(name).open(folder)
    return opened


def runs(passages: Sequence[str], number: int, longest: int) -> list[str]:
    chance = random.Random(number)
    found = []
    for _ in range(number):
        passage = chance.choice(passages)
        length = chance.randint(1, longest)
        start = chance.randrange(len(passage))
        found.append(passage[start : start + length])
    return found


def rank(analyzer: Analyzer, normal: str) -> list[RankTerm]:
    streams = analyzer.streams(normal)
    weights: dict[Stream, float] = {"words": 1.0, "grams": 0.7, "chars": 0.5}
    return [
        RankTerm(stream, token, weight)
        for stream, weight in weights.items()
        for token in dict.fromkeys(getattr(streams, stream).split())
    ]


@pytest.mark.parametrize("name", ENGINES)
def test_a_run_is_found_exactly_where_it_stands(
    snapshots: dict[str, Snapshot],
    analyzer: Analyzer,
    passages: list[str],
    given: list[Record],
    name: str,
) -> None:
    if name not in snapshots:
        pytest.skip(f"{name} cannot run here")
    normals = [analyzer.normal_text(passage) for passage in passages]
    for run in runs(passages, 300, 8):
        wanted = analyzer.normal_text(run)
        if not wanted:
            continue
        grams = analyzer.grams(wanted)
        condition = TokenPhrase("grams", tuple(grams)) if grams else TokenPhrase("chars", (wanted,))
        keys = [r.key for r, normal in zip(given, normals, strict=True) if wanted in normal]
        assert snapshots[name].keys(condition) == keys, run


@pytest.mark.parametrize("name", OTHERS)
def test_the_first_ten_are_the_same_on_all_engines(
    snapshots: dict[str, Snapshot], analyzer: Analyzer, passages: list[str], name: str
) -> None:
    """But for the order of neighbours whose scores differ by less than 0.01 %."""
    if name not in snapshots:
        pytest.skip(f"{name} cannot run here")
    for question in runs(passages, 150, 30):
        normal = analyzer.normal_text(question)
        if not normal:
            continue
        condition = AnyToken("chars", tuple(normal.replace("·", "")))
        pages: list[list[Hit]] = [
            snapshots[which].search(condition, rank(analyzer, normal), limit=10) for which in ("whoosh", name)
        ]
        assert snapshots["whoosh"].count(condition) == snapshots[name].count(condition)
        assert [hit.score for hit in pages[1]] == pytest.approx([hit.score for hit in pages[0]], rel=1e-4)
        clear = all(a.score > b.score * 1.0001 for a, b in pairwise(pages[0]))
        if clear:
            assert [hit.key for hit in pages[1]] == [hit.key for hit in pages[0]], question


def test_an_engine_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(EngineError, match=r"lucene.*whoosh, tantivy, opensearch"):
        engine("lucene")
    assert not installed("lucene")


def test_an_engine_whose_library_is_missing_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "tantivy", replace(ENGINES["tantivy"], library="no_such_library"))
    with pytest.raises(EngineMissingError, match=r"no_such_library is not installed.*pip install"):
        engine("tantivy")
