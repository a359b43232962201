"""What is said of a file from outside of it: patterns of its path, ``metadata.csv`` and its sidecar.

Later ones win: what the file itself says, a pattern of ``juanzong.toml``, ``metadata.csv`` (of the folders
from the top down, and in it row by row), the sidecar ``FILE.juanzong.toml``. A date that none of them gives
is guessed from the names of folders and of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from archive.digests import blake2b
from archive.fields import DETAILS, FIELDS, details, one_line_of_authors, own_fields
from archive.model import Document, Kind
from archive.text.dates import NUMBER, iso_date, read_date, written_date
from archive.text.eras import candidates, fold


class Value(Struct, frozen=True):
    """The value of a field, and the file and line that give it."""

    text: str
    origin: str


class SectionCorrection(Struct, frozen=True, forbid_unknown_fields=True):
    """What a section is called and by whom it is, instead of what its lines say."""

    heading: str | None = None
    author: str | None = None
    affiliation: str | None = None


class Corrections(Struct, frozen=True):
    """What a sidecar says of lines, by their numbers in the file, from 1.

    Attributes:
        lines: their kinds, as ``juanzong inspect`` names them; ``heading 2`` is a heading of the second rank.
        joins: whether a line goes on in the text above it.
        order: the line that a line is read before.
        text: how a line begins, or a part of it. Where another is there now, it is not corrected.
    """

    lines: dict[int, str] = {}
    joins: dict[int, bool] = {}
    order: dict[int, int] = {}
    sections: dict[int, SectionCorrection] = {}
    text: dict[int, str] = {}

    def named(self) -> set[int]:
        """The lines that are named."""
        return {*self.lines, *self.joins, *self.order, *self.order.values(), *self.sections}


def kind_of(text: str) -> tuple[Kind, int] | None:
    """The kind that a correction names, and the rank of a heading (``heading 2``), else 0."""
    found = re.fullmatch("([a-z]+)(?: ?([1-9]))?", text.strip().lower())
    if not found or found[1].upper() not in Kind.__members__ or (found[2] and found[1] != "heading"):
        return None
    return Kind[found[1].upper()], int(found[2] or 0)


class Described(Struct, frozen=True):
    """What is said of one file.

    Attributes:
        fields: by their names in ``archive.fields.FIELDS``, or of the owner's own.
        memory: megabytes that its reader may take.
        columns: the field of each column or key of the file that ``archive.fields`` does not name.
        members: of a document in the file, its id or a glob of ids, the fields; the later win.
        own: names of the user-defined fields, which a correction may set.
    """

    fields: dict[str, Value] = {}
    encoding: str | None = None
    reader: str | None = None
    corrections: Corrections = Corrections()
    columns: dict[str, str] = {}
    members: dict[str, dict[str, Value]] = {}
    own: tuple[str, ...] = ()
    memory: int | None = None

    def fields_of(self, document: Document) -> dict[str, Value]:
        """The fields of one document of the file."""
        fields = self.fields
        for target, said in self.members.items():
            if is_named(document, target):
                fields = fields | said
        return fields

    @property
    def digest(self) -> bytes:
        """Of all that changes what is read; empty where nothing is said."""
        if self == NOTHING:
            return b""
        values = sorted((name, value.text) for name, value in self.fields.items())
        said = [values, self.encoding, self.reader, self.corrections, self.columns, self.memory]
        for target, fields in self.members.items():
            said += [target, sorted((name, value.text) for name, value in fields.items())]
        return blake2b(msgspec.msgpack.encode(said), digest_size=16).digest()


NOTHING: Final = Described()


def is_named(document: Document, target: str) -> bool:
    """Whether a row for a member, a folder or a glob in an archive, or for a row or a record, means it."""
    ids = (document.id, f"{document.path}#{document.id}")
    return any(one == target or one.startswith(f"{target}/") or fnmatchcase(one, target) for one in ids)


def applied(document: Document, described: Described) -> Document:
    """The document with what is said of it from outside; its date is guessed where nothing gives one."""
    return with_fields(document, {name: value.text for name, value in described.fields_of(document).items()})


def with_fields(document: Document, said: Mapping[str, str]) -> Document:
    """The document with other values of its fields; a date that cannot be read changes nothing."""
    changes: dict[str, object] = {}
    if date := date_of(said.get("date", "")):
        changes |= {"date": date[0], "date_written": date[1], "date_guessed": False}
    elif document.date is None and (guessed := guessed_date(_path(document))):
        changes |= {"date": guessed, "date_guessed": True}
    if not said:
        return replace(document, **changes) if changes else document
    if title := said.get("title"):
        changes |= {"title": " ".join(title.split()), "title_is_derived": False}
    if collection := said.get("collection"):
        changes["collection"] = collection.strip("/")
    kept: dict[str, str | None] = {**document.details, **said}
    if author := one_line_of_authors(said.get("author", "")):
        # An affiliation that is not given is not that of another author.
        kept["affiliation"] = said.get("affiliation")
        changes["author"] = author
        if document.part.section == 0 and not document.part.continues and document.sections:
            lead = replace(document.sections[0], author=author, affiliation=said.get("affiliation"))
            changes["sections"] = (lead, *document.sections[1:])
    changes["details"] = details(kept)
    return replace(document, **changes)


ORIGINS: Final = ("the file", "guessed from the path", "the name of the file", "the folder of the file")


def origins(own: Document, described: Described) -> Iterator[tuple[str, str, str]]:
    """``(field, value, where it comes from)`` of a document: a file and its line, or one of ``ORIGINS``.
    ``own`` is the document as its file alone says it.
    """
    document, fields = applied(own, described), described.fields_of(own)
    for name in (*FIELDS, *own_fields(document.details)):
        in_details = name in DETAILS or name not in FIELDS
        value = document.details.get(name) if in_details else getattr(document, name)
        if not value:
            continue
        said = fields.get(name)
        if name == "date" and document.date_guessed:
            yield name, value, ORIGINS[1]
        elif name == "title" and document.title_is_derived:
            yield name, value, ORIGINS[2]
        elif said is None:
            yield name, value, ORIGINS[3 if name == "collection" else 0]
        else:
            yield name, value, said.origin


_COMPACT: Final = re.compile("([0-9]{4})([0-9]{2})([0-9]{2})")


def date_of(text: str) -> tuple[str, str | None] | None:
    """A date as ISO 8601, and as written where that differs; None where it cannot be read.

    A year of a reign is the Western year that it mostly falls into: it is shown as it is written.
    """
    text = text.strip()
    if not text:
        return None
    found = read_date(_COMPACT.sub(r"\1-\2-\3", text) if _COMPACT.fullmatch(text) else text)
    folded = "".join(fold(text).split())
    if found:
        return found
    iso = iso_date(folded)
    return (iso, text) if iso and (iso >= "1000" or candidates(folded)[0]) else None


_YEAR = "(1[0-9]{3}|20[0-9]{2})"
_DAY: Final = re.compile(
    f"(?:(?<![0-9A-Za-z])|^[A-Za-z]{{1,8}}){_YEAR}(?:([-._])([0-9]{{1,2}})\\2([0-9]{{1,2}})|([0-9]{{2}})([0-9]{{2}}))(?![0-9A-Za-z])"
)
_MONTH: Final = re.compile(f"(?<![0-9A-Za-z]){_YEAR}[-._]([0-9]{{1,2}})(?![0-9A-Za-z])")
_WRITTEN: Final = re.compile(
    f"(?<!第)(?:民[國国])?{NUMBER}{{1,4}}年(?:{NUMBER}{{1,3}}月(?:{NUMBER}{{1,3}}[日号號])?)?"
)
# In folders: 1998/11/05, 1998/11-05, 1998/1105, 199811/05, 1998年/3月/5日.
_NESTED: Final = re.compile(
    f"(?:^|/){_YEAR}年?(?:(?:[-._/]?(0[1-9]|1[0-2])|[-._/]([1-9])(?![0-9]))月?"
    "(?:(?:[-._/]?([0-2][0-9]|3[01])|[-._/]([1-9]))日?(?![0-9]))?(?![0-9])|(?=/))"
)
_ENDS_NESTED: Final = re.compile(
    "(?:[0-9]{1,2}(?:[-_.][0-9]{1,2})?日?|(?:0[1-9]|1[0-2])[0-3][0-9])(?:[-_.][0-9]+)?"
)
_SPREAD: Final = re.compile(f"(?<=[年月国國])/(?={NUMBER})")
"""Between folders that make one date: 民國三十八年/三月/十二日."""


def _path(document: Document) -> str:
    """The path of the document: of a member of an archive that in the archive too."""
    inside = document.id.startswith(f"{document.path}/")
    return document.id if inside else document.path


@lru_cache(maxsize=256)
def guessed_date(path: str) -> str | None:
    """The date that the names of a file and of its folders give, the most precise; None where none does.

    1998-11-05, 19981105, 1998年11月5日, 民國三十八年, and folders 1998/11/05, 民國三十八年/三月.
    """
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    joined = _SPREAD.sub("", re.sub(f"(^|/){_YEAR}/(?={NUMBER}{{1,3}}月)", r"\1\2年", f"{folder}/{stem}"))
    found = [date for one in reversed(joined.split("/")) if (date := _in_name(one))]
    whole = f"{folder}/{stem}" if _ENDS_NESTED.fullmatch(stem) else f"{folder}/"
    found += (date for match in _NESTED.finditer(whole) if (date := _from_parts(match)))
    return max(found, key=len, default=None)


def _in_name(name: str) -> str | None:
    for pattern in (_DAY, _MONTH):
        for match in pattern.finditer(name):
            if date := _from_parts(match):
                return date
    return next((date for match in _WRITTEN.finditer(name) if (date := written_date(match.group()))), None)


def _from_parts(match: re.Match[str]) -> str | None:
    year, *rest = (part for part in match.groups() if part and part.isdigit())
    date = read_date("-".join([year, *(part.zfill(2) for part in rest)]))
    return date and date[0]
