"""``show`` and ``explain`` of what is gone: what took its place on standard output, beside it that it did."""

from __future__ import annotations

import json
from pathlib import Path

from command_support import Run


def test_what_is_gone_leads_on_and_standard_error_says_so(run: Run, tmp_path: Path) -> None:
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    stays = "卷宗由两名书记抄录，共一百二十页。"
    (folder / "旧.txt").write_text(
        f"县志\n\n五月初三日，所长到县城。\n\n{stays}\n\n秋后移到庙里。\n", "utf-8"
    )
    run("--home", home, "rebuild", folder, "--engine", "whoosh")
    shown = json.loads(run("--home", home, "show", "--json", "旧.txt").stdout)
    _, first, _, removed = [piece["passages"][0]["id"] for piece in shown["pieces"]]
    (folder / "旧.txt").unlink()
    (folder / "新.txt").write_text(f"县志\n\n六月初三日，所长到县城。\n\n{stays}\n", "utf-8")
    run("--home", home, "rebuild")

    passage = run("--home", home, "show", first)
    assert passage.returncode == 0
    assert "六月初三日，所长到县城。" in passage.stdout
    assert first in passage.stderr
    assert "took its place" in passage.stderr
    body = json.loads(run("--home", home, "show", "--json", first).stdout)
    assert body["moved_from"] == first
    assert body["passage_id"] in passage.stderr
    again = run("--home", home, "show", body["passage_id"])
    assert (again.stdout, again.stderr) == (passage.stdout, "")

    document = run("--home", home, "show", "旧.txt")
    assert document.returncode == 0
    assert document.stdout == run("--home", home, "show", "新.txt").stdout
    assert "the document 新.txt took its place" in document.stderr
    assert json.loads(run("--home", home, "show", "--json", "旧.txt").stdout)["moved_from"] == "旧.txt"

    explained = run("--home", home, "explain", "所长", first)
    assert json.loads(explained.stdout)["moved_from"] == first
    assert "took its place" in explained.stderr

    gone = run("--home", home, "show", removed)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "新.txt" in gone.stderr
