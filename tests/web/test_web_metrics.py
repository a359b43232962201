"""juanzong serve --metrics: what Prometheus reads, added up over all processes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from serving import serving

from index.build import rebuild

PROCESSES = 2 if hasattr(os, "fork") else 1


def told(site: str, path: str = "/metrics", host: str | None = None) -> str:
    request = Request(f"{site}{path}", headers={"Host": host} if host else {})
    with urlopen(request, timeout=10) as answer:
        return str(answer.read().decode())


def value(page: str, sample: str) -> float:
    found = re.search(rf"^{re.escape(sample)} ([0-9.e+]+)$", page, re.MULTILINE)
    return float(found.group(1)) if found else 0.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "甲.txt").write_text("县城见闻\n\n街上的派出所换了新的门牌。\n", "utf-8")
    rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
    return tmp_path / "home"


def test_requests_of_all_processes_are_counted_and_the_archive_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = tmp_path / "temporary"  # other servers count in the system's
    counted.mkdir()
    monkeypatch.setenv("TMPDIR", str(counted))
    with serving(home, processes=PROCESSES, metrics=True) as (site, _):
        for _ in range(20):
            told(site, "/api/v1/search?q=x")
        for _ in range(3):
            told(site, "/")
        with pytest.raises(HTTPError):
            told(site, "/documents/x")
        pages = [told(site) for _ in range(6)]
        for page in pages:
            assert value(page, 'juanzong_requests_total{kind="api",status="200"}') == 20
            assert value(page, 'juanzong_requests_total{kind="page",status="200"}') == 3
            assert value(page, 'juanzong_requests_total{kind="documents",status="404"}') == 1
            assert value(page, 'juanzong_request_seconds_count{kind="api"}') == 20
        assert value(pages[0], "juanzong_archive_up") == 1
        assert value(pages[0], "juanzong_documents") == 1
        assert f'engine="whoosh",generation="{(home / "current").read_text().strip()}"' in pages[0]
        with pytest.raises(HTTPError, match="400"):
            told(site, host="elsewhere.example")
        assert list(counted.glob("juanzong-metrics-*"))
    assert not list(counted.glob("juanzong-metrics-*"))


def test_nothing_is_told_unasked(home: Path) -> None:
    with serving(home) as (site, _), pytest.raises(HTTPError, match="404"):
        told(site)


def test_a_server_without_an_archive_says_that_it_is_not_up(tmp_path: Path) -> None:
    with serving(tmp_path / "none", metrics=True) as (site, _):
        page = told(site)
        assert re.search(r"^juanzong_archive_up 0\.0$", page, re.MULTILINE)
        assert "juanzong_documents" not in page
