"""juanzong list: the documents of an archive, for eyes, for programs and for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_support import ROOT, Run


def test_a_document_is_a_line_with_what_is_known_of_it(run: Run, letters: Path) -> None:
    listed = run("--home", letters, "list")
    assert (listed.returncode, listed.stderr) == (0, "4 documents.\n")
    assert listed.stdout.splitlines()[:2] == [
        "第一封信 · 编辑 · 1949-10 [甲] 书信.jsonl, 11 characters, 3 passages",
        "=1+1 · 读者 · 1956 [=乙] 书信.jsonl, 14 characters, 4 passages",
    ]
    assert listed.stdout.splitlines()[3] == "卷一 [史部/正史/卷一.txt] 15 characters, 1 passage"


def test_json_is_one_object_with_every_document(run: Run, letters: Path) -> None:
    body = json.loads(run("--home", letters, "list", "--json").stdout)
    assert (body["total"], body["offset"], len(body["documents"])) == (4, 0, 4)
    assert body["documents"][0] == {
        "id": "甲",
        "title": "第一封信",
        "author": "编辑",
        "date": "1949-10",
        "path": "书信.jsonl",
        "collection": None,
        "characters": 11,
        "passages": 3,
        **{"date_written": None, "date_guessed": False},
        **dict.fromkeys(("source", "edition", "page", "language", "rights")),
    }
    nothing = run("--home", letters, "list", "--json", "--year", "1200")
    assert (nothing.returncode, json.loads(nothing.stdout)) == (1, {"total": 0, "offset": 0, "documents": []})


def test_csv_is_read_by_spreadsheets_as_what_it_is(letters: Path) -> None:
    """UTF-8 with a byte order mark whatever the console is; no cell is calculated."""
    command = [sys.executable, "-m", "cli.main", "--home", str(letters), "list", "--csv"]
    environment = {"PYTHONIOENCODING": "gb18030", "PATH": "/usr/bin:/bin"}
    written = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout
    names = "id,path,title,author,date,characters,passages,collection,source,edition,page,language,rights"
    assert written.startswith(b"\xef\xbb\xbf" + names.encode() + b"\r\n")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [row["title"] for row in rows] == ["第一封信", "'=1+1", '有"引号", 有逗号', "卷一"]
    assert rows[1]["id"] == "'=乙"
    assert (rows[2]["author"], rows[2]["date"]) == ("", "")
    assert (rows[3]["collection"], rows[3]["characters"]) == ("史部/正史", "15")


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["--author", "编辑", "--author", "读者"], ["甲", "=乙"]),
        (["--year", "1956"], ["=乙"]),
        (["--collection", "史部"], ["史部/正史/卷一.txt"]),
        (["--document", "甲", "--year", "1949"], ["甲"]),
        (["--document", "甲", "--year", "1956"], []),
    ],
)
def test_filters_are_those_of_a_search(run: Run, letters: Path, filters: list[str], ids: list[str]) -> None:
    listed = run("--home", letters, "list", "--json", *filters)
    assert [document["id"] for document in json.loads(listed.stdout)["documents"]] == ids
    assert listed.returncode == (0 if ids else 1)


def test_csv_and_json_together_are_misuse(run: Run, letters: Path) -> None:
    answer = run("--home", letters, "list", "--csv", "--json")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "--csv and --json exclude each other" in answer.stderr


def test_the_list_is_the_same_in_each_form(run: Run, letters: Path, tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine", exc_type=ImportError)
    lines = run("--home", letters, "list", "--ndjson").stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["id"] for row in rows] == ["甲", "=乙", "丙", "史部/正史/卷一.txt"]
    assert run("--home", letters, "list", "--xlsx", tmp_path / "a.xlsx").returncode == 0
    book = calamine.CalamineWorkbook.from_path(tmp_path / "a.xlsx")
    header, *table = book.get_sheet_by_index(0).to_python()
    assert header == list(rows[0])
    assert table == [["" if cell is None else cell for cell in row.values()] for row in rows]


def test_a_document_is_shown_below_the_line_that_lists_it(run: Run, home: Path) -> None:
    """Title, author, source and date of what was read were nowhere on the screen."""
    listed = run("--home", home, "list").stdout.splitlines()
    for line in listed:
        named = line[: line.index("]") + 1]
        shown = run("--home", home, "show", named[named.rindex("[") + 1 : -1]).stdout
        assert shown.startswith(named + " ")
