"""A search that is read without click is the one that click reads."""

from __future__ import annotations

from collections.abc import Sequence

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli.commands.search as command
from cli.group import juanzong
from cli.plain import PlainSearch, plain_search
from index.results import SearchRequest

WORDS = ["派出所", "search", "", " ", "-意识", "--", "-", "所\udcff长", "OR", "-h", "--help", "--version"]
OPTIONS = ["--home", "--match", "--limit", "--offset", "--json", "--counts", "--match=all", "--sort", "--lim"]
VALUES = ["exact", "auto", "ANY", "0", "5", "100", "101", "-1", " 7", "1_0", "１", "5.0", "甲", "/乙 丙"]


def read_by_click(arguments: Sequence[str]) -> PlainSearch | None:
    """What click makes of the arguments; None where it has something to say."""
    asked: list[PlainSearch] = []

    def note(request: SearchRequest, home: str | None, *, as_json: bool) -> int:
        asked.append(PlainSearch(request, home, as_json))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "search_and_show", note)
        try:
            juanzong.main(list(arguments), prog_name="juanzong", standalone_mode=False)
        except click.ClickException:
            return None
    return asked[0] if asked else None


@given(
    before=st.sampled_from([[], ["--home", "甲"], ["--home"], ["--home", "甲", "--home", "乙"], ["--json"]]),
    behind=st.lists(st.sampled_from([*WORDS, *OPTIONS, *VALUES]), max_size=6),
)
def test_what_is_read_without_click_is_what_click_reads(before: list[str], behind: list[str]) -> None:
    arguments = [*before, "search", *behind]
    plain = plain_search(arguments)
    assert plain is None or plain == read_by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "派出所"],
        ["search", "--match", "exact", "派出所"],
        ["--home", "甲", "search", "派出所", "所长", "--limit", "5", "--offset", "10"],
        ["search", "派出所", "--json", "--home", "甲"],
    ],
)
def test_the_usual_searches_are_read_without_click(arguments: list[str]) -> None:
    plain = plain_search(arguments)
    assert plain is not None
    assert plain == read_by_click(arguments)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["search", " "],
        ["stats"],
        ["search", "派出所", "--counts"],
        ["search", "派出所", "-所长"],
        ["search", "派出所", "--limit", "101"],
        ["search", "派出所", "--limit"],
        ["search", "派出所", "--match", "some"],
        ["--match", "exact", "search", "派出所"],
        ["-h"],
    ],
)
def test_all_else_is_left_to_click(arguments: list[str]) -> None:
    assert plain_search(arguments) is None


def test_on_windows_all_is_left_to_click(monkeypatch: pytest.MonkeyPatch) -> None:
    """It expands wildcards and variables there."""
    monkeypatch.setattr("cli.plain.os.name", "nt")
    assert plain_search(["search", "派?所"]) is None
