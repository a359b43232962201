"""Deciding on the stored texts what an engine can only narrow down.

What was decided is kept for the pages of the same query.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

from archive.store import StoredDocument, StoredSection, TextStore
from index.analysis.analyzer import Analyzer
from index.answering.patience import still_wanted
from index.engines.base import All, Condition, KeyIn, Snapshot
from index.keys import dates
from index.match import Matcher, Subject
from index.query.compile import Both, Check, Either, Sought, settle, sure, wide
from index.query.resolved import (
    Resolved,
    ResolvedAnd,
    ResolvedDates,
    ResolvedField,
    ResolvedNot,
    ResolvedOr,
)

BATCH = 2000
FEW = 50


class Verifier:
    """Turns what is sought into conditions that an engine decides."""

    def __init__(self, snapshot: Snapshot, store: TextStore, analyzer: Analyzer, *, across: bool) -> None:
        self._snapshot = snapshot
        self._store = store
        self._analyzer = analyzer
        self._across = across
        self._verdicts: dict[Resolved, dict[int, bool]] = {}

    def condition(self, sought: Sought, within: Sequence[Condition]) -> Condition:
        """The condition that exactly those meet which are sought, as far as they meet ``within``."""
        narrow: tuple[Condition, ...] = (*within, wide(sought))
        if isinstance(sought, (Both, Either)) and not sure(sought):
            # The forms of the numbers of a question are dozens of checks; each would look for all its words.
            found = self._snapshot.count(All(narrow))
            if not found:
                return KeyIn(())
            if found <= FEW:
                narrow = (KeyIn(tuple(self._snapshot.keys(All(narrow)))),)
        return settle(sought, lambda check: self._decide(check, narrow))

    def stands(self, sought: Sought) -> bool:
        """Whether any passage is sought. Of those that may be, it looks at no more than it has to."""
        still_wanted()
        if isinstance(sought, Either):
            return any(map(self.stands, sorted(sought.parts, key=sure, reverse=True)))
        if isinstance(sought, Check):
            return any(self._verdicts_on(sought, self._snapshot.keys(sought.wide), FEW))
        condition = self.condition(sought, ())
        return condition != KeyIn(()) and self._snapshot.count(condition) > 0

    def _decide(self, check: Check, narrow: Sequence[Condition]) -> Condition:
        candidates = self._snapshot.keys(All(tuple(dict.fromkeys((check.wide, *narrow)))))
        verdicts = self._verdicts.setdefault(check.sought, {})
        deque(self._verdicts_on(check, [key for key in candidates if key not in verdicts], BATCH), maxlen=0)
        return KeyIn(tuple(key for key in candidates if verdicts.get(key)))

    def _verdicts_on(self, check: Check, keys: Sequence[int], at_once: int) -> Iterator[bool]:
        """Look at these passages one after the other, and keep what was decided."""
        verdicts = self._verdicts.setdefault(check.sought, {})
        matcher = Matcher(check.sought, self._analyzer, across=self._across)
        in_place = needs_place(check.sought)
        for key, subject in subjects_of(self._store, keys, in_place=in_place, at_once=at_once):
            verdicts[key] = matcher.holds(subject)
            yield verdicts[key]


def subjects_of(
    store: TextStore, keys: Sequence[int], *, in_place: bool, at_once: int = BATCH
) -> Iterator[tuple[int, Subject]]:
    """The passages as the matcher sees them; with what they stand under only where that is asked for."""
    for start in range(0, len(keys), at_once):
        still_wanted()
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
            section = sections.get(passage.section_key)
            yield passage.key, subject(passage.text, document, section)


def subject(text: str, document: StoredDocument, section: StoredSection | None) -> Subject:
    """A passage with its title, the headings above it, its byline and its date."""
    date = dates(document.date)
    byline: Iterable[str | None] = ()
    if section is not None:
        byline = (section.nearest_author, section.affiliation)
    return Subject(
        text=text,
        title=document.title,
        section=section.path if section is not None else (),
        author=tuple(filter(None, byline)),
        date_from=date.first,
        date_to=date.last,
    )


def needs_place(node: Resolved) -> bool:
    """Whether the matcher looks at anything but the passage's own text."""
    match node:
        case ResolvedField() | ResolvedDates():
            return True
        case ResolvedAnd(children) | ResolvedOr(children):
            return any(map(needs_place, children))
        case ResolvedNot(child):
            return needs_place(child)
        case _:
            return False
