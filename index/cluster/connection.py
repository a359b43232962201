"""A cluster as this program uses it: its address, who we are there, and what its refusals mean.

``https://one:9200,two:9200/newspapers`` names nodes, of which another is asked where one does not answer, and
the archive. Credentials come from the environment, and are in no file and no message:
``JUANZONG_OPENSEARCH_USER`` and ``JUANZONG_OPENSEARCH_PASSWORD``, or ``JUANZONG_OPENSEARCH_API_KEY``.
``JUANZONG_OPENSEARCH_CA`` is the path of a file with the certificates to trust.
"""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar
from zlib import crc32

import msgspec
from opensearchpy import OpenSearch, exceptions, helpers

from archive.errors import said
from index.errors import ClusterError

OLDEST = (2, 19)
"""The oldest version of OpenSearch with which this program is tested."""

LIMITS = (3.0, 3.0, 6.0, 60.0)
"""Seconds that searches may take until they are asked again, of another node. One that hangs and one that has
much to do look the same."""

HUNG = 60.0
"""Seconds after such a wait in which only nodes are asked that answered then, and their copies of shards."""

_ANSWERED = "responses." + ",responses.".join(
    ("hits.total", "hits.hits.sort", "aggregations", "error", "status")
)

_URL = re.compile(r"(https?)://([^/@,]+(?:,[^/@,]+)*)(?:/([a-z0-9][a-z0-9_-]{0,60})?)?")
_VARIABLE = "JUANZONG_OPENSEARCH_{}"

T = TypeVar("T")


class _Awake(msgspec.Struct, frozen=True):
    """The nodes to ask, and the copies of shards to prefer, until a time by the monotonic clock."""

    nodes: Sequence[OpenSearch]
    preference: str
    until: float


class Cluster:
    """The place of an archive in a cluster. Safe to use from several threads.

    Attributes:
        address: of the nodes and the archive, as given.
        client: the library's; what is asked through ``ask`` raises this program's errors.
        alias: names the index that is served.
        files: the index with the files of generations (``index.cluster.generation_files``).

    Raises:
        ClusterError: the address cannot be read.
    """

    def __init__(self, address: str) -> None:
        found = _URL.fullmatch(address)
        if found is None:
            shown = "…@".join(re.split(r"(?<=://).*@", address))  # what is before it may be a password
            raise ClusterError(
                said("{} is not the address of an archive in a cluster", shown),
                hint="Like this: https://node1:9200,node2:9200/newspapers, credentials in the environment",
            )
        scheme, hosts, name = found.groups()
        self.address = address
        self.alias = f"juanzong-{name or 'archive'}"
        self.files = f"{self.alias}-files"
        nodes = [f"{scheme}://{host}" for host in hosts.split(",")]
        options = {
            "pool_maxsize": 32,  # else one: each thread but the first would connect anew for each request
            "retry_on_timeout": True,
            "retry_on_status": (429, 502, 503, 504),
            **_identity(),
        }
        self.client = OpenSearch(nodes, timeout=60, max_retries=3, **options)
        # One client for each: ``searches`` itself asks another node.
        self._nodes = [OpenSearch(node, max_retries=0, **options) for node in nodes]
        self._turns = count(os.getpid())
        self._awake = _Awake(self._nodes, "", until=0.0)
        self._version: tuple[int, ...] = ()
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)  # what fails is raised, and named by us

    def index_of(self, generation: str) -> str:
        """The name of a generation's index. Names there have no capitals."""
        return f"{self.alias}-{generation.lower()}"

    def generation_of(self, index: str) -> str:
        """The generation whose index has this name."""
        name = index.removeprefix(f"{self.alias}-")
        return name[:16].upper() + name[16:]

    def taken(self, name: str) -> ClusterError:
        """The error where a name that the archive needs is that of somebody else's index."""
        return ClusterError(
            said("{} has an index {} that is not this archive's", self.address, name),
            hint="Give the archive another name: the last part of its address.",
        )

    def ask(self, question: Callable[[OpenSearch], T]) -> T:
        """What the client answers.

        Raises:
            ClusterError: it cannot be reached, or refuses.
            opensearchpy.NotFoundError, opensearchpy.ConflictError: as the library has them, for the caller.
        """
        try:
            self._require_version()
            return question(self.client)
        except (exceptions.NotFoundError, exceptions.ConflictError):
            raise
        except exceptions.OpenSearchException as error:
            raise self._refused(error) from error

    def searches(self, index: str, searches: Sequence[tuple[bytes, str]]) -> list[dict[str, Any]]:
        """The answers to searches of an index, asked in one request: those of all shards, never of a part.

        A search goes to the same copies of shards each time: the deleted records that count may differ. After
        one that was not answered in time it goes to the nodes that are awake, and to their copies.

        Args:
            searches: each as JSON, with the ``search_type``.

        Raises:
            ClusterError: it cannot be reached, or refuses.
            opensearchpy.NotFoundError: there is no such index.
        """
        for limit in LIMITS:
            awake = self._awake if time.monotonic() < self._awake.until else _Awake(self._nodes, "", 0.0)
            lines: list[bytes] = []
            for search, how in searches:
                copies = awake.preference or f"{crc32(search):08x}"
                head = {"search_type": how, "allow_partial_search_results": False, "preference": copies}
                lines += msgspec.json.encode(head), search
            body = b"\n".join((*lines, b""))
            asked = {"request_timeout": limit, "filter_path": _ANSWERED}
            node = awake.nodes[next(self._turns) % len(awake.nodes)]
            try:
                found = self.ask(lambda _: node.msearch(index=index, body=body, params=asked))  # noqa: B023
                return [self._whole(answer) for answer in found["responses"]]
            except exceptions.NotFoundError:  # a node that is cut off does not know an index that is new
                if limit == LIMITS[-1]:
                    raise
            except ClusterError as error:
                if not error.passing or limit == LIMITS[-1]:
                    raise
                self._awake = self._find_awake()
        raise AssertionError  # the last one returned or raised

    def _find_awake(self) -> _Awake:
        """Ask each node of the address, and one of them for all of the cluster: a second or two for each."""
        nodes: list[OpenSearch] = []
        ids: list[str] = []
        for node in self._nodes:
            asked = {"timeout": "1s", "request_timeout": 2, "filter_path": "nodes.*.name"}
            which = "_local" if ids else "_all"
            try:
                ids += node.nodes.info(node_id=which, metric="http", params=asked).get("nodes", {})
            except exceptions.ConnectionError:
                continue
            except exceptions.OpenSearchException:
                pass  # it may refuse to tell this, and answer searches
            nodes.append(node)
        if not nodes:
            return _Awake(self._nodes, "", until=0.0)
        preference = f"_prefer_nodes:{','.join(sorted({*ids}))}" if ids else ""
        return _Awake(nodes, preference, until=time.monotonic() + HUNG)

    def _whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        if "error" not in answer:
            return answer
        status, why = answer["status"], answer["error"]
        if status == 404:
            raise exceptions.NotFoundError(status, why["type"], why)
        raise self._refused(exceptions.TransportError(status, why["type"], why))

    def write(self, actions: Iterable[Mapping[str, Any]]) -> None:
        """Carry out actions as ``opensearchpy.helpers.bulk`` takes them; a node that is busy is asked again.

        What is to be made and is there, or to be removed and is not, is as it should be.

        Raises:
            ClusterError: it cannot be reached, or refuses one of them.
        """
        written = self.ask(
            lambda client: helpers.bulk(
                client, actions, max_retries=8, initial_backoff=0.5, raise_on_error=False
            )
        )
        for refused in written[1]:
            (answer,) = refused.values()
            if (status := answer["status"]) not in (404, 409):
                reason = answer.get("error", {})
                raise self._refused(exceptions.TransportError(status, reason.get("type"), reason))

    def bulk(self, index: str, lines: Sequence[bytes]) -> tuple[list[bytes], ClusterError | None]:
        """Send actions of a bulk request; those that have to be sent again, and why. Raises ClusterError."""
        # Else a minute, where a node with a shard is gone. As a parameter it would be the client's own.
        told = "errors,items.*.status,items.*.error.type,items.*.error.reason"
        path = f"/{index}/_bulk?timeout=10s&filter_path={told}"
        kind = {"content-type": "application/x-ndjson"}
        answer = self.ask(
            lambda client: client.transport.perform_request("POST", path, headers=kind, body=b"".join(lines))
        )
        again: list[bytes] = []
        reason = None
        for line, item in zip(lines, answer["items"] if answer["errors"] else (), strict=False):
            (result,) = item.values()
            if result["status"] >= 300 and result["status"] != 404:  # 404: what is to be removed is not there
                why = result.get("error", {})
                reason = self._refused(exceptions.TransportError(result["status"], why.get("type"), why))
                if not reason.passing:
                    raise reason
                again.append(line)
        return again, reason

    def health(self, index: str, wanted: str) -> dict[str, Any]:
        """The health of an index once it is as ``wanted`` (green, yellow), or after half a minute."""
        path = f"/_cluster/health/{index}?wait_for_status={wanted}&timeout=30s"
        return dict(
            self.ask(lambda client: client.transport.perform_request("GET", path, params={"ignore": 408}))
        )

    def _refused(self, error: exceptions.OpenSearchException) -> ClusterError:
        reason, step = _explained(error, self.address)
        refused = ClusterError(reason, hint=step)
        refused.passing = _passes(error)
        return refused

    def version(self) -> tuple[int, ...]:
        """Of the cluster's OpenSearch; raises ``ClusterError``."""
        return self.ask(lambda _: self._version)

    def _require_version(self) -> None:
        if self._version:
            return
        version = self.client.info(params={"request_timeout": LIMITS[0]})["version"]
        number = str(version.get("number"))
        parts = tuple(int(part) for part in number.split(".")[:2] if part.isdigit())
        if version.get("distribution") != "opensearch" or parts < OLDEST:
            raise ClusterError(
                said(
                    "it is {} {}", version.get("distribution") or said("no OpenSearch, but version"), number
                ),
                hint=said("OpenSearch {} or newer is needed.", ".".join(map(str, OLDEST))),
            )
        self._version = parts


def cluster_at(address: str) -> Cluster:
    """The cluster at an address, with one pool of connections for all that a process asks. Raises like it."""
    return _shared(address, os.getpid())


@lru_cache(maxsize=4)
def _shared(address: str, process: int) -> Cluster:  # noqa: ARG001  # a fork has to connect for itself
    return Cluster(address)


def _identity() -> dict[str, Any]:
    """Who we are, for the client."""
    user, password, key, trusted = (
        os.environ.get(_VARIABLE.format(name)) for name in ("USER", "PASSWORD", "API_KEY", "CA")
    )
    options: dict[str, Any] = {}
    if trusted:
        options["ca_certs"] = trusted
    if key:
        options["headers"] = {"Authorization": f"ApiKey {key}"}
    elif user:
        options["http_auth"] = (user, password or "")
    return options


def _full(error: exceptions.OpenSearchException) -> bool:
    """Whether it is for want of room on a disk that nothing is written, or no index made."""
    text = f"{error} {getattr(error, 'info', '')}"
    return "read-only-allow-delete" in text or "create-index blocked" in text


def _passes(error: exceptions.OpenSearchException) -> bool:
    """Whether the same request may succeed a little later: a node is gone or busy."""
    if isinstance(error, exceptions.ConnectionError):  # a time-out is one too
        return not isinstance(error, exceptions.SSLError)
    return getattr(error, "status_code", None) in (429, 502, 503, 504) and not _full(error)


def _explained(error: exceptions.OpenSearchException, address: str) -> tuple[str, str]:
    """What the library says, and the next step."""
    status = getattr(error, "status_code", None)
    text = str(getattr(error, "error", "") or error)
    if isinstance(error, exceptions.SSLError):
        if "certificate" not in str(error):
            return (
                said("{} does not answer over https", address),
                said("Does its address begin with http:// in place of https://?"),
            )
        return (
            said("{} has a certificate that is not trusted", address),
            said("Name a file with the certificates to trust: {}", _VARIABLE.format("CA")),
        )
    if isinstance(error, exceptions.ConnectionTimeout):
        return (
            said("{} did not answer in time", address),
            said("Look at the load of its nodes, and try again."),
        )
    if isinstance(error, exceptions.ConnectionError):
        return (
            said("{} cannot be reached", address),
            said("Is it running, and is the address right? juanzong --url ADDRESS"),
        )
    if status == 401:
        return (
            said("{} does not accept the credentials", address),
            said("Look at {} and {}.", _VARIABLE.format("USER"), _VARIABLE.format("PASSWORD")),
        )
    if _full(error):
        return (
            said("{} has no room on its disks: they are above its watermarks", address),
            said("Make room or add a node, then try again."),
        )
    if status == 503 or (status == 500 and text == "search_phase_execution_exception"):
        return (
            said("{} lacks nodes: copies of its shards, or a majority that agrees ({})", address, text),
            said("Start the nodes that are down, and look at its health: GET _cluster/health"),
        )
    if status == 403:
        return (
            said("{} does not permit this ({})", address, text),
            said("Its user needs all rights on indexes and aliases that begin with juanzong-."),
        )
    return (
        said("{} answers {}: {}", address, status, text),
        said("Look at its health: GET _cluster/health"),
    )
