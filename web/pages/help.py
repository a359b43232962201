"""How to search: the forms of a query, with words of the archive that is served."""

from __future__ import annotations

import re
from itertools import permutations

from msgspec import Struct

from archive.text.folding import kind
from index.archive import Archive
from index.requests import SearchRequest
from index.results import PassageHit
from web.interface import Interface
from web.pages import Page


class ExampleWords(Struct, frozen=True):
    """The words of the examples; ``end`` are two characters that follow ``first`` somewhere."""

    first: str = "派出所"
    second: str = "学习"
    third: str = "责任"
    end: str = "所长"
    author: str = "姚天民"
    title: str = "正能量"
    section: str = "意识"


FORMS = (
    ("{first}", "help.word"),
    ("{first} {second}", "help.words"),
    ("“{first}{end}”", "help.quotes"),
    ("{first} OR {third}", "help.or"),
    ("{first} -{second}", "help.not"),
    ("{first} ({second} OR {third})", "help.group"),
    ("{run[0]}?{run[2]}", "help.one"),
    ("{run[0]}*{end}", "help.many"),
    ("{run[0]}[{run[1]}|某]{run[2]}", "help.set"),
    ("{first}[^{second[0]}]", "help.without"),
    ("{first} NEAR/10 {end}", "help.near"),
    ("作者:{author}", "help.author"),
    ("标题:{title}", "help.title_field"),
    ("小标题:{section}", "help.section_field"),
    ("日期:1949..1956", "help.date"),
    ("日期:光绪二十四年", "help.reign"),
)


def help_page(ui: Interface, archive: Archive | None) -> Page:
    """How to search; where no archive can be served, with the words of the sample text."""
    words = ExampleWords() if archive is None else words_of(archive)
    run = words.first + words.end
    forms = []
    for pattern, meaning in FORMS:
        query = pattern.format(
            run=run, **{name: getattr(words, name) for name in ExampleWords.__struct_fields__}
        )
        forms.append((query, ui.links.search(SearchRequest(query)), ui.t(meaning)))
    return Page("help.html", ui.t("help.title"), forms=forms)


def words_of(archive: Archive) -> ExampleWords:
    """ExampleWords of this archive; those of the sample where it has none of a kind."""
    known = ExampleWords()
    examples = archive.examples()
    author = next((e.removeprefix("作者:") for e in examples if e.startswith("作者:")), known.author)
    pair = next((e.split(" ") for e in examples if _is_pair(e)), [])
    for first, second in permutations(pair, 2):
        found = _with_what_follows(archive, first)
        if found is None:
            continue
        hit, end = found
        others = (e for e in (*examples, end, known.third) if _is_han(e) and e not in pair)
        return ExampleWords(
            first=first,
            second=second,
            third=next(others, end),
            end=end,
            author=author,
            title=_run_of(hit.document.title) or known.title,
            section=_run_of("".join(hit.section[-1:])) or known.section,
        )
    return known


def _with_what_follows(archive: Archive, word: str) -> tuple[PassageHit, str] | None:
    """A passage with the word, and the two characters that follow it there, or None."""
    for hit in archive.search(SearchRequest(query=f"“{word}”", limit=10)).hits:
        for start, end in hit.spans:
            after = hit.text[end : end + 2]
            if hit.text[start:end] == word and len(after) == 2 and _is_han(after):
                return hit, after
    return None


def _is_pair(example: str) -> bool:
    words = example.split(" ")
    return len(words) == 2 and all(map(_is_han, words))


def _is_han(text: str) -> bool:
    return all(kind(character) == "han" for character in text)


def _run_of(heading: str) -> str:
    """The first run of two to four Chinese characters, or nothing."""
    found = re.search("[\u4e00-\u9fff]{2,4}", heading)
    return found[0] if found else ""
