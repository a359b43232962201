"""The source that a page names in its head or foot: 来源：县报, 原载《县报》2003年5月1日."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.inspection import single_text, source_in
from archive.page import structure

TEXT = (
    "麦子返青了，人们都到地里去，今年的雨水比往年多，庄稼长得好。\n\n队里的人都说，这样的年景多年没有见过。\n"
)


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("来源：县报", "县报"),
        ("來源：縣報", "縣報"),
        ("稿源:县报 记者甲", "县报"),
        ("来源：县报  作者：记者甲  日期：2003-05-01", "县报"),
        ("2003-05-01 来源：中国农业网 点击：12", "中国农业网"),
        ("（来源：《县报》2003年5月1日）", "县报"),
        ("原载《县报》2003年5月1日", "县报"),
        ("来源：县报（2003年第5期）", "县报"),
        ("摘自《县报》", "县报"),
        ("選自《縣報》第五期", "縣報"),
        ("（原载《县报》）", "县报"),
        ("原载于：县报", "县报"),
        ("本文转载自《县报》 2003年5月1日", "县报"),
        ("转载自人民日报", "人民日报"),
        ("节选自某某《春耕集》一书", "春耕集"),
        ("来自《县报》", "县报"),
        ("据《县报》报道", "县报"),
        ("据《县报》2003年5月1日报道", "县报"),
        ("据新华网消息", "新华网"),
        ("来自《诗经》的启示", None),
        ("据《县报》记者的调查", None),
        ("选自山上的泉水", None),
        ("来源：https://example.org/a", None),
        ("来源：县报作者：记者甲", None),
    ],
)
def test_the_head_names_the_source(line: str, source: str | None) -> None:
    assert structure(f"春耕纪事\n{line}\n\n{TEXT}").source == source


@pytest.mark.parametrize(
    "line", ["来源：县报", "（来源：县报）", "（摘自2003年5月1日《县报》）", "摘自《县报》"]
)
def test_the_foot_names_the_source(line: str) -> None:
    assert structure(f"春耕纪事\n\n{TEXT}\n{line}\n").source == "县报"


@pytest.mark.parametrize(
    "line", ["他的话来源：不明，没有人相信，大家也不问。", "水的来源：山上的泉。", "据《县报》报道"]
)
def test_a_sentence_names_none(line: str) -> None:
    assert structure(f"春耕纪事\n\n{TEXT}\n{line}\n\n{TEXT}").source is None


def test_metadata_say_otherwise(tmp_path: Path) -> None:
    """The page is read first; whoever describes it knows better."""
    page = tmp_path / "a.txt"
    page.write_text(f"春耕纪事\n来源：县报\n\n{TEXT}", "utf-8")

    def source() -> list[str]:
        text = single_text(source_in(page, tmp_path)[0])
        assert text is not None
        return [value for name, value, _origin in text[0] if name == "source"]

    assert source() == ["县报"]
    (tmp_path / "metadata.csv").write_text("path,来源\na.txt,市报\n", "utf-8")
    assert source() == ["市报"]
