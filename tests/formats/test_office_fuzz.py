"""Mutations of files of office programs: whatever is in them, a reader gives lines or says why not."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from fuzzing import damaged, fuzzed, try_all
from office_files import converted

from archive.encoding import NotTextError
from archive.errors import ReadError
from archive.model import Note
from archive.readers import docx, odt, rtf, tables
from archive.readers.apart import extracts
from archive.readers.extract import Extract

PAGES = Path(__file__).parent / "pages"
Reader = Callable[[BinaryIO, str, str | None], Iterator[Extract]]
READERS: dict[str, Reader] = {
    "docx": docx.extract, "odt": odt.extract, "fodt": odt.extract, "rtf": rtf.extract, "xlsx": tables.extract,
    "ods": tables.extract, "xls": tables.extract, "csv": tables.extract,
}  # fmt: skip


@pytest.fixture(scope="module", params=READERS)
def seed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """An ending, and a good file of that format."""
    ending: str = request.param
    folder = tmp_path_factory.mktemp("seeds")
    source = PAGES / "market.fodt"
    if ending in ("xlsx", "ods", "xls", "csv"):
        source = folder / "market.csv"
        source.write_text("题名,日期,正文\n早市,1998-11-05,天还没亮。\n晚市,,床前明月光。\n", "utf-8")
    kept = source.suffix == f".{ending}"
    return ending, (source if kept else converted(source, ending, folder)).read_bytes()


def mutated(chance: random.Random, data: bytes) -> bytes:
    """The file with bytes changed: of the file itself, or of one member before it is packed."""
    if data[:2] != b"PK" or chance.random() < 0.2:
        return damaged(chance, data)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(made, "w") as packed:
        names = package.namelist()
        chosen = chance.choice([name for name in names if name.endswith(".xml")])
        for name in names:
            inside = package.read(name)
            packed.writestr(name, damaged(chance, inside) if name == chosen else inside)
    return made.getvalue()


@fuzzed
def test_only_read_errors_come_out(seed: tuple[str, bytes], trials: int | None, tmp_path: Path) -> None:
    ending, data = seed
    path = tmp_path / f"a.{ending}"

    def trial(chance: random.Random) -> None:
        if ending == "xls":  # its library is not Python's, and may end the process
            path.write_bytes(mutated(chance, data))
            for one in extracts("tables", path, path.stat(), path.name, None):
                assert isinstance(one, Note | Extract)
            return
        file = io.BytesIO(mutated(chance, data))
        try:
            for extract in READERS[ending](file, f"a.{ending}", None):
                for line in extract.lines:
                    assert "\n" not in line.text
                    assert all(0 <= start < end <= len(line.text) for start, end in line.asides)
        except (ReadError, NotTextError):
            pass

    try_all(trials and trials // 2, trial)
