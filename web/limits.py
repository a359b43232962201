"""What the server refuses: names that are not its own, other sites, what is too long or takes too long.

A web page elsewhere may have its own name resolve to 127.0.0.1, and then read what is served there as its own
(DNS rebinding). The browser says which name it asked for; only the names of this machine are answered.
Other sites may be allowed to read its API from their pages, or to show its pages in a frame.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import BoundedSemaphore

from flask import Request, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.utils import cached_property

from index.search.cancellation import still_wanted, watched
from index.search.context import shortened
from web.errors import SHOWN, RefusedError, ServeError, WordedError

_HOST = re.compile(r"([0-9a-z._-]+|\[[0-9a-f:.]+\])(:[0-9]*)?", re.ASCII | re.IGNORECASE)
_LOCAL = re.compile(r"([0-9a-z_-]+\.)*localhost", re.ASCII)


class Hosts:
    """The names under which requests are answered: this machine's own, and ``allowed`` (None: all). Raises
    ServeError.
    """

    def __init__(self, allowed: Iterable[str] | None = ()) -> None:
        self._allowed = None if allowed is None else frozenset(map(_allowed, allowed))

    def check(self, named: str | None) -> None:
        """Raise ``bad_host`` where a Host does not name one host (RFC 9112, 3.2; None: no header), and
        ``host_not_allowed`` where it does not name one of these.
        """
        name = _name(named or "")
        if not name:
            raise WordedError("bad_host", host=shortened(named or "there is none", SHOWN))
        if not (self._allowed is None or name in self._allowed or is_loopback(name)):
            raise WordedError("host_not_allowed", host=shortened(name, SHOWN))


def is_loopback(name: str) -> bool:
    """Whether it is a name or an address, without brackets, under which a machine reaches itself alone."""
    try:
        return bool(_LOCAL.fullmatch(name)) or ip_address(name).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str | None:
    """The name in a Host, without its port, in lower case; None where it is not one."""
    found = _HOST.fullmatch(host)
    return found[1].lower().strip("[]").removesuffix(".") if found else None


def _allowed(given: str) -> str:
    name = _name(f"[{given}]" if given.count(":") > 1 and not given.startswith("[") else given)
    if not name:
        raise ServeError(
            f"{given} is not the name of a host.", hint="Give one such as --allow-host archive.example.org"
        )
    return name


_ORIGIN = re.compile(r"(https?)://([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(:[0-9]{1,5})?")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_API = "/api/"


class Origins:
    """The sites that may read the API (``cors``), and those that may frame pages. Raises ServeError for what
    is not one origin.
    """

    def __init__(self, cors: Iterable[str] = (), frames: Iterable[str] = ()) -> None:
        self._cors = frozenset(_origin(given, "--cors") for given in cors)
        self._frames = [_origin(given, "--allow-frame") for given in frames]

    def admit(self, response: Response) -> Response:
        """Let one of these sites use this answer of the API to GET; no browser sends cookies for them."""
        headers = response.headers
        if self._frames:
            policy = headers["Content-Security-Policy"]
            ancestors = "frame-ancestors " + " ".join(self._frames)
            headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", ancestors)
            del headers["X-Frame-Options"]
        if self._cors and request.path.startswith(_API):
            response.vary.add("Origin")
            if (origin := request.headers.get("Origin", "")) in self._cors:
                headers["Access-Control-Allow-Origin"] = origin
                headers["Access-Control-Allow-Methods"] = "GET"
                headers["Access-Control-Expose-Headers"] = "ETag, Content-Disposition"
        return response


def _origin(given: str, option: str) -> str:
    named = given.lower()
    found = _ORIGIN.fullmatch(named)
    if not found or int((found[4] or ":0")[1:]) > 65535:
        raise ServeError(
            f"{given} is not the origin of a site.", hint=f"Give one such as {option} https://www.example.org"
        )
    return named.removesuffix(_DEFAULT_PORTS[found[1]])


MOST_PARAMETERS = 64 * 1024
"""Bytes after the ``?`` of an address: a query takes 12,000 at most, filters may take the rest."""

MOST_PATH = 16 * 1024
"""Bytes of the path of an address: the id of a document takes 6,000 at most."""


class BoundedRequest(Request):
    """A request that does not decode parameters that are far too long: that would take long."""

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the address; none where ``refuse_long_addresses`` will refuse it."""
        return MultiDict() if self.too_long else super().args

    @cached_property
    def too_long(self) -> RefusedError | None:
        """Why the address is refused, whatever it asks for."""
        path, parameters = len(self.path.encode(errors="replace")), len(self.query_string)
        if path > MOST_PATH:
            return RefusedError("address_too_long", length=path, most=MOST_PATH)
        if parameters > MOST_PARAMETERS:
            return RefusedError("address_too_long", length=parameters, most=MOST_PARAMETERS)
        return None


def refuse_long_addresses() -> None:
    """Raise RefusedError where the address is too long for any page."""
    if too_long := request.too_long:  # type: ignore[attr-defined]
        raise too_long


AT_ONCE = 2
"""Long answers at a time in one process, which has four threads."""

LONG = 0.25
"""Seconds of a processor from which an answer is a long one."""

MOST = 20.0
"""Seconds of a processor that an answer may take."""

MOST_BYTES = 5_000_000
"""Of a page or of an answer in JSON; files have limits of their own (``web.downloads``)."""

_CHUNKS = 256  # parts of a page between two looks at how long it takes


def bounded(chunks: Iterable[str | bytes]) -> bytes:
    """The body that these parts make, encoded. Raises RefusedError above MOST_BYTES, and like
    ``LongAnswers``.
    """
    parts: list[bytes] = []
    size = 0
    for number, chunk in enumerate(chunks):
        part = chunk if isinstance(chunk, bytes) else chunk.encode(errors="backslashreplace")
        size += len(part)
        if size > MOST_BYTES:
            raise RefusedError("answer_too_large", most=MOST_BYTES / 1_000_000)
        parts.append(part)
        if number % _CHUNKS == _CHUNKS - 1:
            still_wanted()
    return b"".join(parts)


class LongAnswers:
    """The long answers of one process; for all its threads."""

    def __init__(self, at_once: int = AT_ONCE, long: float = LONG, most: float = MOST) -> None:
        self.long = long
        self.most = most
        self._places = BoundedSemaphore(at_once)

    @contextmanager
    def watched(self, is_gone: Callable[[], bool]) -> Iterator[None]:
        """Watch what this thread answers; ``is_gone``: its client has hung up. An error called
        ``client_gone``, ``takes_too_long`` or ``crowded`` is raised out of the answer.
        """
        began = time.thread_time()
        has_place = False

        def watch() -> None:
            nonlocal has_place
            spent = time.thread_time() - began
            if spent < self.long:
                return
            if is_gone():
                raise WordedError("client_gone")
            if spent > self.most:
                raise RefusedError("takes_too_long", most=self.most)
            if not has_place:
                if not self._places.acquire(blocking=False):
                    raise WordedError("crowded")
                has_place = True

        try:
            with watched(watch):
                yield
        finally:
            if has_place:
                self._places.release()
