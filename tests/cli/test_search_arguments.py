"""What a search is asked for, by the arguments that were typed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from command_support import Run
from hypothesis import given
from hypothesis import strategies as st

import cli.commands.search as command
from cli.group import juanzong
from index.requests import SearchRequest

WORDS = ["派出所", "search", "", " ", "-意识", "--", "-", "所\udcff长", "OR", "-h", "--help", "--version"]
OPTIONS = ["--home", "--match", "--limit", "--offset", "--json", "--counts", "--match=all", "--sort", "--lim"]
VALUES = ["exact", "auto", "ANY", "0", "5", "100", "101", "-1", " 7", "1_0", "１", "5.0", "甲", "/乙 丙"]


class Asked(NamedTuple):
    """A search as it reaches the archive."""

    request: SearchRequest
    home: str | None = None
    as_json: bool = False


def asked(arguments: Sequence[str]) -> Asked | None:
    """What is asked for; None where there is something to say about the arguments, or help was wanted."""
    searches: list[Asked] = []

    def note(ctx: click.Context, request: SearchRequest, *, as_json: bool) -> int:
        searches.append(Asked(request, ctx.find_root().obj, as_json))
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command, "search_and_show", note)
        try:
            juanzong.main(list(arguments), prog_name="juanzong", standalone_mode=False)
        except click.ClickException:
            return None
    return searches[0] if searches else None


@given(
    before=st.sampled_from([[], ["--home", "甲"], ["--home"], ["--home", "甲", "--home", "乙"], ["--json"]]),
    behind=st.lists(st.sampled_from([*WORDS, *OPTIONS, *VALUES]), max_size=6),
)
def test_whatever_is_typed_is_a_search_or_a_misuse(before: list[str], behind: list[str]) -> None:
    search = asked([*before, "search", *behind])
    if search is not None:
        words = search.request.query.split()
        assert words
        assert set(words) <= {part for word in behind for part in word.replace("\udcff", "\ufffd").split()}


@pytest.mark.parametrize(
    ("arguments", "search"),
    [
        (["search", "派出所"], Asked(SearchRequest("派出所", limit=10))),
        (["search", "--match", "exact", "派出所"], Asked(SearchRequest("派出所", "exact", 10))),
        (
            ["--home", "甲", "search", "派出所", "所长", "--limit", "5", "--offset", "10"],
            Asked(SearchRequest("派出所 所长", limit=5, offset=10), "甲"),
        ),
        (
            ["search", "派出所", "--json", "--home", "甲"],
            Asked(SearchRequest("派出所", limit=10), "甲", True),
        ),
        (["search", "派出所", "-所长"], Asked(SearchRequest("派出所 -所长", limit=10))),
        (["search", "所\udcff长"], Asked(SearchRequest("所\ufffd长", limit=10))),
        (["search", "派出所", "--counts"], Asked(SearchRequest("派出所", limit=10, counts=True))),
    ],
)
def test_a_search_is_read_as_it_is_typed(arguments: list[str], search: Asked) -> None:
    assert asked(arguments) == search


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["search"],
        ["search", " "],
        ["search", "派出所", "--limit", "101"],
        ["search", "派出所", "--limit"],
        ["search", "派出所", "--offset", "-1"],
        ["search", "派出所", "--match", "some"],
        ["search", "派出所", "--nothing"],
        ["--match", "exact", "search", "派出所"],
        ["-h"],
    ],
)
def test_a_misuse_asks_the_archive_nothing(arguments: list[str]) -> None:
    assert asked(arguments) is None


def test_a_query_is_echoed_as_it_was_typed(run: Run, home: Path) -> None:
    """啊啊啊啊 was answered with “Nothing found for 啊啊啊”: its words overlap."""
    assert "Nothing found for “啊啊啊啊”." in run("--home", home, "search", "啊啊啊啊").stderr


@pytest.mark.parametrize("command", ["search", "kwic", "distribution", "collocates", "keyness"])
def test_a_function_word_that_is_not_required_is_named_with_its_place(
    run: Run, home: Path, command: str
) -> None:
    said = "有 is a function word and is not required; in quotes it is searched for. (at character 5: 有)"
    assert said in run("--home", home, command, "派出所 有").stderr


def test_a_function_word_in_quotes_or_alone_is_required(run: Run, home: Path) -> None:
    for query in ('派出所 "有"', "有", "派出所"):
        assert "function word" not in run("--home", home, "search", query).stderr
    assert "function word" not in run("--home", home, "search", "--match", "exact", "派出所 有").stderr
