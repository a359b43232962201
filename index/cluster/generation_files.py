"""The files of generations in a cluster, as blocks that are known by their content.

A generation is a folder of files with a manifest, as everywhere (``index.generations``); only its index is in
the cluster. Its files, above all the texts, are cut into blocks. The id of a block is the digest of its
content. So a block that two generations share is stored once, to send one again changes nothing, and a reader
of one generation fetches only the changed blocks of the next.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from opensearchpy import NotFoundError, helpers

from archive.digests import digest_of
from archive.errors import said
from index.atomic_files import files_below
from index.cluster.connection import Cluster
from index.errors import ArchiveBrokenError
from index.generation import NAME as MANIFEST

BLOCK = 1 << 18
"""Bytes of a block."""

LOCK = "lock"
"""The id of the one document that is not a file's (``index.cluster.publishing``)."""

_AT_ONCE = 32
"""Blocks of a request: 8 MB before they are compressed."""

_INDEX: Mapping[str, Any] = {
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1"},
    "mappings": {
        "dynamic": "strict",
        "properties": {
            "data": {"type": "binary"},
            "generation": {"type": "keyword"},
            "files": {"type": "object", "enabled": False},
            LOCK: {"type": "object", "enabled": False},
        },
    },
}


def made(cluster: Cluster) -> bool:
    """Whether the index for files is there. Raises ``ClusterError``, also where it is somebody else's."""
    try:
        found = cluster.ask(lambda client: client.indices.get_mapping(index=cluster.files))
    except NotFoundError:
        return False
    fields = found.get(cluster.files, {}).get("mappings", {}).get("properties", {})
    if fields.keys() != _INDEX["mappings"]["properties"].keys():
        raise cluster.taken(cluster.files)
    return True


def make(cluster: Cluster) -> None:
    """Make the index for files, if it is not there; raises like ``made``."""
    if not made(cluster):
        # 400: another build has just made it.
        cluster.ask(lambda client: client.indices.create(index=cluster.files, body=_INDEX, ignore=400))


def push(cluster: Cluster, folder: Path, name: str) -> None:
    """Put the files of a finished generation, or of a part of one, into the cluster under a name.

    Raises:
        ClusterError: it cannot be reached, or refuses them.
        OSError: a file cannot be read.
    """
    files: dict[str, list[str]] = {}
    for path in files_below(folder):
        ids = files[path.relative_to(folder).as_posix()] = []
        for group in _groups(path):
            ids += [name for name, _ in group]
            blocks = dict(group)
            there = _documents(cluster, list(blocks), content=False)
            _write(
                cluster, "create", {name: {"data": _packed(blocks[name])} for name in blocks.keys() - there}
            )
    _write(cluster, "index", {_described(name): {"generation": name, "files": files}})


def there(cluster: Cluster, names: Collection[str]) -> set[str]:
    """Those of the names that have files there. Raises ``ClusterError``."""
    found = _documents(cluster, list(map(_described, names)), content=False)
    return {name for name in names if _described(name) in found}


def pull(cluster: Cluster, generation: str, folder: Path, base: Path | None = None) -> None:
    """Fetch the files of a generation into a folder; what another one, ``base``, has is taken from there.

    The manifest comes last: a generation without one is not whole.

    Raises:
        ClusterError: it cannot be reached, or refuses.
        ArchiveBrokenError: a block is not there, or is not what was written.
        OSError: a file cannot be written.
    """
    name = _described(generation)
    files = _documents(cluster, [name])[name]["files"]
    for file in sorted(files, key=lambda file: file == MANIFEST):
        ids = files[file]
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        here = _groups(base / file) if base is not None and (base / file).is_file() else iter(())
        with target.open("wb") as written:
            for start in range(0, len(ids), _AT_ONCE):
                wanted = ids[start : start + _AT_ONCE]
                blocks = dict(next(here, ()))
                lacking = list({name for name in wanted if name not in blocks})
                for name, found in _documents(cluster, lacking).items():
                    blocks[name] = _unpacked(name, found["data"])
                written.writelines(blocks[name] for name in wanted)


def clean(cluster: Cluster, keep: Collection[str]) -> None:
    """Remove the files of all generations but these, for the holder of the cluster's lock. Raises
    ``ClusterError``.
    """
    query = {"query": {"exists": {"field": "generation"}}}
    cluster.ask(lambda client: client.indices.refresh(index=cluster.files))
    described = {hit["_id"]: hit["_source"] for hit in _all(cluster, query)}
    kept = {name for name, one in described.items() if one["generation"] in keep}
    used = kept.union(*(ids for name in kept for ids in described[name]["files"].values()))
    of_files = {"bool": {"must_not": {"ids": {"values": [LOCK]}}}}
    there = {hit["_id"] for hit in _all(cluster, {"query": of_files, "_source": False})}
    _write(cluster, "delete", dict.fromkeys(there - used, None))


def _described(generation: str) -> str:
    return f"generation-{generation}"


def _groups(path: Path) -> Iterator[Sequence[tuple[str, bytes]]]:
    """The blocks of a file with their ids, so many at a time as one request takes."""
    with path.open("rb") as file:
        while data := file.read(BLOCK * _AT_ONCE):
            blocks = (data[start : start + BLOCK] for start in range(0, len(data), BLOCK))
            yield [(digest_of(iter([block])), block) for block in blocks]


def _packed(block: bytes) -> str:
    return base64.b64encode(zlib.compress(block, 1)).decode()


def _unpacked(name: str, data: str) -> bytes:
    try:
        block = zlib.decompress(base64.b64decode(data))
    except (ValueError, zlib.error):
        block = b""
    if digest_of(iter([block])) != name:
        raise ArchiveBrokenError(said("The cluster's block {} is not what was written.", name))
    return block


def _documents(cluster: Cluster, names: Sequence[str], *, content: bool = True) -> dict[str, Any]:
    """What the documents of these ids hold; those that are there, where no content is asked for."""
    if not names:
        return {}
    body = {"ids": names}
    found = cluster.ask(lambda client: client.mget(index=cluster.files, body=body, _source=content))
    documents = {one["_id"]: one.get("_source") for one in found["docs"] if one.get("found")}
    if content and (lacking := set(names) - documents.keys()):
        raise ArchiveBrokenError(said("The cluster lacks files of the archive: {}.", min(lacking)))
    return documents


def _all(cluster: Cluster, query: Mapping[str, Any]) -> list[Any]:
    return cluster.ask(lambda client: list(helpers.scan(client, query, index=cluster.files, size=1000)))


def _write(cluster: Cluster, how: str, documents: Mapping[str, Mapping[str, Any] | None]) -> None:
    cluster.write(
        {"_op_type": how, "_index": cluster.files, "_id": name, **({"_source": one} if one else {})}
        for name, one in documents.items()
    )
