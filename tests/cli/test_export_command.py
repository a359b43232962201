"""juanzong export: all that a search finds, as a concordance and as JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_support import ROOT, Run


def test_a_concordance_has_a_row_for_each_place(run: Run, home: Path) -> None:
    exported = run("--home", home, "export", '"派出所所长"', "--context", "5")
    assert exported.returncode == 0
    assert exported.stderr == "33 rows: 23 passages in 1 document.\n"
    rows = list(csv.DictReader(io.StringIO(exported.stdout.removeprefix("\ufeff"))))
    assert len(rows) == 33
    assert {row["hit"] for row in rows} == {"派出所所长"}
    assert all(max(len(row["left"]), len(row["right"])) <= 5 for row in rows)
    shown = run("--home", home, "show", rows[-1]["passage_id"]).stdout
    assert rows[-1]["left"] + rows[-1]["hit"] + rows[-1]["right"] in shown.replace("\n", "")


def test_a_line_of_ndjson_is_a_hit_as_search_prints_it_with_citation_and_link(run: Run, home: Path) -> None:
    exported = run("--home", home, "export", "派出所", "--format", "ndjson", "--sort", "relevance")
    searched = json.loads(run("--home", home, "search", "派出所", "--json", "--limit", "100").stdout)
    rows = csv.DictReader(io.StringIO(run("--home", home, "export", "派出所").stdout.removeprefix("\ufeff")))
    cited = {row["passage_id"]: {name: row[name] for name in ("citation", "link")} for row in rows}
    assert [json.loads(line) for line in exported.stdout.splitlines()] == [
        {**hit, **cited[hit["passage_id"]]} for hit in searched["hits"]
    ]
    assert exported.stderr == f"{searched['total']} passages in 1 document.\n"


def test_cells_of_a_concordance_are_no_formulas(run: Run, letters: Path) -> None:
    exported = run("--home", letters, "export", "见字", "--year", "1956").stdout
    rows = list(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff"))))
    assert [(row["left"], row["hit"], row["title"]) for row in rows] == [
        ("'-", "见字", "'=1+1"),
        ("又", "见字", "'=1+1"),
    ]


def test_an_export_that_finds_nothing_is_an_empty_table_and_1(run: Run, home: Path) -> None:
    exported = run("--home", home, "export", "尉迟恭", "--match", "exact")
    assert exported.returncode == 1
    assert exported.stdout.splitlines() == [
        "\ufeffleft,hit,right,title,author,date,section,path,passage_id,tier,source,edition,page,"
        "language,rights,affiliation,folder,citation,link"
    ]
    assert exported.stderr.startswith("Nothing found for")


def test_what_was_not_understood_is_said(run: Run, home: Path) -> None:
    exported = run("--home", home, "export", "派出所", "date:昨天")
    assert "at character" in exported.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([" "], "juanzong export 派出所"),
        (["派出所", "--formt", "csv"], "No such option"),
        (["派出所", "--format", "xlsx"], "'xlsx' is not one of"),
        (["派出所", "--context", "5000"], "5000 is not in the range"),
    ],
)
def test_a_misused_export_ends_with_2_and_says_how(
    run: Run, home: Path, arguments: list[str], said: str
) -> None:
    answer = run("--home", home, "export", *arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert said in answer.stderr


def test_a_workbook_has_the_rows_of_the_concordance(run: Run, home: Path, tmp_path: Path) -> None:
    calamine = pytest.importorskip("python_calamine", exc_type=ImportError)
    file = tmp_path / "hits.xlsx"
    written = run("--home", home, "export", "派出所", "--xlsx", file, "--address", "https://a.example/")
    assert (written.returncode, written.stdout) == (0, "")
    assert [path.name for path in tmp_path.iterdir()] == ["hits.xlsx"]
    header, *rows = calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    lines = run("--home", home, "export", "派出所", "--address", "https://a.example").stdout
    table = list(csv.reader(io.StringIO(lines.removeprefix("\ufeff"), newline="")))
    assert [header, *rows] == [[cell.removeprefix("'") for cell in row] for row in table]
    row = dict(zip(header, rows[0], strict=True))
    assert row["link"] == f"https://a.example/p/{row['passage_id']}"
    cited = run("--home", home, "cite", row["passage_id"]).stdout
    assert row["citation"] == cited.strip()


def test_a_workbook_that_cannot_be_written_is_one_line(run: Run, home: Path, tmp_path: Path) -> None:
    written = run("--home", home, "export", "派出所", "--xlsx", tmp_path / "none" / "hits.xlsx")
    assert written.returncode == 3
    assert "hits.xlsx cannot be written (No such file or directory)." in written.stderr


def test_a_workbook_takes_the_place_of_its_own_name_only(run: Run, letters: Path, tmp_path: Path) -> None:
    """Its draft was ``NAME.part``, which a browser calls a download that goes on: it was lost."""
    other, linked = tmp_path / "hits.xlsx.part", tmp_path / "linked.xlsx"
    other.write_bytes(b"half of a download")
    linked.symlink_to(tmp_path / "elsewhere.xlsx")
    (tmp_path / "elsewhere.xlsx").write_bytes(b"before")
    for name in ("hits.xlsx", "linked.xlsx"):
        done = run("--home", letters, "export", "见字", "--xlsx", tmp_path / name)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / name).read_bytes()[:2] == b"PK"
    assert other.read_bytes() == b"half of a download"
    assert linked.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "elsewhere.xlsx", "hits.xlsx", "hits.xlsx.part", "linked.xlsx",
    ]  # fmt: skip


def test_a_workbook_can_go_into_a_pipe(run: Run, letters: Path, tmp_path: Path) -> None:
    """/dev/stdout is a link to one: as root, the link was replaced by a file."""
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit((tmp_path / "pipe").read_bytes)
        done = run("--home", letters, "export", "见字", "--xlsx", tmp_path / "pipe")
        assert (done.returncode, read.result()[:2]) == (0, b"PK"), done.stderr
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)


def test_a_workbook_for_which_there_is_no_room_leaves_nothing(
    run: Run, letters: Path, tmp_path: Path
) -> None:
    """Its draft stayed where closing it failed too, as on a full disk."""
    code = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))\n"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "from cli.main import main; main()"
    )
    (tmp_path / "hits.xlsx").write_bytes(b"before")
    done = subprocess.run(
        [sys.executable, "-c", code, "--home", letters, "export", "见字", "--xlsx", tmp_path / "hits.xlsx"],
        cwd=ROOT, capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "hits.xlsx cannot be written" in done.stderr) == (3, True), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["hits.xlsx"]
    assert (tmp_path / "hits.xlsx").read_bytes() == b"before"
