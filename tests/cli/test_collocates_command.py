"""juanzong collocates and keyness."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from command_support import Run

pytest.importorskip("numpy")


def test_collocates_are_listed_as_lines_json_and_a_table(run: Run, home: Path) -> None:
    lines = run("--home", home, "collocates", "派出所", "--unit", "word", "--limit", "3")
    assert lines.returncode == 0
    assert len(lines.stdout.splitlines()) == 3
    assert "所长  (派出所 NEAR/3 “所长”)" in lines.stdout
    shown = run("--home", home, "collocates", "派出所", "--unit", "word", "--json")
    rows = json.loads(shown.stdout)["rows"]
    table = run("--home", home, "collocates", "派出所", "--unit", "word", "--csv").stdout
    read = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [row["text"] for row in read][: len(rows)] == [row["text"] for row in rows]


def test_texts_are_compared_with_others(run: Run, home: Path) -> None:
    found = json.loads(run("--home", home, "keyness", "--author", "姚天民", "--json").stdout)
    swapped = json.loads(
        run("--home", home, "keyness", "派出所", "--against", "author", "姚天民", "--json").stdout
    )
    assert found["total"]
    assert swapped["common"] == 4
    for wrong in (("keyness",), ("keyness", "派出所", "--against", "year", "x"), ("collocates",)):
        ended = run("--home", home, *wrong)
        assert ended.returncode == 2
        assert "Traceback" not in ended.stderr
    assert run("--home", home, "collocates", "尉迟恭").returncode == 1
