"""What goes wrong on the server is said to whoever asks without a path of it, and in full in its log."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from serving import failing

from archive.errors import StoreError
from index.errors import ArchiveBrokenError, ArchiveMissingError, EngineError
from index.reloading import LiveArchive
from web.app import create_app
from web.downloads import Downloads

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = (
    *("/", "/search?q=x", "/documents/x", "/browse/folders", "/left-out", "/healthz", "/api/v1/stats"),
    *("/api/v1/search?q=x", "/api/v1/documents", "/export?q=x", "/p/0123456789abcdef", "/help"),
)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_broken_archive_names_no_path_but_in_the_log(
    home: Path, tmp_path: Path, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = tmp_path / "secret" / "home"
    shutil.copytree(home, broken)
    for manifest in broken.glob("generations/*/manifest.json"):
        manifest.write_text("{")
    client = create_app(LiveArchive(broken).get).test_client()
    for address in ADDRESSES:
        response = client.get(address, headers={"Cookie": f"lang={language}"})
        assert response.status_code == (200 if address == "/help" else 503)
        assert "secret" not in response.text
        assert "/tmp" not in response.text
    assert caplog.text.count(str(broken)) == 1  # once, not at each request
    assert "juanzong rebuild" in json.loads(client.get("/healthz").data)["error"]["hint"]


@pytest.mark.parametrize(
    "error",
    [
        ArchiveMissingError("There is no archive in secret yet.", hint="Build one in /secret."),
        ArchiveBrokenError("secret: cannot be read.", hint="Build it anew."),
        EngineError("tantivy", "search failed: /srv/secret/index/x.idx: No such file"),
        StoreError("texts.sqlite", "cannot be opened", hint="Look at C:\\secret."),
        OSError(2, "No such file", "/secret"),
        MemoryError("secret"),
    ],
)
def test_no_error_of_the_server_tells_where_its_files_are(error: Exception) -> None:
    client = failing(error)
    for address in ("/search?q=x", "/search?q=x&lang=en", "/api/v1/search?q=x", "/healthz", "/documents/x"):
        response = client.get(address)
        assert response.status_code >= 500
        assert "secret" not in response.text


@pytest.fixture
def no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that goes away after it was chosen."""
    folder = tmp_path / "secret"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    folder.rmdir()
    return folder


def test_a_file_that_cannot_be_written_is_named_and_its_place_is_given_back(
    client: FlaskClient, no_folder: Path
) -> None:
    for _ in range(6):  # more than are made at a time
        response = client.get("/api/v1/export?q=所长")
        error = json.loads(response.data)["error"]
        assert (response.status_code, error["code"]) == (503, "no_room")
        assert "No such file or directory" in error["message"]
        assert str(no_folder) not in response.text
    assert "服务器无法写出文件" in client.get("/export?q=所长").text
    no_folder.mkdir()
    assert client.get("/export?q=所长", buffered=True).status_code == 200


_FULL = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from index.reloading import LiveArchive
from web.app import create_app
client = create_app(LiveArchive(Path(sys.argv[2])).get).test_client()
assert client.get("/export?q=所长", buffered=True).status_code == 200
if sys.argv[3] == "full":  # a file may not grow: what a full disk says, but for the number of the error
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
else:
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 100))
for _ in range(6):
    response = client.get("/api/v1/export?q=所长", buffered=True)
    print(response.status_code, response.get_json()["error"]["code"], response.get_json()["error"]["message"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
@pytest.mark.parametrize(("what", "says"), [("full", "File too large"), ("files", "Too many open files")])
def test_a_full_folder_and_too_few_descriptors_are_named(home: Path, what: str, says: str) -> None:
    """Both were 500 with a traceback in the log."""
    run = subprocess.run(
        [sys.executable, "-c", _FULL, str(ROOT), str(home), what],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=True,
    )
    assert run.stdout.splitlines() == [f"503 no_room The server cannot write the file: {says}."] * 6


def test_a_file_has_a_most_of_bytes_too(home: Path) -> None:
    app = create_app(LiveArchive(home).get)
    app.config["DOWNLOADS"] = Downloads(most_bytes=1_000)
    for _ in range(6):
        response = app.test_client().get("/api/v1/export?q=所长")
        assert (response.status_code, response.get_json()["error"]["code"]) == (400, "file_too_large")
