"""The engines by name, and which one ``auto`` takes. One line here makes a new engine known everywhere."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import cast

from msgspec import Struct

from archive.errors import said
from index.engines.base import Engine
from index.errors import EngineError, EngineMissingError

WHOOSH_BYTES = 300_000
"""Bytes of source files up to which ``auto`` takes Whoosh: a build of two seconds."""


class EngineEntry(Struct, frozen=True):
    """Where an engine lives, which library it needs, and how that is installed."""

    module: str
    factory: str
    library: str
    install: str


REMOTE = "opensearch"
"""The engine of archives that have an address."""

ENGINES: dict[str, EngineEntry] = {
    "whoosh": EngineEntry("index.engines.whoosh", "WhooshEngine", "whoosh", "pip install whoosh3"),
    "tantivy": EngineEntry("index.engines.tantivy", "TantivyEngine", "tantivy", "pip install tantivy"),
    REMOTE: EngineEntry(
        "index.engines.opensearch", "OpenSearchEngine", "opensearchpy", "pip install opensearch-py"
    ),
}


def installed(name: str) -> bool:
    """Whether the library of the engine ``name`` can be imported. Imports nothing."""
    entry = ENGINES.get(name)
    return entry is not None and find_spec(entry.library) is not None


def engine(name: str, address: str | None = None) -> Engine:
    """The engine called ``name``, imported only now, for the cluster at ``address``. Raises EngineError,
    EngineMissingError.
    """
    entry = _entry(name)
    factory = getattr(import_module(entry.module), entry.factory)
    return cast(Engine, factory(address) if name == REMOTE else factory())


def _entry(name: str) -> EngineEntry:
    entry = ENGINES.get(name)
    if entry is None:
        raise EngineError(
            name, "no engine has this name", hint=said("Choose one of: {}.", ", ".join(ENGINES))
        )
    if not installed(name):
        raise EngineMissingError(
            name,
            said("the library {} is not installed", entry.library),
            hint=said("Install it: {}", entry.install),
        )
    return entry


def choose(wanted: str, size: int) -> tuple[str, str]:
    """The engine for so many bytes of source files, and why, in a sentence. Raises EngineMissingError for one
    asked for by name.
    """
    if wanted != "auto":
        _entry(wanted)
        return wanted, ""
    megabytes = size / 1e6
    if size <= WHOOSH_BYTES:
        return "whoosh", said(
            "auto: up to {} kB of texts are built with Whoosh in seconds.", WHOOSH_BYTES // 1000
        )
    if installed("tantivy"):
        return "tantivy", said("auto: {:.1f} MB of texts are built faster with tantivy.", megabytes)
    return "whoosh", said(
        "auto: {:.1f} MB of texts would be built faster with tantivy, which is not installed ({}).",
        megabytes,
        ENGINES["tantivy"].install,
    )
