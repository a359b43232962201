"""An archivist with pages in folders by year and month puts right an author, a heading and a date."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_support import Run

from index.engines.registry import installed

YEARS = range(1990, 2002)
ENGINES = [name for name in ("whoosh", "tantivy") if installed(name)]


def page(year: int, month: int) -> str:
    return (
        f"县城见闻第{month}篇\n\n"
        f"街上的派出所在{year}年{month}月里换了新的门牌，来往的人都停下来看一看。\n\n"
        "门牌背后的事，说来话长。\n"
        f"老所长说门牌是{month}个民警一起挂上去的，挂好以后大家在门口站了很久。\n"
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_an_author_a_heading_and_a_date_are_put_right(run: Run, tmp_path: Path, engine: str) -> None:
    folder, home = tmp_path / "报纸", tmp_path / "home"
    for year in YEARS:
        for month in range(1, 13):
            file = folder / f"{year}/{month:02}/{year}{month:02}.txt"
            file.parent.mkdir(parents=True)
            file.write_text(page(year, month), "utf-8")
    assert run("--home", home, "rebuild", folder, "--engine", engine).returncode == 0

    def document(name: str) -> dict[str, object]:
        return dict(json.loads(run("--home", home, "show", name, "--json").stdout))

    def hits(query: str) -> list[dict[str, object]]:
        found = json.loads(run("--home", home, "search", query, "--json", "--limit", "100").stdout)
        return list(found["hits"])

    one, other = "1998/11/199811.txt", "1997/03/199703.txt"
    assert (document(one)["date"], document(one)["date_guessed"]) == ("1998-11", True)
    before = hits("老所长说门牌")
    links = {hit["passage_id"] for hit in before}
    assert (len(links), {str(hit["section"]) for hit in before}) == (100, {"[]"})
    originals = {path: path.read_bytes() for path in folder.rglob("*.txt")}

    (folder / "metadata.csv").write_text("path,author,source\n1998,记者甲,县报\n", "utf-8")
    (folder / "1998/11/199811.txt.juanzong.toml").write_text('lines = {5 = "heading"}\n', "utf-8")
    (folder / "juanzong.toml").write_text('patterns = ["1997/*/{year}{month}.txt"]\n', "utf-8")
    updated = run("--home", home, "update")
    assert updated.returncode == 0, updated.stderr

    assert (document(other)["date"], document(other)["date_guessed"]) == ("1997-03", False)
    assert {hit["document"]["id"][:4] for hit in hits("author:记者甲")} == {"1998"}  # type: ignore[index]
    assert len(hits("author:记者甲")) == len(hits("来源:县报")) == 12
    (found,) = hits("老所长说门牌是11个民警 author:记者甲")
    assert (found["section"], found["author"]) == (["门牌背后的事，说来话长。"], "记者甲")
    cited = run("--home", home, "cite", str(found["passage_id"])).stdout
    assert "记者甲" in cited
    assert "县报" in cited
    assert {hit["passage_id"] for hit in hits("老所长说门牌")} == links
    assert {path: path.read_bytes() for path in folder.rglob("*.txt")} == originals
    assert run("--home", home, "check").returncode == 0
