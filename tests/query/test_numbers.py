"""The ways to write a number, and what is no number."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.numerals import digit_by_digit, digits, number, with_units
from index.query.numbers import forms

MOST = 24


def written(run: str) -> list[str]:
    """The run in all its forms."""
    return list(map("".join, product(*forms(run)))) or [run]


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
        ("十个", ("10个",)),
        ("3个", ("三个",)),
        ("两个", ("2个", "二个")),
        ("第十", ("第10",)),
        ("第一百〇五条", ("第105条", "第一百零五条", "第壹佰零伍条")),
        ("10,000元", ("10000元", "1万元", "一万元", "壹万元")),
        ("一万元", ("10,000元", "10000元", "1万元")),
        ("1.5亿元", ("150000000元", "一亿五千万元", "1亿5000万元", "15000万元", "150,000,000元")),
        ("百万雄师", ("100万雄师", "1000000雄师", "一百万雄师")),
        ("廿六日", ("26日", "二十六日")),
        ("26日", ("廿六日",)),
        ("卅年", ("30年", "三十年")),
        ("三百十五里", ("315里", "三百一十五里")),
        ("二O一二年", ("2012年", "二〇一二年", "二0一二年", "二◯一二年")),
        ("一万万元", ("1亿元", "一亿元", "100000000元", "100,000,000元")),
        ("5%", ("百分之五", "百分之5")),
        ("百分之三点五", ("3.5%", "百分之3.5")),
        ("百分之百", ("100%", "百分之一百")),
        ("四分之三", ("3/4", "4分之3")),
        ("3/4", ("四分之三", "4分之3")),
        ("9787101003048", ("978-7-101-00304-8", "978-7101003048")),
        ("7-101-00304-4", ("7101003044",)),
        ("9789571300009", ("978-957-13-0000-9",)),
        ("0394-8221234", ("03948221234", "0394-822-1234")),
        ("01065521234", ("010-65521234", "010-6552-1234")),
        ("138 0000 1234", ("138-0000-1234", "13800001234")),
        ("4008101234", ("400-810-1234", "400-8101234")),
        ("2001年3月4日", ("2001-03-04", "2001-3-4", "二〇〇一年三月四日", "二оо一年3月四日")),
        ("2001/03/04", ("2001年3月4日", "2001-3-4", "二○○一年三月四日")),
        ("2012年10月", ("二〇一二年十月", "二零一二年10月")),
    ],
)
def test_a_number_has_these_other_forms(run: str, others: tuple[str, ...]) -> None:
    assert written(run)[0] == run.translate({c: c - 0xFEE0 for c in range(0xFF10, 0xFF1A)})
    assert set(others) <= set(written(run))


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
        "统一",
        "一起",
        "三四个",
        "二三十",
        "3.14",
        "三三两两",
        "五四运动",
        "1 2",
        "三点五",
        "万万",
        "百分点",
    ],
)
def test_words_with_numerals_that_are_no_number_stay_as_they_are(run: str) -> None:
    assert forms(run) == ()


@pytest.mark.parametrize("run", ["34个", "56人"])
def test_two_digits_in_a_row_are_three_or_four_and_no_number(run: str) -> None:
    assert digit_by_digit(run[:2]) + run[2] not in written(run)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("廿六", 26),
        ("一百廿六", 126),
        ("二0一二", 2012),
        ("元", 1),
        ("１２", 12),
        ("3万5千", 35000),
        ("甲", None),
        ("", None),
    ],
)
def test_a_numeral_is_read_in_any_form(text: str, value: int | None) -> None:
    assert number(text) == value


@given(st.integers(1, 10**16 - 1))
def test_every_form_of_a_number_is_that_number(n: int) -> None:
    value = str(n)
    assert digits(with_units(value)) == digits(digit_by_digit(value)) == value
    assert len(written(value)) <= MOST
    for form in written(value):
        assert digits(form.replace(",", "").replace("-", "")) == value, form  # as a telephone number


@given(st.text("〇零○一二三两十百千万亿萬億廿壹佰19０,. 年o", max_size=12))
def test_forms_of_anything_begin_with_what_was_typed_and_are_few(run: str) -> None:
    parts = forms(run)
    for part in parts:
        assert len(part) == len(set(part)) <= MOST
    if parts:
        assert "".join(part[0] for part in parts) == run.replace("０", "0")
