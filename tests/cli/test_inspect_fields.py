"""juanzong inspect says where each value of a document comes from."""

from __future__ import annotations

import json
from pathlib import Path

from command_support import Run


def test_inspect_says_where_each_value_comes_from(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "周口日报" / "1998-11-05"
    folder.mkdir(parents=True)
    (folder / "甲.txt").write_text("所长论坛\n\n派出所是公安机关最基层的单位。\n", "utf-8")
    (tmp_path / "metadata.csv").write_text("path,author,autor\n周口日报,记者甲,x\n", "utf-8")
    (folder / "甲.txt.juanzong.toml").write_text('edition = "农村版"\nlines = {3 = "note"}\n', "utf-8")
    seen = run("--home", tmp_path / "none", "inspect", folder / "甲.txt")
    assert seen.stderr.splitlines()[:-1] == [
        "title: 所长论坛 (the file)",
        "author: 记者甲 (metadata.csv:2)",
        "date: 1998-11-05 (guessed from the path)",
        "edition: 农村版 (周口日报/1998-11-05/甲.txt.juanzong.toml:1)",
        "collection: 周口日报/1998-11-05 (the folder of the file)",
        "juanzong: metadata.csv:1: autor is not known; the nearest that is: author.",
    ]
    assert "note" in seen.stdout.splitlines()[1]
    found = json.loads(run("--home", tmp_path / "none", "inspect", folder / "甲.txt", "--json").stdout)
    assert found["fields"]["author"] == {"value": "记者甲", "from": "metadata.csv:2"}
