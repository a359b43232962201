"""The connections of one process: slow clients neither keep others out nor fill the memory."""

from __future__ import annotations

import errno
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
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from web.errors import WordedServeError
from web.receiving import Channel

MOST_CONNECTIONS = 1000 if hasattr(select, "poll") else 400  # select on Windows takes 512 sockets
"""Of one process."""

MOST_HELD = 32 * 1024 * 1024
"""Bytes of memory of one process for requests that have not arrived and answers that were not read."""

OTHER_FILES = 40
"""Files of a process that are no connections: two generations of the archive, files to download, its own."""

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
