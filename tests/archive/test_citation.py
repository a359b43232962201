"""Citations field by field. The entries of GB/T 7714—2025 have the forms of the published examples of
zotero-chinese/styles: authors and titles here are plainly invented."""

from __future__ import annotations

import json
import time

import pytest
from msgspec.structs import replace

from archive.citation import STYLES, Cited, bibtex, csl_json, gbt, plain, ris, today

ARTICLE = Cited(
    "论基层", ("记者甲",), source="某市日报", page="2", date="2012-07-03", passage="0123456789abcdef"
)
CASES = {
    "newspaper": (
        ARTICLE,
        "记者甲. 论基层[N]. 某市日报，2012-07-03（2）.",
        "记者甲. 论基层[N]. 某市日报, 2012-07-03(2).",
    ),
    "journal": (
        Cited("论笔记", ("作者甲", "作者乙"), source="某大学学报", date="1998-05", page="24-29"),
        "作者甲，作者乙. 论笔记[J]. 某大学学报，1998：24-29.",
        "作者甲, 作者乙. 论笔记[J]. 某大学学报, 1998: 24-29.",
    ),
    "section by another author": (
        Cited("四种意识", ("作者乙",), "论基层", ("记者甲",), source="某市日报", page="2", date="2012-07-03"),
        "作者乙. 四种意识[N]//记者甲. 论基层. 某市日报，2012-07-03（2）.",
        "作者乙. 四种意识[N]//记者甲. 论基层. 某市日报, 2012-07-03(2).",
    ),
    "chapter of a book": (
        Cited(
            "卷三",
            ("作者甲",),
            "某书",
            ("编者乙",),
            type="M",
            edition="2 版",
            place="北京",
            publisher="某出版社",
            date="2013",
            page="302",
        ),
        "作者甲. 卷三[M]//编者乙. 某书. 2 版. 北京：某出版社，2013：302.",
        "作者甲. 卷三[M]//编者乙. 某书. 2 版. 北京: 某出版社, 2013: 302.",
    ),
    "book": (
        Cited("某书", ("作者甲",), place="北京", publisher="某出版社", date="2011", page="19"),
        "作者甲. 某书[M]. 北京：某出版社，2011：19.",
        "作者甲. 某书[M]. 北京: 某出版社, 2011: 19.",
    ),
    "section of a chapter": (
        Cited("附记", ("作者甲",), "卷三", ("作者乙",), source="某全书", place="北京", date="2013"),
        "作者甲. 附记[M]//作者乙. 卷三. 某全书. 北京，2013.",
        "作者甲. 附记[M]//作者乙. 卷三. 某全书. 北京, 2013.",
    ),
    "book online": (
        Cited(
            "某书",
            type="M",
            publisher="某出版社",
            date="2011",
            url="https://example.org/3",
            accessed="2026-01-01",
        ),
        "某书[M/OL]. 某出版社，2011. https://example.org/3.",
        "某书[M/OL]. 某出版社, 2011[2026-01-01]. https://example.org/3.",
    ),
    "in a book without editor": (
        Cited("周易外传", source="某全书", date="2011"),
        "周易外传[M]//某全书. 2011.",
        "周易外传[M]//某全书. 2011.",
    ),
    "of several years": (
        Cited("碑铭", ("作者甲",), place="北京", publisher="某出版社", date="0618/0907"),
        "作者甲. 碑铭[M]. 北京：某出版社，618–907.",
        "作者甲. 碑铭[M]. 北京: 某出版社, 618–907.",
    ),
    "anonymous": (
        Cited("歌谣", source="某报", date="1949-10-01"),
        "歌谣[N]. 某报，1949-10-01.",
        "歌谣[N]. 某报, 1949-10-01.",
    ),
    "undated": (Cited("札记", ("作者甲",)), "作者甲. 札记[Z].", "作者甲. 札记[Z]."),
    "three authors": (
        Cited("三人谈", ("甲", "乙", "丙")),
        "甲，乙，丙. 三人谈[Z].",
        "甲, 乙, 丙. 三人谈[Z].",
    ),
    "four authors": (
        Cited("四人谈", ("甲", "乙", "丙", "丁")),
        "甲，乙，丙，等. 四人谈[Z].",
        "甲, 乙, 丙, 等. 四人谈[Z].",
    ),
    "four authors in Latin letters": (
        Cited("On notes", ("Author A", "Author B", "Author C", "Author D")),
        "Author A，Author B，Author C，et al. On notes[Z].",
        "Author A, Author B, Author C, et al. On notes[Z].",
    ),
    "traditional": (
        Cited("論學習", ("記者甲",), source="某日報", date="1935-01-02"),
        "記者甲. 論學習[N]. 某日報，1935-01-02.",
        "記者甲. 論學習[N]. 某日報, 1935-01-02.",
    ),
    "page of the web": (
        Cited(
            "好好干",
            ("作者甲",),
            url="https://example.org/1.html",
            date="2025-02-17",
            accessed="2025-06-22",
        ),
        "作者甲. 好好干[EB/OL]. （2025-02-17）[2025-06-22]. https://example.org/1.html.",
        "作者甲. 好好干[EB/OL]. (2025-02-17)[2025-06-22]. https://example.org/1.html.",
    ),
    "newspaper online": (
        Cited("论基层", source="某报", date="2012-07-03", url="https://example.org/2", accessed="2026-01-01"),
        "论基层[N/OL]. 某报，2012-07-03. https://example.org/2.",
        "论基层[N/OL]. 某报, 2012-07-03[2026-01-01]. https://example.org/2.",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_gbt_in_both_editions(case: str) -> None:
    """That of 2015 has half-width marks, and the day of access of all that is online."""
    cited, *entries = CASES[case]
    assert [gbt(cited), gbt(cited, "2015")] == entries


def test_only_what_is_online_has_a_day_of_access() -> None:
    """A book on paper went out as CSL-JSON with the day on which it was cited, which styles print."""
    paper = replace(ARTICLE, accessed="2026-01-01")
    assert not [style for style, make in STYLES.items() if "2026" in make(paper)]


def test_a_plain_citation_is_a_sentence() -> None:
    assert plain(ARTICLE) == "记者甲：《论基层》，某市日报，2012-07-03，2。"
    section = CASES["section by another author"][0]
    assert plain(CASES["book online"][0]) == "《某书》，2011。 https://example.org/3"
    assert plain(section) == "作者乙：《四种意识》，载《论基层》（某市日报），2012-07-03，2。"


def test_bibtex_escapes_what_tex_reads() -> None:
    entry = bibtex(
        Cited("50% & more_{x}", ("A & B",), source="某报", date="2012", passage="0123456789abcdef")
    )
    assert "title = {50\\% \\& more\\_\\{x\\}}" in entry
    assert entry.startswith("@article{juanzong-0123456789abcdef,\n  author = {{A \\& B}}")
    assert entry.count("{") - entry.count("\\{") == entry.count("}") - entry.count("\\}")
    assert bibtex(CASES["chapter of a book"][0]).startswith("@incollection{")


def test_ris_has_a_tag_a_line() -> None:
    lines = ris(CASES["section by another author"][0]).split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert lines[-2:] == ["ER  - ", ""]
    assert "AU  - 作者乙" in lines
    assert "A2  - 记者甲" in lines
    assert "DA  - 2012/07/03" in lines
    assert ris(Cited("两\n行")).split("\r\n")[1] == "TI  - 两 行"


def test_csl_json_is_an_item_of_its_schema() -> None:
    (item,) = json.loads(csl_json(CASES["chapter of a book"][0]))
    assert item["type"] == "chapter"
    assert item["author"] == [{"literal": "作者甲"}]
    assert item["issued"] == {"date-parts": [[2013]]}
    assert item["container-title"] == "某书"


@pytest.mark.parametrize("style", STYLES)
def test_every_style_takes_a_work_of_which_only_the_title_is_known(style: str) -> None:
    assert "题" in STYLES[style](Cited("题"))


def test_an_interval_of_years_is_one_in_every_style() -> None:
    work = Cited("碑铭", date="1937-07/1945-08")
    assert json.loads(csl_json(work))[0]["issued"] == {"date-parts": [[1937, 7], [1945, 8]]}
    assert "date = {1937-07/1945-08}" in bibtex(work)
    assert "PY  - 1937–1945\r\n" in ris(work)
    assert "DA  - " not in ris(work)
    assert "1937-07–1945-08" in plain(work)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process is fixed here")
def test_the_day_of_access_is_that_of_the_readers_calendar(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until eight in the morning a reader in China was given the day before."""
    days = []
    for zone in ("Etc/GMT+12", "Etc/GMT-14"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        days.append(today())
    monkeypatch.undo()
    time.tzset()
    assert days[0] < days[1]
