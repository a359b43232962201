"""The files of a source folder in the order of the archive, and notes on what is not read.

The order is that of the paths, part by part; in a name, runs of digits count as numbers, and so do Chinese
numerals after 第 or 卷: ``第二回`` comes before ``第十回``, ``2.txt`` before ``10.txt``.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from errno import ENAMETOOLONG
from functools import partial
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from archive.described import NOTHING, Described
from archive.errors import SourceError, out_of_files_named, said
from archive.file_names import name_key, portable
from archive.folder import SETTINGS, SIDECAR, TABLE, Folder
from archive.formats import format_of
from archive.messages import note
from archive.model import Note
from archive.patient import gives_nothing, patiently

Entry: TypeAlias = os.DirEntry[str]

# What must not be printed as it is: control characters, bytes that are not UTF-8 (PEP 383), line separators,
# and the marks that turn the direction of writing and so disguise a name.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
# Made by editors, offices and systems beside the texts: a~, #a#, ~$a, Thumbs.db, __MACOSX, @eaDir.
_LEFTOVER = re.compile(
    r".*~|#.*#|~\$.*|.*\.(bak|swp|tmp)|thumbs\.db|desktop\.ini|__macosx|@eadir", re.IGNORECASE | re.DOTALL
)
_PARTS_OF_PAGE = re.compile("(.+)[_.]files", re.DOTALL)
# What to do with a file of a format that is not read.
_SAVE = " Save it as .txt if it is a text."
_ADVICE = (
    (frozenset([".rar", ".7z", ".gz", ".bz2", ".xz"]), " Unpack it."),
    (
        frozenset([".jpg", ".jpeg", ".png", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".djvu"]),
        " A picture of a text has to be recognised (OCR) first, and saved as .txt.",
    ),
    (
        frozenset([".mobi", ".azw", ".azw3", ".fb2", ".chm", ".lit"]),
        " Convert it to .epub, with Calibre perhaps.",
    ),
    (frozenset([".eml", ".mbox", ".msg", ".pst"]), " Save the mails as .html, .mht or .txt."),
    (
        frozenset([".caj", ".kdh", ".nh", ".ofd", ".xps"]),
        " Save or print it as .pdf, whose text can be marked.",
    ),
    (frozenset([".numbers"]), " Export it as .xlsx."),
    (frozenset([".key"]), " Export it as .pptx."),
    (frozenset([".tex", ".rst", ".org", ".adoc"]), " Convert it to .html or .md, with pandoc perhaps."),
    (frozenset([".mp3", ".wav", ".m4a", ".mp4", ".avi", ".mov", ".mkv", ".exe", ".dll"]), ""),
)


class SourceFile(Struct, frozen=True):
    """A file of a format that is read.

    Attributes:
        location: its path, which may hold what is not UTF-8 (surrogate escapes); a scan gives a string, a
            quarter of the memory of a Path.
        relative: the path inside the source folder with ``/`` between its parts. A name that is not UTF-8 is
            read in the encoding in which it reads best. Bytes that read in none, control characters and marks
            that turn the direction of writing are written ``\\xff`` and ``\\u202e``, so that the name can be
            stored, printed and put into a link.
        size: in bytes, when the folder was scanned.
        mtime_ns: the time of the last change in nanoseconds since 1970, when the folder was scanned.
        described: what other files of the folder say of it.
    """

    location: Path | str
    relative: str
    size: int
    mtime_ns: int
    described: Described = NOTHING

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.location)


def scan(
    folder: Path, exclude: Collection[Path] = (), is_archive: Callable[[Path], bool] = lambda _: False
) -> Iterator[SourceFile | Note]:
    """Everything below ``folder``: files to read, notes on what is not read, in the order of the archive.

    Folders in ``exclude`` and what ``juanzong.toml`` leaves out are passed over in silence, other archives
    with a note. No text is opened and no symbolic link is followed. Raises ``SourceError`` if ``folder``
    cannot be read.
    """
    root = folder.resolve()
    try:
        stack = patiently(root / SETTINGS, partial(_entries, root, ""))
    except TimeoutError:
        raise gives_nothing(folder) from None
    except OSError as error:
        raise SourceError(
            shown(portable(os.fspath(folder))),
            said("cannot be read as a folder ({}).", error.strerror or error),
            hint="Name a folder that holds texts: juanzong rebuild FOLDER",
        ) from None
    about = Folder(root)
    about.enter("", _about(stack, ""))
    passed_over = [path.stat() for path in exclude if path.is_dir()]
    while stack:
        entry, relative = stack.pop()
        if (passed_over and _is_one_of(passed_over, entry)) or about.excludes(relative):
            continue
        if relative.endswith("\0"):  # see _entries
            relative = relative[:-1]
            yield note(relative, "odd_name.clash", left_out=True)
            continue
        if _UNPRINTABLE.search(name := portable(entry.name)):
            guessed, encoding = _read_name(name)
            if relative.endswith(shown(guessed)):
                yield note(relative, "odd_name.read", encoding)
            if _UNPRINTABLE.search(guessed) or not relative.endswith(shown(guessed)):
                yield note(relative, "odd_name.shown")
        path = Path(entry.path)
        inside = path / SETTINGS if entry.is_dir(follow_symlinks=False) else path  # it may be another drive
        try:
            found = patiently(inside, partial(_look, path, entry, relative, root, about, is_archive))
        except OSError as error:
            yield unreadable(relative, error)
            continue
        if isinstance(found, list):
            stack += found
        elif found is not None:
            yield found
    yield from about.notes
    yield from about.unused()


def _look(
    path: Path, entry: Entry, relative: str, root: Path, about: Folder, is_archive: Callable[[Path], bool]
) -> SourceFile | Note | list[tuple[Entry, str]] | None:
    """What an entry of a folder is: of a folder what is in it, None for what needs no word."""
    if _is_link(entry):
        return _link(path, relative, root)
    if not entry.is_dir(follow_symlinks=False):
        return _file(entry, relative, about)
    if is_leftover(entry.name):
        return note(relative, "hidden.folder")
    if is_archive(path):
        return note(relative, "archive")
    if _has_parts_of_page(path):
        return note(relative, "hidden.parts")
    inside = _entries(path, relative + "/")
    about.enter(relative + "/", _about(inside, relative + "/"))
    return inside


def _has_parts_of_page(folder: Path) -> bool:
    """Whether a browser saved a web page, and its pictures, scripts and advertisements here."""
    page = _PARTS_OF_PAGE.fullmatch(folder.name)
    return page is not None and any(
        Path(f"{folder.parent / page[1]}{end}").is_file() for end in (".html", ".htm")
    )


def _is_one_of(folders: Collection[os.stat_result], entry: Entry) -> bool:
    """Whether an entry is one of these folders, however their names are written on a disk without case."""
    with suppress(OSError):
        if entry.is_dir(follow_symlinks=False):
            found = Path(entry.path).stat()  # on Windows an entry does not know its own number
            return any(os.path.samestat(found, folder) for folder in folders)
    return False


def unreadable(relative: str, error: OSError) -> Note:
    """The note on a file or folder that the system would not give."""
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        return note(relative, "vanished", left_out=True)
    if isinstance(error, TimeoutError):
        return note(relative, "unreadable.stalled", left_out=True)
    if error.errno == ENAMETOOLONG:
        return note(relative, "unreadable.deep", left_out=True)
    reason = (error.strerror or str(error)).lower()
    step = "right" if isinstance(error, PermissionError) else "look"
    return note(relative, f"unreadable.{step}", reason, left_out=True)


@out_of_files_named()
def _entries(folder: Path, prefix: str) -> list[tuple[Entry, str]]:
    """What is in a folder, last first. A name that would be shown like another's ends with NUL here."""
    with os.scandir(folder) as listing:
        names = {portable(entry.name): entry for entry in listing}
    named = []
    # A name that is shown as it is has the right to it; the odd one has to step back.
    taken = set(names)
    for name in sorted(names, key=name_key, reverse=True):
        entry = names[name]
        label = shown(_read_name(name)[0])
        if label != name and label in taken:
            label = shown(name)
        clash = label != name and label in taken
        taken.add(label)
        named.append((entry, prefix + label + ("\0" if clash else "")))
    return named


def on_disk(folder: Path, relative: str) -> str:
    """The path in the folder that a scan gives as ``relative``: the names as the system has them."""
    names = list[str]()
    for part in relative.split("/"):
        here = folder.joinpath(*names)
        if not os.path.lexists(here / part) and here.is_dir():
            part = next((entry.name for entry, label in _entries(here, "") if label == part), part)
        names.append(part)
    return "/".join(names)


def _about(entries: list[tuple[Entry, str]], prefix: str) -> dict[str, Path]:
    """The files of a folder that say something of others, by their names."""
    named = ((relative.removeprefix(prefix), entry) for entry, relative in entries)
    return {
        name: Path(entry.path)
        for name, entry in named
        if (name == TABLE or name.endswith(SIDECAR)) and entry.is_file(follow_symlinks=False)
    }


def _file(entry: Entry, relative: str, about: Folder) -> SourceFile | Note | None:
    name = Path(portable(entry.name))
    if is_leftover(entry.name):
        return leftover_file(name.name, relative)
    status = entry.stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return note(relative, "special_file", left_out=True)
    if relative == SETTINGS or name.name == TABLE or name.name.endswith(SIDECAR):
        return None
    described = about.of(relative)
    if format_of(name.name, reader=described.reader) is None:
        return unknown_format(name.name, relative)
    return SourceFile(entry.path, relative, status.st_size, status.st_mtime_ns, described)


def leftover_file(name: str, relative: str) -> Note | None:
    """The note on a file that ``is_leftover``, if it might be a text: .DS_Store and its like need no word."""
    might_be_text = format_of(name.rstrip("~#")) or format_of(Path(name).stem)
    locked = name.startswith("~$")  # by Word, beside the document
    return note(relative, "hidden.file") if might_be_text and not locked else None


def unknown_format(name: str, relative: str) -> Note:
    """The note on a file of this name, which has no reader."""
    suffix = Path(name).suffix.lower()
    advice = next((step for endings, step in _ADVICE if suffix in endings), _SAVE)
    if suffix:
        return note(relative, "unknown_format.ending", shown(suffix), advice, left_out=True)
    return note(relative, "unknown_format.none", advice, left_out=True)


def _is_link(entry: Entry) -> bool:
    is_junction = getattr(entry, "is_junction", None)  # Windows, from Python 3.12
    return entry.is_symlink() or bool(is_junction and is_junction())


def _link(path: Path, relative: str, root: Path) -> Note:
    """A link is not followed. What it leads to inside of the folder is read there, so nothing is lost."""
    try:
        target = path.resolve(strict=True)
    except FileNotFoundError:
        return note(relative, "link.broken", left_out=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
        return note(relative, "link.loop")
    if not target.is_relative_to(root):
        return note(relative, "link.outside", left_out=True)
    if any(is_leftover(part) for part in target.relative_to(root).parts):
        return note(relative, "link.hidden", left_out=True)
    return note(relative, "link.inside")


def is_leftover(name: str) -> bool:
    """Whether a file or folder is hidden, or left behind by a system or an editor."""
    return name.startswith(".") or _LEFTOVER.fullmatch(name) is not None


def _read_name(name: str, *, slashes: bool = False) -> tuple[str, str]:
    """A name whose bytes are not UTF-8 as it reads in another encoding, and that; else the name as it is."""
    if not _NOT_UTF8.search(name):
        return name, "utf-8"
    from archive.decoding import text_of
    from archive.encoding_detection import Excerpt, likeliest

    data = name.encode("utf-8", "surrogateescape")
    encoding = likeliest([Excerpt(data)]).encoding
    text = text_of(data, encoding)
    if encoding.startswith("utf-") or _NOT_UTF8.search(text) or ("/" in text and not slashes):
        return name, "utf-8"
    return text, encoding


def names_of(raw: Sequence[bytes]) -> tuple[list[str], str]:
    """Names of one archive, which are in one encoding: as they read, and the encoding if it is not UTF-8."""
    text, encoding = _read_name(b"\n".join(raw).decode("utf-8", "surrogateescape"), slashes=True)
    return (text.split("\n") if raw else []), "" if encoding == "utf-8" else encoding


def shown(name: str) -> str:
    """A name as it can be stored, printed and put into a link."""
    return _UNPRINTABLE.sub(_escape, name)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        code -= 0xDC00  # the byte that is not UTF-8
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}"
