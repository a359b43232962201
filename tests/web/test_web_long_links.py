"""Links to what is gone, on the pages and in the API: they lead on, and the answer says so."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app

CHANGED_ZH = "以下是对应的段落。"
CHANGED_EN = "The passage below took its place."
RENAMED_ZH = "这是对应的文献。"
RENAMED_EN = "This document took its place."
STAYS = "次日清晨，卷宗由两名书记抄录，共一百二十页。"
BEFORE, AFTER = "五月初三日，派出所所长到县城。", "六月初三日，派出所所长到县城。"
REMOVED = "秋后移到城隍庙的西厢房里，至今尚在。"


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[FlaskClient, dict[str, str]]:
    """An archive in which a file was renamed, a character corrected, a paragraph removed; the ids before."""
    folder = tmp_path_factory.mktemp("moved")
    (folder / "旧.txt").write_text(f"县志\n\n{BEFORE}\n\n{STAYS}\n\n{REMOVED}\n", "utf-8")
    home = tmp_path_factory.mktemp("moved-home")
    rebuild(home, folder, engine="whoosh")
    live = LiveArchive(home)
    view = live.get().document("旧.txt")
    ids = {piece.text: piece.passages[0].id for piece in view.pieces}
    (folder / "旧.txt").unlink()
    (folder / "新.txt").write_text(f"县志\n\n{AFTER}\n\n{STAYS}\n", "utf-8")
    rebuild(home, folder)
    return create_app(live.get).test_client(use_cookies=False), ids


def living(client: FlaskClient, text: str) -> str:
    """The id that a text has now."""
    pieces = client.get("/api/v1/documents/新.txt").get_json()["pieces"]
    found: str = next(piece["passages"][0]["id"] for piece in pieces if piece["text"] == text)
    return found


def test_a_lasting_link_leads_to_the_successor_whose_id_is_in_the_address(
    moved: tuple[FlaskClient, dict[str, str]],
) -> None:
    client, ids = moved
    old, now = ids[BEFORE], living(client, AFTER)
    answer = client.get(f"/p/{old}")
    assert answer.status_code == 302
    assert answer.location == f"/documents/{quote('新.txt')}?at={now}&from={old}#p-{now}"
    assert "no-cache" in answer.headers["Cache-Control"]
    page = client.get(answer.location).text
    _, notice, after = page.partition(CHANGED_ZH)
    assert notice
    assert f'id="p-{now}"' in after.partition("</p>\n")[2].partition("</p>")[0]  # right above the passage
    assert CHANGED_EN in client.get(answer.location.replace("?", "?lang=en&")).text
    assert CHANGED_ZH not in client.get(f"/p/{now}", follow_redirects=True).text


def test_a_link_from_a_page_of_results_keeps_its_query(moved: tuple[FlaskClient, dict[str, str]]) -> None:
    """It has the document's id, which is gone too, and that of the passage: one after the other leads on."""
    client, ids = moved
    now = living(client, AFTER)
    answer = client.get(f"/documents/旧.txt?q=所长&traces=1&at={ids[BEFORE]}", follow_redirects=True)
    assert answer.status_code == 200
    assert len(answer.history) == 2
    assert answer.request.path == "/documents/新.txt"
    assert answer.request.args.to_dict() == {
        "q": "所长",
        "traces": "1",
        "at": now,
        "from": ids[BEFORE],
    }
    assert CHANGED_ZH in answer.text
    assert "<mark" in answer.text


@pytest.mark.parametrize("address", ["/documents/旧.txt", "/documents/?id=旧.txt"])
def test_a_renamed_document(moved: tuple[FlaskClient, dict[str, str]], address: str) -> None:
    client, _ = moved
    answer = client.get(address, follow_redirects=True)
    assert answer.request.path == "/documents/新.txt"
    assert answer.request.args["from"] == "旧.txt"
    assert RENAMED_ZH in answer.text
    assert (
        RENAMED_EN
        in client.get(f"{address}{'&' if '?' in address else '?'}lang=en", follow_redirects=True).text
    )
    assert RENAMED_ZH not in client.get("/documents/新.txt").text


@pytest.mark.parametrize(
    "invented",
    ["from=0123456789abcdef", "from=新.txt", "at={now}&from=0123456789abcdef", "at={now}&from={now}"],
)
def test_an_address_cannot_claim_that_a_text_has_moved(
    moved: tuple[FlaskClient, dict[str, str]], invented: str
) -> None:
    client, _ = moved
    page = client.get(f"/documents/新.txt?{invented.format(now=living(client, STAYS))}")
    assert page.status_code == 200
    assert CHANGED_ZH not in page.text
    assert RENAMED_ZH not in page.text


def test_of_a_removed_passage_the_document_is_offered(moved: tuple[FlaskClient, dict[str, str]]) -> None:
    client, ids = moved
    page = client.get(f"/p/{ids[REMOVED]}")
    assert page.status_code == 404
    assert "它所在的文献仍在" in page.text
    assert f'<a href="/documents/{quote("新.txt")}">新.txt</a>' in page.text
    english = client.get(f"/p/{ids[REMOVED]}?lang=en")
    assert "Its document is still here" in english.text
    assert f'<a href="/documents/{quote("新.txt")}?lang=en">新.txt</a>' in english.text
    assert client.get("/p/0123456789abcdef").text.count("新.txt") == 0
    assert client.get(f"/documents/新.txt?at={ids[REMOVED]}").status_code == 200


def test_the_api_says_what_was_asked_for(moved: tuple[FlaskClient, dict[str, str]]) -> None:
    client, ids = moved
    now = living(client, AFTER)
    passage = client.get(f"/api/v1/passages/{ids[BEFORE]}?q=所长")
    assert passage.status_code == 200
    body = passage.get_json()
    assert (body["moved_from"], body["passage_id"], body["text"]) == (ids[BEFORE], now, AFTER)
    assert body["spans"]
    assert "moved_from" not in client.get(f"/api/v1/passages/{now}").get_json()
    explained = client.get(f"/api/v1/passages/{ids[BEFORE]}/explain?q=所长").get_json()
    assert (explained["moved_from"], explained["passage"]["id"]) == (ids[BEFORE], now)
    document = client.get("/api/v1/documents/旧.txt").get_json()
    assert (document["moved_from"], document["id"]) == ("旧.txt", "新.txt")
    gone = client.get(f"/api/v1/passages/{ids[REMOVED]}")
    assert gone.status_code == 404
    error = gone.get_json()["error"]
    assert (error["code"], error["document"]) == ("not_found", "新.txt")
    assert "新.txt" in error["hint"]
    assert "document" not in client.get("/api/v1/passages/0123456789abcdef").get_json()["error"]
