"""juanzong copy: the same archive in another place and by another engine, without its sources."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import copy, rebuild
from index.check import check
from index.errors import BuildError
from index.generations import Home
from index.requests import SearchRequest
from index.update import update

PAGES = {
    "甲.txt": "县城见闻\n\n街上的派出所换了新的门牌。\n",
    "旧报/乙.txt": "老街\n\n门牌背后的事，说来话长。\n派出所在东街。\n",
    "书信.jsonl": '{"id": "信一", "text": "见字如面，派出所已迁。", "date": "1949"}\n不是记录\n',
}


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    for name, text in PAGES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "图.xyz").write_bytes(b"\0")
    return folder


def found(home: Path, query: str = "派出所") -> list[tuple[str, str, str]]:
    with Archive.open(home) as archive:
        return [(hit.passage_id, hit.document.id, hit.text) for hit in archive.hits(SearchRequest(query))]


def test_a_copy_has_the_same_without_the_sources(tmp_path: Path, texts: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    made = rebuild(one, texts, engine="whoosh")
    away = texts.rename(tmp_path / "away")
    report = copy(Home(one), Home(two), engine="tantivy")
    assert (report.engine, report.documents, report.notes) == ("tantivy", made.documents, made.notes)
    assert found(two) == found(one) != []
    away.rename(texts)
    assert check(two).findings == ()
    assert update(two).mode == "unchanged"


def test_links_to_what_was_changed_go_along(tmp_path: Path, texts: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    rebuild(one, texts, engine="whoosh")
    (old,) = [id for id, name, _ in found(one) if name == "甲.txt"]
    (texts / "甲.txt").write_text("县城见闻\n\n街上的派出所换了崭新的门牌。\n", "utf-8")
    update(one)
    copy(Home(one), Home(two), engine="whoosh")
    with Archive.open(two) as archive:
        assert archive.passage(old).moved_from == old


def test_the_engine_of_an_archive_is_changed_in_its_place(tmp_path: Path, texts: Path) -> None:
    home = tmp_path / "home"
    rebuild(home, texts, engine="whoosh")
    before = found(home)
    shutil.rmtree(texts)
    assert copy(Home(home), Home(home), engine="tantivy").engine == "tantivy"
    assert found(home) == before


def test_the_archive_of_another_folder_is_not_replaced_unasked(tmp_path: Path, texts: Path) -> None:
    one, two, other = tmp_path / "one", tmp_path / "two", tmp_path / "other"
    rebuild(one, texts)
    other.mkdir()
    (other / "书.txt").write_text("此处另有一部书。\n", "utf-8")
    rebuild(two, other)
    with pytest.raises(BuildError, match="another folder"):
        copy(Home(one), Home(two))
    assert found(two, "另有")
    copy(Home(one), Home(two), replacing=True)
    assert found(two) == found(one)
