"""An archive in a cluster: built from one data directory, followed by others, published by one alias."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.errors import JuanzongError
from archive.own_process import python_command
from index.archive import Archive
from index.build import copy, rebuild
from index.check import check
from index.cluster import generation_files, publishing
from index.cluster.connection import Cluster
from index.errors import ArchiveMissingError, BusyError, ClusterError, EngineError
from index.generations import Home
from index.part_builds import rebuild_part
from index.requests import SearchRequest
from index.update import update

QUERIES = ("派出所", "門牌", "所", "派出所 老街", "东街。派", '"牌背"', "老*街", "作者:记者甲", "不在此处")


def texts(folder: Path) -> Path:
    folder.mkdir()
    for number in range(40):
        first = f"第{number}街见闻\n\n街上的派出所换了新的门牌，号码是{number}。\n\n"
        body = first + "老街背后的事，说来话长。\n记者甲\n"
        (folder / f"{number:02}.txt").write_text(body, "utf-8")
    return folder


def found(home: Home) -> dict[str, list[tuple[str, str, float]]]:
    with Archive(home.open_current(), home) as archive:
        answers = {query: archive.search(SearchRequest(query, limit=100)) for query in QUERIES}
    return {
        query: [(hit.passage_id, hit.tier, round(hit.score, 3)) for hit in answer.hits]
        for query, answer in answers.items()
    }


def indexes(cluster: Cluster) -> set[str]:
    return set(cluster.ask(lambda client: client.indices.get(index=f"{cluster.alias}-*")))


def test_one_builds_and_all_who_know_the_address_find_the_same(tmp_path: Path, address: str) -> None:
    folder = texts(tmp_path / "texts")
    rebuild(tmp_path / "here", folder, engine="tantivy")
    with pytest.raises(ArchiveMissingError, match="no archive at"):
        Home(tmp_path / "reader", address).open_current()
    report = rebuild(Home(tmp_path / "builder", address), folder)
    assert report.engine == "opensearch"
    reader = Home(tmp_path / "reader", address)
    assert found(reader) == found(Home(tmp_path / "here"))
    assert reader.settings().folder is None
    assert Home(tmp_path / "reader").address == address, "it remembers what it follows"
    assert check(Home(tmp_path / "builder")).findings == ()


def test_readers_follow_an_update_and_fetch_what_changed(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = texts(tmp_path / "texts")
    builder, reader = Home(tmp_path / "builder", address), Home(tmp_path / "reader", address)
    rebuild(builder, folder)
    before = found(reader)
    (folder / "07.txt").write_text("第七街见闻\n\n派出所搬走了，門牌还在。\n", "utf-8")
    fetched: list[str] = []
    unpack = generation_files._unpacked

    def counted(name: str, data: str) -> bytes:
        fetched.append(name)
        return unpack(name, data)

    monkeypatch.setattr(generation_files, "_unpacked", counted)
    assert update(builder).mode == "update"
    after = found(reader)
    assert after["門牌"] != before["門牌"]
    rebuild(tmp_path / "here", folder, engine="whoosh")
    assert {query: {hit[0] for hit in hits} for query, hits in after.items()} == {
        query: {hit[0] for hit in hits} for query, hits in found(Home(tmp_path / "here")).items()
    }
    assert fetched
    assert len(indexes(Cluster(address))) == 3, "the one served, the one before, and the files"


def test_another_machine_goes_on_where_the_first_ended(tmp_path: Path, address: str) -> None:
    folder = texts(tmp_path / "texts")
    rebuild(Home(tmp_path / "first", address), folder)
    (folder / "新.txt").write_text("另有新的门牌。\n", "utf-8")
    rebuild(Home(tmp_path / "second", address), folder)
    assert update(Home(tmp_path / "first")).mode == "unchanged"
    assert found(Home(tmp_path / "first")) == found(Home(tmp_path / "second"))


BUILD = (
    "import sys, time; from pathlib import Path;"
    " from index.generations import Home; from index.build import rebuild;"
    " stop = lambda progress: progress.phase == 'check' and (print('here', flush=True), time.sleep(600));"
    " rebuild(Home(Path(sys.argv[1]), sys.argv[3]), Path(sys.argv[2]), progress=stop)"
)


def test_a_build_that_dies_changes_nothing_and_is_cleared_away(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "DEAD", 4.0)
    folder = texts(tmp_path / "texts")
    builder = Home(tmp_path / "builder", address)
    rebuild(builder, folder)
    served, before = publishing.served(Cluster(address)), found(builder)
    command = python_command(BUILD, str(tmp_path / "other"), str(folder), address)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "here\n"
        with pytest.raises(BusyError):
            rebuild(Home(tmp_path / "third", address), folder)
        other.kill()
    cluster = Cluster(address)
    assert publishing.served(cluster) == served
    assert found(builder) == before
    stranger = f"{cluster.alias}-stranger"
    cluster.ask(lambda client: client.indices.create(index=stranger))
    assert len(indexes(cluster)) == 4, "the dead build left an index"
    rebuild(builder, folder)
    kept = {cluster.index_of(name) for name in (served or "", publishing.served(cluster) or "")}
    assert indexes(cluster) == {*kept, cluster.files, stranger}
    assert found(builder) == before


def test_an_archive_whose_name_begins_as_another_ones_is_left_to_itself(tmp_path: Path, address: str) -> None:
    """A build removed the generations of each archive whose name began as its own: papers, papers-1937."""
    folder = texts(tmp_path / "texts")
    longer = Home(tmp_path / "longer", f"{address}-1937")
    rebuild(longer, folder)
    before = indexes(Cluster(address))
    for _ in range(3):  # the third removes the first
        rebuild(Home(tmp_path / "builder", address), folder)
    assert before <= indexes(Cluster(address))
    assert check(longer).findings == ()


@pytest.mark.parametrize("taken", ["alias", "files"])
def test_an_index_of_somebody_else_is_never_written_to(tmp_path: Path, address: str, taken: str) -> None:
    """Files went into any index of that name, and a build removed from it what it did not know."""
    cluster = Cluster(address)
    name = getattr(cluster, taken)
    cluster.ask(lambda client: client.index(index=name, id="one", body={"text": "派出所"}, refresh=True))
    try:
        with pytest.raises(ClusterError, match=f"an index {name} that is not this archive's") as refused:
            rebuild(Home(tmp_path / "builder", address), texts(tmp_path / "texts"))
        assert "another name" in refused.value.hint
        assert cluster.ask(lambda client: client.count(index=name))["count"] == 1
        assert indexes(cluster) == ({name} if taken == "files" else set())
    finally:
        cluster.ask(lambda client: client.indices.delete(index=name))


def refused_engine(home: Home, folder: Path) -> None:
    rebuild(home, folder, engine="whoosh")


def refused_without_a_folder(home: Home, _: Path) -> None:
    rebuild(home)


def refused_folder(home: Home, folder: Path) -> None:
    rebuild(home, folder / "none")


def refused_empty_folder(home: Home, folder: Path) -> None:
    (folder / "empty").mkdir()
    rebuild(home, folder / "empty")


def refused_dictionary(home: Home, folder: Path) -> None:
    rebuild(home, folder, user_dictionary=folder / "none")


def refused_update(home: Home, _: Path) -> None:
    update(home)


def refused_part(home: Home, folder: Path) -> None:
    rebuild_part(home, "1/2", folder / "none")


@pytest.mark.parametrize(
    "build",
    [
        refused_engine,
        refused_without_a_folder,
        refused_folder,
        refused_empty_folder,
        refused_dictionary,
        refused_update,
        refused_part,
    ],
)
def test_a_build_that_is_refused_leaves_nothing(
    tmp_path: Path, address: str, build: Callable[[Home, Path], None]
) -> None:
    """An empty index for files was left in the cluster."""
    folder = texts(tmp_path / "texts")
    with pytest.raises(JuanzongError) as refused:
        build(Home(tmp_path / "builder", address), folder)
    assert refused.value.hint
    assert indexes(Cluster(address)) == set()
    assert not (tmp_path / "builder").exists()


def test_a_copy_to_a_cluster_and_back_is_the_same(tmp_path: Path, address: str) -> None:
    folder = texts(tmp_path / "texts")
    here = Home(tmp_path / "here")
    rebuild(here, folder, engine="whoosh")
    copy(here, Home(tmp_path / "way", address), engine="opensearch")
    folder.rename(tmp_path / "away")
    copy(Home(tmp_path / "reader", address), Home(tmp_path / "back", ""), engine="whoosh")
    assert found(Home(tmp_path / "reader", address)) == found(here) == found(Home(tmp_path / "back"))


def test_what_is_wrong_with_an_address_is_said(tmp_path: Path, address: str) -> None:
    folder = texts(tmp_path / "texts")
    with pytest.raises(ClusterError, match="cannot be reached"):
        rebuild(Home(tmp_path / "one", "http://127.0.0.1:9/x"), folder)
    with pytest.raises(ClusterError) as refused:
        Home(tmp_path / "one", "http://me:secret@127.0.0.1/x").open_current()
    assert "secret" not in str(refused.value)
    with pytest.raises(EngineError, match="in the cluster"):
        rebuild(Home(tmp_path / "one", address), folder, engine="tantivy")
    with pytest.raises(EngineError, match="no address"):
        rebuild(Home(tmp_path / "one", ""), folder, engine="opensearch")
    assert not (tmp_path / "one").exists()
