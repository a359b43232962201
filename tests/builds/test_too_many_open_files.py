"""Where no further file can be opened, that is what is said: not that the archive is broken or missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from building import ENGINES, text_files, write

from index.build import rebuild
from index.generations import Home
from index.reloading import LiveArchive
from index.update import update

ROOT = Path(__file__).resolve().parents[2]

_FEWER_AND_FEWER = """
import json, os, resource, sys
from pathlib import Path
from archive.errors import JuanzongError
from index.build import rebuild
from index.reloading import LiveArchive
from index.archive import Archive
from index.requests import SearchRequest
from index.update import update
from web.app import create_app

home = Path(sys.argv[1])
_, most = resource.getrlimit(resource.RLIMIT_NOFILE)

def search():
    archive = Archive.open(home, verify=False)
    try:
        assert archive.search(SearchRequest(query="派出所 OR 天下")).total
    finally:
        archive.generation.close()
    return "done"

client = create_app(lambda: LiveArchive(home, connections=4).get()).test_client()

def ask():
    page = client.get("/search?q=天下")
    assert page.status_code == 200 or "打开的文件太多" in page.text, page.text
    response = client.get("/api/v1/search?q=天下")
    return "done" if response.status_code == 200 else response.json["error"]["code"]

def unchanged():
    return update(home).mode

def build():
    assert rebuild(home).files.whole == 20
    return "done"

for work in (search, ask, unchanged, build):
    work()  # imports what it needs
    said = []
    for more in range(0, 48, 6 if work is build else 1):
        free = os.dup(0)
        os.close(free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (free + more, most))
        try:
            said.append(work())
        except JuanzongError as error:
            said.append(error.code + (": " + str(error) if error.code != "out_of_files" else ""))
        except Exception as error:
            said.append(repr(error))
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps([work.__name__, said]))
"""


posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_too_few_file_descriptors_are_named_wherever_they_run_out(
    new_home: Callable[[str], Home], tmp_path: Path, engine: str
) -> None:
    """It was "not a readable manifest", "the index is damaged" or "no generation is whole": build it anew."""
    home = new_home("home")
    rebuild(home, write(tmp_path / "texts", text_files(20)), engine=engine)
    run = subprocess.run(
        [sys.executable, "-c", _FEWER_AND_FEWER, str(home.path)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=True,
    )
    for line in run.stdout.splitlines():
        work, said = json.loads(line)
        assert said[0] == "out_of_files", work
        assert set(said) == {"out_of_files", "unchanged" if work == "unchanged" else "done"}, work
    rebuild(home)
    assert len(list(home.generations.iterdir())) == 1


@posix
@pytest.mark.parametrize("engine", ENGINES)
def test_a_server_without_descriptors_goes_on_with_what_is_open_and_tries_again(
    new_home: Callable[[str], Home], tmp_path: Path, engine: str
) -> None:
    import resource

    home = new_home("home")
    folder = write(tmp_path / "texts", text_files(20))
    rebuild(home, folder, engine=engine)
    live = LiveArchive(home.path)
    first = live.get()
    write(folder, {"再.txt": "再来\n\n一次。\n"})
    updated = update(home)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        assert live.get() is first
        assert first.refused is not None
        assert first.refused.code == "out_of_files"
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert live.get().generation.name == updated.generation
    live.get().generation.close()
