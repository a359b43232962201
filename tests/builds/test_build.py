"""A rebuild is all or nothing, the same with and without worker processes, and says what it left out."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, age, contents_of, record, text, write
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import SourceError
from archive.sources import SourceFile, scan
from archive.store import FileCounts
from index.analysis.analyzer import Analyzer
from index.build import rebuild
from index.building import pipeline
from index.building.batches import Task
from index.building.pipeline import Division
from index.document_keys import Span
from index.engines import registry
from index.errors import ArchiveBrokenError, BuildError, SameFolderError
from index.generations import Home, Settings
from index.report import Progress

NewHome = Callable[[str], Home]


def texts(folder: Path, seed: int = 1) -> Path:
    chance = random.Random(seed)
    files = {f"甲/{n}.txt": text(chance) for n in range(12)}
    files |= {f"乙/{n}.jsonl": "".join(record(chance, f"r{n}-{i}") for i in range(20)) for n in range(3)}
    return write(folder, files)


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes also for small archives, two of them whatever the machine."""
    monkeypatch.setattr(pipeline, "IN_PROCESS", 0)
    monkeypatch.setattr(pipeline, "JOB", 5_000)
    monkeypatch.setattr(pipeline, "cores", lambda: 3)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rebuild_reports_what_it_built_and_remembers_the_folder(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    folder = texts(tmp_path / "texts")
    home = new_home("home")
    seen: list[Progress] = []
    report = rebuild(home, folder, engine=engine, progress=seen.append)
    assert (report.mode, report.engine, report.documents, report.added) == ("rebuild", engine, 72, 15)
    assert report.notes == ()
    assert [p.phase for p in seen][:1] + [p.phase for p in seen][-2:] == ["scan", "commit", "check"]
    assert max(p.done for p in seen) == sum(p.stat().st_size for p in folder.rglob("*.*"))
    assert home.settings() == Settings(folder=str(folder), engine=engine)
    before = contents_of(home)
    assert before["counts"][0] == report.passages > 72
    again = rebuild(home)
    assert again.engine == engine
    assert again.generation != report.generation
    assert contents_of(home) == before
    assert [p.name for p in home.generations.iterdir()] == [again.generation]


@pytest.mark.usefixtures("workers")
@pytest.mark.parametrize(("cores", "divided"), [(2, Division(1)), (3, Division(2, analysing=True))])
def test_worker_processes_make_the_same_archive(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, divided: Division
) -> None:
    folder = texts(tmp_path / "texts")
    many, one = new_home("many"), new_home("one")
    monkeypatch.setattr(pipeline, "cores", lambda: cores)
    assert pipeline.division(10_000) == divided
    rebuild(many, folder)
    monkeypatch.setattr(pipeline, "division", lambda size: Division(0))
    rebuild(one, folder)
    assert contents_of(many) == contents_of(one)
    found = [home.open_current() for home in (many, one)]
    assert found[0].store.keys() == found[1].store.keys()
    for generation in found:
        generation.close()


def test_one_core_and_small_archives_need_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "cores", lambda: 1)
    assert pipeline.division(1 << 40) == Division(0)
    monkeypatch.setattr(pipeline, "cores", lambda: 64)
    assert pipeline.division(pipeline.IN_PROCESS) == Division(0)
    assert pipeline.division(1 << 40) == Division(pipeline.MOST_WORKERS, analysing=True)


def test_a_text_larger_than_a_batch_is_stored_whole(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document of many batches has one row, and passages whose positions go on from batch to batch."""
    folder = write(
        tmp_path / "texts", {"a.txt": text(random.Random(3), 4500), "b.txt": text(random.Random(4))}
    )
    monkeypatch.setattr("index.building.batches.batches.__defaults__", (1000,))
    home = new_home("home")
    seen: list[int] = []
    report = rebuild(home, folder, engine=ENGINES[-1], progress=lambda progress: seen.append(progress.done))
    assert len(set(seen)) > 3
    assert max(seen) == sum(path.stat().st_size for path in folder.iterdir())
    generation = home.open_current()
    (document, _) = generation.store.list_documents()
    passages = generation.store.passages_of(document.key)
    assert [p.key - passages[0].key for p in passages] == list(range(document.passages))
    assert document.passages > 4000
    assert generation.store.statistics().passages == report.passages
    source = (folder / "a.txt").read_text(encoding="utf-8")
    for passage in passages[:: len(passages) // 50]:
        assert "".join(source[a:b] for a, b in passage.source) == passage.text
    generation.close()


def test_a_second_build_is_left_undone_while_texts_and_settings_are_the_same(
    new_home: NewHome, tmp_path: Path
) -> None:
    folder = texts(tmp_path / "texts")
    age(folder)
    home = new_home("home")
    first = rebuild(home, folder, only_if_changed=True)
    assert first.mode == "rebuild"
    same = rebuild(home, folder, only_if_changed=True)
    assert (same.mode, same.generation, same.passages) == ("unchanged", first.generation, first.passages)
    path = folder / "甲" / "3.txt"
    path.write_bytes(path.read_bytes())
    assert rebuild(home, folder, only_if_changed=True).mode == "unchanged"
    path.write_text("别的\n\n话。\n", encoding="utf-8")
    assert rebuild(home, folder, only_if_changed=True).mode == "rebuild"
    assert rebuild(home, folder, engine=ENGINES[-1], only_if_changed=True).mode == "rebuild"
    (folder / "x.bin").write_bytes(b"?")
    changed = rebuild(home, folder, only_if_changed=True)
    assert changed.mode == "rebuild"
    assert [note.path for note in changed.notes] == ["x.bin"]
    (tmp_path / "words").write_text("派出所所长 5\n", encoding="utf-8")
    assert rebuild(home, user_dictionary=tmp_path / "words", only_if_changed=True).mode == "rebuild"
    assert rebuild(home, only_if_changed=True).mode == "unchanged"
    write(tmp_path, {"words": "派出所 5\n"})
    assert rebuild(home, only_if_changed=True).mode == "rebuild"


def test_the_archive_of_another_folder_is_kept_where_that_is_asked_for(
    new_home: NewHome, tmp_path: Path
) -> None:
    folder, other = texts(tmp_path / "texts"), tmp_path / "other"
    write(other, {"甲.txt": "派出所所长"})
    home = new_home("home")
    first = rebuild(home, other)
    kept = rebuild(home, folder, only_if_changed=True, keep_other=True)
    assert (kept.mode, kept.generation, kept.documents) == ("kept", first.generation, 1)
    assert home.settings().folder == str(other)
    (other / "甲.txt").write_text("终身学习", encoding="utf-8")
    assert rebuild(home, other, keep_other=True).mode == "rebuild"
    (home.generations / str(home.current()) / "manifest.json").unlink()
    with pytest.raises(ArchiveBrokenError):
        rebuild(home, folder, keep_other=True)
    assert home.settings().folder == str(other)
    assert rebuild(home, other, keep_other=True).mode == "rebuild"
    assert rebuild(home, folder).mode == "rebuild"


@pytest.mark.usefixtures("workers")
@pytest.mark.skipif(os.name == "nt", reason="names that Windows does not have")
def test_a_file_whose_name_is_shown_like_another_ones_is_counted_as_not_read(
    new_home: NewHome, tmp_path: Path
) -> None:
    """Nothing of it is in the archive; it made the other file one that was read in part."""
    files = {"a\x01.txt": "甲", "a\\x01.txt": "乙", "d\x01/丙.txt": "丙", "d\\x01/丙.txt": "丁"}
    report = rebuild(new_home("home"), write(tmp_path / "texts", files))
    assert (report.documents, report.left_out) == (2, 2)
    assert report.files == FileCounts(2, 0, 2)


def test_documents_of_one_id_are_both_kept_and_the_second_is_renamed(
    new_home: NewHome, tmp_path: Path
) -> None:
    row = '{"id": "同", "title": "%s", "text": "%s"}\n'
    folder = write(
        tmp_path / "texts",
        {
            "a.jsonl": row % ("一", "第一篇。"),
            "b.jsonl": row.replace("同", "异") % ("零", "别的。") + row % ("二", "第一篇。"),
            "c.jsonl": row % ("三", "第三篇。"),
        },
    )
    home = new_home("home")
    report = rebuild(home, folder)
    assert [(n.path, n.code) for n in report.notes] == [("b.jsonl", "id_clash"), ("c.jsonl", "id_clash")]
    assert report.left_out == 0
    generation = home.open_current()
    assert [(d.id, d.title) for d in generation.store.list_documents()] == [
        ("同", "一"), ("异", "零"), ("同~2", "二"), ("同~3", "三")
    ]  # fmt: skip
    ids = [p.id for d in generation.store.list_documents() for p in generation.store.passages_of(d.key)]
    assert len(set(ids)) == len(ids)
    generation.close()


def test_a_document_that_is_called_like_a_renamed_one_keeps_its_id(new_home: NewHome, tmp_path: Path) -> None:
    row = '{"id": "%s", "title": "%s", "text": "一篇。"}\n'
    files = [row % ("同", "一"), row % ("同", "二"), row % ("同~2", "三"), row % ("同", "四")]
    home = new_home("home")
    rebuild(home, write(tmp_path / "texts", {f"{n}.jsonl": text for n, text in enumerate(files)}))
    with closing(home.open_current()) as generation:
        names = [(document.id, document.title) for document in generation.store.list_documents()]
    assert names == [("同", "一"), ("同~3", "二"), ("同~2", "三"), ("同~4", "四")]


@pytest.mark.usefixtures("workers")
def test_a_killed_worker_is_an_error_within_seconds_and_the_old_archive_stays(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("home")
    before = contents_of(home)

    def kill(progress: Progress) -> None:
        for child in multiprocessing.active_children():
            if child.name.startswith("juanzong"):
                child.kill()

    start = time.monotonic()
    with pytest.raises(BuildError, match=r"worker process ended.*-9"):
        rebuild(home, texts(tmp_path / "texts"), progress=kill)
    assert time.monotonic() - start < 20
    assert contents_of(home) == before
    assert len(list(home.generations.iterdir())) == 1
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("workers")
@pytest.mark.parametrize("phase", ["read", "commit", "check"])
def test_an_interruption_leaves_the_old_archive_and_no_process(
    new_home: NewHome, tmp_path: Path, phase: str
) -> None:
    home = new_home("home")
    before = contents_of(home)

    def interrupt(progress: Progress) -> None:
        if progress.phase == phase:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(home, texts(tmp_path / "texts"), progress=interrupt)
    assert contents_of(home) == before
    assert len(list(home.generations.iterdir())) == 1
    assert not multiprocessing.active_children()
    assert rebuild(home).documents == 1


def test_a_folder_that_is_not_there_and_one_never_named_are_errors_with_a_next_step(
    new_home: NewHome, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="没有"):
        rebuild(new_home("home"), tmp_path / "没有")
    with pytest.raises(BuildError) as caught:
        rebuild(tmp_path / "empty")
    assert "juanzong rebuild FOLDER" in caught.value.hint


def test_the_engine_is_chosen_by_the_size_of_the_texts_and_the_report_says_why(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert registry.choose("auto", 300_000)[0] == "whoosh"
    monkeypatch.setattr("index.engines.registry.installed", lambda name: True)
    assert registry.choose("auto", 300_001)[0] == "tantivy"
    monkeypatch.setattr("index.engines.registry.installed", lambda name: name == "whoosh")
    name, why = registry.choose("auto", 50_000_000)
    assert name == "whoosh"
    assert "not installed" in why


def test_an_empty_folder_is_an_archive_without_texts(new_home: NewHome, tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    home = new_home("home")
    for engine in ENGINES:
        assert rebuild(home, tmp_path / "texts", engine=engine).passages == 0
        assert contents_of(home)["counts"] == (0, 0, 0, 0, 0, 0)


def test_nothing_of_a_build_says_where_it_was_made(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("home")
    name = rebuild(home, texts(tmp_path / "texts"), engine=ENGINES[-1]).generation
    for path in (home.generations / name).rglob("*"):
        if path.is_file():
            assert str(tmp_path).encode() not in path.read_bytes(), path


def test_a_worker_that_fails_says_what_failed_and_where(tmp_path: Path) -> None:
    folder = texts(tmp_path / "texts")
    tasks = [Task(file, Span(1, 1000)) for file in scan(folder) if isinstance(file, SourceFile)]
    for settings, said, hint in (
        ({}, r"failed: KeyError\('folding'\) in analyzer\.py, line \d+", "report"),
        (Analyzer.default().settings(), "没有: ", "juanzong rebuild"),  # a named error stays what it is
    ):
        made = pipeline.Pipeline(
            tasks, pipeline.WorkerSettings(None, settings, tmp_path / "没有"), Division(1, analysing=True)
        )
        with pytest.raises(BuildError, match=said) as failed, made:
            list(made)
        assert hint in failed.value.hint
    assert not multiprocessing.active_children()


def test_a_data_directory_that_is_the_folder_of_texts_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    """The archive's own files would be texts of the next build: 350,000 passages of word lists, once."""
    write(tmp_path, {"甲.txt": "派出所所长"})
    with pytest.raises(SameFolderError, match="--home DIR"):
        rebuild(tmp_path, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["甲.txt"]


def test_a_data_directory_inside_the_folder_of_texts_is_not_read_as_texts(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("var")
    write(tmp_path, {"a.txt": "卷宗\n\n派出所所长。\n"})
    for _ in range(2):
        report = rebuild(home, tmp_path)
        assert (report.documents, report.notes) == (1, ())


@given(st.lists(st.sampled_from([0, 1, 100, 2_500_000, 9_000_000]), max_size=30))
def test_jobs_hold_every_file_once_in_order_and_are_small_unless_a_file_is_large(sizes: list[int]) -> None:
    """A first file without a byte once had no job to be put in."""
    tasks = [Task(SourceFile(Path(str(n)), str(n), size, 0), Span(n, n + 1)) for n, size in enumerate(sizes)]
    found = pipeline.jobs(tasks)
    assert [task for job in found for task in job] == tasks
    for job in found:
        assert len(job) == 1 or sum(task.source.size for task in job) <= pipeline.JOB
