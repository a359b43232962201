"""The tools of the MCP server: search, concordance, read, cite, verify a quotation. They change nothing.

The library ``mcp`` speaks the protocol (https://modelcontextprotocol.io), on standard input and output.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from inspect import cleandoc
from typing import Annotated, Any, cast, get_args
from urllib.parse import parse_qs, unquote

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.utilities.func_metadata import ArgModelBase
from mcp_types import ToolAnnotations
from pydantic import Field

from archive.citation import STYLES
from archive.errors import JuanzongError
from index.query.nodes import Match
from index.reloading import OpenArchive
from index.requests import Collation, ConcordanceRequest, LineGroup, LineSort, SearchRequest
from index.results import DocumentRef, PassageHit, to_json
from index.search.quotation import verified
from index.search.snippet import snippet
from web.interface import Links
from web.limits import LongAnswers
from web.pages.others import dated

WIDTH = 600
"""Columns of a found text that are shown: about 300 Chinese characters."""

CONTENTS = 100
"""Headings of a document that are listed."""

CHARACTERS = 2_000
"""Of a text that is read, where nothing else is asked for."""

INSTRUCTIONS = """\
A full-text archive of Chinese texts. Traditional and simplified forms, variants and widths find each other.
Words with a space between them are all wanted; "…" is a phrase. OR, -, NEAR/5, 派?所, 派*长 work.
Each text has an id and a permanent link. Give the link of what you quote; check it by verify_quotation."""

Found = dict[str, Any]
Query = Annotated[str, Field(description="What to look for, to 1,000 characters.")]
Id = Annotated[str, Field(description="The id or the permanent link of a passage or of a document.")]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]
Names = Annotated[tuple[str, ...], Field(max_length=50)]
Dates = Annotated[
    tuple[str, ...],
    Field(max_length=50, description="1998, 1998-05, 1937-07..1945-08, or none for undated texts."),
]

Group = Annotated[
    str, Field(description=f"{', '.join(get_args(LineGroup))}, or a field of the archive's own.")
]


def mcp_server(open_archive: OpenArchive, address: str, version: str) -> MCPServer:
    """The server; links lead to ``address``, where ``juanzong serve`` shows the archive."""
    # Else an argument that no tool has (author for authors) is ignored without a word.
    ArgModelBase.model_config["extra"] = "forbid"
    links = Links(address, (), {})
    long_answers = LongAnswers()
    server: MCPServer = MCPServer(
        "juanzong", title="卷宗", instructions=INSTRUCTIONS, version=version, log_level="WARNING"
    )

    def tool(make: Callable[..., Found]) -> Callable[..., Found]:
        """Offer a tool; a named error is what it answers, without the values that are not known."""

        @wraps(make)
        def answered(**given: Any) -> Found:
            try:
                with long_answers.watched(lambda: False):
                    return cast(Found, _known(to_json(make(**given))))
            except JuanzongError as error:
                raise ToolError(str(error)) from error

        server.tool(
            description=cleandoc(make.__doc__ or ""),
            annotations=ToolAnnotations(
                read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
            ),
        )(answered)
        return answered

    def place(hit: PassageHit) -> Found:
        return {
            "passage_id": hit.passage_id,
            "link": links.passage(hit.passage_id),
            **_named(hit.document),
            "author": hit.author or hit.document.author,
            "section": list(hit.section),
            "page": hit.page,
        }

    @tool
    def search(
        query: Query,
        match: Match = "auto",
        limit: Annotated[int, Field(ge=0, le=20)] = 10,
        offset: Offset = 0,
        documents: Names = (),
        authors: Names = (),
        collections: Names = (),
        dates: Dates = (),
    ) -> Found:
        """Search the archive; passages, the best first, each with its permanent link.

        match: auto (the literal run first, then all words, else what shares something), exact, all, any.
        Filters of one name are alternatives: documents by id, collections by folder.
        """
        found = open_archive().search(
            SearchRequest(
                query,
                match,
                limit,
                offset,
                documents=documents,
                authors=authors,
                collections=collections,
                dates=dates,
            )
        )
        return {
            "understood": found.understood,
            "total": found.total,
            "unit": found.unit,
            "documents": found.documents,
            "nothing_has_all_words": found.relaxed or None,
            "estimate": found.estimate,
            "did_you_mean": found.did_you_mean,
            "problems": found.problems,
            "hits": [
                {**place(hit), "text": " … ".join(part.text for part in snippet(hit.text, hit.spans, WIDTH))}
                for hit in found.hits
            ],
        }

    @tool
    def concordance(
        query: Query,
        sort: LineSort = "place",
        collation: Collation = "code",
        group: Group | None = None,
        only: str | None = None,
        context: Annotated[int, Field(ge=0, le=100)] = 20,
        limit: Annotated[int, Field(ge=0, le=100)] = 30,
        offset: Offset = 0,
        documents: Names = (),
        authors: Names = (),
        collections: Names = (),
        dates: Dates = (),
    ) -> Found:
        """Every place of a query as a line: what is left of it, the place, what is right of it (KWIC).

        sort: place, document (title), form, or by the neighbour left1 to left5, right1 to right5.
        group counts the lines by a neighbour, form, document, author, year …; only: the lines of one group.
        """
        asked = SearchRequest(
            query,
            limit=limit,
            offset=offset,
            documents=documents,
            authors=authors,
            collections=collections,
            dates=dates,
        )
        found = open_archive().concordance(
            ConcordanceRequest(asked, context, sort, collation, cast(LineGroup, group), only)
        )
        return {
            "understood": found.understood,
            "passages": found.passages,
            "total": found.total,
            "more": found.more,
            "problems": found.problems,
            "groups": [{"value": each.value, "count": each.count} for each in found.groups[:limit]],
            "group_values": found.group_values,
            "lines": [
                {
                    **{name: getattr(line, name) for name in ("left", "hit", "right", "title", "date")},
                    "link": links.passage(line.passage_id),
                }
                for line in found.lines
            ],
        }

    @tool
    def read(
        id: Id,
        characters: Annotated[int, Field(ge=1, le=20_000)] = CHARACTERS,
        before: Annotated[int, Field(ge=0, le=20)] = 1,
    ) -> Found:
        """Read on from a passage, with so many passages before it, or from the beginning of a document.

        next is the id to read on from (with before=0); without it the document ends here.
        """
        archive = open_archive()
        work = archive.cite(_identifier(id))
        view = archive.document(work.document, at=work.passage or "")
        passages = [(each, piece) for piece in view.pieces for each in piece.passages]
        start = next((n for n, (each, _) in enumerate(passages) if each.id == work.passage), 0)
        first = last = max(0, start - before)
        room = characters
        while last < len(passages) and (last <= start or room > 0):
            room -= passages[last][0].end - passages[last][0].start
            last += 1
        following = [each.id for each, _ in passages[last : last + 1]]
        if not following and view.part and view.part[0] < view.part[1]:
            more = archive.document(work.document, part=view.part[0] + 1)
            following = [each.id for piece in more.pieces for each in piece.passages[:1]][:1]
        return {
            "document": {**_named(view), "link": links.document(view.id)},
            "contents": [] if work.passage else [s.heading for s in view.sections if s.heading][:CONTENTS],
            "passages": [
                {
                    "passage_id": each.id,
                    "link": links.passage(each.id),
                    "kind": piece.kind,
                    "section": list(view.sections[piece.section - view.first_section].path),
                    "text": piece.text[each.start : each.end],
                }
                for each, piece in passages[first:last]
            ],
            "next": following[0] if following else None,
        }

    @tool
    def cite(id: Id) -> Found:
        """Cite a passage or a document: GB/T 7714 of 2025 and of 2015, BibTeX, RIS, CSL-JSON, plain."""
        work = dated(open_archive().cite(_identifier(id)), links)
        link = links.document(work.document) if work.passage is None else links.passage(work.passage)
        return {"link": link, "citations": {style: make(work) for style, make in STYLES.items()}}

    @tool
    def verify_quotation(text: str, limit: Annotated[int, Field(ge=1, le=10)] = 3) -> Found:
        """Say whether a text of up to 1,000 characters is in the archive exactly as written, and where.

        verdict: exact; variant (only forms of characters, punctuation or white space differ); near (see the
        differences by character); absent.
        """
        found = verified(open_archive(), text, limit)
        return {
            "verdict": found.verdict,
            "places": [
                {
                    **place(each.hit),
                    "verdict": each.verdict,
                    "text": each.text,
                    "distance": each.distance,
                    "differences": each.differences,
                }
                for each in found.places
            ],
        }

    return server


def _named(document: DocumentRef) -> Found:
    """What a document is called."""
    return {
        "document_id": document.id,
        "title": document.title,
        "author": document.author,
        "date": document.when or None,
        "source": document.source,
        "edition": document.edition,
    }


def _known(found: Any) -> Any:
    """A value of JSON without the fields that are not known."""
    if isinstance(found, list | tuple):
        return list(map(_known, found))
    if isinstance(found, dict):
        return {name: _known(value) for name, value in found.items() if value is not None}
    return found


def _identifier(given: str) -> str:
    """The id that a link of a page leads to; what is not a link is an id."""
    named = re.match("https?://[^?#]*?/(?:p|documents|cite)/([^?#]*)(?:[?]([^#]*))?", given)
    if named is None:
        return given
    asked = parse_qs(named[2] or "")
    return asked.get("at", [""])[0] or unquote(named[1]) or asked.get("id", [""])[0]
