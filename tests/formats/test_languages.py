"""The language of a file, which programs write even where they know none."""

from __future__ import annotations

from pathlib import Path

import pytest
from markup_files import pandoc

from archive.model import Document
from archive.readers import read
from archive.sources import SourceFile, scan


def language(folder: Path) -> str | None:
    (source,) = (one for one in scan(folder) if isinstance(one, SourceFile))
    (document,) = (one for one in read(source) if isinstance(one, Document))
    return document.details.get("language")


@pytest.mark.parametrize("said", ["C", "POSIX", "C.UTF-8", "und", "x-none"])
def test_what_names_no_language_is_none(said: str, tmp_path: Path) -> None:
    page = f'<html lang="{said}"><title>集市</title><p>天还没亮，河边有人。</p>'
    (tmp_path / "a.html").write_text(page, "utf-8")
    assert language(tmp_path) is None


@pytest.mark.parametrize("said", ["zh-CN", "zh_TW", "lzh", "中文"])
def test_a_language_is_kept_as_written(said: str, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\nlang: {said}\n---\n天还没亮，河边有人。\n", "utf-8")
    assert language(tmp_path) == said


@pytest.mark.parametrize("ending", ["epub2", "epub3", "html5", "docx", "odt", "tei"])
def test_pandoc_s_locale_is_no_language(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a book without a language pandoc writes that of its locale, which here is C."""
    monkeypatch.setenv("LANG", "C")
    made = pandoc("---\ntitle: 集市\n---\n\n# 早市\n\n天还没亮，河边有人。\n", ending, tmp_path)
    (tmp_path / "in").mkdir()
    name = {"html5": "html", "tei": "xml"}.get(ending, ending.rstrip("23"))
    (tmp_path / "in" / f"a.{name}").write_bytes(made)
    assert language(tmp_path / "in") is None
