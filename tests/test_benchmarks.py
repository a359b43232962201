"""The benchmarks say what they did not measure."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"


def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-X", "utf8", str(BENCHMARKS / name), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_a_system_that_there_is_not_is_an_error_that_names_those_there_are(tmp_path: Path) -> None:
    """Nothing was measured, and "all floors are reached" was said of it."""
    done = run("ranking.py", tmp_path, "--system", "any")
    assert (done.returncode, done.stdout) == (2, "")
    assert "nothing was measured: no system has 'any' in its name." in done.stderr
    assert "juanzong; Whoosh + jieba's ChineseAnalyzer; tantivy + jieba." in done.stderr


def test_no_floor_is_said_to_be_reached_where_only_a_peer_was_measured(tmp_path: Path) -> None:
    pytest.importorskip("tantivy", reason="the peer is tantivy over the words of jieba")
    pytest.importorskip("jieba", reason="the peer is tantivy over the words of jieba")
    asked = [{"query_text": "派出所的所长是谁"}, {"query_text": "谁是所长"}]
    content = [{"title": "派出所", "context_text": "派出所有一名所长。", "qas": asked}]
    (tmp_path / "cmrc2018").mkdir()
    for name in ("dev", "trial"):
        file = tmp_path / "cmrc2018" / f"cmrc2018_{name}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
    done = run("ranking.py", tmp_path, "--only", "cmrc2018", "--system", "tantivy")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].startswith("cmrc2018   tantivy + jieba")
    assert done.stdout.splitlines()[2:] == ["no floor was compared: the floors are those of juanzong"]


def test_the_speed_of_an_archive_that_is_not_there_is_not_measured(tmp_path: Path) -> None:
    """With ``--home`` nothing is built; a wrong one made the parts that were asked for silently none."""
    done = run("speed.py", tmp_path, "--home", tmp_path / "home", "--only", "queries")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{tmp_path / 'home'} is no archive" in done.stderr
    done = run("speed.py", tmp_path, "--home", tmp_path, "--only", "build")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--home takes an archive instead of building one" in done.stderr
    done = run("speed.py", tmp_path / "texts")
    assert (done.returncode, done.stdout) == (2, "")
    assert "texts is no folder of texts" in done.stderr


def test_readers_of_formats_are_measured_beside_pandoc_on_the_same_full_stops() -> None:
    done = run("formats.py", "--megabytes", "1", "--only", ".md")
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()[1].split()) == 5
