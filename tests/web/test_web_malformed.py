"""Whatever bytes come, a server answers or closes, says nothing untrue, and serves the next."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from serving import serving

HOST = b"Host: localhost\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
REQUESTS = [
    GET + b"\r\n",
    GET + b"Connection: close\r\n\r\n",
    b"GET /healthz HTTP/1.0\r\n" + HOST + b"\r\n",
    b"POST /search HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    b"POST /search HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nExpect: 100-continue\r\n\r\nabc",
    b"GET http://localhost/help HTTP/1.1\r\n" + HOST + b"\r\n",
    "GET /search?q=派 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
    b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST + b"\r\n",
]
ODD = [
    b"\r",
    b"\n",
    b"\0",
    b" ",
    b"\t",
    b":",
    b"/",
    b"//",
    b"[",
    b"%",
    b"\xff",
    b"http://[",
    b"\r\n ",
    b"\r\n\r\n",
]
ODD += [b"HTTP/9.9", b"Content-Length: 5\r\n", b"Transfer-Encoding: x\r\n", b"-1", b"9" * 5000, b"a" * 70_000]


@pytest.fixture(scope="module")
def served(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    said = tmp_path_factory.mktemp("said") / "stderr"
    with said.open("w") as errors, serving(home, stderr=errors) as (address, _):
        yield address, said


def exchange(address: str, data: bytes, wait: float = 10) -> bytes:
    """What comes back until the server closes, or is silent for so long. No more is sent after ``data``."""
    where = urlsplit(address)
    received = b""
    with socket.create_connection((where.hostname, where.port), timeout=wait) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while part := connection.recv(65536):
                received += part
        except ConnectionError:
            pass
    return received


@pytest.mark.parametrize(
    ("request_", "statuses"),
    [
        (
            b"GET /healthz HTTP/1.1\r\n"
            + HOST
            + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            [400],
        ),
        (b"GET /healthz HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400]),
        (GET + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", [400]),
        (GET + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n", [400]),
        (GET + b"Transfer-Encoding: gzip\r\n\r\n", [501]),
        (b"GET http://[ HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
        (b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n", [400]),
        (b"GET /healthz\r\n" + HOST + b"\r\n", [400]),
        (b"GET /healthz HTTP/2.0\r\n" + HOST + b"\r\n", [400]),
        (GET + b"a:\r\n" * 20_000 + b"\r\n", [431]),
        (GET + b"Host : localhost\r\n\r\n", [400]),
        (
            GET + b"Connection: keep-alive\r\n\r\n" + GET + b"Connection: close\r\n\r\n" + GET + b"\r\n",
            [200, 200],
        ),
    ],
)
def test_a_request_that_may_be_read_in_two_ways_is_refused(
    served: tuple[str, Path], request_: bytes, statuses: list[int]
) -> None:
    received = exchange(served[0], request_)
    assert [int(part.split(b" ")[1]) for part in received.split(b"HTTP/1.")[1:]] == statuses


@pytest.mark.parametrize(
    "request_",
    [
        b"GET a://" + b"a" * 900_000 + b" x HTTP/1.1\r\n\r\n",
        GET + b"a:\r\n" * 240_000 + b"\r\n",
        GET + b"a: b" + b"\r\n " * 300_000 + b"\r\n\r\n",
        b" \r\n\r\n" * 200_000,
        GET + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 10_000,
    ],
)
def test_no_megabyte_takes_longer_to_read_than_to_send(served: tuple[str, Path], request_: bytes) -> None:
    """waitress takes the square of the length for some, hours of a processor for the first."""
    began = time.monotonic()
    exchange(served[0], request_)
    assert b" 200 OK" in exchange(served[0], GET + b"\r\n")
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "seconds", [5, pytest.param(600, marks=[pytest.mark.long, pytest.mark.timeout(900)])]
)
def test_damaged_requests_are_answered_and_the_next_are_too(served: tuple[str, Path], seconds: float) -> None:
    address, said = served
    seed = 12 if seconds < 60 else time.time_ns()
    chance = random.Random(seed)
    end = time.monotonic() + seconds
    count = 0
    while time.monotonic() < end:
        data = bytearray(b"".join(chance.choices(REQUESTS, k=chance.randint(1, 3))))
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 20)]
                case 2:
                    data[at:at] = chance.choice(ODD)
                case _:
                    data[at:at] = data[at : at + chance.randint(1, 50)]
            if not data:
                break
        received = exchange(address, bytes(data))
        assert not received or received.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")), (seed, bytes(data))
        assert not any(f"HTTP/1.{minor} 500".encode() in received for minor in (0, 1)), (seed, bytes(data))
        count += 1
    assert b" 200 OK" in exchange(address, GET + b"\r\n")
    assert count > 20 * seconds / 10
    assert "Traceback" not in said.read_text("utf-8")
