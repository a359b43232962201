"""The index as a ``whoosh.index.Index``: for whoever wants to use Whoosh's readers, searchers or writer on
it.

with TokenIndex(folder).searcher() as searcher:
    searcher.search(whoosh.query.Phrase("grams", ["天下", "下大"]))
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import SegmentWriter

from index.engines.whoosh import toc
from index.engines.whoosh.codec import TokenCodec, TokenSegment
from index.engines.whoosh.schema import schema


class TokenIndex(FileIndex):  # type: ignore[misc]
    """A Whoosh index whose table of contents is ours, and no pickle."""

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder))
        self.indexname = toc.INDEX_NAME
        self._folder = folder
        self._schema = schema()

    def _read_toc(self) -> Any:
        return TOC(self._schema, [TokenSegment.of(entry) for entry in toc.read(self._folder)], 0)

    def latest_generation(self) -> int:
        """There is one."""
        return 0

    def writer(self, procs: int = 1, **kwargs: Any) -> Any:
        """Whoosh's own writer, which takes ``Record._asdict()``. The grouped pool is some ten times as
        fast."""
        del procs
        return TokenSegmentWriter(self, codec=TokenCodec(), compound=False, **kwargs)


class TokenSegmentWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer with our table of contents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.merge = False

    def _commit_toc(self, segments: list[TokenSegment]) -> None:
        folder = Path(self.storage.folder)
        toc.write(
            folder,
            [
                toc.entry_of(folder, s.segment_id(), s.doc_count_all(), sorted(s.deleted_docs()))
                for s in segments
            ],
        )
        if self.newsegment not in segments:
            toc.remove_files(folder, self.newsegment.segment_id())
