"""From extracts to documents, through a real build."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from markup_files import pandoc

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

SEED = Path(__file__).resolve().parents[2] / "source_texts" / "000_ea956ef4aa722372.txt"


def test_a_page_in_an_old_encoding_is_read_with_its_note(tmp_path: Path) -> None:
    # A note on its encoding could not be sent from one process to the other, and the page was left out.
    folder = tmp_path / "texts"
    folder.mkdir()
    page = "<html><meta charset=gb2312><title>网页</title><h1>网页</h1><p>　　这一段说的是春耕。</p></html>"
    (folder / "a.html").write_bytes(page.encode("gb18030"))
    report = rebuild(tmp_path / "home", folder)
    assert [note.code for note in report.notes if note.left_out] == []
    with Archive.open(tmp_path / "home") as archive:
        assert archive.search(SearchRequest(query="说的是春耕")).total == 1


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="no pandoc is installed")
def test_headings_that_repeat_the_title_leave_the_text_to_the_rules(tmp_path: Path) -> None:
    text = SEED.read_text("utf-8").replace("\n", "\n\n")
    folder = tmp_path / "texts"
    folder.mkdir()
    book = pandoc("---\ntitle: 种子\n---\n\n" + text, "epub3", tmp_path)
    (folder / "a.epub").write_bytes(book)
    rebuild(tmp_path / "home", folder)
    with Archive.open(tmp_path / "home") as archive:
        (hit,) = archive.search(SearchRequest(query="“终身学习的理念”")).hits
    assert (hit.section, hit.author) == (("基层派出所所长应牢固树立四种意识",), "姚天民")
