"""The query tree: frozen data that knows no engine and runs nothing.

The parser makes it: its leaves (Term, Phrase, Pattern) hold texts as typed; ``start`` and ``end`` are
characters of the query. ``resolve`` and ``meaning`` replace them by leaves with normal texts (Run, Pattern,
Shares; ``index.analysis.normal``). ``compile`` makes conditions of that tree, and the matcher finds its
places in a stored text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from archive.messages import Language, text_of
from archive.model import Said, said

Match: TypeAlias = Literal["auto", "exact", "all", "any"]
Within: TypeAlias = Literal["passage", "section", "document"]
Unit: TypeAlias = Literal["section", "document"]
Detail: TypeAlias = Literal["source", "edition", "language", "rights"]
Context: TypeAlias = Literal["title", "section", "author"]
FieldName: TypeAlias = str
"""A Context, one of ``archive.fields.ASKED``, or a field of the owner's own."""

CONTEXTS: tuple[Context, ...] = ("title", "section", "author")
"""What a passage is under."""


class Term(Struct, frozen=True):
    """A run outside quotes. The planner may cut it into words; its Latin words and numbers match whole."""

    text: str
    start: int
    end: int


class Phrase(Struct, frozen=True):
    """The inside of quotes: this run, literally, after folding, in one piece."""

    text: str
    start: int
    end: int


class Run(Struct, frozen=True):
    """These characters in a row, at least one of them not a boundary.

    Attributes:
        text: of the normal form; in a Pattern that the parser made, as typed.
        whole: no letter of an alphabet is next to a place that begins or ends with one; likewise digits.
        number: another way to write a number that was typed. No numeral, Arabic or Han, is next to a
            place that begins or ends with one (二十名 is not in 二百二十名).
        written: ``as_seen`` of what was typed, where only this form is wanted.
        marked: what was typed, where its punctuation is wanted too: .NET, 5*3.
        pointed: ``Normal.pointed`` of what was typed, where it has a mark between digits: 3.5 is not 3、5.
    """

    text: str
    whole: bool = False
    number: bool = False
    written: str | None = None
    marked: str | None = None
    pointed: str | None = None


class OneCharacter(Struct, frozen=True):
    """Inside a pattern: ``?``, exactly one character, which is not a boundary."""


class AnyCharacters(Struct, frozen=True):
    """Inside a pattern: ``*``, none to ``most`` characters, none of them a boundary."""

    most: int = 20


class OneOf(Struct, frozen=True):
    """Inside a pattern: ``[甲|乙丙]``, one of these runs."""

    runs: tuple[Run, ...]


class NoneOf(Struct, frozen=True):
    """At the start or end of a pattern: ``[^弗|子]``, none of these runs is next to the place."""

    runs: tuple[Run, ...]


PatternPart: TypeAlias = Run | OneCharacter | AnyCharacters | OneOf | NoneOf


class Pattern(Struct, frozen=True):
    """A run with wildcards, sets or must-not-continue: 派?所, 派*长, 派[出|入]所, 舍利[^弗].

    A place is the shortest from each beginning, and whole at both ends (``Run.whole``).
    """

    parts: tuple[PatternPart, ...]
    start: int = 0
    end: int = 0


class Near(Struct, frozen=True):
    """Both occur in one passage, not overlapping, in either order, at most ``distance`` characters between.

    A side is what has places: Term, Phrase, Run, Pattern, Near, or an Or of these (the parser distributes And
    and Not). A Term here is its run in one piece. The places of a Near are those places of its sides that
    have a partner, so that in a chain the third is near one of the two before it.
    """

    left: Node
    right: Node
    distance: int
    start: int = 0
    end: int = 0


class Field(Struct, frozen=True):
    """Each leaf of ``child`` is in the title, a heading above, the nearest byline or another field."""

    name: FieldName
    child: Node
    start: int = 0
    end: int = 0


class Beside(Struct, frozen=True):
    """``child`` holds in a passage of the same section, or of the same document."""

    unit: Unit
    child: Node


class DateRange(Struct, frozen=True):
    """The document's date shares a day with ``first`` to ``last`` (``YYYYMMDD`` integers, inclusive)."""

    first: int
    last: int
    start: int = 0
    end: int = 0


class And(Struct, frozen=True):
    """All of the children; no children: everything."""

    children: tuple[Node, ...]


class Or(Struct, frozen=True):
    """At least one of the children; no children: nothing."""

    children: tuple[Node, ...]


class Not(Struct, frozen=True):
    """Not the child. A query of only Nots is those passages that have none of them."""

    child: Node


class Empty(Struct, frozen=True):
    """Nothing was asked for (an empty query, or only punctuation)."""


class Shares(Struct, frozen=True):
    """The passage shares a gram or a word with the query (the ``any`` tier).

    Attributes:
        grams: of two characters or more, as in the stream (with ``·`` inside where a boundary is).
        words: of two characters or more; Latin words and numbers match whole.
    """

    grams: frozenset[str]
    words: frozenset[str]


Node: TypeAlias = (
    Term | Phrase | Run | Pattern | Shares | Near | Field | Beside | DateRange | And | Or | Not | Empty
)

EVERYTHING = And(())
NOTHING = Or(())


class Problem(Struct, frozen=True):
    """A part of the query that was not understood, or was understood in a way the user should know of.

    Attributes:
        start, end: the part, in characters of the query as typed; both 0: the request as a whole.
        message: one sentence in English (the JSON contract), which knows its code in
            ``archive.messages`` and its values.
    """

    start: int
    end: int
    message: Said

    @property
    def code(self) -> str:
        """A stable name of the kind of problem."""
        return self.message.pattern

    @property
    def values(self) -> tuple[str, ...]:
        """What differs from problem to problem of the kind."""
        return tuple(map(str, self.message.values))

    def said(self, language: Language) -> str:
        """The message in a language of the pages."""
        return text_of(language, f"problem.{self.code}").format(*self.message.values)


class Query(Struct, frozen=True):
    """A parsed query.

    Attributes:
        text: as typed.
        root: the tree. With ``match`` ``exact`` it is one Phrase of the whole text; nothing is an operator.
        match: as asked for.
        problems: in order of their places.
        as_written: only the forms that were typed, without folding of variants.
        across: punctuation between two characters of a run is passed over.
        within: where all words have to occur together; None: in the passage and what it is under.
        literal: the run that the exact tier of ``auto`` looks for: a Phrase where the query is one pair of
            quotes, a Term of the whole query where it has no operator, else None.
        may_be_pasted: it has operators, which may be marks of a text, or is between marks of a title.
        excluded: what to say of each dash that excludes, where it may be a mark of a text.
    """

    text: str
    root: Node
    match: Match = "auto"
    problems: tuple[Problem, ...] = ()
    as_written: bool = False
    across: bool = False
    literal: Term | Phrase | None = None
    may_be_pasted: bool = False
    excluded: tuple[Problem, ...] = ()
    within: Within | None = None


def joined(kind: type[And] | type[Or], nodes: Iterable[Node]) -> Node | None:
    """One node for all, None for none. An And in an And, or an Or in an Or, is dissolved."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, (And, Or)) and isinstance(node, kind) else (node,))
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))


def parts_of(node: Node) -> tuple[Node, ...]:
    """What a node connects or negates."""
    return (node.child,) if isinstance(node, Not) else node.children if isinstance(node, And | Or) else ()


def has_field(node: Node) -> bool:
    """Whether anything but the passage's own text is asked for."""
    return isinstance(node, Field | DateRange) or any(map(has_field, parts_of(node)))


def both(left: Node, right: Node) -> Node:
    """``left`` and ``right``."""
    node = joined(And, (left, right))
    assert node is not None
    return node


def leaves(node: Node, *, in_fields: bool = False) -> Iterator[Term | Phrase | Pattern]:
    """The leaves that ask for text, in the order of the query: nothing under a Not, and no dates.

    ``in_fields``: also what is asked for in a title, a heading or a byline.
    """
    match node:
        case Term() | Phrase() | Pattern():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child, in_fields=in_fields)
        case Near(left, right):
            yield from leaves(left, in_fields=in_fields)
            yield from leaves(right, in_fields=in_fields)
        case Field(_, child) if in_fields:
            yield from leaves(child, in_fields=True)
        case _:
            return


def problem(code: str, start: int, end: int, *values: str) -> Problem:
    """The Problem ``code`` at ``start`` to ``end`` of the query."""
    return Problem(start, end, said(code, *values, english=text_of("en", f"problem.{code}")))
