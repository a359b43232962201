"""*Did you mean*: queries of the archive's own words, where what was typed finds nothing, or hardly anything.

One run of the query is replaced, or one word in it: by a word that sounds alike, by one that differs in one
character, or by the word whose pinyin was typed. All else stays as it was typed. What looks like notation but
is not (甲？乙, 甲OR乙, autor:甲) is offered as notation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from itertools import islice

from msgspec import Struct
from msgspec.structs import replace

from archive.text.folding import kind
from index.query import nodes
from index.query.condition import All, Some, Stream, TokenPhrase
from index.query.notation import listed
from index.query.numbers import NUMERALS
from index.query.query_words import Place, function_places, query_words
from index.query.scan import FIELDS
from index.requests import SearchRequest
from index.search.answer import HARDLY_ANY, Answer
from index.search.ranking import frequencies
from index.search.searchable import Searchable
from index.suggestions.pinyin import of_syllables, parses, readings, spelled
from index.suggestions.suggest import passages_with, suggest, words_of, written
from index.suggestions.vocabulary import LONGEST, UNREAD

MOST = 3

_FOUND_IN: tuple[Stream, ...] = ("grams", *nodes.CONTEXTS)
_LONGEST_RUN = 40
_RUNS = 3
_WINDOWS = 6
_OF_A_KIND = 3
_TRIED = 4

_WIDE_WILDCARD = re.compile(r"(?<=\w)[？＊](?=\w)")
_JOINED = re.compile(r"(?<=[^\W\da-zA-Z])(OR|AND|NOT|NEAR(?:/[0-9]+)?)(?=[^\W\da-zA-Z])")
_SMALL = re.compile(r"(?<=\S\s)(?:not|near(?:/[0-9]+)?)(?=\s\S)")
_NAMED = re.compile(r"(?:(?<=\s)|^)([^\W\d]{2,12})(?=[:：]\S)")


class Correction(Struct, frozen=True):
    """A word for the query from ``start`` to ``end``; the lower the rank, the likelier."""

    rank: int
    passages: int
    word: str
    start: int
    end: int


def did_you_mean(archive: Searchable, request: SearchRequest, answer: Answer) -> tuple[str, ...]:
    """Up to three queries in place of one that found hardly anything; each finds more, and exactly."""
    if (
        " " in request.query.strip()
        and set(map(kind, request.query)) == {"letter", "space"}
        and not answer.total
    ):
        spelt = suggest(archive, request.query, MOST)  # xincheng guihua: each word alone is in other places
        if spelt:
            return tuple(suggestion.text for suggestion in spelt)
    root = answer.plan.query.root
    enough = answer.total if answer.is_as_asked else 0
    is_known = not enough and _is_one_run(request, answer)
    others = [] if answer.total else list(_as_text(request, root))
    others += [] if enough else _as_notation(request.query)
    runs = (leaf for leaf in nodes.leaves(root, in_fields=True) if not isinstance(leaf, nodes.Pattern))
    details = set(_in_details(root))
    corrected = [
        partial(_corrections, archive, request, node, node in details) for node in islice(runs, _RUNS)
    ]
    prefetch = archive.snapshot.prefetch
    prefetch(*corrected, *(partial(_finds, archive, request, query) for query in others))
    found = [query for query in others if _finds(archive, request, query)]
    if (
        not answer.total
        and isinstance(root, nodes.Term)
        and "”" not in root.text
        and answer.passages_inside(root.text)
    ):
        found.append(f"“{root.text}”")
    corrections = sorted(
        (correction for call in corrected for correction in call()),
        key=lambda c: (c.rank, -c.passages, c.word, c.start),
    )

    def tried(correction: Correction) -> tuple[str, bool]:
        """The query with the word in it, and whether it finds more."""
        word = written(archive, correction.word)
        query = request.query[: correction.start] + word + request.query[correction.end :]
        if is_known and correction.passages:
            return query, True
        other = archive.answer(replace(request, query=query, facets=()))
        return query, other.is_as_asked and (other.total > enough or other.is_literal)

    prefetch(*(partial(tried, correction) for correction in corrections[:_TRIED]))
    queries: dict[str, bool] = {}
    for correction in corrections:
        if len(queries) == _TRIED or len(found) + sum(queries.values()) >= MOST:
            break
        queries.setdefault(*tried(correction))
    found += (query for query, finds_more in queries.items() if finds_more)
    return tuple(dict.fromkeys(found))[:MOST]


def _as_text(request: SearchRequest, node: nodes.Node) -> Iterator[str]:
    """The query with the values of a field as words of the text: 作者：甲，孟子."""
    match node:
        case nodes.Field(_, nodes.Term() as term, start, end) if end == term.end:
            values = " ".join(value.text for value in listed(term.text, 0))
            yield request.query[:start] + values + request.query[end:]
        case nodes.And(children):
            for child in children:
                yield from _as_text(request, child)


def _in_details(node: nodes.Node) -> Iterator[nodes.Node]:
    """What is wanted in a field of documents: in no passage, nor above one."""
    match node:
        case nodes.Field(name, child) if name not in nodes.CONTEXTS:
            yield from nodes.leaves(child)
        case nodes.And(children) | nodes.Or(children):
            for child in children:
                yield from _in_details(child)


def _as_notation(query: str) -> Iterator[str]:
    """The query with what is nearly notation as notation."""
    read = _WIDE_WILDCARD.sub(lambda mark: "?" if mark[0] == "？" else "*", query)
    read = _SMALL.sub(lambda word: word[0].upper(), _JOINED.sub(r" \1 ", read))
    for name in _NAMED.finditer(read):
        if near := get_close_matches(name[1].lower(), FIELDS, 1, 0.5):
            read = read[: name.start()] + near[0] + read[name.end() :]
            break
    if read != query:
        yield read


def _finds(archive: Searchable, request: SearchRequest, query: str) -> bool:
    """Whether another query finds something, with all of its words."""
    return archive.answer(replace(request, query=query, facets=())).is_as_asked


def _is_one_run(request: SearchRequest, answer: Answer) -> bool:
    """Whether the query is one run, looked for in all texts: a correction that occurs is found then."""
    narrowed = request.unfiltered != request
    return (
        isinstance(answer.plan.query.root, nodes.Term | nodes.Phrase)
        and not narrowed
        and not request.as_written
    )


def _corrections(
    archive: Searchable, request: SearchRequest, node: nodes.Term | nodes.Phrase, is_detail: bool
) -> list[Correction]:
    text = node.text
    at = request.query.find(text, node.start)
    normal = archive.analyzer.normal(text)
    run = normal.text
    if at < 0 or not 2 <= len(run) <= _LONGEST_RUN or passages_with(archive, text, HARDLY_ANY + 1):
        return []
    # Otherwise what is wanted may be in several passages, in a field of documents, or some of it only.
    meets = (
        request.match != "any"
        and not request.across
        and request.within in (None, "passage")
        and not is_detail
    )
    kinds = set(map(kind, run))
    if kinds == {"han"}:
        windows = [(0, len(run))] if len(run) <= LONGEST else []
        windows += islice(_windows(archive, run), _WINDOWS)
        if meets:
            windows = _with_words_that_meet(archive, request, run, windows)
        found = [(window, _alike(archive, run[slice(*window)])) for window in dict.fromkeys(windows)]
    elif "letter" in kinds:
        found = [((0, len(run)), _spelled_so(archive, text))]
    else:
        return []
    changed = [
        (rank, word, (start, end), run[:start] + word + run[end:])
        for (start, end), words in found
        for rank, word in words
    ]
    snapshot = archive.snapshot
    function = function_places(run)
    wanted = {whole: _wanted(archive, request, whole) for *_, whole in changed if meets}
    together = {whole: _together(archive, whole, words) for whole, words in wanted.items()}
    snapshot.prefetch(
        *(partial(passages_with, archive, whole, 1) for *_, whole in changed),
        *(partial(snapshot.count, condition) for condition in together.values()),
    )
    corrections = []
    for rank, word, (start, end), whole in changed:
        # The run with the word in its place occurs: that is far better than the word alone.
        occurs = passages_with(archive, whole, 1)
        if not occurs and function.issuperset(range(start, end)):
            continue
        if not occurs and meets:
            is_wanted = any(first < end and start < last for first, last in wanted[whole])
            if not is_wanted or not snapshot.count(together[whole]):
                continue
        first, last = normal.span(start, end)
        corrections.append(Correction(rank if occurs else rank + 10, occurs, word, at + first, at + last))
    return corrections


def _windows(archive: Searchable, run: str) -> Iterator[Place]:
    """Parts of a run that may be one wrong word: those of two to four characters that are not words.

    A wrong character mostly leaves the words around it as they are, and is cut off alone: parts between two
    words come first, those with single characters before others. It may also be drawn to the next word, so
    that parts follow which have a word at one side only. Function words beside each other (是谁, 哪一个) come
    last: they are seldom wrong.
    """
    places = archive.analyzer.cut(run)
    first, last = {start for start, _ in places}, {end for _, end in places}
    single = {start for start, end in places if end - start == 1}
    function = function_places(run)
    found: list[tuple[bool, int, bool, int, int, int]] = []
    for start in range(len(run) - 1):
        for end in range(start + 2, min(start + 4, len(run)) + 1):
            loose = (start not in first) + (end not in last)
            if loose < 2 and end - start < len(run):
                part = range(start, end)
                found.append(
                    (function.issuperset(part), loose, single.isdisjoint(part), start - end, start, end)
                )
    words = frequencies(archive.snapshot, "words", (run[start:end] for *_, start, end in found))
    return ((start, end) for *_, start, end in sorted(found) if not words[run[start:end]])


def _with_words_that_meet(
    archive: Searchable, request: SearchRequest, run: str, windows: list[Place]
) -> list[Place]:
    """The windows around which the other words of the run occur together, in a passage or above it.

    Where these do not, no word in the window lets the run find anything.
    """
    snapshot = archive.snapshot
    wanted = _wanted(archive, request, run)
    words = [
        (start, end)
        for start, end in archive.analyzer.cut(run)
        if any(first <= start and end <= last for first, last in wanted)
    ]
    around = {
        window: _together(archive, run, (w for w in words if w[1] <= window[0] or w[0] >= window[1]))
        for window in windows
    }
    asked = {condition for condition in around.values() if condition.parts}
    snapshot.prefetch(*(partial(snapshot.count, condition) for condition in asked))
    met = {All(()): True} | {condition: snapshot.count(condition) > 0 for condition in asked}
    return [window for window in windows if met[around[window]]]


def _wanted(archive: Searchable, request: SearchRequest, run: str) -> list[Place]:
    """The words of a run that a search wants all of; up to three characters are one word."""
    return query_words(archive.analyzer, run, request.match) if len(run) > 3 else [(0, len(run))]


def _together(archive: Searchable, run: str, words: Iterable[Place]) -> All:
    """Words of a run are in one passage, or above it. What has other forms, as a number, may be anywhere."""
    grams = (
        tuple(archive.analyzer.grams(run[start:end]))
        for start, end in words
        if end - start > 1 and NUMERALS.isdisjoint(run[start:end])
    )
    return All(tuple(Some(tuple(TokenPhrase(stream, word) for stream in _FOUND_IN)) for word in grams))


def _alike(archive: Searchable, word: str) -> list[tuple[int, str]]:
    """Words of the same length that sound alike, or differ in one character, with their ranks."""
    vocabulary = archive.generation.vocabulary
    size = len(word)
    ranks: dict[str, int] = {}
    sounds = [{*"".join(of_syllables()[r] for r in readings(c)), c} for c in word]
    for syllable in readings(word[0]):
        same = [other for other in vocabulary.beginning(syllable) if len(other) == size]
        for place in range(1, size):
            same = [other for other in same if other[place] in sounds[place]]
        near = (other for other in same if _differences(other, word) == 1)
        ranks |= dict.fromkeys(islice(near, _OF_A_KIND), 0)
        for other in same[:_OF_A_KIND]:
            ranks.setdefault(other, 1)
    beginning = (
        other
        for other in vocabulary.beginning(next(iter(readings(word[0])), UNREAD))
        if other[0] == word[0] and len(other) == size and _differences(other, word) == 1
    )
    ending = (
        other
        for other in vocabulary.ending(next(iter(readings(word[-1])), UNREAD))
        if other[1:] == word[1:] and other[0] != word[0]
    )
    for other in (*islice(beginning, _OF_A_KIND), *islice(ending, _OF_A_KIND)):
        ranks.setdefault(other, 2 if size > 2 else 3)
    ranks.pop(word, None)
    return [(rank, other) for other, rank in ranks.items()]


def _differences(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _spelled_so(archive: Searchable, text: str) -> list[tuple[int, str]]:
    """Words whose pinyin or initials were typed, and words of letters that differ in one of them."""
    ranks: dict[str, int] = {}
    for slots in parses(archive.analyzer.folding.fold(spelled(text))):
        whole = all(slot.whole for slot in slots)
        words = words_of(archive, slots, _OF_A_KIND, longer=False) if len(slots) > 1 else ()
        for word in words:
            ranks.setdefault(word, 0 if whole else 4)
    normal = archive.analyzer.normal_text(text)
    for word in archive.generation.vocabulary.of_letters():
        if len(word) == len(normal) > 2 and _differences(word, normal) == 1:
            ranks.setdefault(word, 2)
    found = frequencies(archive.snapshot, "words", ranks)
    likeliest = sorted(ranks, key=lambda word: (ranks[word], -found[word], word))
    return [(ranks[word], word) for word in likeliest[: 2 * _OF_A_KIND]]
