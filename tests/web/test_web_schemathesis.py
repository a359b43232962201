"""Schemathesis asks the API what its OpenAPI document allows: no 500, no answer that it does not describe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from index.archive import Archive
from index.build import rebuild
from index.errors import ArchiveMissingError
from index.reloading import LiveArchive
from index.requests import SearchRequest
from web.app import create_app

# The same cases each time: a change of ours is tried, not the luck of a seed.
SETTINGS = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def failing() -> Archive:
    raise ArchiveMissingError("There is none.")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    (folder / "texts").mkdir()
    for number in range(12):
        text = f"第{number}街见闻\n\n街上的派出所换了新的门牌。\n\n老街背后的事，说来话长。\n"
        (folder / "texts" / f"{number}.txt").write_text(text, "utf-8")
    rebuild(folder / "home", folder / "texts", engine="whoosh")
    return folder / "home"


@pytest.fixture(scope="module")
def real(home: Path) -> dict[str, str]:
    """Ids that are in the archive, by the names that the document gives them."""
    with Archive.open(home) as archive:
        hit = archive.search(SearchRequest("派出所")).hits[0]
    return {"passage_id": hit.passage_id, "document_id": hit.document.id, "id": hit.passage_id}


@pytest.fixture(scope="module")
def described(home: Path) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", create_app(LiveArchive(home).get))


DOCUMENT: Any = create_app(failing).test_client().get("/api/v1/openapi.json").json


@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_every_answer_is_as_the_document_says(path: str, described: Any, real: dict[str, str]) -> None:
    @SETTINGS
    @given(described[path]["GET"].as_strategy())
    def ask(case: Any) -> None:
        if case.path_parameters and len(str(case.query)) % 2:
            case.path_parameters = {
                name: real.get(name, value) for name, value in case.path_parameters.items()
            }
        case.call_and_validate(checks=CHECKS)

    ask()
