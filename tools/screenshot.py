"""The picture of the search page in the README: docs/search.png.

python tools/screenshot.py http://127.0.0.1:8000   of the archive that make serve serves
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from urllib.parse import quote

from playwright.sync_api import sync_playwright

if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.goto(f"{sys.argv[1]}/search?q={quote('派出所所长')}")
        page.screenshot(path=Path(__file__).resolve().parent.parent / "docs" / "search.png")
        browser.close()
