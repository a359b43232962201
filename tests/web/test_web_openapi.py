"""The description of the API is made from its types; what each address answers is of its type."""

from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest
from flask.testing import FlaskClient

from archive.model import Said
from index.query.dates import days
from index.results import (
    ArchiveStats,
    Counted,
    Distribution,
    DocumentList,
    DocumentView,
    FacetValues,
    PassageHit,
    SearchResult,
    Suggestions,
    to_json,
)
from index.search.explain import Explanation
from web.api import ErrorAnswer, Health
from web.openapi import Addresses

ASKED = "q=派出所 所长&facets=author,document&counts=1"


def get(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(address).data)


@pytest.fixture
def described(client: FlaskClient) -> dict[str, Any]:
    document: dict[str, Any] = get(client, "/api/v1/openapi.json")
    return document


def test_every_address_of_the_api_is_described(client: FlaskClient, described: dict[str, Any]) -> None:
    rules = [rule.rule for rule in client.application.url_map.iter_rules()]
    served = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule) for rule in rules if rule.startswith("/api/v1")}
    assert set(described["paths"]) == served - {"/api/v1/openapi.json"} | {"/healthz"}
    listed = get(client, "/api/v1")
    assert client.get(listed["openapi"]).status_code == 200
    assert {address["path"] for address in listed["addresses"]} == set(described["paths"])
    assert all(address["about"] for address in listed["addresses"])


def test_the_page_to_try_the_api_is_in_the_language_of_its_reader(client: FlaskClient) -> None:
    for language, said in (("zh", "检索本库。"), ("zh-Hant", "檢索本庫。"), ("en", "Search the archive.")):
        assert f"</code> {said}<" in client.get(f"/api?lang={language}").get_data(as_text=True)


def test_each_reference_leads_to_a_schema(described: dict[str, Any]) -> None:
    references = set(re.findall(r'"\$ref": "#/components/schemas/(\w+)"', json.dumps(described)))
    assert {"SearchResult", "PassageHit", "DocumentRef", "Problem"} <= references
    assert references <= set(described["components"]["schemas"])


def test_each_described_parameter_is_taken_and_no_other(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    for path, operations in described["paths"].items():
        if path == "/healthz":
            continue
        parameters = operations["get"]["parameters"]
        assert set(re.findall(r"{(\w+)}", path)) == {p["name"] for p in parameters if p["in"] == "path"}
        address = re.sub("{.*?}", "x", path)
        for parameter in parameters:
            if parameter["in"] == "query":
                error = get(client, f"{address}?{parameter['name']}=").get("error", {})
                assert error.get("code") != "unknown_parameter"
        assert get(client, f"{address}?further=1")["error"]["code"] == "unknown_parameter"


def test_what_an_address_cannot_do_without_is_described_as_required(
    client: FlaskClient, described: dict[str, Any]
) -> None:
    for path, operations in described["paths"].items():
        required = [
            p["name"] for p in operations["get"]["parameters"] if p["in"] == "query" and p["required"]
        ]
        error = get(client, re.sub("{.*?}", "x", path)).get("error", {})
        named = re.findall(r"parameter (\w+) is missing|^(\w+)= is not", error.get("message", ""))
        assert [one or other for one, other in named] == required, path


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        (f"/api/v1/search?{ASKED}", SearchResult),
        ("/api/v1/search?q=派出所 林黛玉&match=all", SearchResult),
        ("/api/v1/search?q=date:光绪五十年 “所长", SearchResult),
        ("/api/v1/suggest?q=派", Suggestions),
        ("/api/v1/passages/{passage}?q=派出所", PassageHit),
        ("/api/v1/passages/{passage}/explain?q=派出所", Explanation),
        ("/api/v1/documents", DocumentList),
        ("/api/v1/count?q=派出所", Counted),
        ("/api/v1/values?facet=author", FacetValues),
        ("/api/v1/documents/{document}?q=派出所", DocumentView),
        ("/api/v1/documents/?id={document}", DocumentView),
        (f"/api/v1/distribution?by=collection&parts=5&{ASKED}", Distribution),
        ("/api/v1/cite?id={passage}", dict[str, str]),
        ("/api/v1/stats", ArchiveStats),
        ("/api/v1", Addresses),
        ("/healthz", Health),
        ("/api/v1/search", ErrorAnswer),
        ("/api/v1/documents/unknown", ErrorAnswer),
    ],
)
def test_what_is_answered_is_of_the_described_type(
    client: FlaskClient, described: dict[str, Any], address: str, kind: Any
) -> None:
    """Read as the type and written again it is the same: nothing is missing, nothing is beside it."""
    hit = get(client, f"/api/v1/search?{ASKED}")["hits"][0]
    answer = client.get(address.format(passage=hit["passage_id"], document=hit["document"]["id"])).data
    read = msgspec.json.decode(answer, type=kind, dec_hook=lambda _, text: Said(text))
    assert json.loads(json.dumps(to_json(read))) == json.loads(answer)
    if kind is ErrorAnswer:
        return
    (path,) = (
        path
        for path, operations in described["paths"].items()
        if re.fullmatch(re.sub("{.*?}", "[^/?]+", path), re.sub("{.*?}", "x", address).partition("?")[0])
    )
    schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    name = schema.get("$ref", "").rpartition("/")[2]
    assert name == kind.__name__ or schema == {"type": "object", "additionalProperties": {"type": "string"}}


def test_what_a_date_looks_like_is_described(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").get_json()
    parameters = document["paths"]["/api/v1/search"]["get"]["parameters"]
    (date,) = (one["schema"]["items"] for one in parameters if one["name"] == "date")
    for value in (*date["examples"], "..1945-08", "1937..1945", "=1937/1945", "1937-07-07"):
        assert re.search(date["pattern"], value)
        assert len(days(value)) == 4
        assert client.get(f"/api/v1/search?q=所&date={value}").status_code == 200
    for value in (
        "昨天",
        "1998-5",
        "..",
        "19980501",
        "1998..none",
        "1998/",
        "none..",
        " 1998",
        "/1998",
        "=",
        "",
    ):
        assert not re.search(date["pattern"], value)
        with pytest.raises(ValueError, match="not a date"):
            days(value)
