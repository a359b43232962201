"""What cluster.md says of snapshots: restored with aliases, an archive is served again."""

from __future__ import annotations

from pathlib import Path

from opensearch_nodes import Nodes

from index.archive import Archive
from index.build import rebuild
from index.cluster.connection import cluster_at
from index.generations import Home


def test_an_archive_is_served_again_out_of_a_snapshot(cluster: Nodes, tmp_path: Path, address: str) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "甲.txt").write_text("县城见闻\n\n街上的派出所换了新的门牌。\n", "utf-8")
    rebuild(Home(tmp_path / "builder", address), tmp_path / "texts")
    there = cluster_at(address)
    indexes, patience = f"{there.alias}*", {"wait_for_completion": "true"}
    place = {"type": "fs", "settings": {"location": there.alias}}
    there.ask(lambda client: client.snapshot.create_repository(repository="kept", body=place))
    kept = {"repository": "kept", "snapshot": "one", "params": patience}
    there.ask(lambda client: client.snapshot.create(body={"indices": indexes}, **kept))
    there.ask(lambda client: client.indices.delete(index=f"{there.alias}-*"))
    again = {"indices": indexes, "include_aliases": True}
    there.ask(lambda client: client.snapshot.restore(body=again, **kept))
    home = Home(tmp_path / "reader", address)
    with Archive(home.open_current(), home) as archive:
        assert archive.search("派出所").total == 1
