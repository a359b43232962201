"""Sources that go away do not shrink the archive; what cannot be read any more is kept as it was archived.

A source folder was renamed 0.9 s into a rebuild: 259 documents became 50, and the old archive was gone.
"""

from __future__ import annotations

import ctypes
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, contents_of, record, sentence, text, write

from index.build import rebuild
from index.building import batches
from index.errors import SourcesMissingError
from index.generations import Home
from index.report import BuildReport, Progress
from index.update import update

NewHome = Callable[[str], Home]
Build = Callable[..., BuildReport]

ROOT = Path(__file__).resolve().parents[2]
BUILDS = [rebuild, update]


def library(folder: Path, paragraphs: int = 2) -> Path:
    """259 texts in four folders and at the top."""
    chance = random.Random(3)
    files = {f"{book}/{n}.txt": text(chance, paragraphs) for book in "甲乙丙丁" for n in range(60)}
    files |= {f"{n}.txt": text(chance, paragraphs) for n in range(16)}
    files |= {f"{n}.jsonl": "".join(record(chance, f"r{n}-{i}") for i in range(4)) for n in range(3)}
    return write(folder, files)


def once(action: Callable[[], object]) -> Callable[[Progress], None]:
    """A callback that acts when the first texts were read."""
    waiting = [action]

    def act(progress: Progress) -> None:
        if progress.phase == "read" and waiting:
            waiting.pop()()

    return act


def without_notes(home: Home) -> dict[str, object]:
    """What is found and read."""
    found = contents_of(home)
    found.pop("notes")
    found["counts"] = found["counts"][:-1]  # the last one counts notes
    return found


@pytest.mark.parametrize("build", BUILDS)
def test_a_top_folder_that_is_gone_keeps_the_archive(new_home: NewHome, tmp_path: Path, build: Build) -> None:
    folder, home = library(tmp_path / "texts"), new_home("home")
    rebuild(home, folder)
    before = contents_of(home)
    (folder / "乙").rename(tmp_path / "elsewhere")
    with pytest.raises(SourcesMissingError) as caught:
        build(home)
    assert caught.value.missing == {"gone": ("乙/ (60 in this folder: all)",)}
    assert f"60 of 259 files in {folder}" in caught.value.message
    assert "juanzong update --allow-missing" in caught.value.hint
    assert contents_of(home) == before
    assert len(list(home.generations.iterdir())) == 1
    report = build(home, allow_missing=True)
    assert len(report.paths["removed"]) == 60 or report.mode == "rebuild"
    assert report.documents == 199 + 9
    assert build(home).documents == 199 + 9


@pytest.mark.parametrize("build", BUILDS)
def test_a_handful_of_files_less_keeps_the_archive_and_one_or_two_less_are_removed(
    new_home: NewHome, tmp_path: Path, build: Build
) -> None:
    folder, home = library(tmp_path / "texts"), new_home("home")
    rebuild(home, folder)
    gone = [f"甲/{n}.txt" for n in range(5)]
    texts = {name: (folder / name).read_text("utf-8") for name in gone}
    for name in gone:
        (folder / name).unlink()
    with pytest.raises(SourcesMissingError) as caught:
        build(home)
    assert caught.value.missing == {"gone": tuple(gone)}
    write(folder, {name: texts[name] for name in gone[2:]})
    report = build(home)
    assert report.paths["removed"] == tuple(gone[:2])
    assert (report.removed, report.documents) == (2, 257 + 9)


@pytest.mark.parametrize("build", BUILDS)
def test_files_that_were_moved_are_not_missing(new_home: NewHome, tmp_path: Path, build: Build) -> None:
    folder, home = library(tmp_path / "texts"), new_home("home")
    rebuild(home, folder)
    (folder / "乙").rename(folder / "改名")
    report = build(home)
    assert report.documents == 259 + 9


@pytest.mark.parametrize("engine", ENGINES)
def test_a_folder_that_is_renamed_while_it_is_read_keeps_the_archive(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    folder, home = library(tmp_path / "texts", 20), new_home("home")
    rebuild(home, folder, engine=engine)
    before = contents_of(home)
    with pytest.raises(SourcesMissingError) as caught:
        rebuild(home, folder, progress=once(lambda: folder.rename(tmp_path / "away")))
    assert caught.value.missing["gone"]
    assert contents_of(home) == before
    (tmp_path / "away").rename(folder)
    for path in folder.rglob("*.txt"):
        os.utime(path)
    write(folder, {f"新/{n}.txt": text(random.Random(n), 40) for n in range(120)})
    with pytest.raises(SourcesMissingError):
        update(home, progress=once(lambda: (folder / "新").rename(tmp_path / "away")))
    assert contents_of(home) == before


def test_a_first_build_whose_sources_go_away_makes_no_archive(new_home: NewHome, tmp_path: Path) -> None:
    folder, home = library(tmp_path / "texts", 20), new_home("home")
    before = home.current()
    with pytest.raises(SourcesMissingError) as caught:
        rebuild(home, folder, progress=once(lambda: (folder / "甲").rename(tmp_path / "away")))
    assert f"juanzong rebuild {folder} --allow-missing" in caught.value.hint
    assert home.current() == before


@pytest.mark.parametrize("engine", ENGINES)
def test_what_cannot_be_read_in_the_middle_of_a_build_is_kept_as_it_was(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """A folder in the place of a file stands for a disk that fails and for a handle that is stale."""
    folder, home = library(tmp_path / "texts", 20), new_home("home")
    chance = random.Random(8)
    long = "长文\n\n" + "\n\n".join(sentence(chance, 900) + sentence(chance, 900) for _ in range(20))
    write(folder, {"甲/长.txt": long, "甲/录.jsonl": "".join(record(chance, f"k{i}") for i in range(40))})
    rebuild(home, folder, engine=engine)
    before = without_notes(home)

    def harm() -> None:
        for name in ("甲/长.txt", "甲/录.jsonl"):
            (folder / name).unlink()
            (folder / name).mkdir()

    report = rebuild(home, progress=once(harm))
    assert [note.path for note in report.new if note.code == "kept"] == ["甲/录.jsonl", "甲/长.txt"]
    assert without_notes(home) == before


def test_a_file_that_is_cut_off_while_it_is_read_is_kept_as_it_was(new_home: NewHome, tmp_path: Path) -> None:
    chance = random.Random(9)
    folder, home = library(tmp_path / "texts"), new_home("home")
    lines = "".join(record(chance, f"k{i}") for i in range(1300))
    write(folder, {"0.jsonl": lines})
    rebuild(home, folder)
    before = without_notes(home)
    report = rebuild(home, progress=once(lambda: os.truncate(folder / "0.jsonl", 100_000)))
    assert [(note.path, note.code) for note in report.new] == [("0.jsonl", "kept")]
    assert without_notes(home) == before
    write(folder, {"0.jsonl": lines})
    report = update(home)
    assert report.notes == ()
    assert without_notes(home) == before
    other = new_home("other")  # where nothing is archived yet, it is named and read again by the next update
    report = rebuild(other, folder, progress=once(lambda: os.truncate(folder / "0.jsonl", 100_000)))
    assert [(note.path, note.code) for note in report.notes if note.left_out][-1] == ("0.jsonl", "changed")
    write(folder, {"0.jsonl": lines})
    assert update(other).left_out == 0
    assert without_notes(other) == before


def test_parts_of_a_long_text_are_kept_as_they_were(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_PART", 7)
    folder, home = library(tmp_path / "texts", 20), new_home("home")
    chance = random.Random(8)
    chapters = [f"第{n}章　{sentence(chance, 5)[:-1]}\n\n" + sentence(chance, 900) * 4 for n in range(1, 9)]
    write(folder, {"甲/长.txt": "长文\n\n" + "\n\n".join(chapters)})
    rebuild(home, folder)
    before = without_notes(home)

    def harm() -> None:
        (folder / "甲/长.txt").unlink()
        (folder / "甲/长.txt").mkdir()

    report = rebuild(home, progress=once(harm))
    assert [note.code for note in report.new] == ["kept"]
    assert without_notes(home) == before


# --- rights, which root has anyway: in a child that gave them up --------------------------------------------


def juanzong(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as somebody whom a mode of 000 keeps out."""

    def give_up() -> None:
        if os.geteuid() == 0:
            for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH; 24: PR_CAPBSET_DROP
                ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)

    return subprocess.run(
        [sys.executable, "-m", "cli.main", "--home", str(home), *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        preexec_fn=give_up,
        timeout=120,
        check=False,
    )


rights = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="rights as Linux has them")


@rights
@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_a_file_that_lost_its_right_is_kept_named_once_and_read_again_with_it(
    new_home: NewHome, tmp_path: Path, command: str
) -> None:
    folder, home = library(tmp_path / "texts"), new_home("home")
    rebuild(home, folder)
    before = without_notes(home)
    (folder / "甲/7.txt").chmod(0)
    ran = juanzong(home.path, command)
    assert (ran.returncode, "甲/7.txt: cannot be read now" in ran.stderr) == (4, True)
    assert without_notes(home) == before
    again = juanzong(home.path, "update")
    assert (again.returncode, "甲/7.txt" in again.stderr) == (0, False)
    (folder / "甲/7.txt").chmod(0o644)
    (folder / "甲/7.txt").write_text("改了\n\n新的内容。\n", "utf-8")
    assert juanzong(home.path, "update").returncode == 0
    assert juanzong(home.path, "search", "新的内容").returncode == 0


@rights
@pytest.mark.parametrize("command", ["rebuild", "update"])
def test_a_top_folder_that_lost_its_right_keeps_the_archive(
    new_home: NewHome, tmp_path: Path, command: str
) -> None:
    folder, home = library(tmp_path / "texts"), new_home("home")
    rebuild(home, folder)
    before = without_notes(home)
    name = home.current()
    (folder / "甲").chmod(0)
    try:
        ran = juanzong(home.path, command)
        assert (ran.returncode, home.current()) == (3, name)
        assert "cannot be read: 甲/ (60 in this folder: all)" in ran.stderr
        write(folder, {"乙/新.txt": "新的\n\n另一篇。\n"})
        assert juanzong(home.path, command, "--allow-missing").returncode == 4
        assert juanzong(home.path, "search", "另一篇").returncode == 0
        (folder / "乙/新.txt").unlink()
        assert juanzong(home.path, "update", "--allow-missing").returncode == 0
        assert without_notes(home) == before
    finally:
        (folder / "甲").chmod(0o755)
    assert juanzong(home.path, "update").returncode == 0
    assert contents_of(home)["notes"] == []


@rights
def test_a_file_that_never_could_be_read_is_named_and_taken_in_when_it_can(
    new_home: NewHome, tmp_path: Path
) -> None:
    """Its time does not tell: an update took it as unchanged, and it was never read."""
    folder, home = write(tmp_path / "texts", {f"{n}.txt": f"甲乙{n}。" for n in range(6)}), new_home("home")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    for n in range(4):
        (folder / f"{n}.txt").chmod(0)
    assert juanzong(home.path, "rebuild", folder).returncode == 4
    assert juanzong(home.path, "update").returncode == 0
    for n in range(4):
        (folder / f"{n}.txt").chmod(0o644)
    assert juanzong(home.path, "update").returncode == 0
    assert contents_of(home)["counts"][1] == 6


def test_a_folder_that_is_renamed_as_soon_as_the_command_reads_keeps_the_archive(
    new_home: NewHome, tmp_path: Path
) -> None:
    """The story as it was told."""
    folder, home = library(tmp_path / "texts", 20), new_home("home")
    rebuild(home, folder, engine="whoosh")
    before = contents_of(home)
    with subprocess.Popen(
        [sys.executable, "-m", "cli.main", "--home", str(home.path), "rebuild", str(folder)],
        cwd=ROOT, stderr=subprocess.PIPE, encoding="utf-8",
    ) as running:  # fmt: skip
        while len(list(home.generations.iterdir())) == 1:
            assert running.poll() is None
            time.sleep(0.01)
        folder.rename(tmp_path / "away")
        _, said = running.communicate(timeout=120)
    assert running.returncode == 3, said
    assert "Traceback" not in said
    assert contents_of(home) == before
