"""juanzong cite."""

from __future__ import annotations

import json
from pathlib import Path

from command_support import Run


def test_a_passage_is_cited_in_each_style(run: Run, home: Path) -> None:
    found = json.loads(run("--home", str(home), "search", "派出所", "--limit", "1", "--json").stdout)
    identifier = found["hits"][0]["passage_id"]
    gbt = run("--home", str(home), "cite", identifier)
    assert gbt.returncode == 0
    assert gbt.stdout.startswith("姚天民. 基层派出所所长应牢固树立四种意识[Z]//郝发顺. ")
    assert "metadata.csv" in gbt.stderr  # the newspaper is not known, and where it can be said is
    bibtex = run("--home", str(home), "cite", identifier, "--style", "bibtex").stdout
    assert bibtex.startswith(f"@misc{{juanzong-{identifier},\n  author = ")


def test_what_is_not_there_is_named_with_the_next_step(run: Run, home: Path) -> None:
    ended = run("--home", str(home), "cite", "0000000000000000")
    assert ended.returncode == 1
    assert "0000000000000000" in ended.stderr
    assert "Traceback" not in ended.stderr
