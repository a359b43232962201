"""All of a result as a file, lists and statistics for programs."""

from __future__ import annotations

import csv
import io
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from flask.testing import FlaskClient
from serving import served
from werkzeug.test import TestResponse

from index.archive import Archive
from index.reloading import LiveArchive
from index.requests import SearchRequest
from index.results import to_json
from index.search.export import Form
from web.app import create_app
from web.downloads import Downloads
from web.errors import WordedError
from web.limits import LongAnswers
from web.pages import results

SEED = "000_ea956ef4aa722372.txt"


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    response = client.get(address)
    assert response.status_code == status, response.get_data(as_text=True)
    return json.loads(response.data)


def download(client: FlaskClient, address: str) -> TestResponse:
    """A file, read to its end."""
    return client.get(address, buffered=True)


def test_a_concordance_has_every_place(client: FlaskClient) -> None:
    response = download(client, "/api/v1/export?q=派出所所长&match=exact&limit=1&offset=5&context=4")
    assert response.mimetype == "text/csv"
    assert "attachment" in response.headers["Content-Disposition"]
    assert "juanzong-派出所所长.csv" in unquote(response.headers["Content-Disposition"])
    assert response.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))
    counted = get(client, "/api/v1/search?q=派出所所长&match=exact&counts=1")["occurrences"]
    assert len(rows) == counted == 33
    assert {row["hit"] for row in rows} == {"派出所所长"}
    assert max(len(row["right"]) for row in rows) == 4


def test_a_line_of_ndjson_is_a_hit_of_the_search(client: FlaskClient) -> None:
    response = download(client, "/export?q=所长&format=ndjson&author=姚天民")
    assert response.mimetype == "application/x-ndjson"
    searched = get(client, "/api/v1/search?q=所长&author=姚天民&limit=100")
    found = [json.loads(line) for line in response.text.splitlines()]
    assert [hit.pop("link") for hit in found] == [
        f"http://localhost/p/{hit['passage_id']}" for hit in searched["hits"]
    ]
    assert all(hit.pop("citation").endswith(".") for hit in found)
    assert found == searched["hits"]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ("", "missing_parameter"),
        ("q=+", "missing_parameter"),
        ("q=所长&format=pdf", "bad_parameter"),
        ("q=所长&context=1001", "bad_parameter"),
    ],
)
def test_what_cannot_be_exported_is_said(client: FlaskClient, parameters: str, code: str) -> None:
    assert get(client, f"/api/v1/export?{parameters}", 400)["error"]["code"] == code
    assert client.get(f"/export?{parameters}").mimetype == "text/html"


def test_more_than_a_file_may_have_is_an_error_and_never_a_part(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(LiveArchive(home).get)
    app.config["DOWNLOADS"] = Downloads(most=3)
    client = app.test_client()
    assert get(client, "/api/v1/export?q=所长", 400)["error"]["code"] == "too_much_to_download"
    assert "一个文件最多 3 个" in client.get("/export?q=所长").text
    assert download(client, "/export?q=见字如面").status_code == 200
    app.config["LONG_ANSWERS"] = LongAnswers(long=0, most=0)
    assert get(client, "/api/v1/export?q=见字如面", 400)["error"]["code"] == "takes_too_long"
    # The page says so before anybody asks.
    app.config["LONG_ANSWERS"] = LongAnswers()
    assert "juanzong export" not in client.get("/search?q=所长").text
    monkeypatch.setattr(results, "MOST_PASSAGES", 3)
    assert "此处最多下载 3 个段落" in client.get("/search?q=所长").text
    assert "/export?" not in client.get("/search?q=所长").text


def test_the_page_links_to_all_of_its_result(client: FlaskClient) -> None:
    page = client.get("/search?q=所长&author=姚天民&sort=order&offset=2&limit=10&counts=1").text
    for form in ("csv", "ndjson", "xlsx"):
        author = "%E5%A7%9A%E5%A4%A9%E6%B0%91"
        link = f"/export?q=%E6%89%80%E9%95%BF&amp;sort=order&amp;author={author}&amp;format={form}"
        assert f'href="{link}"' in page
    assert "/export?" not in client.get("/search?q=尉迟恭&match=exact").text


def test_a_query_that_is_no_name_of_a_file_has_another_one(client: FlaskClient) -> None:
    named = download(client, '/export?q="../../../"').headers["Content-Disposition"]
    assert named.endswith("filename=juanzong.csv")


# --- files that are sent slowly -----------------------------------------------------------------------------


class Endless(Archive):
    """Its file has 30 MB, more than any connection takes on its way."""

    def export(
        self, request: SearchRequest, form: Form, context: int, address: str = ""
    ) -> Iterator[str | bytes]:
        return ("卷宗" * 500 + "\n" for _ in range(10_000))


@pytest.fixture
def slow_site(home: Path) -> Iterator[tuple[str, int]]:
    """The host and port of a real server with two threads and room for three files."""
    app = create_app(lambda: archive)
    app.config["DOWNLOADS"] = Downloads(at_once=3)
    with Endless.open(home) as archive, served(app, threads=2) as address:
        yield address


def ask(site: tuple[str, int], address: str, method: str = "GET") -> socket.socket:
    connection = socket.create_connection(site, timeout=30)
    connection.sendall(f"{method} {address} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
    return connection


def status(connection: socket.socket) -> bytes:
    """The first line of the answer; what follows it is not read."""
    return connection.recv(12)


EXPORT = "/export?q=%E5%8D%B7%E5%AE%97"


def test_readers_that_take_a_file_slowly_keep_no_thread(slow_site: tuple[str, int]) -> None:
    slow = [ask(slow_site, EXPORT) for _ in range(3)]
    assert [status(connection) for connection in slow] == [b"HTTP/1.1 200"] * 3
    with ask(slow_site, "/help") as other:
        assert status(other) == b"HTTP/1.1 200"
    with ask(slow_site, EXPORT) as fourth:
        assert status(fourth) == b"HTTP/1.1 503"
    received = sum(iter(lambda: len(slow[0].recv(1_000_000)), 0))
    assert received > 30_000_000  # whole, however long it took
    with ask(slow_site, EXPORT) as next_one:
        assert status(next_one) == b"HTTP/1.1 200"
    for connection in slow:
        connection.close()


def test_a_file_that_nobody_takes_gives_back_its_place(slow_site: tuple[str, int]) -> None:
    for _ in range(5):
        with ask(slow_site, EXPORT, "HEAD") as connection:
            assert status(connection) == b"HTTP/1.1 200"
            while connection.recv(1000):
                pass


def test_a_file_that_cannot_be_made_gives_back_its_place() -> None:
    downloads = Downloads(at_once=1)

    def broken() -> Iterator[str]:
        yield "卷"
        raise WordedError("crowded")

    for _ in range(2):
        with pytest.raises(WordedError):
            downloads.file(broken())
    made = downloads.file(["卷", "宗"])
    with pytest.raises(WordedError) as refused:
        downloads.file([])
    assert refused.value.code == "crowded"
    assert made.read().decode() == "卷宗"
    made.close()
    made.close()
    downloads.file([]).close()


# --- lists and statistics -----------------------------------------------------------------------------------


def test_documents_are_listed_in_pages(client: FlaskClient) -> None:
    body = get(client, "/api/v1/documents")
    assert (body["total"], body["offset"], len(body["documents"])) == (6, 0, 6)
    assert set(body["documents"][0]) == {
        *("id", "title", "author", "date", "path", "collection", "characters", "passages"),
        *("date_written", "date_guessed", "source", "edition", "page", "language", "rights"),
    }
    page = get(client, "/api/v1/documents?limit=2&offset=3")
    assert (page["total"], page["offset"]) == (6, 3)
    assert page["documents"] == body["documents"][3:5]
    assert get(client, "/api/v1/documents?offset=999999999")["documents"] == []


def test_a_list_of_documents_takes_the_filters_of_a_search(client: FlaskClient) -> None:
    def ids(parameters: str) -> list[str]:
        return [d["id"] for d in get(client, f"/api/v1/documents?{parameters}")["documents"]]

    assert ids("year=1949&year=1956") == ["信/../甲", "信//乙?#%"]
    assert ids("author=姚天民") == [SEED]
    assert ids("collection=史部") == ["史部/标记 & <b>.txt", "史部/正史/卷一.txt"]
    assert ids("document=长文&document=none") == ["长文"]
    assert ids("collection=史部&year=1949") == []


@pytest.mark.parametrize("parameters", ["limit=101", "offset=-1", "year=x", "q=所长"])
def test_a_parameter_that_a_list_does_not_take_is_said(client: FlaskClient, parameters: str) -> None:
    assert get(client, f"/api/v1/documents?{parameters}", 400)["error"]["code"] == "bad_parameter"


def test_statistics_are_those_of_the_terminal_without_the_folder_of_the_server(
    client: FlaskClient, home: Path
) -> None:
    body = get(client, "/api/v1/stats")
    told = to_json(LiveArchive(home).get().stats())
    assert told["source_folder"]
    assert body == {**told, "source_folder": None}
