"""Clients that do not read, or do not finish asking, keep nobody out: real sockets against a real server."""

from __future__ import annotations

import http.client
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from serving import serving

from index.build import rebuild

LONG_DOCUMENT = f"GET /documents/{quote('长.txt')} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
SHORT = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"POST /search HTTP/1.1\r\nHost: localhost\r\n"
IMPATIENT = "import web.connections as c\nc.PATIENCE = c.IDLE = 1.0\n"
"""Code that has a server lose its patience in a second."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks ps and poll as Linux has them")

Site = tuple[str, subprocess.Popen[str]]
Attack = Callable[[socket.socket, threading.Event], None]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a document of 900,000 characters, and many short ones."""
    folder = tmp_path_factory.mktemp("long")
    (folder / "texts").mkdir()
    text = "\n".join("说的是春夏秋冬，派出所的所长在此。" * 50 for _ in range(1060))
    (folder / "texts" / "长.txt").write_text(text, "utf-8")
    for i in range(100):
        (folder / "texts" / f"{i}.txt").write_text(f"第{i}篇\n\n第{i}位所长在第{i}处。\n", "utf-8")
    rebuild(folder / "home", folder / "texts", engine="tantivy")
    return folder / "home"


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    with serving(home, processes=2) as served:
        yield served


def connect(address: str) -> socket.socket:
    where = urlsplit(address)
    return socket.create_connection((where.hostname, where.port), timeout=30)


def asked(address: str, path: str = "/search?q=" + quote("第7位")) -> float:
    """Seconds that an honest client waits for a page."""
    where = urlsplit(address)
    began = time.monotonic()
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=30)
    connection.request("GET", path)
    response = connection.getresponse()
    assert response.status == 200
    response.read()
    connection.close()
    return time.monotonic() - began


def p95(address: str, seconds: float) -> float:
    waited = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        waited.append(asked(address))
        time.sleep(0.03)
    return sorted(waited)[int(len(waited) * 0.95)]


def memory(process: subprocess.Popen[str]) -> int:
    """MB of the workers of a server."""
    listed = ["ps", "-o", "rss=", "--ppid", str(process.pid)]
    return sum(map(int, subprocess.check_output(listed, text=True).split())) // 1024


def is_closed(connection: socket.socket, wait: float = 0) -> bool:
    """Whether the server has closed it, whatever was not read."""
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return bool(poll.poll(1000 * wait))


def until_closed(connection: socket.socket, stop: threading.Event) -> None:
    """Read nothing until the server has closed the connection."""
    while not stop.is_set() and not is_closed(connection, 0.2):
        pass


def unread(data: bytes) -> Attack:
    def attack(connection: socket.socket, stop: threading.Event) -> None:
        connection.settimeout(1)
        with suppress(TimeoutError):
            connection.sendall(data)
        until_closed(connection, stop)

    return attack


def a_byte_at_a_time(data: bytes, pause: float) -> Attack:
    def attack(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(data)
        while not stop.wait(pause):
            connection.sendall(b"a")

    return attack


def reading_a_byte_a_second(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(LONG_DOCUMENT * 150)
    while connection.recv(1) and not stop.wait(1) and not is_closed(connection):
        pass


def half_closed(connection: socket.socket, stop: threading.Event) -> None:
    connection.sendall(LONG_DOCUMENT * 3)
    connection.shutdown(socket.SHUT_WR)
    until_closed(connection, stop)


ATTACKS: dict[str, Attack] = {
    "long documents asked for and not read": unread(LONG_DOCUMENT * 150),
    "short answers asked for and not read": unread(SHORT * 100_000),
    "files asked for and not read": unread(LONG_DOCUMENT.replace(b"/documents/", b"/export?q=") * 20),
    "requests of an old form": unread(
        b"GET /healthz HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" * 9999
    ),
    "headers a byte at a time": a_byte_at_a_time(b"GET / HTTP/1.1\r\nHost: ", 0.05),
    "a long address, then a byte at a time": a_byte_at_a_time(b"GET /" + b"a" * 900_000, 0.002),
    "bodies a byte at a time": a_byte_at_a_time(BODY + b"Content-Length: 60000\r\n\r\n", 0.05),
    "chunks a byte at a time": a_byte_at_a_time(BODY + b"Transfer-Encoding: chunked\r\n\r\nfff\r\n", 0.05),
    "chunks of a byte": unread((BODY + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * 9999) * 2),
    "headers of a byte": unread(b"GET / HTTP/1.1\r\n" + b"a:\r\n" * 240_000 + b"\r\n"),
    "folded headers": unread(b"GET / HTTP/1.1\r\na: b" + b"\r\n " * 300_000 + b"\r\n\r\n"),
    "empty lines": unread(b" \r\n\r\n" * 200_000),
    "addresses that do not match": unread(b"GET a://" + b"a" * 900_000 + b" x HTTP/1.1\r\n\r\n"),
    "answers read a byte a second": reading_a_byte_a_second,
    "half-closed connections": half_closed,
    "nothing asked": until_closed,
}


@contextmanager
def attacked(address: str, attacks: Iterable[Attack]) -> Iterator[None]:
    """A connection for each attack; one that the server closes is opened again."""
    stop = threading.Event()

    def hold(attack: Attack) -> None:
        while not stop.is_set():
            with suppress(OSError), connect(address) as connection:
                attack(connection, stop)
            stop.wait(1)  # not a flood, which takes what the machine has

    threads = [threading.Thread(target=hold, args=(attack,)) for attack in attacks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(10)


def cases() -> Iterator[object]:
    worst = "long documents asked for and not read"
    yield pytest.param([ATTACKS[worst]] * 24, 8, id=worst)
    yield pytest.param([*ATTACKS.values()] * 2, 8, id="all at once")
    yield pytest.param([ATTACKS[worst]] * 24, 120, id=f"{worst}, two minutes", marks=pytest.mark.long)
    for name, attack in ATTACKS.items():
        yield pytest.param([attack] * 24, 40, id=f"{name}, 40 seconds", marks=pytest.mark.long)


@pytest.mark.parametrize(("attacks", "seconds"), list(cases()))
def test_an_honest_client_is_answered_meanwhile(site: Site, attacks: list[Attack], seconds: float) -> None:
    """16 connections that asked for a long document 150 times each and read nothing held all threads."""
    address, process = site
    quiet = p95(address, 1)
    asked(address, "/documents/" + quote("长.txt"))
    before = memory(process)
    with attacked(address, attacks):
        waited = p95(address, seconds)
        grown = memory(process) - before
    assert waited < max(0.1, 4 * quiet), f"{waited:.3f} s, {quiet:.3f} without"
    assert grown < 150


@pytest.mark.parametrize(
    "attack",
    [
        *("long documents asked for and not read", "short answers asked for and not read", "nothing asked"),
        *("headers a byte at a time", "bodies a byte at a time", "answers read a byte a second"),
    ],
)
def test_a_connection_that_waits_for_its_client_is_closed(home: Path, attack: str) -> None:
    with (
        serving(home, before=IMPATIENT) as (address, _),
        connect(address) as connection,
        suppress(ConnectionError),
    ):
        ended = threading.Event()
        timer = threading.Timer(20, ended.set)
        timer.start()
        ATTACKS[attack](connection, ended)
        timer.cancel()
        assert not ended.is_set()


def test_what_waits_to_be_read_fills_no_memory(home: Path) -> None:
    """More than 32 MB of answers and of unfinished requests: the connection that waited longest goes."""
    with serving(home, processes=2) as (address, process), ExitStack() as held:
        asked(address, "/documents/" + quote("长.txt"))
        before = memory(process)
        for i in range(300):
            connection = held.enter_context(connect(address))
            connection.settimeout(1)
            with suppress(OSError):
                connection.sendall(LONG_DOCUMENT if i % 2 else b"GET /" + b"a" * 1_000_000)
        assert asked(address) < 30
        assert memory(process) - before < 2 * 64 + 100
