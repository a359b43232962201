"""What each tier of an answer looks for: ``exact``, ``all`` and ``any`` (``docs/using/query-language.md``).

A tier is a query tree with normal texts. Cutting words asks the archive only whether a run occurs in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from itertools import groupby

from msgspec.structs import replace

from archive.text.folding import kind
from archive.text.readings import NOTHING, without_readings
from index.analysis.analyzer import Analyzer
from index.analysis.normal import BOUNDARY, MAX_TOKEN
from index.query import nodes, query_words
from index.query.nodes import Node, problem
from index.query.notation import listed, several_values
from index.query.numbers import has_date, long_numbers
from index.query.resolve import Resolver
from index.query.scan import with_own_marks

SHORT = 10_000
"""Passages that are read at most to find one character with its marks: half a second."""

_CONNECTIVES = dict.fromkeys(("or", "或", "或者"), "OR") | dict.fromkeys(
    ("and", "和", "与", "及", "以及"), "AND"
)


class Meaning:
    """The tiers of one query, each made when it is asked for.

    Args:
        archive: says whether a word of three or more characters occurs.

    Attributes:
        root: the query with ``or``, ``and``, 或 and 和 between words as operators, without function words.
        problems: what is searched for in another way than it was typed.
        cut: the words of the Terms that were cut, as typed.
    """

    def __init__(self, analyzer: Analyzer, query: nodes.Query, archive: query_words.Occurrences) -> None:
        self.analyzer = analyzer
        self._archive = archive
        resolver = Resolver(analyzer, query.as_written)
        self._leaf, self._with_marks = resolver.node, resolver.with_marks
        self._run = cache(resolver.term_run)  # asked for by what is wanted, and by what is marked
        self.problems: list[nodes.Problem] = []
        self._unit = query.within if query.within in ("section", "document") else None
        self.query = query
        self.query = query = replace(query, root=self._listed(query.root))
        self.root = self._connected(query.root)
        self.cut: dict[nodes.Term, tuple[str, ...]] = {}

    # --- tiers ----------------------------------------------------------------------------------------------

    def exact(self) -> Node:
        """The literal run in the passage; in a query with operators, each run literally."""
        root, literal = self.query.root, self.query.literal
        if literal is not None and (isinstance(root, (nodes.Term, nodes.Phrase)) or is_words(root)):
            return self._leaf(literal)
        # In the same section or document there may be what is excluded.
        return nodes.And((self._literally(root), self.all())) if self._unit else self._literally(root)

    def pasted(self) -> nodes.Run | None:
        """A query with operators as text, marks too, where something in the archive has it.

        Not with a dash that excludes: 民警 -所长 does not ask for 民警-所长. That is said.
        """
        if not self.query.may_be_pasted:
            return None
        run = self._with_marks(self.query.text)
        # Two characters, as of ??之乎, are in too many passages to look at each, but not behind a mark.
        if run is None or (len(run.text) < 3 and self.query.literal is None):
            return None
        if not self._archive.occurs(run, most=SHORT if len(run.text) == 1 or run.written else None):
            return None
        self.problems += (p for p in self.query.excluded if p not in self.query.problems)
        return None if self.query.excluded else run

    def all(self) -> Node:
        """Every word, one of them at least in the passage itself, the others there or in what it is under.

        With ``within`` the others are in the same passage, section or document.
        """
        terms = [leaf for leaf in nodes.leaves(self.root) if isinstance(leaf, nodes.Term)]
        whole = terms if isinstance(self.root, nodes.Or) else ()  # cut only where it has to be
        self._archive.prefetch(
            *(partial(self._words_of, term) for term in terms),
            *(partial(self._archive.occurs, self._run(term.text)) for term in whole),
        )
        return self._own(self.root)

    def marks(self) -> Node:
        """What is marked in a passage of ``all``: those of the words that it has."""
        return nodes.Or(tuple(self._inside(self.root)))

    def any(self) -> Node:
        """Passages that share two characters in a row, or a word, with the query."""
        return self._some(self.root, alone=True)

    def _listed(self, node: Node) -> Node:
        """``node`` with 作者：甲，乙 as 甲 or 乙 if no document has both; an unknown value is text."""
        match node:
            case nodes.And(children) | nodes.Or(children):
                return type(node)(tuple(map(self._listed, children)))
            case nodes.Not(child):
                return nodes.Not(self._listed(child))
            case nodes.Field(name, nodes.Term() as term, start, end):
                values = listed(term.text, term.start)
                if len(values) < 2:
                    return node

                def has(value: nodes.Term) -> bool:
                    return self._archive.occurs(self._field(name, value, cut=False))

                self._archive.prefetch(*(partial(has, value) for value in (term, *values)))
                if has(term):
                    return node
                known = list(filter(has, values))
                words = [value for value in values if value not in known]
                if not known:
                    return node
                said = several_values(start, end, name, [v.text for v in known], [w.text for w in words])
                self.problems.append(said)
                either = nodes.joined(nodes.Or, (nodes.Field(name, v, v.start, v.end) for v in known))
                return nodes.joined(nodes.And, filter(None, (either, *words))) or node
            case _:
                return node

    def _connected(self, node: Node) -> Node:
        """``node`` with ``or``, ``and``, 或 and 和 between two words as operators, without function words."""
        if not isinstance(node, (nodes.And, nodes.Or)):
            return node
        children = tuple(map(self._connected, node.children))
        if isinstance(node, nodes.Or):
            return nodes.Or(children)
        alternatives: list[list[Node]] = [[]]
        for child, behind in zip(children, (*children[1:], None), strict=True):
            if isinstance(child, nodes.Term) and behind is not None and alternatives[-1]:
                read = _CONNECTIVES.get(self.analyzer.normal_text(child.text))
                if read:
                    self.problems.append(problem("connective", child.start, child.end, child.text, read))
                    alternatives += [[]] if read == "OR" else []
                    continue
            alternatives[-1].append(child)
        joined = (nodes.joined(nodes.And, self._telling(parts)) for parts in alternatives)
        return nodes.joined(nodes.Or, filter(None, joined)) or node

    def _telling(self, children: list[Node]) -> list[Node]:
        """The parts without function words, and without signs such as 甲 + 乙, where others ask for text."""
        words = [child for child in children if not is_sign(child)]
        telling = [child for child in words if not self._is_function(child)]
        if not any(map(asks_for_text, telling)):
            return children
        if self.query.match != "exact":
            dropped = (child for child in words if isinstance(child, nodes.Term) and child not in telling)
            self.problems += (problem("function_word", *self._word_in(one)) for one in dropped)
        return telling

    def _word_in(self, term: nodes.Term) -> tuple[int, int, str]:
        """Where the word of a Term is in the query, and the word: of 《的》 without its marks."""
        normal = self.analyzer.normal(term.text)
        start, end = normal.span(0, len(normal.text))
        return term.start + start, term.start + end, term.text[start:end]

    def _is_function(self, node: Node) -> bool:
        if not isinstance(node, nodes.Term):
            return False
        run = self.analyzer.normal_text(node.text)
        return len(query_words.function_places(run)) == len(run)

    # --- exact ----------------------------------------------------------------------------------------------

    def _literally(self, node: Node) -> Node:
        match node:
            case nodes.And(children) | nodes.Or(children):
                return type(node)(tuple(map(self._literally, children)))
            case nodes.Not(child):
                return nodes.Not(self._literally(child))
            case nodes.Field(name, child):
                return self._field(name, child, cut=False)
            case nodes.Empty():
                return nodes.NOTHING
            case _:
                return self._leaf(node)

    def _field(self, name: nodes.FieldName, node: Node, *, cut: bool) -> Node:
        match node:
            case nodes.Term() if name in nodes.CONTEXTS:
                run = self._run(node.text)
                if not cut and self._archive.occurs(run):
                    return nodes.Field(name, run)
                words = self._field_words(node)
                return _and(tuple(nodes.Field(name, self._run(word)) for word in words))
            case nodes.And(children):
                return nodes.And(tuple(self._field(name, child, cut=cut) for child in children))
            case nodes.Or(children):
                return nodes.Or(tuple(self._field(name, child, cut=False) for child in children))
            case nodes.Not(child):
                return nodes.Not(self._field(name, child, cut=False))
            case _:
                return nodes.Field(name, self._leaf(node))

    def _field_words(self, term: nodes.Term) -> list[str]:
        """The words of a Term after a field name. Up to four characters, such as a name, are not cut."""
        text = without_readings(term.text)
        normal = self.analyzer.normal(text)
        if len(normal.text) <= 4:
            return [text]
        return [text[slice(*normal.span(*place))] for place in self._places(normal.text)]

    # --- all ------------------------------------------------------------------------------------------------

    def _own(self, node: Node, *, cut: bool = True) -> Node:
        """``node`` holds, and the passage itself has a part of the text that it asks for."""
        if not asks_for_text(node):
            return self._every(node, cut=cut)
        match node:
            case nodes.Or(children):
                return nodes.Or(tuple(self._own(child, cut=False) for child in children))
            case nodes.Term() | nodes.And():
                every = self._every(node, cut=cut)
                parts = every.children if isinstance(every, nodes.And) else (every,)
                inside = tuple(dict.fromkeys(self._inside(node)))
                if len(inside) == 1:
                    return _and((*inside, *(p for p in parts if p not in (self._placed(inside[0]), *inside))))
                return every if set(inside) & set(parts) else nodes.And((*parts, nodes.Or(inside)))
            case _:
                return self._literally(node)

    def _inside(self, node: Node) -> Iterator[Node]:
        """The parts of the text of which at least one is in the passage itself, where ``node`` holds."""
        match node:
            case nodes.Term():
                yield from map(self._run, self.words(node))
                if has_date(node.text):
                    yield self._run(node.text)
            case nodes.And(children):
                for child in filter(asks_for_text, children):
                    yield from self._inside(child)
            case _:
                yield self._own(node)

    def _every(self, node: Node, *, cut: bool) -> Node:
        """``node`` holds in the passage and what it is under, or in its section or document."""
        match node:
            case nodes.Term():
                every = _and(tuple(self._placed(self._run(word)) for word in self.words(node, cut=cut)))
                return nodes.Or((every, self._placed(self._run(node.text)))) if has_date(node.text) else every
            case nodes.And(children):
                return nodes.And(tuple(self._every(child, cut=cut) for child in children))
            case nodes.Or(children):
                # An alternative is what it says: cut, it would be found where its words are apart.
                return nodes.Or(tuple(self._every(child, cut=False) for child in children))
            case nodes.Not(child) if self._unit:
                return nodes.Not(nodes.Beside(self._unit, self._literally(child)))
            case nodes.Field(name, child):
                field = self._field(name, child, cut=cut)
                return nodes.Beside(self._unit, field) if self._unit else field
            case _ if self._unit:
                return nodes.Beside(self._unit, self._literally(node))
            case _:
                # A Not excludes by the passage alone: a title would exclude all passages below it.
                return self._literally(node)

    def _placed(self, word: Node) -> Node:
        """The word wherever it counts for a passage."""
        if self._unit:
            return nodes.Beside(self._unit, word)
        if self.query.within == "passage":
            return word
        return nodes.Or((word, *(nodes.Field(name, word) for name in nodes.CONTEXTS)))

    def words(self, term: nodes.Term, *, cut: bool = True) -> tuple[str, ...]:
        """The words of a Term, as typed. A word that does not occur is cut again, with a Problem.

        Without ``cut`` the Term is one word, if it occurs.
        """
        known = self.cut.get(term)
        if known is None:
            whole = not cut and self._archive.occurs(self._run(term.text))
            known = self.cut[term] = (term.text,) if whole else tuple(self._words_of(term))
        return known

    def _words_of(self, term: nodes.Term) -> list[str]:
        text = without_readings(term.text)
        normal = self.analyzer.normal(text)
        run = normal.text
        words: list[str] = []

        def typed(start: int, end: int) -> str:
            return text[slice(*with_own_marks(text, *normal.span(start, end)))].replace(NOTHING, "")

        def may_be_cut(start: int, end: int) -> bool:
            """Two characters have no longer parts, and jieba does not cut letters and digits."""
            return end - start >= 3 and not query_words.is_foreign(run[start:end].replace(BOUNDARY, ""))

        def cut_again(start: int, end: int) -> list[query_words.Place] | None:
            """The places of the parts of a word that occurs nowhere; None where it occurs."""
            if self._archive.occurs(self._run(typed(start, end))):
                return None
            if self.query.as_written:
                return []
            return query_words.cut_again(self.analyzer, run[start:end], self._archive)

        places = self._places(normal.pointed)
        asking = {
            place: partial(cut_again, *place)
            for place in places
            if self.query.as_written or may_be_cut(*place)
        }
        self._archive.prefetch(*asking.values())
        for start, end in places:
            word, parts = typed(start, end), []
            first, last = normal.span(start, end)
            place = term.start + first, term.start + last
            if (start, end) in asking and (again := asking[start, end]()) is not None:
                if self.query.as_written:
                    self.problems.append(problem("not_as_written", *place, word))
                parts = [typed(start + a, start + b) for a, b in again]
            if parts:
                self.problems.append(problem("word_cut_again", *place, word, " ".join(parts)))
            words += parts or [word]
        return words

    def _places(self, run: str) -> list[query_words.Place]:
        if not run:
            return []
        # Of three characters the single ones are joined again, however jieba cuts them: do not load it.
        if (len(run) <= 3 and BOUNDARY not in run) or query_words.is_foreign(run):
            return [(0, len(run))]
        return query_words.query_words(self.analyzer, run, self.query.match)

    # --- any ------------------------------------------------------------------------------------------------

    def _some(self, node: Node, *, alone: bool) -> Node:
        match node:
            case nodes.Term():
                words = () if alone and not self.query.as_written else self.words(node)
                if self.query.as_written or len(words) == 1:
                    return nodes.Or(tuple(map(self._run, words)))
                return self._shares(node.text)
            case nodes.And(children):
                asking = [child for child in children if asks_for_text(child)]
                # Between the quotes of pasted prose 唐 or 史 may be left, which occur nearly everywhere.
                longer = [child for child in asking if not self._is_scrap(child)]
                asked = tuple(self._some(child, alone=False) for child in longer or asking)
                limits = tuple(self._literally(child) for child in children if not asks_for_text(child))
                return _and((nodes.Or(asked), *limits) if asked else limits)
            case nodes.Or(children):
                return nodes.Or(tuple(self._some(child, alone=False) for child in children))
            case nodes.Field(name, child):
                return self._field(name, child, cut=True)
            case _:
                return self._literally(node)

    def _is_scrap(self, node: Node) -> bool:
        """Whether the part is one character with a quote or parenthesis beside it and no white space."""
        if not isinstance(node, (nodes.Term, nodes.Phrase)) or len(self.analyzer.normal_text(node.text)) > 1:
            return False
        typed = self.query.text
        beside = typed[max(0, node.start - 1) : node.start] + typed[node.end : node.end + 1]
        return bool(beside) and not any(map(str.isspace, beside))

    def _shares(self, text: str) -> Node:
        """Passages that share two characters in a row, or a word, with the run.

        Letters and digits count as whole words only: AI is not in said. Han words are not asked for, since a
        passage that has one shares its grams.
        """
        normal = self.analyzer.normal_text(without_readings(text))
        grams = {
            g
            for g in self.analyzer.grams(normal)
            if not (query_words.is_foreign(g[0]) or query_words.is_foreign(g[-1]))
        }
        grams = grams - query_words.function_grams(self.analyzer, normal) or grams
        words = (word for word in foreign_words(normal) if 2 <= len(word) <= MAX_TOKEN)
        shares = nodes.Shares(frozenset(grams), frozenset(words))
        signed = signed_words(normal)
        if not (shares.grams or shares.words or signed):
            return self._run(text)
        # 1949 shares no character with 一九四九.
        others = tuple(map(self._run, dict.fromkeys((*long_numbers(text), *signed))))
        return nodes.Or((shares, *others)) if others else shares


def is_words(node: Node) -> bool:
    """Whether the query has only words with spaces between them."""
    return isinstance(node, nodes.And) and all(isinstance(child, nodes.Term) for child in node.children)


def is_sign(node: Node) -> bool:
    """Whether a word is signs alone between others, as + & = > →; an emoji or ★ is a word."""
    return isinstance(node, nodes.Term) and query_words.are_signs(node.text)


def asks_for_text(node: Node) -> bool:
    """Whether the part asks for text: ``any`` does not require such a part."""
    if isinstance(node, (nodes.And, nodes.Or)):
        return any(map(asks_for_text, node.children))
    return isinstance(node, (nodes.Term, nodes.Phrase, nodes.Pattern, nodes.Near))


def foreign_words(run: str) -> list[str]:
    """The words of letters and of digits, as in the ``words`` stream."""
    return ["".join(word) for of_kind, word in groupby(run, kind) if of_kind in ("letter", "digit")]


def signed_words(run: str) -> list[str]:
    """The letters and digits that have a sign beside them, with it: C#, 5%, AT&T."""
    kinds = groupby(run, lambda c: kind(c) in ("letter", "digit", "symbol"))
    words = ("".join(characters) for is_one, characters in kinds if is_one)
    return [word for word in words if {"symbol"} < set(map(kind, word))]


def _and(parts: tuple[Node, ...]) -> Node:
    return parts[0] if len(parts) == 1 else nodes.And(parts)
