"""A date that cannot be read is named, whatever says it, and shown as it is written."""

from __future__ import annotations

from pathlib import Path

from index.archive import Archive
from index.build import rebuild
from index.update import update

FILES = {
    "甲.md": "---\ntitle: 甲\ndate: 那年冬天\n---\n\n河边有集市。\n",
    "乙.csv": "标题,日期,正文\n乙,98年,河边有集市。\n丙,1998-11-05,河边有集市。\n",
}


def test_it_is_named_by_the_build_and_by_the_next_update(tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for name, text in FILES.items():
        (texts / name).write_text(text, "utf-8")
    rebuild(tmp_path / "home", texts)
    (texts / "戊.md").write_text("河边没有集市。\n", "utf-8")
    update(tmp_path / "home")
    with Archive.open(tmp_path / "home") as archive:
        named = {(note.path, note.code) for note in archive.report()}
        assert named == {(name, "bad_date") for name in FILES}
        assert archive.document("乙.csv#2").date_written == "98年"
