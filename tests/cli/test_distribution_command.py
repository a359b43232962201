"""juanzong distribution: rows and bars that align, tables, JSON, and what is refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from command_support import Run

from index.build import rebuild

RECORDS = [
    {"id": "甲", "title": "甲", "date": "1937-07", "author": "编者", "text": "派出所。\n派出所学习。"},
    {"id": "乙", "title": "乙", "date": "1949", "text": "派出所。" + "学" * 36},
    {"id": "丙", "title": "丙\x1b[31m", "date": "唐", "text": "学习。"},
    {"id": "丁", "title": "丁", "text": "派出所。"},
]


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    texts, home = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    (texts / "文.jsonl").write_text("\n".join(lines), "utf-8")
    rebuild(home, texts)
    return home


def test_periods_have_bars_that_align_and_the_rest_stands_apart(run: Run, dated: Path) -> None:
    shown = run("--home", dated, "distribution", "派出所", "学习", "--by", "month")
    assert shown.returncode == 0
    assert shown.stdout.splitlines() == [
        "* 618–907  派出所        0     0.0000",
        "           学习          1   1,111.11  ████████████████████",
        "1937-07    派出所        2   1,538.46  ████████████████████████████████████████",
        "           学习          1     769.23  ████████████████████",
        "* 1949     派出所        1     243.90  ████████████████████",
        "           学习          0     0.0000",
        "undated    派出所        1   2,000.00  ████████████████████",
        "           学习          0     0.0000",
    ]
    assert "lie in no such period" in shown.stderr


def test_parts_are_a_line_of_columns(run: Run, dated: Path) -> None:
    shown = run("--home", dated, "distribution", "派出所", "--parts", "10", "--sort", "order", "--limit", "2")
    label, count, per, parts = shown.stdout.splitlines()[0].split()
    assert (label, count, per, len(parts), parts.count("·")) == ("甲", "2", "1,538.46", 10, 8)
    assert "4 rows in all. More: --offset 2." in shown.stderr


def test_json_is_the_answer_of_the_api_and_csv_has_all_rows(run: Run, dated: Path) -> None:
    body = json.loads(run("--home", dated, "distribution", "派出所", "--by", "author", "--json").stdout)
    assert [(row["value"], row["counts"]) for row in body["rows"]] == [("编者", [2]), (None, [2])]
    text = run("--home", dated, "distribution", "派出所", "--limit", "1", "--csv").stdout
    assert len(list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))) == 4


def test_a_filter_by_date_is_one_of_every_command(run: Run, dated: Path) -> None:
    for date, ids in (
        ("1937..1949", ["甲", "乙"]),
        ("none", ["丁"]),
        ("0600..0999", ["丙"]),
        ("=1949", ["乙"]),
    ):
        body = json.loads(run("--home", dated, "list", "--date", date, "--json").stdout)
        assert [document["id"] for document in body["documents"]] == ids
    refused = run("--home", dated, "search", "派出所", "--date", "gestern")
    assert (refused.returncode, "gestern" in refused.stderr) == (2, True)


def test_no_title_steers_the_terminal_and_too_many_queries_are_refused(run: Run, dated: Path) -> None:
    shown = run("--home", dated, "distribution", "学习")
    assert "\x1b" not in shown.stdout
    refused = run("--home", dated, "distribution", *"甲乙丙丁戊己")
    assert (refused.returncode, "No more than 5" in refused.stderr) == (2, True)
    assert run("--home", dated, "distribution", "没有这样的话").returncode == 1
