"""Verification: stored texts decide what an engine can only narrow down. Kept for all pages of a query."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from archive.model import Kind
from archive.store import POSITION_BITS, StoredDocument, StoredSection, TextStore
from index.generation import Generation
from index.match import Matcher, Subject
from index.query import condition as asked
from index.query.compile import compile_query
from index.query.nodes import CONTEXTS, Field, Node
from index.search.cancellation import still_wanted

BATCH = 2000
FEW = 50
_NEAR = 8
"""Passages at the beginning of a document, of which one is nearly always its first running text."""


class Verifier:
    """Replaces each Check by the keys that stored texts confirm, and says what occurs in the archive."""

    def __init__(self, generation: Generation, *, across: bool) -> None:
        self._snapshot, self._store = generation.snapshot, generation.store
        self._analyzer = generation.analyzer
        self._across = across
        self._verdicts: dict[Node, dict[int, bool]] = {}
        self._occurring: dict[Node, bool] = {}

    def verified(self, condition: asked.Condition, within: Sequence[asked.Condition]) -> asked.Condition:
        """The condition without a Check or a Beside: it holds of the same records that meet ``within``."""
        narrow: tuple[asked.Condition, ...] = (*within, asked.superset(condition))
        if not isinstance(condition, asked.Check | asked.SharesUnit) and asked.has_check(condition):
            # The forms of the numbers of a question are dozens of checks; each would look for all its words.
            found = self._snapshot.count(asked.All(narrow))
            if not found:
                return asked.KeyIn(())
            if found <= FEW:
                narrow = (asked.KeyIn(tuple(self._snapshot.keys(asked.All(narrow)))),)

        def decide(part: asked.Check | asked.SharesUnit) -> asked.Condition:
            if isinstance(part, asked.Check):
                return self._decide(part, narrow)
            inside = asked.All((self.verified(part.condition, within), *within))
            return asked.ColumnIn(part.unit, tuple(sorted(self._values(part.unit, inside))))

        parts: dict[asked.Check | asked.SharesUnit, asked.Condition] = {}
        asked.replaced(condition, lambda part: parts.setdefault(part, part))
        calls = {part: partial(decide, part) for part in parts}
        self.prefetch(*calls.values())
        decided = {part: call() for part, call in calls.items()}
        return asked.replaced(condition, decided.__getitem__)

    def _values(self, column: asked.Column, condition: asked.Condition) -> Iterator[int]:
        found = self._snapshot.facets(condition, (column,), 0, whole=(column,))[column]
        return (value for value, _ in found.top)

    def openings(self, condition: asked.Condition) -> asked.KeyIn:
        """Of each document the first running text that meets the condition.

        A document without any has its first other passage; where its text is excluded, none.
        """
        text = asked.ColumnIn("kind", (Kind.TEXT,))
        firsts: dict[int, int] = {}

        def take(documents: Sequence[int], *among: asked.Condition) -> list[int]:
            """Take the first of ``among``; the documents that have none are left."""
            for key in self._snapshot.keys(asked.All((condition, *among))) if documents else ():
                firsts.setdefault(key >> POSITION_BITS, key)
            return [document for document in documents if document not in firsts]

        # Nearly all have it among their first passages: to list all of every document took a second.
        left = sorted(self._values("document", condition))
        near = tuple(document << POSITION_BITS | place for document in left for place in range(_NEAR))
        left = take(left, asked.KeyIn(near), text)
        left = take(left, asked.ColumnIn("document", tuple(left)), text)
        if left and asked.replaced(condition, lambda part: part, lambda _: False) != condition:
            with_text = set(
                self._values("document", asked.All((asked.ColumnIn("document", tuple(left)), text)))
            )
            left = [document for document in left if document not in with_text]
        take(left, asked.ColumnIn("document", tuple(left)))
        return asked.KeyIn(tuple(sorted(firsts.values())))

    def occurs(self, run: Node, *, most: int | None = None) -> bool:
        """Whether a run, or one of several, occurs in a passage, its title, a heading above it or byline.

        No, where more passages than ``most`` would have to be read.
        """
        known = self._occurring.get(run)
        if known is None:
            if most is not None:
                wide = asked.superset(compile_query(self._analyzer, run, across=self._across))
                if self._snapshot.count(wide) > most:
                    return False
            # In turn: the first answer is nearly always yes.
            above = () if isinstance(run, Field) else [Field(name, run) for name in CONTEXTS]
            known = self._occurring[run] = self._occurs_in((run,)) or self._occurs_in(above)
        return known

    def _occurs_in(self, places: Iterable[Node]) -> bool:
        compiled = partial(compile_query, self._analyzer, across=self._across, details=self.details)
        calls = [partial(self.holds_somewhere, compiled(place)) for place in places]
        self.prefetch(*calls)
        return any(call() for call in calls)

    def prefetch(self, *calls: Callable[[], object]) -> None:
        """Fetch what these calls will ask the snapshot (``index.engines.base``)."""
        self._snapshot.prefetch(*calls)

    def details(self, field: Field) -> Iterable[int]:
        """Which of the fields of the archive's documents hold what is looked for in one of them."""
        matcher = Matcher(field, self._analyzer, across=self._across)
        found = self._store.details().items()
        return (number for number, fields in found if matcher.holds(Subject("", details=fields)))

    def holds_somewhere(self, condition: asked.Condition) -> bool:
        """Whether any record meets the condition; no more texts are looked at than are needed to know."""
        still_wanted()
        if isinstance(condition, asked.Some):
            return any(map(self.holds_somewhere, sorted(condition.parts, key=asked.has_check)))
        if isinstance(condition, asked.Check):
            return any(self._verdicts_on(condition, self._snapshot.keys(condition.superset), FEW))
        verified = self.verified(condition, ())
        return verified != asked.KeyIn(()) and self._snapshot.count(verified) > 0

    def _decide(self, check: asked.Check, narrow: Sequence[asked.Condition]) -> asked.Condition:
        candidates = self._snapshot.keys(asked.All(tuple(dict.fromkeys((check.superset, *narrow)))))
        verdicts = self._verdicts.setdefault(check.leaf, {})
        deque(self._verdicts_on(check, [key for key in candidates if key not in verdicts], BATCH), maxlen=0)
        return asked.KeyIn(tuple(key for key in candidates if verdicts.get(key)))

    def _verdicts_on(self, check: asked.Check, keys: Sequence[int], at_once: int) -> Iterator[bool]:
        """Verify these passages one after the other, and keep the verdicts."""
        verdicts = self._verdicts.setdefault(check.leaf, {})
        matcher = Matcher(check.leaf, self._analyzer, across=self._across)
        for key, subject in subjects_of(self._store, keys, in_place=matcher.in_place, at_once=at_once):
            verdicts[key] = matcher.holds(subject)
            yield verdicts[key]


def subjects_of(
    store: TextStore, keys: Sequence[int], *, in_place: bool, at_once: int = BATCH
) -> Iterator[tuple[int, Subject]]:
    """The passages as the matcher sees them; with what they are under only where that is asked for."""
    for start in range(0, len(keys), at_once):
        still_wanted(start, len(keys))
        batch = keys[start : start + at_once]
        if not in_place:
            for key, text in store.texts(batch):
                yield key, Subject(text)
            continue
        passages = store.passages(batch)
        documents = store.documents({p.document_key for p in passages})
        sections = store.sections({p.section_key for p in passages})
        for passage in passages:
            document = documents[passage.document_key]
            section = sections[passage.section_key]
            yield passage.key, subject(passage.text, document, section)


def subject(text: str, document: StoredDocument, section: StoredSection | None) -> Subject:
    """A passage with its title, the headings above it, its byline and its date."""
    byline: Iterable[str | None] = ()
    if section is not None:
        byline = (section.nearest_author, section.affiliation)
    return Subject(
        text=text,
        title=document.title,
        section=section.path if section is not None else (),
        author=tuple(filter(None, byline)),
        date=document.date,
        details=document.details,
    )
