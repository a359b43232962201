"""The JSON API: a stable contract over a real archive."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from serving import failing

from index.build import rebuild
from index.errors import ArchiveMissingError
from index.reloading import LiveArchive
from web.app import create_app

SEED = "000_ea956ef4aa722372.txt"


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/json"
    return json.loads(response.data)


def test_a_search_answers_what_the_contract_names(client: FlaskClient) -> None:
    body = get(client, "/api/v1/search?q=派出所所长&match=exact&limit=3&counts=1&facets=author,document")
    assert set(body) == {
        *("query", "match", "understood", "relaxed", "engine", "took_ms", "total", "documents", "partial"),
        *("occurrences", "forms", "unit", "facet_by", "facets", "facet_values", "problems", "hits"),
    }
    assert (body["query"], body["match"], body["documents"], body["occurrences"]) == (
        *("派出所所长", "exact", 1, 33),
    )
    assert set(body["facets"]) == {"author", "document"}
    assert body["facet_values"] == {"author": len(body["facets"]["author"]), "document": 1}
    hit = body["hits"][0]
    assert set(hit) == {
        *("rank", "tier", "score", "passage_id", "kind", "document", "section", "author", "affiliation"),
        *("text", "spans", "source", "before", "after", "page"),
    }
    assert set(hit["document"]) == {
        *("id", "title", "author", "date", "date_written", "date_guessed", "path"),
        *("source", "edition", "page", "language", "rights"),
    }
    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3]
    assert all(hit["text"][a:b] == "派出所所长" for hit in body["hits"] for a, b in hit["spans"])


def test_chinese_is_sent_as_it_is(client: FlaskClient) -> None:
    assert "派出所" in client.get("/api/v1/search?q=派出所").get_data(as_text=True)


def test_filters_repeat_and_are_alternatives(client: FlaskClient) -> None:
    one = get(client, "/api/v1/search?q=所长&author=姚天民")["total"]
    other = get(client, "/api/v1/search?q=所长&author=陈琦")["total"]
    both = get(client, "/api/v1/search?q=所长&author=姚天民&author=陈琦")["total"]
    assert both == one + other > max(one, other) > 0


def test_empty_parameters_are_as_if_they_were_not_given(client: FlaskClient) -> None:
    plain = get(client, "/api/v1/search?q=所长")
    padded = get(
        client,
        "/api/v1/search?q=所长&match=&limit=&offset=&sort=&document=&author=&year=&collection=&facets=&counts=",
    )
    assert plain | {"took_ms": 0} == padded | {"took_ms": 0}


def test_any_offset_is_answered(client: FlaskClient) -> None:
    assert get(client, "/api/v1/search?q=所长&offset=999999999")["hits"] == []


def test_a_passage_is_found_by_its_id_and_marked_by_a_query(client: FlaskClient) -> None:
    hit = get(client, "/api/v1/search?q=学习意识&limit=1")["hits"][0]
    passage = get(client, f"/api/v1/passages/{hit['passage_id']}")
    assert passage["text"] == hit["text"]
    assert passage["spans"] == []
    marked = get(client, f"/api/v1/passages/{hit['passage_id']}?q=学习意识")
    assert marked["spans"] == hit["spans"] != []


def test_the_score_of_a_passage_is_explained(client: FlaskClient) -> None:
    hit = get(client, "/api/v1/search?q=学习意识&limit=1")["hits"][0]
    assert get(client, f"/api/v1/passages/{hit['passage_id']}/explain?q=学习意识")
    error = get(client, f"/api/v1/passages/{hit['passage_id']}/explain", 400)
    assert error["error"]["code"] == "missing_parameter"


def test_a_document_is_found_by_its_path(client: FlaskClient) -> None:
    body = get(client, f"/api/v1/documents/{SEED}?q=所长")
    assert sum(len(p["spans"]) for p in body["pieces"]) == 50
    assert sum(s["hits"] for s in body["sections"]) == 50


def test_a_document_with_an_odd_id_is_found_by_a_parameter(client: FlaskClient) -> None:
    for odd in ("信/../甲", "信//乙?#%"):
        assert get(client, f"/api/v1/documents/?id={quote(odd, safe='')}")["id"] == odd


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/search", 400, "missing_parameter"),
        ("/api/v1/search?q=", 400, "missing_parameter"),
        ("/api/v1/search?q=%20%E3%80%80", 400, "missing_parameter"),
        ("/api/v1/suggest", 400, "missing_parameter"),
        ("/api/v1/passages/0123456789abcdef/explain?q=", 400, "missing_parameter"),
        ("/api/v1/search?q=x&colection=史部", 400, "unknown_parameter"),
        ("/api/v1/search?q=x&foo", 400, "unknown_parameter"),
        ("/api/v1/suggest?q=x&match=any", 400, "unknown_parameter"),
        ("/api/v1/passages/0123456789abcdef?query=x", 400, "unknown_parameter"),
        ("/api/v1/passages/0123456789abcdef/explain?q=x&foo=", 400, "unknown_parameter"),
        ("/api/v1/documents/nothing?page=2", 400, "unknown_parameter"),
        ("/api/v1/documents?match=any", 400, "unknown_parameter"),
        ("/api/v1/export?q=x&form=csv", 400, "unknown_parameter"),
        ("/api/v1/stats?q=x", 400, "unknown_parameter"),
        ("/api/v1/search?q=x&limit=101", 400, "bad_parameter"),
        ("/api/v1/search?q=x&limit=abc", 400, "bad_parameter"),
        ("/api/v1/search?q=x&limit=１０", 400, "bad_parameter"),
        ("/api/v1/search?q=x&offset=-1", 400, "bad_parameter"),
        ("/api/v1/search?q=x&offset=99999999999999999999", 400, "bad_parameter"),
        ("/api/v1/search?q=x&match=foo", 400, "bad_parameter"),
        ("/api/v1/search?q=x&sort=foo", 400, "bad_parameter"),
        ("/api/v1/search?q=x&facets=author,foo", 400, "bad_parameter"),
        ("/api/v1/search?q=x&counts=maybe", 400, "bad_parameter"),
        (f"/api/v1/search?q={'派' * 1001}", 400, "query_too_long"),
        ("/api/v1/passages/0123456789abcdef", 404, "not_found"),
        ("/api/v1/passages/%00", 404, "not_found"),
        ("/api/v1/documents/nothing", 404, "not_found"),
        ("/api/v1/documents/", 400, "missing_parameter"),
        ("/api/v2/search", 404, "not_found"),
    ],
)
def test_errors_have_one_shape_a_code_and_a_fitting_status(
    client: FlaskClient, address: str, status: int, code: str
) -> None:
    body = get(client, address, status)
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "hint"}
    assert body["error"]["code"] == code
    assert body["error"]["message"]
    if status == 400:
        assert body["error"]["hint"]


def test_an_unknown_parameter_is_named_with_those_that_are_known(client: FlaskClient) -> None:
    error = get(client, "/api/v1/search?q=x&colection=史部", 400)["error"]
    assert "colection" in error["message"]
    assert "collection" in error["hint"]
    assert "none" in get(client, "/api/v1/stats?q=x", 400)["error"]["hint"]
    get(client, "/api/v1/search?q=x&lang=en")
    assert client.get("/search?q=x&utm_source=letter").status_code == 200


def test_a_filter_that_no_document_meets_is_said(client: FlaskClient) -> None:
    found = get(client, "/api/v1/search?q=高祖&collection=史部/")
    assert (found["total"] > 0, found["problems"]) == (True, [])
    for name, value in (("collection", "史"), ("author", "无名"), ("document", "甲"), ("year", "1911")):
        (problem,) = get(client, f"/api/v1/search?q=高祖&{name}={value}")["problems"]
        assert (problem["start"], problem["end"]) == (0, 0)
        assert value in problem["message"]
    # Also where another value of the same filter finds something.
    found = get(client, "/api/v1/search?q=高祖&collection=史部&collection=子部")
    assert (found["total"] > 0, len(found["problems"])) == (True, 1)
    for known in ("collection=史部/正史", "author=姚天民", "year=1949", "document=长文"):
        assert get(client, f"/api/v1/search?q=没有这样&{known}")["problems"] == []


def test_five_hundred_parentheses_are_answered_without_a_crash(client: FlaskClient) -> None:
    response = client.get("/api/v1/search?q=" + "(" * 400 + "派出所" + ")" * 400)
    assert response.status_code == 400
    assert json.loads(response.data)["error"]["hint"]


def test_other_methods_are_refused_in_the_same_shape(client: FlaskClient) -> None:
    response = client.post("/api/v1/search?q=x")
    assert response.status_code == 405
    assert json.loads(response.data)["error"]["code"] == "method_not_allowed"
    assert "GET" in response.headers["Allow"]


def test_health_tells_what_is_served_and_nothing_of_the_machine(client: FlaskClient) -> None:
    body = get(client, "/healthz")
    assert body["status"] == "ok"
    assert body["documents"] == 6
    assert set(body) == {"status", "generation", "engine", "documents", "passages"}


def test_without_an_archive_everything_says_what_to_run(tmp_path: Any) -> None:
    client = create_app(LiveArchive(tmp_path).get).test_client()
    for address in ("/api/v1/search?q=x", "/healthz"):
        error = get(client, address, 503)["error"]
        assert error["code"] == ArchiveMissingError.code
        assert "juanzong rebuild" in error["hint"]
    response = client.get("/")
    assert response.status_code == 503
    assert "juanzong rebuild" in response.get_data(as_text=True)


def test_a_failure_on_this_side_shows_no_traceback(caplog: pytest.LogCaptureFixture) -> None:
    client = failing(RuntimeError("secret of the machine"))
    body = client.get("/api/v1/search?q=x")
    assert body.status_code == 500
    assert json.loads(body.data)["error"]["code"] == "internal_error"
    page = client.get("/search?q=x")
    assert page.status_code == 500
    for response in (body, page):
        assert "secret" not in response.get_data(as_text=True)
    assert "secret of the machine" in caplog.text


def test_an_unchanged_answer_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/api/v1/search?q=所长").headers["ETag"]
    assert client.get("/api/v1/search?q=所长", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/api/v1/search?q=所", headers={"If-None-Match": tag}).status_code == 200


def test_a_new_generation_has_new_tags(tmp_path: Path) -> None:
    texts, home = tmp_path / "texts", tmp_path / "home"
    texts.mkdir()
    (texts / "一.txt").write_text("派出所", "utf-8")
    rebuild(home, texts, engine="whoosh")
    client = create_app(LiveArchive(home).get).test_client()
    before = client.get("/api/v1/search?q=所").headers["ETag"]
    rebuild(home, texts, engine="whoosh")
    assert client.get("/api/v1/search?q=所").headers["ETag"] != before
