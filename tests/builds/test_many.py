"""Folders deeper than the system can name, and builds with few and many processors."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from building import contents_of

from index.archive import Archive
from index.build import rebuild
from index.building import pipeline
from index.engines.registry import installed
from index.generations import Home


@pytest.mark.skipif(os.name == "nt", reason="its limits are others")
def test_what_is_deeper_than_a_path_can_be_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "texts"
    top.mkdir()
    monkeypatch.chdir(top)
    for depth in range(60):
        Path("a.txt").write_text(f"第{depth}层。\n", "utf-8")
        folder = "很深的一层文件夹" * 4 + f"{depth:02}"
        Path(folder).mkdir()
        os.chdir(folder)
    report = rebuild(tmp_path / "home", top)
    [named] = report.notes
    assert (named.said[0], named.path.endswith(f"{report.documents - 1:02}")) == ("unreadable.deep", True)
    with Archive.open(tmp_path / "home") as archive:
        longest = max(archive.generation.store.document_paths(), key=len)
        assert len(longest) > 1_000
        assert archive.document(longest).title == "a"


@pytest.mark.parametrize("engine", [name for name in ("whoosh", "tantivy") if installed(name)])
def test_one_processor_and_four_make_the_same_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr(pipeline, "JOB", 50_000)
    monkeypatch.setattr(pipeline, "IN_PROCESS", 10_000)
    (tmp_path / "texts").mkdir()
    for number in range(12):
        text = f"第{number}篇\n\n" + f"县里第{number}次修路，人们都去看。\n\n" * 300
        (tmp_path / "texts" / f"{number}.txt").write_text(text, "utf-8")
    made = []
    for jobs in ("1", "4"):
        monkeypatch.setenv("JUANZONG_JOBS", jobs)
        rebuild(tmp_path / jobs, tmp_path / "texts", engine=engine)
        made.append(contents_of(Home(tmp_path / jobs)))
    assert made[0] == made[1]
