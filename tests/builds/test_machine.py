"""What the machine does to a build: a full disk, a read-only copy, a builder that is gone."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, contents_of, text, write

from archive.store.schema import sealed
from index.build import rebuild
from index.check import check
from index.generations import Home

NewHome = Callable[[str], Home]

posix = pytest.mark.skipif(os.name == "nt", reason="uses limits and users of POSIX")


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code that imports the project in a process of its own."""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False, timeout=120,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip


LIMITED = """
import resource, sys
from pathlib import Path
from index.build import rebuild
from index.errors import BuildError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]), resource.RLIM_INFINITY))
try:
    rebuild(Path(sys.argv[1]), sys.argv[2], engine=sys.argv[3])
except BuildError as error:
    sys.stdout.write(str(error))
    sys.exit(7)
"""


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("limit", [100, 20_000, 150_000])
def test_a_disk_that_is_full_is_a_named_error_and_the_old_archive_stays(
    new_home: NewHome, tmp_path: Path, engine: str, limit: int
) -> None:
    """A file that may not grow fails like one on a full disk."""
    home = new_home("home")
    before = contents_of(home)
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n), 60) for n in range(20)})
    run = python(LIMITED, home.path, folder, engine, limit)
    assert (run.returncode, run.stderr) == (7, "")
    assert "could not be completed" in run.stdout
    assert f"Make room on the disk of {home.path}" in run.stdout
    assert "untouched" in run.stdout
    assert ".." not in run.stdout
    assert contents_of(home) == before
    assert len(list(home.generations.iterdir())) == 1
    assert rebuild(home, folder, engine=engine).documents == 20


SERVED = """
import os, sys
import tempfile  # taken for a folder that is read-only: this user's way does not load it
from pathlib import Path
from index.query.condition import TokenPhrase
from index.generations import Home
def ask(home):
    generation = home.open_current(connections=2)
    (document,) = generation.store.list_documents()
    grams = tuple(generation.analyzer.grams(generation.analyzer.normal_text("派出所所长")))
    keys = generation.snapshot.keys(TokenPhrase("grams", grams))
    texts = [passage.text for passage in generation.store.passages(keys)]
    generation.close()
    return texts
home = Home(Path(sys.argv[1]))
ask(home)  # loads what another user may not read: Python itself
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
sys.stdout.buffer.write(str(ask(home)).encode())
try:
    (home.path / "x").write_text("")
except OSError:
    sys.stdout.buffer.write(b" read-only")
"""


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("limit", [5_000, 60_000, 1_000_000, 2_000_000])
def test_a_disk_that_fills_up_in_the_middle_of_a_long_build_is_named_with_the_way_out(
    new_home: NewHome, tmp_path: Path, engine: str, limit: int
) -> None:
    """It was "a worker thread encountered an error or panicked", or "disk I/O error", without a way out."""
    home = new_home("home")
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n), 400) for n in range(60)})
    run = python(LIMITED, home.path, folder, engine, limit)
    assert (run.returncode, run.stderr) == (7, "")
    assert f"Make room on the disk of {home.path}" in run.stdout
    assert re.search("File too large|disk I/O error|disk is full", run.stdout)


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_a_copy_that_is_read_only_and_another_users_is_served_as_it_is(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    home = new_home("home")
    folder = write(tmp_path / "texts", {"a.txt": "卷宗\n\n派出所所长。\n\n所长\n"})
    rebuild(home, folder, engine=engine)
    with tempfile.TemporaryDirectory() as public:
        copy = Path(public)
        shutil.copytree(home.path / "generations", copy / "generations")
        shutil.copy(home.path / "current", copy)
        shutil.rmtree(folder)
        shutil.rmtree(home.path)
        folders = [copy, *(path for path in copy.rglob("*") if path.is_dir())]
        for path in [*folders, *(path for path in copy.rglob("*") if path.is_file())]:
            path.chmod(0o555 if path in folders else path.stat().st_mode & 0o444)
        run = python(SERVED, copy)
        for path in folders:
            path.chmod(0o755)
    assert (run.stdout, run.stderr) == ("['派出所所长。'] read-only", "")


SCRIPT = """
import sys
from pathlib import Path
from index.building import pipeline
from index.build import rebuild
from index.update import update
pipeline.IN_PROCESS = 0
"""
REBUILD = """
if {asked}:
    print("documents:", rebuild(Path(sys.argv[1]), sys.argv[2], engine=sys.argv[3]).documents)
    print("updated:", update(Path(sys.argv[1])).documents)
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_script_that_builds_asks_for_main(tmp_path: Path, engine: str) -> None:
    """The processes of a build run their caller's script, as those of any program with multiprocessing."""
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n), 60) for n in range(5)})
    script = tmp_path / "script.py"

    def run(asked: str) -> subprocess.CompletedProcess[str]:
        script.write_text(SCRIPT + REBUILD.format(asked=asked), encoding="utf-8")
        return subprocess.run(
            [sys.executable, script, tmp_path / "home", folder, engine],
            capture_output=True, encoding="utf-8", check=False, timeout=120,
            env=os.environ | {"PYTHONPATH": str(Path.cwd())},
        )  # fmt: skip

    unguarded = run("True")
    assert unguarded.returncode == 1
    assert "if __name__ == '__main__':" in unguarded.stderr
    assert "BusyError" not in unguarded.stderr
    guarded = run("__name__ == '__main__'")
    assert (guarded.stdout, guarded.stderr) == ("documents: 5\nupdated: 5\n", "")


ORPHANS = """
import multiprocessing, sys, time
from pathlib import Path
from index.building import pipeline
from index.build import rebuild
def wait(progress):
    pids = [child.pid for child in multiprocessing.active_children()]
    if pids:
        sys.stdout.write(" ".join(map(str, pids)) + "\\n")
        sys.stdout.flush()
        time.sleep(100)
if __name__ == "__main__":
    pipeline.IN_PROCESS = 0
    pipeline.cores = lambda: 3
    pipeline.JOB = 1000
    rebuild(Path(sys.argv[1]), sys.argv[2], progress=wait)
"""


@posix
def test_workers_end_with_their_builder(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("home")
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n)) for n in range(30)})
    script = tmp_path / "script.py"
    script.write_text(ORPHANS, encoding="utf-8")
    builder = subprocess.Popen(
        [sys.executable, script, home.path, folder],
        stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert builder.stdout is not None
    pids = [int(pid) for pid in builder.stdout.readline().split()]
    builder.kill()
    builder.wait()
    builder.stdout.close()
    assert pids
    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert rebuild(home, folder).documents == 30


def alive(pid: int) -> bool:
    """Whether a process runs; one that nobody has waited for yet does not."""
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("engine", ENGINES)
def test_a_check_of_a_sound_archive_finds_nothing(new_home: NewHome, tmp_path: Path, engine: str) -> None:
    home = new_home("home")
    folder = write(
        tmp_path / "texts", {f"{n}.txt": text(random.Random(n)) for n in range(5)} | {"b.txt": "字\n"}
    )
    report = rebuild(home, folder, engine=engine)
    found = check(home, complete=True)
    assert (found.findings, found.files, found.passages) == ((), 6, report.passages)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_check_names_each_difference(new_home: NewHome, tmp_path: Path, engine: str) -> None:
    import sqlite3

    home = new_home("home")
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n)) for n in range(5)})
    name = rebuild(home, folder, engine=engine).generation
    write(folder, {"0.txt": "别的\n\n话。\n", "new.txt": "新的\n\n话。\n"})
    (folder / "1.txt").unlink()
    database = sqlite3.connect(home.generations / name / "texts.sqlite")
    row = database.execute("SELECT * FROM passages ORDER BY key DESC LIMIT 1").fetchone()
    other = (*row[:8], "xyz")
    database.execute("UPDATE passages SET text = ?, seal = ? WHERE key = ?", ("xyz", sealed(other), row[0]))
    database.execute("DELETE FROM passages WHERE key = (SELECT min(key) FROM passages)")
    database.commit()
    database.close()
    found = check(home, complete=True)
    codes = {(note.path, note.code) for note in found.findings}
    generation = f"generations/{name}"
    assert {
        ("0.txt", "changed"), ("1.txt", "gone"), ("new.txt", "new"), ("4.txt", "other_text"),
        ("4.txt", "not_found"), (f"{generation}/texts.sqlite", "damaged"),
        (f"{generation}/index", "not_stored"),
    } <= codes  # fmt: skip


INTERRUPTED = """
import multiprocessing, os, signal, sys
from multiprocessing.context import SpawnProcess
from pathlib import Path
from index.build import rebuild
from index.building import pipeline
start = SpawnProcess.start
def interrupted(process):
    start(process)
    os.killpg(0, signal.SIGINT)
if __name__ == "__main__":
    SpawnProcess.start = interrupted
    pipeline.IN_PROCESS = 0
    pipeline.cores = lambda: 2
    try:
        rebuild(Path(sys.argv[1]), sys.argv[2], engine=sys.argv[3])
    except KeyboardInterrupt:
        print("stopped", len(multiprocessing.active_children()))
"""


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_an_interruption_while_a_process_starts_ends_the_build_without_a_word_of_that_process(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """It was loading its modules still, and printed a traceback into the terminal."""
    home = new_home("home")
    folder = write(tmp_path / "texts", {f"{n}.txt": text(random.Random(n)) for n in range(30)})
    script = tmp_path / "script.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, script, home.path, folder, engine],
        capture_output=True, encoding="utf-8", check=False, timeout=60, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("stopped 0\n", "")
    assert rebuild(home, folder, engine=engine).documents == 30


AMONG_THREADS = """
import os, signal, threading, time
from index.building.pipeline import uninterrupted
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
try:
    with uninterrupted():
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1_000_000):
            pass
        print("all done")
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted afterwards")
"""


@posix
def test_an_interruption_that_another_thread_is_given_waits_too() -> None:
    """The bar of a terminal has a thread of its own, which is given what is kept from the first."""
    run = subprocess.run(
        [sys.executable, "-c", AMONG_THREADS],
        capture_output=True, encoding="utf-8", check=False, timeout=60,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("all done\ninterrupted afterwards\n", "")
