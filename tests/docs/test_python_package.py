"""The Python package: its public names and parameters are those of its page, and its notebook runs."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import pytest

import juanzong
from tools import python_docs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    juanzong.rebuild(str(home), str(ROOT / "source_texts"))
    return home


def test_what_is_promised_is_what_there_is() -> None:
    """A name, a parameter or a field that goes breaks scripts of others: see the page before you change it.

    Write what is new into it with: python tools/python_docs.py
    """
    assert python_docs.PAGE.read_text("utf-8") == python_docs.page()


def test_a_query_alone_is_a_request(home: Path) -> None:
    with juanzong.Archive.open(home) as archive:
        assert archive.search("派出所").total == archive.search(juanzong.SearchRequest("派出所")).total


def test_the_notebook_prints_what_is_in_it() -> None:
    """Mend it with: python tools/python_docs.py"""
    program = "from tools.python_docs import notebook; print(notebook(), end='')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    assert run.stdout == python_docs.NOTEBOOK.read_text("utf-8")


def test_threads_share_an_archive(home: Path) -> None:
    with juanzong.Archive.open(home) as archive, ThreadPoolExecutor(8) as threads:

        def texts(query: str) -> list[str]:
            found = [hit.text for hit in archive.hits(juanzong.SearchRequest(query))]
            assert found == [archive.passage(hit).text for hit in ids(query)]
            return found

        def ids(query: str) -> list[str]:
            return [hit.passage_id for hit in archive.hits(juanzong.SearchRequest(query))]

        queries = ["所长", "派出所", "学习", "群众", "警"] * 8
        assert list(threads.map(texts, queries)) == [texts(query) for query in queries]


def test_all_hits_are_a_generator(home: Path) -> None:
    with juanzong.Archive.open(str(home)) as archive:
        request = juanzong.SearchRequest("所", sort="order")
        assert len(list(islice(archive.hits(request), 3))) == 3
        assert len(list(archive.hits(request))) == archive.search(request).total > 20


def test_the_archive_of_the_terminal_is_opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUANZONG_HOME", str(home))
    with juanzong.Archive.open() as archive:
        assert archive.stats().documents == 1


def test_the_reading_room_is_promised_too(home: Path) -> None:
    with juanzong.Archive.open(home) as archive:
        search = juanzong.SearchRequest("派出所", counts=True)
        places = archive.search(search).occurrences
        asked = juanzong.ConcordanceRequest(search, sort="right1", group="right1")
        found = archive.concordance(asked)
        assert found.total == len(list(archive.lines(asked))) == places
        assert sum(group.count for group in archive.line_groups(asked)) == places
        assert all(isinstance(line, juanzong.Line) and line.hit == "派出所" for line in found.lines)
        (row,) = archive.distribution(search, ["派出所"], "document").rows
        assert row.counts == (archive.search(search).total,)
        near = archive.collocates(juanzong.AssociationRequest(search, unit="character"))
        assert near.places == places
        assert isinstance(near.rows[0], juanzong.Association)
        title = juanzong.AssociationRequest(juanzong.SearchRequest("派出所"), least=1)
        assert archive.keyness(title).total
        card = archive.card(search)
        assert (card.occurrences, archive.rerun(card).same) == (places, True)


def test_what_is_wrong_has_a_name_and_a_next_step(tmp_path: Path) -> None:
    with pytest.raises(juanzong.ArchiveMissingError) as missing:
        juanzong.Archive.open(tmp_path)
    assert isinstance(missing.value, juanzong.JuanzongError)
    assert missing.value.hint
