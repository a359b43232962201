"""A real archive of the seed article and a few odd texts, a real server on a port, a real browser."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from serving import serving

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
SEED = "000_ea956ef4aa722372.txt"


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the archive is built from."""
    folder = tmp_path_factory.mktemp("texts")
    shutil.copy(ROOT / "source_texts" / SEED, folder)
    (folder / "史部" / "正史").mkdir(parents=True)
    (folder / "史部" / "正史" / "卷一.txt").write_text(
        "高祖本紀\n\n高祖，沛豐邑中陽里人，姓劉氏。這個國家的學問，為後來的人們所說。\n", "utf-8"
    )
    (folder / "史部" / "标记 & <b>.txt").write_text(
        "<script>alert(1)</script> & “引号” 与 <mark>假标记</mark> 在此。\n", "utf-8"
    )
    records = [
        {
            "id": "信/../甲",
            "title": "第一封信",
            "text": "见字如面。\n山高水长。",
            "author": "编辑",
            "date": "1949-10",
        },
        {"id": "信//乙?#%", "title": "第二封信", "text": "见字如面，又及。", "date": "1956"},
        {
            "id": "长文",
            "title": "一篇很长的文字",
            "text": "\n".join(f"第{i}段，说的是春夏秋冬。" * 40 for i in range(300)),
        },
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / "书信.jsonl").write_text("\n".join([*lines, "{这一行不是JSON"]) + "\n", "utf-8")
    (folder / "图.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    return folder


@pytest.fixture(scope="session")
def home(sources: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an archive of ``sources``."""
    path = tmp_path_factory.mktemp("home")
    rebuild(path, sources, engine="whoosh")
    return path


@pytest.fixture(scope="session")
def client(home: Path) -> FlaskClient:
    """The application over the archive, without a socket."""
    return create_app(LiveArchive(home).get).test_client(use_cookies=False)


@pytest.fixture(scope="session")
def site(home: Path) -> Iterator[str]:
    """The address of a running server, without a slash at its end."""
    with serving(home) as (address, _):
        yield address.rstrip("/")
