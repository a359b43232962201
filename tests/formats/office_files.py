"""Documents of office programs: made by hand where no program here writes them."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from archive.model import Note
from archive.readers import docx
from archive.readers.extract import Extract, TextLine

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def zipped(members: dict[str, str | bytes]) -> io.BytesIO:
    """A ZIP file with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    file.seek(0)
    return file


def word(body: str, *, namespace: str = WORD, title: str = "", **parts: str) -> io.BytesIO:
    """A Word document with this body; ``parts`` are the insides of styles, numbering, footnotes, header …"""
    relations, members = "", dict[str, str | bytes]()
    for name, inside in parts.items():
        root = "hdr" if name == "header" else name
        relations += f'<Relationship Id="{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>'
        members[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{namespace}">{inside}</w:{root}>'
    return zipped({
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r"'
        f' Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{namespace}" xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        f' xmlns:r="{_OFFICE}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>',
        "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title><dc:creator>Administrator</dc:creator></c>",
        **members,
    })  # fmt: skip


def p(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph of Word; a run that is no element is plain text."""
    inside = "".join(one if one.startswith("<") else r(one) for one in runs)
    style = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p><w:pPr>{style}{properties}</w:pPr>{inside}</w:p>"


def r(text: str, properties: str = "") -> str:
    """A run of Word."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def read_word(file: io.BytesIO) -> Extract:
    """What the reader of Word documents gives."""
    (found,) = docx.extract(file, "a.docx", None)
    return found


def texts(found: Extract) -> list[str]:
    """The texts of the lines."""
    return [line.text for line in found.lines]


def kinds(found: Extract) -> list[tuple[str, int, str]]:
    """The kinds, the ranks and the texts of the lines; ``""`` for no kind."""
    return [(line.kind.label if line.kind else "", line.rank, line.text) for line in found.lines]


def without_asides(line: TextLine) -> str:
    """The text of a line as it is read."""
    text, place = "", 0
    for start, end in line.asides:
        text += line.text[place:start]
        place = end
    return text + line.text[place:]


def codes(notes: tuple[Note, ...]) -> list[str]:
    """What notes are about, with the reason."""
    return [str(one.said[0]) for one in notes]


def converted(source: Path, ending: str, folder: Path, *options: str) -> Path:
    """The file that LibreOffice makes of another, without its window and with settings of its own."""
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", "--headless", profile, *options, "--convert-to", ending]
    subprocess.run(
        [*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=120
    )
    return folder / f"{source.stem}.{ending.partition(':')[0]}"


def table_of(file: Path, *rows: list[str]) -> None:
    """Write a workbook of Excel with one sheet, its texts in place."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    cells = ("".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) for row in rows)
    sheet = "".join(f'<row r="{number}">{one}</row>' for number, one in enumerate(cells, 1))
    relation = f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" Type="{_OFFICE}/'
    sheets = '<sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets>'
    file.write_bytes(zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'{relation}officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{_OFFICE}">{sheets}</workbook>',
        "xl/_rels/workbook.xml.rels": f'{relation}worksheet" Target="sheet1.xml"/></Relationships>',
        "xl/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }).getvalue())  # fmt: skip
