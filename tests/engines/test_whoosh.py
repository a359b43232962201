"""The embedded engine on Whoosh: the conformance suite, and what is its own."""

from __future__ import annotations

import pickle
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest
from conformance import (
    LIBRARY,
    MEMORY,
    Conformance,
    build,
    contains,
    contents,
    every_key,
    key,
    made_up,
    ranks,
)
from msgspec.structs import replace
from texts import grams, records
from whoosh.index import open_dir
from whoosh.query import And, Not, Or, Phrase, Prefix, Term

from index.engines.base import Snapshot
from index.engines.whoosh import WhooshEngine
from index.engines.whoosh.segment import CONTENTS, FORMAT, plain, read_contents
from index.engines.whoosh.snapshot import WhooshSnapshot
from index.engines.whoosh.writer import MOST_SEGMENTS
from index.errors import EngineError
from index.query.condition import (
    EVERYTHING,
    STREAMS,
    All,
    AnyToken,
    Condition,
    KeyIn,
)

ENGINE = WhooshEngine()


class TestWhoosh(Conformance):
    name = "whoosh"


# --- the same index, through Whoosh itself -----------------------------------------------------------------


def found_by_whoosh(folder: Path, query: object) -> list[int]:
    """The keys that stock Whoosh finds."""
    with open_dir(folder).searcher() as searcher:
        column = searcher.reader().column_reader("key")
        return sorted(column[hit.docnum] for hit in searcher.search(query, limit=None))


def test_stock_whoosh_finds_the_same_passages_for_a_hundred_runs(tmp_path: Path, seed_text: str) -> None:
    """In its files, by ``open_dir`` and ``query.Phrase``: of the archive's article and of made up texts."""
    lines = [line.strip() for line in seed_text.splitlines() if line.strip()]
    given = records(lines) + made_up(31, 300)
    given = [replace(one, key=number) for number, one in enumerate(given)]
    snapshot = build(ENGINE, tmp_path / "index", given)
    chance, agreed = random.Random(32), 0
    while agreed < 100:
        line = chance.choice([*lines, "天下大势分久必合", "哈哈派出所所长天下下大"])
        start, length = chance.randrange(len(line)), chance.randint(2, 9)
        pairs = grams(line[start : start + length])
        if not pairs:
            continue
        wanted = snapshot.keys(contains(line[start : start + length]))
        query = Phrase("grams", pairs) if len(pairs) > 1 else Term("grams", pairs[0])
        assert found_by_whoosh(tmp_path / "index", query) == wanted, pairs
        agreed += 1
    snapshot.close()


def test_whoosh_searches_the_index_with_its_own_matchers(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    given = made_up(31, 200)
    snapshot = build(ENGINE, folder, given)
    for run in ("天下", "大势分", "必合〇abc"):
        either = AnyToken("chars", tuple(run))
        assert found_by_whoosh(folder, Or([Term("chars", c) for c in run])) == snapshot.keys(either)
    both = And([Term("chars", "天"), Not(Term("words", "天下"))])
    assert found_by_whoosh(folder, both) == [
        r.key for r in given if "天" in r.chars.split() and "天下" not in r.words.split()
    ]
    starts = [r.key for r in given if any(w.startswith("𨽻") for w in r.words.split())]
    assert found_by_whoosh(folder, Prefix("words", "𨽻")) == starts
    with open_dir(folder).reader() as reader:
        assert reader.frequency("chars", "天") == sum(r.chars.split().count("天") for r in given)
        assert reader.field_length("grams") == sum(len(r.grams.split()) for r in given)
    snapshot.close()


@pytest.mark.parametrize(
    "run", ["哈哈哈哈", "哈" * 37, "派出所" * 7, "所派出" * 20 + "所", "派出所" * 9 + "派派"]
)
def test_a_run_that_repeats_itself_is_found_where_it_stands(tmp_path: Path, run: str) -> None:
    texts = ["哈" * n for n in (1, 3, 4, 5, 36, 37, 38, 200)]
    texts += ["派出所" * n + end for n in (6, 7, 9, 20, 21, 40) for end in ("", "派", "派派", "出所")]
    snapshot = build(ENGINE, tmp_path / "index", records(texts))
    assert snapshot.keys(contains(run)) == [
        record.key for record, text in zip(records(texts), texts, strict=True) if run in text
    ]
    for record, text in zip(records(texts), texts, strict=True):  # as `check` asks, for each passage alone
        assert snapshot.count(All((contains(run), KeyIn((record.key,))))) == (run in text)
    snapshot.close()


def test_a_long_run_in_a_text_that_repeats_itself_is_found_at_once(tmp_path: Path) -> None:
    """For each of its characters all of 400,000 places were gone through: minutes for one query."""
    texts = ["派出所" * 333] * 400
    snapshot = build(ENGINE, tmp_path / "index", records(texts))
    began = time.process_time()
    assert len(snapshot.keys(contains("派出所" * 300))) == 400
    assert time.process_time() - began < 10
    snapshot.close()


def test_whoosh_sees_what_was_deleted_and_what_was_added(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(33, 300)).close()
    writer = ENGINE.update(folder, memory=MEMORY, processes=1)
    writer.delete([3])
    writer.add(records(["新天下"], document=99))
    writer.commit()
    snapshot = ENGINE.open(folder)
    assert found_by_whoosh(folder, Term("grams", "天下")) == snapshot.keys(contains("天下"))
    assert key(99, 0) in snapshot.keys(contains("天下"))
    with open_dir(folder).reader() as reader:
        assert reader.doc_count() == snapshot.size()
        assert reader.doc_frequency("grams", "天下") == snapshot.frequency("grams", "天下")
    snapshot.close()


def test_scores_of_whoosh_itself_use_frequencies_and_lengths(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    texts = ["天地" * 40, "天下天下", "天下" + "大势" * 20, "天下大势"]
    build(ENGINE, folder, records(texts)).close()
    with open_dir(folder).searcher() as searcher:
        hits = [hit.docnum for hit in searcher.search(Term("grams", "天下"), limit=None)]
    assert hits == [1, 3, 2]


# --- segments ----------------------------------------------------------------------------------------------


def answers(snapshot: Snapshot, questions: Sequence[str]) -> list[list[tuple[int, float]]]:
    """Hits with their scores, to the precision that sums in another order have."""
    return [
        [
            (hit.key, round(hit.score, 9))
            for hit in snapshot.search(AnyToken("chars", tuple(q)), ranks(q), limit=50)
        ]
        for q in questions
    ]


QUESTIONS = ["天下大势", "分久必合", "〇𨽻abc", "势大"]


def test_little_memory_makes_more_segments_and_the_same_answers(tmp_path: Path) -> None:
    given = made_up(41, 600)
    one = build(ENGINE, tmp_path / "one", given, batch=100)
    writer = ENGINE.create(tmp_path / "many", memory=500_000, processes=1)
    for start in range(0, len(given), 20):
        writer.add(given[start : start + 20])
    writer.delete([7])
    writer.add([r for r in given if r.document == 7])
    writer.commit()
    many = ENGINE.open(tmp_path / "many")
    segments = read_contents(tmp_path / "many")[1]
    assert 1 < len(segments) <= MOST_SEGMENTS
    assert every_key(many) == every_key(one)
    assert many.keys(contains("天下")) == one.keys(contains("天下"))
    one.close()
    many.close()


def test_a_merge_leaves_nothing_of_what_was_deleted(tmp_path: Path) -> None:
    """Scores are those of an index that never had the deleted records, and so are the bytes of the files."""
    given = made_up(42, 210)
    gone = {2, 5, 6, 11, 17}
    updated, fresh = tmp_path / "updated", tmp_path / "fresh"
    build(ENGINE, updated, given).close()
    writer = ENGINE.update(updated, memory=MEMORY, processes=1)
    writer.delete(gone)
    writer.commit()
    build(ENGINE, fresh, [r for r in given if r.document not in gone]).close()
    assert [len(entry.deleted) for entry in read_contents(updated)[1]] == [0]
    ours, wanted = ENGINE.open(updated), ENGINE.open(fresh)
    assert answers(ours, QUESTIONS) == answers(wanted, QUESTIONS)
    assert ours.frequency("chars", "天") == wanted.frequency("chars", "天")
    ours.close()
    wanted.close()
    files = [
        {name.partition(".")[2]: data for name, data in contents(folder).items() if name.startswith("MAIN")}
        for folder in (updated, fresh)
    ]
    assert len(files[0]) > 20
    assert files[0] == files[1]


def test_many_small_updates_stay_few_segments_and_leave_the_large_one_alone(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(43, 700)).close()
    large = read_contents(folder)[1][0].name
    for number in range(3 * MOST_SEGMENTS):
        writer = ENGINE.update(folder, memory=MEMORY, processes=1)
        writer.add(records(["天下大势", "分久必合"], document=1000 + number))
        writer.commit()
    entries = read_contents(folder)[1]
    assert len(entries) <= MOST_SEGMENTS
    assert large in [entry.name for entry in entries]
    assert len(list(folder.iterdir())) == 2 + sum(len(entry.files) for entry in entries)
    snapshot = ENGINE.open(folder)
    assert snapshot.size() == 700 + 6 * MOST_SEGMENTS
    assert len([k for k in every_key(snapshot) if k >> 24 >= 1000]) == 6 * MOST_SEGMENTS
    snapshot.close()


def test_a_document_deleted_after_the_pool_was_written_is_gone(tmp_path: Path) -> None:
    writer = ENGINE.create(tmp_path / "index", memory=1, processes=1)
    writer.add(records(["天下"], document=1))
    writer.add(records(["大势"], document=2))
    writer.delete([1])
    writer.add(records(["天下大势"], document=1))
    writer.commit()
    snapshot = ENGINE.open(tmp_path / "index")
    assert snapshot.keys(contains("天下")) == [key(1, 0)]
    assert snapshot.keys(contains("天下大势")) == [key(1, 0)]
    assert snapshot.size() == 2
    snapshot.close()


# --- what is broken ----------------------------------------------------------------------------------------


def ask_of(snapshot: Snapshot) -> None:
    answers(snapshot, QUESTIONS)
    snapshot.keys(contains("天下大势"))
    snapshot.facets(EVERYTHING, ("year",), 3)
    snapshot.words(1)
    for stream in STREAMS:
        snapshot.frequency(stream, "天下")
    snapshot.search(EVERYTHING, (), sort="date")


def ask_everything(folder: Path) -> None:
    snapshot = WhooshSnapshot(folder)
    try:
        ask_of(snapshot)
    finally:
        snapshot.close()


@pytest.mark.parametrize("how", ["bit", "byte", "zeros", "moved"])
def test_damage_is_a_named_error_or_unseen(tmp_path: Path, how: str) -> None:
    """Never an error of Whoosh, of ``struct`` or of a dictionary. The manifest's digests find all of it."""
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(51, 60)).close()
    whole = contents(folder)
    chance = random.Random(f"52 {how}")
    noticed = 0
    for _ in range(200):
        kind = chance.choice((".trm", ".pst", ".col", ".json"))
        name = chance.choice([name for name in whole if whole[name] and name.endswith(kind)])
        data = bytearray(whole[name])
        place = chance.randrange(len(data))
        if how == "bit":
            data[place] ^= 1 << chance.randrange(8)
        elif how == "byte":
            data[place] = chance.randrange(256)
        elif how == "zeros":
            data[place : place + 16] = bytes(len(data[place : place + 16]))
        else:
            data[place:] = data[place + 1 :] + data[place : place + 1]
        (folder / name).write_bytes(data)
        try:
            ask_everything(folder)
        except EngineError:
            noticed += 1
        (folder / name).write_bytes(whole[name])
    assert noticed > 10
    ask_everything(folder)


def test_a_table_of_contents_of_another_version_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, LIBRARY).close()
    path = folder / CONTENTS
    path.write_text(path.read_text().replace(f"[{FORMAT}", "[99", 1))
    with pytest.raises(EngineError, match="format 99"):
        ENGINE.open(folder)


class Burglar:
    def __reduce__(self) -> tuple[Any, ...]:
        return exec, ("import sys; sys.burgled = True",)


def test_searching_unpickles_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoosh's table of contents, blocks and dictionary are pickles, which run what is in them."""
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(54, 60)).close()
    evil = pickle.dumps(Burglar())
    (table,) = folder.glob("_MAIN_*.toc")
    table.write_bytes(evil)
    (stored,) = folder.glob("*._stored.col")
    stored.write_bytes(evil[: stored.stat().st_size])
    (terms,) = folder.glob("*.trm")
    data = terms.read_bytes()
    start = data.rindex(b"\x80", 0, data.index(b"fieldmap"))  # the pickle behind the terms
    terms.write_bytes(data[:start] + evil[: len(data) - start] + data[start + len(evil) :])

    def refuse(*args: object, **named: object) -> NoReturn:
        raise AssertionError("unpickled")

    for module in [module for module in sys.modules.values() if module is not None]:
        for name in ("load", "loads", "Unpickler"):
            if getattr(getattr(module, name, None), "__module__", "") in ("_pickle", "pickle"):
                monkeypatch.setattr(module, name, refuse)
    with pytest.raises(AssertionError, match="unpickled"):
        pickle.loads(evil)
    ask_everything(folder)
    snapshot = ENGINE.open(folder)
    assert snapshot.words(1)
    assert snapshot.frequency("grams", "天下")
    snapshot.close()
    assert not hasattr(sys, "burgled")


def test_a_block_that_would_run_something_is_refused(tmp_path: Path) -> None:
    for value in (Burglar(), [1], {1: 2}, "天", 1.5, 1 << 40, len, True):
        with pytest.raises(ValueError, match="more than data"):
            plain(pickle.dumps(((1, 2), value), 3), 0)
    for data_only in (
        None,
        b"",
        b"a" * 300,
        (),
        (1,),
        (1, 2, 3, 4),
        tuple(range(0, 1 << 17, 3)),
        (b"ab",) * 3,
    ):
        data = b"before" + pickle.dumps((data_only, data_only), 3)
        assert plain(data + b"behind", 6) == ((data_only, data_only), len(data))


def test_a_record_with_a_number_that_does_not_fit_is_a_named_error(tmp_path: Path) -> None:
    writer = ENGINE.create(tmp_path / "index", memory=MEMORY, processes=1)
    with pytest.raises(EngineError, match="OverflowError"):
        writer.add([replace(LIBRARY[0], key=1 << 70)])
    with pytest.raises(EngineError, match="failed"):
        writer.commit()
    writer.discard()
    assert list((tmp_path / "index").iterdir()) == []


def test_a_full_disk_is_a_named_error_and_leaves_the_old_index(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="this system cannot limit the size of files")
    folder = tmp_path / "index"
    build(ENGINE, folder, LIBRARY).close()
    before = contents(folder)
    writer = ENGINE.update(folder, memory=MEMORY, processes=1)
    writer.delete([1])
    writer.add(made_up(53, 500))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(EngineError, match="File too large"):
            writer.commit()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    writer.discard()
    assert contents(folder) == before


def test_a_closed_snapshot_refuses(tmp_path: Path) -> None:
    snapshot = build(ENGINE, tmp_path / "index", LIBRARY)
    snapshot.close()
    with pytest.raises(EngineError, match="closed"):
        snapshot.count(EVERYTHING)


def test_a_snapshot_answers_when_its_files_are_gone(tmp_path: Path) -> None:
    """A column that was opened late gave key 0 for each record of a generation that a build had removed."""
    folder = tmp_path / "index"
    given = made_up(55, 60)
    first, second = build(ENGINE, folder, given), ENGINE.open(folder)
    wanted = answers(first, QUESTIONS), first.facets(EVERYTHING, ("year", "author"), 3)
    for path in folder.iterdir():
        path.unlink()
    assert (answers(second, QUESTIONS), second.facets(EVERYTHING, ("year", "author"), 3)) == wanted
    assert every_key(second) == [r.key for r in given]
    first.close()
    second.close()


def test_a_closed_snapshot_lets_go_of_its_files(tmp_path: Path) -> None:
    """Otherwise an old generation stays on the disk, and on Windows cannot be removed."""
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("this system does not list mapped files")
    folder = tmp_path / "index"
    snapshot = build(ENGINE, folder, LIBRARY)
    ask_of(snapshot)
    assert str(folder) in maps.read_text()
    snapshot.close()
    assert str(folder) not in maps.read_text()


def test_a_condition_that_is_nested_too_deeply_is_a_named_error(tmp_path: Path) -> None:
    snapshot = build(ENGINE, tmp_path / "index", LIBRARY)
    condition: Condition = EVERYTHING
    for _ in range(5_000):
        condition = All((condition,))
    with pytest.raises(EngineError, match="nested too deeply"):
        snapshot.count(condition)
    snapshot.close()


# --- weight ------------------------------------------------------------------------------------------------


def test_searching_imports_little_of_whoosh(tmp_path: Path) -> None:
    """All of it takes longer than a search: 44 milliseconds, of which its reader of terms takes a fifth."""
    build(ENGINE, tmp_path / "index", LIBRARY).close()
    program = (
        "import sys; from pathlib import Path; from index.engines.registry import engine;"
        "from index.query.condition import TokenPhrase; s = engine('whoosh').open(Path(sys.argv[1]));"
        "assert s.count(TokenPhrase('grams', ('天下',))) == 3;"
        "heavy = {'whoosh.codec', 'whoosh.index', 'whoosh.columns', 'whoosh.fields', 'whoosh.matching'};"
        "heavy |= {'numpy', 'rjieba', 'jieba', 'multiprocessing', 'tempfile'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "index")],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")
