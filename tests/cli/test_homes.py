"""The data directory as people meet it: what is in the way, what was lost, and what is taken by default."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from command_support import SEED, Run


def test_a_folder_with_other_things_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "文稿").mkdir()
    (tmp_path / "文稿" / "settings.json").write_text('{"theme": "dark"}', "utf-8")
    (tmp_path / "文稿" / "甲.txt").write_text("派出所", "utf-8")
    refused = run("--home", tmp_path / "文稿", "rebuild", SEED.parent)
    assert refused.returncode == 2
    assert refused.stderr == (
        f"juanzong: {tmp_path / '文稿'}: settings.json is not what this program puts there."
        " Nothing was written. Move that away, or name another data directory: --home DIR\n"
    )
    (tmp_path / "文稿" / "settings.json").unlink()
    refused = run("--home", tmp_path / "文稿", "rebuild", SEED.parent)
    assert refused.returncode == 2
    assert "holds no archive, and other things: 甲.txt. Nothing was written." in refused.stderr
    assert [path.name for path in (tmp_path / "文稿").iterdir()] == ["甲.txt"]


def test_a_search_without_current_answers_and_says_what_it_took(run: Run, home: Path, tmp_path: Path) -> None:
    lost = tmp_path / "家"
    shutil.copytree(home, lost)
    name = (lost / "current").read_text("ascii").strip()
    (lost / "current").unlink()
    for command in (("search", "派出所"), ("search", "派出所", "--limit", "1"), ("stats",), ("list",)):
        answer = run("--home", lost, *command)
        assert answer.returncode == 0
        assert answer.stderr.count(f"{name}, the only whole generation there, was taken.") == 1, command
    assert not (lost / "current").exists()
    updated = run("--home", lost, "update")
    assert name in updated.stderr
    assert "Nothing changed" in updated.stderr
    assert name not in run("--home", lost, "update").stderr


def test_a_var_that_is_no_archive_is_left_alone(run: Run, home: Path, tmp_path: Path) -> None:
    (tmp_path / "var" / "log").mkdir(parents=True)
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "甲.txt").write_text("派出所", "utf-8")
    environment = {"HOME": str(tmp_path / "me"), "XDG_DATA_HOME": str(tmp_path / "me")}
    assert run("rebuild", tmp_path / "texts", cwd=tmp_path, environment=environment).returncode == 0
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["log"]
    assert (tmp_path / "me" / "juanzong" / "current").is_file()
    shutil.rmtree(tmp_path / "var")
    shutil.copytree(home, tmp_path / "var")
    stats = run("stats", cwd=tmp_path, environment=environment)
    assert str(tmp_path / "var") in stats.stdout


def test_an_empty_name_of_a_folder_is_refused_and_a_user_is_found(
    run: Run, home: Path, tmp_path: Path
) -> None:
    """``--home "$ARCHIVE"`` in a script without that variable built in the user's own data folder; ``~`` of a
    user that is not there was a fault of the program; and ``copy --to=~/copy`` made a folder called ``~``.
    """
    me = {"HOME": str(tmp_path / "me"), "XDG_DATA_HOME": str(tmp_path / "me")}
    for command in (
        ("--home", "", "rebuild", SEED.parent),
        ("rebuild", "--home", "", SEED.parent),
        ("--home", tmp_path / "家", "rebuild", ""),
        ("--home", home, "copy", "--to", ""),
    ):
        refused = run(*command, cwd=tmp_path, environment=me)
        assert (refused.returncode, "It is empty. Name a folder." in refused.stderr) == (2, True), command
    assert list(tmp_path.iterdir()) == []
    copied = run("--home", home, "copy", "--to=~/copy", cwd=tmp_path, environment=me)
    assert copied.returncode == 0, copied.stderr
    assert run("--home=~/copy", "search", "派出所", cwd=tmp_path, environment=me).returncode == 0
    for named in (("--home=~nobody-here/x", "search", "甲"), ("rebuild", "~nobody-here")):
        refused = run(*named, cwd=tmp_path, environment=me)
        assert (refused.returncode, "Please report" in refused.stderr) == (3, False), refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["me"]


def test_a_dictionary_that_is_a_pipe_is_refused_and_not_waited_for(run: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for option in ("--user-dictionary", "--variants"):
        refused = run("--home", tmp_path / "家", "rebuild", SEED.parent, option, tmp_path / "pipe")
        assert (refused.returncode, "is not a file" in refused.stderr) == (3, True), refused.stderr


def test_a_first_build_of_a_folder_that_is_not_there_leaves_nothing(run: Run, tmp_path: Path) -> None:
    failed = run("--home", tmp_path / "家", "rebuild", tmp_path / "没有")
    assert failed.returncode == 3
    assert "untouched" not in failed.stderr
    assert list(tmp_path.iterdir()) == []
