"""From the text of a query to tokens: quotes, parentheses, operators, field names, words.

One pass from left to right after quotes and parentheses are paired, so that what has no partner is text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from archive.errors import said
from archive.fields import ASKED, LONGEST
from archive.fields import FIELDS as OF_DOCUMENTS
from archive.text.folding import Folding, kind
from index.errors import QueryError
from index.query.nodes import Problem, problem

MAX_NESTING = 50

TokenKind: TypeAlias = Literal["word", "quote", "open", "close", "or", "and", "not", "near", "field"]

_PAIRS = {"“": "”", "「": "」", "『": "』", "‘": "’", "«": "»", "｢": "｣", "〝": "〞"}
_OPENER_OF = {closer: opener for opener, closer in _PAIRS.items()} | {"〟": "〝"}
_STRAIGHT = '"＂'
_OPEN = "(（"
_CLOSE = ")）"
_BARS = "|｜"
DASHES = "－-"
SET_OPEN = "[［"
_SET_CLOSE = "]］"
_NOT_IN_SET = frozenset(SET_OPEN + _OPEN + _CLOSE + _STRAIGHT).union(_PAIRS, _OPENER_OF)
_MINUS = re.compile(f"\\s[{DASHES}]\\S")
_RANGE = re.compile(f"[0-9０-９][^\\s0-9０-９{DASHES}]+[{DASHES}][0-9０-９]")
"""Behind a dash: 5度到-10度, which a second minus shows to be numbers."""
_DISTANCE = re.compile("[~～〜]([0-9０-９]+)")
_OPERATORS: dict[str, TokenKind] = {"OR": "or", "AND": "and", "NOT": "not", "NEAR": "near"}
MOST_DISTANCE = 1000
DEFAULT_DISTANCE = 10

FIELDS = {"section": "section", "小标题": "section", "小標題": "section"} | {
    name: field
    for field in ("title", "author", "date", *ASKED)
    for name in (field, *OF_DOCUMENTS[field].query)
}
_LONGEST_FIELD = max(LONGEST, *map(len, FIELDS))


class Token(Struct, frozen=True):
    """A part of the query with one meaning.

    Attributes:
        text: a word or an operator as typed, what is between quotes, or the name of a field (``"date"``).
        start, end: characters of the query, quotes and ``~10`` included.
        distance: of ``near``, and of a quote that ``~10`` follows; else None.
        inner: where ``text`` begins in the query.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    distance: int | None = None
    inner: int = 0


def fold_width(text: str) -> str:
    """Full-width ASCII to ASCII, character by character; everything else stays."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def is_run_character(character: str) -> bool:
    """Whether a character can be looked for: no punctuation, white space, mark, control character or 々."""
    return kind(character) in ("han", "letter", "digit", "symbol", "other") and character != "々"


def find_set(text: str, start: int, stop: int) -> tuple[int, bool, tuple[str, ...]] | None:
    """The set ``[甲|乙]`` or ``[^甲]`` that opens at ``start``: where it ends, whether it excludes, its runs.

    None where the bracket is text: not closed before ``stop``, without ``|`` or ``^``, with nothing in it, or
    with a bracket, quote or parenthesis in it.
    """
    if text[start] not in SET_OPEN:
        return None
    end = start + 1
    while end < stop and text[end] not in _SET_CLOSE:
        if text[end] in _NOT_IN_SET or text[end].isspace():
            return None
        end += 1
    if end >= stop:
        return None
    content = text[start + 1 : end].replace("｜", "|")
    excludes = content[:1] in ("^", "＾")
    if not excludes and "|" not in content:
        return None
    runs = tuple(
        dict.fromkeys(run for run in content[excludes:].split("|") if any(map(is_run_character, run)))
    )
    return (end + 1, excludes, runs) if runs else None


def field_at(text: str, start: int, own: Callable[[], Iterable[str]] = tuple) -> tuple[str, int] | None:
    """The field whose name and colon begin at ``start``, and where they end. ``own`` gives the fields of the
    owner's own, in any case and script.
    """
    for colon in range(start + 1, min(start + _LONGEST_FIELD + 1, len(text))):
        if text[colon] in ":：":
            typed = text[start:colon]
            name = FIELDS.get(fold_width(typed).lower())
            if name is None and (known := list(own())):
                fold = Folding().fold
                name = next((one for one in known if fold(one) == fold(typed)), None)
            return (name, colon + 1) if name else None
    return None


def operator(word: str) -> tuple[TokenKind, int | None] | None:
    """What a word connects, and for ``near`` the distance; None where it is a word of the text."""
    name, slash, digits = fold_width(word).partition("/")
    if name in _OPERATORS and not slash:
        return _OPERATORS[name], DEFAULT_DISTANCE if name == "NEAR" else None
    if name == "NEAR" and digits.isascii() and digits.isdigit():
        return "near", min(int(digits), MOST_DISTANCE)
    return None


def scan(text: str, own: Callable[[], Iterable[str]] = tuple) -> tuple[list[Token], list[Problem]]:
    """The tokens of a query and what was odd about its quotes and parentheses.

    Raises:
        QueryError: parentheses nested over ``MAX_NESTING`` deep.
    """
    return _Scanner(text, own).scan()


class _Scanner:
    def __init__(self, text: str, own: Callable[[], Iterable[str]]) -> None:
        self.text = text
        self.own = own
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self.quotes = self._pair_quotes()
        self.parentheses = self._pair_parentheses()

    def _pair_quotes(self) -> dict[int, int]:
        """Opening to closing quote, outermost pairs only; nested ones are text of the phrase."""
        text = self.text
        innermost: dict[int, int] = {}
        waiting: dict[str, list[int]] = {opener: [] for opener in _PAIRS}
        for i, c in enumerate(text):
            if c in _PAIRS:
                waiting[c].append(i)
            elif c in _OPENER_OF and waiting[_OPENER_OF[c]]:
                innermost[waiting[_OPENER_OF[c]].pop()] = i
        outermost: dict[int, int] = {}
        i = 0
        while i < len(text):
            c = text[i]
            close = innermost.get(i, -1)
            if c in _STRAIGHT:
                close = text.find(c, i + 1)
            if close >= 0:
                outermost[i] = close
                i = close
            elif c in _PAIRS or c in _STRAIGHT or (c in _OPENER_OF and c != "’"):
                self.problems.append(problem("quote_unclosed", i, i + 1, c))
            i += 1
        return outermost

    def _pair_parentheses(self) -> set[int]:
        """The places of parentheses that group: they have a partner, outside quotes, and are not text."""
        paired: set[int] = set()
        waiting: list[int] = []
        i = 0
        while i < len(self.text):
            c = self.text[i]
            if c in _OPEN:
                waiting.append(i)
                if len(waiting) > MAX_NESTING:
                    raise QueryError(
                        said(
                            "The query nests parentheses more than {} deep (character {}).",
                            MAX_NESTING,
                            i + 1,
                        ),
                        hint="Use fewer parentheses, or quote the text to search for it literally.",
                    )
            elif c in _CLOSE:
                if waiting:
                    opens = waiting.pop()
                    if self._groups(opens, i):
                        paired.update((opens, i))
                else:
                    self.problems.append(problem("parenthesis_unbalanced", i, i + 1, c))
            i = self.quotes.get(i, i) + 1
        for i in waiting:
            self.problems.append(problem("parenthesis_unbalanced", i, i + 1, self.text[i]))
        return paired

    def _groups(self, opens: int, closes: int) -> bool:
        """Whether a pair is free or has an operator in it: 第(一)款 and f(x) are text."""
        text = self.text
        beside = text[opens - 1 : opens] + text[closes + 1 : closes + 2]
        if not any(is_run_character(c) and c not in _BARS for c in beside):
            return True
        inside = text[opens + 1 : closes]
        words = "".join(" " if c in _NOT_IN_SET else c for c in inside).split()
        return any(c in _BARS for c in inside) or any(map(operator, words)) or bool(_MINUS.search(inside))

    def scan(self) -> tuple[list[Token], list[Problem]]:
        text, i = self.text, 0
        while i < len(text):
            c = text[i]
            if c.isspace():
                i += 1
            elif i in self.quotes:
                i = self._quote(i)
            elif i in self.parentheses:
                self.tokens.append(Token("open" if c in _OPEN else "close", c, i, i + 1))
                i += 1
            elif c in _BARS:
                end = len(text) - len(text[i:].lstrip(_BARS))
                self.tokens.append(Token("or", text[i:end], i, end))
                i = end
            elif self._is_minus(i):
                self.tokens.append(Token("not", c, i, i + 1))
                i += 1
            else:
                i = self._field(i) or self._word(i)
        return self.tokens, self.problems

    def _quote(self, start: int) -> int:
        close = self.quotes[start]
        end, distance = close + 1, None
        if found := _DISTANCE.match(self.text, end):
            end, distance = found.end(), min(int(found[1]), MOST_DISTANCE)
        self.tokens.append(Token("quote", self.text[start + 1 : close], start, end, distance, start + 1))
        return end

    def _is_minus(self, i: int) -> bool:
        """One dash after white space, at the start or after a parenthesis, and directly before a word."""
        text = self.text
        if text[i] not in DASHES or i + 1 >= len(text):
            return False
        if i and not text[i - 1].isspace() and not (i - 1 in self.parentheses and text[i - 1] in _OPEN):
            return False
        if _RANGE.match(text, i + 1):
            return False
        following = text[i + 1]
        if i + 1 in self.quotes or (i + 1 in self.parentheses and following in _OPEN):
            return True
        return (is_run_character(following) and following not in _BARS) or (
            find_set(text, i + 1, len(text)) is not None
        )

    def _field(self, start: int) -> int | None:
        """A known name with a colon directly behind it, at the start of a word."""
        before = self.text[start - 1 : start]
        last = self.tokens[-1] if self.tokens else None
        directly = last is not None and (last.kind == "field" or (last.kind == "not" and last.end == start))
        if not (directly or not before or before.isspace() or before in _OPEN + _BARS):
            return None
        found = field_at(self.text, start, self.own)
        if found is None:
            return None
        name, end = found
        self.tokens.append(Token("field", name, start, end))
        return end

    def _word(self, start: int) -> int:
        text, end = self.text, start
        while end < len(text):
            c = text[end]
            if c.isspace() or end in self.quotes or end in self.parentheses or c in _BARS:
                break
            found = find_set(text, end, len(text)) if c in SET_OPEN else None
            end = found[0] if found else end + 1
        word = text[start:end]
        connective = operator(word)
        if connective is None:
            self.tokens.append(Token("word", word, start, end, inner=start))
        else:
            kind, distance = connective
            self.tokens.append(Token(kind, word, start, end, distance))
        return end


_OWN_BEHIND = frozenset(DASHES)
_OWN_BEFORE = _OWN_BEHIND | frozenset(".．")


def with_own_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The part of a text, with a mark at the end of a word that belongs to it: .NET, -5℃, B-."""
    before, behind = text[:start], text[end:]
    if before[-1:] in _OWN_BEFORE and not before[-2:-1].strip() and kind(text[start]) in ("letter", "digit"):
        start -= 1
    if behind[:1] in _OWN_BEHIND and not behind[1:2].strip() and kind(text[end - 1]) == "letter":
        end += 1
    return start, end


def has_enclosed(text: str) -> bool:
    """Whether a text has ①, ⑴ or ㈠, which are found before what they fold to."""
    return re.search("[\u2460-\u24ff\u3220-\u3247\u3280-\u32b0]", text) is not None
