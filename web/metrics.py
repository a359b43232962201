"""What a server tells of itself at ``/metrics``, for Prometheus: ``juanzong serve --metrics``.

Every process writes its counters into a file of a folder that all share, and whichever is asked adds them up
(https://prometheus.github.io/client_python/multiprocess/).
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from archive.errors import JuanzongError
from index.reloading import OpenArchive
from web.limits import Hosts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/metrics"
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_KINDS = ("api", "documents", "static", "cite", "export")
"""First parts of paths that are told apart; the others are pages."""

_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_HEALTH = ("green", "yellow", "red", "unreachable")


@contextmanager
def collected() -> Iterator[None]:
    """Let all processes that are started meanwhile count together."""
    with TemporaryDirectory(prefix="juanzong-metrics-") as folder:
        os.environ[_FOLDER] = folder  # read by the library when it is imported
        try:
            yield
        finally:
            del os.environ[_FOLDER]


class Measured:
    """An application whose requests are counted, with a page for Prometheus beside its own, under the names
    of ``hosts``.
    """

    def __init__(self, application: WSGIApplication, open_archive: OpenArchive, hosts: Hosts) -> None:
        from prometheus_client import Counter, Histogram

        self._application = application
        self._open_archive = open_archive
        self._hosts = hosts
        self._requests = Counter("juanzong_requests", "Requests by what they asked for.", ["kind", "status"])
        self._seconds = Histogram(
            "juanzong_request_seconds", "Seconds until an answer begins.", ["kind"], buckets=_BOUNDS
        )

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and count it."""
        if environ.get("PATH_INFO") == PATH:
            return self._page(environ, start_response)
        first = environ.get("PATH_INFO", "").split("/")[1:2]
        kind = first[0] if first and first[0] in _KINDS else "page"
        began = time.perf_counter()

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            self._requests.labels(kind, status[:3]).inc()
            self._seconds.labels(kind).observe(time.perf_counter() - began)
            return start_response(status, headers, *more)

        return self._application(environ, started)

    def _page(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
        from prometheus_client.multiprocess import MultiProcessCollector

        try:
            self._hosts.check(environ.get("HTTP_HOST"))
        except JuanzongError as error:
            start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [str(error).encode()]
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(self)
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_PLAIN_0_0_4), ("Cache-Control", "no-store")])
        return [generate_latest(registry)]

    def collect(self) -> Iterator[Any]:
        """The state of the archive, as the library wants it."""
        from prometheus_client.core import GaugeMetricFamily

        try:
            archive = self._open_archive()
            error = archive.refused or archive.generation.damage()
        except JuanzongError as refused:
            archive, error = None, refused
        up = GaugeMetricFamily(
            "juanzong_archive_up", "1: an archive is served, and nothing is wrong with it."
        )
        up.add_metric([], float(error is None))
        yield up
        if archive is None:
            return
        manifest = archive.generation.manifest
        about = GaugeMetricFamily(
            "juanzong_generation", "The archive that is served.", labels=["generation", "engine", "built"]
        )
        about.add_metric([archive.generation.name, manifest.engine, manifest.built], 1)
        yield about
        for name in ("documents", "passages", "characters", "left_out"):
            yield GaugeMetricFamily(f"juanzong_{name}", f"{name} of it", value=getattr(manifest, name))
        if archive.home.address is not None:
            yield self._cluster(archive.home.address)

    @staticmethod
    def _cluster(address: str) -> Any:
        from prometheus_client.core import GaugeMetricFamily

        from index.cluster.connection import cluster_at

        try:
            now = cluster_at(address).ask(lambda client: client.cluster.health(request_timeout=2))["status"]
        except JuanzongError:
            now = "unreachable"
        health = GaugeMetricFamily("juanzong_cluster", "The health of the cluster.", labels=["status"])
        for status in _HEALTH:
            health.add_metric([status], float(status == now))
        return health
