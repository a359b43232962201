"""The formula and the length table that all engines share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engines.base import LENGTHS, idf, length_byte, term_factors


def test_lengths_are_those_of_lucene_and_tantivy() -> None:
    """Some of the 256 values of tantivy's ``FIELD_NORMS_TABLE``, which is Lucene's ``SmallFloat``."""
    assert LENGTHS[:40] == tuple(range(40))
    assert LENGTHS[40:50] == (40, 42, 44, 46, 48, 50, 52, 54, 56, 60)
    assert LENGTHS[64] == 152
    assert LENGTHS[255] == 2_013_265_944


@given(st.integers(0, 1 << 30))
def test_a_length_is_rounded_down_by_less_than_an_eighth(length: int) -> None:
    kept = LENGTHS[length_byte(length)]
    assert kept <= length
    assert length - kept <= length / 8


def test_rare_tokens_are_worth_more_and_none_less_than_nothing() -> None:
    values = [idf(1000, having) for having in (1, 10, 500, 1000)]
    assert values == sorted(values, reverse=True)
    assert values[-1] > 0
    assert idf(1000, 1) == pytest.approx(6.5023, abs=1e-3)


def test_a_token_of_a_record_of_average_length_is_worth_one() -> None:
    factors = term_factors(30.0)
    assert factors(1)[length_byte(30)] == pytest.approx(1.0)
    assert factors(1)[length_byte(10)] > 1 > factors(1)[length_byte(90)]
    assert factors(1000)[30] < 2.2
    assert term_factors(0.0)(1)[0] > 0  # an empty index divides by nothing
