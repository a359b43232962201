"""The list of the archive's words: what is in it, in which order, and what happens when it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import rebuild
from index.errors import ArchiveBrokenError
from index.generation import VOCABULARY, states
from index.generations import Home
from index.suggestions.vocabulary import Vocabulary, WordCounts


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A generation's folder."""
    texts = tmp_path / "texts"
    texts.mkdir()
    for number in range(3):
        text = "银行行长在银行。" + "银行职员也在。" * (number > 0) + "行长不在，Wifi不在。" * (number > 1)
        (texts / f"{number}.txt").write_text(text, "utf-8")
    home = Home(tmp_path / "home")
    rebuild(home, texts, engine="whoosh")
    name = home.current()
    assert name
    return home.generations / name


def test_a_word_is_in_the_lists_of_all_readings_of_its_ends(built: Path) -> None:
    vocabulary = Vocabulary(built / VOCABULARY)
    assert "银行" in vocabulary.beginning("yin")
    for syllable in ("xing", "hang"):
        assert "行长" in vocabulary.beginning(syllable)
        assert "银行" in vocabulary.ending(syllable)
    for syllable in ("chang", "zhang"):
        assert "行长" in vocabulary.ending(syllable)
    assert vocabulary.beginning("zhang") == []


def test_words_of_one_passage_are_in_that_of_a_small_archive(built: Path) -> None:
    assert Vocabulary(built / VOCABULARY).of_letters() == ["wifi"]


def test_the_first_words_are_read_without_the_others(tmp_path: Path) -> None:
    words = [chr(0x4E00 + number) * 8 for number in range(500)]
    line = (" ".join(words) + "\n").encode()
    path = tmp_path / "words"
    path.write_bytes(f"# juanzong vocabulary\tyi {len(line)}\n".encode() + line)
    vocabulary = Vocabulary(path)
    for most in (1, 2, 7, 8, 9, 499, 500, 501):
        assert vocabulary.beginning("yi", most) == words[:most]


@pytest.mark.parametrize("damage", ["", "nonsense", "# juanzong vocabulary\tyi 9\n一", "\xff\n"])
def test_a_damaged_list_is_a_named_error(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "words"
    path.write_bytes(damage.encode("latin-1", "ignore") if damage == "\xff\n" else damage.encode())
    with pytest.raises(ArchiveBrokenError, match="words"):
        Vocabulary(path)


def test_a_damaged_word_is_a_named_error(tmp_path: Path) -> None:
    """The sizes of the lists were right, so suggestions ended in a UnicodeDecodeError."""
    path = tmp_path / "words"
    path.write_bytes(b"# juanzong vocabulary\tyi 7\n\xe4\xb8\x80\xe4 \xff\n")
    with pytest.raises(ArchiveBrokenError, match="damaged"):
        Vocabulary(path).beginning("yi")


def test_a_lock_file_of_an_engine_is_no_part_of_a_generation(tmp_path: Path) -> None:
    """tantivy's watcher may take its lock once more after the index was closed.

    A lock file that came between the end of writing and the manifest was listed there, was gone a
    moment later, and the archive was refused as damaged: one build in fifty, on a busy machine.
    """
    (tmp_path / ".tantivy-meta.lock").touch()
    (tmp_path / "texts").touch()
    assert set(states(tmp_path)) == {"texts"}


def test_of_very_many_words_the_frequent_ones_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """All words of an archive are more than the memory of a build has room for: rare ones go first."""
    monkeypatch.setattr("index.suggestions.vocabulary.MOST", 10)
    counts = WordCounts({f"词{number}": number for number in range(1, 11)})
    counts.trim()
    assert len(counts) == 10
    counts.update({"新词"})
    counts.trim()
    assert dict(counts) == {f"词{number}": number for number in range(6, 11)}
