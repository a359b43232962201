"""An archive's own pairs of variant characters: in texts and queries, remembered, and in the manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analysis.dictionaries import DictionaryError
from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest
from index.update import update


def found(home: Path, query: str) -> list[str]:
    with Archive.open(home) as archive:
        hits = archive.search(SearchRequest(query)).hits
        return [hit.text[start:end] for hit in hits for start, end in hit.spans]


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_what_the_file_pairs_is_found_either_way_and_in_all_forms_of_both(
    tmp_path: Path, engine: str
) -> None:
    pytest.importorskip(engine)
    texts, home, pairs = tmp_path / "texts", tmp_path / "home", tmp_path / "pairs.txt"
    texts.mkdir()
    (texts / "a.txt").write_text("晉陽叚氏來此。\n", "utf-8")
    pairs.write_text("# ours\n叚 段\n\n陽楊\n", "utf-8")
    rebuild(home, texts, engine=engine)
    assert found(home, "晋杨段氏") == []
    rebuild(home, texts, engine=engine, variants=pairs)
    assert found(home, "晋杨段氏") == found(home, "晉陽叚氏") == ["晉陽叚氏"]
    (texts / "b.txt").write_text("楊叚二姓。\n", "utf-8")
    update(home)
    pairs.unlink()
    assert found(home, "阳段二姓") == ["楊叚二姓"]  # a query needs the manifest only


def test_a_line_that_is_no_pair_is_an_error_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("甲", "utf-8")
    pairs = tmp_path / "pairs.txt"
    for line in ("甲乙丙", "甲", "ab"):
        pairs.write_text(f"叚段\n{line}\n", "utf-8")
        with pytest.raises(DictionaryError, match=r"pairs\.txt:2"):
            rebuild(tmp_path / "home", tmp_path / "texts", variants=pairs)
