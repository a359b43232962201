"""Real servers: of the archive in a process of its own, and of any application in a thread."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from flask.testing import FlaskClient

from index.archive import Archive
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]

SERVE = """
import sys
from pathlib import Path
from web.serve import serve
home, prefix, processes, metrics, edit = sys.argv[1:]
said = lambda url: print(url, flush=True)
asked = {"url_prefix": prefix, "processes": int(processes), "metrics": bool(metrics), "edit": bool(edit)}
serve(Path(home), port=0, ready=said, **asked)
"""


@contextmanager
def serving(
    home: Path,
    prefix: str = "",
    processes: int = 1,
    *,
    metrics: bool = False,
    edit: bool = False,
    stderr: IO[str] | None = None,
    before: str = "",
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server of its own process on a free port: its address, and the process.

    ``before``: code that is run there first.
    """
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", before + SERVE, str(home), prefix, str(processes)),
            *("x" * metrics, "x" * edit),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    try:
        assert process.stdout
        yield process.stdout.readline().strip(), process
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout
        process.stdout.close()


@contextmanager
def served(application: Any, *, threads: int, channel: Any = None) -> Iterator[tuple[str, int]]:
    """The host and port of a server of the application, with so many threads."""
    from waitress import wasyncore
    from waitress.server import create_server

    channels: dict[int, Any] = {}
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = create_server(application, map=channels, sockets=[listening], threads=threads)
        server.channel_class = channel or server.channel_class
        ended = threading.Event()

        def loop() -> None:
            while not ended.is_set():
                wasyncore.loop(timeout=0.05, use_poll=True, map=channels, count=1)

        looping = threading.Thread(target=loop)
        looping.start()
        yield listening.getsockname()[:2]
        server.task_dispatcher.shutdown(timeout=5)
        ended.set()
        looping.join(10)
        wasyncore.close_all(channels)


def failing(error: Exception) -> FlaskClient:
    """The application over an archive that cannot be opened."""

    def open_archive() -> Archive:
        raise error

    return create_app(open_archive).test_client()
