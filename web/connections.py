"""The connections of one process: slow clients neither keep others out nor fill the memory.

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

import errno
import re
import select
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.buffers import ReadOnlyFileBasedBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.utilities import RequestHeaderFieldsTooLarge

from web.errors import WordedServeError

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


MOST_CONNECTIONS = 1000 if hasattr(select, "poll") else 400  # select on Windows takes 512 sockets
"""Of one process."""

MOST_HELD = 32 * 1024 * 1024
"""Bytes of memory of one process for requests that have not arrived and answers that were not read."""

OTHER_FILES = 40
"""Files of a process that are not connections: two generations of the archive, files to download, its own."""

_FEWEST = 10

_SEND_BUFFER = 256 * 1024

_TIDY = 0.1
"""Seconds from one look at all connections to the next."""

_LAST_CALL = 0.1
"""Seconds after the signal to stop in which connections are accepted: the other processes stop meanwhile."""

_FAREWELL = 0.2
"""Seconds that clients have to ask on a connection that is open, and again to take note of the end."""

_OUT_OF_FILES = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class Server(TcpWSGIServer):  # type: ignore[misc]  # waitress has no type information
    """Answers on a socket that listens, until it is told to end. Raises ``too_few_files``."""

    channel_class = Channel

    def __init__(self, application: Any, adjustments: Adjustments) -> None:
        self._room = room()
        self._tidied = self._paused = 0.0
        self._ends = False
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(adjustments.threads)
        (listening,) = adjustments.sockets
        where = (listening.family, listening.type, listening.proto, listening.getsockname())
        super().__init__(application, {}, True, listening, dispatcher, adjustments, where, bind_socket=False)

    def loop(self, seconds: float) -> None:
        """Receive and send for as many seconds at most."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)

    def readable(self) -> bool:
        """Whether connections are accepted; looks after those that are there. Asked in each loop."""
        now = time.monotonic()
        if now - self._tidied > _TIDY:
            self._tidied = now
            self._tidy()
        return bool(self.accepting and now > self._paused)

    def handle_accept(self) -> None:
        """Accept a connection that waits."""
        self._accepts()

    def _accepts(self) -> bool:
        """Accept a connection; says whether there was one."""
        if len(self.active_channels) >= self._room and not self._makes_room():
            return False
        try:
            connected, address = self.socket.accept()
            self.set_socket_options(connected)
        except OSError as error:
            if error.errno in _OUT_OF_FILES:
                self._makes_room()
            return False
        self.channel_class(self, connected, address, self.adj, map=self._map).ends = self._ends
        return True

    def _makes_room(self) -> bool:
        """Close a connection for the next; where each is being answered, accept none for a moment."""
        if self._close_first(self.active_channels.values()):
            return True
        self._paused = time.monotonic() + _TIDY
        return False

    def set_socket_options(self, conn: socket.socket) -> None:
        """Limit what the system buffers for a client that does not read: else it takes 4 MB of answers."""
        super().set_socket_options(conn)
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def _tidy(self) -> None:
        now = time.time()  # as waitress counts
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(now):
                channel.give_up()
        held = {channel: channel.held() for channel in self.active_channels.values()}
        while sum(held.values()) > MOST_HELD:
            closed = self._close_first(channel for channel, size in held.items() if size)
            if not closed:
                return
            del held[closed]

    @staticmethod
    def _close_first(channels: Iterable[Channel]) -> Channel | None:
        """Close the one that has waited longest for its client, if any does."""
        waiting = [channel for channel in channels if not channel.requests]
        first = min(waiting, key=Channel.since, default=None)
        if first:
            first.give_up()
        return first

    def end(self, seconds: float) -> None:
        """Answer what was asked, within as many seconds at most, and close all connections."""
        began = time.monotonic()
        self._ends = True
        for channel in self.active_channels.values():
            channel.ends = True
        self._loop_while(lambda: True, began + _LAST_CALL)
        _drop_newcomers(self.socket)
        while self._accepts():
            pass
        wasyncore.dispatcher.close(self)  # the socket that listens
        farewell = time.monotonic() + _FAREWELL
        self._loop_while(lambda: bool(self.active_channels), farewell)
        for channel in list(self.active_channels.values()):
            if channel.is_idle():
                channel.part()
        self._loop_while(self._is_asked, began + seconds)
        self._loop_while(lambda: bool(self.active_channels), max(farewell + _FAREWELL, time.monotonic()))
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        self.task_dispatcher.shutdown(timeout=0.2)

    def _loop_while(self, holds: Callable[[], bool], end: float) -> None:
        while holds() and (left := end - time.monotonic()) > 0:
            self.loop(min(left, 0.02))

    def _is_asked(self) -> bool:
        return not all(channel.is_idle() for channel in self.active_channels.values())


def _drop_newcomers(listening: socket.socket) -> None:
    """Have Linux drop whatever comes to a socket that listens: who connects tries again, and is refused then.

    Else the system resets a connection that comes between the last ``accept`` and the end of the socket. The
    filter is one instruction, "accept 0 bytes" (socket(7), SO_ATTACH_FILTER; linux/filter.h).
    """
    if sys.platform != "linux":
        return
    import ctypes

    attach_filter, return_constant = 26, 0x06
    program = ctypes.create_string_buffer(struct.pack("HBBI", return_constant, 0, 0, 0))
    with suppress(OSError):  # where it may not, the moment is as short as it can be
        option = struct.pack("HP", 1, ctypes.addressof(program))
        listening.setsockopt(socket.SOL_SOCKET, attach_filter, option)


def room() -> int:
    """How many connections a process may have: each is an open file. Raises ``too_few_files``."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return MOST_CONNECTIONS
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    if files < OTHER_FILES + _FEWEST:
        raise WordedServeError("too_few_files", files=files, fewest=OTHER_FILES + _FEWEST)
    return min(MOST_CONNECTIONS, files - OTHER_FILES)
