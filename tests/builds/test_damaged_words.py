"""A damaged list of words is named, and a rebuild makes it anew instead of handing it on."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from building import ENGINES, text, write

from index.analysis.segmenters import WordList, WordsError
from index.build import rebuild
from index.building import pipeline
from index.building.pipeline import Division
from index.check import check
from index.generation import WORDS
from index.generations import Home
from index.update import update

NewHome = Callable[[str], Home]


def zeros_in_the_middle(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes(2000) + data[middle + 2000 :]


def not_utf8(data: bytes) -> bytes:
    return b"".join(data[i : i + 999] + b"\xff" for i in range(0, len(data), 1000))


def cut_off(data: bytes) -> bytes:
    return data[: len(data) // 2]


def empty(data: bytes) -> bytes:
    return b""


DAMAGES = (zeros_in_the_middle, not_utf8, cut_off, empty)


def words_of(home: Home) -> Path:
    name = home.current()
    assert name is not None
    return home.generations / name / WORDS


def damage(path: Path, how: Callable[[bytes], bytes]) -> bytes:
    """Damage a file that is hard-linked to others; returns what it held."""
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(how(data))
    return data


@pytest.mark.parametrize("how", DAMAGES)
def test_a_rebuild_makes_damaged_words_anew(
    new_home: NewHome, tmp_path: Path, how: Callable[[bytes], bytes]
) -> None:
    """They were linked from one generation to the next, and the new manifest said that they were right."""
    home = new_home("home")
    folder = write(tmp_path / "texts", {"a.txt": text(random.Random(1))})
    rebuild(home, folder, engine=ENGINES[-1])
    good = damage(words_of(home), how)
    rebuild(home, folder)
    assert words_of(home).read_bytes() == good
    assert check(home, complete=True).findings == ()


def test_whole_words_are_handed_on_without_being_written_again(new_home: NewHome, tmp_path: Path) -> None:
    home = new_home("home")
    folder = write(tmp_path / "texts", {"a.txt": text(random.Random(1))})
    rebuild(home, folder)
    before = words_of(home).stat().st_ino
    rebuild(home, folder)
    assert words_of(home).stat().st_ino == before


def test_searching_with_damaged_words_is_a_named_error(new_home: NewHome, tmp_path: Path) -> None:
    """It was a traceback, of a UnicodeDecodeError."""
    home = new_home("home")
    rebuild(home, write(tmp_path / "texts", {"a.txt": text(random.Random(1))}))
    damage(words_of(home), lambda data: not_utf8(data)[: len(data)])
    with closing(home.open_current()) as generation, pytest.raises(WordsError, match="damaged") as failed:
        generation.analyzer.cut("派出所所长公安局天下大势")
    assert "juanzong rebuild" in failed.value.hint


@pytest.mark.parametrize("how", [not_utf8, empty])
def test_words_that_cannot_be_read_are_named_wherever_they_are_read(
    tmp_path: Path, how: Callable[[bytes], bytes]
) -> None:
    whole = WordList.of({"派出所": 5, "派出": 2, "天下": 7}, {"派": (-1.0, -2.0, -3.0, -4.0)})
    path = tmp_path / WORDS
    whole.write(path)
    damage(path, (lambda data: data[:-4] + b"\xff\n") if how is not_utf8 else how)
    with pytest.raises(WordsError, match=r"damaged|no list of words|cannot mmap an empty file"):
        list(WordList.open(path))


@pytest.mark.parametrize("divided", [Division(0), Division(1), Division(1, analysing=True)])
def test_an_update_with_damaged_words_rebuilds_and_says_why(
    new_home: NewHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, divided: Division
) -> None:
    home = new_home("home")
    chance = random.Random(2)
    folder = write(tmp_path / "texts", {f"{n}.txt": text(chance, 400) for n in range(20)})
    rebuild(home, folder, engine=ENGINES[-1])
    good = damage(words_of(home), lambda data: not_utf8(data)[: len(data)])
    write(folder, {"new.txt": text(chance, 900)})
    monkeypatch.setattr(pipeline, "division", lambda size: divided)
    monkeypatch.setattr(pipeline, "FEW", 1000)
    report = update(home)
    assert (report.mode, report.documents) == ("rebuild", 21)
    assert "words.txt of the archive is damaged" in report.engine_reason
    assert words_of(home).read_bytes() == good
    assert check(home, complete=True).findings == ()
