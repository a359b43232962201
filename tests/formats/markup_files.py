"""Marked-up texts for the tests: made pages, and the same written by pandoc, and what the readers give."""

from __future__ import annotations

import io
import subprocess
import zipfile
from importlib import import_module
from pathlib import Path

from archive.readers.extract import Extract, TextLine

BOOK = """---
title: 河边的集市
author: [作者甲, 作者乙]
lang: zh-CN
date: 1998-11-05
---

# 第一章　早市

天还没亮，河边就有人了[^1]。卖鱼的、卖菜的，都在那里。

[^1]: 一说在桥边。

## 鱼

| 鱼 | 价 |
|----|----|
| 鲤 | 二角 |

![早市的鱼摊](a.jpg)

### 价钱

价钱天天在变。

# 第二章　晚市

床前明月光，\\
疑是地上霜。
"""
"""Three ranks of headings, a note, a table, a caption and a poem, in Markdown."""

CHAPTERS = [
    ("heading", 1, "第一章　早市"),
    ("", 0, "天还没亮，河边就有人了。卖鱼的、卖菜的，都在那里。"),
    ("note", 0, "一说在桥边。"),
    ("heading", 2, "鱼"),
    ("text", 0, "鱼\t价"),
    ("text", 0, "鲤\t二角"),
    ("caption", 0, "早市的鱼摊"),
    ("heading", 3, "价钱"),
    ("", 0, "价钱天天在变。"),
    ("heading", 1, "第二章　晚市"),
    ("", 0, "床前明月光，"),
    ("", 0, "疑是地上霜。"),
]
"""The lines of the book, whatever its format: kind, rank, and text without what interrupts it."""


def pandoc(markdown: str, to: str, folder: Path) -> bytes:
    """A Markdown text in another format, as pandoc writes it."""
    written = folder / "written"
    command = ["pandoc", "-f", "markdown-smart", "-t", to, "-s", "--wrap=preserve", "-o", str(written)]
    subprocess.run(command, input=markdown.encode(), check=True, capture_output=True)
    return written.read_bytes()


def every(reader: str, data: bytes | str, path: str = "a", encoding: str | None = None) -> list[Extract]:
    """What the reader of a format gives."""
    data = data.encode() if isinstance(data, str) else data
    return [*import_module(f"archive.readers.{reader}").extract(io.BytesIO(data), path, encoding)]


def one(reader: str, data: bytes | str, path: str = "a", encoding: str | None = None) -> Extract:
    """The one document that the reader of a format gives."""
    (found,) = every(reader, data, path, encoding)
    return found


def run(line: TextLine) -> str:
    """The text of a line without what interrupts it."""
    apart = {place for aside in line.asides for place in range(*aside)}
    return "".join(character for place, character in enumerate(line.text) if place not in apart)


def asides(found: Extract) -> list[str]:
    """What interrupts the runs."""
    return [line.text[start:end] for line in found.lines for start, end in line.asides]


def rows(found: Extract) -> list[tuple[str, int, str]]:
    """Kind, rank and run of each line."""
    return [(line.kind.label if line.kind else "", line.rank, run(line)) for line in found.lines]


def runs(found: Extract) -> list[str]:
    """The run of each line."""
    return [run(line) for line in found.lines]


def page(body: str, head: str = "") -> str:
    """A web page."""
    return (
        f'<!doctype html><html lang="zh"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    )


def zipped(members: dict[str, str | bytes]) -> bytes:
    """A zip file."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return file.getvalue()


def is_the_book(found: Extract, *head: tuple[str, int, str]) -> None:
    """BOOK was read: its chapters below the head, its note, its metadata."""
    assert rows(found) == [("title", 0, "河边的集市"), *head, *CHAPTERS]
    assert asides(found) == ["1"]
    assert found.metadata == {
        "title": "河边的集市",
        "author": "作者甲、作者乙",
        "date": "1998-11-05",
        "language": "zh-CN",
    }


HEAD = (("byline", 0, "作者甲"), ("byline", 0, "作者乙"), ("", 0, "1998-11-05"))
"""What pandoc writes below the title of BOOK."""
