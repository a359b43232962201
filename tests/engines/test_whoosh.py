"""The embedded engine on Whoosh: the conformance suite, and what is its own."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

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
from texts import grams, records
from whoosh.query import And, Not, Or, Phrase, Prefix, Term

from index.engines.base import Record, Snapshot, Writer
from index.engines.whoosh import WhooshEngine, toc
from index.engines.whoosh.index import TokenIndex
from index.engines.whoosh.snapshot import WhooshSnapshot
from index.engines.whoosh.workers import _work
from index.engines.whoosh.writer import MOST_SEGMENTS
from index.errors import EngineError
from index.query.condition import (
    All,
    AnyToken,
    Condition,
    Everything,
    KeyIn,
)

ENGINE = WhooshEngine()


class TestWhoosh(Conformance):
    name = "whoosh"


# --- the same index, through Whoosh itself -----------------------------------------------------------------


def found_by_whoosh(folder: Path, query: object) -> list[int]:
    """The keys that Whoosh's searcher finds."""
    with TokenIndex(folder).searcher() as searcher:
        column = searcher.reader().column_reader("key")
        return sorted(column[hit.docnum] for hit in searcher.search(query, limit=None))


def test_whoosh_searches_the_index_with_its_own_matchers(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    given = made_up(31, 200)
    snapshot = build(ENGINE, folder, given)
    chance = random.Random(32)
    for _ in range(60):
        run = "".join(chance.choice("天下大势分久必合") for _ in range(chance.randint(2, 4)))
        pairs = grams(run)
        wanted = snapshot.keys(contains(run))
        query = Phrase("grams", pairs) if len(pairs) > 1 else Term("grams", pairs[0])
        assert found_by_whoosh(folder, query) == wanted
        either = AnyToken("chars", tuple(run))
        assert found_by_whoosh(folder, Or([Term("chars", c) for c in run])) == snapshot.keys(either)
    both = And([Term("chars", "天"), Not(Term("words", "天下"))])
    assert found_by_whoosh(folder, both) == [
        r.key for r in given if "天" in r.chars.split() and "天下" not in r.words.split()
    ]
    starts = [r.key for r in given if any(w.startswith("𨽻") for w in r.words.split())]
    assert found_by_whoosh(folder, Prefix("words", "𨽻")) == starts
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
    with TokenIndex(folder).reader() as reader:
        assert reader.doc_count() == snapshot.size()
        assert reader.doc_frequency("grams", "天下") == snapshot.frequency("grams", "天下")
    snapshot.close()


def test_whooshs_own_writer_writes_the_same_files_bit_for_bit(tmp_path: Path) -> None:
    given = made_up(34, 120) + LIBRARY
    grouped, stock = tmp_path / "grouped", tmp_path / "stock"
    build(ENGINE, grouped, given).close()
    build(ENGINE, stock, []).close()
    writer = TokenIndex(stock).writer()
    for one in given:
        writer.add_document(**one._asdict())
    writer.commit()
    for kind in (".col", ".trm"):
        (ours,), (theirs,) = grouped.glob(f"*{kind}"), stock.glob(f"*{kind}")
        assert ours.read_bytes() == theirs.read_bytes()
    snapshot = ENGINE.open(stock)
    assert every_key(snapshot) == sorted(r.key for r in given)
    snapshot.close()


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
    segments = toc.read(tmp_path / "many")
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
    assert [entry.deleted for entry in toc.read(updated)] == [()]
    ours, wanted = ENGINE.open(updated), ENGINE.open(fresh)
    assert answers(ours, QUESTIONS) == answers(wanted, QUESTIONS)
    assert ours.frequency("chars", "天") == wanted.frequency("chars", "天")
    ours.close()
    wanted.close()
    for kind in (".col", ".trm"):
        (merged,), (built,) = updated.glob(f"*{kind}"), fresh.glob(f"*{kind}")
        assert merged.read_bytes() == built.read_bytes()


def test_many_small_updates_stay_few_segments_and_leave_the_large_one_alone(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(43, 700)).close()
    large = toc.read(folder)[0].name
    for number in range(3 * MOST_SEGMENTS):
        writer = ENGINE.update(folder, memory=MEMORY, processes=1)
        writer.add(records(["天下大势", "分久必合"], document=1000 + number))
        writer.commit()
    entries = toc.read(folder)
    assert len(entries) <= MOST_SEGMENTS
    assert large in [entry.name for entry in entries]
    assert len(list(folder.iterdir())) == 1 + 2 * len(entries)
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
    snapshot.facets(Everything(), ("year",), 3)
    snapshot.search(Everything(), (), sort="date")


def ask_everything(folder: Path) -> None:
    snapshot = WhooshSnapshot(folder)
    try:
        ask_of(snapshot)
        snapshot.verify()
    finally:
        snapshot.close()


def test_a_flipped_bit_is_a_named_error_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, made_up(51, 60)).close()
    whole = contents(folder)
    chance = random.Random(52)
    noticed = 0
    for _ in range(150):
        name = chance.choice(sorted(whole))
        data = bytearray(whole[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (folder / name).unlink()
        (folder / name).write_bytes(data)
        try:
            ask_everything(folder)
        except EngineError:
            noticed += 1
        (folder / name).unlink()
        (folder / name).write_bytes(whole[name])
    assert noticed > 135  # the rest are bits of the padding between blocks


def test_a_table_of_contents_of_another_version_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, LIBRARY).close()
    path = folder / toc.NAME
    head, _, body = path.read_bytes().partition(b"\n")
    path.write_bytes(b"99 " + head.split()[1] + b"\n" + body)
    with pytest.raises(EngineError, match="format 99"):
        ENGINE.open(folder)


def test_the_index_is_data_and_no_program(tmp_path: Path) -> None:
    """Whoosh pickles its table of contents and its dictionaries, which run code when they are read."""
    folder = tmp_path / "index"
    build(ENGINE, folder, LIBRARY).close()
    for path in folder.iterdir():
        assert b"whoosh" not in path.read_bytes()
        assert b"cposix" not in path.read_bytes()


def test_a_record_with_a_number_that_does_not_fit_is_a_named_error(tmp_path: Path) -> None:
    writer = ENGINE.create(tmp_path / "index", memory=MEMORY, processes=1)
    with pytest.raises(EngineError, match="OverflowError"):
        writer.add([LIBRARY[0]._replace(key=1 << 70)])
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
        snapshot.count(Everything())


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
    condition: Condition = Everything()
    for _ in range(5_000):
        condition = All((condition,))
    with pytest.raises(EngineError, match="nested too deeply"):
        snapshot.count(condition)
    snapshot.close()


# --- processes ---------------------------------------------------------------------------------------------


def batches(number: int) -> list[list[Record]]:
    given = made_up(61, number)
    return [given[start : start + 50] for start in range(0, number, 50)]


def add_all(writer: Writer, given: Sequence[Sequence[Record]]) -> None:
    for batch in given:
        writer.add(batch)


def test_a_killed_process_is_a_named_error_and_leaves_nothing(tmp_path: Path) -> None:
    """Whoosh's own MpWriter waits for ever here, or leaves the records out without a word."""
    folder = tmp_path / "index"
    writer = ENGINE.create(folder, memory=MEMORY, processes=2)
    given = batches(400)
    writer.add(given[0])
    victim = multiprocessing.active_children()[0]
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="ended early"):
        add_all(writer, given * 200)
    with pytest.raises(EngineError):
        writer.commit()
    writer.discard()
    assert list(folder.iterdir()) == []
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(os.name == "nt", reason="there pipes have messages, and no half of one")
def test_a_process_ends_without_a_word_when_its_caller_was_killed(tmp_path: Path) -> None:
    """Killed in the middle of a batch, it left a traceback of each process on the terminal."""
    ours, theirs = multiprocessing.Pipe()
    ours.send(("add", records(["天下大势"])))
    os.write(ours.fileno(), struct.pack("!i", 1000) + b"the first bytes of a thousand")
    ours.close()
    _work(theirs, str(tmp_path), 10_000_000)
    assert list(tmp_path.iterdir()) == []


def test_a_process_killed_at_the_end_is_noticed_too(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    writer = ENGINE.create(folder, memory=MEMORY, processes=2)
    writer.add(batches(50)[0])
    for victim in multiprocessing.active_children():
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="ended early"):
        writer.commit()
    writer.discard()
    assert list(folder.iterdir()) == []


def test_what_fails_in_a_process_arrives_by_name(tmp_path: Path) -> None:
    writer = ENGINE.create(tmp_path / "index", memory=MEMORY, processes=2)
    with pytest.raises(EngineError, match="OverflowError"):
        add_all(writer, [[LIBRARY[0]._replace(key=1 << 70)]] * 5000)
    writer.discard()
    assert list((tmp_path / "index").iterdir()) == []


def test_processes_see_deletes_in_order(tmp_path: Path) -> None:
    writer = ENGINE.create(tmp_path / "index", memory=MEMORY, processes=2)
    for number in range(1, 7):
        writer.add(records(["天下"], document=number))
    writer.delete([2, 3])
    writer.add(records(["大势"], document=3))
    writer.commit()
    snapshot = ENGINE.open(tmp_path / "index")
    assert [k >> 24 for k in snapshot.keys(contains("天下"))] == [1, 4, 5, 6]
    assert snapshot.keys(contains("大势")) == [key(3, 0)]
    snapshot.close()


def test_a_discarded_writer_ends_its_processes(tmp_path: Path) -> None:
    folder = tmp_path / "index"
    build(ENGINE, folder, LIBRARY).close()
    before = contents(folder)
    writer = ENGINE.update(folder, memory=1, processes=2)
    for batch in batches(300):
        writer.add(batch)
    writer.discard()
    assert contents(folder) == before
    assert multiprocessing.active_children() == []


# --- weight ------------------------------------------------------------------------------------------------


def test_searching_imports_neither_whoosh_nor_anything_heavy(tmp_path: Path) -> None:
    """``juanzong search`` has 0.3 seconds, and Whoosh's modules alone take a fifth of them."""
    build(ENGINE, tmp_path / "index", LIBRARY).close()
    program = (
        "import sys; from pathlib import Path; from index.engines.registry import engine;"
        "from index.query.condition import Phrase; s = engine('whoosh').open(Path(sys.argv[1]));"
        "assert s.count(Phrase('grams', ('天下',))) == 3;"
        "heavy = {'whoosh.codec', 'whoosh.index', 'numpy', 'rjieba', 'jieba', 'multiprocessing', 'tempfile'};"
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
