"""Builds with files that misbehave: they are named, all else is in the archive, and no process is left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_apart import HOSTILE, gone

from index.building import pipeline
from index.engines.registry import installed

ENGINES = [name for name in ("whoosh", "tantivy") if installed(name)]
BAD = ("spins", "crashes", "refuses")
ENVIRONMENT = os.environ | {"PYTHONPATH": os.pathsep.join([str(HOSTILE), str(HOSTILE.parents[2])])}
LARGE = "麦田一望无际。\n" * (pipeline.IN_PROCESS // 20)
"""So much text that another process reads."""


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "cli.main", *map(str, arguments)]


def run(home: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command("--home", home, *arguments),
        env=ENVIRONMENT | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def found(home: Path, query: str) -> list[str]:
    answer: dict[str, Any] = json.loads(run(home, "search", query, "--match", "exact", "--json").stdout)
    return [hit["document"]["id"] for hit in answer["hits"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_misbehaves_is_named_and_the_rest_is_built(tmp_path: Path, engine: str) -> None:
    texts, home = tmp_path / "texts", tmp_path / "home"
    texts.mkdir()
    for number, what in enumerate(BAD):
        (texts / f"{number}.bad").write_text(f"text 以前\n{what}\ntext 以后", "utf-8")
        (texts / f"{number}a.bad").write_text(f"text 邻居{number}", "utf-8")
    (texts / "z.txt").write_text(LARGE if engine == "tantivy" else "正文", "utf-8")
    built = run(home, "rebuild", texts, "--engine", engine)
    assert built.returncode == 4
    assert f"left out: format that could not be read ({len(BAD)})" in built.stderr
    assert found(home, "邻居") == [f"{number}a.bad#1" for number in range(len(BAD))]
    assert found(home, "以前") == [f"{number}.bad#1" for number in range(len(BAD))]
    assert found(home, "以后") == []
    assert run(home, "update").returncode == 0


@pytest.mark.skipif(not hasattr(os, "O_ASYNC"), reason="the system cannot end a process with its starter")
@pytest.mark.parametrize("size", [0, 1], ids=["in the build", "in a worker"])
def test_no_process_is_left_of_a_build_that_is_killed(tmp_path: Path, size: int) -> None:
    texts, home, mark = tmp_path / "texts", tmp_path / "home", tmp_path / "mark"
    texts.mkdir()
    (texts / "a.bad").write_text(f"marks {mark}", "utf-8")
    (texts / "z.txt").write_text(LARGE * size + "正文", "utf-8")
    build = subprocess.Popen(
        command("--home", home, "rebuild", texts, "--engine", "whoosh"),
        env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not (mark.exists() and mark.read_text().count(" ") == 2):
        assert build.poll() is None
        time.sleep(0.01)
    processes = set(map(int, mark.read_text().split()))
    assert (build.pid in processes) is not bool(size)
    build.send_signal(signal.SIGKILL)
    build.wait()
    assert all(map(gone, processes - {build.pid}))
    (texts / "a.bad").write_text("text 正常", "utf-8")
    assert run(home, "rebuild", texts).returncode == 0
    assert found(home, "正常") == ["a.bad#1"]


def test_an_update_reads_what_lacked_a_library_once_it_is_installed(tmp_path: Path) -> None:
    texts, home = tmp_path / "texts", tmp_path / "home"
    texts.mkdir()
    (texts / "a.bad").write_text("needs late_library\ntext 正常", "utf-8")
    for number in range(20):
        (texts / f"{number}.txt").write_text(f"第{number}号。", "utf-8")
    assert "pip install 'juanzong[formats]'" in run(home, "rebuild", texts).stderr
    assert "Nothing changed" in run(home, "update").stderr
    (tmp_path / "late_library.py").touch()
    later = {"PYTHONPATH": os.pathsep.join([ENVIRONMENT["PYTHONPATH"], str(tmp_path)])}
    assert run(home, "update", **later).returncode == 0
    assert found(home, "正常") == ["a.bad#2"]
