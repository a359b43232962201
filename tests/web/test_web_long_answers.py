"""Answers that take long leave room for others, end in time, and are not made for nobody."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from serving import served

from archive.errors import JuanzongError
from index.reloading import LiveArchive
from index.search import document_reading
from index.search.cancellation import still_wanted
from web.app import create_app
from web.connections import Channel
from web.errors import RefusedError, WordedError
from web.limits import LongAnswers


def waits() -> bool:
    return False


def in_a_thread(work: Callable[[], Any]) -> Any:
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except JuanzongError as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    return results[0]


def test_a_long_answer_is_refused_while_as_many_as_may_are_made() -> None:
    long_answers = LongAnswers(at_once=1, long=0)

    def long_answer() -> str:
        with long_answers.watched(waits):
            still_wanted()
            still_wanted()
        return "made"

    with ExitStack() as others:
        others.enter_context(long_answers.watched(waits))
        assert in_a_thread(long_answer) == "made"  # the first has not become long yet
        still_wanted()
        assert in_a_thread(long_answer).code == "crowded"
        assert in_a_thread(long_answer).code == "crowded"
    assert in_a_thread(long_answer) == "made"


def test_a_short_answer_is_made_however_many_long_ones_are() -> None:
    long_answers = LongAnswers(at_once=0, long=60)
    with long_answers.watched(waits):
        still_wanted()


def test_an_answer_ends_when_it_takes_longer_than_any_may_or_nobody_waits_any_more() -> None:
    long_answers = LongAnswers(at_once=1, long=0, most=0)
    with pytest.raises(RefusedError, match="more than 0 seconds of work"), long_answers.watched(waits):
        still_wanted()
    with pytest.raises(WordedError) as gone, long_answers.watched(lambda: True):
        still_wanted()
    assert gone.value.code == "client_gone"
    still_wanted()  # watched no more


def test_counting_that_takes_too_long_is_an_error_with_a_way_out_and_the_search_is_none(home: Path) -> None:
    app = create_app(LiveArchive(home).get)
    app.config["LONG_ANSWERS"] = LongAnswers(long=0, most=0)
    client = app.test_client()
    assert client.get("/api/v1/search?q=所长").status_code == 200
    refused = client.get("/api/v1/search?q=所长&counts=1")
    assert refused.status_code == 400
    assert json.loads(refused.data)["error"]["code"] == "takes_too_long"
    page = client.get("/search?q=所长&counts=1")
    assert page.status_code == 400
    assert "也可以在终端检索，没有时限" in page.text
    app.config["LONG_ANSWERS"] = LongAnswers(long=0)
    assert json.loads(client.get("/api/v1/search?q=所长&counts=1").data)["occurrences"] > 0


def test_a_crowded_server_says_so_and_is_tried_again(home: Path) -> None:
    app = create_app(LiveArchive(home).get)
    app.config["LONG_ANSWERS"] = LongAnswers(at_once=0, long=0)
    refused = app.test_client().get("/api/v1/search?q=所长&counts=1")
    assert (refused.status_code, json.loads(refused.data)["error"]["code"]) == (503, "crowded")
    assert "请稍后再试" in app.test_client().get("/search?q=所长&counts=1").text


@pytest.fixture
def watched_connection() -> Iterator[tuple[socket.socket, threading.Event, threading.Event]]:
    """A connection to a real server whose application waits until told, or until the client has hung up."""
    told, gone, started = threading.Event(), threading.Event(), threading.Event()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        started.set()
        while not told.wait(0.01):
            if environ["waitress.client_disconnected"]():
                gone.set()
                break
        start_response("200 OK", [("Content-Length", "4")])
        return [b"made"]

    with served(application, threads=1, channel=Channel) as address:
        connection = socket.create_connection(address, timeout=10)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert started.wait(10)
        yield connection, told, gone
        told.set()
        connection.close()


def test_a_client_that_hangs_up_is_noticed_while_its_answer_is_made(
    watched_connection: tuple[socket.socket, threading.Event, threading.Event],
) -> None:
    connection, _, gone = watched_connection
    assert not gone.wait(0.2)
    connection.close()
    assert gone.wait(10)


def test_a_client_that_waits_or_has_asked_already_what_comes_next_is_not_gone(
    watched_connection: tuple[socket.socket, threading.Event, threading.Event],
) -> None:
    connection, told, gone = watched_connection
    connection.sendall(b"GET /next HTTP/1.1\r\nHost: a\r\n\r\n")
    assert not gone.wait(0.2)
    told.set()
    received = b""
    while received.count(b"made") < 2:
        received += connection.recv(1000)
    assert not gone.is_set()


def test_a_client_that_has_closed_its_half_of_the_connection_has_short_answers(site: str) -> None:
    """``printf 'GET …' | nc -N`` does so. From a long answer it cannot be told from one that has gone."""
    where = urlsplit(site)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(b"GET /help HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while data := connection.recv(65536):
            received += data
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert received.endswith(b"</html>")


def test_marking_a_long_document_may_take_no_longer_than_another_answer(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_reading, "LONG", 1_000)
    app = create_app(LiveArchive(home).get)
    client = app.test_client()
    document = json.loads(client.get("/api/v1/search?q=所长&limit=1").data)["hits"][0]["document"]["id"]
    assert client.get(f"/documents/{document}?q=所长").status_code == 200
    app.config["LONG_ANSWERS"] = LongAnswers(long=0, most=0)
    assert client.get(f"/documents/{document}?q=所长").status_code == 400
