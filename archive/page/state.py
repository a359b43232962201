"""The page while it is being read: its lines, and what the rules have said of each so far."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from archive.model import Kind
from archive.page import rules
from archive.page.bylines import Byline
from archive.page.lines import CLOSERS, Lines, ended, is_cut, prose, width

_SHUT = frozenset("。，、；：,;:．.…—~～")
_SHUT_INSIDE = frozenset(mark + closer for mark in "。．….；" for closer in CLOSERS)
_ENDED_FAST = frozenset("。！？…!?")

_BRACKET_AT_END = re.compile("[（(][^（）()]{2,60}[）)]$")

LEAST = 24
"""Characters of the shortest line that is taken for the upper half of a cut sentence."""
BEFORE_BREAK = 16
"""Characters of the shortest line that may go on after a page break; elsewhere it is ``LEAST``."""
_SAID = "the markup or the owner of the text decides this line"
SHORT = 80
"""Characters of the longest line that can be anything but a paragraph, a note or a caption."""


class Stretch(Struct):
    """Which part of its text a page is, where a very long text is read in parts, and what goes on in it.

    Attributes:
        begins, ends: whether the text begins and ends with this page: only then has it a head and a foot.
        outer: the headings that the page is under, outermost first, each with its rank and who signs it;
            when the page has been read, those that its end is under.
        counted: the last number of the numbered headings of each kind of mark.
        why: whether the structure has to say what was proposed for its lines.
    """

    begins: bool = True
    ends: bool = True
    outer: list[tuple[int, str, Byline | None]] = []
    counted: dict[str, int] = {}
    why: bool = False


class Proposal(Struct, frozen=True):
    """What a rule would make of a line.

    Attributes:
        rule: the name of the rule; ``rules.KINDS`` has the kind.
        against: why the rule does not make it after all.
        byline, date, rank, mark: what the line says as a byline, a dateline, a heading, and how many
            characters lead it that are not text.
        upper: the line whose sentence goes on in this one (a join).
        run: the first line of a run, the heading inside it, and where the run goes on (a move).
        given: the kind, where no rule decides it.
    """

    line: int
    rule: str
    evidence: str
    against: str = ""
    byline: Byline | None = None
    date: tuple[str, bool] | None = None
    rank: int = 0
    mark: int = 0
    upper: int | None = None
    run: tuple[int, int, int] | None = None
    given: Kind | None = None

    @property
    def kind(self) -> Kind:
        """What the line would be; a paragraph for joins and moves."""
        return self.given or rules.KINDS.get(self.rule, Kind.TEXT)


_OVERRULES: Final = (rules.AUTHOR_AT_END, rules.BYLINE_AT_END)
"""A rule and whose decision it may change: the byline at the end of a page may sign its last section."""


class Page(Struct, dict=True):
    """The lines of a page, what was decided of each, and what was proposed and refused."""

    lines: Lines
    kind: list[Kind]
    rule: list[str]
    rank: dict[int, int] = {}
    bylines: dict[int, Byline] = {}
    dates: dict[int, tuple[str, bool]] = {}
    mark: dict[int, int] = {}
    follows: dict[int, tuple[int, str]] = {}
    moved: dict[int, str] = {}
    order: list[int] | None = None
    taken: list[Proposal] = []
    refused: list[Proposal] = []
    title: int | None = None
    fixed: set[int] = set()
    headed: bool = False
    head_end: int = 0
    foot_start: int = 0
    stretch: Stretch = field(default_factory=Stretch)

    @classmethod
    def of(cls, lines: Lines, stretch: Stretch | None = None) -> Page:
        """A page of which nothing is known yet: all paragraphs."""
        count = len(lines)
        page = cls(lines, [Kind.TEXT] * count, [rules.PARAGRAPH] * count, foot_start=count)
        if stretch is not None:
            page.stretch = stretch
        return page

    def __len__(self) -> int:
        return len(self.kind)

    @property
    def body(self) -> list[str]:
        """The lines, without the white space around them."""
        return self.lines.body

    def phrases(self) -> Iterator[int]:
        """The open lines below the head that are still paragraphs."""
        for index in self.open_lines:
            if index >= self.head_end and self.kind[index] is Kind.TEXT:
                yield index

    def decide(self, proposal: Proposal) -> None:
        """Take a proposal, or keep it as refused: a line is decided once, by whoever proposed first."""
        line, rule = proposal.line, proposal.rule
        against = proposal.against or self._given(proposal)
        if not against and proposal.upper is not None:
            self.follows[proposal.upper] = (line, rule)
        elif not against and proposal.run is not None:
            self._move(proposal)
        elif not against and (self.kind[line] is Kind.TEXT or (rule, self.rule[line]) == _OVERRULES):
            self.kind[line], self.rule[line] = proposal.kind, rule
            if proposal.byline:
                self.bylines[line] = proposal.byline
            if proposal.date:
                self.dates[line] = proposal.date
            if proposal.rank:
                self.rank[line] = proposal.rank
            if proposal.mark:
                self.mark[line] = proposal.mark
        else:
            self.refused.append(replace(proposal, against=against or f"decided by {self.rule[line]}"))
            return
        self.taken.append(proposal)

    def overrule(self, line: int) -> None:
        """Take back what was made of a line: its owner says something else."""
        self.kind[line], self.rule[line] = Kind.TEXT, rules.PARAGRAPH
        for said in (self.rank, self.bylines, self.dates, self.mark):
            said.pop(line, None)
        if self.title == line:
            self.title = None

    def _given(self, proposal: Proposal) -> str:
        """What is given that speaks against a proposal of a rule, or nothing."""
        if proposal.rule in rules.GIVEN or proposal.run is not None:
            return ""
        if proposal.upper is not None:
            taken = proposal.upper in self.follows and proposal.line != self.follows[proposal.upper][0]
            line = self.lines.given.get(proposal.line)
            return _SAID if taken or (line is not None and line.continues is not None) else ""
        if proposal.line in self.fixed:
            return _SAID
        return "the markup gives the headings" if self.headed and proposal.kind is Kind.HEADING else ""

    def _move(self, proposal: Proposal) -> None:
        """Put the heading that is inside a run above the run."""
        first, heading, below = proposal.run or (0, 0, 0)
        self.order = self.order or list(range(len(self)))
        run, inserted = list(range(first, heading)), list(range(heading, below))
        self.order[first:below] = inserted + run
        for index in run:
            self.moved[index] = proposal.rule

    @cached_property
    def open_lines(self) -> list[int]:
        """The short lines that do not end as a sentence or a part of one does: what could be no paragraph."""
        return [
            index
            for index, body in enumerate(self.body)
            if len(body) <= SHORT and body[-1] not in _SHUT and body[-2:] not in _SHUT_INSIDE
        ]

    @property
    def pictures(self) -> bool:
        """Whether a byline says that there are pictures: 文/图, 摄."""
        return any(found.pictures for found in self.bylines.values())

    @cached_property
    def paragraphs(self) -> tuple[int, int]:
        """How many paragraphs are running text, and how many of them end a sentence."""
        return _endings(self.body)

    @cached_property
    def whole(self) -> bool:
        """Whether of four paragraphs or more one at most stops inside a sentence. To be asked when all other
        pieces are known."""
        running, whole = _endings(
            body for body, kind in zip(self.body, self.kind, strict=True) if kind is Kind.TEXT
        )
        return running >= 4 and whole + 1 >= running

    @cached_property
    def firsts(self) -> Counter[str]:
        """How many lines each character leads."""
        return Counter(body[0] for body in self.body)

    @cached_property
    def open_ones(self) -> frozenset[int]:
        """The same, to ask whether a line is one."""
        return frozenset(self.open_lines)

    def text(self, index: int) -> bool:
        """Whether a line exists and is still a paragraph."""
        return 0 <= index < len(self.kind) and self.kind[index] is Kind.TEXT

    def before(self, index: int) -> int:
        """The line above, page marks left out; -1 at the top."""
        index -= 1
        while index >= 0 and self.kind[index] is Kind.PAGE:
            index -= 1
        return index

    def after(self, index: int) -> int:
        """The line below, page marks left out; ``len`` at the end."""
        index += 1
        while index < len(self.kind) and self.kind[index] is Kind.PAGE:
            index += 1
        return index

    def running(self, index: int, least: int = 16) -> bool:
        """Whether a line is running text: a paragraph at least ``least`` wide that a full stop ends, or
        that was cut."""
        if not self.text(index):
            return False
        body = self.body[index]
        return width(body) >= least and (
            (ended(body) and (len(body) > SHORT or prose(body))) or cut_prose(body)
        )

    def stops(self, index: int) -> bool:
        """Whether nothing goes on below a line: it ends a sentence, or it is not running text."""
        if index < 0 or self.kind[index] is not Kind.TEXT:
            return True
        body = self.body[index]
        if body[-1] in _ENDED_FAST or ended(body):
            return True
        bracket = _BRACKET_AT_END.search(body[-70:])
        return bracket is not None and (len(bracket[0]) == len(body) or ended(body[: -len(bracket[0])]))

    def runs_on(self, upper: str, lower: str) -> bool:
        """Whether the characters on both sides of a cut occur side by side elsewhere: two of them three
        times, or three of them once."""
        pair, left, right = upper[-1:] + lower[:1], upper[-2:] + lower[:1], upper[-1:] + lower[:2]
        if not pair.isalnum():
            return False
        return (
            self._count(pair) >= 3
            or (left.isalnum() and self._count(left) >= 1)
            or (right.isalnum() and self._count(right) >= 1)
        )

    def _count(self, run: str) -> int:
        """How often a run occurs in the text: by scanning at first, by a table when it is asked for often."""
        self._asked += 1
        text, size = self.lines.text, len(run)
        if self._asked <= 24:
            return text.count(run)
        if size not in self._tables:
            columns = (text[place:] for place in range(size))
            self._tables[size] = Counter(map("".join, zip(*columns, strict=False)))
        return self._tables[size][run]

    _asked: int = 0
    _tables: dict[int, Counter[str]] = {}


def _endings(bodies: Iterable[str]) -> tuple[int, int]:
    """How many of these lines are running text, and how many of them end a sentence."""
    running = [body for body in bodies if len(body) >= BEFORE_BREAK and prose(body)]
    return len(running), sum(map(ended, running))


def cut_prose(body: str, least: int = LEAST) -> bool:
    """Whether a line is running text that stops inside a sentence: long, with punctuation inside."""
    return len(body) >= least and is_cut(body) and any(mark in body for mark in "。！？；，,")
