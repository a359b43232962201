"""Markdown: what it says of headings, notes, tables and readings, and the front matter above it."""

from __future__ import annotations

from pathlib import Path

import pytest
from markup_files import BOOK, asides, is_the_book, one, pandoc, rows, runs


def test_the_book_is_read_as_pandoc_reads_it(tmp_path: Path) -> None:
    for text in (BOOK.encode(), pandoc(BOOK, "gfm", tmp_path), BOOK.encode("gb18030")):
        is_the_book(one("markdown", text))


def test_lines_of_a_paragraph_are_joined_without_a_space_between_chinese_characters() -> None:
    assert runs(one("markdown", "卷\n宗，\n全文\nfull\ntext\n检索")) == ["卷宗，全文 full text 检索"]


def test_links_code_lists_quotes_and_html_give_their_text() -> None:
    text = """[连结](a/文.html "题") 与 `代码`

- 一
  1. 二

> 引文

    缩进
      诗

```python
print("甲")
```
<div align="center">居中<br>两行</div>
<script>不读</script>

**甲**~~乙~~***丙***
"""
    assert runs(one("markdown", text)) == [
        "连结 与 代码", "一", "二", "引文", "缩进", "  诗", 'print("甲")', "居中", "两行", "甲乙丙",
    ]  # fmt: skip


def test_readings_in_both_notations_are_above_their_characters() -> None:
    found = one(
        "markdown", "{漢字|かん|じ}之美，<ruby>東<rt>とう</rt></ruby>京，a{b|c，{2|3}。\n\n# 题 {#t .c}"
    )
    assert runs(found) == ["漢字之美，東京，a{b|c，2。", "题"]
    assert asides(found) == ["かんじ", "とう", "3"]


def test_notes_of_several_paragraphs_stand_below_the_paragraph_with_their_mark() -> None:
    notes = "[^甲]: 注\n接着注。\n\n    又一段。\n\n[^b]: 单字\n[^c]: 没有人用。"
    text = f"一[^甲]二[^b]。\n\n三。\n\n{notes}\n\n四。"
    assert rows(one("markdown", text)) == [
        ("", 0, "一二。"),
        ("note", 0, "注接着注。"),
        ("note", 0, "又一段。"),
        ("note", 0, "单字"),
        ("", 0, "三。"),
        ("", 0, "没有人用。"),
        ("", 0, "四。"),
    ]


@pytest.mark.parametrize(
    "head",
    [
        "---\n标题: 集市\n作者:\n  - name: 甲\n  - 乙\ndate: 1998-11-05\n---\n",
        '+++\ntitle = "集市"\nauthor = ["甲", "乙"]\ndate = 1998-11-05\n+++\n',
    ],
)
def test_front_matter_in_yaml_and_toml_is_metadata(head: str) -> None:
    found = one("markdown", head + "卷宗。")
    assert found.metadata == {"title": "集市", "author": "甲、乙", "date": "1998-11-05"}
    assert rows(found) == [("title", 0, "集市"), ("", 0, "卷宗。")]


@pytest.mark.parametrize("key", ["publisher", "出版社"])
def test_a_publisher_is_not_an_edition(key: str) -> None:
    """Citations had it where the edition is."""
    assert one("markdown", f"---\n{key}: 某社\n---\n\n卷宗。").metadata == {"publisher": "某社"}


@pytest.mark.parametrize(
    "head", ["- 甲\n- 乙", "a: [", "a: " + "[" * 5000, "!!python/object:os.system x", "x: 1\nx"]
)
def test_front_matter_that_cannot_be_read_is_text(head: str) -> None:
    found = one("markdown", f"---\n{head}\n---\n\n卷宗。")
    assert found.metadata == {}
    assert head[-1] in "".join("".join(runs(found)).split())
    assert runs(found)[-1] == "卷宗。"


@pytest.mark.parametrize(
    "text", [">" * 3000 + " 卷宗", "- " * 500 + "卷宗", "[" * 5000 + "卷宗", "*" * 3000 + "卷宗"]
)
def test_deep_nesting_loses_no_text(text: str) -> None:
    assert "卷宗" in "".join(runs(one("markdown", text)))


def test_signs_of_obsidian_break_no_run_and_show_what_they_say() -> None:
    found = one(
        "markdown",
        """> [!note] 提要
> 这是**提要**。

见[[县志卷三|卷三]]和[[人物表]]。![[图.png]]正文==高*亮*==的一句%%不读%%。行内^[注一。]。

- [ ] 待办
- [x] 已办
""",
    )
    assert rows(found) == [
        ("", 0, "提要"), ("", 0, "这是提要。"), ("", 0, "见卷三和人物表。正文高亮的一句。行内。"),
        ("note", 0, "注一。"), ("", 0, "☐ 待办"), ("", 0, "☑ 已办"),
    ]  # fmt: skip


def test_codes_of_hugo_and_jekyll_are_not_text_but_their_captions_are() -> None:
    text = """{
  "title": "河边的集市",
  "date": "2020-05-01"
}

{{< figure src="a.jpg" title="早市的鱼摊" >}}

天还没亮{{< ref "b.md" >}}，见{% post_url 2010-a %}。{{甲}}
"""
    found = one("markdown", text)
    assert rows(found) == [
        ("title", 0, "河边的集市"),
        ("caption", 0, "早市的鱼摊"),
        ("", 0, "天还没亮，见。{{甲}}"),
    ]
    assert found.metadata == {"title": "河边的集市", "date": "2020-05-01"}
    assert runs(one("markdown", "{\n甲\n}\n\n[[ a == b, x^2^, 100%% 的")) == [
        "{ 甲 }",
        "[[ a == b, x^2^, 100%% 的",
    ]
