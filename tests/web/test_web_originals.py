"""The original file for download: the bytes that were read, or an error that says why not."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

NAME = "史部/卷一.txt"
DATA = "高祖本紀\r\n\r\n高祖，沛豐邑中陽里人。\r\n".encode("gb18030")


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    (folder / "史部").mkdir(parents=True)
    (folder / NAME).write_bytes(DATA)
    (folder / "末.txt").write_text("末篇\n\n文字在此。\n", "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    rebuild(tmp_path / "home", folder, engine="whoosh")
    return folder


@pytest.fixture
def client(texts: Path) -> FlaskClient:
    return create_app(LiveArchive(texts.parent / "home").get).test_client(use_cookies=False)


def test_the_file_is_given_as_it_was_read(client: FlaskClient) -> None:
    link = f"/original/{quote(NAME)}"
    assert link in client.get(f"/documents/{quote(NAME)}").text
    response = client.get(link)
    assert (response.status_code, response.data) == (200, DATA)
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" + quote("卷一.txt") in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.mimetype == "application/octet-stream"


def test_a_file_that_has_changed_or_is_gone_is_said(client: FlaskClient, texts: Path) -> None:
    (texts / NAME).write_bytes(DATA.replace(b"\r\n", b"\n"))
    changed = client.get(f"/original/{quote(NAME)}")
    assert (changed.status_code, "在建库以后有改动" in changed.text) == (404, True)
    assert "has changed since it was read" in client.get(f"/original/{quote(NAME)}?lang=en").text
    (texts / NAME).unlink()
    assert "已不存在" in client.get(f"/original/{quote(NAME)}").text


def test_no_link_is_followed_and_no_pipe_waited_for(client: FlaskClient, texts: Path) -> None:
    (texts / NAME).unlink()
    outside = texts.parent / "outside"
    outside.mkdir()
    (outside / "卷一.txt").write_bytes(DATA)
    (texts / NAME).symlink_to(outside / "卷一.txt")
    assert client.get(f"/original/{quote(NAME)}").status_code == 404
    (texts / NAME).unlink()
    (texts / "史部").rmdir()
    (texts / "史部").symlink_to(outside)
    assert client.get(f"/original/{quote(NAME)}").status_code == 404
    (texts / "末.txt").unlink()
    os.mkfifo(texts / "末.txt")
    assert client.get(f"/original/{quote('末.txt')}").status_code == 404


@pytest.mark.parametrize(
    "path", ["../secret.txt", "..%2Fsecret.txt", "%2Fetc%2Fpasswd", "/etc/passwd", "?id=../secret.txt", ""]
)
def test_only_files_of_the_archive_are_given(client: FlaskClient, path: str) -> None:
    response = client.get(f"/original/{path}")
    assert (response.status_code, response.data == b"secret") == (404, False)


def test_originals_can_be_forbidden(texts: Path) -> None:
    client = create_app(LiveArchive(texts.parent / "home").get, originals=False).test_client()
    assert "/original/" not in client.get(f"/documents/{quote(NAME)}").text
    assert client.get(f"/original/{quote(NAME)}").status_code == 404


def test_the_documents_before_and_after_are_linked(client: FlaskClient) -> None:
    first, last = (client.get(f"/documents/{quote(path)}").text for path in (NAME, "末.txt"))
    assert sum("上一篇" in page for page in (first, last)) == 1
    assert sum("下一篇" in page for page in (first, last)) == 1
    # Nothing was moved: there is no other order to show.
    assert "按文件顺序显示" not in first


@pytest.mark.skipif(os.name == "nt", reason="names of files are characters on Windows")
def test_the_file_of_an_odd_name_is_given_out_and_corrected(tmp_path: Path) -> None:
    """A name in GB 18030 is shown in characters, and a file of those was looked for."""
    data = "旧闻\n\n水库放水。\n".encode()
    county, march = "县报".encode("gb18030"), "三月.txt".encode("gb18030")
    for name, shown in ((county + b"/" + march, "县报/三月.txt"), (b"\xe2\x80\xae.txt", "\\u202e.txt")):
        file = tmp_path / "texts" / os.fsdecode(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        rebuild(tmp_path / "home", tmp_path / "texts", engine="whoosh")
        client = create_app(LiveArchive(tmp_path / "home").get, edit=True).test_client()
        asked = {"id": shown}
        assert client.get("/original/", query_string=asked).data == data
        form = client.get("/correct/", query_string=asked).text
        sent = dict(re.findall(r'name="(token|digest)" value="([^"]*)"', form)) | {"author": "记者甲"}
        assert client.post("/correct/", query_string=asked, data=sent).status_code == 303
        assert file.with_name(f"{file.name}.juanzong.toml").exists()
        assert "记者甲" in client.get("/documents/", query_string=asked).text
