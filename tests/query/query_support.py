"""What the tests of this folder share: an analyzer without a segmenter, and matchers of typed queries."""

from __future__ import annotations

from archive.text.folding import Folding
from index.analysis.normal import Normal, NormalTable
from index.match import Matcher, Subject
from index.query.parse import parse
from index.query.resolve import Resolver


class NormalOnly:
    """All that parsing and matching need of an analyzer; no dictionary is loaded."""

    def __init__(self) -> None:
        self._table = NormalTable(Folding())

    def normal(self, text: str) -> Normal:
        return Normal(text, self._table)


ANALYZER = NormalOnly()


def matcher(text: str, *, as_written: bool = False, across: bool = False) -> Matcher:
    query = parse(text, as_written=as_written, across=across)
    return Matcher(Resolver(ANALYZER, query.as_written).node(query.root), ANALYZER, query=text, across=across)


def holds(query: str, subject: Subject | str, *, as_written: bool = False, across: bool = False) -> bool:
    subject = Subject(subject) if isinstance(subject, str) else subject
    return matcher(query, as_written=as_written, across=across).holds(subject)


def found(query: str, text: str, *, as_written: bool = False, across: bool = False) -> list[str]:
    """The highlighted parts of ``text``."""
    spans = matcher(query, as_written=as_written, across=across).spans(Subject(text))
    return [text[start:end] for start, end in spans]
