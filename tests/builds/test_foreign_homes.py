"""A build in a folder with other people's things: it removes and writes over only what this program made."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, contents_of, copy_of, text_files, write

from archive.errors import SourceError
from index.build import rebuild
from index.errors import BuildError, ForeignHomeError, NothingToReadError, SameFolderError
from index.generations import Home, resolve_home
from index.update import update

NewHome = Callable[[str], Home]
NAME = "20200101T000000Z-0123abcd"

posix = pytest.mark.skipif(os.name == "nt", reason="uses links and pipes of POSIX")


def everything(folder: Path) -> dict[str, bytes | str]:
    """All that is in a folder: contents, where links lead, what is a folder or a pipe."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_bytes()
        else:
            found[name] = "folder" if path.is_dir() else "pipe"
    return found


def build_and_update(home: Home, folder: Path, engine: str) -> None:
    """All ways to a new generation, and those that fail."""
    with pytest.raises(SourceError):
        rebuild(home, folder.with_name("没有"))
    rebuild(home, folder, engine=engine)
    update(home)
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    update(home)
    rebuild(home)


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_folders_in_generations_that_this_program_did_not_make_stay(
    new_home: NewHome, tmp_path: Path, engine: str
) -> None:
    """Every build, also one that failed, removed them all, and through a link the manifest of its target."""
    home = new_home("家")
    folder = write(tmp_path / "texts", text_files(3))
    own = home.generations / rebuild(home, folder, engine=engine).generation
    outside = tmp_path / "outside"
    shutil.copytree(own, outside)
    shutil.copytree(own, home.generations / "备份")
    shutil.copytree(own, home.generations / f"{own.name}-copy")
    shutil.copytree(own, home.generations / NAME)  # its form, and the mark of another
    write(home.generations / "20200101T000000Z-0123abce", {"manifest.json": "{}", "文.txt": "文"})
    write(home.generations / "20200101t000000z-0123abcd", {f"{NAME}.mark": ""})
    (home.generations / "20200101T000000Z-0123abcf").symlink_to(outside)
    linked = home.generations / "20200101T000000Z-01230000"
    linked.mkdir()
    (linked / f"{linked.name}.mark").symlink_to(outside / NAME)
    write(home.generations, {"a.txt": "文"})
    write(home.path, {"README": "读我", "current.new": "别人的", "notes/settings.json": "{}"})
    (home.path / "settings.json.new").symlink_to(outside / "words.txt")
    before = everything(home.path)
    kept = everything(outside)
    build_and_update(home, folder, engine)
    after = everything(home.path)
    ours = (f"generations/{own.name}/", "current", "settings.json")
    lost = {
        name
        for name, content in before.items()
        if after.get(name) != content
        and not name.startswith(ours[0])
        and name not in (*ours[1:], ours[0][:-1])
    }
    assert lost == set()
    assert everything(outside) == kept
    assert not own.exists()
    assert len(after) - len(before) < 5


def test_a_generation_from_before_there_were_marks_is_removed_once_it_is_replaced(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("家")
    (old,) = home.generations.iterdir()
    (old / f"{old.name}.mark").unlink()
    manifest = json.loads((old / "manifest.json").read_bytes())
    del manifest["files"][f"{old.name}.mark"], manifest["seal"]
    (old / "manifest.json").write_text(json.dumps(manifest | {"format": 1}), "utf-8")
    shutil.copytree(old, home.generations / NAME)
    built = rebuild(home, write(tmp_path / "texts", text_files(2))).generation
    assert sorted(path.name for path in home.generations.iterdir()) == sorted([NAME, built])


def test_a_draft_that_was_killed_goes_when_a_build_has_succeeded_and_not_before(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("家")
    folder = write(tmp_path / "texts", text_files(2))
    rebuild(home, folder)
    with home.lock():
        drafts = [home.draft(), home.draft()]
        (drafts[0] / "texts.sqlite").write_bytes(b"half")
        (drafts[1] / f"{drafts[1].name}.mark").unlink()  # killed before it was marked
    before = everything(home.path)
    with pytest.raises(SourceError):
        rebuild(home, tmp_path / "没有")
    folder.rename(tmp_path / "away")
    with pytest.raises(SourceError):
        update(home)
    (tmp_path / "away").rename(folder)
    assert everything(home.path) == before
    update(home)
    assert not any(draft.exists() for draft in drafts)


STRANGE: dict[str, dict[str, str]] = {
    "texts": {"甲.txt": "文", "乙.txt": "文"},
    "another program's settings": {"settings.json": '{"theme": "dark"}'},
    "settings that are a list": {"settings.json": "[1]"},
    "another program's current": {"current": "v2"},
    "a lock with something in it": {"build.lock": "1234"},
    "generations of people": {"generations/祖父.txt": "文"},
    "a copy of a manifest": {"generations/备份/manifest.json": '{"format": 1, "juanzong": "", "files": {}}'},
    "a file in the place of generations": {"generations": "文"},
    "deep settings": {"settings.json": "[" * 100_000},
}


@pytest.mark.parametrize("strange", STRANGE)
def test_a_folder_with_other_things_is_refused_by_name_and_left_as_it_is(
    tmp_path: Path, strange: str
) -> None:
    home = Home(write(tmp_path / "家", STRANGE[strange]).absolute())
    before = everything(home.path)
    named = next(iter(STRANGE[strange])).split("/")[0]
    with pytest.raises(ForeignHomeError, match=f"家.*{named}") as refused:
        rebuild(home, write(tmp_path / "texts", text_files(1)))
    assert "--home DIR" in refused.value.hint
    with pytest.raises(BuildError):
        update(home)
    assert everything(home.path) == before


@posix
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (name, kind)
        for name in ("current", "settings.json", "build.lock", "generations")
        for kind in ("link", "dangling link", "folder", "pipe")
        if (name, kind) != ("generations", "folder")  # what it should be
    ],
)
def test_what_is_in_the_place_of_the_archives_own_files_is_refused_and_not_followed(
    new_home: NewHome, tmp_path: Path, name: str, kind: str
) -> None:
    """The lock emptied what a link of its name led to."""
    home = new_home("家")
    own = home.path / name
    if own.exists():
        own.rename(tmp_path / "moved")
    else:
        write(tmp_path, {"moved": "文"})
    if kind == "folder":
        write(own, {"a": "文"})
    elif kind == "pipe":
        os.mkfifo(own)
    else:
        own.symlink_to(tmp_path / ("moved" if kind == "link" else "nothing"))
    before = everything(tmp_path)
    with pytest.raises(ForeignHomeError, match=name):
        rebuild(home, write(tmp_path.with_name(f"{tmp_path.name}-texts"), text_files(1)))
    assert everything(tmp_path) == before


@posix
def test_a_reader_does_not_wait_for_a_pipe(new_home: NewHome) -> None:
    home = new_home("家")
    for name in ("current", "settings.json"):
        (home.path / name).unlink()
        os.mkfifo(home.path / name)
    with pytest.raises(Exception, match="not a plain file"):
        home.current()
    with pytest.raises(Exception, match="not readable settings"):
        home.settings()


@posix
def test_a_home_may_be_a_link_and_have_what_systems_leave(tmp_path: Path) -> None:
    write(tmp_path / "disk", {".DS_Store": "", "Thumbs.db": "", "lost+found/a": ""})
    (tmp_path / "家").symlink_to(tmp_path / "disk")
    assert rebuild(tmp_path / "家", write(tmp_path / "texts", text_files(2))).documents == 2
    assert (tmp_path / "disk" / "current").is_file()


def around(home: Home, tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "link").symlink_to(home.path)
    (tmp_path / "texts").mkdir()
    return {
        "the home": home.path,
        "generations": home.generations,
        "a generation": next(home.generations.iterdir()),
        "in the home": write(home.path / "文", {"a.txt": "文"}),
        "a link": tmp_path / "link",
        "through a link": tmp_path / "link" / "generations",
        "points": tmp_path / "texts" / ".." / "家" / "generations",
    }


@posix
@pytest.mark.parametrize(
    "which",
    ["the home", "generations", "a generation", "in the home", "a link", "through a link", "points"],
)
def test_texts_in_the_data_directory_are_refused(new_home: NewHome, tmp_path: Path, which: str) -> None:
    """``--home books rebuild books/generations`` removed the sources."""
    home = new_home("家")
    folder = around(home, tmp_path)[which]
    before = everything(tmp_path)
    with pytest.raises(SameFolderError, match="--home DIR"):
        rebuild(home, folder)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("inside", ["texts/generations", "texts"])
def test_the_folder_of_texts_is_not_taken_for_a_new_home(tmp_path: Path, inside: str) -> None:
    home = Home(tmp_path / "texts")
    write(tmp_path / inside, {"甲.txt": "派出所"})
    before = everything(tmp_path)
    with pytest.raises(SameFolderError):
        rebuild(home, tmp_path / inside)
    assert everything(tmp_path) == before


def test_a_remembered_folder_that_became_the_home_is_refused(new_home: NewHome, tmp_path: Path) -> None:
    folder = write(tmp_path / "texts", text_files(1))
    home = new_home("家")
    rebuild(home, folder)
    for path in list(home.path.iterdir()):
        path.rename(folder / path.name)
    before = contents_of(Home(folder))
    for build in (update, rebuild):
        with pytest.raises(SameFolderError):
            build(folder)
    assert contents_of(Home(folder)) == before


def test_a_dictionary_in_a_generation_is_refused(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("家")
    folder = write(tmp_path / "texts", text_files(1))
    words = next(home.generations.iterdir()) / "words.txt"
    with pytest.raises(SameFolderError):
        rebuild(home, folder, user_dictionary=words)


@pytest.mark.parametrize("there", [True, False], ids=["empty", "new"])
def test_a_first_build_that_finds_nothing_leaves_nothing(tmp_path: Path, there: bool) -> None:
    home = Home(tmp_path / "上" / "家")
    if there:
        home.path.mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    before = everything(tmp_path)
    with pytest.raises(SourceError):
        rebuild(home, tmp_path / "没有")
    with pytest.raises(NothingToReadError, match="Nothing was built"):
        rebuild(home, tmp_path / "empty")
    with pytest.raises(BuildError, match="does not remember"):
        update(home)
    texts = write(tmp_path / "texts", text_files(1))
    with pytest.raises(Exception, match="没有"):
        rebuild(home, texts, user_dictionary=tmp_path / "没有")
    shutil.rmtree(texts)
    assert everything(tmp_path) == before


FAILING = """
import resource, sys
from pathlib import Path
from index.build import rebuild
from index.errors import BuildError
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
try:
    rebuild(Path(sys.argv[1]), sys.argv[2], engine=sys.argv[3])
except BuildError as error:
    sys.stdout.write(str(error))
"""

KILLED = """
import os, signal, sys
from pathlib import Path
from index.build import rebuild
rebuild(Path(sys.argv[1]), sys.argv[2], engine=sys.argv[3],
        progress=lambda made: os.kill(os.getpid(), signal.SIGKILL) if made.phase == "commit" else None)
"""


def python(code: str, *arguments: object) -> str:
    """Run code that imports the project in a process of its own; returns what it printed."""
    run = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False, timeout=120,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert run.stderr == ""
    return run.stdout


@posix
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", [FAILING, KILLED], ids=["failing", "killed"])
def test_after_a_first_build_that_failed_later_the_next_one_works_and_clears_away(
    tmp_path: Path, engine: str, code: str
) -> None:
    """It said that an archive which was never there was untouched."""
    home = Home(tmp_path / "家")
    folder = write(tmp_path / "texts", text_files(20, 60))
    said = python(code, home.path, folder, engine)
    assert ("Make room" in said) == (code is FAILING)
    assert "untouched" not in said
    assert {path.name for path in home.path.iterdir()} == {"generations", "build.lock"}
    assert rebuild(home, folder, engine=engine).documents == 20
    assert len(list(home.generations.iterdir())) == 1


@posix
def test_of_two_first_builds_one_is_told_that_the_other_is_going_on(tmp_path: Path) -> None:
    home = Home(tmp_path / "家")
    folder = write(tmp_path / "texts", text_files(2))
    second = (
        "import sys; from pathlib import Path; from index.build import rebuild\n"
        "from index.errors import BusyError\n"
        "try:\n    rebuild(Path(sys.argv[1]), sys.argv[2])\nexcept BusyError:\n    print('busy')\n"
    )
    with home.lock():
        assert not home.path.exists()
        home.draft()
        assert python(second, home.path, folder) == "busy\n"
    assert rebuild(home, folder).documents == 2
    assert len(list(home.generations.iterdir())) == 1


SYNCED = """
import os, sys
from pathlib import Path
from index.atomic_files import make_folder
seen = []
sys.addaudithook(lambda event, arguments: seen.append(arguments[0]) if event == "open" else None)
make_folder(Path(sys.argv[1]))
print([os.path.relpath(path, sys.argv[2]) for path in seen if os.path.isdir(path)])
"""


@posix
def test_the_names_of_a_new_home_and_of_the_folders_above_it_are_made_durable(tmp_path: Path) -> None:
    """After a power failure a new archive could be gone, whose own files were all on the disk."""
    made = python(SYNCED, tmp_path / "a" / "家" / "generations", tmp_path)
    assert made == "['.', 'a', 'a/家']\n"


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_a_path_that_is_too_long_for_the_text_store_is_named_before_anything_is_written(
    tmp_path: Path, engine: str
) -> None:
    """SQLite said "unable to open database file"."""
    folder = write(tmp_path / "texts", text_files(1))
    room = 453 - len(os.fsencode(tmp_path)) - 1
    longest = tmp_path / "/".join(["a" * 100] * (room // 101) + ["b" * (room % 101 or 1)])
    longest = longest.with_name(longest.name + "b" * (453 - len(os.fsencode(longest))))
    assert rebuild(longest, folder, engine=engine).documents == 1
    longer = longest.with_name(longest.name + "b")
    (tmp_path / "short").symlink_to(longer)
    for home in (longer, tmp_path / "short"):
        with pytest.raises(BuildError, match=r"path has 505 bytes") as refused:
            rebuild(home, folder, engine=engine)
        assert "--home DIR" in refused.value.hint
    assert not longer.exists()
    copy_of(Home(longest), longer)
    with pytest.raises(Exception, match=r"path has 505 bytes.* move the archive"):
        Home(longer).open_current()


@posix
def test_var_is_the_default_only_if_it_is_an_archive(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    var = tmp_path / "var"
    for files in ({"log/syslog": ""}, {"current": "generations"}, {"settings.json": "{}"}):
        write(var, files)
        assert resolve_home(None, {}) != var
    shutil.rmtree(var)
    new_home("var")
    for lost in ("settings.json", None, "current"):
        assert resolve_home(None, {}) == var
        if lost == "settings.json":
            shutil.move(var / lost, tmp_path)
        elif lost is None:
            shutil.move(tmp_path / "settings.json", var)
    monkeypatch.chdir("/")
    assert resolve_home(None, {}) != Path("/var")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("left", ["whole", "without current", "without settings", "generations", "copy"])
def test_another_archive_among_the_texts_is_passed_over_and_named(
    new_home: NewHome, tmp_path: Path, engine: str, left: str
) -> None:
    """Its lists of words were read as texts: half a million characters of a dictionary."""
    home, other = new_home("家"), new_home("other")
    (name,) = (path.name for path in other.generations.iterdir())
    folder = write(tmp_path / "texts", text_files(3))
    if left == "copy":
        inside = "备份/那一年"
        shutil.copytree(other.generations / name, folder / inside)
    else:
        inside = "备份/库"
        shutil.copytree(other.path, folder / inside)
        if left in ("without current", "generations"):
            (folder / inside / "current").unlink()
        if left in ("without settings", "generations"):
            (folder / inside / "settings.json").unlink()
        if left == "generations":
            inside = f"{inside}/generations/{name}"
    report = rebuild(home, folder, engine=engine)
    assert report.documents == 3
    assert [(note.path, note.code) for note in report.notes if note.code == "archive"] == [
        (inside, "archive")
    ]
    assert update(home).mode == "unchanged"
