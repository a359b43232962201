"""A server answers from no archive that was damaged or removed: a named 503, on pages and in the API."""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from serving import serving

from index.build import rebuild
from index.engines.registry import installed

ADDRESSES = ("/", "/search?q=派出所", "/api/v1/search?q=派出所", "/api/v1/documents", "/browse", "/healthz",
             "/api/v1/export?q=派出所", "/documents/文.txt", "/api/v1/stats")  # fmt: skip


def built(folder: Path, engine: str) -> Path:
    (folder / "texts").mkdir()
    (folder / "texts" / "文.txt").write_text("卷宗\n\n派出所在城北。\n", "utf-8")
    rebuild(folder / "home", folder / "texts", engine=engine)
    return folder / "home"


def asked(url: str, address: str) -> tuple[int, str]:
    from urllib.parse import quote

    try:
        with urlopen(url.rstrip("/") + quote(address, safe="/?=&"), timeout=20) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("engine", [name for name in ("whoosh", "tantivy") if installed(name)])
@pytest.mark.parametrize("which", ["texts.sqlite", "index", "words.txt", "manifest.json"])
def test_every_answer_from_a_damaged_generation_is_a_named_503(
    tmp_path: Path, engine: str, which: str
) -> None:
    home = built(tmp_path, engine)
    (path,) = (home / "generations").glob(f"*/{which}")
    path = random.Random(1).choice(sorted(path.iterdir())) if path.is_dir() else path
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    with serving(home, processes=2) as (url, _):
        for address in ADDRESSES:
            status, body = asked(url, address)
            assert status == 503, (address, body)
            assert "juanzong rebuild" in body
            if address.startswith("/api") or address == "/healthz":
                assert json.loads(body)["error"]["code"] == "archive_broken"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there the process that is ended is the server")
@pytest.mark.parametrize("engine", [name for name in ("whoosh", "tantivy") if installed(name)])
def test_a_server_of_one_process_outlives_files_that_are_cut_off_under_it(
    tmp_path: Path, engine: str
) -> None:
    """As ``cp`` does that restores a backup. On a machine with one core the server was gone (SIGBUS)."""
    home = built(tmp_path, engine)
    with serving(home) as (url, process):
        assert asked(url, "/search?q=派出所")[0] == 200
        files = [path for path in (home / "generations").rglob("*") if path.is_file()]
        for path in files:
            os.truncate(path, 0)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with suppress(OSError, HTTPException):
                status, body = asked(url, "/search?q=派出所")
                if status == 503:
                    break
            time.sleep(0.1)
        assert (status, "juanzong rebuild" in body) == (503, True)
        assert process.poll() is None


@pytest.mark.skipif(os.name == "nt", reason="open files cannot be removed there")
def test_health_is_503_after_the_archive_was_removed(tmp_path: Path) -> None:
    """It said ok for as long as the files were open."""
    home = built(tmp_path, "whoosh")
    with serving(home) as (url, _):
        assert asked(url, "/healthz")[0] == 200
        shutil.rmtree(home / "generations")
        status, body = asked(url, "/healthz")
        assert (status, json.loads(body)["error"]["code"]) == (503, "archive_broken")
        shutil.rmtree(home)
        status, body = asked(url, "/healthz")
        assert (status, json.loads(body)["error"]["code"]) == (503, "archive_missing")
