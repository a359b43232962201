"""juanzong list: the documents of the archive, one a line, as they are read from the store."""

from __future__ import annotations

from collections.abc import Iterator

import click

from cli.hit_lines import print_document_line
from cli.language import _, many
from cli.options import FILTERS, TableFile, json_option, open_archive, request_options, table_options
from cli.output import FOUND, NOTHING, clean, echo, json_text, say
from index.requests import SearchRequest
from index.results import ListedDocument
from index.search.export import DOCUMENT_COLUMNS, document_rows


@click.command("list", context_settings={"allow_extra_args": True})
@request_options(*FILTERS)
@table_options("csv", "ndjson", "xlsx")
@json_option
@click.pass_context
def list_(ctx: click.Context, request: SearchRequest, table: TableFile | None, as_json: bool) -> None:
    """List the documents of the archive, in its order.

    One a line: title, author and date, id, path where the id is another, characters and passages.

    \b
        juanzong list --collection 史部
        juanzong list --csv > documents.csv
        juanzong list --xlsx documents.xlsx
    """
    if ctx.args:
        said = _("list takes no words. Search for titles: juanzong search title:{}")
        raise click.UsageError(said.format(clean(ctx.args[0])), ctx=ctx)
    with open_archive(ctx) as archive:
        total = archive.listed(request).total
        documents = archive.each_document(request)
        if table:
            table.write((*DOCUMENT_COLUMNS, *archive.own), document_rows(documents, archive.own))
        elif as_json:
            for line in _json_lines(total, documents):
                echo(line)
        else:
            for document in documents:
                size = f"{many(document.characters, 'character')}, {many(document.passages, 'passage')}"
                print_document_line(document, size)
            say(f"{many(total, 'document')}." if total else _("No document is listed."))
    ctx.exit(FOUND if total else NOTHING)


def _json_lines(total: int, documents: Iterator[ListedDocument]) -> Iterator[str]:
    """One object, as ``GET /api/v1/documents`` answers, without holding its documents."""
    yield f'{{\n  "total": {total},\n  "offset": 0,\n  "documents": ['
    for place, listed in enumerate(documents, 1):
        yield f"    {json_text(listed, None)}{',' if place < total else ''}"
    yield "  ]\n}"
