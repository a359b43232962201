"""The embedded default engine: Whoosh, with a codec and a way of scoring of our own. Runs wherever Python
runs.

``docs/engines.md`` describes the index on disk and how it is read.
"""

from __future__ import annotations

from pathlib import Path

from index.engines.base import Capabilities, Snapshot, Writer


def _version() -> str:
    from whoosh import __version_str__

    return str(__version_str__)


class WhooshEngine:
    """Implements ``index.engines.base.Engine``."""

    def __init__(self) -> None:
        self.capabilities = Capabilities("whoosh", _version())

    def create(self, folder: Path, *, memory: int, processes: int) -> Writer:
        """See ``Engine.create``."""
        from index.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder, new=True, memory=memory, processes=processes)

    def update(self, folder: Path, *, memory: int, processes: int) -> Writer:
        """See ``Engine.update``."""
        from index.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder, new=False, memory=memory, processes=processes)

    def open(self, folder: Path) -> Snapshot:
        """See ``Engine.open``."""
        from index.engines.whoosh.snapshot import WhooshSnapshot

        return WhooshSnapshot(folder)
