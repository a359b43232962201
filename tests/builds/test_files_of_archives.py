"""The report counts files of the folder: what is in a ZIP is a part of one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

from building import age, write

from archive.store import FileCounts
from index.archive import Archive
from index.build import rebuild
from index.generations import Home
from index.update import update


def test_a_member_that_is_not_read_makes_its_archive_partly_read(
    new_home: Callable[[str], Home], tmp_path: Path
) -> None:
    """Seven files were "8 files: 6 whole, 2 not read", and notes on members outlived their archive."""
    texts = {f"{number}.txt": f"第{number}号\n\n街上的派出所。\n" for number in range(20)}
    folder, home = write(tmp_path / "texts", texts | {"合集.zip.txt": "合集\n\n另一篇。\n"}), new_home("home")
    packed = folder / "合集.zip"
    with ZipFile(packed, "w") as archive:
        archive.writestr("第一回.txt", "第一回\n\n早市开了。\n")
        archive.writestr("附/图.png", b"\x89PNG")
        archive.writestr("附/表.xyz", b"?")
    age(folder)
    assert rebuild(home, folder).files == FileCounts(21, 1, 0)
    with ZipFile(packed, "w") as archive:
        archive.writestr("附/图.png", b"\x89PNG")
    update(home)
    with Archive.open(home.path) as opened:
        assert opened.generation.store.files() == FileCounts(21, 1, 0)  # the text is kept
    with ZipFile(packed, "w") as archive:
        archive.writestr("第一回.txt", "第一回\n\n早市又开了。\n")
    report = update(home)
    assert (report.mode, report.files, report.notes) == ("update", FileCounts(22, 0, 0), ())
