"""Several processes that answer on one socket, where processes can be forked.

The parent only watches: it starts a worker again that died, and ends them all when it ends. A worker ends by
itself when the parent is gone, however that came about.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import NoReturn

from web.errors import ServeError

_RETRIES = 5

_log = logging.getLogger("juanzong.serve")


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
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, which)
