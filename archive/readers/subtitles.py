"""The reader of subtitles (SRT, WebVTT, ASS, SSA) and of lyrics with times (LRC).

The time of a cue is its place, as a page's number is. What shows a cue in italics or in a corner is left out.
A speaker (``<v 甲>``, the name of an ASS line) leads the line. A cue goes on with the one before only where
that one ends with a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import BinaryIO, Final

from archive.damage import encoding_notes
from archive.encoding import decode
from archive.errors import ReadError
from archive.model import Kind
from archive.readers.extract import Extract, TextLine

_TIME: Final = "(?:[0-9]{1,3}:)?[0-9]{1,2}:[0-9]{2}"
_CUE: Final = re.compile(f"^\\s*({_TIME})(?:[.,][0-9]{{1,3}})?\\s*-->\\s*{_TIME}", re.MULTILINE)
_SUNG: Final = re.compile(f"^\\[({_TIME})[^\\]\n]*\\](?:\\s*\\[[0-9:.]+\\])*(.*)", re.MULTILINE)
_SONG: Final = re.compile("^\\[(ti|ar):[ \t]*([^\\]\n]*\\S)[ \t]*\\]", re.MULTILINE)
_SPEAKER: Final = re.compile("<v(?:\\.[^\\s>]*)?\\s+([^>]{1,60})>")
_TAG: Final = re.compile("</?[A-Za-z0-9][^<>]{0,200}>|\\{\\\\[^{}]{0,500}\\}")
_DRAWING: Final = re.compile("\\{[^}]*\\\\p[1-9]")
_DASH: Final = re.compile("[-–—－]\\s*\\S")
_NUMBER: Final = re.compile("(?:^|\n)[ \t]*[0-9]+\\s*$")
_COMMAS: Final = "，、,"
_LARGEST: Final = 100_000_000


def extract(file: BinaryIO, path: str, encoding: str | None) -> Iterator[Extract]:
    """The one document of a file of subtitles. Raises ``ReadError`` where no cue is in it."""
    data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ReadError("large", _LARGEST // 1_000_000)
    decoded = decode(data, encoding)
    text = "\n".join(decoded.text.splitlines())
    metadata, cues = _lyrics(text) if path.lower().endswith(".lrc") else _ass(text)
    cues = cues or list(_timed(text))
    if not cues:
        raise ReadError("broken", "no subtitle has a time")
    lines: list[TextLine] = []
    said = ""
    for time, cue in cues:
        lines.append(TextLine(time, Kind.PAGE))
        for line in _said(cue):
            goes_on = said[-1:] in (*_COMMAS,) and line[-1:] != "：" and not _DASH.match(line)
            lines.append(TextLine(line, Kind.TEXT, continues=bool(said) and goes_on))
            said = line
    yield Extract(tuple(lines), metadata, tuple(encoding_notes(decoded, path)))


def _timed(text: str) -> Iterator[tuple[str, list[str]]]:
    """The cues of SRT and WebVTT: a line with times, and the lines up to a blank one or to the next cue."""
    times = list(_CUE.finditer(text))
    web = text.lstrip("\ufeff").startswith("WEBVTT")
    for index, found in enumerate(times):
        end = times[index + 1].start() if index + 1 < len(times) else len(text)
        below = text[text.find("\n", found.end()) + 1 : end] if "\n" in text[found.end() : end] else ""
        if web:
            cue = re.split("\n[ \t]*\n", below.lstrip("\n"), maxsplit=1)[0].split("\n")
            yield found[1], [unescape(_SPEAKER.sub("\\1：", line)) for line in cue]
        else:
            yield found[1], (_NUMBER.sub("", below) if index + 1 < len(times) else below).split("\n")


def _lyrics(text: str) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """Title and singer, and the lines in the order of their times; one that returns is read once."""
    named = {{"ti": "title", "ar": "author"}[key]: value for key, value in _SONG.findall(text)}
    return named, _in_time((time, [line]) for time, line in _SUNG.findall(text))


def _in_time(cues: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    return sorted(cues, key=lambda cue: cue[0].zfill(9))


def _ass(text: str) -> tuple[dict[str, str], list[tuple[str, list[str]]]]:
    """The title and the cues of ASS and SSA, in the order of their times."""
    if "[Events]" not in text:
        return {}, []
    title = re.search("^Title:[ \t]*(\\S.*)$", text, re.MULTILINE)
    events = text[text.index("[Events]") :].split("\n")
    names = next((line[7:] for line in events if line.startswith("Format:")), "")
    fields = [name.strip().lower() for name in names.split(",")]
    cues = []
    for line in events:
        values = line.removeprefix("Dialogue:").split(",", len(fields) - 1)
        if not line.startswith("Dialogue:") or len(values) < len(fields):
            continue
        row = dict(zip(fields, map(str.strip, values), strict=True))
        time, said = row.get("start", "").partition(".")[0], row.get("text", "")
        if re.fullmatch(_TIME, time) and not _DRAWING.search(said):
            speaker = f"{row['name']}：" if row.get("name") else ""
            cues.append((time, (speaker + said.replace("\\h", " ")).replace("\\n", "\\N").split("\\N")))
    ignored = ("Default Aegisub file", "Untitled", "<untitled>")
    name = title[1].strip() if title else ""
    return {"title": name} if name and name not in ignored else {}, _in_time(cues)


def _said(cue: list[str]) -> list[str]:
    """The lines of a cue without tags: one, unless they are in two scripts or of two speakers."""
    lines: list[str] = []
    for line in cue:
        line = " ".join(_TAG.sub("", line).split())
        if not line:
            continue
        if lines and not _DASH.match(line) and lines[-1].isascii() == line.isascii():
            lines[-1] += (" " if line.isascii() else "") + line
        else:
            lines.append(line)
    return lines
