"""What a query means, as data: ``cases/*.toml`` have documents, queries, and the expected passages."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive
from index.engines.registry import installed
from index.requests import SearchRequest

FILES = sorted((Path(__file__).parent / "cases").glob("*.toml"))


def cases(path: Path) -> Iterator[dict[str, Any]]:
    """The cases of a table; a line of ``[typed]`` is a query and what it finds, ``~`` if relaxed."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    yield from table.get("case", ())
    for query, found in table.get("typed", {}).items():
        finds = found.removeprefix("~").split()
        yield {"fact": f"typed: {query}", "query": query, "finds": finds, "relaxed": found[:1] == "~"}


CASES = [pytest.param(path, case, id=case["fact"]) for path in FILES for case in cases(path)]
OPTIONS = ("match", "as_written", "across", "within", "authors", "years", "documents", "collections")


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archives(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Path, Archive]]:
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    opened: dict[Path, Archive] = {}
    for path in FILES:
        documents = tomllib.loads(path.read_text(encoding="utf-8"))["documents"]
        records = [{"id": name, **fields} for name, fields in documents.items()]
        folder = tmp_path_factory.mktemp(path.stem)
        with archive_of(folder, {f"{path.stem}.jsonl": json_lines(records)}, request.param) as archive:
            opened[path] = Archive.open(archive.home.path)
    yield opened
    for archive in opened.values():
        archive.close()


@pytest.mark.parametrize(("path", "case"), CASES)
def test_searches_as_data(archives: dict[Path, Archive], path: Path, case: dict[str, Any]) -> None:
    archive = archives[path]
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in case.items()
        if name in OPTIONS
    }
    hits = everything(archive, case["query"], **options)
    found = [hit.document.id + ("" if hit.kind == "text" else f"/{hit.kind}") for hit in hits]
    assert sorted(found) == sorted(case["finds"])
    result = archive.search(SearchRequest(case["query"], **options))
    assert result.relaxed == case.get("relaxed", False)
    assert result.documents == len({hit.document.id for hit in hits})
    if "says" in case:
        assert [problem.code for problem in result.problems] == case["says"]
    if "marks" in case:
        marks = {hit.text[start:end] for hit in hits for start, end in hit.spans}
        assert marks == set(case["marks"])
