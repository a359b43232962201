"""Why a passage was found, or was not, and what gave it its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from index.analysis.analyzer import Analyzer
from index.match import Matcher, Subject
from index.query.condition import KeyIn, RankTerm
from index.query.nodes import (
    Term,
    leaves,
)
from index.query.resolve import Resolver
from index.results import SearchRequest
from index.search.cancellation import still_wanted
from index.search.context import short_path, shortened
from index.search.verify import subject

if TYPE_CHECKING:
    from index.archive import Archive


def explain(archive: Archive, request: SearchRequest, key: int) -> dict[str, Any]:
    """As JSON: how both were cut, which words stand where, the tier, and the score with its parts.

    The parts of the score are asked of the engine one by one; they add up to the score of the passage.
    """
    store, snapshot, analyzer = archive.generation.store, archive.generation.snapshot, archive.analyzer
    answer = archive.answer(replace(request, complete=True))
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

    parts = [(term, given(term)) for term in answer.rank]
    nearness = answer.nearness_of(key, tier) if tier is not None else 0.0
    normal = analyzer.normal_text(passage.text)
    spans = answer.highlighter(tier).spans(context) if tier is not None else ()
    return {
        "query": request.query,
        "match": request.match,
        "understood": answer.plan.understood,
        "relaxed": answer.relaxed,
        "problems": [{"start": p.start, "end": p.end, "message": p.message} for p in answer.problems],
        "words": [
            {"text": word, "places": _places(analyzer, word, context.text)}
            for word in dict.fromkeys(
                word
                for term in leaves(answer.plan.query.root)
                if isinstance(term, Term)
                for word in answer.plan.words.get(term, (term.text,))
            )
        ],
        "passage": {
            "id": passage.id,
            "document": document.id,
            "normal": normal,
            "words": [normal[start:end] for start, end in analyzer.cut(normal)],
            "title": shortened(context.title),
            "section": list(short_path(context.section)),
            "byline": list(map(shortened, context.author)),
        },
        "tier": tier,
        "spans": [list(span) for span in spans],
        "score": round(sum(score for _, score in parts) + nearness, 6),
        "nearness": round(nearness, 6),
        "gave": [
            {
                "stream": term.stream,
                "token": term.token,
                "weight": term.weight,
                "records": snapshot.frequency(term.stream, term.token),
                "score": round(score, 6),
            }
            for term, score in sorted(parts, key=lambda part: -part[1])
            if score
        ],
    }


def _places(analyzer: Analyzer, word: str, text: str) -> list[list[int]]:
    still_wanted()
    matcher = Matcher(Resolver(analyzer).term_run(word), analyzer)
    return [list(span) for span in matcher.spans(Subject(text))]
