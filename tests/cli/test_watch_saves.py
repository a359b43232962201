"""juanzong watch while editors save, and while its folder goes away and comes back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

ROOT = Path(__file__).resolve().parents[2]


def soon(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 90
    while not (held := holds()) and time.monotonic() < end:
        time.sleep(0.2)
    return held


@pytest.mark.parametrize("watching", [("watch",), ("serve", "--port", "0", "--watch")])
def test_rapid_saves_are_few_updates_and_a_folder_that_comes_back_is_watched_again(
    watching: tuple[str, ...], tmp_path: Path
) -> None:
    """A folder that was made anew, as when a drive is mounted again, was looked at after ten minutes only."""
    folder, home = tmp_path / "texts", tmp_path / "home"
    folder.mkdir()
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"第{number}篇，讲春耕。\n", "utf-8")
    rebuild(home, folder)

    def found(text: str) -> bool:
        with Archive.open(home) as archive:
            return archive.search(SearchRequest(f'"{text}"')).total == 1

    def save(text: str) -> None:
        """As editors do: a swap file, the new text beside the old one, which it replaces."""
        swap, new = folder / ".0.txt.swp", folder / "0.txt~"
        swap.write_bytes(b"b0VIM")
        new.write_text(text, "utf-8")
        new.replace(folder / "0.txt")
        swap.unlink()

    command = [sys.executable, "-m", "cli.main", "--home", str(home), *watching]
    with (
        (tmp_path / "said").open("w") as errors,
        subprocess.Popen(command, cwd=ROOT, stderr=errors) as process,
    ):
        try:
            assert soon(lambda: "Watching" in (tmp_path / "said").read_text("utf-8"))
            for number in range(50):
                save(f"存了{number}次，讲秋收。\n")
                time.sleep(0.02)
            assert soon(lambda: found("存了49次"))
            said = (tmp_path / "said").read_text("utf-8").splitlines()
            assert sum(line.startswith("Updated") for line in said) < 5

            folder.rename(tmp_path / "away")
            assert soon(lambda: "cannot be read as a folder" in (tmp_path / "said").read_text("utf-8"))
            (tmp_path / "away" / "0.txt").write_text("搬走时写的，讲冬藏。\n", "utf-8")
            (tmp_path / "away").rename(folder)
            assert soon(lambda: found("搬走时写的"))

            shutil.copytree(folder, tmp_path / "copy")
            shutil.rmtree(folder)
            (tmp_path / "copy").rename(folder)
            time.sleep(2)  # it is watched again
            save("重建以后写的，讲夏耘。\n")
            assert soon(lambda: found("重建以后写的"))
        finally:
            process.terminate()  # a server ends what it has started


@pytest.fixture
def command() -> list[str]:
    """A command as somebody who may not read everything, as root may."""
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    found = [*user, sys.executable, "-m", "cli.main"]
    tried = subprocess.run([*found, "--version"], cwd=ROOT, check=False, capture_output=True)
    if tried.returncode:
        pytest.skip(f"nobody may read this checkout: {tried.stderr.decode()}")
    return found


def test_a_folder_that_could_not_be_read_is_watched_when_it_can_be(command: list[str]) -> None:
    """Of a folder that was not readable when the watch began no change was seen for ten minutes."""
    with tempfile.TemporaryDirectory() as top, (Path(top) / "said").open("w") as errors:
        folder, home = Path(top) / "texts", Path(top) / "home"
        for name in ("上", "下"):
            (folder / name).mkdir(parents=True)
            for number in range(9):
                (folder / name / f"{number}.txt").write_text(f"{name}{number}篇，讲春耕。\n", "utf-8")
        rebuild(home, folder)
        if os.geteuid() == 0:
            for place in (Path(top), home, *home.rglob("*")):
                os.chown(place, 65534, 65534)
        folder.chmod(0o555)
        (folder / "下").chmod(0)

        def said(text: str) -> bool:
            return text in (Path(top) / "said").read_text("utf-8")

        watching = [*command, "--home", str(home), "watch"]
        with subprocess.Popen(watching, cwd=ROOT, stderr=errors) as process:
            try:
                assert soon(lambda: said("Watching"))
                assert said("9 of 18 files")
                (folder / "下").chmod(0o755)
                (folder / "下" / "甲.txt").write_text("可以读了，讲秋收。\n", "utf-8")
                assert soon(lambda: said("added: 下/甲.txt"))
                (folder / "下" / "乙.txt").write_text("又写一篇，讲冬藏。\n", "utf-8")
                assert soon(lambda: said("added: 下/乙.txt"))
            finally:
                process.kill()
