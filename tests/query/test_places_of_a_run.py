"""The places of a plain run in many texts at once are those that the matcher finds in each."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis.analyzer import Analyzer
from index.analysis.normal import SEPARATOR
from index.match import Matcher, Subject
from index.query.nodes import Run

pytest.importorskip("numpy")
ANALYZER = Analyzer.default()
CHARACTERS = "天下後后㎏々〻。， 　\n\r\t\u0301\ufe0f\U000e0100\u200b\u202ea1Ａ\ud800𠀀😀\0" + SEPARATOR
TEXTS = st.lists(st.text(CHARACTERS, max_size=12), min_size=1, max_size=6)


@given(TEXTS, st.sampled_from(["天", "后", "天下", "后天", "天后下", "𠀀"]))
@example(["天\ufe0f\n下\u0301", "", "天 下天下", "後々天々下"], "天下")
@example(["", "天", "后\u0301々"], "后")
@example([""], "天")
def test_a_run_is_found_in_many_texts_as_in_each(texts: list[str], run: str) -> None:
    vectors = ANALYZER.vectors
    assert vectors is not None
    matcher = Matcher(Run(run), ANALYZER, query=run)
    assert vectors.places(texts, run) == [list(matcher.spans(Subject(text))) for text in texts]
