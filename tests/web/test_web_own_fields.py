"""A field of the owner's own in the browser and the API: filter, facet, reading page, correction."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own-fields") / "texts"
    folder.mkdir()
    for name, author in {"甲": "译者甲", "乙": "译者乙", "丙": ""}.items():
        (folder / f"{name}.txt").write_text(f"{name}\n\n派出所的门牌换了新的。\n", "utf-8")
        (folder / f"{name}.txt.juanzong.toml").write_text(f'译者 = "{author}"\n', "utf-8")
    (folder / "juanzong.toml").write_text('fields = ["译者"]\n', "utf-8")
    rebuild(folder.parent / "home", folder)
    return folder


@pytest.fixture(scope="module")
def client(texts: Path) -> FlaskClient:
    return create_app(LiveArchive(texts.parent / "home").get, edit=True).test_client()


def test_the_api_filters_counts_and_sorts_by_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/search?q=派出所&field=译者:译者甲&facets=译者&sort=译者").get_json()
    assert [hit["document"]["fields"] for hit in answer["hits"]] == [{"译者": "译者甲"}]
    assert answer["facets"]["译者"] == [{"value": "译者甲", "label": "译者甲", "count": 1}]
    values = client.get("/api/v1/values?q=派出所&facet=译者").get_json()
    assert values["total"] == 2
    for wrong in ("sort=colour", "facets=colour", "field=colour:red", "field=译者"):
        assert client.get(f"/api/v1/search?q=派出所&{wrong}").status_code == 400


def test_the_pages_offer_and_show_it(client: FlaskClient) -> None:
    page = client.get("/search?q=派出所").get_data(as_text=True)
    links = [unescape(link) for link in re.findall(r'href="([^"]*field=[^"]*)"', page)]
    narrowed = client.get(next(one for one in links if "译者甲" in unquote(one))).get_data(as_text=True)
    assert "译者: 译者甲" in narrowed
    assert "译者: 译者乙" not in narrowed
    assert "<dt>译者</dt>" in client.get("/documents/甲.txt").get_data(as_text=True)


def test_places_are_counted_by_it(client: FlaskClient) -> None:
    rows = client.get("/api/v1/distribution?q=派出所&by=译者").get_json()["rows"]
    assert {row["value"]: row["counts"] for row in rows} == {"译者甲": [1], "译者乙": [1], None: [1]}
    groups = client.get("/api/v1/concordance?q=派出所&group=译者").get_json()["groups"]
    assert {(group["value"], group["count"]) for group in groups} == {("译者甲", 1), ("译者乙", 1)}
    for wrong in ("distribution?by=colour", "concordance?group=colour", "concordance?sort=译者"):
        assert client.get(f"/api/v1/{wrong}&q=派出所").status_code == 400


def test_the_description_of_the_api_names_it_where_it_is_taken(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").get_json()["paths"]
    named = {
        (path.rpartition("/")[2], parameter["name"])
        for path, operations in paths.items()
        for parameter in operations["get"]["parameters"]
        if "译者" in parameter["schema"].get("items", parameter["schema"]).get("enum", ())
    }
    taken = {("search", "sort"), ("search", "facets"), ("concordance", "group"), ("distribution", "by")}
    assert named >= taken | {("values", "facet")}
    assert named.isdisjoint({("concordance", "sort"), ("values", "by"), ("search", "match")})
    assert "<option>译者</option>" in client.get("/api").get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("/distribution?q=派出所&by=译者", "译者: 译者甲"),
        ("/concordance?q=派出所&group=译者", "<strong>1</strong>"),
    ],
)
def test_a_count_leads_to_what_it_counts(client: FlaskClient, address: str, one: str) -> None:
    page = client.get(address).get_data(as_text=True)
    links = [unescape(link) for link in re.findall(r'href="([^"]*field=[^"]*)"', page)]
    narrowed = client.get(next(link for link in links if "译者甲" in unquote(link))).get_data(as_text=True)
    assert one in narrowed
    assert "译者</" in client.get(address.replace("译者", "author")).get_data(as_text=True)


def test_its_distribution_is_a_file(client: FlaskClient) -> None:
    answer = client.get("/distribution/export?q=派出所&by=译者&format=csv")
    assert "译者甲" in answer.get_data(as_text=True)


def test_the_owner_gives_it_a_value(client: FlaskClient, texts: Path) -> None:
    form = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', client.get("/correct/丙.txt").get_data(True)))
    assert form["译者"] == ""
    assert client.post("/correct/丙.txt", data={**form, "译者": "译者丙"}).status_code == 303
    assert '"译者" = "译者丙"' in (texts / "丙.txt.juanzong.toml").read_text("utf-8")
    assert client.get("/api/v1/search?q=译者:译者丙").get_json()["total"] == 1
