"""Frozen records: what callers may rely on, measured against the standard library's dataclasses."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.records import as_dict, record, replace


@record
class Place:
    """A place."""

    name: str
    number: int = 7
    parts: tuple[str, ...] = ()

    @property
    def length(self) -> int:
        return len(self.name)


@dataclass(frozen=True, slots=True)
class Reference:
    name: str
    number: int = 7
    parts: tuple[str, ...] = ()


@record
class Other:
    name: str
    number: int = 7
    parts: tuple[str, ...] = ()


@record
class One:
    value: object


@record
class Nothing:
    pass


ARGUMENTS = st.lists(st.integers(), max_size=4)
NAMED = st.dictionaries(st.sampled_from(["name", "number", "parts", "colour"]), st.integers())


@given(values=ARGUMENTS, named=NAMED)
def test_a_record_takes_what_a_dataclass_takes(values: list[Any], named: dict[str, Any]) -> None:
    try:
        wanted = Reference(*values, **named)
    except TypeError:
        with pytest.raises(TypeError):
            Place(*values, **named)
        return
    made = Place(*values, **named)
    assert (made.name, made.number, made.parts) == (wanted.name, wanted.number, wanted.parts)
    assert repr(made) == repr(wanted).replace("Reference", "Place")


@given(
    first=st.tuples(st.text(max_size=1), st.booleans()), second=st.tuples(st.text(max_size=1), st.booleans())
)
def test_records_are_equal_when_their_fields_are(first: tuple[Any, ...], second: tuple[Any, ...]) -> None:
    assert (Place(*first) == Place(*second)) == (first == second)
    assert (hash(Place(*first)) == hash(Place(*second))) or first != second


def test_records_of_two_kinds_differ_though_their_fields_are_equal() -> None:
    """And and Or of the same children mean different things."""
    kinds: list[object] = [Place("甲"), Other("甲"), One("甲"), "甲", Nothing(), ()]
    for first in kinds:
        assert [first == second for second in kinds].count(True) == 1
    assert len({*kinds, Place("甲"), Nothing()}) == len(kinds)


def test_a_record_cannot_be_changed_and_has_no_other_attributes() -> None:
    place: Any = Place("甲")
    for name in ("name", "colour"):
        with pytest.raises(AttributeError, match="frozen"):
            setattr(place, name, "乙")
    with pytest.raises(AttributeError, match="frozen"):
        del place.name
    assert not hasattr(place, "__dict__")
    assert place == Place("甲")


def test_a_record_is_sent_to_another_process_and_matched_by_position() -> None:
    for one in (Place("甲", 3, ("乙",)), One(One("甲")), Nothing()):
        assert pickle.loads(pickle.dumps(one)) == one
    match Place("甲", 3):
        case Place(name, number):
            assert (name, number) == ("甲", 3)
    assert (Place.__doc__, Place("甲乙").length) == ("A place.", 2)


@pytest.mark.parametrize(
    ("values", "named", "message"),
    [
        ((), {}, "Place: no value for name"),
        (("甲",), {"colour": "红"}, "Place: colour cannot be taken"),
        (("甲",), {"name": "乙"}, "Place: name cannot be taken"),
        (("甲", 1, (), 4), {}, "Place: more than 3 values cannot be taken"),
    ],
)
def test_a_wrong_call_is_named(values: tuple[Any, ...], named: dict[str, Any], message: str) -> None:
    with pytest.raises(TypeError, match=message):
        Place(*values, **named)


def test_a_copy_differs_in_the_named_fields_only() -> None:
    place = Place("甲", 3)
    assert replace(place, number=4) == Place("甲", 4)
    assert as_dict(place) == {"name": "甲", "number": 3, "parts": ()}
    assert place == Place("甲", 3)
