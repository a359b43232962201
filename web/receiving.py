"""How the server reads a request, where waitress would leave people without an answer of the archive's.

An address may hold characters as they are typed, not only percent-encoded: ``curl
'http://127.0.0.1:8000/search?q=派'`` sends the bytes of 派 as they are. RFC 3986 has them percent-encoded,
and waitress refuses the request with a page of its own before the application sees it.

A request without a body may say ``Expect: 100-continue``, though RFC 9110 (10.1.1) forbids it: there is
nothing to go on with. waitress tells it to go on, then waits for a body for ever, and so does the client.

Who types ``https://`` for ``http://`` greets in a language in which no line ends: waitress waits two minutes
for one, and so does the browser. Here the connection ends, and the browser says why or tries ``http://``.

Whether anybody still waits for an answer can be asked while it is made.

Where there are as many connections as a process may have, waitress accepts no more until one was silent for
two minutes: connections on which nothing is asked, or a byte a second, keep everybody out. Here the oldest of
them makes room; a browser opens another.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

# A table and not an expression: 900 kB of such bytes, each apart, must not hold up other requests.
_ENCODED = [bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in range(256)]


_HANDSHAKE = b"\x16\x03"
"""How a TLS connection begins: the content type "handshake" and the major version (RFC 8446, 5.1)."""

_SPARE = 10
"""Of a process's connections: what waitress itself counts among them, the socket that listens and a pipe."""


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no type information
    """Percent-encodes what is not ASCII in an address; a request without a body ends with its headers."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ``waitress.parser.ParsingError``."""
        first, end, headers = header_plus.partition(b"\r\n")
        method, space, target = first.partition(b" ")  # a method with such bytes stays malformed
        if not target.isascii():
            target = b"".join(map(_ENCODED.__getitem__, target))
        super().parse_header(method + space + target + end + headers)
        if not self.content_length and not self.chunked:
            self.expect_continue = False


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection whose requests are read by ``Parser``."""

    parser_class = Parser

    def __init__(self, server: Any, connected: socket.socket, *rest: Any, **options: Any) -> None:
        if len(server.active_channels) >= server.adj.connection_limit - _SPARE:
            _close_oldest(server.active_channels.values())
        super().__init__(server, connected, *rest, **options)

    def received(self, data: bytes) -> bool:
        """Read what has come; says whether it was of use."""
        if self.request is None and not self.requests and data.startswith(_HANDSHAKE):
            self.handle_close()
            return False
        return bool(super().received(data))

    def check_client_disconnected(self) -> bool:
        """Whether the client has closed the connection, or its half of it.

        waitress itself reads nothing while it answers, so it does not know before it has answered.
        """
        try:
            return not self.connected or self.socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:  # nothing has come, and nothing has ended
            return False
        except OSError:
            return True


def _close_oldest(channels: Iterable[Channel]) -> None:
    """Close the connection that was opened first of those on which no request waits for its answer."""
    silent = [channel for channel in channels if not channel.requests and not channel.total_outbufs_len]
    if silent:
        min(silent, key=attrgetter("creation_time")).handle_close()
