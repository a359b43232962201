"""What was read of complex files is kept by their content, in a folder that may be lost at any time."""

from __future__ import annotations

from pathlib import Path

import pytest
from archives import shown

from archive.model import Document, Note
from archive.readers import read
from archive.readers.extracted import mark
from archive.sources import SourceFile
from index.archive import Archive
from index.build import rebuild
from index.generations import Home
from index.ownership import EXTRACTS
from index.update import update

PAGE = "<h1>{0}</h1><p>县里的会议，开了三天，讨论了水利。</p>"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for number in range(3):
        write(folder, f"{number}.html", PAGE.format(f"第{number}页"))
    return folder


def write(folder: Path, name: str, content: str) -> Path:
    (folder / name).write_text(content, "utf-8")
    return folder / name


def kept(home: Path) -> dict[str, int]:
    return {path.name: path.stat().st_ino for path in (home / EXTRACTS).glob("?" * 32)}


def title(home: Path, name: str) -> str:
    with Archive.open(home) as archive:
        return shown(archive, name).title


def test_a_rebuild_reads_only_what_changed_and_forgets_what_is_gone(texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    rebuild(Home(home), texts, engine="whoosh")
    first = kept(home)
    assert len(first) == 3
    write(texts, "0.html", PAGE.format("改了"))
    (texts / "1.html").rename(texts / "9.html")
    rebuild(Home(home), texts, engine="whoosh")
    second = kept(home)
    assert len(second) == 3
    assert len(first.items() & second.items()) == 2
    assert [title(home, name) for name in ("0.html", "2.html", "9.html")] == ["改了", "第2页", "第1页"]


def test_an_update_keeps_what_it_reads(texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    rebuild(Home(home), texts, engine="whoosh")
    for number in range(30):
        write(texts, f"{number}.txt", "县里的会议。")
    rebuild(Home(home), texts, engine="whoosh")
    write(texts, "新.html", PAGE.format("新来的"))
    assert update(Home(home)).mode == "update"
    assert len(kept(home)) == 4


def test_what_is_kept_is_what_is_read_again_in_place_of_it(texts: Path, tmp_path: Path) -> None:
    """The extract that is kept is changed together with its digest: it is what is read."""
    folder = tmp_path / EXTRACTS
    folder.parent.mkdir(exist_ok=True)

    def items(name: str) -> list[Document | Note]:
        file = texts / name
        status = file.stat()
        return list(read(SourceFile(file, name, status.st_size, status.st_mtime_ns), kept=folder))

    write(texts, "菜单.html", "<nav><a href=x>首页</a> <a href=y>新闻</a></nav>" + PAGE.format("页"))
    fresh = items("菜单.html")
    assert items("菜单.html") == fresh
    (texts / "菜单.html").rename(texts / "另.html")
    (again,) = (item for item in items("另.html") if isinstance(item, Document))
    assert again.path == "另.html"
    assert {item.path for item in items("另.html") if isinstance(item, Note)} <= {"另.html"}
    (file,) = folder.glob("?" * 32)
    assert mark(folder).exists()
    for harm in (b"", file.read_bytes()[:-1], file.read_bytes()[:16] + b"\xc1", b"x" * 100):
        file.write_bytes(harm)
        assert [type(item) for item in items("另.html")] == [type(item) for item in fresh]
        assert file.read_bytes() != harm


def test_a_build_goes_on_where_nothing_can_be_kept(texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    rebuild(Home(home), texts, engine="whoosh")
    for path in (home / EXTRACTS).iterdir():
        path.unlink()
    (home / EXTRACTS).rmdir()
    write(home, EXTRACTS, "somebody's")
    rebuild(Home(home), texts, engine="whoosh")
    assert (home / EXTRACTS).read_text() == "somebody's"
    (home / EXTRACTS).unlink()
    (home / EXTRACTS).mkdir()
    write(home / EXTRACTS, "f" * 32, "somebody's")
    rebuild(Home(home), texts, engine="whoosh")
    assert [path.name for path in (home / EXTRACTS).iterdir()] == ["f" * 32]
    assert title(home, "1.html") == "第1页"


def test_a_failure_is_not_kept(texts: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    write(texts, "坏.docx", "no document")
    report = rebuild(Home(home), texts, engine="whoosh")
    assert [note.code for note in report.notes if note.left_out] == ["read_failed"]
    assert len(kept(home)) == 3
