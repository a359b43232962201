"""The engine on an OpenSearch cluster: the same tokens and formula, in shards and replicas."""

from __future__ import annotations

import os
from math import ceil
from pathlib import Path

from opensearchpy import NotFoundError

from index.cluster.connection import cluster_at
from index.engines.opensearch.schema import BUILDING, FORMAT, NAME, body, mark, named, read_name
from index.engines.opensearch.snapshot import OpenSearchSnapshot
from index.engines.opensearch.writer import OpenSearchWriter
from index.errors import EngineError

SHARD = 2_000_000_000
"""Bytes of sources of one shard: what one processor searches in a tenth of a second."""


class OpenSearchEngine:
    """Indexes in a cluster; a folder holds only the name of one. Raises EngineError, and ClusterError for a
    bad address.
    """

    version = str(FORMAT)

    def __init__(self, address: str | None = None) -> None:
        address = address or os.environ.get("JUANZONG_URL")
        if not address:
            raise EngineError(
                NAME, "no cluster is named", hint="Name one: --url https://node1:9200/newspapers"
            )
        self._cluster = cluster_at(address)

    @named("making an index failed")
    def create(self, folder: Path, *, memory: int, processes: int, size: int = 0) -> OpenSearchWriter:
        """A writer on a new index, with a shard for each ``SHARD`` bytes of sources."""
        folder.mkdir(parents=True, exist_ok=True)
        name = self._new(folder)
        made = body(name, max(1, ceil(size / SHARD)), self._cluster.version())
        self._cluster.ask(lambda client: client.indices.create(index=name, body=made))
        return OpenSearchWriter(self._cluster, name, folder, memory, processes)

    @named("opening the index to fill it failed")
    def share(
        self, folder: Path, *, memory: int, processes: int, size: int, keys: tuple[int, int] | None = None
    ) -> OpenSearchWriter:
        """A writer on the one index that several fill for a generation, made by the first of them.

        Args:
            keys: of this writer's documents, from the first to before the second: none of these is there yet.
        """
        folder.mkdir(parents=True, exist_ok=True)
        name = self._cluster.index_of(folder.resolve().parent.name)
        made = body(name, max(1, ceil(size / SHARD)), self._cluster.version())
        # 400: it is there.
        self._cluster.ask(lambda client: client.indices.create(index=name, body=made, ignore=400))
        writer = OpenSearchWriter(self._cluster, name, folder, memory, processes, shared=True)
        writer.begin_part(keys)
        return writer

    @named("opening the index to change it failed")
    def update(self, folder: Path, *, memory: int, processes: int) -> OpenSearchWriter:
        """A writer on a clone of the folder's index, whose files are hard links on the nodes."""
        source, name = read_name(folder), self._new(folder)
        OpenSearchSnapshot(self._cluster, source).close()
        cloned = {"settings": {"index": BUILDING}}
        self._cluster.ask(lambda client: client.indices.clone(index=source, target=name, body=cloned))
        self._cluster.ask(lambda client: client.indices.put_mapping(index=name, body={"_meta": mark(name)}))
        return OpenSearchWriter(self._cluster, name, folder, memory, processes)

    @named("opening the index failed")
    def open(self, folder: Path) -> OpenSearchSnapshot:
        """A snapshot of the folder's index."""
        return OpenSearchSnapshot(self._cluster, read_name(folder))

    def _new(self, folder: Path) -> str:
        """A name that no index has: that of the generation, whose folder holds the index's."""
        name = first = self._cluster.index_of(folder.resolve().parent.name)
        number = 1
        while self._there(name):
            number += 1
            name = f"{first}-{number}"
        return name

    def _there(self, name: str) -> bool:
        try:
            return bool(self._cluster.ask(lambda client: client.indices.exists(index=name)))
        except NotFoundError:
            return False
