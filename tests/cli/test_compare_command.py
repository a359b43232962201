"""juanzong compare, its address and its method: what differs between two texts, for people and programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_support import Run
from flask.testing import FlaskClient

import juanzong
from index.reloading import LiveArchive
from web.app import create_app

ONE = "桃源小记\n\n忽逢桃花林，夹岸数百步，芳草鲜美，落英缤纷。\n\n渔人甚异之。\n"
OTHER = "桃源小記\n\n忽逢桃花林，夾岸數百步，芳華鮮美，落英繽紛。\n\n漁人甚異之。\n"


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sources, home = tmp_path_factory.mktemp("texts"), tmp_path_factory.mktemp("home")
    for name, text in (("甲", ONE), ("乙", OTHER), ("丙", ONE)):
        (sources / f"{name}.txt").write_text(text, "utf-8")
    juanzong.rebuild(str(home), str(sources))
    return home


def test_the_paragraphs_that_differ_are_shown_and_counted(run: Run, editions: Path) -> None:
    ended = run("--home", str(editions), "compare", "甲.txt", "乙.txt")
    assert ended.stdout.splitlines() == [
        "- 忽逢桃花林，夹岸数百步，芳[-草-]鲜美，落英缤纷。",
        "+ 忽逢桃花林，夾岸數百步，芳{+華+}鮮美，落英繽紛。",
        "",
    ]
    assert "Differences: 1. Characters in common: 26, of 27 and 27." in ended.stderr
    assert ended.returncode == 1


def test_the_exit_status_is_that_of_diff(run: Run, editions: Path) -> None:
    assert run("--home", str(editions), "compare", "甲.txt", "丙.txt").returncode == 0
    missing = run("--home", str(editions), "compare", "甲.txt", "丁.txt")
    assert missing.returncode == 2
    assert "丁.txt" in missing.stderr


def test_the_api_and_python_have_the_same_and_every_paragraph(run: Run, editions: Path) -> None:
    said = json.loads(run("--home", str(editions), "compare", "甲.txt", "乙.txt", "--json").stdout)
    client: FlaskClient = create_app(LiveArchive(editions).get).test_client()
    answer: Any = client.get("/api/v1/compare?document=甲.txt&document=乙.txt").json
    with juanzong.Archive.open(editions) as archive:
        compared = juanzong.to_json(archive.compare("甲.txt", "乙.txt"))
        assert said == answer == json.loads(json.dumps(compared))
        for side, name in (("left", "甲.txt"), ("right", "乙.txt")):
            paragraphs = [paragraph for row in answer["rows"] for paragraph in row[side]]
            assert [
                (paragraph["passage_id"], "".join(piece["text"] for piece in paragraph["pieces"]))
                for paragraph in paragraphs
            ] == [(piece.passages[0].id, piece.text) for piece in archive.document(name).pieces]
    assert {piece["how"] for row in answer["rows"] for each in row["left"] for piece in each["pieces"]} == {
        *("same", "variant", "only")
    }
    for wrong in ("", "?document=甲.txt", "?document=甲.txt&document=", "?document=a&document=b&document=c"):
        assert client.get(f"/api/v1/compare{wrong}").json["error"]["code"] == "missing_parameter"  # type: ignore[index]
    assert client.get("/api/v1/compare?document=甲.txt&document=丁.txt").status_code == 404
