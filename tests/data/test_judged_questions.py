"""The questions of cmrc2018 and DRCD: the best comes first, and what is marked is what was asked for."""

from __future__ import annotations

import random

import pytest
from plain_scan import folded
from real_texts import WHOLE, Collection, Question

from archive.text.readings import reading
from index.query.numbers import forms
from index.requests import MAX_LIMIT, MAX_QUERY, SearchRequest

pytestmark = pytest.mark.data


def reciprocal_rank(collection: Collection, question: Question) -> float:
    """1 / the rank of the document that the question was asked about, 0 below the tenth."""
    request = SearchRequest(question.text[:MAX_QUERY], match="any", limit=10)
    first = list(dict.fromkeys(hit.document.id for hit in collection.archive.search(request).hits))
    return 1 / (first.index(question.document) + 1) if question.document in first else 0.0


def test_the_passage_that_a_question_was_asked_about_comes_first(judged: tuple[Collection, float]) -> None:
    """MRR@10 on every fourth question, on all 7,745 with ``JUANZONG_WHOLE=1`` (0.9906 and 0.9747)."""
    collection, floor = judged
    asked = collection.questions if WHOLE else collection.questions[1::4]
    ranks = [reciprocal_rank(collection, question) for question in asked]
    assert sum(ranks) / len(ranks) >= floor


@pytest.mark.parametrize("match", ["auto", "any"])
def test_each_mark_folds_to_a_part_of_the_question_and_the_text_is_unchanged(
    judged: tuple[Collection, float], match: str
) -> None:
    collection, _ = judged
    marked = 0
    for question in random.Random("marks").sample(collection.questions, 500):
        query = question.text
        allowed = [folded(query), *(folded(way) for part in forms(query) for way in part)]
        request = SearchRequest(query, match=match, limit=MAX_LIMIT)  # type: ignore[arg-type]
        for hit in collection.archive.search(request).hits:
            if hit.kind == "text":
                # One of more than 1,000 characters is two passages; 东（とう）京 is read as 东京, and a note.
                lines = collection.paragraphs[hit.document.id].splitlines()
                assert any(hit.text in line or hit.text in reading().sub("", line) for line in lines)
            end = 0
            for start, stop in hit.spans:
                assert end <= start < stop <= len(hit.text)
                end = stop
                part = folded(hit.text[start:stop])
                assert part
                assert any(part in form for form in allowed), (query, hit.text[start:stop])
                marked += 1
    assert marked > 1000
