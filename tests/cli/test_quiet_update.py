"""An update says what is new, and fails only for that.

It repeated all that was ever left out and ended with 4 each month, so that cron always looked failed.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_support import Run


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "甲.txt").write_text("派出所所长。\n" * 50, "utf-8")
    for number in (2, 10):
        (folder / f"{number}.xyz").touch()
    return folder


def test_what_was_left_out_before_is_not_repeated(run: Run, texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    built = run("--home", home, "rebuild", texts)
    assert (built.returncode, built.stderr.count("are not read.")) == (4, 2)
    idle = run("--home", home, "update")
    assert (idle.returncode, idle.stderr.count("\n")) == (0, 1)
    assert idle.stderr.startswith("Nothing changed: 1 document")
    assert run("--home", home, "update", "--strict").returncode == 4
    (texts / "乙.txt").write_text("终身学习\n", "utf-8")
    quiet = run("--home", home, "update")
    assert quiet.returncode == 0
    assert quiet.stderr.splitlines()[0] == "added: 乙.txt"
    assert "pdf" not in quiet.stderr
    (texts / "丙.txt").write_text("学习\n", "utf-8")
    strict = run("--home", home, "update", "--strict")
    assert (strict.returncode, strict.stderr.count("are not read.")) == (4, 2)
    assert run("--home", home, "stats", "--report").stdout.count("are not read.") == 2
    assert run("--home", home, "rebuild").returncode == 4


def test_what_is_newly_left_out_is_said_once(run: Run, texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("--home", home, "rebuild", texts)
    (texts / "新.xyz").touch()
    first = run("--home", home, "update")
    assert first.returncode == 4
    assert first.stderr.splitlines()[:2] == [
        "left out: format that is not read (1)",
        "  新.xyz: files that end in .xyz are not read. Save it as .txt if it is a text.",
    ]
    assert run("--home", home, "update").returncode == 0
    (texts / "行.jsonl").write_text('{"text": "甲"}\n[]\n', "utf-8")
    body = json.loads(run("--home", home, "update", "--json").stdout)
    assert [note["code"] for note in body["new"]] == ["bad_line", "no_id"]
    assert (len(body["notes"]), body["left_out"]) == (5, 4)


def test_an_update_that_became_a_rebuild_says_what_is_new(run: Run, texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("--home", home, "rebuild", texts)
    (texts / "甲.txt").write_text("全都改了。\n" * 50, "utf-8")
    ran = run("--home", home, "update")
    assert ran.returncode == 0
    assert "Built: 1 document" in ran.stderr
    assert "pdf" not in ran.stderr


def test_a_rebuild_gives_its_reason_once(run: Run, texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    run("--home", home, "rebuild", texts, "--engine", "whoosh")
    settings = home / "settings.json"
    settings.write_text(settings.read_text("utf-8").replace('"whoosh"', '"auto"'), "utf-8")
    for number in range(4):
        (texts / f"{number}.txt").write_text("派出所所长，终身学习的理念。\n" * 12_000, "utf-8")
    ran = run("--home", home, "update")
    assert ran.stderr.count("The engine was whoosh: rebuilt.") == 1
    assert ran.stderr.count("tantivy is") <= 1, ran.stderr
    assert ran.stderr.count("auto:") == 1, ran.stderr
