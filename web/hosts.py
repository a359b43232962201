"""The names under which the archive is served, and other sites that may use it.

A web page elsewhere may have its own name resolve to 127.0.0.1, and then read what is served there as its own
(DNS rebinding). The browser says which name it asked for; only the names of this machine are answered.
Other sites may be allowed to read its API from their pages, or to show its pages in a frame.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address

from flask import Response, request

from index.search.context import shortened
from web.errors import SHOWN, ServeError, WordedError

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
