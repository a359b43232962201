"""What files in a folder of texts say of the others: ``juanzong.toml``, ``metadata.csv``, sidecars."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from fnmatch import translate
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from archive.described import NOTHING, Corrections, Described, Value, date_of, kind_of
from archive.encoding import canonical, decode
from archive.errors import JuanzongError
from archive.fields import FIELDS, NAMES, mark_of, may_be_own
from archive.formats import FORMATS, format_of
from archive.messages import Notes, note
from archive.model import Kind, Note
from archive.patient import open_file

SETTINGS: Final = "juanzong.toml"
TABLE: Final = "metadata.csv"
SIDECAR: Final = ".juanzong.toml"

_COLUMNS: Final = NAMES | dict.fromkeys(("path", "路径", "路徑", "文件", "檔案", "文件名", "檔名"), "path")
_BARE_KEY: Final = re.compile(r"^([ \t]*)((?![A-Za-z0-9_-]+[ \t]*=)\w[\w-]*)(?=[ \t]*=)", re.MULTILINE)
_LOOKED_AT: Final = 20  # rows, for the mark between cells
_GLOB: Final = re.compile(r"[*?\[]")
_PLACEHOLDER: Final = re.compile(r"\\\{(\w+)\\\}")

T = TypeVar("T")


class FolderSettings(Struct, frozen=True):
    """``juanzong.toml`` at the top of a folder of texts. Globs are of paths; ``*`` passes ``/``.

    Attributes:
        exclude: globs of what is left out.
        patterns: of paths, with the names of fields in braces, ``year``, ``month`` and ``day``.
        readers: by glob the reader of a format (``plain``, ``jsonl`` …), whatever the ending.
        memory: by glob the megabytes that the reader of a file may take.
        fields: names of the owner's own fields.
        columns: of tables of texts, the field of each column that is named otherwise.
        words, variants: the user's dictionary and pairs of variant characters: files, from the folder.
    """

    exclude: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    readers: dict[str, str] = {}
    encodings: dict[str, str] = {}
    memory: dict[str, Annotated[int, Meta(ge=100, le=64_000)]] = {}
    fields: tuple[str, ...] = ()
    columns: dict[str, str] = {}
    words: str | None = None
    variants: str | None = None


class _Row(Struct):
    line: int
    target: str
    fields: dict[str, str]
    used: bool = False


class _Table(Struct, frozen=True):
    """A ``metadata.csv``: its rows by paths and folders, by globs, and by the file in which they name one."""

    path: str
    rows: list[_Row]
    exact: dict[str, list[int]] = {}
    globs: list[tuple[re.Pattern[str], int]] = []
    inside: dict[str, list[int]] = {}

    def of(self, relative: str) -> Iterator[_Row]:
        """The rows of a file, in their order."""
        found = [number for glob, number in self.globs if glob.fullmatch(relative)]
        above = relative
        while above:
            found += self.exact.get(above, ())
            above = above.rpartition("/")[0]
        for number in sorted(found):
            self.rows[number].used = True
            yield self.rows[number]


class Folder:
    """A folder of texts while it is scanned."""

    def __init__(self, root: Path) -> None:
        self.notes: list[Note] = []
        self.settings = FolderSettings()
        self._tables: dict[str, _Table] = {}
        self._sidecars: dict[str, Path] = {}
        if (data := self._read(SETTINGS, root / SETTINGS)) is not None:
            self.settings, notes = settings_of(data)
            self.notes += notes
        self._names = (*FIELDS, *self.settings.fields)
        self._columns = {name: name for name in self.settings.fields} | self.settings.columns
        self._excluded = [_glob(glob) for glob in self.settings.exclude]
        self._readers = [(_glob(glob), name) for glob, name in self.settings.readers.items()]
        self._encodings = [(_glob(glob), name) for glob, name in self.settings.encodings.items()]
        self._memory = [(_glob(glob), size) for glob, size in self.settings.memory.items()]
        self._patterns = [_path_pattern(pattern) for pattern in self.settings.patterns]

    def enter(self, prefix: str, files: Mapping[str, Path]) -> None:
        """Take in what the files of a folder, by their names, say of others. ``prefix`` is "" or "a/b/"."""
        table = files.get(TABLE)
        if table is not None and (data := self._read(prefix + TABLE, table)) is not None:
            self._tables[prefix], notes = _table(prefix + TABLE, data, self.settings.fields)
            self.notes += notes
        for name, path in files.items():
            if name.endswith(SIDECAR):
                self._sidecars[prefix + name.removesuffix(SIDECAR)] = path

    def _read(self, relative: str, path: Path) -> bytes | None:
        """What is in a file; None where it is not there, is a link, or cannot be read, which is noted."""
        if path.is_symlink():
            return None
        try:
            with open_file(path) as file:  # a pipe is empty, and not waited for
                return file.read()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            self.notes.append(note(relative, "metadata.syntax", error.strerror or str(error)))
            return None

    def excludes(self, relative: str) -> bool:
        """Whether the owner leaves out a file or a folder."""
        return any(glob.fullmatch(relative) for glob in self._excluded)

    def of(self, relative: str) -> Described:
        """What is said of a file."""
        fields: dict[str, Value] = {}
        members: dict[str, dict[str, Value]] = {}
        for pattern in self._patterns:
            if match := pattern.fullmatch(relative):
                fields |= {n: Value(v, SETTINGS) for n, v in self._of_path(match.groupdict()).items()}
                break
        if self._tables:
            above = [relative[: place + 1] for place, c in enumerate(relative) if c == "/"]
            for prefix in ("", *above):
                if (table := self._tables.get(prefix)) is not None:
                    for row in table.of(relative[len(prefix) :]):
                        origin = f"{table.path}:{row.line}"
                        fields |= {name: Value(value, origin) for name, value in row.fields.items()}
                    for number in table.inside.get(relative[len(prefix) :], ()):
                        row = table.rows[number]
                        row.used = True
                        said = {n: Value(v, f"{table.path}:{row.line}") for n, v in row.fields.items()}
                        members[prefix + row.target] = members.get(prefix + row.target, {}) | said
        corrections = Corrections()
        path = self._sidecars.pop(relative, None)
        if path is not None and (data := self._read(relative + SIDECAR, path)) is not None:
            said, corrections, notes = sidecar_of(relative + SIDECAR, data, self.settings.fields)
            fields |= said
            self.notes += notes
        reader = next((name for glob, name in self._readers if glob.fullmatch(relative)), None)
        encoding = next((name for glob, name in self._encodings if glob.fullmatch(relative)), None)
        memory = next((size for glob, size in self._memory if glob.fullmatch(relative)), None)
        found = format_of(relative, reader=reader)
        columns = self._columns if found is not None and found.keyed else {}
        described = Described(fields, encoding, reader, corrections, columns, members, memory=memory)
        return NOTHING if described == NOTHING else described

    def _of_path(self, found: Mapping[str, str]) -> dict[str, str]:
        """The fields that a pattern found in a path; year, month and day are the date."""
        fields = {name: text for name, text in found.items() if name in self._names}
        parts = (found[name].removesuffix(unit) + unit for name, unit in _UNITS.items() if name in found)
        if "date" not in fields and "year" in found:
            fields["date"] = "".join(parts)
        if (date := date_of(fields.get("date", ""))) is None:
            fields.pop("date", None)
        elif all(found.get(name, "0").isascii() for name in _UNITS):
            fields["date"] = date[0]
        return fields

    def concerns(self, one: Note) -> bool:
        """Whether a note is on more than rows of tables that are for other files."""
        rows = (row for table in self._tables.values() if table.path == one.path for row in table.rows)
        return all(row.used for row in rows if row.line == one.line)

    def unused(self) -> Iterator[Note]:
        """On rows and sidecars that no file of the folder was for."""
        for table in self._tables.values():
            limit = Notes(table.path)
            for row in table.rows:
                if not row.used:
                    yield from limit.pass_on(note(table.path, "metadata.unused", row.target, line=row.line))
            yield from limit.rest()
        for relative in self._sidecars:
            yield note(relative + SIDECAR, "metadata.sidecar", relative)


def top_of(file: Path, remembered: Path | None = None) -> Path:
    """The folder of texts of a file: with ``juanzong.toml``, the remembered one, with a table, or its own."""
    if found := [folder for folder in file.parents if (folder / SETTINGS).is_file()]:
        return found[0]
    if remembered is not None and remembered in file.parents:
        return remembered
    return next((folder for folder in reversed(file.parents) if (folder / TABLE).is_file()), file.parent)


def about(file: Path, top: Path) -> tuple[str, Described, list[Note]]:
    """The path of a file in its folder of texts, what is said of it there, and what is wrong with that."""
    folder, relative = Folder(top), file.relative_to(top).as_posix()
    for above in reversed(file.relative_to(top).parents):
        here = (top / above / TABLE, top / above / (file.name + SIDECAR))
        prefix = "" if above == Path() else f"{above.as_posix()}/"
        folder.enter(prefix, {path.name: path for path in here if path.is_file()})
    described = replace(folder.of(relative), own=folder.settings.fields)
    return relative, described, [one for one in folder.notes if folder.concerns(one)]


def settings_of(data: bytes) -> tuple[FolderSettings, list[Note]]:
    """``juanzong.toml``, without what is wrong in it, and notes on that."""
    found, notes = _strict(SETTINGS, data, get_type_hints(FolderSettings, include_extras=True))
    readers = [one.reader for one in FORMATS]
    for glob, name in list(found.get("readers", {}).items()):
        if name not in readers:
            notes.append(_unknown(SETTINGS, name, readers, _line(data, glob)))
            del found["readers"][glob]
    for glob, name in list(found.get("encodings", {}).items()):
        try:
            canonical(name)
        except JuanzongError as error:
            notes.append(note(SETTINGS, "metadata.value", glob, str(error), line=_line(data, glob)))
            del found["encodings"][glob]
    for name in found.get("fields", ()):
        if not may_be_own(name):
            notes.append(note(SETTINGS, "metadata.field", name, line=_line(data, name)))
    found["fields"] = tuple(name for name in found.get("fields", ()) if may_be_own(name))
    names = [*FIELDS, *found["fields"]]
    for column, name in list(found.get("columns", {}).items()):
        if name not in (*names, "id", "text"):
            notes.append(_unknown(SETTINGS, name, names, _line(data, column), "own"))
            del found["columns"][column]
    names += _UNITS
    for pattern in found.get("patterns", ()):
        for name in re.findall(r"\{(.*?)\}", pattern):
            if name not in names:
                notes.append(_unknown(SETTINGS, name, names, _line(data, pattern), "own"))
    return FolderSettings(**found), notes


def sidecar_of(
    path: str, data: bytes, own: Iterable[str] = ()
) -> tuple[dict[str, Value], Corrections, list[Note]]:
    """The fields and the corrections of a sidecar, and notes on what is wrong in it."""
    names = (*FIELDS, *own)
    found, notes = _strict(path, data, dict.fromkeys(names, Any) | get_type_hints(Corrections))
    fields: dict[str, Value] = {}
    for name in names:
        if name in found:
            text, line = str(found.pop(name)).strip(), _line(data, name)
            if name == "date" and date_of(text) is None:
                notes.append(note(path, "metadata.date", text, line=line))
            elif text:
                fields[name] = Value(text, f"{path}:{line}" if line else path)
    for number, kind in list(found.get("lines", {}).items()):
        if kind_of(kind) is None:
            notes.append(_unknown(path, kind, [one.label for one in Kind], _line(data, f"{number}")))
            del found["lines"][number]
    return fields, Corrections(**found), notes


def with_quoted_keys(text: str) -> str:
    """TOML in which a key of Chinese characters had no quotes."""
    return _BARE_KEY.sub(r'\1"\2"', text)


def _strict(path: str, data: bytes, types: Mapping[str, Any]) -> tuple[dict[str, Any], list[Note]]:
    """The values of a TOML file that are of their types, and notes on the others."""
    try:
        found = tomllib.loads(with_quoted_keys(data.decode("utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        line = re.search(r"at line (\d+)", str(error))
        return {}, [note(path, "metadata.syntax", str(error), line=int(line[1]) if line else None)]
    values: dict[str, Any] = {}
    notes: list[Note] = []
    for name, value in found.items():
        if name not in types:
            key = "unknown" if path == SETTINGS else "own"
            notes.append(_unknown(path, name, list(types), _line(data, name), key))
            continue
        try:
            values[name] = value if types[name] is Any else msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as error:
            notes.append(note(path, "metadata.value", name, str(error), line=_line(data, name)))
    return values, notes


def _unknown(path: str, name: str, known: Collection[str], line: int | None, key: str = "unknown") -> Note:
    if near := get_close_matches(name, known, 1, 0.5):
        return note(path, f"metadata.{key}_near", name, near[0], line=line)
    names = dict.fromkeys(known.values()) if isinstance(known, dict) else known
    return note(path, f"metadata.{key}", name, ", ".join(names), line=line)


def _line(data: bytes, name: str) -> int | None:
    """The line of a file on which a key or a value is named first, from 1."""
    lines = data.decode("utf-8", "replace").splitlines()
    key = re.compile(rf"""\s*\[?["']?{re.escape(name)}["']?\s*[]=]""")
    found = [number for number, line in enumerate(lines, 1) if key.match(line)]
    found += (number for number, line in enumerate(lines, 1) if name in line)
    return found[0] if found else None


def _table(path: str, data: bytes, own: Iterable[str]) -> tuple[_Table, list[Note]]:
    notes: list[Note] = []
    try:
        text = decode(data).text
        head = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark_of(head))
        header = next((row for cells in rows if any(row := [cell.strip() for cell in cells])), [])
        known = _COLUMNS | {name.casefold(): name for name in own}
        columns = [known.get(name.casefold()) for name in header]
        for name, column in zip(header, columns, strict=True):
            if column is None and name:
                notes.append(_unknown(path, name, known, rows.line_num, "own"))
        if "path" not in columns:
            return _Table(path, []), [*notes, note(path, "metadata.no_path", line=max(1, rows.line_num))]
        table = _Table(path, [], {}, [], {})
        for row in rows:
            given = {c: v.strip() for c, v in zip(columns, row, strict=False) if c and v.strip()}
            target = given.pop("path", "").replace("\\", "/").removeprefix("./").strip("/")
            says = bool(target and given)
            if (date := given.get("date")) and date_of(date) is None:
                notes.append(note(path, "metadata.row_date", target, date, line=rows.line_num))
                del given["date"]
            if says:
                if _GLOB.search(target):
                    table.globs.append((_glob(target), len(table.rows)))
                table.exact.setdefault(target, []).append(len(table.rows))
                for end in re.finditer("[/#]", target):
                    if format_of(target[: end.start()]):
                        table.inside.setdefault(target[: end.start()], []).append(len(table.rows))
                table.rows.append(_Row(rows.line_num, target, given))
    except (csv.Error, JuanzongError) as error:
        return _Table(path, []), [*notes, note(path, "metadata.syntax", str(error))]
    return table, notes


def _glob(glob: str) -> re.Pattern[str]:
    """A glob of paths; what names a folder is all that is in it."""
    glob = glob.replace("\\", "/").removeprefix("./").strip("/").replace("**/", "*")
    return re.compile(f"{translate(glob)}|{translate(glob + '/*')}")


def _path_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of paths as a regular expression, from the end of the path; the ending may be left out."""
    body = re.escape(pattern.strip("/")).replace(r"\*", "[^/]*")
    body = _PLACEHOLDER.sub(lambda name: f"(?P<{name[1]}>{_DIGITS.get(name[1], '')}[^/]+?)", body)
    ending = "" if "." in pattern.rpartition("/")[2].rpartition("}")[2] else r"(?:\.[^./]+)?"
    return re.compile(f"(?:.*/)?{body}{ending}")


_DIGITS: Final = {"year": "[0-9]{4}|", "month": "[0-9]{1,2}|", "day": "[0-9]{1,2}|"}
_UNITS: Final = {"year": "年", "month": "月", "day": "日"}
