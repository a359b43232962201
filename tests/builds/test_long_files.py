"""Builds of files that are too long to be held: what is found and read is that of one document."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, contents_of, sentence, text, write

from archive.readers import plain
from archive.readers.files import HashedFile
from index import document_keys
from index.build import rebuild
from index.check import check
from index.generations import Home
from index.query.condition import TokenPhrase
from index.update import update

NewHome = Callable[[str], Home]

pytestmark = pytest.mark.parametrize("engine", ENGINES)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is long, and its parts, of a length that a test can write."""
    monkeypatch.setattr(plain, "LONG", 40_000)
    monkeypatch.setattr(plain, "PART", 10_000)


def page(seed: int, count: int = 800) -> str:
    return text(random.Random(seed), count)


def line(seed: int, count: int = 700) -> str:
    chance = random.Random(seed)
    return "".join(sentence(chance, chance.randint(5, 60)) for _ in range(count))


def files() -> dict[str, str]:
    return {"a.txt": page(1, 40), "b/long.txt": page(2), "b/one.txt": line(3), "c.txt": page(4, 40)}


def test_a_long_file_gives_the_archive_that_it_gives_as_a_whole(
    new_home: NewHome, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "texts", files())
    expected = new_home("whole")
    rebuild(expected, folder, engine=engine)
    monkeypatch.setattr(plain, "LONG", 40_000)
    monkeypatch.setattr(plain, "PART", 10_000)
    home = new_home("parts")
    report = rebuild(home, folder, engine=engine)
    assert (report.documents, report.notes) == (4, ())
    assert contents_of(home) == contents_of(expected)
    assert check(home, complete=True).findings == ()


@pytest.mark.usefixtures("short")
def test_a_run_is_found_wherever_it_stands_in_a_long_line(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """Passages of the line are cut as in the whole, so only a run over such a cut is in none of them."""
    whole = line(5)
    folder = write(tmp_path / "texts", {"one.txt": whole})
    home = new_home("home")
    rebuild(home, folder, engine=engine)
    generation = home.open_current()
    (document,) = generation.store.list_documents()
    passages = generation.store.passages_of(document.key)
    assert "".join(p.text for p in passages) == whole
    assert [p.source for p in passages] == [
        ((start, start + len(p.text)),)
        for p, start in zip(
            passages, [sum(len(p.text) for p in passages[:n]) for n in range(999)], strict=False
        )
    ]
    assert {p.piece for p in passages} == {0}
    for start in range(0, len(whole) - 6, 997):
        run = generation.analyzer.normal_text(whole[start : start + 6])
        expected = [p.key for p in passages if run in generation.analyzer.normal_text(p.text)]
        grams = tuple(generation.analyzer.grams(run))
        assert sorted(generation.snapshot.keys(TokenPhrase("grams", grams))) == expected
    generation.close()


@pytest.mark.usefixtures("short")
def test_an_update_of_a_long_file_gives_what_a_rebuild_gives(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    folder = write(tmp_path / "texts", {f"{n}.txt": page(n, 900) for n in range(10)} | files())
    home = new_home("home")
    rebuild(home, folder, engine=engine)
    before = {name: ids(home, name) for name in ("a.txt", "b/long.txt")}
    write(folder, {"b/long.txt": page(2).replace("。", "，新的一句。", 1)})
    report = update(home)
    assert (report.mode, report.changed) == ("update", 1)
    other = new_home("other")
    rebuild(other, folder, engine=engine)
    assert contents_of(home) == contents_of(other)
    assert ids(home, "a.txt") == before["a.txt"]
    assert len(before["b/long.txt"] - ids(home, "b/long.txt")) <= 1


def ids(home: Home, name: str) -> set[str]:
    generation = home.open_current()
    try:
        document = generation.store.document_by_id(name)
        assert document is not None
        return {passage.id for passage in generation.store.passages_of(document.key)}
    finally:
        generation.close()


@pytest.mark.usefixtures("short")
def test_a_long_file_whose_id_is_taken_gets_another_one(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    record = json.dumps({"id": "b/long.txt", "text": "占先。"}, ensure_ascii=False)
    folder = write(tmp_path / "texts", {"a.jsonl": record + "\n", "b/long.txt": page(2)})
    home = new_home("home")
    report = rebuild(home, folder, engine=engine)
    assert [note.code for note in report.notes] == ["id_clash"]
    generation = home.open_current()
    first, second = generation.store.list_documents()
    assert (first.id, second.id) == ("b/long.txt", "b/long.txt~2")
    assert second.passages == len(generation.store.passages_of(second.key)) == 801
    assert generation.snapshot.size() == 802
    generation.close()


@pytest.mark.usefixtures("short")
def test_what_is_beyond_the_passages_that_a_document_may_have_is_named(
    new_home: NewHome, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_keys, "MAX_PASSAGES", 500)
    folder = write(tmp_path / "texts", {"b/long.txt": page(2), "c.txt": page(4, 40)})
    report = rebuild(new_home("home"), folder, engine=engine)
    (note,) = report.notes
    assert (note.code, note.path, note.left_out) == ("left_out", "b/long.txt", True)
    assert report.documents == 2
    assert 41 + 100 < report.passages <= 41 + 500
    assert f"the passage {report.passages - 41}" in note.message


@pytest.mark.usefixtures("short")
def test_a_long_file_that_cannot_be_read_to_its_end_is_a_note(
    new_home: NewHome, tmp_path: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What there was of it was stored, and counted as nothing: the whole build failed."""
    folder = write(tmp_path / "texts", files())
    size = (folder / "b" / "long.txt").stat().st_size
    real = HashedFile.next

    def failing(file: HashedFile, most: int) -> bytes:
        if file.size != size:
            return real(file, most)
        reads.append(most)
        if len(reads) > 2:
            raise OSError(5, "Input/output error")
        return real(file, 60_000)

    reads: list[int] = []
    monkeypatch.setattr(HashedFile, "next", failing)
    home = new_home("home")
    report = rebuild(home, folder, engine=engine)
    assert [(note.path, note.left_out) for note in report.notes] == [("b/long.txt", True)]
    with closing(home.open_current()) as generation:
        assert generation.snapshot.size() == generation.manifest.passages
