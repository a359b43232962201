"""Other sites that may read the API or frame a page; browsers that offer the archive as a search engine."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from index.reloading import LiveArchive
from web.app import create_app
from web.errors import ServeError
from web.limits import Origins
from web.serve import serve

SITE = "https://www.example.org"


@pytest.fixture(scope="module")
def shared(home: Path) -> FlaskClient:
    origins = Origins(["HTTPS://www.example.org:443", "http://localhost:3000"], ["https://a.example", SITE])
    return create_app(LiveArchive(home).get, origins=origins).test_client(use_cookies=False)


@pytest.mark.parametrize("origin", [SITE, "http://localhost:3000"])
@pytest.mark.parametrize(
    "address", ["/api/v1/search?q=所长", "/api/v1/passages/none", "/api/v1/export?q=所长"]
)
def test_pages_of_an_allowed_site_read_the_api(shared: FlaskClient, origin: str, address: str) -> None:
    headers = shared.get(address, headers={"Origin": origin}, buffered=True).headers
    assert headers["Access-Control-Allow-Origin"] == origin
    assert "Origin" in headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in headers


@pytest.mark.parametrize(
    "origin", ["null", "https://www.example.org.evil.example", "http://www.example.org", f"{SITE}:444", ""]
)
def test_pages_of_other_sites_do_not(shared: FlaskClient, origin: str) -> None:
    answer = shared.get("/api/v1/search?q=所长", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "address", ["/", "/search?q=所长", "/healthz", "/api", "/original/长文", "/export?q=所长"]
)
def test_only_the_api_is_read(shared: FlaskClient, address: str) -> None:
    assert (
        "Access-Control-Allow-Origin"
        not in shared.get(address, headers={"Origin": SITE}, buffered=True).headers
    )


def test_nothing_but_get_is_offered_to_them(shared: FlaskClient) -> None:
    asked = {"Origin": SITE, "Access-Control-Request-Method": "POST"}
    assert shared.options("/api/v1/search", headers=asked).headers["Access-Control-Allow-Methods"] == "GET"
    assert shared.post("/api/v1/search?q=所长", headers={"Origin": SITE}).status_code == 405


def test_a_known_answer_is_still_shared(shared: FlaskClient) -> None:
    tag = shared.get("/api/v1/search?q=所长").headers["ETag"]
    again = shared.get("/api/v1/search?q=所长", headers={"Origin": SITE, "If-None-Match": tag})
    assert (again.status_code, again.headers["Access-Control-Allow-Origin"]) == (304, SITE)


def test_pages_may_be_framed_by_the_sites_that_are_named(shared: FlaskClient, client: FlaskClient) -> None:
    headers = shared.get("/search?q=所长").headers
    assert headers["Content-Security-Policy"].endswith(f"frame-ancestors https://a.example {SITE}")
    assert "X-Frame-Options" not in headers
    plain = client.get("/search?q=所长", headers={"Origin": SITE}).headers
    assert plain["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert plain["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in plain


@pytest.mark.parametrize(
    "given",
    [
        *(
            "*",
            "null",
            "",
            "www.example.org",
            "https://",
            "https://www.example.org/",
            "https://*.example.org",
        ),
        *("https://a.example/path", "https://user@a.example", "ftp://a.example", "https://a.example:99999"),
        *("https://a.example; script-src *", "https://a.example https://b.example", "https://例.example"),
        *("https://a.example\r\nX: y", "https://.a.example", "https://a..example", "javascript:alert(1)"),
    ],
)
def test_what_is_not_an_origin_is_refused(tmp_path: Path, given: str) -> None:
    with pytest.raises(ServeError, match=r"not the origin of a site.*--cors https://www\.example\.org"):
        serve(tmp_path, port=0, cors=[given])
    with pytest.raises(
        ServeError, match=r"not the origin of a site.*--allow-frame https://www\.example\.org"
    ):
        serve(tmp_path, port=0, allow_frames=[given])


@pytest.mark.parametrize("options", [{"cors": [SITE]}, {"allow_frames": [SITE]}])
def test_where_texts_are_corrected_nobody_else_is_let_in(
    tmp_path: Path, options: dict[str, list[str]]
) -> None:
    with pytest.raises(ServeError, match="for this machine alone"):
        serve(tmp_path, port=0, edit=True, **options)  # type: ignore[arg-type]


# --- a search engine of the browser -------------------------------------------------------------------------


def test_a_browser_finds_the_description_and_what_it_needs(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    link = re.search(r'<link rel="search" href="([^"]+)" type="([^"]+)" title="Juanzong">', page)
    assert link is not None
    described = client.get(link[1], base_url="http://archive.example:8000/texts")
    assert described.mimetype == link[2] == "application/opensearchdescription+xml"
    space = "{http://a9.com/-/spec/opensearch/1.1/}"
    root = ElementTree.fromstring(described.data)
    assert len(root.findtext(f"{space}ShortName") or "") <= 16
    urls = {url.get("type"): url.get("template") for url in root.iter(f"{space}Url")}
    assert urls["text/html"] == "http://archive.example:8000/texts/search?q={searchTerms}"
    assert (urls["application/x-suggestions+json"] or "").endswith("/texts/suggestions?q={searchTerms}")
    image = root.findtext(f"{space}Image") or ""
    assert client.get(image.partition("/texts")[2], buffered=True).status_code == 200


def test_suggestions_have_the_form_that_browsers_read(client: FlaskClient) -> None:
    answer = client.get("/suggestions?q=派出")
    assert answer.mimetype == "application/x-suggestions+json"
    typed, found = json.loads(answer.data)
    assert typed == "派出"
    assert "派出所" in found
    assert json.loads(client.get("/suggestions").data) == ["", []]


# --- the page to try the API --------------------------------------------------------------------------------


class Forms(HTMLParser):
    """The forms of a page: where each leads, and the names of its controls."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self.feed(page[page.index("<main") :])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.found.append((given["action"], []))
        elif "name" in given:
            self.found[-1][1].append((given["name"], given.get("value", "")))


def test_the_page_has_a_form_for_each_address(client: FlaskClient) -> None:
    forms = Forms(client.get("/api").text).found
    paths = json.loads(client.get("/api/v1/openapi.json").data)["paths"]
    assert len(forms) == len(paths)
    for (action, controls), (path, methods) in zip(forms, paths.items(), strict=True):
        parameters = [one["name"] for one in methods["get"]["parameters"]]
        named = {} if action == path else {"path": path}
        values = dict(controls)
        assert values == {**dict.fromkeys(parameters, ""), **values}
        assert set(values) == {*parameters, *named}


def test_every_form_is_answered_without_a_script(client: FlaskClient) -> None:
    passage = json.loads(client.get("/api/v1/search?q=见字如面").data)["hits"][0]
    known = {
        "q": "见字",
        "passage_id": passage["passage_id"],
        "document_id": "长文",
        "document": "长文",
        "id": "信/../甲",
        "facet": "author",
    }
    for action, controls in Forms(client.get("/api").text).found:
        listed = action.endswith("/api/v1/documents")  # it takes no query, and says so
        sent = [
            (name, value if name == "path" else "" if listed and name == "q" else known.get(name, ""))
            for name, value in controls
        ]
        answer = client.get(action, query_string=sent, follow_redirects=True, buffered=True)
        assert answer.status_code == 200, (action, answer.text)
        assert answer.mimetype != "text/html"


def test_a_form_leads_nowhere_else(client: FlaskClient) -> None:
    for path in ("https://evil.example/", "//evil.example", "/nowhere"):
        assert client.get("/api", query_string={"path": path}).status_code == 400
    odd = {"path": "/api/v1/passages/{passage_id}", "passage_id": "../../..//evil.example", "lang": "en"}
    assert client.get("/api", query_string=odd).location.startswith("/api/v1/passages/")
