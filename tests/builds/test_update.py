"""An update gives what a rebuild would, reads only what changed, and says when it had to rebuild."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, age, contents, contents_of, record, text, write

from archive.errors import JuanzongError
from archive.readers import fingerprint
from archive.sources import SourceFile
from index import update as updating
from index.build import rebuild
from index.building import job
from index.document_keys import KeyRoomError
from index.errors import BuildError, NothingToReadError
from index.generations import Home
from index.update import update

NewHome = Callable[[str], Home]


def start(folder: Path, chance: random.Random) -> Path:
    """Enough texts that a file or two are less than a tenth of them."""
    files = {f"{book}/第{n}回.txt": text(chance) for book in ("甲", "乙", "丙") for n in range(1, 13)}
    files |= {f"丁/{n}.jsonl": "".join(record(chance, f"r{n}-{i}") for i in range(8)) for n in range(4)}
    return write(folder, files)


def edit(folder: Path, chance: random.Random, number: int) -> None:
    """One random change."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    kind = chance.choice(["new", "change", "change", "remove", "rename", "other", "records"])
    path = chance.choice([path for path in files if path.suffix == ".txt"])
    if kind == "new":
        book, name = chance.choice(["一", "甲", "丙", "丁", "末/深"]), chance.choice(["第一百", "0", "中"])
        write(folder, {f"{book}/{name}{number}.txt": text(chance)})
    elif kind == "change":
        path.write_text(text(chance), encoding="utf-8")
    elif kind == "remove":
        path.unlink()
    elif kind == "rename":
        path.rename(path.with_name(f"第{number}回乙.txt"))
    elif kind == "other":
        (folder / f"{number}.doc").write_bytes(b"?")
    else:
        lines = "".join(record(chance, f"n{number}-{i}") for i in range(5)) + "[]\n"  # of which a note speaks
        write(folder, {f"丁/n{number % 3}.jsonl": lines})


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", [1, 2])
def test_updates_after_random_edits_give_what_a_rebuild_gives(
    new_home: NewHome, tmp_path: Path, engine: str, seed: int
) -> None:
    chance = random.Random(seed)
    folder = start(tmp_path / "texts", chance)
    updated, rebuilt = new_home("updated"), new_home("rebuilt")
    rebuild(updated, folder, engine=engine)
    modes = []
    for number in range(8):
        for step in range(chance.randint(1, 2)):
            edit(folder, chance, 10 * number + step)
        modes.append(update(updated).mode)
    rebuild(rebuilt, folder, engine=engine)
    assert contents_of(updated) == contents_of(rebuilt)
    assert modes.count("update") >= 5


def test_an_archive_that_is_being_read_is_undisturbed_by_updates(new_home: NewHome, tmp_path: Path) -> None:
    chance = random.Random(5)
    folder = start(tmp_path / "texts", chance)
    home = new_home("home")
    for engine in ENGINES:
        rebuild(home, folder, engine=engine)
        generation = home.open_current()
        before = contents(generation)
        for number in range(3):
            (folder / f"甲/第{number + 1}回.txt").write_text(text(chance), encoding="utf-8")
            assert update(home).mode == "update"
        assert contents(generation) == before
        generation.close()


def test_whoever_opens_the_archive_during_builds_always_gets_a_whole_one(
    new_home: NewHome, tmp_path: Path
) -> None:
    """A reader may read the name of a generation just before a build removes it: it opens the next one."""
    chance = random.Random(5)
    folder = start(tmp_path / "texts", chance)
    home = new_home("home")
    rebuild(home, folder)
    opened: list[str] = []
    wrong: list[object] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            try:
                generation = home.open_current()
                if generation.snapshot.size() != generation.manifest.passages:
                    wrong.append(generation)
                opened.append(generation.name)
                generation.close()
            except JuanzongError as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(6):
        (folder / f"甲/第{number + 1}回.txt").write_text(text(chance), encoding="utf-8")
        if number % 2:
            update(home)
        else:
            rebuild(home, engine=ENGINES[number // 2 % len(ENGINES)])
    finished.set()
    reader.join()
    assert not wrong
    assert len(set(opened)) > 3


def test_only_changed_files_are_read_and_an_update_of_nothing_makes_no_generation(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = start(tmp_path / "texts", random.Random(6))
    age(folder)
    home = new_home("home")
    first = rebuild(home, folder)
    hashed: list[str] = []

    def noted(file: SourceFile) -> str | None:
        hashed.append(file.relative)
        return fingerprint(file)

    monkeypatch.setattr(job, "fingerprint", noted)
    report = update(home)
    assert (report.mode, report.generation) == ("unchanged", first.generation)
    assert hashed == []
    os.utime(folder / "甲/第3回.txt")
    assert update(home).mode == "unchanged"
    assert hashed == ["甲/第3回.txt"]
    (folder / "甲/第3回.txt").write_text("新的\n\n一句。\n", encoding="utf-8")
    (folder / "乙/第1回.txt").unlink()
    write(folder, {"末.txt": "末\n\n一句。\n"})
    report = update(home)
    assert (report.mode, report.added, report.changed, report.removed) == ("update", 1, 1, 1)
    assert update(home).mode == "unchanged"


def change_unseen(path: Path) -> None:
    """Change a file but for its size and time."""
    status = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("。", "！"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_change_that_kept_size_and_time_is_found_by_verify(new_home: NewHome, tmp_path: Path) -> None:
    folder = start(tmp_path / "texts", random.Random(6))
    age(folder)
    home = new_home("home")
    rebuild(home, folder)
    change_unseen(folder / "甲/第3回.txt")
    assert update(home).mode == "unchanged"
    report = update(home, verify=True)
    assert (report.mode, report.changed) == ("update", 1)


def test_a_change_right_after_a_build_is_found_though_size_and_time_are_the_same(
    new_home: NewHome, tmp_path: Path
) -> None:
    """File systems round times, so that a change within the same two seconds may leave no trace in them."""
    folder = start(tmp_path / "texts", random.Random(6))
    home = new_home("home")
    rebuild(home, folder)
    change_unseen(folder / "甲/第3回.txt")
    assert update(home).changed == 1


def test_replacing_more_than_a_tenth_is_a_rebuild_that_says_so(new_home: NewHome, tmp_path: Path) -> None:
    chance = random.Random(6)
    folder = start(tmp_path / "texts", chance)
    home = new_home("home")
    rebuild(home, folder)
    for number in range(1, 10):
        (folder / f"甲/第{number}回.txt").write_text(text(chance), encoding="utf-8")
    report = update(home)
    assert report.mode == "rebuild"
    assert "passages are replaced" in report.engine_reason


@pytest.mark.parametrize("reason", ["version", "analysis", "clash", "room", "broken"])
def test_where_an_update_would_differ_from_a_rebuild_it_is_one(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    chance = random.Random(6)
    folder = start(tmp_path / "texts", chance)
    words = write(tmp_path, {"words": "派出所所长 5\n"}) / "words" if reason == "analysis" else None
    home, other = new_home("home"), new_home("other")
    rebuild(home, folder, user_dictionary=words)
    write(folder, {"乙/第5回半.txt": text(chance)})
    if reason == "version":
        monkeypatch.setattr(job, "program_version", lambda: "99")
    elif words is not None:
        words.write_text("派出所 5\n", encoding="utf-8")
    elif reason == "clash":
        write(folder, {"丁/00.jsonl": record(chance, "r1-1")})
    elif reason == "room":
        monkeypatch.setattr(updating, "spans_between", no_room)
    else:
        os.truncate(home.generations / str(home.current()) / "texts.sqlite", 5000)
    report = update(home)
    monkeypatch.undo()
    assert report.mode == "rebuild"
    assert report.engine_reason
    rebuild(other, folder, user_dictionary=words)
    assert contents_of(home) == contents_of(other)


def no_room(*_: object) -> None:
    raise KeyRoomError("0 keys are too few")


@pytest.mark.parametrize("loss", ["gone", "unreadable"])
def test_a_disk_that_is_not_there_does_not_empty_the_archive(
    new_home: NewHome, tmp_path: Path, loss: str
) -> None:
    """The mount point of a disk is an empty folder without it: an update once made an archive of nothing."""
    folder = start(tmp_path / "texts", random.Random(6))
    home = new_home("home")
    rebuild(home, folder)
    before = contents_of(home)
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if loss == "gone":
            path.unlink()
        else:
            path.write_bytes(b"\0\1\2")
    for build in (update, rebuild):
        with pytest.raises(NothingToReadError) as caught:
            build(home)
        assert str(folder) in caught.value.message
        assert f"juanzong rebuild {folder}" in caught.value.hint
        assert contents_of(home) == before
    assert len(list(home.generations.iterdir())) == 1


def test_a_folder_that_is_named_may_empty_the_archive(new_home: NewHome, tmp_path: Path) -> None:
    folder = write(tmp_path / "texts", {"甲.txt": "甲\n\n一句。\n"})
    home = new_home("home")
    rebuild(home, folder)
    (folder / "甲.txt").unlink()
    assert rebuild(home, folder).documents == 0
    assert update(home).mode == "unchanged"


def test_an_update_before_the_first_build_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        update(tmp_path / "home")
    assert "juanzong rebuild FOLDER" in caught.value.hint
