"""Reading requests and sending answers without a thread that waits for the client; waitress waits.

An address may hold characters as they are typed, not only percent-encoded: ``curl
'http://127.0.0.1:8000/search?q=派'`` sends the bytes of 派 as they are. RFC 3986 has them percent-encoded,
and waitress refuses the request with a page of its own before the application sees it.

A request without a body may say ``Expect: 100-continue``, though RFC 9110 (10.1.1) forbids it: there is
nothing to go on with. waitress tells it to go on, then waits for a body for ever, and so does the client.

Who types ``https://`` for ``http://`` greets in a language in which no line ends: waitress waits two minutes
for one, and so does the browser. Here the connection ends, and the browser says why or tries ``http://``.

waitress reads many requests at once, and a thread that has made 16 MB of answers waits until the client reads
them. Here a request is read when the answer to the one before has been sent, and no thread ever waits.

Whether anybody still waits for an answer can be asked while it is made.
"""

from __future__ import annotations

import re
import socket
import struct
import sys
import time
from contextlib import suppress
from typing import Any

from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.utilities import RequestHeaderFieldsTooLarge

PATIENCE = 30.0
"""Seconds in which a request has to arrive, and without progress while an answer is sent."""

IDLE = 120.0
"""Seconds for which a connection stays open on which nothing is asked."""

PARTING = 1.0
"""Seconds in which a client may take note that there are no more answers."""

_MOST_FIELDS = 64 * 1024
"""Bytes of a request after its first line; waitress takes the square of their number to join equal ones."""

_PIECE = 4096
"""Bytes of a body that are read at once; waitress takes the square of them to read chunks of one byte."""

# A table and not an expression: 900 kB of such bytes, each apart, must not hold up other requests.
_ENCODED = [bytes([byte]) if byte < 0x80 else b"%%%02X" % byte for byte in range(256)]

_HANDSHAKE = b"\x16\x03"
"""How a TLS connection begins: the content type "handshake" and the major version (RFC 8446, 5.1)."""

_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)

_END_OF_HEADERS = b"\r\n\r\n"


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress has no type information
    """Percent-encodes what is not ASCII in an address; a request without a body ends with its headers."""

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers. Raises ``waitress.parser.ParsingError``."""
        first, end, headers = header_plus.partition(b"\r\n")
        if len(headers) > _MOST_FIELDS:
            self.error = RequestHeaderFieldsTooLarge(f"more than {_MOST_FIELDS} bytes of headers")
            first, headers = b"GET / HTTP/1.0", b""
        # waitress's own pattern takes the square of the length to find that a line does not match.
        parts = first.rstrip().split(b" ")
        if len(parts) != 3 or not re.fullmatch(rb"HTTP/1\.[01]", parts[2]):
            raise ParsingError("Start line is invalid")
        if not parts[1].isascii():  # a method with such bytes stays malformed
            parts[1] = b"".join(map(_ENCODED.__getitem__, parts[1]))
        try:
            super().parse_header(b" ".join(parts) + end + headers)
        except ValueError as error:  # an address or a length that Python does not read
            raise ParsingError(f"The request is invalid: {error}") from error
        # Which of two lengths counts, others may see differently (RFC 9112, 6.1).
        if "TRANSFER_ENCODING" in self.headers or (self.chunked and "CONTENT_LENGTH" in self.headers):
            raise ParsingError("The length of the body is ambiguous")
        if self.proxy_netloc:  # RFC 9112, 3.2.2: the address says which host is meant; the two have to agree
            named = self.headers.get("HOST", "")
            self.headers["HOST"] = ", ".join(dict.fromkeys((named, self.proxy_netloc)))
        if not self.content_length and not self.chunked:
            self.expect_continue = False


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection: one request at a time, read by ``Parser``; ``ends``: the next answer is the last."""

    parser_class = Parser
    request: Parser | None

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.ends = False
        self._parting = False
        self._rest = bytearray()  # received, and not read yet
        self._searched = 0  # of the rest, in which no end of headers begins
        self._begins = True  # with what comes next a request begins
        self._asked = 0.0  # when the one that is being received began
        super().__init__(*arguments, **options)

    def is_idle(self) -> bool:
        """Whether everything that was asked is answered."""
        return not (self._rest or self.request or self.requests or self.total_outbufs_len)

    def since(self) -> float:
        """When it began to wait for its client; never while an answer is made."""
        if self.requests:
            return float("inf")
        receives = self._parting or ((self._rest or self.request) and not self.total_outbufs_len)
        return self._asked if receives else float(self.last_activity)

    def is_overdue(self, now: float) -> bool:
        """Whether its client has let it wait for too long."""
        limit = PARTING if self._parting else IDLE if self.is_idle() else PATIENCE
        return now - self.since() > limit

    def held(self) -> int:
        """Bytes of memory that wait for the client to send the rest, or to read."""
        unread = list(self.outbufs) if self.total_outbufs_len else []
        return len(self._rest) + sum(len(b) for b in unread if not isinstance(b, ReadOnlyFileBasedBuffer))

    def readable(self) -> bool:
        """Whether more may be received; begins with the next request where that was received before."""
        if self._begins and self._rest and super().readable():
            self._read()
        return bool(self.connected and (self._parting or super().readable()))

    def writable(self) -> bool:
        """Whether there is anything to be sent."""
        return bool(not self._parting and super().writable())

    def received(self, data: bytes) -> bool:
        """Keep what has come, and read a request of it."""
        if self._parting:
            return False
        if self._begins and data.startswith(_HANDSHAKE):
            self.handle_close()
            return False
        self._rest += data
        self._read()
        return True

    def _read(self) -> None:
        """Read one request of what has come, and have it answered."""
        with self.requests_lock:
            while self._rest and not (self.requests or self.close_when_flushed):
                if self.request is None:
                    if self._begins:
                        self._rest = self._rest.lstrip()
                        if not self._rest:
                            return
                        self._begins = False
                        self._asked = time.time()
                    end = self._rest.find(_END_OF_HEADERS, self._searched) + len(_END_OF_HEADERS)
                    if end < len(_END_OF_HEADERS):
                        end = len(self._rest)
                        if end < self.adj.max_request_header_size:
                            self._searched = max(0, end - len(_END_OF_HEADERS) + 1)
                            return
                    self.request = self.parser_class(self.adj)
                    self._searched = 0
                else:
                    end = _PIECE
                del self._rest[: self.request.received(bytes(self._rest[:end]))]
                if self.request.completed:
                    if self.ends:
                        self.request.headers["CONNECTION"] = "close"
                    self.sent_continue = False
                    self._begins = True
                    self.requests.append(self.request)
                    self.request = None
                    self.server.add_task(self)
                elif self.request.expect_continue and not self.sent_continue:
                    self.send_continue()

    def handle_write(self) -> None:
        """Send what there is; after the last answer part from the client."""
        if self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.connected and not self.total_outbufs_len and not self.will_close:
                self.part()
        else:
            super().handle_write()

    def part(self) -> None:
        """Say that there are no more answers, and wait until the client has ended too.

        A connection that is closed before all was read of it is reset, and with it goes what was on the way.
        """
        self._parting = True
        self._asked = time.time()
        self._rest.clear()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def give_up(self) -> None:
        """Close, and have the system forget at once what was not read."""
        if self.total_outbufs_len:
            with suppress(OSError):
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self.handle_close()

    def check_client_disconnected(self) -> bool:
        """Whether the client has closed the connection, or its half; waitress does not look meanwhile."""
        try:
            return not self.connected or self.socket.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:  # nothing has come, and nothing has ended
            return False
        except OSError:
            return True
