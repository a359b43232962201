"""How the server reads a request: an address may hold characters as they are typed, not only percent-encoded.

``curl 'http://127.0.0.1:8000/search?q=派'`` sends the bytes of 派 as they are. RFC 3986 has them
percent-encoded, and waitress refuses the request with a page of its own before the application sees it.
"""

from __future__ import annotations

import re

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

_RAW = re.compile(rb"[\x80-\xff]+")


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no type information
    """Percent-encodes what is not ASCII in the address of a request."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ``waitress.parser.ParsingError``."""
        first, end, headers = header_plus.partition(b"\r\n")
        method, space, target = first.partition(b" ")  # a method with such bytes stays malformed
        super().parse_header(method + space + _RAW.sub(_encoded, target) + end + headers)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read by ``Parser``."""

    parser_class = Parser


def _encoded(raw: re.Match[bytes]) -> bytes:
    return b"%" + raw.group().hex("%").upper().encode("ascii")
