"""A private archive on this machine is not readable by a web page elsewhere."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from index.reloading import LiveArchive
from web.app import create_app, static_versions
from web.errors import ServeError
from web.limits import Hosts
from web.serve import serve

ROOT = Path(__file__).resolve().parents[2]


def status(site: str, target: str, *hosts: str, version: str = "1.1") -> tuple[int, str]:
    """The status and the whole of an answer, to a request with these Host lines."""
    where = urlsplit(site)
    lines = [f"GET {target} HTTP/{version}", *(f"Host: {host}" for host in hosts), "Connection: close"]
    with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        received = b""
        while data := connection.recv(65536):
            received += data
    return int(received.split(b" ", 2)[1]), received.decode()


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8000", "localhost.", "localhost:", "127.0.0.1", "127.0.0.1:8000"),
        *("127.9.8.7:1", "[::1]", "[::1]:8000", "[0:0:0:0:0:0:0:1]", "archive.localhost", "a.localhost.:80"),
    ],
)
def test_every_name_of_this_machine_for_itself_is_answered(site: str, host: str) -> None:
    assert status(site, "/healthz", host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        *("attacker.example", "attacker.example:8000", "localhost.attacker.example", "notlocalhost"),
        *("127.0.0.1.attacker.example", "128.0.0.1", "0.0.0.0:8000", "10.0.0.1", "[::2]:8000", "[::]"),
    ],
)
@pytest.mark.parametrize(
    "address",
    ["/", "/healthz", "/api/v1/search?q=所长", f"/static/{next(iter(static_versions()))}", "/nowhere"],
)
def test_a_page_elsewhere_that_has_its_name_resolve_to_this_machine_reads_nothing(
    site: str, host: str, address: str
) -> None:
    code, answer = status(site, address, host)
    assert code == 403
    assert "--allow-host" in answer
    assert "派出所" not in answer
    if address.startswith(("/api", "/healthz")):
        assert json.loads(answer.partition("\r\n\r\n")[2])["error"]["code"] == "host_not_allowed"


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("localhost", "localhost"),
        ("localhost", "attacker.example"),
        ("attacker.example", "localhost"),
        *((host,) for host in ("", "<b>", "localhost, localhost", "user@localhost", "localhost:80:80")),
        *((host,) for host in ("localhost:x", "local host", "[::1", "主机", ".")),
    ],
)
@pytest.mark.parametrize("address", ["/", "/healthz"])
def test_a_request_names_one_host_once(site: str, hosts: tuple[str, ...], address: str) -> None:
    assert status(site, address, *hosts)[0] == 400
    assert status(site, address, *hosts, version="1.0")[0] == 400


def test_the_host_in_the_address_counts_as_the_one_in_its_header(site: str) -> None:
    """RFC 9112, 3.2.2. A proxy that is asked so passes it on so."""
    assert status(site, "http://localhost:8000/healthz", "localhost:8000")[0] == 200
    assert status(site, "http://attacker.example/healthz", "attacker.example")[0] == 403
    assert status(site, "http://attacker.example/healthz", "localhost")[0] == 400
    assert status(site, "http://localhost/healthz", "attacker.example")[0] == 400
    assert status(site, "http://localhost/healthz")[0] == 400


def test_the_names_that_a_proxy_gives_are_answered_when_allowed(home: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "cli.main",
        "--home",
        str(home),
        "serve",
        "--port",
        "0",
        "--processes",
        "1",
    ]
    allowed = ["--allow-host", "Archive.Example.org", "--allow-host", "fd00::1"]
    with subprocess.Popen(
        command + allowed, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        try:
            said = re.search(r"http://\S+", process.stdout.readline())
            assert said
            for host in ("archive.example.org", "ARCHIVE.example.org.:443", "[fd00::1]", "localhost"):
                assert status(said[0], "/healthz", host)[0] == 200
            for host in ("example.org", "x.archive.example.org", "fd00::1"):
                assert status(said[0], "/healthz", host)[0] in (400, 403)
        finally:
            process.terminate()


@pytest.mark.parametrize("name", ["", "a b", "http://archive.example.org", "archive/", "*", "a,b"])
def test_a_name_that_is_none_is_refused_at_the_start(home: Path, name: str) -> None:
    with pytest.raises(ServeError, match="not the name of a host"):
        serve(home, port=0, allow_hosts=[name])


def test_where_whoever_reaches_the_machine_may_read_every_name_is_good_but_one_is_needed(home: Path) -> None:
    client: FlaskClient = create_app(LiveArchive(home).get, Hosts(None)).test_client()
    assert client.get("/healthz", headers={"Host": "archive.example.org"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "a, b"}).status_code == 400


def test_the_refusal_is_in_the_language_of_the_page(home: Path) -> None:
    client = create_app(LiveArchive(home).get, Hosts()).test_client()
    foreign = {"Host": "attacker.example"}
    assert "本站不以 attacker.example 这个名称" in client.get("/", headers=foreign).text
    assert "not served under the name" in client.get("/?lang=en", headers=foreign).text
    assert "没有写明主机" in client.get("/", headers={"Host": "a, b"}).text
