"""The query card as a page and as JSON."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient


def test_a_result_leads_to_its_card(client: FlaskClient) -> None:
    assert 'href="/card?q=' in client.get("/search?q=派出所&offset=20&sort=date").text
    page = client.get("/card?q=派出所&author=姚天民")
    assert page.status_code == 200
    assert "juanzong search &#39;派出所&#39; --author &#39;姚天民&#39;" in page.text
    card = client.get("/api/v1/card?q=派出所&author=姚天民", base_url="http://archive.example").get_json()
    assert (card["total"], card["occurrences"]) == (4, 17)
    assert card["address"].startswith("http://archive.example/search?q=")
    assert client.get(card["address"].removeprefix("http://archive.example")).status_code == 200


def test_a_hostile_query_is_text(client: FlaskClient) -> None:
    page = client.get("/card", query_string={"q": "<script>alert(1)</script>\u202e" + "长" * 900})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert html.escape("<script>alert(1)") in page.text


def test_without_a_query_it_says_what_is_missing(client: FlaskClient) -> None:
    assert client.get("/card").status_code == 400
    assert client.get("/api/v1/card").get_json()["error"]["code"] == "missing_parameter"
    assert client.get("/api/v1/card?q=x&nothing=1").status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "/search",
        "/card",
        "/values?facet=author",
        "/concordance",
        "/collocates",
        "/distribution",
        "/documents/长文",
    ],
)
def test_every_page_with_a_query_says_what_of_it_was_not_understood(
    client: FlaskClient, address: str
) -> None:
    """The card, the values of a filter and the reading page did not."""
    page = client.get(f"{address}{'&' if '?' in address else '?'}q=派出所 AND (")
    assert page.status_code == 200
    assert page.text.count('<div class="problems" role="note">') == 1
    assert '<span class="query" lang="zh">派出所 <span class="problem">' in page.text


def test_an_exact_count_says_it_too(client: FlaskClient) -> None:
    asked = {"query_string": {"q": "派出所 AND ("}}
    counted = client.get("/api/v1/count", **asked).get_json()
    assert counted["problems"] == client.get("/api/v1/search", **asked).get_json()["problems"] != []
