"""What a reader sees is what was archived: a bit flipped in any file is named, or changes nothing.

A damaged text store showed other texts without a word; a damaged index changed answers, or was a traceback.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from building import ENGINES, copy_of, record, text, write
from msgspec.structs import asdict

from archive.errors import JuanzongError, StoreError
from index import generation
from index.archive import Archive
from index.build import rebuild
from index.check import check
from index.engines.base import Sort
from index.engines.guarded import GuardedSnapshot
from index.errors import ArchiveBrokenError, ArchiveMissingError, EngineError
from index.generation import Manifest
from index.generations import Home
from index.query.condition import EVERYTHING
from index.reloading import LiveArchive
from index.requests import BrowseName, FacetName, SearchRequest
from index.results import to_json
from index.update import update

QUERIES = ("派出所", "天下大势", "臺灣", "天*势 OR author:编辑")
TRUSTED = ("words.txt", "vocabulary.txt", "report.json")
"""Files that a search in a terminal does not compare: of how words are cut, what is offered, and a report."""


@pytest.fixture(scope="module", params=ENGINES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """An archive of texts and records, small enough that a terminal compares its index too."""
    folder = tmp_path_factory.mktemp("damaged")
    chance = random.Random(1)
    files = {f"报/{n}.txt": text(chance) for n in range(4)}
    files["r.jsonl"] = "".join(record(chance, f"r{n}") for n in range(10))
    home = Home(folder / "home")
    rebuild(home, write(folder / "texts", files), engine=request.param)
    return home


def generation_of(home: Home) -> Path:
    name = home.current()
    assert name is not None
    return home.generations / name


@contextmanager
def flipped(path: Path, chance: random.Random) -> Iterator[int]:
    """One bit of a file is the other; afterwards it is as it was."""
    data = path.read_bytes()
    bit = chance.randrange(8 * len(data))
    path.write_bytes(data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :])
    try:
        yield bit
    finally:
        path.write_bytes(data)


def flips(home: Home, count: int, seed: int) -> Iterator[tuple[str, int]]:
    """So many times one bit in one file of the generation is flipped, each file as often as the others."""
    chance = random.Random(seed)
    files = [
        path for path in sorted(generation_of(home).rglob("*")) if path.is_file() and path.stat().st_size
    ]
    for number in range(count):
        path = files[number % len(files)]
        with flipped(path, chance) as bit:
            yield path.name, bit


def asked(home: Home) -> dict[str, Any]:
    """What a terminal answers, by what is asked; a named error as None, any other one is raised."""
    found: dict[str, Any] = {}

    def ask(name: str, question: Callable[[], Any]) -> None:
        try:
            found[name] = json.loads(json.dumps(question(), ensure_ascii=False, default=str))
        except JuanzongError as error:
            found[name] = None if "rebuild" in str(error).lower() else str(error)

    def search(query: str) -> Any:
        request = SearchRequest(query, limit=50, facets=get_args(FacetName), counts=True)
        return to_json(archive.search(request)) | {"took_ms": 0}

    def every(request: SearchRequest) -> Any:
        return list(archive.hits(request))

    try:
        archive = Archive.open(home.path)
    except ArchiveBrokenError:
        return {}
    with archive:
        for query in QUERIES:
            ask(query, partial(search, query))
            for sort in get_args(Sort):
                ask(f"{query} {sort}", partial(every, SearchRequest(query, sort=sort)))
        ask("document", lambda: to_json(archive.document("报/1.txt", SearchRequest("派出所"))))
        ask("record", lambda: to_json(archive.document("r3")))
        ask("list", lambda: list(archive.each_document(SearchRequest(""))))
        ask("browse", lambda: [archive.browse(name) for name in get_args(BrowseName)])
        ask("stats", lambda: to_json(archive.stats()))
        ask("suggest", lambda: archive.suggest("派"))
        ask("report", archive.report)
    return found


def archived(home: Home) -> set[str]:
    """All texts, titles, authors and headings of the undamaged archive."""
    with Archive.open(home.path) as archive:
        store = archive.generation.store
        documents = store.list_documents()
        found = {p.text for d in documents for p in store.passages_of(d.key)}
        return found | {str(value) for d in documents for value in (d.title, d.author, d.path, d.id, d.date)}


def shown(answer: Any) -> Iterator[str]:
    for hit in answer["hits"]:
        document = hit["document"]
        yield from (hit["text"], hit["before"], hit["after"])
        yield from (str(document[name]) for name in ("id", "title", "author", "path", "date"))


def assert_named_or_the_same(home: Home, count: int, seed: int) -> None:
    good = asked(home)
    assert None not in good.values()
    for name, bit in flips(home, count, seed):
        for question, answer in asked(home).items():
            if name not in TRUSTED:
                assert answer is None or answer == good[question], (name, bit, question)


def assert_texts_are_those_archived(home: Home, count: int, seed: int) -> None:
    known = archived(home) | {""}
    for name, bit in flips(home, count, seed):
        answers = asked(home)
        for query in QUERIES:
            if answers.get(query):
                assert set(shown(answers[query])) <= known, (name, bit, query)


def assert_no_server_answers(home: Home, count: int, seed: int) -> None:
    for name, bit in flips(home, count, seed):
        with pytest.raises(ArchiveBrokenError):
            pytest.fail(f"{name} {bit} {LiveArchive(home.path).get()}")


def test_a_terminal_names_a_flipped_bit_or_answers_as_before(built: Home) -> None:
    assert_named_or_the_same(built, 75, 1)


def test_texts_of_a_large_archive_with_a_flipped_bit_are_named_or_those_archived(
    built: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its index is not compared for one search: a passage may be missed, but none is shown that never was."""
    monkeypatch.setattr(generation, "SMALL", 0)
    assert_texts_are_those_archived(built, 75, 2)


def test_a_server_answers_from_no_generation_with_a_flipped_bit(built: Home) -> None:
    assert_no_server_answers(built, 150, 3)


@pytest.mark.long
def test_a_thousand_flipped_bits(built: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_no_server_answers(built, 1_000, 4)
    assert_named_or_the_same(built, 1_000, 5)
    monkeypatch.setattr(generation, "SMALL", 0)
    assert_texts_are_those_archived(built, 1_000, 6)


CHANGES = {
    "text": "UPDATE passages SET text = '別的' WHERE key = (SELECT max(key) FROM passages)",
    "text of another": "UPDATE passages SET text = (SELECT text FROM passages ORDER BY key LIMIT 1)",
    "keys exchanged": "CREATE TEMP TABLE k AS SELECT min(key) a, min(key) + 1 b FROM passages;"
    " UPDATE passages SET key = -1 WHERE key = (SELECT a FROM k);"
    " UPDATE passages SET key = (SELECT a FROM k) WHERE key = (SELECT b FROM k);"
    " UPDATE passages SET key = (SELECT b FROM k) WHERE key = -1",
    "source span": "UPDATE passages SET start = start + 1",
    "section": "UPDATE passages SET section = section + 1",
    "title": "UPDATE documents SET title = '別的'",
    "author": "UPDATE documents SET author = 1 - coalesce(author, 0) + 1",
    "date": "UPDATE documents SET date = '1999'",
    "path": "UPDATE documents SET path = path || 'x'",
    "number of passages": "UPDATE documents SET passages = passages - 1",
    "heading": "UPDATE sections SET heading = '別的', path = '[\"別的\"]'",
    "affiliation": "UPDATE sections SET affiliation = '別的'",
    "name": "UPDATE names SET name = name || 'x'",
    "way": "UPDATE ways SET rule = 'x'",
    "lost": "DELETE FROM passages WHERE key IN (SELECT key + 1 FROM passages)",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_that_was_changed_is_never_shown(built: Home, tmp_path: Path, change: str) -> None:
    """Also where the file has the size that it had, and nobody compared it."""
    home = copy_of(built, tmp_path / "home")
    path = generation_of(home) / "texts.sqlite"
    with Archive.open(home.path) as archive:
        before = to_json(archive.search(SearchRequest("派出所", limit=100))) | {"took_ms": 0}
        assert before["hits"]
    with closing(sqlite3.connect(path)) as database:
        database.executescript(CHANGES[change])
    with path.open("ab") as file:
        file.truncate(Manifest.read(generation_of(home)).files["texts.sqlite"].size)
    with Archive.open(home.path) as archive:
        archive.generation.store.read_as_it_is()
        with pytest.raises(StoreError, match="rebuild"):
            read_all(archive)


def read_all(archive: Archive) -> None:
    for document in archive.generation.store.list_documents():
        archive.document(document.id)
    archive.search(SearchRequest("派出所", limit=100))


@pytest.mark.parametrize("name", ["texts.sqlite", "words.txt", "vocabulary.txt", "index"])
def test_an_update_does_not_carry_damage_on_but_rebuilds_and_says_so(
    built: Home, tmp_path: Path, name: str
) -> None:
    """It took the digests of what it had copied, and then a check said that all agreed."""
    home = copy_of(built, tmp_path / "home")
    texts = shutil.copytree(built.path.parent / "texts", tmp_path / "texts")
    rebuild(home, texts)
    path = generation_of(home) / name
    path = max(path.iterdir(), key=lambda file: file.stat().st_size) if path.is_dir() else path
    data = path.read_bytes()
    path.unlink()  # which the build before may have too
    path.write_bytes(data[:-40] + bytes([data[-40] ^ 1]) + data[-39:])
    write(texts, {"new.txt": "新的\n\n话。\n"})
    report = update(home)
    assert report.mode == "rebuild"
    assert "damaged" in report.engine_reason
    assert path.name in report.engine_reason
    assert check(home, complete=True).findings == ()


def test_a_check_names_damage_wherever_it_is_and_goes_on(built: Home, tmp_path: Path) -> None:
    home = copy_of(built, tmp_path / "home")
    write(built.path.parent / "texts", {"new.txt": "新的\n\n话。\n"})
    try:
        with flipped(generation_of(home) / "texts.sqlite", random.Random(8)):
            codes = {note.code for note in check(home, complete=True).findings}
    finally:
        (built.path.parent / "texts" / "new.txt").unlink()
    assert {"damaged", "new"} <= codes


@pytest.mark.parametrize("statement", ["CREATE VIEW v AS SELECT * FROM names", "CREATE TABLE t (x)",
    "CREATE TRIGGER t AFTER INSERT ON notes BEGIN DELETE FROM names; END",
    "DROP TABLE notes; CREATE VIEW notes AS SELECT 1"])  # fmt: skip
def test_a_text_store_with_what_this_program_never_made_is_refused(
    built: Home, tmp_path: Path, statement: str
) -> None:
    home = copy_of(built, tmp_path / "home")
    folder = generation_of(home)
    with closing(sqlite3.connect(folder / "texts.sqlite")) as database:
        database.executescript(statement)
    handed_over(folder, lambda data: None)
    with pytest.raises(ArchiveBrokenError, match="never made"):
        home.open_current()


def handed_over(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Somebody else's manifest, which agrees with the files."""
    from index.generation import states

    manifest = Manifest.read(folder)
    data = asdict(manifest) | {"files": states(folder)}
    data["files"].pop("manifest.json", None)
    change(data["files"])
    Manifest(**data).write(folder)


@pytest.mark.parametrize("name", ["../stolen", "index/../../stolen", "/etc/passwd", "C:/x", "..\\stolen", ""])
def test_a_manifest_that_names_a_file_outside_its_folder_is_refused(
    built: Home, tmp_path: Path, name: str
) -> None:
    home = copy_of(built, tmp_path / "home")
    (home.generations / "stolen").write_bytes(b"x")
    handed_over(generation_of(home), lambda files: files.update({name: (1, "0" * 32)}))
    with pytest.raises(ArchiveBrokenError, match="outside its folder"):
        home.open_current()


@pytest.mark.skipif(os.name == "nt", reason="links need more rights there")
@pytest.mark.parametrize("what", ["texts.sqlite", "index", "index/further"])
def test_a_link_in_a_generation_is_refused(built: Home, tmp_path: Path, what: str) -> None:
    home = copy_of(built, tmp_path / "home")
    path = generation_of(home) / what
    if path.exists():
        path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ArchiveBrokenError, match="a link"):
        home.open_current()


def test_a_new_generation_with_a_flipped_bit_is_not_served_and_health_says_so(
    built: Home, tmp_path: Path
) -> None:
    home = copy_of(built, tmp_path / "home")
    live = LiveArchive(home.path)
    served = live.get()
    served.health()
    texts = shutil.copytree(built.path.parent / "texts", tmp_path / "texts")
    write(texts, {"new.txt": "新的\n\n话。\n"})
    rebuild(home, texts)
    with flipped(generation_of(home) / "words.txt", random.Random(1)):
        assert live.get() is served
        with pytest.raises(ArchiveBrokenError, match=r"words\.txt is damaged"):
            live.get().health()
        assert served.search(SearchRequest("派出所")).total


@pytest.mark.skipif(os.name == "nt", reason="open files cannot be removed there")
@pytest.mark.parametrize("gone", ["generations", "texts.sqlite", "home"])
def test_health_sees_that_the_archive_was_removed(built: Home, tmp_path: Path, gone: str) -> None:
    home = copy_of(built, tmp_path / "home")
    live = LiveArchive(home.path)
    live.get().health()
    path = {"home": home.path, "texts.sqlite": generation_of(home) / gone}.get(gone, home.path / gone)
    path.rename(tmp_path / "away")
    with pytest.raises((ArchiveMissingError, ArchiveBrokenError)):
        live.get().health()
    assert live.get().search(SearchRequest("派出所")).total


def test_an_archive_that_only_lost_its_current_is_healthy(built: Home, tmp_path: Path) -> None:
    # The generation is found again without it, by a server that is started now too.
    home = copy_of(built, tmp_path / "home")
    live = LiveArchive(home.path)
    live.get().health()
    (home.path / "current").unlink()
    live.get().health()
    LiveArchive(home.path).get().health()


def test_health_sees_damage_that_was_found_while_answering(built: Home, tmp_path: Path) -> None:
    home = copy_of(built, tmp_path / "home")
    live = LiveArchive(home.path)
    archive = live.get()
    with pytest.raises(StoreError):
        archive.generation.store.passages([1])
    with pytest.raises(StoreError):
        live.get().health()


def test_others_are_answered_while_a_new_generation_is_verified(
    built: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(built, tmp_path / "home")
    live = LiveArchive(home.path)
    served = live.get()
    texts = shutil.copytree(built.path.parent / "texts", tmp_path / "texts")
    write(texts, {"new.txt": "新的\n\n话。\n"})
    rebuild(home, texts)
    reached, released = threading.Event(), threading.Event()
    damaged = Manifest.damaged

    def slow(*arguments: Any) -> Any:
        reached.set()
        assert released.wait(10)
        return damaged(*arguments)

    monkeypatch.setattr(Manifest, "damaged", slow)
    first = threading.Thread(target=live.get)
    first.start()
    assert reached.wait(10)
    assert live.get() is served
    released.set()
    first.join()
    assert live.get() is not served


class Failing:
    """A snapshot of a library that fails in a way of its own."""

    def __init__(self, failure: BaseException | int) -> None:
        self.failure = failure

    def count(self, _: object) -> int:
        if isinstance(self.failure, int):
            return self.failure
        raise self.failure

    def size(self) -> int:
        return 5


class PanicException(BaseException):
    """What a panic of Rust is in Python."""


FAILURES = (
    KeyError("x"), UnicodeDecodeError("utf-8", b"", 0, 1, "x"), MemoryError(), AssertionError(),
    PanicException("index out of bounds"), RecursionError(), 6, -1,
)  # fmt: skip


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_and_impossible_answer_of_an_engine_is_named(failure: BaseException | int) -> None:
    snapshot = GuardedSnapshot("whoosh", Failing(failure))  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="the index is damaged") as found:
        snapshot.count(EVERYTHING)
    assert "juanzong rebuild" in found.value.hint
    assert snapshot.damage is found.value
