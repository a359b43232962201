"""The archive that is served now, while new generations come."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from index.build import rebuild
from index.errors import ArchiveBrokenError, ArchiveMissingError
from index.live import LiveArchive
from index.results import SearchRequest


def build(folder: Path, text: str) -> Path:
    texts = folder / "texts"
    texts.mkdir(exist_ok=True)
    (texts / "文.txt").write_bytes(text.encode("utf-8"))
    rebuild(folder / "home", texts, engine="whoosh")
    return folder / "home"


def test_nothing_built_yet_is_named_and_the_first_build_is_seen(tmp_path: Path) -> None:
    live = LiveArchive(tmp_path / "home")
    with pytest.raises(ArchiveMissingError):
        live.get()
    build(tmp_path, "派出所在城北。")
    assert live.get().search(SearchRequest("派出所")).total


def test_the_archive_stays_the_same_until_there_is_another(tmp_path: Path) -> None:
    live = LiveArchive(build(tmp_path, "派出所在城北。"))
    assert live.get() is live.get()


def test_a_new_generation_is_picked_up_while_the_old_one_is_in_use(tmp_path: Path) -> None:
    live = LiveArchive(build(tmp_path, "派出所在城北。"))
    old = live.get()
    build(tmp_path, "警务室在城南。")
    assert live.get() is not old
    assert live.get().search(SearchRequest("警务室")).total
    # Whoever asked before the switch is still answered, from texts and index that belong together.
    (hit,) = old.search(SearchRequest("“城北”")).hits
    assert hit.text == "派出所在城北。"


def test_an_archive_that_nobody_uses_any_more_is_closed(tmp_path: Path) -> None:
    live = LiveArchive(build(tmp_path, "派出所在城北。"))
    closed: list[str] = []
    snapshot = live.get().generation.snapshot
    original = snapshot.close

    def close() -> None:
        closed.append("closed")
        original()

    snapshot.close = close  # type: ignore[method-assign]
    build(tmp_path, "警务室在城南。")
    live.get()
    assert closed == ["closed"]


def test_a_broken_new_generation_leaves_the_old_one_served(tmp_path: Path) -> None:
    home = build(tmp_path, "派出所在城北。")
    live = LiveArchive(home)
    served = live.get()
    (home / "current").write_text("20000101T000000Z-00000000\n", encoding="ascii")
    assert live.get() is served
    with pytest.raises(ArchiveBrokenError):
        LiveArchive(home).get()


def test_requests_from_many_threads_never_fail_during_rebuilds(tmp_path: Path) -> None:
    live = LiveArchive(build(tmp_path, "派出所在城北。"), connections=2)
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                result = live.get().search(SearchRequest("派出所"))
                assert result.total == len(result.hits) > 0
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(4):
            build(tmp_path, f"派出所在城北{number}号。")
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failures
