"""Exact numbers that take long are counted on the page, with progress, and can be stopped."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from serving import serving
from test_web_browser import CHROMIUM, chromium, opened

from index.build import rebuild

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]
__all__ = ["chromium"]

PASSAGES = 50_500
"""More than are looked at unasked."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("tantivy")
    folder = tmp_path_factory.mktemp("counting")
    (folder / "texts").mkdir()
    record = {"id": "1", "text": "\n".join("甲之" + "，之" * (i % 3) for i in range(PASSAGES))}
    (folder / "texts" / "a.jsonl").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    rebuild(folder / "home", folder / "texts", engine="tantivy")
    return folder / "home"


def test_the_page_counts_says_how_far_it_is_and_can_be_stopped(chromium: Any, home: Path) -> None:
    exact = f"{sum(1 + i % 3 for i in range(PASSAGES)):,}"
    with serving(home) as (address, _), opened(chromium, address.rstrip("/")) as page:
        page.goto("/search?counts=1&q=" + quote("之"))
        assert "≈" in page.locator(".sum").inner_text()
        page.locator(".count-places").click()
        page.get_by_role("button", name="停止").click()
        page.locator(".count-places").click()
        said = page.locator(".counting")
        said.get_by_text("已统计").wait_for()
        assert re.search(r"已统计 \d+,\d{3} / 50,500 段", said.inner_text())
        said.get_by_text(f"出现 {exact} 次").and_(said.get_by_text("共")).wait_for()
        assert page.locator("progress").count() == 0


def test_without_scripts_the_link_asks_for_all_at_once(chromium: Any, home: Path) -> None:
    with (
        serving(home) as (address, _),
        opened(chromium, address.rstrip("/"), java_script_enabled=False) as page,
    ):
        page.goto("/search?counts=1&q=" + quote("之"))
        page.locator(".count-places").click()
        page.wait_for_url("**complete=1**")
        assert "≈" not in page.locator(".sum").inner_text()
