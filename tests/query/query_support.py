"""What the tests of this folder share: an analyzer, and matchers of typed queries."""

from __future__ import annotations

from index.analysis.analyzer import Analyzer
from index.match import Matcher, Subject
from index.query.parse import parse
from index.query.resolve import Resolver

ANALYZER = Analyzer.default()
"""Its dictionary is loaded when words are cut; here none are."""


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
