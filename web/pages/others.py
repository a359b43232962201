"""The small pages: how to search, a query card, citations, what could not be read, errors."""

from __future__ import annotations

import re
from itertools import islice, permutations
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from flask import request
from msgspec import Struct
from msgspec.structs import replace

from archive.citation import STYLES, Cited, today
from archive.errors import JuanzongError
from archive.messages import has_text, note_in, reason_in
from archive.model import Note
from archive.text.folding import kind
from index.archive import Archive
from index.errors import NotFoundError
from index.report import grouped
from index.requests import SearchRequest
from index.results import PassageHit
from index.search.cancellation import still_wanted
from index.search.context import MOST_PATH, shortened
from web.arguments import search_request, with_query
from web.interface import Interface, Links
from web.limits import is_loopback
from web.pages import SHOWN_NAME, Page, query_problems, search_form

EXAMPLES = 10
"""So many notes of one reason are shown; the others on demand."""

MOST = 500
"""So many notes of one reason are on the page at most."""


Remark: TypeAlias = tuple[str, int | None, str, str]
"""A note of the build: its path and line; its reason in Chinese, or empty where the message says it; what is
to be said beside the reason, in the page's language, or in English; may be empty."""


def left_out_page(archive: Archive, ui: Interface) -> Page:
    """What the build had to say of its sources, by reason: of each what to do, the number of its notes, those
    that are shown, and those that are shown on demand.
    """
    reasons: dict[bool, list[tuple[str, str, int, list[Remark], list[Remark]]]] = {True: [], False: []}
    for group in grouped(archive.report()):
        first = group.examples(EXAMPLES)
        still_wanted()
        chosen = set(first)
        rest = list(islice((note for note in group.notes if note not in chosen), MOST - len(first)))
        title = reason_in(ui.language, group.code)
        reasons[group.left_out].append(
            (
                title[:1].upper() + title[1:],
                ui.t.known(f"reason.{group.code}.advice").strip(),
                group.count,
                [remark(note, ui) for note in first],
                [remark(note, ui) for note in rest],
            )
        )
    return Page(
        "left_out.html",
        ui.t("left.title"),
        files=archive.stats().files,
        left_out=reasons[True],
        notes=reasons[False],
    )


def remark(note: Note, ui: Interface) -> Remark:
    """A note, in the language of the page."""
    reason = "" if ui.language == "en" else reason_in(ui.language, note.code)
    return shortened(note.path, MOST_PATH), note.line, reason, shortened(note_in(ui.language, note))


def error_page(error: JuanzongError, status: int, ui: Interface) -> Page:
    """The page of a named error."""
    title = ui.t.known(f"error.{status}") or str(status)
    document = getattr(error, "document", None)
    key = f"error.{error.code}"
    said, original = [error.message, error.hint], ""
    if ui.language != "en" and has_text(key):
        said = [ui.t(each, **vars(error)).strip() if has_text(each) else "" for each in (key, f"{key}.hint")]
        original = str(error) if status >= 500 else ""  # where more is in it
    hint = "" if document else said[1]
    return Page("error.html", title, message=said[0], hint=hint, original=original, document=document)


def card_page(archive: Archive, ui: Interface) -> Page:
    """The query card of a search. Raises like ``Archive.search``."""
    asked = with_query(search_request(request.args, facets=()))
    lines = archive.card(asked, request.root_url.rstrip("/")).lines()
    return Page(
        "card.html",
        ui.t("card.title", query=shortened(asked.query, SHOWN_NAME)),
        search_form(ui, asked),
        problems=query_problems(ui, asked.query, archive.answer(replace(asked, sort="relevance")).problems),
        lines=[(ui.t(f"card.line.{name}"), value) for name, value in lines],
        json=ui.links.of("api/v1/card", asked),
        back=ui.links.search(asked),
    )


def cite_page(archive: Archive, ui: Interface, identifier: str = "") -> Page:
    """The citations of a passage or a document, a style each. Raises NotFoundError."""
    if not (identifier := identifier or request.args.get("id", "")):
        raise NotFoundError("No passage and no document was asked for.")
    work = dated(archive.cite(identifier), ui.links, request.host_url)
    citations = [(style, ui.t(f"cite.{style}"), make(work)) for style, make in STYLES.items()]
    back = ui.links.document(work.document, at=work.passage or "")
    title = ui.t("cite.title", title=shortened(work.title))
    return Page("cite.html", title, back=back, citations=citations, unplaced=not work.is_placed)


def dated(work: Cited, links: Links, host: str = "") -> Cited:
    """The same with today as the day of access, and its permanent link if others can reach it."""
    link = links.document(work.document) if work.passage is None else links.passage(work.passage)
    address = urljoin(host, link)
    return replace(
        work, link=None if is_loopback(urlsplit(address).hostname or "") else address, accessed=today()
    )


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
