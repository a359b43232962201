"""Traditional Chinese is made of the simplified; what the conversion gets wrong is put right by a list."""

from __future__ import annotations

import pytest

from tools.translations import ROOT, all_of, known, traditional


@pytest.mark.parametrize(
    ("simplified", "expected"),
    [
        ("文件夹里的文件", "資料夾裡的檔案"),
        ("全文档案", "全文檔案庫"),  # OpenCC reads 文档 in it
        ("最多只能给 {} 行排序。", "最多只能給 {} 行排序。"),  # OpenCC: 最多隻能
        ("另一个数据目录", "另一個資料目錄"),
        ("按普通文字处理", "按普通文字處理"),
        ("{} 里正在建库。", "{} 裡正在建庫。"),
        ("“光绪”没有出现", "「光緒」沒有出現"),
        ("有“锟斤拷”", "有「锟斤拷」"),  # what such a file really holds
        ("注", "註"),
        ("需要注意", "需要注意"),
    ],
)
def test_a_text_in_the_terms_of_taiwan_and_hong_kong(simplified: str, expected: str) -> None:
    assert traditional(simplified) == expected


def test_every_line_of_the_list_is_of_use() -> None:
    texts = [text for message in known("zh") for text in all_of(message.string)]
    lines = (ROOT / "tools/traditional.txt").read_text("utf-8").splitlines()
    terms = [line.split("\t")[0] for line in lines if not line.startswith("#")]
    assert [term for term in terms if not any(term in text for text in texts)] == []
