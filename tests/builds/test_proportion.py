"""What a build takes is in proportion to its sources, whatever a text repeats.

Each passage is found by the title, headings and authors that it belongs to, and carried all of them: 4,000
authors in one record, 39 kB, took 7.1 GB of memory and made an archive of 587 MB; 100,000 ended in the
system's killer.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from building import ENGINES

from archive.sources import SourceFile
from index.analysis.analyzer import Analyzer
from index.archive import Archive
from index.build import rebuild
from index.building.batches import BATCH, Task, batches
from index.building.columns import Batch
from index.building.room import BEGINNING, EACH
from index.document_keys import Span
from index.requests import SearchRequest

ROOT = Path(__file__).resolve().parents[2]
MB = 1_000_000

# Bytes of an archive of nothing, most of them words, and of memory of its build.
EMPTY, EMPTY_MEMORY = 6 * MB, 260 * MB
TIMES = 60
"""So many times the size of its sources an archive may be: tokens, keys and columns of short passages."""

LONG = "题名甚长" * 2_500


MEASURED = """
import resource, subprocess, sys
quiet = subprocess.DEVNULL
status = subprocess.run(sys.argv[1:], stdout=quiet, stderr=quiet).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def name(number: int) -> str:
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in f"{number:04}")


def paragraphs(count: int) -> list[str]:
    return [f"{name(n)}，六七八九十。" for n in range(count)]


def nested(depth: int) -> list[Any]:
    return [{"heading": "甲乙丙丁戊" * 20, "sections": nested(depth - 1)}] if depth else paragraphs(2_000)


TEXT = "\n".join(paragraphs(2_000))
SECTIONS = [{"heading": heading} for heading in paragraphs(2_000)]
SHAPES: dict[str, dict[str, Any]] = {
    "authors": {"author": [name(n) for n in range(4_000)], "text": "正文。"},
    "authors and paragraphs": {"author": [name(n) for n in range(2_000)], "text": TEXT},
    "title": {"title": LONG, "text": TEXT},
    "heading": {"sections": [{"heading": LONG, "paragraphs": paragraphs(2_000)}]},
    "author line": {"sections": [{"author": LONG, "affiliation": LONG, "paragraphs": paragraphs(2_000)}]},
    "author of many sections": {"author": LONG, "sections": paragraphs(2_000)},
    "headings below a heading": {"sections": [{"heading": LONG, "sections": SECTIONS}]},
    "headings 30 deep": {"sections": nested(30)},
    "keys": {"text": "正文。", **{f"k{n}": n for n in range(100_000)}},
    "fields of a wrong type": {"sections": [{"heading": n, "text": "字"} for n in range(20_000)]},
}


def build(folder: Path, engine: str) -> tuple[int, int, int]:
    """The exit status of a build, the bytes of its archive, and those of its memory at most."""
    home, texts = str(folder / "home"), str(folder / "texts")
    command = [sys.executable, "-m", "cli.main", "--home", home, "rebuild", texts, "--engine", engine]
    if sys.platform == "linux":
        command = ["prlimit", "--as=4000000000", *command]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # A process counts what its parent held when it was started: this one holds what all tests have loaded.
    between = [sys.executable, "-c", MEASURED, *command]
    ended = subprocess.run(between, env=environment, capture_output=True, text=True, check=True)
    status, memory = map(int, ended.stdout.split())
    size = sum(path.stat().st_size for path in (folder / "home").rglob("*") if path.is_file())
    return status, size, memory * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is counted in other units")
@pytest.mark.parametrize(
    ("shape", "engine"),
    [*((shape, ENGINES[-1]) for shape in SHAPES), ("authors", "whoosh"), ("title", "whoosh")],
)
def test_an_archive_and_its_memory_are_in_proportion_to_the_source(
    tmp_path: Path, shape: str, engine: str
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    source = json.dumps({"id": "甲", **SHAPES[shape]}, ensure_ascii=False)
    (texts / "a.jsonl").write_text(source, "utf-8")
    status, size, memory = build(tmp_path, engine)
    assert status in (0, 4)
    assert size < TIMES * len(source.encode()) + EMPTY
    assert memory < 10 * TIMES * len(source.encode()) + EMPTY_MEMORY


def test_what_is_too_long_to_be_carried_is_kept_found_shown_and_named(
    tmp_path: Path,
) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    authors = [name(n) for n in range(4_000)]
    record = {"id": "甲", "title": LONG + "末", "author": authors, "sections": [
        {"heading": LONG + "尾", "author": "王伟", "paragraphs": paragraphs(500)},
    ]}  # fmt: skip
    (texts / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    assert build(tmp_path, "whoosh")[0] == 0
    with closing(Archive.open(tmp_path / "home")) as archive:

        def total(query: str, **filters: Any) -> int:
            return archive.search(SearchRequest(query, match="all", **filters)).total

        assert total(f"author:{authors[-1]}") > 0
        assert total("九十", authors=("王伟",)) == 500
        assert total('"题名甚长末"') == 1
        assert total("title:甚长末") > 0
        assert total('"题名甚长尾"') == 1
        assert total("section:甚长尾") > 0
        assert total("九十 title:题名甚长") == 500
        assert total("section:题名甚长 九十") == 500
        assert total("author:王伟 九十") == 500
        assert LONG + "尾" in [
            piece.text for piece in archive.document("甲").pieces if piece.kind == "heading"
        ]
        (note,) = archive.report()
        assert (note.code, note.path, note.left_out) == ("context_cut", "a.jsonl", False)
        assert "too long. 4," in note.message


def batches_of(folder: Path, record: dict[str, Any]) -> list[Batch]:
    path = folder / "a.jsonl"
    path.write_text(json.dumps({"id": "甲", **record}, ensure_ascii=False), "utf-8")
    task = Task(SourceFile(path, path.name, path.stat().st_size, 0), Span(0, 1 << 38))
    return list(batches([task], Analyzer.default(), None, BATCH))


def test_usual_titles_headings_and_authors_are_carried_whole(tmp_path: Path) -> None:
    """A poem of short lines has all of its title, chapter and poet with each of them."""
    poems = [{"heading": f"其{name(n)}", "text": "白日依山尽\n黄河入海流"} for n in range(500)]
    record = {
        "title": "登鹳雀楼",
        "author": "王之涣",
        "sections": [{"heading": "五言绝句", "sections": poems}],
    }
    (batch,) = batches_of(tmp_path, record)
    assert not batch.notes
    assert {streams.count(" ") for streams in batch.records.title} == {len("登鹳雀楼") * 2 - 2}


def test_the_beginning_is_never_more_than_there_is_room_for() -> None:
    """Else a passage would take of the room of others, which first come would be served."""
    assert 3 * BEGINNING <= EACH


def test_lines_of_a_dictionary_that_have_no_effect_are_counted(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("卷宗。", "utf-8")
    words = tmp_path / "words.txt"
    words.write_text("latin\n" * 5_000, "utf-8")
    report = rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh", user_dictionary=words)
    assert (len(report.notes), sum(note.count for note in report.notes)) == (1_001, 5_000)
