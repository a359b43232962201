"""An archive in which everything is too much: what a stranger's records and folders may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LONG_NAME = "长" * 50_000


def records() -> Iterator[dict[str, Any]]:
    """Documents that each have too much of one thing."""
    yield {"id": "题", "title": "题之" * 25_000, "sections": ["甲之乙。"] * 3}
    yield {"id": "名", "title": "长名", "author": LONG_NAME, "source": LONG_NAME, "text": "长名之文。"}
    yield {"id": "众", "title": "众人", "author": [f"众{i}" for i in range(300)], "text": "众人之文。"}
    sections = [{"heading": f"第{i}节", "author": f"节{i}", "text": "之。"} for i in range(5_500)]
    yield {"id": "节", "title": "多节", "sections": sections}
    yield {"id": "深", "title": "深处", "sections": [nested(8)]}
    yield {"id": "字", "title": "单字", "text": "之\n" * 6_000}
    yield {"id": "满", "title": "满篇", "text": ("之" * 999 + "。") * 110}
    yield {"id": "头", "title": "长头", "sections": [{"heading": "之乎" * 60_000, "text": "头之下。"}]}
    yield {"id": "引", "title": "引号", "text": '"&<>之' * 5_000}
    for i in range(200):
        yield {"id": f"人{i}", "title": f"第{i}人", "author": f"作者{i}", "date": "1949", "text": "人之初。"}


def nested(depth: int) -> dict[str, Any]:
    """Sections in sections, each with a long heading."""
    inner = [nested(depth - 1)] if depth > 1 else ["深之处。"] * 20
    return {"heading": f"深{depth}" + "长" * 1_000, "sections": inner}


def write(folder: Path) -> None:
    """The sources: a file of records, some of them broken, and folders, many and deep."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records()]
    (folder / "记.jsonl").write_text("\n".join([*lines, *["不是JSON"] * 1_500]), "utf-8")
    for i in range(120):
        (folder / f"夹{i}").mkdir()
        (folder / f"夹{i}" / "一.txt").write_text("夹中之文。\n", "utf-8")
    deep = folder.joinpath(*["深"] * 200)
    deep.mkdir(parents=True)
    (deep / "底.txt").write_text("深底之文。\n", "utf-8")
