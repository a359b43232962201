"""The engine for large archives on one machine: tantivy, given our tokens joined by spaces.

tantivy never analyses text here: every field uses its white-space tokeniser, and queries are built from
terms. Whatever it raises arrives as ``EngineError``.

Its BM25 is the one of ``index.engines.base``; the number of records and the token totals count deleted
records until their segment is merged (``tantivy::query::Bm25StatisticsProvider`` for ``Searcher``).
"""

from index.engines.tantivy.engine import TantivyEngine

__all__ = ["TantivyEngine"]
