"""What is cited: a newspaper article, a section of another author in it, a chapter, a page of the web, a text
without author and date."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from archive.citation import gbt
from index.archive import Archive
from index.build import rebuild
from index.errors import NotFoundError
from index.requests import SearchRequest

RECORDS = [
    {
        "id": "a",
        "title": "论基层",
        "author": "记者甲",
        "date": "2012-07-03",
        "source": "某市日报",
        "page": "2",
        "text": "开篇的话。",
        "sections": [
            {
                "heading": "四种意识",
                "author": "所长乙",
                "text": "要有大局意识。",
                "sections": [{"heading": "学习", "text": "要终身学习。"}],
            },
            {"heading": "余论", "text": "还有几句。"},
        ],
    },
    {
        "id": "b",
        "title": "某书",
        "author": ["编者丙", "编者丁"],
        "date": "2013",
        "type": "M",
        "place": "北京",
        "publisher": "某出版社",
        "edition": "2 版",
        "sections": [{"heading": "卷三", "author": "作者戊", "text": "卷三的正文。"}],
    },
    {"id": "c", "title": "歌谣", "text": "无名氏所作。"},
    {"id": "d", "title": "一页", "url": "https://example.org/d", "date": "2025-02-17", "text": "网上的字。"},
]


@pytest.fixture(scope="module", params=["whoosh", "tantivy"])
def archive(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("texts")
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    (folder / "集.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "报.txt").write_text(
        "牢记使命\n\n第3版\n\n" + "初春的周口，阳光明媚，莺飞草长，绿油油的麦田一望无际。\n" * 3, "utf-8"
    )
    home = tmp_path_factory.mktemp("archive") / "home"
    rebuild(home, folder, engine=request.param)
    with Archive.open(home) as archive:
        yield archive


def cite(archive: Archive, run: str) -> str:
    """The citation of the passage of running text with these characters."""
    hits = archive.search(SearchRequest(query=run, match="exact")).hits
    (hit,) = [hit for hit in hits if hit.kind == "text"]
    return gbt(archive.cite(hit.passage_id))


def test_a_passage_of_a_newspaper_article(archive: Archive) -> None:
    assert cite(archive, "开篇的话") == "记者甲. 论基层[N]. 某市日报，2012-07-03（2）."


def test_a_section_of_another_author_is_cited_in_its_article(archive: Archive) -> None:
    entry = "所长乙. 四种意识[N]//记者甲. 论基层. 某市日报，2012-07-03（2）."
    assert cite(archive, "大局意识") == entry
    # The heading below it has no author of its own: what is signed is the section around it.
    assert cite(archive, "终身学习") == entry


def test_a_section_without_an_author_of_its_own_is_the_articles(archive: Archive) -> None:
    assert cite(archive, "还有几句") == "记者甲. 论基层[N]. 某市日报，2012-07-03（2）."


def test_a_chapter_of_a_book(archive: Archive) -> None:
    assert cite(archive, "卷三的正文") == "作者戊. 卷三[M]//编者丙，编者丁. 某书. 2 版. 北京：某出版社，2013."


def test_what_has_neither_author_nor_date(archive: Archive) -> None:
    assert cite(archive, "无名氏所作") == "歌谣[Z]."


def test_the_page_is_the_page_mark_above_the_passage(archive: Archive) -> None:
    hit = archive.search(SearchRequest(query="麦田")).hits[0]
    assert archive.cite(hit.passage_id).page == hit.page


def test_a_document_is_cited_by_its_id(archive: Archive) -> None:
    work = archive.cite("d")
    assert (work.document, work.passage) == ("d", None)
    assert gbt(work) == "一页[EB/OL]. （2025-02-17）. https://example.org/d."


def test_what_is_not_there_is_named(archive: Archive) -> None:
    with pytest.raises(NotFoundError, match="nothing-of-it"):
        archive.cite("nothing-of-it")
