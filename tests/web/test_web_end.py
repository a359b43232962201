"""The end of a server, and too few files to begin with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from serving import serving

from web.connections import OTHER_FILES

ROOT = Path(__file__).resolve().parents[2]
ASKED = b"GET /static/seal.svg HTTP/1.1\r\nHost: localhost\r\n\r\n"  # costs next to nothing on a busy machine
ENDS = (ROOT / "web" / "static" / "seal.svg").read_bytes()[-10:]

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no such signals and limits")


def connect(address: str) -> socket.socket:
    where = urlsplit(address)
    return socket.create_connection((where.hostname, where.port), timeout=10)


def whole(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection. Raises ConnectionResetError."""
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


@pytest.mark.parametrize("processes", [1, 2])
def test_what_was_sent_before_the_end_is_answered(home: Path, processes: int) -> None:
    """What was accepted by the kernel or arrived on an open connection, and was not read yet, was reset."""
    with serving(home, processes=processes) as (address, process), ExitStack() as held:
        idle = [held.enter_context(connect(address)) for _ in range(20)]
        used = [held.enter_context(connect(address)) for _ in range(10)]
        for connection in used:
            connection.sendall(ASKED)
            received = b""
            while not received.endswith(ENDS):
                received += connection.recv(65536)
        new = [held.enter_context(connect(address)) for _ in range(20)]
        for connection in used + new:
            connection.sendall(ASKED)
        began = time.monotonic()
        process.terminate()
        for connection in used + new:
            received = whole(connection)
            assert received.startswith(b"HTTP/1.1 200")
            assert received.endswith(ENDS)
        assert [whole(connection) for connection in idle] == [b""] * 20
        assert process.wait(10) == 0
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("processes", [1, 2])
def test_clients_that_go_on_asking_are_refused_and_never_reset(home: Path, processes: int) -> None:
    reset: list[str] = []
    answered: list[int] = []

    def ask() -> None:
        while True:
            try:
                connection = connect(address)
            except ConnectionRefusedError:
                return
            except ConnectionResetError:  # in the backlog when the socket closed: nothing was sent
                return
            with connection:
                try:
                    connection.sendall(ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                    received = whole(connection)
                except ConnectionError as error:
                    reset.append(repr(error))
                    continue
                assert received.endswith(ENDS)
                answered.append(1)

    for _ in range(2):
        with serving(home, processes=processes) as (address, process):
            askers = [threading.Thread(target=ask) for _ in range(8)]
            for asker in askers:
                asker.start()
            before = len(answered)
            while len(answered) < before + 20:
                time.sleep(0.02)
            process.terminate()
            for asker in askers:
                asker.join(10)
            assert process.wait(10) == 0
    assert reset == []


def limited(home: Path, files: int) -> subprocess.Popen[str]:
    command = f'ulimit -n {files}; exec "{sys.executable}" -m cli.main --home "{home}" serve --port 0'
    return subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.parametrize("files", [20, 30, OTHER_FILES + 9])
def test_too_few_files_are_one_line_with_the_way_out(home: Path, files: int) -> None:
    """With 20 the workers took what there was, and the log filled with tracebacks."""
    with limited(home, files) as process:
        said, _ = process.communicate(timeout=30)
    assert process.returncode == 2
    assert f"A process may open {files} files; serving needs {OTHER_FILES + 10}" in said
    assert "ulimit -n" in said
    assert "Traceback" not in said


def test_with_as_few_files_as_will_do_the_connections_take_turns(home: Path) -> None:
    with limited(home, OTHER_FILES + 10) as process, ExitStack() as held:
        assert process.stdout
        address = process.stdout.readline().split(" on ")[1].split()[0]
        for _ in range(60):
            held.enter_context(connect(address)).sendall(b"GET /help HT")
        for _ in range(3):
            with connect(address) as connection:
                connection.sendall(ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
                assert whole(connection).endswith(ENDS)
        process.terminate()
        assert "Traceback" not in process.communicate(timeout=10)[0]
