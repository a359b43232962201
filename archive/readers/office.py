"""Formats that LibreOffice opens (``.doc``, ``.wps``, ``.wpd``, ``.pages`` …), where it is installed.

It converts a copy of the file to OpenDocument, with a profile of its own in a temporary folder: without
macros, without links to other files, without a network.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from archive.errors import ReadError
from archive.own_process import Pulse, child_limits, child_seconds, patience, spent_by_children
from archive.patient import PATIENCE
from archive.readers import docx, html, odt, rtf
from archive.readers.extract import Extract

PAGE: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|meta|table)", re.IGNORECASE)
"""How a web page begins: programs export pages under the names of documents and workbooks."""

_SIGNS: Final = ((re.compile(rb"\s*\{\\rtf"), rtf), (re.compile(b"PK"), docx), (PAGE, html))
_HEAD: Final = 1000  # bytes
_TEXTS: Final = (".doc", ".dot", ".wps", ".wpt")
_SLIDES: Final = (".ppt", ".pptx", ".pps", ".ppsx", ".dps", ".key", ".sxi")
_MEMORY: Final = 1_000_000_000
"""Bytes of address space of LibreOffice, which takes nearly 500 MB of it before it begins to read."""
_AGAIN: Final = 81  # its status after it has made a profile
_SETTINGS: Final = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The document of a file. A file of another format under such a name is read as what it is."""
    begins = file.read(_HEAD)
    file.seek(0)
    ending = PurePosixPath(path).suffix.lower()
    for sign, reader in _SIGNS:
        if sign.match(begins) and ending in _TEXTS:
            yield from reader.extract(file, path, encoding)
            return
    with (
        TemporaryDirectory(prefix="juanzong-") as folder,
        converted(file, ending, Path(folder)).open("rb") as made,
    ):
        yield from odt.extract(made, path, encoding)


def converted(file: BinaryIO, ending: str, folder: Path) -> Path:
    """What LibreOffice makes of a file, in a folder that is nobody else's. Raises ``ReadError``."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise ReadError("converter")
    beside = Path(program).resolve().with_name("soffice.bin")  # what the script of Linux starts
    source, profile = folder / f"text{ending}", folder / "profile"
    with source.open("wb") as copy:
        shutil.copyfileobj(file, copy)
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_settings(), "utf-8")
    kind = "odp" if ending in _SLIDES else "odt"
    command = [str(beside if beside.exists() else program), f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--headless", "--norestore", "--nolockcheck", "--convert-to", kind]
    command += ["--outdir", str(folder / "made"), str(source)]
    for _ in range(2):
        if _ended(command, patience(PATIENCE, source.stat().st_size)) != _AGAIN:
            break
    made = folder / "made" / f"text.{kind}"
    if not made.exists():
        raise ReadError("converted")
    return made


def _ended(command: list[str], patience: float) -> int:
    """The status of a program at its end. Raises ``ReadError`` where it hangs, or takes all of its time."""
    silent = subprocess.DEVNULL
    seconds, before = child_seconds(), spent_by_children()
    begin = child_limits(_MEMORY, seconds)
    with subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent, preexec_fn=begin) as process:
        pulse = Pulse(process.pid)
        while True:
            try:
                status = process.wait(1)
                break
            except subprocess.TimeoutExpired as error:
                if pulse.still() >= patience:
                    process.kill()
                    raise ReadError("time") from error
    if status and seconds and spent_by_children() - before > seconds - 1:
        raise ReadError("time")
    return status


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry"'
        ' xmlns:xs="http://www.w3.org/2001/XMLSchema">' + items + "</oor:items>"
    )
