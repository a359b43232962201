"""juanzong card, rerun and export --card: a number, kept and asked for again."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from command_support import Run


def test_a_card_is_printed_kept_and_asked_again(run: Run, home: Path, tmp_path: Path) -> None:
    shown = run("--home", home, "card", "派出所", "--author", "姚天民")
    assert shown.returncode == 0
    assert "occurrences: 17" in shown.stdout
    assert "(at character 9: ()" in run("--home", home, "card", "派出所 AND (").stderr
    card = tmp_path / "card.json"
    card.write_text(run("--home", home, "card", "派出所", "--author", "姚天民", "--json").stdout, "utf-8")
    again = run("--home", home, "rerun", card)
    assert (again.returncode, again.stdout) == (0, "")
    command = shlex.split(json.loads(card.read_text("utf-8"))["command"])
    found = json.loads(run("--home", home, *command[1:], "--json").stdout)
    assert (found["total"], found["occurrences"]) == (4, 17)

    card.write_text(card.read_text("utf-8").replace('"occurrences": 17', '"occurrences": 18'), "utf-8")
    again = run("--home", home, "rerun", card)
    assert again.returncode == 1
    assert again.stdout == "occurrences: 18 → 17\n"
    assert json.loads(run("--home", home, "rerun", card, "--json").stdout)["same"] is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_card_may_come_from_a_pipe_and_as_powershell_writes_it(
    run: Run, home: Path, tmp_path: Path, encoding: str
) -> None:
    """``juanzong card … --json > card.json`` is UTF-16 there: it was called malformed. ``-`` was a file."""
    card = tmp_path / "card.json"
    card.write_text(run("--home", home, "card", "派出所", "--json").stdout, encoding)
    assert run("--home", home, "rerun", card).returncode == 0
    with card.open("rb") as piped:
        assert run("--home", home, "rerun", "-", stdin=piped).returncode == 0
    truncated = card.read_bytes()[:-1] + b"\xd8"
    card.write_bytes(truncated)
    ended = run("--home", home, "rerun", card)
    assert (ended.returncode, "Traceback" in ended.stderr) == (2, False)


def test_a_card_goes_with_a_file(run: Run, home: Path, tmp_path: Path) -> None:
    card = tmp_path / "card.json"
    exported = run("--home", home, "export", "派出所", "--card", card)
    assert exported.returncode == 0
    assert len(exported.stdout.splitlines()) == 1 + json.loads(card.read_text("utf-8"))["occurrences"]
    assert run("--home", home, "rerun", card).returncode == 0


def test_what_is_not_a_card_is_no_answer(run: Run, home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "card.json"
    broken.write_text("{", "utf-8")
    for path in (broken, tmp_path / "missing.json"):
        ended = run("--home", home, "rerun", path)
        assert ended.returncode == 2
        assert path.name in ended.stderr
        assert "Traceback" not in ended.stderr
