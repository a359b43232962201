"""Presentations, as pandoc writes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from office_files import kinds, without_asides, zipped

from archive.errors import ReadError
from archive.readers import pptx

PAGE = """---
title: 河边的集市
---

## 早市

天还没亮^1^，有人摆摊。

::: notes
先讲鱼。
:::

## 鱼

- 鲤鱼
- 草鱼

| 鱼 | 元 |
|----|----|
| 鲤鱼 | 十二 |
"""


def test_slides_come_in_order_with_titles_tables_and_notes(tmp_path: Path) -> None:
    if shutil.which("pandoc") is None:
        pytest.skip("pandoc is not installed")
    (tmp_path / "a.md").write_text(PAGE, "utf-8")
    file = tmp_path / "a.pptx"
    subprocess.run(["pandoc", "-o", str(file), str(tmp_path / "a.md")], check=True, timeout=60)
    with file.open("rb") as opened:
        (found,) = pptx.extract(opened, "a.pptx", None)
    assert kinds(found) == [
        ("title", 0, "河边的集市"), ("heading", 1, "早市"), ("", 0, "天还没亮1，有人摆摊。"),
        ("note", 0, "先讲鱼。"),
        ("heading", 1, "鱼"), ("", 0, "鲤鱼"), ("", 0, "草鱼"), ("text", 0, "鱼\t元"),
        ("text", 0, "鲤鱼\t十二"),
    ]  # fmt: skip
    assert without_asides(found.lines[2]) == "天还没亮，有人摆摊。"


def test_a_package_without_a_presentation_is_damaged() -> None:
    with pytest.raises(ReadError, match="missing"):
        list(pptx.extract(zipped({"a.xml": "<a/>"}), "a.pptx", None))
