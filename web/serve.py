"""Serving with waitress: one socket, as many processes as there are cores, a clean end.

Where processes can be forked, the parent only watches: it starts a worker again that died, and ends them all
when it ends. A worker ends by itself when the parent is gone, however that came about.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Collection
from contextlib import nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import NoReturn

from flask import Flask
from waitress.adjustments import Adjustments

from index.building.pipeline import cores
from index.errors import IndexingError
from index.reloading import OpenArchive
from web.connections import Server, room
from web.errors import ServeError, WordedServeError
from web.limits import Hosts, Origins, is_loopback
from web.metrics import Measured, collected

THREADS = 4
"""Threads of a process."""

GRACE = 1.2
"""Seconds that requests in progress have to end after a signal to stop."""

_HEADER_LIMIT = (
    1024 * 1024
)  # a query of 100,000 Han characters (900 kB in an address) is told that it is too long
_BODY_LIMIT = 64 * 1024  # no page takes a body
_ELSEWHERE = "Choose an address of this machine, such as: juanzong serve --host 127.0.0.1"
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")

_RETRIES = 5
"""Times that workers may end in a row, each within two seconds."""

_log = logging.getLogger("juanzong.serve")


def serve(
    home: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    url_prefix: str = "",
    *,
    processes: int | None = None,
    allow_hosts: Collection[str] = (),
    originals: bool = True,
    edit: bool = False,
    cors: Collection[str] = (),
    allow_frames: Collection[str] = (),
    metrics: bool = False,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the archive in ``home`` until SIGINT or SIGTERM; then return, within two seconds.

    Args:
        home: the data directory; it may still be empty, pages then say so.
        host, port: where to listen; port 0 is any free one.
        url_prefix: the path under which a proxy shows the archive, such as ``/archive``.
        processes: how many answer; by default one for each core where the platform can share a socket.
        allow_hosts: names under which a proxy or this machine's network shows the archive; where ``host`` is
            reached from elsewhere and none is given, every name is good.
        ready: called with the address once connections are accepted.

    Raises:
        ServeError: the address cannot be had (``port_taken``), a process may not open as many files as are
            needed (``too_few_files``), the prefix is not a path, a name not a host or an origin, or workers
            die as soon as they are started.
    """
    prefix = url_prefix.rstrip("/")
    if prefix and not prefix.startswith("/"):
        prefix = f"/{prefix}"
    if not _PREFIX.fullmatch(prefix):
        raise ServeError(f"{url_prefix} is not a path.", hint="Give one such as --url-prefix /archive")
    if metrics and find_spec("prometheus_client") is None:
        raise ServeError(
            "prometheus_client is not installed.", hint="Install it: pip install prometheus-client"
        )
    hosts = Hosts(allow_hosts)
    origins = Origins(cors, allow_frames)
    room()  # said once, and before there are processes
    listening = listen(host, port)
    shared = allow_hosts or cors or allow_frames or prefix
    if edit and (shared or not is_loopback(listening.getsockname()[0])):
        listening.close()
        raise ServeError(
            "Corrections in the browser are for this machine alone.",
            hint="Use --edit without --host, --allow-host, --cors, --allow-frame and --url-prefix.",
        )
    if not (allow_hosts or is_loopback(listening.getsockname()[0])):
        hosts = Hosts(None)  # whoever reaches this machine may read

    def announce() -> None:
        if ready:
            ready(_address(listening, prefix))

    def work(first: bool, answering: Callable[[], None] | None = None) -> None:
        from index.reloading import LiveArchive
        from web.app import create_app

        live = LiveArchive(home)
        application = create_app(live.get, hosts, originals, edit, origins)
        if metrics:
            application.wsgi_app = Measured(application.wsgi_app, live.get, hosts)  # type: ignore[method-assign]
        answer(live.get, application, listening, prefix, aloud=first, ready=answering)

    try:
        count = processes or cores()
        with collected() if metrics else nullcontext():
            if hasattr(os, "fork"):  # one too: a mapped file that is cut off while it is read ends a process
                Workers(work, count, GRACE).run(announce, listening.close)
            else:
                work(True, announce)
    finally:
        listening.close()


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address. Raises ``port_taken`` where it cannot."""
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        reason = f"there is no such address ({error.strerror})"
        raise _taken(host, port, reason, _ELSEWHERE) from error
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform == "win32":
            # There SO_REUSEADDR would let two servers share a port by accident.
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(1024)
    except OSError as error:
        listening.close()
        reasons = {
            errno.EADDRINUSE: "the port is taken by another program",
            errno.EACCES: "this port needs more rights",
            errno.EADDRNOTAVAIL: "this machine does not have the address",
        }
        reason = reasons.get(error.errno or 0, str(error.strerror))
        free = port + 1 if 1024 <= port < 65535 else 8001
        instead = f"Choose another port, such as: juanzong serve --port {free}"
        if error.errno == errno.EADDRNOTAVAIL:
            instead = _ELSEWHERE
        raise _taken(host, port, reason, instead) from error
    return listening


def _taken(host: str, port: int, reason: str, instead: str) -> WordedServeError:
    return WordedServeError("port_taken", host=host, port=port, reason=reason, instead=instead)


def _address(listening: socket.socket, prefix: str) -> str:
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # not an address that a browser can open
        host = "localhost"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{prefix}/"


def answer(
    open_archive: OpenArchive,
    application: Flask,
    listening: socket.socket,
    prefix: str,
    *,
    aloud: bool = True,
    ready: Callable[[], None] | None = None,
) -> None:
    """Answer requests in this process until SIGINT or SIGTERM, and end those in progress. ``aloud``: say
    where there is no archive that can be opened.
    """
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue is usual under load
    server = Server(
        application,
        Adjustments(
            sockets=[listening],
            threads=THREADS,
            url_prefix=prefix,
            ident=None,
            recv_bytes=64 * 1024,
            max_request_header_size=_HEADER_LIMIT,
            max_request_body_size=_BODY_LIMIT,
            # No thread waits for a client: an answer is kept as it was made, and in memory, not in files.
            outbuf_high_watermark=sys.maxsize,
            outbuf_overflow=sys.maxsize,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=True,
            backlog=1024,
        ),
    )
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        server.pull_trigger()  # wakes the loop

    before = {which: signal.signal(which, stop) for which in (signal.SIGINT, signal.SIGTERM)}
    warming = threading.Thread(target=_warm, args=(open_archive, aloud, stopping), daemon=True)
    try:
        if ready:
            ready()
        warming.start()
        while not stopping.is_set():
            server.loop(1)
        began = time.monotonic()
        server.end(GRACE)
        # A thread that the end of the interpreter meets in native code can take the process down with it.
        warming.join(max(0.2, began + GRACE - time.monotonic()))
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def _warm(open_archive: OpenArchive, aloud: bool, stopping: threading.Event) -> None:
    """Search once, so that the first reader does not wait for what is loaded at the first search."""
    from index.requests import SearchRequest

    try:
        archive = open_archive()
        for query in () if stopping.is_set() else archive.examples()[:1]:
            archive.search(SearchRequest(query=query, limit=1))
    except IndexingError as error:
        if aloud:
            _log.warning("%s", error)  # pages and /healthz say the same


class _Stop(BaseException):
    """A signal to stop arrived. Not an Exception: nothing on the way may catch it."""


class Workers:
    """Keeps ``count`` processes alive that do ``work(first)``, which returns at SIGTERM within ``grace``
    seconds.
    """

    def __init__(self, work: Callable[[bool], None], count: int, grace: float) -> None:
        self.work = work
        self.count = count
        self.grace = grace
        self.started: dict[int, float] = {}
        self.first = True
        # Nobody writes into this pipe: it ends when the parent does, and a worker that waits at it knows.
        self.lifeline, self.held = os.pipe()

    def run(self, ready: Callable[[], None], ending: Callable[[], None] = lambda: None) -> None:
        """Start the workers, call ``ready``, watch until SIGINT or SIGTERM, call ``ending``, end them. Raises
        ServeError where they die at once.
        """
        before = {which: signal.signal(which, _raise_stop) for which in (signal.SIGINT, signal.SIGTERM)}
        failures = 0
        try:
            for _ in range(self.count):
                self._start()
            ready()
            while True:
                worker, status = os.waitpid(-1, 0)
                started = self.started.pop(worker, None)
                if started is None:
                    continue
                failures = failures + 1 if time.monotonic() - started < 2 else 1
                if failures > _RETRIES:
                    raise ServeError(
                        "The workers end as soon as they are started.", hint="The messages above say why."
                    )
                _log.error("worker %d ended (status %d); starting another", worker, status)
                self._start()
        except _Stop:
            pass
        finally:
            for which in before:
                signal.signal(which, signal.SIG_IGN)
            ending()
            self._end()
            for which, handler in before.items():
                signal.signal(which, handler)
            os.close(self.lifeline)
            os.close(self.held)

    def _start(self) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        worker = os.fork()
        if worker:
            self.started[worker] = time.monotonic()
            self.first = False
            return
        self._be_worker()

    def _be_worker(self) -> NoReturn:
        status = 1
        try:
            os.close(self.held)
            threading.Thread(target=_end_with, args=(self.lifeline,), daemon=True).start()
            self.work(self.first)
            status = 0
        except _Stop:
            status = 0
        except BaseException:
            _log.exception("worker failed")
        finally:
            # Not sys.exit: what the parent would clean up at its end is not this process's to clean up.
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _end(self) -> None:
        for worker in self.started:
            _kill(worker, signal.SIGTERM)
        end = time.monotonic() + self.grace + 0.6
        while self.started and time.monotonic() < end:
            if not self._reaped():
                time.sleep(0.01)
        for worker in self.started:
            _kill(worker, signal.SIGKILL)
        while self.started:
            self._reaped(0)

    def _reaped(self, options: int | None = None) -> bool:
        try:
            worker, _ = os.waitpid(-1, os.WNOHANG if options is None else options)
        except ChildProcessError:
            self.started.clear()
            return True
        return self.started.pop(worker, None) is not None


def _raise_stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop


def _end_with(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _kill(process: int, which: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, which)
