"""A build in parts, by several processes at once: the same archive as one build makes."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from building import contents_of, record, text_files, write
from opensearch_nodes import Nodes

from archive.own_process import python_command
from index.archive import Archive
from index.build import rebuild
from index.check import check
from index.cluster import publishing
from index.cluster.connection import Cluster
from index.errors import BuildError, BusyError
from index.generations import Home
from index.part_builds import rebuild_part
from index.report import Progress
from index.requests import SearchRequest
from index.update import update

_numbers = count()

STOPPED = (
    "import sys, time; from pathlib import Path;"
    " from index.generations import Home; from index.part_builds import rebuild_part;"
    " stop = lambda now: now.phase == 'read' and (print('here', flush=True), time.sleep(600));"
    " rebuild_part(Home(Path(sys.argv[1]), sys.argv[3]), sys.argv[4], Path(sys.argv[2]), progress=stop)"
)


@pytest.fixture
def address(cluster: Nodes) -> str:
    return f"{cluster.url}/parts{next(_numbers)}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Texts, and records whose authors and ids are those of others in another part."""
    chance = random.Random(4)
    files = text_files(24)
    for number in range(6):
        files[f"{5 * number}r.jsonl"] = record(chance, "同") + record(chance, f"r{number}")
    return write(tmp_path / "texts", files)


def started(home: Path, address: str, folder: Path, part: str) -> subprocess.Popen[str]:
    options = ["--home", str(home), "--url", address]
    command = [sys.executable, "-m", "cli.main", *options, "rebuild", str(folder), "--part", part, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def answered(home: Home) -> Any:
    """What is seen of the archive: hits with their scores, facets, documents, and its words."""
    with Archive(home.open_current(), home) as archive:
        found = [
            archive.search(SearchRequest(query, limit=100, facets=("author", "document", "year")))
            for query in ("派出所", "天下大势", "作者:记者甲", "说為", "卷宗 报纸")
        ]
        hits = [[(h.passage_id, h.tier, round(h.score, 3)) for h in answer.hits] for answer in found]
        return hits, [answer.facets for answer in found], archive.generation.vocabulary.everything()


def test_three_builders_make_what_one_makes(tmp_path: Path, address: str, folder: Path) -> None:
    """One of them is killed, and started again; texts and records with authors and ids of other parts."""
    killed = python_command(STOPPED, str(tmp_path / "b2"), str(folder), address, "2/3")
    with subprocess.Popen(killed, stdout=subprocess.PIPE, text=True) as second:
        builders = [started(tmp_path / f"b{n}", address, folder, f"{n}/3") for n in (1, 3)]
        assert second.stdout is not None
        assert second.stdout.readline() == "here\n"
        reports = [json.loads(builder.communicate(timeout=120)[0]) for builder in builders]
        second.kill()
    assert [report["mode"] for report in reports] == ["part", "part"]
    assert "2" in reports[-1]["engine_reason"]
    assert publishing.served(Cluster(address)) is None
    last = started(tmp_path / "b2", address, folder, "2/3")
    assert json.loads(last.communicate(timeout=120)[0])["mode"] == "rebuild"

    whole, joined = Home(tmp_path / "whole", ""), Home(tmp_path / "reader", address)
    rebuild(whole, folder, engine="tantivy")
    assert answered(joined) == answered(whole)
    assert contents_of(joined) == contents_of(whole)
    assert check(Home(tmp_path / "b2", address), complete=True).findings == ()
    there = Cluster(address)
    indexes = set(there.ask(lambda client: client.indices.get(index=f"{there.alias}-*")))
    assert indexes == {there.files, there.index_of(joined.known() or "")}

    for number in range(6):  # else an update would be a rebuild: they share an id
        (folder / f"{5 * number}r.jsonl").unlink()
    builders_here = [Home(tmp_path / name, address) for name in ("b2", "b1")]
    parts = [
        rebuild_part(home, f"{n}/2", folder, allow_missing=True) for n, home in enumerate(builders_here, 1)
    ]
    assert [report.mode for report in parts] == ["part", "rebuild"]
    write(folder, {"7.txt": "派出所搬了家\n\n新的作者，新的报纸。\n"})
    assert update(Home(tmp_path / "b1", address)).mode == "update"
    rebuild(whole, folder, engine="tantivy", allow_missing=True)
    assert contents_of(joined) == contents_of(whole)


def test_parts_that_could_not_be_joined_are_joined_later(tmp_path: Path, address: str, folder: Path) -> None:
    """And are not built again: the join ends in the middle, and any part is started once more."""
    first, second = (Home(tmp_path / name, address) for name in ("b1", "b2"))
    rebuild_part(first, "1/2", folder)

    def stop(now: Progress) -> None:
        if now.phase == "check":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_part(second, "2/2", folder, progress=stop)
    phases: list[str] = []
    report = rebuild_part(first, "1/2", folder, progress=lambda now: phases.append(now.phase))
    assert (report.mode, "read" in phases) == ("rebuild", False)
    assert check(first).findings == ()


def test_while_a_part_is_built_no_other_build_goes_on(
    tmp_path: Path, address: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of other files is another build. Where a part was left it stands in the way for seconds only."""
    monkeypatch.setattr(publishing, "DEAD", 4.0)
    command = python_command(STOPPED, str(tmp_path / "b1"), str(folder), address, "1/2")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "here\n"
        with pytest.raises(BusyError):
            rebuild(Home(tmp_path / "other", address), folder)
        with pytest.raises(BusyError):
            rebuild_part(Home(tmp_path / "other", address), "2/3", folder)
        first.kill()
    rebuild(Home(tmp_path / "other", address), folder)
    there = Cluster(address)
    assert len(there.ask(lambda client: client.indices.get(index=f"{there.alias}-*"))) == 2


def test_what_is_no_part_is_said(tmp_path: Path, address: str, folder: Path) -> None:
    for part in ("0/3", "4/3", "3", "x/3"):
        with pytest.raises(BuildError, match="not a part"):
            rebuild_part(Home(tmp_path / "home", address), part, folder)
    with pytest.raises(BuildError, match="in a cluster"):
        rebuild_part(Home(tmp_path / "home", ""), "1/3", folder)
