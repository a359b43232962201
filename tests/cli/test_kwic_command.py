"""juanzong kwic: the lines in columns, sorted and counted, as tables and JSON."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import ROOT, Run
from rich.cells import cell_len

from index.archive import Archive
from index.requests import ConcordanceRequest, SearchRequest
from index.results import Line, to_json

QUERY = "所长"


def kwic(run: Run, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("--home", str(home), "kwic", QUERY, *arguments)


def test_the_runs_begin_in_one_column(run: Run, home: Path) -> None:
    ended = kwic(run, home, "--context", "7", "--limit", "20", "--sort", "left1")
    assert ended.returncode == 0
    lines = ended.stdout.splitlines()
    assert len(lines) == 20
    assert {cell_len(line[: line.index(f" {QUERY} ")]) for line in lines} == {14}
    assert re.fullmatch(r"1-20 of \d+ lines, in \d+ passages\. More: --offset 20\.\n", ended.stderr)


def test_json_is_what_the_archive_answers(run: Run, home: Path) -> None:
    arguments = (
        "--sort",
        "right2",
        "--collation",
        "strokes",
        "--group",
        "form",
        "--limit",
        "3",
        "--offset",
        "2",
    )
    answered = json.loads(kwic(run, home, *arguments, "--json").stdout)
    request = ConcordanceRequest(SearchRequest(QUERY, limit=3, offset=2), 30, "right2", "strokes", "form")
    with Archive.open(home) as archive:
        wanted = json.loads(json.dumps(to_json(archive.concordance(request))))
    assert answered | {"took_ms": 0} == wanted | {"took_ms": 0}


def test_a_table_has_all_lines_and_groups(run: Run, home: Path) -> None:
    rows = list(csv.reader(io.StringIO(kwic(run, home, "--csv", "--limit", "1").stdout.lstrip("\ufeff"))))
    assert tuple(rows[0]) == Line.__struct_fields__
    groups = list(csv.DictReader(io.StringIO(kwic(run, home, "--group", "right1", "--csv").stdout[1:])))
    assert sum(int(group["count"]) for group in groups) == len(rows) - 1 > 30
    own = kwic(run, home, "--group", "right1", "--only", groups[0]["value"], "--csv").stdout.splitlines()
    assert len(own) - 1 == int(groups[0]["count"])


def test_groups_are_printed_with_their_numbers(run: Run, home: Path) -> None:
    ended = kwic(run, home, "--group", "form")
    assert re.fullmatch(r"\d+  所长\n", ended.stdout)
    assert ended.stderr.startswith("1 group of ")


def test_what_is_not_found_ends_with_1(run: Run, home: Path) -> None:
    ended = run("--home", str(home), "kwic", "尉迟恭")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    wrong = kwic(run, home, "--only", "不")
    assert wrong.returncode == 2
    assert "only" in wrong.stderr


@pytest.mark.skipif(not hasattr(pty, "openpty"), reason="needs a terminal")
def test_a_line_fits_the_terminal(home: Path) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "60", "LINES": "20", "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", "--home", str(home), "kwic", QUERY, "--limit", "5"]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # the end of a terminal
            pass
        assert process.wait() == 0
    os.close(ours)
    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown.decode()).splitlines()
    assert len(lines) == 5
    assert max(map(cell_len, lines)) <= 60
    assert len({cell_len(line[: line.index(QUERY)]) for line in lines}) == 1
