"""The ways to write a number, and what is no number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query.numbers import digit_by_digit, forms, to_digits, with_units


@pytest.mark.parametrize(
    ("run", "others"),
    [
        ("1949", ("一九四九", "一千九百四十九")),
        ("１９４９年", ("1949年", "一九四九年", "一千九百四十九年")),
        ("一九四九", ("1949", "一千九百四十九")),
        ("2008", ("二〇〇八", "二零零八", "二○○八", "二千零八", "两千零八")),
        ("220名", ("二二〇名", "二百二十名", "两百二十名")),
        ("二百二十名", ("220名", "二二〇名", "两百二十名")),
        ("10", ("一〇", "一零", "一○", "十")),
        ("十二", ("12", "一二")),
        ("3-5", ("三-五",)),
        ("0531", ("〇五三一", "零五三一", "○五三一")),
        ("第20届", ("第二〇届", "第二十届")),
    ],
)
def test_a_number_has_these_other_forms(run: str, others: tuple[str, ...]) -> None:
    written = forms(run)
    assert written[0] == run
    assert set(others) <= set(written)


@pytest.mark.parametrize(
    "run",
    [
        "派出所",
        "三国",
        "四人帮",
        "千万",
        "万一",
        "百姓",
        "十分",
        "一",
        "十",
        "亿万",
        "成千上万",
        "百十",
        "AI",
        "",
    ],
)
def test_words_with_numerals_that_are_no_number_stay_as_they_are(run: str) -> None:
    assert forms(run) == (run,)


@given(st.integers(1, 10**12 - 1))
def test_every_form_of_a_number_is_that_number(number: int) -> None:
    digits = str(number)
    assert to_digits(with_units(digits)) == digits
    assert to_digits(digit_by_digit(digits)) == digits
    written = forms(digits)
    assert len(written) <= 6
    for form in written:
        assert form == digits or to_digits(form.replace("两", "二")) == digits


@given(st.text("〇零○一二两三十百千万亿萬億19０ 年", max_size=12))
def test_forms_of_anything_begin_with_what_was_typed_and_are_few(run: str) -> None:
    written = forms(run)
    assert written[0] == run
    assert len(written) == len(set(written)) <= 7
