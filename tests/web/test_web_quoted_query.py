"""A query in quotes is named in one pair of quotes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

SEED = "000_ea956ef4aa722372.txt"


@pytest.mark.parametrize("typed", ["派出所所长", "“派出所所长”", '"派出所所长"', "「派出所所长」"])
def test_the_bar_of_hits_has_one_pair_of_quotes(client: FlaskClient, typed: str) -> None:
    page = client.get(f"/documents/{SEED}?q={quote(typed)}").get_data(as_text=True)
    assert "“派出所所长”共" in page
    assert "““" not in page
