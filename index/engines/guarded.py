"""Failures of engines, named: damaged files make a library fail in any way, or give impossible answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import ContextDecorator
from operator import lt
from types import TracebackType
from typing import TypeVar

from archive.errors import JuanzongError, raise_out_of_files, said
from index.engines.base import FacetCounts, Hit, Snapshot, Sort
from index.errors import ClusterError, EngineError
from index.query.condition import Column, Condition, RankTerm, Stream

T = TypeVar("T")

AGAIN = "Build the archive anew: juanzong rebuild"


class NotFetchedError(BaseException):
    """Ends a call at the first answer that ``prefetch`` has yet to fetch. Nobody may catch it as an error."""


class Guard(ContextDecorator):
    """Turns each exception that is not one of ours into an ``EngineError`` that says what ``failed``.

    Not only exceptions: a panic of Rust comes as a ``BaseException``. It holds nothing, so that one can be
    entered by several threads at once.
    """

    def __init__(self, engine: str, failed: str) -> None:
        self._engine = engine
        self._failed = failed

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            return
        raise_out_of_files(error)
        if isinstance(error, EngineError):
            error.hint = error.hint or AGAIN
        elif not isinstance(
            error, JuanzongError | NotFetchedError | KeyboardInterrupt | SystemExit | GeneratorExit
        ):
            reason = said("{} ({}: {})", self._failed, type(error).__name__, error)
            raise EngineError(self._engine, reason, hint=AGAIN) from error


class GuardedSnapshot:
    """See ``index.engines.base.Snapshot``; also refuses answers that no undamaged index gives.

    Attributes:
        damage: what was first found to be damaged, or None.
    """

    def __init__(self, engine: str, snapshot: Snapshot) -> None:
        self._engine = engine
        self._snapshot = snapshot
        self._guard = Guard(engine, "the index is damaged")
        self.damage: EngineError | None = None

    def _ask(self, call: Callable[[], T], possible: Callable[[T], bool]) -> T:
        try:
            with self._guard:
                answer = call()
                if not possible(answer):
                    raise EngineError(self._engine, "the index is damaged: an impossible answer")
        except ClusterError:
            raise  # its index is as it was
        except EngineError as error:
            self.damage = self.damage or error
            raise
        return answer

    def search(
        self,
        condition: Condition,
        rank: Sequence[RankTerm],
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
    ) -> list[Hit]:
        """See the protocol."""
        return self._ask(
            lambda: self._snapshot.search(condition, rank, sort=sort, offset=offset, limit=limit),
            lambda hits: (
                len({hit.key for hit in hits}) == len(hits) and all(hit.score == hit.score for hit in hits)
            ),
        )

    def count(self, condition: Condition) -> int:
        """See the protocol."""
        return self._ask(lambda: self._snapshot.count(condition), lambda n: 0 <= n <= self.size())

    def keys(self, condition: Condition) -> list[int]:
        """See the protocol."""
        return self._ask(lambda: self._snapshot.keys(condition), lambda keys: all(map(lt, keys, keys[1:])))

    def facets(
        self, condition: Condition, columns: Sequence[Column], limit: int, *, whole: Collection[Column] = ()
    ) -> dict[Column, FacetCounts]:
        """See the protocol."""
        return self._ask(
            lambda: self._snapshot.facets(condition, columns, limit, whole=whole),
            lambda found: all(0 <= counts.records <= self.size() for counts in found.values()),
        )

    def frequency(self, stream: Stream, token: str) -> int:
        """See the protocol."""
        return self._ask(lambda: self._snapshot.frequency(stream, token), lambda n: n >= 0)

    def words(self, least: int) -> list[tuple[str, int]] | None:
        """See the protocol."""
        return self._ask(
            lambda: self._snapshot.words(least),
            lambda words: words is None or all(n >= least for _, n in words),
        )

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """See the protocol."""
        self._ask(lambda: self._snapshot.prefetch(*calls), lambda _: True)

    def size(self) -> int:
        """See the protocol."""
        return self._ask(self._snapshot.size, lambda n: n >= 0)

    def close(self) -> None:
        """See the protocol."""
        self._snapshot.close()
