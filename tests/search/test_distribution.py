"""Where hits are, beside a plain count over the same records, on each engine."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
from search_support import archive_of, everything, json_lines

from index.archive import Archive
from index.errors import QueryError
from index.requests import By, SearchRequest
from index.results import Distribution, DistributionRow

# Date as it is given, the periods that it lies in by unit (None: its own), author, source, folder.
DATES: dict[str | None, dict[str, tuple[str, ...]]] = {
    "1898-09-21": {"year": ("1898",), "month": ("1898-09",), "decade": ("1890–1899",),
                   "reign": ("清光绪 1875–1908",), "dynasty": ("清 1644–1911",)},
    "1898": {"year": ("1898",), "decade": ("1890–1899",), "reign": ("清光绪 1875–1908",),
             "dynasty": ("清 1644–1911",)},
    "1937-02": {"year": ("1937",), "month": ("1937-02",), "decade": ("1930–1939",),
                "reign": ("民国 1912–1949",), "dynasty": ("民国 1912–1949",)},
    "1644-05-01": {"year": ("1644",), "month": ("1644-05",), "decade": ("1640–1649",),
                   "reign": ("明崇祯 1628–1644", "清顺治 1644–1661"),
                   "dynasty": ("明 1368–1644", "清 1644–1911")},
    "1998-12-31": {"year": ("1998",), "month": ("1998-12",), "decade": ("1990–1999",), "reign": ("1950–",),
                   "dynasty": ("1950–",)},
    "唐": {"dynasty": ("唐 618–907",)},
    "光绪年间": {"reign": ("清光绪 1875–1908",), "dynasty": ("清 1644–1911",)},
    "1912–1949": {"reign": ("民国 1912–1949",), "dynasty": ("民国 1912–1949",)},
    "1937-07..1945-08": {"reign": ("民国 1912–1949",), "dynasty": ("民国 1912–1949",)},
    None: {},
}  # fmt: skip
OWN = {"1898-09-21": "1898-09-21", "1898": "1898", "1998-12-31": "1998-12-31", "唐": "618–907",
       "光绪年间": "1875–1908", "1912–1949": "1912–1949", "1937-07..1945-08": "1937-07–1945-08"}  # fmt: skip
AUTHORS = (None, "编者", "记者甲", "编者、记者甲")
SOURCES = ("日报", "晚报", None)
FOLDERS = ("", "史部", "史部/正史", "集部")
Record: TypeAlias = dict[str, str | None]

RECORDS: list[Record] = [
    {
        "id": f"{number}",
        "title": f"第{number}篇",
        "text": "\n".join(
            f"之乎者也{'𨽻之' * (place % 3)}，第{place}段。" for place in range(number % 4 + 1)
        ),
        "date": date,
        "author": AUTHORS[number % 4],
        "source": SOURCES[number % 3],
        "folder": FOLDERS[number * 7 % 4],
    }
    for number, date in enumerate(list(DATES) * 3)
]
QUERIES = ("之", "𨽻", "第一段 OR 者也", "没有")
TIMES: tuple[By, ...] = ("year", "month", "decade", "reign", "dynasty")


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    files: defaultdict[str, list[Record]] = defaultdict(list)
    for record in RECORDS:
        given: Record = {
            name: value for name, value in record.items() if value is not None and name != "folder"
        }
        files[f"{record['folder']}/文.jsonl".lstrip("/")].append(given)
    sources = {name: json_lines(records) for name, records in files.items()}
    with archive_of(tmp_path_factory.mktemp("where"), sources, engine=request.param) as opened:
        assert not opened.report()
        yield opened


def labels(record: Record, by: By) -> tuple[str, ...]:
    """The rows that a record belongs to, by the tables above; an empty label is none."""
    date = record["date"]
    if by in TIMES:
        assert date is None or isinstance(date, str)
        return DATES[date].get(by) or (OWN.get(date or "", ""),)
    if by == "collection":
        folders = str(record["folder"]).split("/")
        return tuple("/".join(folders[: depth + 1]) for depth in range(len(folders)))
    if by == "document":
        return (str(record["title"]),)
    value = str(record.get(by) or "")
    return tuple(value.split("、")) if by == "author" else (value,)


def pieces(record: Record) -> list[str]:
    """The passages of a record: its title, its byline, the lines of its text."""
    byline = [str(record["author"])] if record["author"] else []
    return [str(record["title"]), *byline, *str(record["text"]).split("\n")]


def scanned(by: By, wanted: list[Record]) -> dict[str, tuple[int, int, int, int, int]]:
    """By label: characters, passages with 之, with 𨽻, with 第一段 or 者也, occurrences of 之."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for record in wanted:
        for label in labels(record, by):
            for text in pieces(record):
                found[label].update(
                    characters=len(text), zhi="之" in text, rare="𨽻" in text,
                    either="第一段" in text or "者也" in text, places=text.count("之"),
                )  # fmt: skip
    names = ("characters", "zhi", "rare", "either", "places")
    return {label: tuple(count[name] for name in names) for label, count in found.items()}  # type: ignore[misc]


def rows(found: Distribution) -> dict[str, DistributionRow]:
    assert len({row.label for row in found.rows}) == len(found.rows)
    return {row.label: row for row in found.rows}


@pytest.mark.parametrize("by", [*TIMES, "document", "collection", "author", "source"])
def test_counts_and_characters_are_those_of_a_scan(archive: Archive, by: By) -> None:
    request = SearchRequest("", limit=100)
    found, places = rows(archive.distribution(request, QUERIES, by)), scanned(by, RECORDS)
    assert {label: (row.characters, *row.counts) for label, row in found.items()} == {
        label: (*counts[:4], 0) for label, counts in places.items()
    }
    assert found.keys() == places.keys()
    for row in found.values():
        assert row.per_10000 == tuple(round(n * 10_000 / row.characters, 4) for n in row.counts)
    by_places = SearchRequest("", limit=100, facet_by="occurrences")
    found = rows(archive.distribution(by_places, ["之"], by))
    assert {label: row.counts[0] for label, row in found.items()} == {
        label: counts[4] for label, counts in places.items()
    }


@pytest.mark.parametrize("by", TIMES)
def test_periods_come_in_their_order_and_undated_texts_last(archive: Archive, by: By) -> None:
    found = archive.distribution(SearchRequest("", limit=1), ["之"], by).rows
    assert [row.value for row in found].index("none") == len(found) - 1
    years = [int(row.label.split(" ")[-1].split("–")[0].split("-")[0]) for row in found[:-1]]
    assert years == sorted(years)
    assert {row.label for row in found if row.apart} <= set(OWN.values())


@pytest.mark.parametrize("by", [*TIMES, "document", "collection", "author", "source"])
def test_the_value_of_a_row_is_a_filter_that_finds_what_it_counts(archive: Archive, by: By) -> None:
    field = {"document": "documents", "collection": "collections", "author": "authors"}.get(by, "dates")
    for row in archive.distribution(SearchRequest("", limit=100), ["之"], by).rows:
        if row.value is None:
            continue
        named = {"details": (("source", row.value),)} if by == "source" else {field: (row.value,)}
        assert len(everything(archive, "之", **named)) == row.counts[0], row
        if by in TIMES:
            listed = archive.listed(SearchRequest("", limit=100, dates=(row.value,)))
            assert sum(document.characters for document in listed.documents) == row.characters


@pytest.mark.parametrize(
    ("filters", "keeps"),
    [
        ({"years": (1898,)}, lambda r: str(r["date"]).startswith("1898")),
        ({"dates": ("1900..",)}, lambda r: (r["date"] or "") > "19" and r["date"][0] == "1"),
        ({"dates": ("none",)}, lambda r: r["date"] is None),
        ({"collections": ("史部",)}, lambda r: str(r["folder"]).startswith("史部")),
        ({"authors": ("编者",)}, lambda r: "编者" in str(r["author"])),
        ({"details": (("source", "日报"),)}, lambda r: r["source"] == "日报"),
    ],
)
@pytest.mark.parametrize("by", ["dynasty", "author", "collection"])
def test_filters_are_those_of_a_search_for_characters_too(
    archive: Archive, by: By, filters: dict[str, object], keeps: object
) -> None:
    wanted = [record for record in RECORDS if keeps(record)]  # type: ignore[operator]
    assert wanted
    request = SearchRequest("", limit=100, **filters)  # type: ignore[arg-type]
    found = rows(archive.distribution(request, ["之"], by))
    expected = {label: counts[:2] for label, counts in scanned(by, wanted).items()}
    assert {label: (row.characters, row.counts[0]) for label, row in found.items()} == expected


def test_kinds_have_their_characters_beyond_the_first_plane_too(archive: Archive) -> None:
    found = rows(archive.distribution(SearchRequest(""), ["𨽻"], "kind"))
    texts = [line for record in RECORDS for line in str(record["text"]).split("\n")]
    assert found["text"].characters == sum(map(len, texts))
    assert found["text"].counts == (sum("𨽻" in text for text in texts),)
    assert found["title"].counts == (0,)


def test_values_come_in_pages_with_most_hits_first(archive: Archive) -> None:
    whole = archive.distribution(SearchRequest("", limit=100), ["之"], "document")
    assert whole.total == len(RECORDS)
    counts = [row.counts[0] for row in whole.rows]
    assert counts == sorted(counts, reverse=True)
    page = archive.distribution(SearchRequest("", limit=5, offset=10), ["之"], "document")
    assert (page.rows, page.total, page.offset) == (whole.rows[10:15], whole.total, 10)
    assert archive.distribution(SearchRequest("", limit=5), ["之"], "document", every=True).rows == whole.rows


def test_what_has_no_value_has_its_place_among_them(archive: Archive) -> None:
    """It was the last: of hits that were mostly in no folder, 24 pages of folders without any came first."""
    last = set()
    for run in ("之", "𨽻", "第一段", "第二段", "第四段"):
        for by in ("collection", "source", "author"):
            rows = archive.distribution(SearchRequest("", limit=100), [run], by).rows
            counts = [row.counts[0] for row in rows]
            assert counts == sorted(counts, reverse=True)
            last.add(rows[-1].value)
    assert len(last) > 1


@pytest.mark.parametrize("by", ["document", "collection", "source"])
@pytest.mark.parametrize("parts", [1, 3, 200])
def test_parts_are_equal_shares_of_the_characters(archive: Archive, by: By, parts: int) -> None:
    """The texts of a row follow each other in the order of the archive; a passage is where it begins."""
    order = [document.id for document in archive.listed(SearchRequest("", limit=100)).documents]
    records = sorted(RECORDS, key=lambda record: order.index(str(record["id"])))
    found = rows(archive.distribution(SearchRequest("", limit=100), ["之", "没有"], by, parts))
    for label, row in found.items():
        texts = [text for record in records if label in labels(record, by) for text in pieces(record)]
        length, at, expected = sum(map(len, texts)), 0, [0] * parts
        for text in texts:
            expected[at * parts // length] += "之" in text
            at += len(text)
        assert sum(row.parts[0]) == row.counts[0]
        assert row.parts[1] == (0,) * parts
        assert row.parts[0] == tuple(expected)


@pytest.mark.parametrize(
    ("queries", "options", "by", "parts"),
    [
        (["之"] * 6, {}, "year", 0),
        ([], {}, "year", 0),
        (["之"], {}, "year", 5),
        (["之"], {}, "document", 201),
        (["之"], {}, "weather", 0),
        (["之"], {"dates": ("gestern",)}, "year", 0),
        (["之"], {"dates": ("1945..1937",)}, "year", 0),
    ],
)
def test_what_cannot_be_counted_is_refused(
    archive: Archive, queries: list[str], options: dict[str, object], by: By, parts: int
) -> None:
    with pytest.raises(QueryError):
        archive.distribution(SearchRequest("", **options), queries, by, parts)  # type: ignore[arg-type]


@pytest.mark.data
def test_the_classical_texts_by_book_are_those_of_a_scan(tmp_path: Path, data_folder: Path) -> None:
    """之 and 郭子仪 by folder, of the first texts of each book: files beside passages."""
    import tarfile

    sources: dict[str, str] = {}
    with tarfile.open(data_folder / "classical" / "classical.tar.xz") as packed:
        for member in packed:
            if member.isfile() and len(sources) < 60:
                file = packed.extractfile(member)
                assert file is not None
                sources[member.name] = file.read().decode()
    with archive_of(tmp_path, sources, engine="tantivy") as archive:
        expected: defaultdict[str, Counter[str]] = defaultdict(Counter)
        store = archive.generation.store
        for document in store.walk_documents():
            for passage in store.passages_of(document.key):
                folders = (document.collection or "").split("/")
                for depth in range(len(folders)):
                    here = expected["/".join(folders[: depth + 1])]
                    here.update(characters=len(passage.text), zhi="之" in passage.text)
        found = archive.distribution(SearchRequest(""), ["之"], "collection", 50, every=True)
        assert {row.value: (row.characters, row.counts[0]) for row in found.rows} == {
            folder: (count["characters"], count["zhi"]) for folder, count in expected.items()
        }
        assert all(sum(row.parts[0]) == row.counts[0] for row in found.rows)
