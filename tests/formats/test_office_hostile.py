"""Files of office programs that mean harm are named; nothing is fetched, written, or read for long."""

from __future__ import annotations

import socket
import struct
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from office_files import WORD, p, table_of, word, zipped

from archive.model import Document, Note
from archive.readers import SourceReading
from archive.sources import SourceFile

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def read(file: Path) -> tuple[list[Document], list[str]]:
    """The documents of a file and the codes of the notes on it."""
    status = file.stat()
    found = list(SourceReading(SourceFile(file, file.name, status.st_size, status.st_mtime_ns)))
    notes = [str(one.said[0]) if one.said else one.code for one in found if isinstance(one, Note)]
    return [one for one in found if isinstance(one, Document)], notes


def opened(body: str, *, before: str = "") -> bytes:
    """A text of OpenDocument."""
    names = f'xmlns:office="{OFFICE}office:1.0" xmlns:text="{OFFICE}text:1.0" xmlns:table="{OFFICE}table:1.0"'
    content = f"{before}<office:document-content {names}><office:body><office:text>{body}</office:text>"
    return zipped({"content.xml": f"{content}</office:body></office:document-content>"}).getvalue()


def lying(data: bytes, size: int) -> bytes:
    """A package whose directory says that each of its members has so many bytes."""
    made = bytearray(data)
    place = made.find(b"PK\x01\x02")
    while place >= 0:
        made[place + 24 : place + 28] = struct.pack("<I", size)
        place = made.find(b"PK\x01\x02", place + 4)
    return bytes(made)


BOMB = '<!DOCTYPE a [<!ENTITY a "市市市市市市市市市市">' + "".join(
    f'<!ENTITY {after} "{f"&{before};" * 10}">' for before, after in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


@pytest.mark.parametrize("ending", ["docx", "odt", "xlsx"])
@pytest.mark.parametrize(("size", "code"), [(1 << 31, "read_failed.large"), (10, "read_failed.broken")])
def test_a_package_that_is_larger_than_is_sane_or_lies_is_named(
    tmp_path: Path, ending: str, size: int, code: str
) -> None:
    file = tmp_path / f"a.{ending}"
    if ending == "xlsx":
        table_of(file, ["东乡", "十二"])
    else:
        file.write_bytes(word(p("集市")).getvalue() if ending == "docx" else opened("<text:p>集市</text:p>"))
    file.write_bytes(lying(file.read_bytes(), size))
    documents, notes = read(file)
    assert (documents, notes) == ([], [code])


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(opened("<text:p>甲&i;乙</text:p>", before=BOMB))
    made = word(p("集市"))
    with zipfile.ZipFile(made) as package:
        members = {name: package.read(name) for name in package.namelist()}
    bomb = members["word/document.xml"].decode().replace("集市", "集&i;市")
    (tmp_path / "a.docx").write_bytes(zipped({**members, "word/document.xml": BOMB + bomb}).getvalue())
    for name in ("a.odt", "a.docx"):
        documents, notes = read(tmp_path / name)
        assert sum(len(piece.text) for one in documents for piece in one.pieces) < 20, notes
        assert documents or notes == ["read_failed.broken"]


def test_a_file_outside_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("机密", "utf-8")
    outside = f'<!DOCTYPE a [<!ENTITY a SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    (tmp_path / "a.odt").write_bytes(opened("<text:p>甲&a;乙</text:p>", before=outside))
    documents, _ = read(tmp_path / "a.odt")
    assert not any("机密" in piece.text for one in documents for piece in one.pieces)


def test_elements_nested_without_end_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.odt").write_bytes(opened("<text:span>" * 100_000))
    assert read(tmp_path / "a.odt") == ([], ["read_failed.broken"])
    deepest = "<w:tbl><w:tr><w:tc>" * 80 + p("底") + "</w:tc></w:tr></w:tbl>" * 80
    (tmp_path / "a.docx").write_bytes(word(deepest).getvalue())
    (document,), _ = read(tmp_path / "a.docx")
    assert [piece.text for piece in document.pieces] == ["底"]


def test_names_that_lead_out_of_the_package_lead_nowhere(tmp_path: Path) -> None:
    made = word(p("集市"))
    with zipfile.ZipFile(made, "a") as package:
        package.writestr("../../escaped.xml", "x")
        package.writestr("/word/escaped.xml", "x")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.docx").write_bytes(made.getvalue())
    (document,), notes = read(tmp_path / "in" / "a.docx")
    assert (document.pieces[0].text, notes) == ("集市", [])
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.docx"]


@contextmanager
def listening() -> Iterator[tuple[int, list[object]]]:
    """A port of this machine, and who asked there."""
    asked: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                asked.append(address)
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def test_a_remote_template_a_remote_picture_and_a_remote_part_are_not_fetched(tmp_path: Path) -> None:
    with listening() as (port, asked):
        address = f"http://127.0.0.1:{port}/x"
        made = word(p("集市") + '<w:altChunk r:id="remote"/>', settings='<w:attachedTemplate r:id="remote"/>')
        with zipfile.ZipFile(made) as package:
            members = {name: package.read(name) for name in package.namelist()}
        kinds = ("attachedTemplate", "styles", "footnotes", "image", "aFChunk")
        remote = "".join(
            f'<Relationship Id="remote{kind}" Type="x/{kind}" Target="{address}" TargetMode="External"/>'
            for kind in kinds
        )
        for name in ("word/_rels/document.xml.rels", "word/_rels/settings.xml.rels"):
            old = members.get(name, members["word/_rels/document.xml.rels"]).decode()
            members[name] = old.replace("</Relationships>", f"{remote}</Relationships>").encode()
        (tmp_path / "a.docx").write_bytes(zipped(dict(members)).getvalue())
        (tmp_path / "a.rtf").write_text(
            rf"{{\rtf1{{\*\template {address}}}a{{\field"
            rf'{{\*\fldinst INCLUDETEXT "{address}"}}{{\fldrslt b}}}}}}'
        )
        (tmp_path / "a.doc").write_text(
            f'<html><head><link rel="stylesheet" href="{address}"></head><body><p>c</p><img src="{address}">'
            f'<iframe src="{address}"></iframe></body></html>'
        )
        texts = {
            name: [q.text for d in read(tmp_path / name)[0] for q in d.pieces] for name in ("a.docx", "a.rtf")
        }
        read(tmp_path / "a.doc")
        assert texts == {"a.docx": ["集市"], "a.rtf": ["ab"]}
        assert asked == []


def test_a_sheet_that_says_that_it_is_huge_is_bounded(tmp_path: Path) -> None:
    cell = '<table:table-cell table:number-columns-repeated="10000"><text:p>格</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="10000">{cell}</table:table-row>'
    (tmp_path / "a.odt").write_bytes(opened(f"<table:table>{row}</table:table>"))
    (tmp_path / "a.ods").write_bytes(opened(f"<table:table>{row}</table:table>"))
    for name in ("a.odt", "a.ods"):
        documents, notes = read(tmp_path / name)
        assert documents or notes


def test_two_cells_at_the_corners_of_a_workbook_are_named_or_read(tmp_path: Path) -> None:
    table_of(tmp_path / "a.xlsx", ["东乡"])
    with zipfile.ZipFile(tmp_path / "a.xlsx") as package:
        members = {name: package.read(name) for name in package.namelist()}
    sheet = members["xl/sheet1.xml"].decode().replace('<c t="', '<c r="A1" t="').replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    )  # fmt: skip
    (tmp_path / "a.xlsx").write_bytes(zipped({**members, "xl/sheet1.xml": sheet}).getvalue())
    documents, notes = read(tmp_path / "a.xlsx")
    assert documents or notes in (["read_failed.crash"], ["read_failed.more_memory"], ["read_failed.broken"])


@pytest.mark.long
def test_a_table_of_ten_thousand_by_ten_thousand_cells_is_named_in_time(tmp_path: Path) -> None:
    row = "<w:tr>" + "<w:tc><w:p><w:r><w:t>格</w:t></w:r></w:p></w:tc>" * 10_000 + "</w:tr>"
    for number, rows in (("large", 10_000), ("fits", 900)):
        file = tmp_path / f"{number}.docx"
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package, package.open(
            "word/document.xml", "w", force_zip64=True
        ) as member:  # fmt: skip
            member.write(f'<w:document xmlns:w="{WORD}"><w:body><w:tbl>'.encode())
            for _ in range(rows):
                member.write(row.encode())
            member.write(b"</w:tbl></w:body></w:document>")
        began = time.monotonic()
        documents, notes = read(file)
        assert time.monotonic() - began < 30
        assert not documents
        assert notes[0] in (
            "read_failed.large",
            "read_failed.more_memory",
            "read_failed.time",
            "read_failed.text",
        )


def test_a_protected_workbook_is_named(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + "EncryptedPackage".encode("utf-16-le")
    (tmp_path / "a.docx").write_bytes(ole)
    assert read(tmp_path / "a.docx") == ([], ["read_failed.protected"])
    manifest = '<m xmlns:manifest="x"><manifest:encryption-data/></m>'
    (tmp_path / "a.odt").write_bytes(
        zipped({"META-INF/manifest.xml": manifest, "content.xml": b"\x01"}).getvalue()
    )
    assert read(tmp_path / "a.odt") == ([], ["read_failed.protected"])
