"""The archive that is served now, while new generations come."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from index.atomic_files import write_atomically
from index.build import rebuild
from index.errors import ArchiveBrokenError, ArchiveMissingError
from index.reloading import LiveArchive
from index.requests import SearchRequest


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The folders of two generations, each built for itself."""
    generations = []
    for text in ("派出所在城北。", "派出所旁有警务室。"):
        folder = tmp_path_factory.mktemp("built")
        (folder / "texts").mkdir()
        (folder / "texts" / "文.txt").write_bytes(text.encode("utf-8"))
        report = rebuild(folder / "home", folder / "texts", engine="whoosh")
        generations.append(folder / "home" / "generations" / report.generation)
    return generations[0], generations[1]


def publish(home: Path, generation: Path, name: str = "") -> Path:
    """Do what the end of a build does: a whole generation, then its name, then the others go."""
    name = name or generation.name
    shutil.copytree(generation, home / "generations" / name)
    write_atomically(home / "current", f"{name}\n".encode("ascii"))
    for other in (home / "generations").iterdir():
        if other.name != name:
            shutil.rmtree(other)
    return home


def test_nothing_built_yet_is_named_and_the_first_build_is_seen(
    tmp_path: Path, built: tuple[Path, Path]
) -> None:
    live = LiveArchive(tmp_path / "home")
    with pytest.raises(ArchiveMissingError):
        live.get()
    publish(tmp_path / "home", built[0])
    assert live.get().search(SearchRequest("派出所")).total


def test_the_archive_stays_the_same_until_there_is_another(tmp_path: Path, built: tuple[Path, Path]) -> None:
    live = LiveArchive(publish(tmp_path / "home", built[0]))
    assert live.get() is live.get()


def test_a_new_generation_is_picked_up_while_the_old_one_is_in_use(
    tmp_path: Path, built: tuple[Path, Path]
) -> None:
    live = LiveArchive(publish(tmp_path / "home", built[0]))
    old = live.get()
    publish(tmp_path / "home", built[1])
    assert live.get() is not old
    assert live.get().search(SearchRequest("警务室")).total
    # Whoever asked before the switch is still answered, from texts and index that belong together.
    (hit,) = old.search(SearchRequest("“城北”")).hits
    assert hit.text == "派出所在城北。"


def test_an_archive_that_nobody_uses_any_more_is_closed(tmp_path: Path, built: tuple[Path, Path]) -> None:
    live = LiveArchive(publish(tmp_path / "home", built[0]))
    closed: list[str] = []
    snapshot = live.get().generation.snapshot
    original = snapshot.close

    def close() -> None:
        closed.append("closed")
        original()

    snapshot.close = close  # type: ignore[method-assign]
    publish(tmp_path / "home", built[1])
    live.get()
    assert closed == ["closed"]


def test_a_broken_new_generation_leaves_the_old_one_served(tmp_path: Path, built: tuple[Path, Path]) -> None:
    home = publish(tmp_path / "home", built[0])
    live = LiveArchive(home)
    served = live.get()
    (home / "current").write_text("20000101T000000Z-00000000\n", encoding="ascii")
    assert live.get() is served
    with pytest.raises(ArchiveBrokenError):
        LiveArchive(home).get()


def test_requests_from_many_threads_never_fail_while_generations_change(
    tmp_path: Path, built: tuple[Path, Path]
) -> None:
    live = LiveArchive(publish(tmp_path / "home", built[0]), connections=2)
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
        for number in range(20):
            publish(tmp_path / "home", built[number % 2], f"generation-{number}")
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not failures
