"""What lengths and places say: axes are to scale, and a rare word is seen beside a frequent one."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from index.build import rebuild
from index.reloading import LiveArchive
from web.app import create_app


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    sources, home = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    texts = {"1949-03": "桥。\n" * 400 + "渡口。", "1956-01": "桥。", "2003-12": "桥。渡口。"}
    lines = [json.dumps({"id": date, "date": date, "text": text}) for date, text in texts.items()]
    (sources / "文.jsonl").write_text("\n".join(lines), "utf-8")
    rebuild(home, sources, engine="whoosh")
    return create_app(LiveArchive(home).get).test_client()


@pytest.mark.parametrize(
    ("over", "middle"), [("year", "1976"), ("decade", "1970–1979"), ("month", "1976-08")]
)
def test_the_middle_of_an_axis_is_named_though_no_text_is_of_it(
    client: FlaskClient, over: str, middle: str
) -> None:
    """The middle had the name of the nearest period with texts: 1956 in the middle of 1949 to 2003."""
    page = client.get(f"/distribution?by={over}&q=" + quote("桥")).get_data(as_text=True)
    axis = re.findall("<span>(.*?)</span>", page.partition('class="axis"')[2].partition("</p>")[0])
    assert axis[1] == middle


def test_within_texts_each_query_has_a_scale_of_its_own(client: FlaskClient) -> None:
    """One scale for all drew 郭子儀 as a flat line beside 曰."""
    address = "/distribution?by=document&q=" + quote("桥") + "&q=" + quote("渡口")
    page = client.get(address).get_data(as_text=True)
    row = page.partition('<tr><th scope="row">')[2].partition("</tr>")[0]
    for path in re.findall(r'<path d="(.*?)"', row):
        assert max(map(float, re.findall(r"100v-([\d.]+)", path))) == 100
