"""From what the rules said of the lines to pieces and sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from archive.model import Kind, Piece, Range, Section, merged
from archive.page import rules
from archive.page.bylines import Byline, lead_byline, tail_byline
from archive.page.lines import Lines, as_ranges, ranges
from archive.page.reading import read_page
from archive.page.rule_words import HAN, compiled, one_of, plain
from archive.page.rules import GivenLine, Mark, Reason, Structure
from archive.page.state import LEAST, Page, Proposal, Stretch
from archive.text.readings import reading

_SOURCE: Final = compiled(
    f"(?:(?:来源|稿源|出处)\\s*[:：]|{one_of('source_phrases')}\\s*[:：]?)\\s*(?:[^《》\\s]{{0,16}}《([^《》]{{2,30}})》"
    "|(?<=[:：\\s])([^\\s《》（）()【】，、。；;|｜/:：0-9]{2,30})(?![^\\s，、。；;|｜]*[/:：])"
    f"|([^\\s《》（）()，、。；;:：0-9]{{1,12}}?{one_of('papers')})(?![^\\s0-9（(报消]))"
)
_HAN: Final = re.compile(f"[{HAN}]")


def structure(
    text: str, stretch: Stretch | None = None, given: Mapping[int, GivenLine] | None = None
) -> Structure:
    """Read a plain text as a page: pieces and sections, by the rules of ``docs/using/reading-rules.md``.

    Takes any text, in time linear in its length. Every character that is not white space is in exactly
    one piece (``Piece.source``) or mark; what no rule knows is a paragraph of kind ``TEXT``.

    ``given`` says of lines by their numbers, from 1, what they are; a line ends at LF, CR or CRLF.

    Of a text that is read in parts, ``stretch`` says which part this is, and then what goes on in the next.
    Ranges count in the part. Section 0 is the lead in the first part, and in a later one the section that
    goes on from the part before. A heading's author is known only if he is named in the same part.
    """
    stretch = stretch or Stretch()
    read = assemble(read_page(text, stretch, given))
    stretch.begins = False
    return read


def assemble(page: Page) -> Structure:
    """Pieces and sections of a page; in a later part of a text, section 0 is the one that goes on from the
    part before.
    """
    sections, section_of = _sections(page)
    author, lead = _author(page, sections, section_of)
    sections[0] = Section(author=author, affiliation=lead.affiliation if lead else None)
    title = page.body[page.title][page.mark.get(page.title, 0) :] if page.title is not None else None
    return Structure(
        sections=tuple(sections),
        pieces=tuple(with_readings_apart(list(_pieces(page, section_of)))),
        title=title,
        author=author,
        date=_date(page),
        source=_source(page),
        marks=tuple(sorted(_marks(page), key=lambda mark: mark.source)),
        reasons=_reasons(page) if page.stretch.why else (),
    )


def _marks(page: Page) -> Iterator[Mark]:
    """The dashes of decks, and the format characters around lines."""
    for index, length in page.mark.items():
        for mark in _cut(page.lines, index, length)[0]:
            yield Mark(mark, rules.DECK_DASH_MARK)
    for source in page.lines.marks:
        yield Mark(source, rules.FORMAT_MARK)


def _reasons(page: Page) -> tuple[Reason, ...]:
    """What was proposed for the lines, in their order, what was taken first."""
    proposed = [(one, one.against or _lost_to(page, one)) for one in (*page.taken, *page.refused)]
    proposed.sort(key=lambda one: (one[0].line, bool(one[1])))
    return tuple(
        Reason(page.lines.start[one.line], one.rule, not against, one.evidence, against)
        for one, against in proposed
    )


def _lost_to(page: Page, taken: Proposal) -> str:
    """What has decided the line of a proposal in place of it, or nothing."""
    decides = taken.upper is None and taken.run is None
    rule = page.rule[taken.line]
    return f"decided by {rule}" if decides and rule != taken.rule else ""


def _sections(page: Page) -> tuple[list[Section], list[int]]:
    """The sections, the lead first, and the section of each line."""
    sections, section_of = [Section()], [0] * len(page)
    if Kind.HEADING not in page.kind:
        return sections, section_of
    body, kind = page.body, page.kind
    stack = page.stretch.outer
    current, headed = 0, None
    by_owner = False  # the owner says by whom the section is
    for index in page.order or range(len(page)):
        titles = page.rule[index] == rules.HEADING_CHAPTER_TITLE
        if titles and headed == page.before(index):
            rank, number, signed = stack.pop()
            both = (page.lines.given.get(line) for line in (page.before(index), index))
            named = next((one.heading for one in both if one and one.heading), f"{number} {body[index]}")
            stack.append((rank, named, signed))
            sections[current] = _section(stack)
        elif kind[index] is Kind.HEADING:
            rank = page.rank[index]
            while stack and stack[-1][0] >= rank:
                stack.pop()
            one = page.lines.given.get(index, GivenLine())
            poet = page.bylines.get(index)
            heading = one.heading or body[index].removesuffix(poet.author or "" if poet else "").rstrip()
            writer = Byline(one.author, one.affiliation) if one.author else poet
            stack.append((rank, heading, writer or (stack[-1][2] if stack else None)))
            by_owner = one.author is not None
            sections.append(_section(stack))
            current, headed = len(sections) - 1, index
        elif kind[index] is Kind.AUTHOR and stack and not by_owner:
            stack[-1] = (stack[-1][0], stack[-1][1], page.bylines[index])
            sections[current] = _section(stack)
        section_of[index] = current
    if page.stretch.begins and page.stretch.ends:
        _captions_at_end(page, section_of)
    return sections, section_of


def _section(stack: list[tuple[int, str, Byline | None]]) -> Section:
    signed = stack[-1][2]
    return Section(
        heading=stack[-1][1],
        path=tuple(heading for _, heading, _ in stack),
        author=signed.author if signed else None,
        affiliation=signed.affiliation if signed else None,
    )


def _captions_at_end(page: Page, section_of: list[int]) -> None:
    """Captions below the last paragraph belong to the whole page, and so to the lead; so does the foot."""
    for index in range(len(page) - 1, -1, -1):
        if page.kind[index] is Kind.CAPTION or (index >= page.foot_start and page.kind[index] is Kind.BYLINE):
            section_of[index] = 0
        elif page.kind[index] not in (Kind.PAGE, Kind.NOTE):
            break


def _author(page: Page, sections: list[Section], section_of: list[int]) -> tuple[str | None, Byline | None]:
    """The author of the document: of its head, else of its foot, else named inside its first or its last
    paragraph.

    Names at the end of the last paragraph of a section, where several sections have them, sign the section.
    """
    signed = sorted(
        (index, found)
        for index, found in page.bylines.items()
        if page.kind[index] is Kind.BYLINE
        or (page.rule[index] in rules.GIVEN and page.kind[index] is Kind.AUTHOR and not section_of[index])
    )
    head = _writers([found for index, found in signed if index < page.head_end])
    foot = _writers([found for index, found in signed if index >= page.head_end])
    leads, tails = _inside(page, section_of, len(sections))
    several = sum(map(bool, tails)) > 1
    for number in range(1, len(sections)):
        inside = leads[number] or (tails[number] if several else None)
        if inside and sections[number].author is None:
            old = sections[number]
            sections[number] = Section(old.heading, old.path, inside.author, inside.affiliation)
            tails[number] = None
    last = [found for found in tails if found]
    for group in (head, [leads[0]] if leads[0] else [], foot, last if len(last) == 1 else []):
        authors = list(
            dict.fromkeys(name for found in group if found.author for name in found.author.split("、"))
        )
        if authors:
            affiliation = next((found.affiliation for found in [*group, *foot] if found.affiliation), None)
            return "、".join(authors), Byline("、".join(authors), affiliation)
    return None, foot[0] if foot else None


def _writers(signed: list[Byline]) -> list[Byline]:
    """The bylines without those that name photographers only, where others name who wrote, or fewer of the
    authors than another."""
    signed = [found for found in signed if found.wrote] or signed
    names = [set((found.author or "").split("、")) for found in signed]
    return [
        found for found, own in zip(signed, names, strict=True) if not any(own < other for other in names)
    ]


def _inside(page: Page, section_of: list[int], count: int) -> tuple[list[Byline | None], list[Byline | None]]:
    """The bylines inside the first paragraph of each section (本报讯（记者 …）) and ending its last."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    body = page.body
    for index in range(page.head_end, len(page)):
        if page.kind[index] is Kind.TEXT:
            if len(body[index]) >= LEAST or page.after(index) >= len(page):
                first.setdefault(section_of[index], index)
            last[section_of[index]] = index
    if not page.stretch.begins:
        first.pop(0, None)  # it begins in the part before
    if not page.stretch.ends:
        last.pop(count - 1, None)
    leads = [lead_byline(body[first[n]]) if n in first else None for n in range(count)]
    tails = [tail_byline(body[last[n]]) if n in last else None for n in range(count)]
    return leads, tails


def _date(page: Page) -> str | None:
    """The date of the document: a dateline of head or foot that says so by more than its digits, else the
    only one; without datelines, when a note says that it first appeared."""
    own = {at: date for at, date in page.dates.items() if page.kind[at] is not Kind.NOTE}
    dates = [date for _, date in sorted((own or page.dates).items())]
    alone = dates[0][0] if len({date for date, _ in dates}) == 1 else None
    return next((date for date, labelled in dates if labelled), alone)


def _source(page: Page) -> str | None:
    """What the lines of head or foot name as their source: the first of the head, else the only one."""
    foot = max((index for index in range(len(page)) if page.text(index)), default=-1)
    found = {
        index: page.body[index][slice(*named.span(named.lastindex or 0))]
        for index, rule in enumerate(page.rule)
        if rule in (rules.DATELINE, rules.NOTE_SOURCE)
        and (index < page.head_end or index > foot)
        and (named := _SOURCE.search(plain(page.body[index])))
    }
    head = next((value for index, value in found.items() if index < page.head_end), None)
    return head or (next(iter(found.values())) if len(set(found.values())) == 1 else None)


def _pieces(page: Page, section_of: list[int]) -> Iterator[Piece]:
    lines, kind, rule, moved = page.lines, page.kind, page.rule, page.moved
    lower = {index for index, _ in page.follows.values()}
    put_together = {*page.follows, *page.mark, *lines.parts}
    for index in page.order or range(len(page)):
        if index in put_together and index not in lower:
            yield from _put_together(page, index, section_of[index])
        elif index not in lower:
            source = ((lines.start[index], lines.end[index]),)
            text, section = lines.body[index], section_of[index]
            yield Piece(kind[index], text, source, section, rule[index], None, moved.get(index))


def _put_together(page: Page, index: int, section: int) -> Iterator[Piece]:
    """A piece of several ranges, or without its mark, and the notes of what interrupts it."""
    lines, moved = page.lines, page.moved.get(index)
    source: list[Range] = _cut(lines, index, page.mark.get(index, 0))[1]
    asides = list(lines.asides.get(index, ()))
    joined = rules.JOIN_WRAPPED_LINES if len(merged(source)) > 1 else None
    if asides:
        joined = rules.GIVEN_MARKUP
    upper = index
    while upper in page.follows:
        upper, joined = page.follows[upper]
        source += lines.source(upper)
        asides += lines.asides.get(upper, ())
    text = "".join(lines.text[start:end] for start, end in source)
    yield Piece(page.kind[index], text, tuple(source), section, page.rule[index], joined, moved)
    alone = [aside for aside in asides if _HAN.search(lines.text, *aside)]
    together = tuple(aside for aside in asides if aside not in alone)
    for apart in (*[(aside,) for aside in alone], *([together] if together else [])):
        text = "".join(lines.text[start:end] for start, end in apart)
        joined = rules.GIVEN_MARKUP if len(apart) > 1 else None
        yield Piece(Kind.NOTE, text, apart, section, rules.GIVEN_MARKUP, joined, moved)


def _cut(lines: Lines, index: int, length: int) -> tuple[list[Range], list[Range]]:
    """The ranges of the first ``length`` characters of a line, and those of the rest."""
    places = [place for source in lines.source(index) for place in range(*source)] if length else []
    mark, rest = as_ranges(lines.text, places[:length]), as_ranges(lines.text, places[length:])
    return mark, rest if length else list(lines.source(index))


def with_readings_apart(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces without the readings inside a run of Han characters (东（とう）京), which are a note below
    their paragraph.
    """
    kept: list[Piece] = []
    for piece in pieces:
        found = reading().finditer(piece.text) if piece.kind in (Kind.TEXT, Kind.CAPTION) else ()
        inside = {at for match in found for at in range(*match.span())}
        if not inside:
            kept.append(piece)
            continue
        places = [place for source in piece.source for place in range(*source)]
        for apart, kind, rule in ((False, piece.kind, piece.rule), (True, Kind.NOTE, rules.NOTE_READING)):
            chosen = [at for at in range(len(places)) if (at in inside) is apart]
            run, source = "".join(piece.text[at] for at in chosen), ranges(places[at] for at in chosen)
            joined = piece.joined or (rules.NOTE_READING if len(source) > 1 else None)
            kept.append(Piece(kind, run, tuple(source), piece.section, rule, joined, piece.moved))
    return kept
