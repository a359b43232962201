"""The matcher against slow and obvious implementations of the same meanings, on made-up texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from query_support import ANALYZER, matcher

from index.analysis.normal import as_seen
from index.match import Subject
from index.match.matcher import Matcher
from index.match.prepared_text import PreparedText, pattern_places
from index.query.nodes import (
    AnyCharacters,
    Near,
    NoneOf,
    OneCharacter,
    OneOf,
    Pattern,
    PatternPart,
    Run,
)

Place = tuple[int, int]

# Already in normal form, so that the slow implementations need not know of folding.
texts = st.text("甲乙丙·", max_size=24).map(lambda t: ANALYZER.normal(t).text)
runs = st.text("甲乙丙", min_size=1, max_size=3).map(Run)


def scan(run: str, text: str) -> list[Place]:
    return [(i, i + len(run)) for i in range(len(text)) if text[i : i + len(run)] == run]


def prepared(text: str, *, across: bool = False) -> PreparedText:
    return PreparedText(text, ANALYZER.normal(text), across=across)


# --- nearness ---------------------------------------------------------------------------------------------


@given(texts, runs, runs, st.integers(0, 6))
def test_nearness(text: str, left: Run, right: Run, distance: int) -> None:
    wanted = set()
    for a in scan(left.text, text):
        for b in scan(right.text, text):
            first, last = sorted((a, b))
            if first[1] <= last[0] <= first[1] + distance:
                wanted |= {a, b}
    engine = Matcher(Near(left, right, distance), ANALYZER)
    assert engine.places(Subject(text)) == sorted(wanted)
    assert engine.holds(Subject(text)) == bool(wanted)


def gap(a: Place, b: Place) -> int:
    """Characters between two places; negative where they overlap."""
    return max(b[0] - a[1], a[0] - b[1])


@settings(max_examples=300)
@given(texts, st.permutations("甲乙丙"), st.integers(0, 4), st.integers(0, 4))
def test_nearness_of_three(text: str, order: list[str], first: int, second: int) -> None:
    a, b, c = map(Run, order)
    wanted = set()
    for x in scan(a.text, text):
        for y in scan(b.text, text):
            for z in scan(c.text, text):
                if 0 <= gap(x, y) <= first and (0 <= gap(x, z) <= second or 0 <= gap(y, z) <= second):
                    wanted |= {x, y, z}
    engine = Matcher(Near(Near(a, b, first), c, second), ANALYZER)
    assert engine.places(Subject(text)) == sorted(wanted)


# --- patterns ---------------------------------------------------------------------------------------------

several = st.lists(runs, min_size=1, max_size=3).map(tuple)
middle = st.one_of(
    runs,
    several.map(OneOf),
    st.just(OneCharacter()),
    st.integers(0, 20).map(AnyCharacters),
)
patterns = st.builds(
    lambda before, parts, run, behind: Pattern((*before, run, *parts, *behind)),
    st.lists(several.map(NoneOf), max_size=1),
    st.lists(middle, max_size=5),
    runs,
    st.lists(several.map(NoneOf), max_size=1),
)


def ends(parts: tuple[PatternPart, ...], text: str, position: int) -> set[int]:
    """Every end of the parts from ``position`` on, by trying everything."""
    if not parts:
        return {position}
    part, rest = parts[0], parts[1:]
    if isinstance(part, Run):
        fits = {position + len(part.text)} if text.startswith(part.text, position) else set()
    elif isinstance(part, OneOf):
        fits = {position + len(r.text) for r in part.runs if text.startswith(r.text, position)}
    elif isinstance(part, OneCharacter):
        fits = {position + 1} if text[position : position + 1] not in ("", "·") else set()
    elif isinstance(part, AnyCharacters):
        fits = set()
        for length in range(part.most + 1):
            if position + length > len(text) or "·" in text[position : position + length]:
                break
            fits.add(position + length)
    else:
        fits = {position} if not any(text.startswith(r.text, position) for r in part.runs) else set()
    return {end for fit in fits for end in ends(rest, text, fit)}


@settings(max_examples=300)
@given(texts, patterns)
def test_patterns(text: str, pattern: Pattern) -> None:
    parts = pattern.parts
    before: tuple[Run, ...] = ()
    if isinstance(parts[0], NoneOf):
        before, parts = parts[0].runs, parts[1:]
    wanted = []
    for start in range(len(text)):
        if any(text[:start].endswith(run.text) for run in before):
            continue
        if found := ends(parts, text, start):
            wanted.append((start, min(found)))
    assert list(pattern_places(pattern, prepared(text))) == wanted


# --- words, numbers ---------------------------------------------------------------------------------------


@given(st.text("aé12甲 ", max_size=16), st.text("ae12甲", min_size=1, max_size=3))
def test_words_and_numbers_match_whole(text: str, run: str) -> None:
    normal = ANALYZER.normal(text).text

    def goes_on(a: str, b: str) -> bool:
        return (a in "ae" and b in "ae") or (a in "12" and b in "12")

    wanted = [
        (start, end)
        for start, end in scan(run, normal)
        if not (start and goes_on(normal[start - 1], normal[start]))
        and not (end < len(normal) and goes_on(normal[end - 1], normal[end]))
    ]
    assert list(prepared(text).occurrences(Run(run, whole=True))) == wanted


# --- across punctuation, as written -----------------------------------------------------------------------


@given(st.text("甲乙，。 ", max_size=20), st.text("甲乙，", min_size=1, max_size=5))
def test_across_punctuation(text: str, query: str) -> None:
    run = "".join(c for c in query if c in "甲乙")
    kept = [i for i, c in enumerate(text) if c in "甲乙"]
    bare = "".join(text[i] for i in kept)
    subject = Subject(text)
    engine = matcher(f"“{query}”", across=True)
    if not run:
        assert engine.spans(subject) == ()
        return
    assert engine.holds(subject) == (run in bare)
    # What stands between two characters is marked or not as the places overlap: the characters count.
    covered = {i for a, b in scan(run, bare) for i in kept[a:b]}
    assert {i for a, b in engine.spans(subject) for i in range(a, b) if i in kept} == covered


@given(st.text("臺台湾灣，。 \n", max_size=16), st.text("臺台湾灣，", min_size=1, max_size=4))
def test_as_written(text: str, query: str) -> None:
    run = query.strip("，")
    subject = Subject(text)
    engine = matcher(f"“{query}”", as_written=True)
    seen = as_seen(text)
    # Two marks in a row are one boundary, and of the query's own ends none counts.
    assert engine.holds(subject) == (run in seen if run else True)
    for start, end in engine.spans(subject):
        assert set(as_seen(text[start:end])) <= set(run)


# --- where words go on ------------------------------------------------------------------------------------


@given(st.text("甲乙𠮷ab·,.，15０", max_size=24), st.booleans())
def test_where_words_go_on(text: str, across: bool) -> None:
    """Only characters that are not Han are looked at: all others part words."""
    made = prepared(text, across=across)
    wanted = sum(1 << position for position in range(len(made.text) + 1) if made.parts_words(position))
    assert made.words_mask == wanted
