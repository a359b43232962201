"""Old formats through LibreOffice: ended in time, nothing left behind, named where it is missing."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from pathlib import Path

import pytest
from office_files import p, texts, word

from archive.described import Described
from archive.errors import ReadError
from archive.messages import note_in
from archive.model import Note
from archive.readers import SourceReading, apart, office
from archive.readers.apart import close
from archive.sources import SourceFile


def fake(folder: Path, script: str) -> None:
    """A LibreOffice that does what a script says."""
    folder.mkdir()
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_without_libreoffice_the_file_is_named_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    file = tmp_path / "a.doc"
    file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(2000))
    status = file.stat()
    close()  # the process of readers that has the old PATH
    (found,) = SourceReading(SourceFile(file, file.name, status.st_size, status.st_mtime_ns))
    close()
    assert isinstance(found, Note)
    assert found.left_out
    assert "Install it, or save the file as .docx or .odt" in found.message
    assert "请安装" in note_in("zh", found)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec sleep 60", "time"),
        ("exit 1", "converted"),
        ("kill -9 $$", "converted"),
        ("exit 81", "converted"),
    ],
)
def test_a_libreoffice_that_hangs_or_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    fake(tmp_path / "bin", script)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(office, "PATIENCE", 1)
    with pytest.raises(ReadError) as caught:
        list(office.extract(io.BytesIO(b"\xd0\xcf\x11\xe0"), "a.doc", None))
    assert caught.value.reason == reason
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_a_libreoffice_that_takes_all_of_its_time_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # LibreOffice catches the signal of its limit and aborts: the file was called damaged.
    fake(tmp_path / "bin", "trap 'kill -6 $$' XCPU; while :; do :; done")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.setattr(apart, "SECONDS", 1)
    file = tmp_path / "a.doc"
    file.write_bytes(b"\xd0\xcf\x11\xe0")
    close()
    (found,) = apart.extracts("office", file, file.stat(), "a.doc", None)
    close()
    assert isinstance(found, Note)
    assert found.said == ("read_failed.time",)


@pytest.mark.skipif(sys.platform != "linux", reason="the shell is to say its limits")
def test_libreoffice_has_limits_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake(tmp_path / "bin", f"ulimit -t > {tmp_path / 'said'}; ulimit -v >> {tmp_path / 'said'}; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin")
    file = tmp_path / "a.doc"
    file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(5_000_000))
    for memory, kilobytes in ((None, 976_562), (2000, 1_953_125)):
        close()
        list(apart.extracts("office", file, file.stat(), "a.doc", None, Described(memory=memory)))
        seconds, space = map(int, (tmp_path / "said").read_text().split())
        # 36, less what its reader took: it once had that too, and all that the reader took for other files.
        assert 30 <= seconds <= 35
        assert space == kilobytes
    close()


def test_what_only_has_an_old_name_is_read_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # and without LibreOffice
    page = "<html><body><p>集市</p></body></html>".encode()
    for data in (rb"{\rtf1\ansi\ansicpg936 \'bc\'af\'ca\'d0\par}", word(p("集市")).getvalue(), page):
        (found,) = office.extract(io.BytesIO(data), "a.doc", None)
        assert texts(found) == ["集市"]
