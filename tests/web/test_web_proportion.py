"""An answer is in proportion to its question: what is asked for hugely is refused or comes in parts.

``/browse/folders?in=`` with ``a/`` 16,000 times gave 513 MB and took 2.8 GB of memory; 6,000 filters by year
gave 500 MB in 53 seconds, past the limit of 20, which nobody looked at while a page was rendered.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import hostile_archive
import pytest
from flask.testing import FlaskClient
from serving import serving
from werkzeug.test import TestResponse

from index.build import rebuild
from index.reloading import LiveArchive
from web import limits
from web.app import create_app
from web.limits import LongAnswers

MOST_BYTES = 5_000_000
MOST_MEMORY = 150_000_000
"""Bytes of memory while an answer is made, above what the process had."""


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def hostile_home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an archive in which everything is too much."""
    sources, home = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    hostile_archive.write(sources)
    rebuild(home, sources, engine=request.param)
    return home


@pytest.fixture(scope="module")
def hostile(hostile_home: Path) -> FlaskClient:
    return create_app(LiveArchive(hostile_home).get).test_client(use_cookies=False)


def many(name: str, value: str, number: int) -> str:
    return "&".join(f"{name}={value}{i}" for i in range(number))


DOCUMENTS = "题名众节深字满头引"
ANSWERED = [
    *("/", "/search?q=之&limit=100", "/search?q=之&limit=100&sort=order", "/search?q=乎&limit=100"),
    *("/search?q=标题:题", "/search?q=深&limit=100", "/search?q=" + "之" * 60 + "&limit=100"),
    "/search?q=" + "𠀀" * 1_000 + "&limit=100&match=any",
    "/search?q=" + quote('"" ' * 300),
    "/search?q=" + quote("date:x " * 140),
    "/search?q=之*之&limit=100&counts=1",
    "/search?q=之&" + many("year", "19", 50),
    "/search?q=之&document=满&document=题&" + many("document", "众" * 140, 45),
    *(
        "/concordance?q=之&sort=document&group=document&context=1000&limit=1000",
        "/concordance?q=之*之&sort=right1",
    ),
    *("/concordance?q=之&group=left1&only=引", "/concordance?q=" + quote("乎 ") * 30 + "&group=author"),
    "/concordance?q=之&group=document&document=满&" + many("document", "众" * 140, 45),
    "/api/v1/concordance?q=之&limit=1000&group=author&sort=form",
    *("/browse/folders", "/browse/folders?offset=100", "/browse/folders?in=深/"),
    "/browse/folders?in=" + "/".join("深" * 200),
    *("/browse/authors", "/browse/authors?offset=1000", "/documents", "/documents?author=作者1"),
    *(
        "/distribution?by=document&q=之&q=文&q=人&q=深&q=众",
        "/distribution?by=author&facet_by=occurrences&q=之",
    ),
    *("/distribution?by=year&q=之", "/distribution?by=source&q=文", "/distribution/export?by=author&q=之"),
    *(
        "/api/v1/distribution?by=collection&parts=200&limit=100&q=之",
        "/distribution?by=kind&q=" + "之" * 1_000,
    ),
    *("/left-out", "/help", "/healthz", "/api/v1/stats", "/api/v1/documents?limit=100"),
    *("/api/v1/search?q=之&limit=100", "/api/v1/search?q=之&sort=order&limit=100&offset=5500"),
    "/api/v1/search?q=之&limit=100&counts=1&facets=document,section,author,year,collection,kind",
    "/api/v1/search?q=标题:题&limit=100",
    *("/api/v1/suggest?q=之&limit=50", "/api/v1/suggest?q=" + quote("之 " * 450) + "&limit=50"),
    *(f"/documents/{name}" for name in DOCUMENTS),
    *(f"/documents/{name}?q=之&traces=1" for name in DOCUMENTS),
    *(f"/documents/{name}?q=之&order=file&part=2" for name in DOCUMENTS),
    *(f"/documents/{name}?match=any&q=" + "𠀀" * 999 + "之" for name in "节"),
    *(f"/api/v1/documents/{name}?q=之" for name in DOCUMENTS),
]
REFUSED = [
    ("/browse/folders?in=" + "a/" * 16_000, 404),
    ("/browse/folders?in=无", 404),
    ("/browse/folders?in=夹", 404),
    ("/documents?author=无", 404),
    ("/documents?author=" + "长" * 7_000, 404),
    ("/documents/" + "无" * 1_000, 404),
    ("/documents/" + "无" * 20_000, 400),
    ("/p/" + "0" * 10_000, 404),
    ("/" + "a/" * 200_000, 400),
    ("/search?q=" + "%28" * 1_000, 400),
    ("/search?q=之&" + many("year", "", 6_000), 400),
    ("/search?q=之&" + "year=1949&" * 51, 400),
    ("/search?q=之&" + many("year", "19", 20) + "&" + many("author", "人", 31), 400),
    ("/export?q=之&" + many("collection", "a", 51), 400),
    ("/api/v1/search?q=之&" + many("document", "a", 51), 400),
    ("/api/v1/documents?" + many("author", "a", 51), 400),
    ("/documents/题?q=之&part=0", 400),
    ("/browse/authors?offset=x", 400),
]


def asked(client: FlaskClient, address: str) -> TestResponse:
    with peak_of_memory() as took:
        response = client.get(address)
        assert len(response.data) < MOST_BYTES, address[:100]
    assert took() < MOST_MEMORY, f"{address[:100]} took {took() / 1e6:.0f} MB"
    return response


@contextmanager
def peak_of_memory() -> Iterator[Callable[[], int]]:
    """Gives how many bytes the process took at the most in the block above what it had; 0 but on Linux."""
    status, refs = Path("/proc/self/status"), Path("/proc/self/clear_refs")

    def bytes_of(name: str) -> int:
        found = re.search(rf"{name}:\s+(\d+) kB", status.read_text()) if status.exists() else None
        return int(found[1]) * 1024 if found else 0

    if os.access(refs, os.W_OK):
        refs.write_text("5")  # proc(5): the peak counts from now
    before = after = bytes_of("VmRSS")
    try:
        yield lambda: after - before
    finally:
        after = bytes_of("VmHWM")


def test_no_answer_is_large_whatever_the_archive_holds(hostile: FlaskClient) -> None:
    """Each ends within the limit of a processor's seconds, or it would be refused.

    A line of a concordance held the rest of its passage, 7.6 GB for 60,000 lines; the factors of a token that
    a passage has 60,000 times took 485 MB.
    """
    sizes = {address: asked(hostile, address) for address in ANSWERED}
    assert {address[:60]: r.status_code for address, r in sizes.items() if r.status_code != 200} == {}


@pytest.mark.parametrize(("address", "status"), REFUSED, ids=lambda value: str(value)[:40])
def test_nonsense_is_refused_by_name(hostile: FlaskClient, address: str, status: int) -> None:
    response = asked(hostile, address)
    assert response.status_code == status
    assert len(response.data) < 150_000  # the address itself once, and no list of parts of it
    assert 'class="error"' in response.text or json.loads(response.data)["error"]["code"]


def test_more_filters_than_may_be_are_named_in_both_languages(hostile: FlaskClient) -> None:
    address = "/search?q=之&" + many("author", "a", 51)
    assert "地址中有 51 项筛选，最多 50 项。" in hostile.get(address).text
    assert "51 filters; it may have 50" in hostile.get(f"{address}&lang=en").text
    error = json.loads(hostile.get(f"/api/v1{address}").data)["error"]
    assert error["code"] == "too_many_filters"


def test_fifty_long_filters_can_be_taken_off_though_no_address_is_repeated_for_each(
    hostile: FlaskClient,
) -> None:
    address = "/search?q=之&document=满&" + many("document", "众" * 140, 45)
    page = asked(hostile, address).text
    assert 'class="chip"' not in page
    assert page.count('name="document" value=') == 46
    few = hostile.get("/search?q=之&document=满&document=字").text
    assert few.count('class="chip"') == 2
    assert 'type="checkbox"' not in few


def test_lists_come_in_pages_that_together_have_all(hostile: FlaskClient) -> None:
    names: list[str] = []
    at = "/browse/authors"
    while at:
        page = hostile.get(at).text
        names += re.findall(r'<li><(?:a|span) lang="zh"[^>]*>([^<]*)', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        at = following[1] if following else ""
    assert len(names) == len(set(names)) == 200 + 300 + 5_500 + 1
    folders = "".join(hostile.get(f"/browse/folders?offset={offset}").text for offset in (0, 100, 200, 300))
    assert {f"夹{i}" for i in range(120)} <= set(re.findall(r'<li><a lang="zh"[^>]*>([^<]*)', folders))
    assert folders.count('<li lang="zh"') == 9 + 200


def test_a_deep_folder_names_the_nearest_above_it_and_the_way_up(hostile: FlaskClient) -> None:
    page = hostile.get("/browse/folders?in=" + "/".join("深" * 200)).text
    trail = page[page.index('class="trail"') :].split("</p>")[0]
    assert trail.count("href=") == 9
    assert ">…</a>" in trail


def test_places_beyond_those_that_a_page_can_mark_are_counted(hostile: FlaskClient) -> None:
    page = asked(hostile, "/documents/满?q=之&part=2").text
    marked = len(re.findall(r'<mark id="hit-', page))
    assert marked == 20_000
    assert "未标出" in page


def test_a_heading_that_is_longer_than_a_part_is_shown(hostile: FlaskClient) -> None:
    """It was an error of the server: a piece of one passage cannot be cut between two."""
    assert hostile.get("/documents/头?part=2").text.count("之乎") >= 60_000


def test_five_hundred_problems_are_some_and_a_number(hostile: FlaskClient) -> None:
    page = hostile.get("/search?q=" + "“派" * 500).text
    assert page.count("没有配对") == 50
    assert "另有 450 项" in page


def test_an_answer_that_would_be_too_large_is_an_error_with_a_way_out(
    hostile: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_BYTES", 10_000)
    error = json.loads(hostile.get("/api/v1/search?q=之&limit=100").data)["error"]
    assert error["code"] == "answer_too_large"
    assert "limit" in error["hint"]
    assert hostile.get("/api/v1/search?q=之&limit=1&sort=order").status_code == 200
    page = hostile.get("/browse/authors")
    assert (page.status_code, " MB" in page.text) == (400, True)


def test_the_time_limit_holds_while_a_page_is_rendered(hostile_home: Path) -> None:
    app = create_app(LiveArchive(hostile_home).get)
    app.config["LONG_ANSWERS"] = LongAnswers(long=0, most=0)
    for address in ("/browse/authors", "/left-out", "/documents/字"):
        response = app.test_client().get(address)
        assert (response.status_code, "秒，已中止" in response.text) == (400, True)


# --- fuzzing ------------------------------------------------------------------------------------------------

PATHS = (
    *(
        "/",
        "/search",
        "/export",
        "/documents",
        "/documents/",
        "/browse",
        "/browse/folders",
        "/browse/authors",
    ),
    *("/left-out", "/help", "/healthz", "/api/v1/search", "/api/v1/export", "/api/v1/suggest", "/nowhere"),
    *("/api/v1/documents", "/api/v1/documents/", "/api/v1/stats", "/static/style.css", "/static/x"),
)
PIECES = (
    *(
        "所长",
        "之",
        "派出所",
        "  ",
        '"',
        "“",
        "(",
        ")",
        "OR ",
        "NOT ",
        "-",
        "?",
        "*",
        "[^a]",
        "作者:",
        "date:",
        "|",
    ),
    *(
        "NEAR/3",
        "1949..",
        "𠀀",
        "\u202e",
        "\x00",
        "\x1b[31m",
        "%",
        "&",
        "<b>",
        "\ufffd",
        "a/",
        "../",
        "\\",
        "zh",
    ),
)
VALUES = ("", "0", "1", "-1", "100", "101", "999999999", "x", "auto", "any", "exact", "all", "date", "order")
NAMES = (
    *(
        "q",
        "match",
        "limit",
        "offset",
        "sort",
        "document",
        "author",
        "year",
        "collection",
        "source",
        "facets",
        "counts",
    ),
    *("written", "across", "format", "context", "id", "part", "order", "traces", "at", "in", "lang", "odd"),
)
FACETS = ("document,section", "author,year", "collection", "kind,kind", "source,rights")


def fuzzed(chance: random.Random, ids: list[str]) -> str:
    """An address of nonsense, near what is understood."""
    path = chance.choice(PATHS)
    if chance.random() < 0.3:
        base = ("/documents/", "/p/", "/api/v1/documents/", "/api/v1/passages/")
        path = chance.choice(base) + quote(chance.choice([*ids, *PIECES]), safe="/")
        path += "/explain" if path.startswith("/api/v1/passages/") and chance.random() < 0.5 else ""
    pairs: list[tuple[str, str]] = []
    for _ in range(chance.randrange(6)):
        value = chance.choice((*VALUES, *FACETS, *ids))
        if chance.random() < 0.5:
            value = "".join(chance.choices(PIECES, k=chance.choice((1, 2, 5, 40))))
        pairs += [(chance.choice(NAMES), value)] * chance.choice((1, 1, 1, 1, 2, 60))
    if chance.random() < 0.6:
        pairs.insert(0, ("q", "".join(chance.choices(PIECES, k=chance.choice((1, 2, 3, 12))))))
    return path + "?" + "&".join(f"{name}={quote(value)}" for name, value in pairs)


def ids_of(client: FlaskClient) -> list[str]:
    documents = json.loads(client.get("/api/v1/documents?limit=20").data)["documents"]
    hits = json.loads(client.get("/api/v1/search?q=所长&limit=20").data)["hits"]
    return [d["id"] for d in documents] + [hit["passage_id"] for hit in hits]


def test_nonsense_in_parameters_is_no_error_of_the_server(client: FlaskClient) -> None:
    chance = random.Random(12)
    ids = ids_of(client)
    for _ in range(600):
        address = fuzzed(chance, ids)
        with client.get(address) as response:
            assert response.status_code in (200, 302, 308, 400, 404), address
            assert len(response.data) < MOST_BYTES, address


@pytest.mark.long
def test_thirty_thousand_requests_leave_memory_and_descriptors_as_they_were(home: Path) -> None:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    chance = random.Random(30_000)
    ids = ids_of(create_app(LiveArchive(home).get).test_client())
    with serving(home) as (site, process):
        where = urlsplit(site)
        worker = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]

        def used() -> tuple[int, int]:
            resident = Path(f"/proc/{worker}/statm").read_text().split()[1]
            return int(resident) * 4096, len(list(Path(f"/proc/{worker}/fd").iterdir()))

        seen: list[tuple[int, int]] = []
        for turn in range(30):
            connection = HTTPConnection(where.hostname or "", where.port, timeout=60)
            for _ in range(1_000):
                connection.request("GET", fuzzed(chance, ids))
                response = connection.getresponse()
                response.read()
                assert response.status in (200, 302, 308, 400, 404)
            connection.close()
            if turn >= 4:  # what is kept is kept by then
                seen.append(used())
        memory, files = zip(*seen, strict=True)
        assert max(memory[-5:]) < 1.15 * max(memory[:5])
        assert max(files[-5:]) <= max(files[:5]) + 2
