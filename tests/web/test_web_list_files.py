"""Lists of folders, authors, documents and values of a filter as files, whole, as the page arranges them."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

PAGES = {
    "/browse/folders": ["value", "label", "count"],
    "/browse/authors": ["value", "label", "count"],
    "/documents": ["id", "path", "title", "author", "date"],
    "/values?facet=document&q=" + quote("见字"): ["value", "label", "count"],
}


def rows(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


@pytest.mark.parametrize(("page", "header"), PAGES.items())
def test_each_list_leads_to_its_file_in_three_forms(
    client: FlaskClient, page: str, header: list[str]
) -> None:
    links = [
        unescape(link)
        for link in re.findall(r'href="([^"]+format=(?:csv|ndjson|xlsx))"', client.get(page).text)
    ]
    assert len(links) >= 3
    head, *lines = rows(
        client, next(link for link in links if link.partition("?")[0] == page.partition("?")[0])
    )
    assert head[: len(header)] == header
    assert lines
    records = [json.loads(line) for line in client.get(links[-2]).text.splitlines()]
    assert records
    assert client.get(links[-1]).data.startswith(b"PK")


def test_a_file_has_the_folders_below_the_one_that_is_shown_and_what_the_filter_leaves(
    client: FlaskClient,
) -> None:
    assert [row[0] for row in rows(client, "/browse/folders?format=csv")][1:] == ["史部", "史部/正史"]
    assert [row[0] for row in rows(client, "/browse/folders?in=史部&format=csv")][1:] == ["史部/正史"]
    found = [row[2] for row in rows(client, "/documents?format=csv&by=pinyin")[1:]]
    assert found[1:4] == ["第一封信", "第二封信", "高祖本紀"]  # numerals by their value
    found = [row[2] for row in rows(client, "/documents?format=csv&filter=信&by=pinyin")[1:]]
    assert found == ["第一封信", "第二封信"]
    assert len(rows(client, "/documents?format=csv&collection=史部")) == 3
    assert len(rows(client, "/documents?format=csv&author=编辑")) == 2


def test_another_form_is_refused(client: FlaskClient) -> None:
    assert client.get("/browse/authors?format=pdf").status_code == 400
