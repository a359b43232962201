"""What a folder holds: its order, and what is said of what is not read. Real files, pipes and links."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.errors import SourceError
from archive.file_names import order_key
from archive.model import Note
from archive.sources import SourceFile, scan

ROOT = Path(__file__).resolve().parent.parent.parent


def files(folder: Path) -> list[str]:
    return [item.relative for item in scan(folder) if isinstance(item, SourceFile)]


def notes(folder: Path) -> list[tuple[str, str, bool]]:
    return [(n.path, n.code, n.left_out) for n in scan(folder) if isinstance(n, Note)]


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("字", encoding="utf-8")


def test_files_come_in_the_order_of_their_paths_with_numbers_as_numbers(tmp_path: Path) -> None:
    expected = [
        "2.txt", "10.txt", "b/第一回.txt", "b/第二回.txt", "b/第九回.txt", "b/第十回.txt", "b/第十一回.txt",
        "b/第二十回.txt", "b/第一百零二回.txt", "b/第一二〇回.txt", "b.txt", "卷2/甲.txt", "卷十/乙.jsonl",
        "卷十/甲.txt",
    ]  # fmt: skip
    shuffled = expected.copy()
    random.Random(3).shuffle(shuffled)
    write(tmp_path, *shuffled)
    assert files(tmp_path) == expected == sorted(expected, key=order_key)
    assert notes(tmp_path) == []


def test_a_file_has_its_size_and_time(tmp_path: Path) -> None:
    write(tmp_path, "a.TXT")
    (found,) = scan(tmp_path)
    status = (tmp_path / "a.TXT").stat()
    assert found == SourceFile(str(tmp_path / "a.TXT"), "a.TXT", 3, status.st_mtime_ns)


def test_unknown_formats_are_named_as_left_out(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.xyz", "sub/README")
    assert files(tmp_path) == ["a.txt"]
    assert notes(tmp_path) == [("b.xyz", "unknown_format", True), ("sub/README", "unknown_format", True)]
    messages = [item.message for item in scan(tmp_path) if isinstance(item, Note)]
    assert ".xyz" in messages[0]


def test_hidden_files_are_silent_unless_they_might_be_texts(tmp_path: Path) -> None:
    write(
        tmp_path, ".DS_Store", "Thumbs.db", "._a.txt", "a.txt~", "#a.txt#", "~$b.docx", "a.txt.bak",
        ".git/a.txt", "a.txt",
    )  # fmt: skip
    assert files(tmp_path) == ["a.txt"]
    assert sorted(notes(tmp_path)) == [
        (name, "hidden", False) for name in ("#a.txt#", "._a.txt", ".git", "a.txt.bak", "a.txt~")
    ]


def test_the_parts_of_a_saved_page_are_not_texts(tmp_path: Path) -> None:
    write(tmp_path, "页.html", "页_files/广告.html", "a.htm", "a.files/b.txt", "c_files/d.txt")
    assert files(tmp_path) == ["a.htm", "c_files/d.txt", "页.html"]
    assert notes(tmp_path) == [("a.files", "hidden", False), ("页_files", "hidden", False)]


def test_an_excluded_folder_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "var/generations/1/manifest.json")
    assert [
        item.relative for item in scan(tmp_path, exclude=[tmp_path / "var"]) if isinstance(item, SourceFile)
    ] == ["a.txt"]
    assert not [item for item in scan(tmp_path, exclude=[tmp_path / "var"]) if isinstance(item, Note)]


@pytest.fixture
def links(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    write(folder, "a.txt", ".hidden/b.txt", "sub/c.txt")
    write(tmp_path, "outside/d.txt")
    try:
        (folder / "loop").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system lets nobody make symbolic links")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "out.txt").symlink_to(tmp_path / "outside" / "d.txt")
    (folder / "outdir").symlink_to(tmp_path / "outside", target_is_directory=True)
    (folder / "again.txt").symlink_to("sub/c.txt")
    (folder / "gone.txt").symlink_to("nothing.txt")
    (folder / "hidden.txt").symlink_to(".hidden/b.txt")
    return folder


def test_no_link_is_followed_and_each_is_named(links: Path) -> None:
    assert files(links) == ["a.txt", "sub/c.txt"]
    assert [(path, left_out) for path, code, left_out in notes(links) if code == "link"] == [
        ("again.txt", False), ("gone.txt", True), ("hidden.txt", True), ("loop", False), ("out.txt", True),
        ("outdir", True), ("self.txt", False),
    ]  # fmt: skip


def test_a_source_folder_that_is_a_link_is_read(links: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(links, target_is_directory=True)
    assert files(tmp_path / "link") == ["a.txt", "sub/c.txt"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_and_sockets_are_named_and_never_waited_for(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    assert files(tmp_path) == ["a.txt"]
    assert notes(tmp_path) == [("pipe.txt", "special_file", True)]
    with tempfile.TemporaryDirectory() as short, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{short}/s.txt")  # the path of a socket has about 100 bytes
        assert notes(Path(short)) == [("s.txt", "special_file", True)]


def odd_names(folder: bytes) -> Iterator[tuple[bytes, str]]:
    for name, shown in (
        (b"\xff\xfe.txt", "\\xff\\xfe.txt"),
        ("行\n一.txt".encode(), "行\\x0a一.txt"),
        (b"\x1b[31m.txt", "\\x1b[31m.txt"),
        ("\u202egnp.txt".encode(), "\\u202egnp.txt"),
        (b"-rf.txt", "-rf.txt"),
        ("e\u0301.txt".encode(), "e\u0301.txt"),
        ("\u00e9.txt".encode(), "\u00e9.txt"),
        ("　全角 空格.txt".encode(), "　全角 空格.txt"),
        (("长" * 83).encode() + b".txt", "长" * 83 + ".txt"),
    ):
        try:
            with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123
                file.write("字".encode())
        except OSError:
            continue  # a file system that has no such names
        yield name, shown


def test_odd_names_are_read_and_shown_in_a_form_that_can_be_stored_and_printed(tmp_path: Path) -> None:
    made = list(odd_names(os.fsencode(tmp_path)))
    found = {item.relative: item for item in scan(tmp_path) if isinstance(item, SourceFile)}
    assert set(found) == {shown for _, shown in made}
    for name, shown in made:
        assert os.fsencode(found[shown].path.name) == name
        assert found[shown].path.read_bytes() == "字".encode()
        shown.encode("utf-8")
    odd = {path for path, code, left_out in notes(tmp_path) if code == "odd_name" and not left_out}
    assert odd == {shown for name, shown in made if "\\" in shown}


C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "utf-8"}


@pytest.mark.skipif(os.name == "nt", reason="names are characters on Windows, and no locale changes them")
def test_names_order_and_notes_do_not_depend_on_the_locale(tmp_path: Path) -> None:
    r"""Under ``LC_ALL=C``, as cron may run it, 国标.txt was ``\xe5\x9b…`` and its passages had other ids."""
    write(tmp_path, "第十回.txt", "第二回.txt", "国/国标.txt", "图.图片")
    script = (
        "import sys; from pathlib import Path; from archive.sources import scan\n"
        "for found in scan(Path(sys.argv[1])): print(getattr(found, 'relative', found))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script, tmp_path],
            env={**os.environ, "PYTHONPATH": str(ROOT), **locale},
            capture_output=True, encoding="utf-8", check=True,
        ).stdout
        for locale in ({"PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8"}, C_LOCALE)
    ]  # fmt: skip
    assert runs[0] == runs[1]
    assert [line for line in runs[1].splitlines() if line.endswith(".txt")] == [
        "国/国标.txt", "第二回.txt", "第十回.txt",
    ]  # fmt: skip
    assert "files that end in .图片" in runs[1]
    assert "odd_name" not in runs[1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_shown_like_anothers_steps_back_and_is_named(tmp_path: Path) -> None:
    write(tmp_path, "\\x0a.txt", "\n.txt")
    assert files(tmp_path) == ["\\x0a.txt"]
    (found,) = (item for item in scan(tmp_path) if isinstance(item, SourceFile))
    assert found.path.name == "\\x0a.txt"
    assert notes(tmp_path) == [("\\x0a.txt", "odd_name", True)]


def test_folders_nested_deeper_than_the_recursion_limit_are_read(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() + 100
    folder = tmp_path
    try:
        for _ in range(depth):
            folder = folder / "d"
            folder.mkdir()
            (folder / "a.txt").write_text("字", "utf-8")
    except OSError:
        pytest.skip("this system has no paths of that length")
    found = [item for item in scan(tmp_path) if isinstance(item, SourceFile)]
    for item in sorted(found, key=lambda item: -len(item.relative)):  # pytest could not take this away
        item.path.unlink()
        item.path.parent.rmdir()
    assert len(found) == depth


def test_a_folder_that_is_not_there_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read as a folder") as caught:
        list(scan(tmp_path / "没有"))
    assert caught.value.hint
    write(tmp_path, "a.txt")
    with pytest.raises(SourceError):
        list(scan(tmp_path / "a.txt"))


def test_a_folder_that_vanishes_during_the_scan_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b/c.txt")
    found = scan(tmp_path)
    first = next(found)
    (tmp_path / "b" / "c.txt").unlink()
    (tmp_path / "b").rmdir()
    rest = list(found)
    assert isinstance(first, SourceFile)
    assert [(n.path, n.code, n.left_out) for n in rest if isinstance(n, Note)] == [("b", "vanished", True)]


def run_without_rights(code: str, folder: Path) -> str:
    """Run ``code`` as a user to whom permissions apply, which they do not to root."""
    drop = ""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        import pwd

        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            pytest.skip("permissions do not apply to root, and there is no user nobody to run as")
        drop = f"import os; os.setgroups([]); os.setgid({nobody.pw_gid}); os.setuid({nobody.pw_uid})"
        for parent in (folder, *folder.parents):
            if parent == Path(tempfile.gettempdir()) or parent == Path("/"):
                break
            parent.chmod(0o755)
    elif os.name == "nt":
        pytest.skip("Windows has other permissions")
    # Everything is imported before the rights are given up: the tree may be in a folder closed to others.
    script = f"""
import sys; sys.path.insert(0, {os.fspath(ROOT)!r})
from pathlib import Path
from archive.sources import scan
import archive.readers, archive.readers.plain, archive.readers.jsonl, archive.readers.record
from archive.messages import catalogue; catalogue("en")
from archive.readers import read
{drop}
folder = Path({os.fspath(folder)!r})
{code}
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_may_not_be_read_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    write(tmp_path, "a.jsonl", "closed/b.txt", "secret.jsonl")
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "x"}\n', "utf-8")
    (tmp_path / "closed").chmod(0)
    (tmp_path / "secret.jsonl").chmod(0)
    code = """
for item in scan(folder):
    for found in [item] if hasattr(item, "code") else read(item):
        print(getattr(found, "code", "document"), found.path, getattr(found, "left_out", ""))
"""
    try:
        output = run_without_rights(code, tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
    assert output.splitlines() == [
        "document a.jsonl ",
        "unreadable closed True",
        "unreadable secret.jsonl True",
    ]
