"""Whatever is typed: no exception but the named one, and a tree that can be written and read again."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fuzzing import fuzzed, try_all
from hypothesis import example, given
from hypothesis import strategies as st
from query_support import ANALYZER

from index.errors import QueryError
from index.match import Matcher, Subject
from index.query.nodes import (
    And,
    Field,
    Match,
    Near,
    Node,
    NoneOf,
    Not,
    OneOf,
    Or,
    Pattern,
    Phrase,
    Run,
    Term,
)
from index.query.notation import notation
from index.query.parse import parse
from index.query.resolve import Resolver

PIECES = [
    *'甲乙派所长A1①𨽻〇　 ，。·—-－(（)）“”「」『』‘’"＂«»[［]］^|｜?*？＊~～:：/.#\n',
    *["OR ", " OR ", " NOT ", " NEAR ", " NEAR/3 ", " AND ", "ＯＲ", " -", "title:", "作者：", "section:"],
    *["date:", "日期：", "[^", "[甲|乙]", "~10", "1949..", "1949-10", "光绪三年", "民國", "二十", "一九四九"],
    *["f(x)", "甲(一)", "&", "@", "*", " -5"],
]
queries = st.one_of(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.text(max_size=60))


def simplified(node: Node) -> object:
    """The tree without places, its texts in normal form: what has to survive being written and read."""
    match node:
        case Term(text) | Phrase(text) | Run(text):
            return type(node).__name__, ANALYZER.normal(text).text
        case Pattern(parts):
            return "pattern", *(
                simplified(part)
                if isinstance(part, Run)
                else (type(part).__name__, part.runs if isinstance(part, (OneOf, NoneOf)) else ())
                for part in parts
            )
        case And(children) | Or(children):
            return type(node).__name__, *map(simplified, children)
        case Not(child):
            return "not", simplified(child)
        case Near(left, right, distance):
            return "near", simplified(left), simplified(right), distance
        case Field(name, child):
            return name, simplified(child)
        case _:
            return type(node).__name__, getattr(node, "first", 0), getattr(node, "last", 0)


@given(queries)
@example("[甲|(")
@example("date:“”")
@example("“甲”-乙")
@example('"甲"title:乙')
def test_no_query_raises_anything_but_the_named_error(text: str) -> None:
    matches: tuple[Match, ...] = ("auto", "exact")
    for match in matches:
        try:
            query = parse(text, match)
        except QueryError:
            return
        for problem in query.problems:
            assert 0 <= problem.start < problem.end <= len(text)
            assert problem.message
            assert problem.said("zh")


@given(queries, st.booleans(), st.booleans())
@example("[甲|乙]，[甲|乙]", True, True)
def test_every_query_can_be_matched_and_highlights_only_what_holds(
    text: str, as_written: bool, across: bool
) -> None:
    query = parse(text, as_written=as_written, across=across)
    root = Resolver(ANALYZER, query.as_written).node(query.root)
    subject = Subject("甲乙，派出所所长A1 1949年①", "甲", ("乙", "派所"), ("长",), "1949")
    matcher = Matcher(root, ANALYZER, query=text, across=across)
    spans = matcher.spans(subject)
    end = 0
    for first, last in spans:
        assert end <= first < last <= len(subject.text)
        end = last
    if spans:
        assert matcher.holds(subject)


@given(queries)
@example("“甲")
@example('甲"乙')
@example("“甲”-乙")
@example("“甲”标题：乙")
@example("(甲 NEAR 乙) NEAR (丙 NEAR 丁)")
@example("-(甲 OR -(乙 丙)) date:..1949-10-01")
@example("“a”b”c“")
@example("甲(乙")
@example(" NOT (甲")
@example(" -[^")
@example("甲[^甲(]")
@example("甲[^甲]，")
@example("*OR 甲")
@example("甲[^甲]，甲")
@example('""title:[甲|乙]')
@example("0)\x1b0")
@example("?[^所］［甲")
@example("丙*[^所]，甲")
@example("甲[^所][^丁]［甲")
@example("“a”-[^甲|乙]")
@example("甲[|^乙]")
@example("“a”-[甲|乙]丙")
@example("[(^甲]乙")
@example("[^甲([^乙(]]?丙")
@example("?(“甲")
@example("/date:「^”OR f(x).#(f(x)「-?) - 乙")
@example("甲(，OR)")
@example("甲(‘ＯＲ) NEAR 甲")
@example("date:[甲|乙]")
def test_a_query_as_understood_parses_to_the_same_tree(text: str) -> None:
    query = parse(text)
    written = notation(query)
    if len(written) > 1000:
        return
    assert simplified(parse(written).root) == simplified(query.root), written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("王安石（司马光", "王安石，司马光"),
        ("说：“好", "说：好"),
        ("‘好", "好"),
        ("天下，大势", "天下，大势"),
        ("天下——大势", "天下——大势"),
        ("(OR", "，OR"),
    ],
)
def test_a_mark_that_would_mean_something_else_is_written_as_a_comma(text: str, written: str) -> None:
    """It was written as the ``·`` of the normal form, which nobody had typed."""
    assert notation(parse(text)) == written


WORST = {
    "parentheses": "(" * 50 + "甲" + ")" * 50 + "（甲）" * 200,
    "unclosed parentheses": "(" * 50 + "甲" * 950,
    "unclosed quotes": "“" * 1000,
    "nested quotes": "“" * 500 + "”" * 500,
    "straight quotes": '"甲"' * 333,
    "near": "甲 NEAR 乙 " * 110,
    "near in quotes": '"' + "甲 " * 495 + '"~5',
    "stars": "甲*" * 500,
    "question marks": "?" * 999 + "甲",
    "sets": "[甲|乙]" * 200,
    "open sets": "[甲|" * 333,
    "excluding sets": "甲[^乙]" * 200,
    "dashes": "-" * 1000,
    "nots": "NOT " * 250,
    "ors": "甲 OR " * 200,
    "bars": "|" * 1000,
    "a long date": "date:" + "一" * 990,
    "many dates": "date:1949..1956 " * 62,
    "digits": "1" * 1000,
    "numerals": "二千零" * 333,
    "fields": "title:甲 " * 125,
    "near of groups": "(" + "甲 " * 200 + ") NEAR (" + "乙 " * 200 + ")",
}


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Work of a processor; not that of collecting what all tests before have left, 0.2 s by itself."""
    gc.disable()
    begin = time.process_time()
    try:
        yield
        assert time.process_time() - begin < seconds
    finally:
        gc.enable()


@pytest.mark.parametrize("name", WORST)
def test_the_worst_queries_are_parsed_and_matched_quickly(name: str) -> None:
    text = WORST[name][:1000]
    with within(0.2):
        query = parse(text)
    matcher = Matcher(Resolver(ANALYZER, query.as_written).node(query.root), ANALYZER, query=text)
    with within(2):
        for passage in ("甲" * 1000, "甲乙，" * 333):
            matcher.spans(Subject(passage, title="甲" * 100))


@fuzzed
def test_random_queries_are_understood_or_refused_by_name(trials: int | None) -> None:
    def trial(chance: random.Random) -> None:
        text = "".join(chance.choices(PIECES, k=chance.choice((3, 12, 40, 400)))) * chance.choice(
            (1, 1, 1, 9)
        )
        if chance.random() < 0.2:
            text += chr(
                chance.choice((0, 0x300, 0x200D, 0xD800, 0xFFFE, 0x2A6DF, chance.randrange(0x11_0000)))
            )
        match: Match = chance.choice(("auto", "exact", "all", "any"))
        try:
            query = parse(text, match)
            resolved = Resolver(ANALYZER, query.as_written).node(query.root)
        except QueryError:
            return
        assert all(0 <= found.start <= found.end <= len(text) for found in query.problems)
        subject = Subject("派出所长A1①，甲·二十名" * 3, title="甲", section=("长",), author=("①",))
        matcher = Matcher(resolved, ANALYZER, query=text)
        ends = [0, *(place for span in matcher.spans(subject) for place in span)]
        assert ends == sorted(ends)
        assert ends[-1] <= len(subject.text)

    try_all(trials, trial)
