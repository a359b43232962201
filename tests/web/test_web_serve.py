"""A real server in a process of its own, on a real port."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from serving import serving

from index.build import rebuild
from web.errors import ServeError
from web.serve import listen, serve

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="one process serves where none can be forked")


def ask(
    site: str, path: str, headers: dict[str, str] | None = None, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    where = urlsplit(site)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    try:
        connection.request(method, path, headers=headers or {})
        response = connection.getresponse()
        return (
            response.status,
            {name.lower(): value for name, value in response.getheaders()},
            response.read(),
        )
    finally:
        connection.close()


def children(process: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False
    )
    return [int(pid) for pid in listed.stdout.split()]


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def until(holds: Any, seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture(scope="module")
def workers(home: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    with serving(home, "/archive", processes=2) as (address, process):
        yield address.rstrip("/"), process


def test_the_server_listens_on_this_machine_only_and_says_where(site: str) -> None:
    assert site.startswith("http://127.0.0.1:")
    assert json.loads(ask(site, "/healthz")[2])["status"] == "ok"


def test_under_a_prefix_every_address_has_it(workers: tuple[str, Any]) -> None:
    site, _ = workers
    assert site.endswith("/archive")
    # A proxy may hand the path on as it is, or without the prefix.
    for path in ("/archive/search?q=" + quote("所长"), "/search?q=" + quote("所长")):
        status, _, body = ask(site, path)
        assert status == 200
        html = body.decode()
        addresses = [part.split('"')[0] for part in html.replace('action="', 'href="').split('href="')[1:]]
        assert [a for a in addresses if not a.startswith(("/archive/", "#"))] == []
    assert ask(site, "/archive")[1]["location"] == "/archive/"
    hit = json.loads(ask(site, "/archive/api/v1/search?limit=1&q=" + quote("所长"))[2])["hits"][0]
    moved = ask(site, f"/archive/p/{hit['passage_id']}")
    assert moved[1]["location"].startswith("/archive/documents/")
    assert ask(site, "/archive/?lang=en")[1]["set-cookie"].endswith("Path=/archive/; SameSite=Lax")


def test_no_header_of_a_stranger_changes_an_address(site: str) -> None:
    plain = ask(site, "/help")[2]
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "X-Script-Name": "/evil",
    }
    status, _, body = ask(site, "/help", headers)
    assert (status, body) == (200, plain)


@pytest.mark.parametrize("path", ["/search", "/api/v1/search"])
def test_a_query_of_100000_characters_is_refused_at_once_with_a_hint(site: str, path: str) -> None:
    address = f"{path}?q=" + quote("派" * 100_000)
    began = time.monotonic()
    status, _, body = ask(site, address)
    took = time.monotonic() - began
    assert status == 400
    text = body.decode()
    assert ("请取其中最特别的一句" if path == "/search" else '"hint":"Search for its rarest') in text
    assert len(body) < 5000
    assert took < 0.5, f"{took:.3f} s"


def ask_raw(site: str, target: bytes) -> tuple[int, bytes]:
    """The answer to a target that is sent byte for byte, as ``http.client`` does not."""
    where = urlsplit(site)
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall(b"GET " + target + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answered = http.client.HTTPResponse(connection)
        answered.begin()
        return answered.status, answered.read()


def test_https_typed_for_http_is_an_error_of_the_browser_at_once(site: str) -> None:
    """It waited for two minutes, as for a page that takes long."""
    where = urlsplit(site)
    context = ssl.create_default_context()
    began = time.monotonic()
    with (
        socket.create_connection((where.hostname, where.port), timeout=30) as connection,
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        context.wrap_socket(connection, server_hostname=where.hostname)
    assert time.monotonic() - began < 5
    assert ask(site, "/healthz")[0] == 200


@pytest.mark.parametrize(
    "path", ["/search?q={}&match=none", "/api/v1/suggest?q={}", "/documents/{}", "/api/v1/documents/{}"]
)
def test_an_address_that_is_not_percent_encoded_is_answered_like_one_that_is(site: str, path: str) -> None:
    """``curl 'http://127.0.0.1:8000/search?q=派'`` got "Bad URI (generated by server)", and no JSON."""
    status, _, body = ask(site, path.format(quote("派出所")))
    assert ask_raw(site, path.format("派出所").encode()) == (status, body)
    assert status == (200 if "suggest" in path else 400 if "search" in path else 404)
    assert ask_raw(site, "/search?q=派出所".encode())[0] == 200


def test_bytes_of_another_encoding_in_an_address_are_answered_by_the_application(site: str) -> None:
    raw = "派".encode("gb18030")
    status, _, body = ask(site, "/api/v1/suggest?q=" + quote(raw))
    assert ask_raw(site, b"/api/v1/suggest?q=" + raw) == (status, body)
    assert b"generated by" not in body


@pytest.mark.parametrize("length", [None, 0])
def test_a_request_without_a_body_that_expects_to_be_told_to_go_on_is_answered(
    site: str, length: int | None
) -> None:
    """It was told to go on, and never answered: waitress waited for a body, and the client for an answer."""
    headers = {"Expect": "100-continue"} | ({} if length is None else {"Content-Length": "0"})
    assert ask(site, "/healthz", headers)[0] == 200


def test_a_request_that_is_longer_still_is_refused_by_the_server(site: str) -> None:
    assert ask(site, "/search?q=" + "a" * 2_000_000)[0] == 431


def test_a_port_that_is_taken_is_one_line_with_the_way_out(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServeError) as caught:
            serve(home, port=port)
    assert str(caught.value) == (
        f"Cannot serve at 127.0.0.1:{port}: the port is taken by another program. "
        f"Choose another port, such as: juanzong serve --port {port + 1}"
    )


def test_an_address_of_another_machine_is_named() -> None:
    with pytest.raises(ServeError, match="this machine does not have the address") as caught:
        listen("192.0.2.1", 8000)
    assert "--host 127.0.0.1" in caught.value.hint
    assert "another port" not in caught.value.hint


def test_a_prefix_that_is_no_path_is_refused(home: Path) -> None:
    with pytest.raises(ServeError, match="--url-prefix /archive"):
        serve(home, port=0, url_prefix="http://example.org/?x")


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=posix)])
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_within_two_seconds(
    home: Path, processes: int, which: signal.Signals
) -> None:
    with (
        serving(home, processes=processes) as (address, process),
        socket.create_connection((urlsplit(address).hostname, urlsplit(address).port)),
    ):
        assert ask(address, "/healthz")[0] == 200
        began = time.monotonic()
        process.send_signal(which)
        assert process.wait(5) == 0
        assert time.monotonic() - began < 2


def test_a_signal_ends_the_server_while_it_still_warms_up(home: Path) -> None:
    # The end of the process closed the text store under the thread that searches once at the start; and a
    # signal right after the address was told met no handler.
    for pause in (0, 0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15):
        with serving(home) as (_, process):
            time.sleep(pause)
            process.send_signal(signal.SIGINT)
            assert process.wait(5) == 0


def test_what_is_being_answered_at_the_signal_is_answered(home: Path) -> None:
    with serving(home) as (address, process):
        answers: list[int] = []

        def read() -> None:
            while True:
                try:
                    answers.append(ask(address, "/search?q=" + quote("所长"))[0])
                except ConnectionRefusedError:
                    return
                except (ConnectionError, http.client.HTTPException):
                    # Accepted by the kernel, never by the server: it was told to stop before it looked.
                    return

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        assert until(lambda: len(answers) > 10)
        process.terminate()
        for reader in readers:
            reader.join(5)
        assert set(answers) == {200}


@posix
def test_two_workers_answer_and_one_that_dies_is_replaced(workers: tuple[str, subprocess.Popen[str]]) -> None:
    site, process = workers
    before = children(process.pid)
    assert len(before) == 2
    os.kill(before[0], signal.SIGKILL)
    assert until(lambda: len(set(children(process.pid)) - set(before)) == 1)
    assert all(ask(site, "/healthz")[0] == 200 for _ in range(10))


@posix
def test_workers_do_not_outlive_a_parent_that_was_killed(home: Path) -> None:
    with serving(home, processes=2) as (address, process):
        assert ask(address, "/healthz")[0] == 200
        started = children(process.pid)
        assert len(started) == 2
        process.kill()
        process.wait(5)
        assert until(lambda: not any(alive(worker) for worker in started))


@posix
def test_workers_that_cannot_start_end_the_server_with_a_message(home: Path) -> None:
    script = (
        "from web.serve import Workers\n"
        "from web.errors import ServeError\n"
        "def work(first): raise RuntimeError('no way')\n"
        "try: Workers(work, 2, 1.0).run(lambda: None)\n"
        "except ServeError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=True
    )
    assert "The workers end as soon as they are started." in done.stdout
    assert "no way" in done.stderr


@posix
def test_several_workers_say_once_that_there_is_no_archive(tmp_path: Path) -> None:
    """Each said it: as many lines as the machine has cores."""
    said = tmp_path / "said"
    with said.open("w") as errors, serving(tmp_path / "home", processes=3, stderr=errors) as started:
        address, process = started
        assert until(lambda: "There is no archive in" in said.read_text("utf-8"))
        assert ask(address, "/")[0] == 503
        before = children(process.pid)
        os.kill(before[0], signal.SIGKILL)  # the one that takes its place says nothing either
        assert until(lambda: len(set(children(process.pid)) - set(before)) == 1)
        time.sleep(1)
    assert said.read_text("utf-8").count("There is no archive in") == 1


@posix
def test_connections_on_which_nothing_is_asked_keep_nobody_out(home: Path) -> None:
    """With as many as a process may have open, the next one was not answered until one had ended.

    More than files may be open, on some systems 256, were an error in the log for each of them.
    """
    few = "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))\n"
    with serving(home, before=few) as (address, _), ExitStack() as held:
        where = urlsplit(address)
        for _ in range(150):
            connection = socket.create_connection((where.hostname, where.port), timeout=10)
            held.enter_context(connection)
            connection.sendall(b"GET /help HT")
        began = time.monotonic()
        assert ask(address, "/healthz")[0] == 200
        assert time.monotonic() - began < 10


def test_a_new_generation_is_taken_up_without_a_restart(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "一.txt").write_text("派出所在此。\n", "utf-8")
    with serving(tmp_path / "home") as (address, _):
        assert ask(address, "/")[0] == 503
        rebuild(tmp_path / "home", texts, engine="whoosh")
        status, headers, _ = ask(address, "/")
        assert status == 200
        (texts / "二.txt").write_text("所长也在此。\n", "utf-8")
        rebuild(tmp_path / "home", texts, engine="whoosh")
        status, _, body = ask(address, "/api/v1/search?q=" + quote("所长"))
        assert json.loads(body)["total"] == 1
        assert ask(address, "/", {"If-None-Match": headers["etag"]})[0] == 200
