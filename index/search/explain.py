"""Why a passage was found, or was not, and what gave it its score."""

from __future__ import annotations

from msgspec import Struct

from index.generation import Generation
from index.match import Matcher, Subject
from index.query.condition import KeyIn, RankTerm, Stream
from index.query.nodes import Match, Problem, Term, leaves
from index.query.resolve import Resolver
from index.requests import SearchRequest
from index.results import Span, Tier
from index.search.answer import Answer
from index.search.cancellation import still_wanted
from index.search.context import short_path, shortened
from index.search.verify import subject


class WordPlaces(Struct, frozen=True):
    """A word of the query and its places in the passage."""

    text: str
    places: tuple[Span, ...]


class ExplainedPassage(Struct, frozen=True):
    """The passage: its normal form, the words of that, and what it is under."""

    id: str
    document: str
    normal: str
    words: tuple[str, ...]
    title: str
    section: tuple[str, ...]
    byline: tuple[str, ...]


class TokenScore(Struct, frozen=True):
    """What a token gave to the score; ``records`` is how many passages have it."""

    stream: Stream
    token: str
    weight: float
    records: int
    score: float


class Explanation(Struct, frozen=True, omit_defaults=True):
    """How query and passage were cut, which words occur where, the tier, and the score with its parts.

    Attributes:
        tier: None where the passage is not found.
        gave: the tokens that gave something to the score, most first; with ``nearness`` they add up to it.
        moved_from: the id that was asked for, of which the passage took the place; else None.
    """

    query: str
    match: Match
    understood: str
    relaxed: bool
    problems: tuple[Problem, ...]
    words: tuple[WordPlaces, ...]
    passage: ExplainedPassage
    tier: Tier | None
    spans: tuple[Span, ...]
    score: float
    nearness: float
    gave: tuple[TokenScore, ...]
    moved_from: str | None = None


def explain(generation: Generation, answer: Answer, request: SearchRequest, key: int) -> Explanation:
    """The explanation of a request and a passage: the engine says each part of the score by itself."""
    store, snapshot, analyzer = generation.store, generation.snapshot, generation.analyzer
    (passage,) = store.passages([key])
    document = store.documents([passage.document_key])[passage.document_key]
    section = store.sections([passage.section_key])[passage.section_key]
    context = subject(passage.text, document, section)
    tier = answer.tiers_of([key]).get(key)
    this = KeyIn((key,))

    def given(term: RankTerm) -> float:
        still_wanted()
        hits = snapshot.search(this, [term], limit=1)
        return hits[0].score if hits else 0.0

    def places(word: str) -> tuple[Span, ...]:
        still_wanted()
        return Matcher(Resolver(analyzer).term_run(word), analyzer).spans(Subject(context.text))

    parts = [(term, given(term)) for term in answer.rank]
    nearness = answer.nearness_of(key, tier) if tier is not None else 0.0
    normal = analyzer.normal_text(passage.text)
    spans = answer.highlighter(tier).spans(context) if tier is not None else ()
    words = dict.fromkeys(
        word
        for term in leaves(answer.plan.query.root)
        if isinstance(term, Term)
        for word in answer.plan.words.get(term, (term.text,))
    )
    return Explanation(
        query=request.query,
        match=request.match,
        understood=answer.plan.understood,
        relaxed=answer.relaxed,
        problems=answer.problems,
        words=tuple(WordPlaces(word, places(word)) for word in words),
        passage=ExplainedPassage(
            id=passage.id,
            document=document.id,
            normal=normal,
            words=tuple(normal[start:end] for start, end in analyzer.cut(normal)),
            title=shortened(context.title),
            section=short_path(context.section),
            byline=tuple(map(shortened, context.author)),
        ),
        tier=tier,
        spans=spans,
        score=round(sum(score for _, score in parts) + nearness, 6),
        nearness=round(nearness, 6),
        gave=tuple(
            TokenScore(t.stream, t.token, t.weight, snapshot.frequency(t.stream, t.token), round(score, 6))
            for t, score in sorted(parts, key=lambda part: -part[1])
            if score
        ),
    )
