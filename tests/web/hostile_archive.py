"""An archive in which everything is too much: what a stranger's JSON Lines may hold, and folders."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LONG_NAME = "长" * 50_000


def records(scale: int = 1) -> Iterator[dict[str, Any]]:
    """Documents that each have too much of one thing; ``scale`` times as much of what is counted."""
    yield {"id": "题", "title": "题之" * 25_000, "sections": ["甲之乙。"] * 20}
    yield {"id": "名", "title": "长名", "author": LONG_NAME, "source": LONG_NAME, "text": "长名之文。"}
    yield {"id": "众", "title": "众人", "author": [f"众{i}" for i in range(300 * scale)], "text": "众人之文。"}
    yield {
        "id": "节",
        "title": "多节",
        "sections": [{"heading": f"第{i}节", "author": f"节{i}", "text": "之。"} for i in range(6_000 * scale)],
    }
    yield {
        "id": "深",
        "title": "深处",
        "sections": [nested(30, [{"heading": "叶", "text": "深之处。"}] * 20)],
    }
    yield {"id": "字", "title": "单字", "text": "之\n" * (12_000 * scale)}
    yield {"id": "满", "title": "满篇", "text": ("之" * 999 + "。") * (120 * scale)}
    yield {"id": "头", "title": "长头", "sections": [{"heading": "之乎" * 150_000, "text": "头之下。"}]}
    yield {"id": "引", "title": "引号", "text": '"&<>之' * 20_000}
    for i in range(3_000 * scale):
        yield {"id": f"人{i}", "title": f"第{i}人", "author": f"作者{i}", "date": "1949", "text": "人之初。"}


def nested(depth: int, inner: list[Any]) -> dict[str, Any]:
    """Sections in sections, each with a long heading."""
    heading = f"深{depth}" + "长" * 2_000
    return {"heading": heading, "sections": [nested(depth - 1, inner)] if depth > 1 else inner}


def write(folder: Path, scale: int = 1) -> None:
    """The sources: one file of records, and folders of files, wide and deep."""
    lines = (json.dumps(record, ensure_ascii=False) for record in records(scale))
    (folder / "记.jsonl").write_text("\n".join(lines) + "\n" + "不是JSON\n" * 1_500, "utf-8")
    for i in range(300 * scale):
        (folder / f"夹{i}").mkdir()
        (folder / f"夹{i}" / "一.txt").write_text("夹中之文。\n", "utf-8")
    deep = folder.joinpath(*["深"] * 200)
    deep.mkdir(parents=True)
    (deep / "底.txt").write_text("深底之文。\n", "utf-8")
