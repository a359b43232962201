"""Writing the sidecar of a text, with the comments that its owner made in it. No original is touched."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import tomlkit

from archive.errors import SourceError, said
from archive.folder import SIDECAR, with_quoted_keys
from archive.replacing import replacing

_KNOWN_BY = 20
"""Characters by which a corrected line is known again."""

Changes: TypeAlias = Mapping[str, "str | Mapping[int, Any] | None"]
"""By field its value; ``lines``, ``joins``, ``order`` and ``text`` by line. None takes a value back."""


def sidecar_path(file: Path) -> Path:
    """The sidecar of a text."""
    return file.with_name(file.name + SIDECAR)


def save(file: Path, changes: Changes) -> bool:
    """Write changes into the sidecar of a text; whether there were any. Raises ``SourceError`` if the one
    that is there is not TOML, or a link, which no build follows.
    """
    path = sidecar_path(file)
    if path.is_symlink():
        raise SourceError(path.name, "it is a link", hint="Put the file itself there, or remove the link.")
    try:
        before = with_quoted_keys(path.read_bytes().decode("utf-8-sig")) if path.exists() else ""
        after = edited(before, changes)
        if after == before:
            return False
        with replacing(path) as new:
            new.write(after.encode())
    except (tomlkit.exceptions.ParseError, UnicodeDecodeError) as error:
        raise SourceError(path.name, said("it cannot be read: {}", error), hint="Mend it first.") from error
    except OSError as error:
        raise SourceError(path.name, error.strerror or str(error), hint="May you write there?") from error
    return True


def with_texts(changes: Changes, texts: Mapping[int, str]) -> Changes:
    """The changes, with how the lines begin that they are for: a line that moved is not another one."""
    kept: dict[int, str | None] = {}
    for name in ("lines", "joins", "order"):
        change = changes.get(name)
        for line, value in change.items() if isinstance(change, Mapping) else ():
            if value is not None:
                kept[line] = texts[line][:_KNOWN_BY]
                if name == "order":
                    kept[value] = texts[value][:_KNOWN_BY]
            else:
                kept.setdefault(line, None)
    return {**changes, "text": kept} if kept else changes


def edited(text: str, changes: Changes) -> str:
    """The text of a sidecar with changes."""
    document: Any = tomlkit.parse(text)
    for name, change in changes.items():
        if not isinstance(change, Mapping):
            _set(document, name, change)
            continue
        table = document.get(name)
        if table is None and any(value is not None for value in change.values()):
            table = document[name] = tomlkit.table()
        for line, value in change.items() if table is not None else ():
            _set(table, str(line), value)
        if table is not None and not table:
            del document[name]
    return tomlkit.dumps(document)


def _set(table: Any, name: str, value: Any) -> None:
    if value is None:
        table.pop(name, None)
    elif table.get(name) != value:
        table[name] = value
