"""Fields that the owner of a folder names: kept, found, filtered, counted, sorted, shown and exported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from search_support import archive_on, everything, json_lines

from index.archive import Archive
from index.errors import QueryError
from index.requests import ConcordanceRequest, SearchRequest
from index.results import to_json

SOURCES = {
    "juanzong.toml": 'fields = ["译者", "shelfmark", "标题", "两 词"]\n'
    'patterns = ["{shelfmark}/*.txt"]\n[columns]\n"译笔" = "译者"\n"全宗" = "fonds"\n',
    "metadata.csv": "path,译者,藏书号\nK12/甲.txt,译者甲,1\n",
    "K12/甲.txt": "派出所的一天。\n",
    "乙.txt": "派出所的早晨。\n",
    "乙.txt.juanzong.toml": '译者 = "译者乙"\n',
    "丙.md": "---\ntitle: 丙\n译者: 译者丙\nlayout: post\n---\n\n派出所在街上。\n",
    "表.csv": "正文,译笔,馆藏\n派出所有人。,译者丁,馆一\n",
    "记录.jsonl": json_lines([{"id": "戊", "text": "派出所记录。", "译者": "译者戊", "馆藏": "馆二"}]),
    "己.txt": "派出所没有译者。\n",
}


@pytest.fixture(scope="module", params=["whoosh", "tantivy", "opensearch"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with archive_on(request, tmp_path_factory, SOURCES) as opened:
        yield opened


def ids(archive: Archive, query: str, **options: object) -> list[str]:
    return [hit.document.id for hit in everything(archive, query, **options)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("译者:译者甲", ["K12/甲.txt"]),
        ("译者：译者乙", ["乙.txt"]),
        ("譯者:譯者丙", ["丙.md"]),
        ("译者:译者丁", ["表.csv#2"]),
        ("译者:译者戊", ["戊"]),
        ("SHELFMARK:k12", ["K12/甲.txt"]),
        ("派出所 -译者:译者", ["己.txt"]),
        ("藏书号:1", []),
    ],
)
def test_a_field_is_found_wherever_it_was_said(archive: Archive, query: str, found: list[str]) -> None:
    assert list(dict.fromkeys(ids(archive, query))) == found


def test_it_is_a_filter_a_facet_and_an_order(archive: Archive) -> None:
    assert set(ids(archive, "派出所", details=(("译者", "译者乙"), ("译者", "译者甲")))) == {
        "K12/甲.txt",
        "乙.txt",
    }
    facets = archive.search(SearchRequest("派出所", facets=("译者", "shelfmark"))).facets  # type: ignore[arg-type]
    assert {value.value for value in facets["译者"]} == {f"译者{one}" for one in "甲乙丙丁戊"}
    assert [value.value for value in facets["shelfmark"]] == ["K12"]
    in_order = list(dict.fromkeys(ids(archive, "派出所", sort="译者")))
    assert in_order == ["丙.md", "表.csv#2", "K12/甲.txt", "戊", "乙.txt", "己.txt"]
    listed = archive.listed(SearchRequest("", details=(("shelfmark", "K12"),)))
    assert [one.id for one in listed.documents] == ["K12/甲.txt"]
    for option in ({"sort": "colour"}, {"facets": ("colour",)}, {"details": (("colour", "red"),)}):
        with pytest.raises(QueryError, match="译者"):
            archive.search(SearchRequest("派出所", **option))


def test_places_are_counted_by_it(archive: Archive) -> None:
    found = archive.distribution(SearchRequest(""), ["派出所"], "译者")  # type: ignore[arg-type]
    counts = {row.value: row.counts for row in found.rows}
    assert counts == dict.fromkeys([*(f"译者{one}" for one in "甲乙丙丁戊"), None], (1,))
    grouped = archive.concordance(ConcordanceRequest(SearchRequest("派出所"), group="shelfmark"))  # type: ignore[arg-type]
    assert [(group.value, group.count) for group in grouped.groups] == [("K12", 1)]
    with pytest.raises(QueryError, match="译者"):
        archive.distribution(SearchRequest(""), ["派出所"], "colour")  # type: ignore[arg-type]
    with pytest.raises(QueryError, match="译者"):
        archive.concordance(ConcordanceRequest(SearchRequest("派出所"), group="colour"))  # type: ignore[arg-type]


def test_it_is_shown_and_exported_with_what_is_found(archive: Archive) -> None:
    (hit,) = everything(archive, "一天")
    assert to_json(hit)["document"]["fields"] == {"shelfmark": "K12", "译者": "译者甲"}
    assert archive.document("K12/甲.txt").fields == {"shelfmark": "K12", "译者": "译者甲"}
    header, row = "".join(map(str, archive.export(SearchRequest("一天"), "csv", 5))).splitlines()
    assert header.endswith(",shelfmark,译者")
    assert row.endswith(",K12,译者甲")


def test_what_is_no_field_is_named(archive: Archive) -> None:
    said = {(note.path, note.line, note.said[0]) for note in archive.report()}
    assert said == {
        ("juanzong.toml", 1, "metadata.field"),
        ("juanzong.toml", 5, "metadata.own"),
        ("metadata.csv", 1, "metadata.own"),
        ("丙.md", None, "unknown_field"),
        ("记录.jsonl", 1, "unknown_field"),
    }
