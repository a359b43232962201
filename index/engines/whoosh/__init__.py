"""The embedded default engine: Whoosh, fed with ready-made tokens (``docs/making/engines.md``)."""

from __future__ import annotations

from pathlib import Path

from index.engines.base import Snapshot, Writer


class WhooshEngine:
    """Implements ``index.engines.base.Engine``. One process writes, whatever ``processes`` says."""

    def __init__(self) -> None:
        from whoosh import __version_str__

        self.version = str(__version_str__)

    def create(self, folder: Path, *, memory: int, new: bool = True, **_: int) -> Writer:
        """See ``Engine.create``."""
        from index.engines.whoosh.writer import WhooshWriter

        return WhooshWriter(folder, new=new, memory=memory)

    def update(self, folder: Path, *, memory: int, **_: int) -> Writer:
        """See ``Engine.update``."""
        return self.create(folder, memory=memory, new=False)

    def open(self, folder: Path) -> Snapshot:
        """See ``Engine.open``."""
        from index.engines.whoosh.snapshot import WhooshSnapshot

        return WhooshSnapshot(folder)
