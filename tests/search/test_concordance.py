"""The lines of a concordance against a plain scan of the texts: every sort and grouping, on each engine.

Only the published tables are the project's: which form a character folds to, of what kind it is, and the
orders of Unihan. What is a place, what is beside it and in which order lines come is written again here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import get_args

import pytest
from msgspec.structs import replace
from search_support import archive_of, json_lines

from archive.store import POSITION_BITS
from archive.text.folding import Folding, kind, section
from index.archive import Archive
from index.engines.registry import installed
from index.errors import QueryError
from index.requests import (
    Collation,
    ConcordanceRequest,
    FacetName,
    LineGroup,
    LineSort,
    Neighbour,
    SearchRequest,
)
from index.search import answer, concordance

RECORDS = [
    {"id": "甲", "title": "第10卷", "author": "编者甲", "date": "1931", "edition": "影印本"},
    {"id": "乙", "title": "第9卷", "author": "编者乙", "date": "1932", "edition": "影印本"},
    {"id": "丙", "title": "附錄", "author": "编者甲、编者乙", "date": "1932", "edition": "校本"},
    {"id": "丁", "title": "無題"},
]
TEXTS = (
    "郭子儀後至，郭子仪后走；郭子儀。\n「郭子儀」曰：郭\n子儀不可。\n人々郭子儀々。",
    "郭子儀\n而郭子仪自爲之。郭子儀ＡＢ㎏郭子儀——\n　郭子儀　者",
    "以郭子儀為之，以郭子仪爲之，以郭子儀为之。\n" * 3,
    "李郭子儀，𠀀郭子儀𠀁，郭·子儀，郭子儀" + "……！" * 20 + "遠" + "？" * 30 + "郭子仪",
)
RUN = "郭子仪"
FOLDING = Folding()
QUERY = SearchRequest('"郭子儀"', limit=1000)
SORTS: tuple[LineSort, ...] = get_args(LineSort)
NEIGHBOURS: tuple[Neighbour, ...] = get_args(Neighbour)


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    if not installed(request.param):
        pytest.skip(f"{request.param} is not installed")
    records = [record | {"text": text} for record, text in zip(RECORDS, TEXTS, strict=True)]
    texts = {"a.jsonl": json_lines(records)}
    with archive_of(tmp_path_factory.mktemp(request.param), texts, engine=request.param) as opened:
        yield opened


@pytest.fixture(autouse=True)
def small_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several lists of several shares, as an archive of millions of passages has them."""
    monkeypatch.setattr(answer, "SHARE", 5)
    monkeypatch.setattr(answer, "WALKED", 2)
    monkeypatch.setattr(concordance, "AT_ONCE", 1)
    monkeypatch.setattr(concordance, "_BATCH", 9)


# --- the plain scan -----------------------------------------------------------------------------------------


def atoms(text: str) -> list[tuple[str, int]]:
    """Folded characters with their places; ``·`` for punctuation. What is blank or invisible is left out."""
    found: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        character = found[-1][0] if character == "々" and found else character
        for folded in FOLDING[ord(character)]:
            if kind(folded) == "punctuation":
                found.append(("·", place))
            elif kind(folded) in ("han", "letter", "digit", "other"):
                found.append((folded, place))
    return found


class Found:
    """A place with what is around it, as the scan sees it."""

    def __init__(self, archive: Archive, key: int, text: str, at: list[tuple[str, int]], first: int) -> None:
        store = archive.generation.store
        (passage,) = store.passages([key])
        self.document = store.documents([key >> POSITION_BITS])[key >> POSITION_BITS]
        start, end = at[first][1], at[first + len(RUN) - 1][1] + 1
        self.line = (passage.id, text[:start], text[start:end], text[end:])
        self.form = re.sub(r"\s", "", text[start:end])
        beside = (at[:first][::-1], at[first + len(RUN) :])
        self.near = [("".join(c for c, _ in side if c != "·")[:5]).ljust(5, "\0") for side in beside]

    def neighbour(self, name: Neighbour) -> str:
        return self.near[name.startswith("right")][int(name[-1]) - 1].replace("\0", "|")

    def sorted_by(self, sort: LineSort, collation: Collation) -> object:
        order = (
            {c: i for i, c in enumerate(section("orders.tsv", collation).strip())}
            if collation != "code"
            else {}
        )

        def places(text: str) -> list[tuple[int, int]]:
            return [(1, order[c]) if c in order else (0, ord(c)) for c in text]

        match sort:
            case "place":
                return 0
            case "document":
                parts = re.split(r"(\d+)", self.document.title)
                return [(0, int(p), []) if i % 2 else (1, 0, places(p)) for i, p in enumerate(parts)]
            case "form":
                return places(self.form)
            case _:
                return places(self.near[sort.startswith("right")][int(sort[-1]) - 1 :])


@lru_cache
def scanned(archive: Archive) -> list[Found]:
    """All places of the run in the order of the archive."""
    found = []
    for batch in archive.generation.store.scan():
        for key, text in batch:
            at = atoms(text)
            folded = "".join(character for character, _ in at)
            found += [
                Found(archive, key, text, at, i) for i in range(len(folded)) if folded.startswith(RUN, i)
            ]
    return found


def lines(archive: Archive, request: ConcordanceRequest) -> list[tuple[str, str, str, str]]:
    answered = archive.concordance(replace(request, context=1000))
    return [(line.passage_id, line.left, line.hit, line.right) for line in answered.lines]


def in_one(line: tuple[str, ...]) -> tuple[str, ...]:
    """With blanks for line ends."""
    return tuple(re.sub(r"\s*\n\s*", " ", part) for part in line)


# --- sorts --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("collation", get_args(Collation))
@pytest.mark.parametrize("sort", SORTS)
def test_lines_are_sorted_as_a_plain_scan_sorts_them(
    archive: Archive, sort: LineSort, collation: Collation
) -> None:
    places = scanned(archive)
    wanted = sorted(places, key=lambda place: place.sorted_by(sort, collation))  # type: ignore[arg-type,return-value]
    found = lines(archive, ConcordanceRequest(QUERY, sort=sort, collation=collation))
    assert found == [in_one(place.line) for place in wanted]
    assert len(found) > 20


def test_windows_are_parts_of_the_whole(archive: Archive) -> None:
    for sort in ("place", "right1"):
        whole = lines(archive, ConcordanceRequest(QUERY, sort=sort))
        for offset in range(0, len(whole) + 3, 4):
            window = ConcordanceRequest(replace(QUERY, offset=offset, limit=4), sort=sort)
            assert lines(archive, window) == whole[offset : offset + 4]
        request = ConcordanceRequest(QUERY, sort=sort, context=2)
        assert list(archive.lines(request)) == list(archive.concordance(request).lines)


def test_a_first_page_reads_no_more_than_it_shows(archive: Archive) -> None:
    """How many lines there are is said once all were read: for a sort, for groups, where it is asked for."""
    query = replace(QUERY, query="郭子儀", limit=2)
    first = archive.concordance(ConcordanceRequest(query))
    assert (first.total, first.more, len(first.lines)) == (None, True, 2)
    assert 2 < len(archive.places(query)) < 12
    counted = archive.concordance(ConcordanceRequest(replace(query, counts=True)))
    assert counted.total == len(scanned(archive))
    last = archive.concordance(ConcordanceRequest(replace(query, offset=counted.total - 2)))
    assert (last.total, last.more, len(last.lines)) == (counted.total, False, 2)


def test_context_is_cut_where_the_passage_ends(archive: Archive) -> None:
    request = ConcordanceRequest(replace(QUERY, documents=("甲",), limit=2), context=2)
    first, second = archive.concordance(request).lines
    assert (first.left, first.hit, first.right) == ("", "郭子儀", "後至")
    assert (second.left, second.hit, second.right) == ("至，", "郭子仪", "后走")


# --- groups -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_neighbours_are_counted_as_a_plain_scan_counts_them(archive: Archive, name: Neighbour) -> None:
    """Folded; punctuation, blanks and line ends are passed over; | where the passage has none."""
    answered = archive.concordance(ConcordanceRequest(QUERY, group=name))
    counted = Counter(place.neighbour(name) for place in scanned(archive))
    assert {group.value: group.count for group in answered.groups} == counted
    assert answered.group_values == len(counted)
    counts = [group.count for group in answered.groups]
    assert counts == sorted(counts, reverse=True)


@pytest.mark.parametrize(("name", "sort"), [("left1", "place"), ("right3", "form"), ("form", "right1")])
def test_a_group_has_its_own_lines(archive: Archive, name: LineGroup, sort: LineSort) -> None:
    def of(place: Found) -> str:
        return place.form if name == "form" else place.neighbour(name)  # type: ignore[arg-type]

    places = sorted(scanned(archive), key=lambda place: place.sorted_by(sort, "code"))  # type: ignore[arg-type,return-value]
    for group in archive.line_groups(ConcordanceRequest(QUERY, group=name)):
        request = ConcordanceRequest(QUERY, sort=sort, group=name, only=group.value)
        own = [in_one(place.line) for place in places if of(place) == group.value]
        assert lines(archive, request) == own
        assert archive.concordance(request).total == group.count == len(own)


def test_written_forms_are_counted(archive: Archive) -> None:
    answered = archive.concordance(ConcordanceRequest(QUERY, group="form"))
    counted = Counter(place.form for place in scanned(archive))
    assert {group.value: group.count for group in answered.groups} == counted


FIELDS: dict[FacetName, tuple[str, ...]] = {
    "document": ("id",),
    "author": ("author",),
    "year": ("date",),
    "edition": ("edition",),
}


@pytest.mark.parametrize("name", FIELDS)
def test_lines_are_counted_by_the_fields_of_their_texts(archive: Archive, name: FacetName) -> None:
    answered = archive.concordance(ConcordanceRequest(QUERY, group=name))
    counted: Counter[str] = Counter()
    for place in scanned(archive):
        record = next(record for record in RECORDS if record["id"] == place.document.id)
        counted.update(filter(None, record.get(FIELDS[name][0], "").split("、")))
    assert {group.value: group.count for group in answered.groups} == counted


def test_filters_hold_as_in_a_search(archive: Archive) -> None:
    found = lines(archive, ConcordanceRequest(replace(QUERY, years=(1932,)), sort="right1"))
    wanted = [p for p in scanned(archive) if (p.document.date or "").startswith("1932")]
    assert sorted(found) == sorted(in_one(place.line) for place in wanted)


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"sort": "right6"}, "sort is 'right6'"),
        ({"collation": "radical"}, "collation is 'radical'"),
        ({"group": "left0"}, "group is 'left0'"),
        ({"context": 1001}, "context is 1001"),
        ({"search": SearchRequest("郭", limit=1001)}, "limit is 1001"),
        ({"search": SearchRequest("郭", offset=-1)}, "offset is -1"),
        ({"only": "不"}, "only"),
        ({"only": "1931", "group": "year"}, "only"),
    ],
)
def test_what_cannot_be_answered_is_named(archive: Archive, wrong: dict[str, object], named: str) -> None:
    with pytest.raises(QueryError, match=re.escape(named)):
        archive.concordance(ConcordanceRequest(**{"search": QUERY, **wrong}))  # type: ignore[arg-type]


def test_what_is_not_found_has_no_lines(archive: Archive) -> None:
    for query in (SearchRequest("尉遲恭"), replace(QUERY, years=(1800,))):
        answered = archive.concordance(ConcordanceRequest(query, sort="left1", group="right1"))
        assert (answered.total, answered.lines, answered.groups) == (0, (), ())
    assert [problem.code for problem in answered.problems] == ["no_such_year"]


def test_a_sort_of_too_many_lines_is_refused(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concordance, "MOST_SORTED", 9)
    with pytest.raises(QueryError, match="up to 9 are sorted"):
        archive.concordance(ConcordanceRequest(SearchRequest("郭子儀 "), sort="right5", collation="strokes"))


def test_hostile_texts_are_lines_as_others(tmp_path: Path) -> None:
    word = "x" * 10_000
    text = f"<script>郭\u202e子\u2066儀</script>郭子儀\u202e{word}\x00"
    with archive_of(tmp_path, {"a.jsonl": json_lines([{"id": "a", "title": "<b>", "text": text}])}) as opened:
        answered = opened.concordance(ConcordanceRequest(QUERY, sort="right1", group="left1"))
    assert answered.total == 2
    assert {line.hit for line in answered.lines} == {"郭\u202e子\u2066儀", "郭子儀"}
