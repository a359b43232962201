"""Each field of each kind of work in each format of references, where those who import it look for it."""

from __future__ import annotations

import json
import re

import pytest
from test_citation import CASES

from archive.citation import bibtex, csl_json, plain, ris

TYPES = {
    "newspaper": ("article", "NEWS", "article-newspaper"),
    "section by another author": ("article", "NEWS", "article-newspaper"),
    "chapter of a book": ("incollection", "CHAP", "chapter"),
    "section of a chapter": ("incollection", "CHAP", "chapter"),
    "anonymous": ("article", "NEWS", "article-newspaper"),
    "undated": ("misc", "GEN", "document"),
    "three authors": ("misc", "GEN", "document"),
    "four authors": ("misc", "GEN", "document"),
    "traditional": ("article", "NEWS", "article-newspaper"),
    "page of the web": ("online", "ELEC", "webpage"),
}


@pytest.mark.parametrize("case", TYPES)
def test_bibtex_has_each_field(case: str) -> None:
    work = CASES[case][0]
    entry = bibtex(work)
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},?$", entry, re.M))
    paper = TYPES[case][0] == "article"
    wanted = {
        "author": " and ".join(f"{{{name}}}" for name in work.authors),
        "title": work.title,
        "journal" if paper else "booktitle": work.source or work.host,
        "note": work.host if work.source else None,
        "editor": " and ".join(f"{{{name}}}" for name in work.host_authors),
        "edition": work.edition,
        "address": work.place,
        "publisher": work.publisher,
        "year": (work.date or "")[:4],
        "date": work.date,
        "pages": work.page,
        "url": work.url or work.link,
        "urldate": work.accessed,
    }
    assert fields == {name: value for name, value in wanted.items() if value}
    assert entry.startswith(f"@{TYPES[case][0]}{{{work.key},")


@pytest.mark.parametrize("case", TYPES)
def test_ris_has_each_field(case: str) -> None:
    work = CASES[case][0]
    tags = [line.partition("  - ")[::2] for line in ris(work).split("\r\n")[:-1]]
    wanted = [
        ("TY", TYPES[case][1]),
        *(("AU", name) for name in work.authors),
        ("TI", work.title),
        ("T2", work.source or work.host),
        *(("A2", name) for name in work.host_authors),
        ("ET", work.edition),
        ("PY", (work.date or "")[:4]),
        ("DA", (work.date or "").replace("-", "/")),
        *(("CY", work.place), ("PB", work.publisher), ("SP", work.page), ("UR", work.url or work.link)),
        ("Y2", (work.accessed or "").replace("-", "/")),
        ("N1", work.host if work.source else None),
    ]
    assert tags == [*((tag, value) for tag, value in wanted if value), ("ER", "")]


@pytest.mark.parametrize("case", TYPES)
def test_csl_json_has_each_field(case: str) -> None:
    work = CASES[case][0]

    def parts(date: str | None) -> object:
        return date and {"date-parts": [[int(part) for part in date.split("-")]]}

    wanted = {
        "id": work.key,
        "type": TYPES[case][2],
        "title": work.title,
        "author": [{"literal": name} for name in work.authors],
        "container-title": work.source or work.host,
        "container-author": [{"literal": name} for name in work.host_authors],
        "edition": work.edition,
        "page": work.page,
        "issued": parts(work.date),
        "accessed": parts(work.accessed),
        "publisher": work.publisher,
        "publisher-place": work.place,
        "URL": work.url or work.link,
        "note": work.host if work.source else None,
    }
    assert json.loads(csl_json(work)) == [{name: value for name, value in wanted.items() if value}]


@pytest.mark.parametrize("case", TYPES)
def test_a_plain_citation_names_all_that_is_known(case: str) -> None:
    work, said = CASES[case][0], plain(CASES[case][0])
    for value in (*work.authors, work.title, work.host, work.source, work.edition, work.date, work.page):
        assert (value or "") in said
