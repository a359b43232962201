"""Pages in simplified Chinese, traditional Chinese and English: chosen by the browser, switchable."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from archive.messages import LANGUAGES


@pytest.mark.parametrize(
    ("wished", "lang", "word"),
    [
        ("", "zh-Hans", "浏览"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans", "浏览"),
        ("zh-TW,zh;q=0.9,en-US;q=0.8", "zh-Hant", "瀏覽"),
        ("zh-HK", "zh-Hant", "瀏覽"),
        ("zh-Hant-MO", "zh-Hant", "瀏覽"),
        ("zh-Hans-HK", "zh-Hans", "浏览"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en", "Browse"),
        ("fr-FR,fr;q=0.9,en;q=0.5", "en", "Browse"),
        ("fr", "zh-Hans", "浏览"),
        ("\u6f22;;;,,q=x", "zh-Hans", "浏览"),
    ],
)
def test_the_browser_says_which_language(client: FlaskClient, wished: str, lang: str, word: str) -> None:
    response = client.get("/", headers={"Accept-Language": wished.encode().decode("latin-1")})
    assert f'<html lang="{lang}">' in response.text
    assert f">{word}</a>" in response.text
    assert {"Accept-Language", "Cookie"} <= set(response.vary)


def test_a_choice_is_kept_whatever_the_browser_says(client: FlaskClient) -> None:
    english = {"Accept-Language": "en"}
    chosen = client.get("/help?lang=zh-Hant", headers=english)
    assert '<html lang="zh-Hant">' in chosen.text
    assert chosen.headers["Set-Cookie"].startswith("lang=zh-Hant;")
    assert '<html lang="zh-Hant">' in client.get("/", headers={**english, "Cookie": "lang=zh-Hant"}).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_leads_to_itself_in_the_other_languages(client: FlaskClient, language: str) -> None:
    page = client.get(f"/search?q=派出所&match=exact&lang={language}").text
    links = dict(re.findall(r'<a href="([^"]*)" lang="[\w-]+" hreflang="([\w-]+)">', page))
    assert len(links) == len(LANGUAGES) - 1
    for address, lang in links.items():
        other = client.get(address.replace("&amp;", "&")).text
        assert f'<html lang="{lang}">' in other
        assert 'value="派出所"' in other


def test_the_same_page_in_another_language_is_another(client: FlaskClient) -> None:
    tag = client.get("/", headers={"Accept-Language": "zh-TW"}).headers["ETag"]
    known = {"If-None-Match": tag}
    assert client.get("/", headers={**known, "Accept-Language": "zh-HK"}).status_code == 304
    assert client.get("/", headers={**known, "Accept-Language": "en"}).status_code == 200


def test_texts_and_examples_are_never_converted(client: FlaskClient) -> None:
    """The words of the page are in traditional characters; what the archive holds is as it was written."""
    for address in ("/help?", "/search?q=派出所", "/documents?"):
        wanted, got = (
            re.findall(r'lang="zh"[^>]*>([^<]+)', client.get(f"{address}&lang={language}").text)
            for language in ("zh", "zh-Hant")
        )
        assert got == wanted != []
