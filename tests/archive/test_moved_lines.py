"""A corrected line that moved: the line that is in its place now is not corrected in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.model import Document, Kind, Note
from archive.readers import plain, read
from archive.sidecar import save, sidecar_path, with_texts
from archive.sources import SourceFile, scan

LINES = ["县城见闻", "街上的派出所换了新的门牌。", "门牌背后的事，说来话长。", "老所长说门牌是大家挂的。"]


def taken(folder: Path) -> tuple[dict[str, Kind], list[Note]]:
    (source,) = (one for one in scan(folder) if isinstance(one, SourceFile))
    items = list(read(source))
    pieces = [piece for one in items if isinstance(one, Document) for piece in one.pieces]
    return {piece.text: piece.kind for piece in pieces}, [one for one in items if isinstance(one, Note)]


@pytest.mark.parametrize(
    ("name", "number", "long"), [("甲.txt", 5, False), ("甲.txt", 5, True), ("甲.md", 3, False)]
)
def test_a_line_that_moved_is_named_and_the_line_in_its_place_left(
    tmp_path: Path, name: str, number: int, long: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The paragraph that came to be in the place of a heading was one from then on."""
    if long:
        monkeypatch.setattr(plain, "LONG", 10)
    file = tmp_path / name
    file.write_text("\n\n".join(LINES), "utf-8")
    save(file, with_texts({"lines": {number: "heading"}}, {number: LINES[2]}))
    kinds, notes = taken(tmp_path)
    assert (kinds[LINES[2]], notes) == (Kind.HEADING, [])
    file.write_text("\n\n".join([*LINES[:1], "新加的一段话，在前面。", *LINES[1:]]), "utf-8")
    kinds, (note,) = taken(tmp_path)
    assert kinds[LINES[1]] is kinds[LINES[2]] is Kind.TEXT
    assert note.said == ("metadata.nowhere", str(number))


def test_a_correction_that_a_hand_wrote_holds_for_whatever_is_in_the_line(tmp_path: Path) -> None:
    file = tmp_path / "甲.txt"
    file.write_text("\n\n".join(LINES), "utf-8")
    sidecar_path(file).write_text('lines = {5 = "heading"}\n', "utf-8")
    kinds, notes = taken(tmp_path)
    assert (kinds[LINES[2]], notes) == (Kind.HEADING, [])
