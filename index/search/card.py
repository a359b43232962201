"""The query card: how a number came about, and whether the archive still gives it.

A card holds the question, every number of its answer, the state of the archive, and the texts that were
found. An author who cites "381 occurrences" keeps it, and anybody with the archive can ask again (``rerun``).
"""

from __future__ import annotations

import shlex
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from archive.digests import blake2b
from archive.errors import said
from archive.store import POSITION_BITS, FileCounts
from index.errors import CardError
from index.generation import program_version
from index.requests import SWITCHES, SearchRequest, search_parameters
from index.results import CountUnit, FormCount, SearchResult
from index.search.sampling import Estimate
from index.search.searchable import Searchable

FORMAT = 1
"""Raised when a card is written that was not read before."""

MOST_PASSAGES = 50_000
"""Found passages up to which a card names the texts that they are in."""

MOST_BYTES = 50_000_000
"""Of a card that is read: one that names 50,000 documents has 10 MB."""


class CardArchive(Struct, frozen=True, kw_only=True):
    """The state of the archive.

    Attributes:
        generation, built: its name, and when it was completed.
        sources: the fingerprint of the paths and contents of all source files.
        engine: with its version.
        analysis: folding, segmenter and dictionary, with their versions.
        files: how many files of the source folder are in the archive: whole, partly, not at all.
        left_out: notes on text that is not in the archive.
    """

    generation: str
    built: str
    sources: str
    engine: str
    analysis: Mapping[str, str]
    documents: int
    passages: int
    characters: int
    files: FileCounts
    left_out: int


class CardText(Struct, frozen=True, array_like=True):
    """A document that was found: how many of its passages, and a digest of their ids, which follow texts."""

    id: str
    passages: int
    digest: str


class Card(Struct, frozen=True, kw_only=True):
    """How a number came about.

    Attributes:
        format: of the card, ``FORMAT``.
        juanzong: the version of the program.
        made: when, ISO 8601 in UTC.
        request: the question and its filters, whatever page of the answer was shown.
        understood: the query in canonical notation.
        relaxed, unit, total, documents, partial: see ``SearchResult``.
        occurrences: places in the found passages; None where ``estimate`` says how many there may be.
        forms: which written forms were counted together, most places first; of an estimate, in its sample.
        undated, doubtful: found documents without a date; with a doubtful encoding or damaged text.
        command, address: what gives the answer again, in a shell and in a browser.
        texts: the found documents in the order of the archive; None where there are too many passages.
    """

    format: int
    juanzong: str
    made: str
    request: SearchRequest
    understood: str
    relaxed: bool
    unit: CountUnit
    total: int
    documents: int
    occurrences: int | None
    partial: int
    estimate: Estimate | None
    forms: tuple[FormCount, ...]
    undated: int
    doubtful: int
    archive: CardArchive
    command: str
    address: str
    texts: tuple[CardText, ...] | None

    def lines(self) -> Iterator[tuple[str, str]]:
        """The card for people: the name of each part, and its text, which needs no translation."""
        asked = self.request
        yield "query", asked.query
        yield "understood", self.understood
        chosen = search_parameters(replace(asked, counts=False))[1:]
        yield "options", " ".join(f"{name}={value}" for name, value in chosen) or "–"
        number = self.estimate.passages if self.estimate else None
        yield self.unit, f"≈ {number}" if number else f"{self.total:,}"
        if self.unit == "passages":
            yield "documents", f"{self.documents:,}"
            number = self.estimate.occurrences if self.estimate else None
            yield "occurrences", f"{self.occurrences:,}" if self.occurrences is not None else f"≈ {number}"
        if self.estimate:
            yield "sample", f"{self.estimate.looked_at:,} / {self.estimate.of:,}"
        if self.partial:
            yield "partial", f"{self.partial:,}"
        if self.forms:
            yield "forms", "　".join(f"{form.text} {form.count:,}" for form in self.forms)
        yield "undated", f"{self.undated:,}"
        yield "doubtful", f"{self.doubtful:,}"
        here = self.archive
        yield "archive", f"{here.generation} ({here.built})"
        yield "sources", here.sources
        yield "size", f"{here.documents:,} / {here.passages:,} / {here.characters:,}"
        yield "files", f"{here.files.whole:,} / {here.files.partly:,} / {here.files.not_read:,}"
        yield "program", f"Juanzong {self.juanzong}, {here.engine}"
        yield "made", self.made
        yield "command", self.command
        yield "address", self.address


class Difference(Struct, frozen=True):
    """A number of a card that has changed."""

    name: str
    then: object
    now: object


class Rerun(Struct, frozen=True):
    """A card, asked again.

    Attributes:
        same: the numbers and the texts are those of the card, whatever became of the rest of the archive.
        differences: the numbers that are others now.
        added, gone, changed: ids of documents that are found now and were not; that were and are not; of
            which other passages are found. Empty where one of the cards does not name its texts.
        state: what is another of the archive and of the program: a new build need not change a number.
        card: what is so now.
    """

    same: bool
    differences: tuple[Difference, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[str, ...]
    state: tuple[Difference, ...]
    card: Card


_NUMBERS = (
    *("understood", "relaxed", "unit", "total", "documents", "occurrences", "estimate", "partial", "forms"),
    *("undated", "doubtful"),
)


def question(request: SearchRequest) -> SearchRequest:
    """The request that a card keeps: with its counts, without what only says which page is shown."""
    page = SearchRequest("")
    kept = replace(request, limit=page.limit, offset=0, sort=page.sort, facets=(), counts=True)
    return replace(kept, facet_by=page.facet_by)


def made(archive: Searchable, request: SearchRequest, result: SearchResult, address: str) -> Card:
    """The card of a ``question`` and its result; ``address`` is where the archive is served."""
    answer, store = archive.answer(request), archive.store
    manifest = archive.generation.manifest
    found = answer.every_value("document", "passages").top
    documents = store.documents(key for key, _ in found)
    doubted = {n.path for n in store.notes() if n.code in ("encoding_doubtful", "text_doubtful")}
    estimate = result.estimate
    if estimate is not None:  # how long counting all would take is not what was found
        estimate = replace(estimate, seconds=0.0)
    return Card(
        format=FORMAT,
        juanzong=program_version(),
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        request=request,
        understood=result.understood,
        relaxed=result.relaxed,
        unit=result.unit,
        total=result.total,
        documents=result.documents,
        occurrences=result.occurrences,
        partial=result.partial,
        estimate=estimate,
        forms=result.forms or (),
        undated=sum(document.date is None for document in documents.values()),
        doubtful=sum(document.path in doubted for document in documents.values()),
        archive=CardArchive(
            generation=archive.generation.name,
            built=manifest.built,
            sources=manifest.sources,
            engine=f"{manifest.engine} {manifest.engine_version}",
            analysis=manifest.analysis,
            documents=manifest.documents,
            passages=manifest.passages,
            characters=manifest.characters,
            files=store.files(),
            left_out=manifest.left_out,
        ),
        command=_command(request),
        address=f"{address}/search?{urlencode(search_parameters(request), errors='replace')}",
        texts=None if result.total > MOST_PASSAGES else tuple(_texts(archive, request)),
    )


def _texts(archive: Searchable, request: SearchRequest) -> Iterator[CardText]:
    store = archive.store
    ids: defaultdict[int, list[str]] = defaultdict(list)
    for ranked in archive.answer(request).walk("order"):
        keys = [passage.key for passage in ranked]
        named = dict(store.ids(keys))
        for key in keys:
            ids[key >> POSITION_BITS].append(named[key])
    documents = store.documents(ids)
    for key, passages in ids.items():
        digest = blake2b("".join(passages).encode(), digest_size=8).hexdigest()
        yield CardText(documents[key].id, len(passages), digest)


def _command(request: SearchRequest) -> str:
    """What is typed in a shell: each parameter of an address is an option."""
    words = ["juanzong", "search", f" {request.query}" if request.query.startswith("-") else request.query]
    for name, value in search_parameters(request)[1:]:
        if (name, value) in request.details:
            words += ["--field", name, value]
        else:
            words += [f"--{name}", *[value] * (name not in SWITCHES)]
    return shlex.join(words)


def read(path: Path) -> Card:
    """The card in a file; ``-`` is standard input. PowerShell writes files of UTF-16 with a byte order mark.

    Raises:
        CardError: it cannot be read, is not a card, or is one of another version.
    """
    try:
        piped = path == Path("-")
        with open(0 if piped else path, "rb", closefd=not piped) as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise ValueError(f"more than {MOST_BYTES // 1_000_000} MB")
        marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        loose = msgspec.json.decode(data.decode("utf-16" if marked else "utf-8-sig"))
        found = loose.get("format") if isinstance(loose, Mapping) else None
        if isinstance(found, int) and found != FORMAT:
            raise CardError(
                said(
                    "{}: the card has format {}, this program reads format {}.", path, loose["format"], FORMAT
                )
            )
        return msgspec.convert(loose, Card)
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise CardError(said("{}: not a query card ({}).", path, reason)) from error


def compared(card: Card, now: Card) -> Rerun:
    """Compare a card with one that is made now of the same request."""
    then_texts, now_texts = ({text.id: text for text in one.texts or ()} for one in (card, now))
    if card.texts is None or now.texts is None:
        then_texts, now_texts = {}, {}
    differences = tuple(_differing(card, now, _NUMBERS))
    added = tuple(one for one in now_texts if one not in then_texts)
    gone = tuple(one for one in then_texts if one not in now_texts)
    changed = tuple(one for one in then_texts if one in now_texts and then_texts[one] != now_texts[one])
    state = (
        *_differing(card, now, ("juanzong",)),
        *_differing(card.archive, now.archive, CardArchive.__struct_fields__),
    )
    return Rerun(not (differences or added or gone or changed), differences, added, gone, changed, state, now)


def _differing(then: Struct, now: Struct, names: tuple[str, ...]) -> Iterator[Difference]:
    for name in names:
        before, after = getattr(then, name), getattr(now, name)
        if before != after:
            yield Difference(name, before, after)
