"""Archives of files: each member is read as if it were in the folder, and nothing in them leads out of it."""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from pathlib import Path

import pytest
from fuzzing import damaged, fuzzed, try_all
from printing import drawn, hand_made

from archive.model import Document, Note
from archive.readers import SourceReading, packed
from archive.sources import SourceFile, scan
from index.archive import Archive
from index.build import rebuild
from index.requests import SearchRequest

SPRING = "初春的周口，阳光明媚，莺飞草长。\n\n绿油油的麦田一望无际，孕育着一派丰收的希望。\n"
FILES = {
    "第十回.txt": SPRING.encode(),
    "第二回.txt": "第二回\n\n派出所是公安机关最基层的单位。\n".encode("gb18030"),
    "附/记录.jsonl": json.dumps({"id": "甲", "title": "记录", "text": "做好群众工作。"}).encode() + b"\n",
    "附/画.png": b"\x89PNG",
    "附/印.pdf": hand_made(drawn("执法是公安工作的生命线。", 50, 700)),
    "__MACOSX/._第十回.txt": b"\0\5\x16\7",
    "附/~$稿.txt": b"",
}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: dict[str, bytes], mode: str = "w", encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    form = tarfile.PAX_FORMAT if encoding == "utf-8" else tarfile.GNU_FORMAT
    with tarfile.open(fileobj=out, mode=mode, encoding=encoding, format=form) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def read(file: Path, data: bytes | None = None) -> tuple[list[Document], list[Note]]:
    if data is not None:
        file.write_bytes(data)
    status = file.stat()
    items = list(SourceReading(SourceFile(file, file.name, status.st_size, status.st_mtime_ns)))
    return [one for one in items if isinstance(one, Document)], [
        one for one in items if isinstance(one, Note)
    ]


def told(notes: list[Note]) -> list[tuple[str, str]]:
    return [(note.path, str(note.said[0])) for note in notes]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("书.zip", zipped(FILES)),
        ("书.ZIP", zipped(FILES, zipfile.ZIP_LZMA)),
        ("书.tar", tarred(FILES)),
        ("书.tar.gz", tarred(FILES, "w:gz")),
        ("书.tgz", tarred(FILES, "w:gz")),
        ("书.tar.bz2", tarred(FILES, "w:bz2")),
        ("书.txz", tarred(FILES, "w:xz")),
    ],
)
def test_each_member_is_read_by_the_reader_of_its_ending(tmp_path: Path, name: str, data: bytes) -> None:
    documents, notes = read(tmp_path / name, data)
    assert [one.id for one in documents] == [
        f"{name}/第二回.txt",
        f"{name}/第十回.txt",
        f"{name}/附/印.pdf",
        "甲",
    ]
    assert {one.path for one in documents} == {name}
    assert [one.collection for one in documents] == [name, name, f"{name}/附", f"{name}/附"]
    assert documents[0].encoding == "gb18030"
    assert told(notes) == [
        (f"{name}/__MACOSX", "hidden.folder"),
        (f"{name}/附/画.png", "unknown_format.ending"),
    ]


def test_members_are_found_and_cited_in_an_archive(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "书.zip").write_bytes(zipped(FILES))
    (folder / "文.txt").write_text(SPRING, "utf-8")
    report = rebuild(tmp_path / "home", folder, engine="whoosh")
    assert report.documents == 5
    with Archive.open(tmp_path / "home") as archive:
        (hit,) = archive.search(SearchRequest("生命线", match="exact")).hits
        assert (hit.document.id, hit.document.path) == ("书.zip/附/印.pdf", "书.zip")
        hits = archive.search(SearchRequest("莺飞草长", match="exact")).hits
        assert {hit.document.id for hit in hits} == {"书.zip/第十回.txt", "文.txt"}
    before = report.documents
    assert rebuild(tmp_path / "home", folder, engine="whoosh").documents == before


def test_what_was_read_of_members_is_kept(tmp_path: Path) -> None:
    file, kept = tmp_path / "a.zip", tmp_path / "kept"
    file.write_bytes(zipped(FILES))
    status = file.stat()
    source = SourceFile(file, file.name, status.st_size, status.st_mtime_ns)
    first = list(SourceReading(source, kept=kept))
    assert len([one for one in kept.iterdir() if one.suffix != ".mark"]) == 1  # the PDF
    assert list(SourceReading(source, kept=kept)) == first


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-8"])
def test_old_names_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    names = (
        ["會議記錄/第二次會議.txt", "會議記錄/許功蓋.txt"]
        if encoding == "big5"
        else ["会议记录/第二次会议.txt"]
    )
    raw = [name.encode(encoding) for name in names]
    stand_ins = {f"{n}{'x' * (len(one) - 1)}": SPRING.encode() for n, one in enumerate(raw)}
    data = zipped(stand_ins)
    for name, one in zip(stand_ins, raw, strict=True):
        data = data.replace(name.encode(), one)
    for file, made in (
        ("a.zip", data),
        ("a.tar", tarred(dict.fromkeys(names, SPRING.encode()), "w", encoding)),
    ):
        documents, notes = read(tmp_path / file, made)
        assert sorted(one.id for one in documents) == sorted(f"{file}/{name}" for name in names)
        assert told(notes) == ([] if encoding == "utf-8" else [(file, "odd_name.read")])


@pytest.mark.skipif(not shutil.which("zip"), reason="needs zip")
def test_what_the_usual_program_writes_is_read(tmp_path: Path) -> None:
    for name in ("甲.txt", "密.txt"):
        (tmp_path / name).write_text(SPRING, "utf-8")
    subprocess.run(["zip", "-q", "a.zip", "甲.txt"], cwd=tmp_path, check=True)
    subprocess.run(["zip", "-q", "-P", "x", "a.zip", "密.txt"], cwd=tmp_path, check=True)
    documents, notes = read(tmp_path / "a.zip")
    assert [one.id for one in documents] == ["a.zip/甲.txt"]
    assert told(notes) == [("a.zip/密.txt", "read_failed.protected")]


def test_names_that_lead_out_are_read_under_others(tmp_path: Path) -> None:
    data = dict.fromkeys(("../../外.txt", "/etc/根.txt", "C:/盘.txt", "a/./b//c.txt"), SPRING.encode())
    for name, made in (("a.zip", zipped(data)), ("a.tar", tarred(data))):
        documents, notes = read(tmp_path / name, made)
        assert {one.id for one in documents} == {
            f"{name}/{n}" for n in ("外.txt", "etc/根.txt", "盘.txt", "a/b/c.txt")
        }
        assert [code for _, code in told(notes)] == ["odd_name.outside"] * 3
    assert {path.name for path in tmp_path.iterdir()} == {"a.zip", "a.tar"}


def test_names_of_windows_are_paths(tmp_path: Path) -> None:
    documents, _ = read(tmp_path / "a.zip", zipped({"书\\第一回.txt": SPRING.encode()}))
    assert [one.id for one in documents] == ["a.zip/书/第一回.txt"]


def test_links_and_devices_are_not_followed(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind, target in (
            ("链.txt", tarfile.SYMTYPE, "文.txt"),
            ("外.txt", tarfile.SYMTYPE, "../../etc/passwd"),
            ("硬.txt", tarfile.LNKTYPE, "文.txt"),
            ("管.txt", tarfile.FIFOTYPE, ""),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
        info = tarfile.TarInfo("文.txt")
        info.size = len(SPRING.encode())
        archive.addfile(info, io.BytesIO(SPRING.encode()))
    documents, notes = read(tmp_path / "a.tar", out.getvalue())
    assert [one.id for one in documents] == ["a.tar/文.txt"]
    assert sorted(told(notes)) == [
        ("a.tar/外.txt", "link.outside"),
        ("a.tar/硬.txt", "link.inside"),
        ("a.tar/管.txt", "special_file"),
        ("a.tar/链.txt", "link.inside"),
    ]


def test_an_archive_in_an_archive_is_read_and_one_in_that_is_named(tmp_path: Path) -> None:
    inner = zipped({"三.zip": zipped({"四.txt": SPRING.encode()}), "二.txt": SPRING.encode()})
    documents, notes = read(tmp_path / "a.tgz", tarred({"内.zip": inner}, "w:gz"))
    assert [one.id for one in documents] == ["a.tgz/内.zip/二.txt"]
    assert told(notes) == [("a.tgz/内.zip/三.zip", "unknown_format.nested")]


def test_bombs_are_named_and_the_rest_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "UNPACKED", 20_000_000)
    zeros = bytes(30_000_000)
    bomb = zipped({"a.txt": SPRING.encode(), "b.txt": zeros, "c.txt": SPRING.encode()})
    began = time.monotonic()
    documents, notes = read(tmp_path / "a.zip", bomb)
    assert [one.id for one in documents] == ["a.zip/a.txt", "a.zip/c.txt"]
    assert told(notes) == [("a.zip/b.txt", "read_failed.large")]
    _, notes = read(tmp_path / "a.tar.xz", tarred({"弹.txt": zeros}, "w:xz"))
    assert told(notes) == [("a.tar.xz", "read_failed.large")]
    many = {f"{n}.zip": zipped({f"{m}.txt": bytes(9_000_000) for m in range(2)}) for n in range(20)}
    documents, notes = read(tmp_path / "b.zip", zipped(many))
    assert "read_failed.large" in {code for _, code in told(notes)}
    assert time.monotonic() - began < 30


def test_damaged_members_are_named_and_the_others_are_read(tmp_path: Path) -> None:
    data = zipped({"甲.txt": SPRING.encode(), "乙.txt": SPRING.encode()}, zipfile.ZIP_STORED)
    documents, notes = read(tmp_path / "a.zip", data.replace("丰收".encode(), "歉收".encode(), 1))
    assert [one.id for one in documents] == ["a.zip/乙.txt"]
    assert told(notes) == [("a.zip/甲.txt", "read_failed.broken")]


@pytest.mark.parametrize(
    "data", [b"", b"PK", b"PK\3\4" + bytes(99), b"\x1f\x8b\x08" + bytes(9), SPRING.encode()]
)
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_what_is_no_archive_is_named(tmp_path: Path, name: str, data: bytes) -> None:
    documents, notes = read(tmp_path / name, data)
    assert (documents, [note.path for note in notes]) == ([], [name])


def test_an_archive_without_texts_says_so(tmp_path: Path) -> None:
    assert told(read(tmp_path / "a.zip", zipped({}))[1]) == [("a.zip", "empty.text")]


def test_archives_are_in_the_order_of_the_folder(tmp_path: Path) -> None:
    for name in ("b.zip", "a.txt", "c.tar.gz", "d.gz"):
        (tmp_path / name).write_bytes(b"")
    found = [item.relative if isinstance(item, SourceFile) else item.path for item in scan(tmp_path)]
    assert found == ["a.txt", "b.zip", "c.tar.gz", "d.gz"]


@fuzzed
def test_damaged_archives_are_read_or_named(tmp_path: Path, trials: int | None) -> None:
    small = {name: data for name, data in FILES.items() if not name.endswith(".pdf")}
    whole = [
        ("a.zip", zipped(small)), ("a.zip", zipped(small, zipfile.ZIP_STORED)), ("a.tar", tarred(small)),
        ("a.tar.gz", tarred(small, "w:gz")), ("a.tar.xz", tarred(small, "w:xz")),
    ]  # fmt: skip

    def trial(chance: random.Random) -> None:
        name, data = chance.choice(whole)
        documents, notes = read(tmp_path / name, damaged(chance, data))
        assert documents or notes
        assert {path.name for path in tmp_path.iterdir()} <= {name for name, _ in whole}

    try_all(trials, trial)


def test_many_members_take_time_in_proportion(tmp_path: Path) -> None:
    def seconds(count: int) -> float:
        data = zipped({f"{'a/' * 200}{n}.png": b"" for n in range(count)}, zipfile.ZIP_STORED)
        (tmp_path / "a.zip").write_bytes(data)
        began = time.process_time()
        read(tmp_path / "a.zip")
        return time.process_time() - began

    few, many = seconds(1000), seconds(8000)
    assert many < 30 * few


def test_inspect_shows_the_pieces_of_each_member(tmp_path: Path) -> None:
    """A member that is no text ended the inspection of the whole archive."""
    (tmp_path / "a.zip").write_bytes(zipped({**FILES, "第九回.txt": bytes(range(256)) * 9}))
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "inspect", tmp_path / "a.zip"],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "JUANZONG_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    # Below a member are its fields, further in.
    rows = [line.split("\t") for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert "        title: " in done.stdout
    assert [row[4] for row in rows if row[3] == "member"] == [
        *("a.zip/第二回.txt", "a.zip/第十回.txt", "a.zip/附/印.pdf", "甲"),
    ]
    assert ["1", "1", "text", "paragraph", "执法是公安工作的生命线。"] in rows
    assert "a.zip/附/画.png" in done.stderr
    assert "a.zip/第九回.txt: byte 0 is NUL" in done.stderr
