"""Other sites that may use this one: read its API from their pages, or show its pages in a frame.

An origin is a scheme, a host and perhaps a port (RFC 6454), as browsers name it in the header ``Origin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Response, request

from web.errors import ServeError

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
