"""serve --edit: the owner corrects a text from its reading page, and nobody else does."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Timer

import pytest
from flask.testing import FlaskClient

from index.archive import Archive
from index.build import rebuild
from index.engines.registry import installed
from index.generations import Home
from index.reloading import LiveArchive
from index.requests import SearchRequest
from web.app import create_app

ROOT = Path(__file__).resolve().parents[2]
TEXT = (
    "县城见闻\n\n街上的派出所换了新的门牌。\n\n门牌背后的事，说来话长。\n老所长说门牌是大家一起挂上去的。\n"
)
ADDRESS = "/correct/旧报/甲.txt"


@pytest.fixture(params=[name for name in ("whoosh", "tantivy") if installed(name)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / "texts" / "旧报"
    folder.mkdir(parents=True)
    for name in "甲乙丙丁戊己庚辛壬癸子丑":
        (folder / f"{name}.txt").write_text(TEXT.replace("县城", name), "utf-8")
    (folder.parent / "书信.jsonl").write_text('{"id": "信", "text": "见字如面。"}\n', "utf-8")
    rebuild(tmp_path / "home", folder.parent, engine=request.param)
    return tmp_path / "home"


@pytest.fixture
def client(home: Path) -> FlaskClient:
    return create_app(LiveArchive(home).get, edit=True).test_client()


def sidecar(home: Path) -> Path:
    return home.parent / "texts/旧报/甲.txt.juanzong.toml"


def fields(page: str) -> dict[str, str]:
    found = dict(re.findall(r'name="([\w-]+)" value="([^"]*)"', page))
    for line, options in re.findall(r'name="(line-\d+)">(.*?)</select>', page):
        found[line] = re.findall(r'value="(\w+)" selected', options)[0]
    return found


def test_a_correction_is_written_and_shown_at_once(
    client: FlaskClient, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The update has a process of its own. A file like this one must not keep Python from starting there.
    (tmp_path / "encodings.py").write_text("raise RuntimeError\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert 'href="/correct/%E6%97%A7%E6%8A%A5/%E7%94%B2.txt"' in client.get("/documents/旧报/甲.txt").text
    with Archive.open(home) as archive:
        links = {hit.passage_id for hit in archive.search(SearchRequest("老所长", limit=100)).hits}
    form = fields(client.get(ADDRESS).text)
    assert (form["title"], form["line-5"]) == ("甲见闻", "text")
    sent = form | {"author": "记者甲", "date": "民國三十八年", "line-5": "heading"}
    answer = client.post(ADDRESS, data=sent)
    assert (answer.status_code, answer.location) == (
        303,
        "/documents/旧报/甲.txt".replace("旧报/甲", "%E6%97%A7%E6%8A%A5/%E7%94%B2"),
    )
    assert sidecar(home).read_text("utf-8") == (
        'author = "记者甲"\ndate = "民國三十八年"\n\n[lines]\n5 = "heading"\n\n'
        '[text]\n5 = "门牌背后的事，说来话长。"\n'
    )
    shown = client.get("/documents/旧报/甲.txt").text
    assert "民國三十八年（1949）" in shown
    assert re.search("<h2>[^\n]*门牌背后的事，说来话长。", shown)
    with Archive.open(home) as archive:
        hits = archive.search(SearchRequest("老所长 author:记者甲")).hits
        assert [hit.section for hit in hits] == [("门牌背后的事，说来话长。",)]
        assert {hit.passage_id for hit in archive.search(SearchRequest("老所长", limit=100)).hits} == links
    # Taken back.
    client.post(ADDRESS, data=fields(client.get(ADDRESS).text) | {"author": ""})
    assert "author" not in sidecar(home).read_text("utf-8")


def test_nothing_is_written_where_nothing_was_changed(client: FlaskClient, home: Path) -> None:
    assert client.post(ADDRESS, data=fields(client.get(ADDRESS).text)).status_code == 303
    assert not sidecar(home).exists()


@pytest.mark.parametrize(
    ("change", "headers", "status"),
    [
        ({"token": "x"}, {}, 403),
        ({}, {"Origin": "http://elsewhere.example"}, 403),
        ({}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ({"digest": "0"}, {}, 409),
        ({"date": "某日"}, {}, 400),
        ({"line-5": "headnig"}, {}, 400),
    ],
)
def test_a_form_that_is_not_from_here_or_not_right_writes_nothing(
    client: FlaskClient, home: Path, change: dict[str, str], headers: dict[str, str], status: int
) -> None:
    form = fields(client.get(ADDRESS).text) | {"author": "记者甲"} | change
    assert client.post(ADDRESS, data=form, headers=headers).status_code == status
    assert not sidecar(home).exists()


def test_of_two_who_correct_at_once_the_second_is_told_and_takes_nothing_back(
    client: FlaskClient, home: Path
) -> None:
    first = second = fields(client.get(ADDRESS).text)
    assert client.post(ADDRESS, data=first | {"title": "县城的门牌"}).status_code == 303
    late = client.post(ADDRESS, data=second | {"author": "记者甲"})
    assert (late.status_code, "刚被别人更正过" in late.text) == (409, True)
    assert sidecar(home).read_text("utf-8") == 'title = "县城的门牌"\n'


def test_a_correction_waits_for_an_update_that_is_going_on(client: FlaskClient, home: Path) -> None:
    form = fields(client.get(ADDRESS).text) | {"author": "记者甲"}
    with ExitStack() as building:
        building.enter_context(Home(home).lock())
        ends = Timer(1, building.close)
        ends.start()
        assert client.post(ADDRESS, data=form).status_code == 303
        ends.join()
    assert "记者甲" in client.get("/documents/旧报/甲.txt").text


def test_another_site_has_no_cookie_to_send(client: FlaskClient, home: Path) -> None:
    form = fields(client.get(ADDRESS).text) | {"author": "记者甲"}
    other = create_app(LiveArchive(home).get, edit=True).test_client()
    assert other.post(ADDRESS, data=form).status_code == 403
    (cookie,) = (value for name, value in client.get(ADDRESS).headers if name == "Set-Cookie")
    assert {"HttpOnly", "SameSite=Strict", "Path=/correct"} <= set(cookie.split("; "))


def test_records_and_odd_paths_have_no_form(client: FlaskClient) -> None:
    assert client.get("/correct/信").status_code == 404
    assert client.get("/correct/../home").status_code == 404


def test_without_the_option_there_is_no_form(home: Path) -> None:
    plain = create_app(LiveArchive(home).get).test_client()
    assert plain.get(ADDRESS).status_code == 404
    assert plain.post(ADDRESS).status_code == 404
    assert "/correct/" not in plain.get("/documents/旧报/甲.txt").text


@pytest.mark.parametrize(
    "option", [("--host", "0.0.0.0"), ("--allow-host", "a.example"), ("--url-prefix", "/a")]
)
def test_it_is_refused_where_others_may_reach_it(home: Path, option: tuple[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "--home", str(home), "serve", "--edit", "--port", "0", *option],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "this machine alone" in done.stderr) == (2, True)


def test_where_a_value_comes_from_is_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    """It was English on every page: the file, guessed from the path."""
    for language, said in (("zh", "文件本身"), ("zh-Hant", "檔案本身"), ("en", "the file")):
        page = client.get(f"{ADDRESS}?lang={language}").get_data(as_text=True)
        assert f'<span class="quiet">{said}</span>' in page
