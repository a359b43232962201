"""The answer that is a file: all that a search finds."""

from __future__ import annotations

import re

from flask import Response, current_app, request, send_file
from msgspec.structs import replace

from index.archive import Archive
from index.search.concordance import CONTEXT
from index.search.export import MOST_CONTEXT, Form
from web.addresses import export_form, number, search_request
from web.downloads import Downloads
from web.errors import MissingParameterError

_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


def export_file(archive: Archive) -> Response:
    """The file that the parameters of the address ask for, whole; or raises what says why not."""
    asked = replace(search_request(request.args, facets=()), offset=0, limit=0, counts=False)
    if not asked.query.strip():
        raise MissingParameterError(parameter="q", example=f"{request.path}?q=…")
    form = export_form(request.args)
    context = number(request.args, "context", CONTEXT, 0, MOST_CONTEXT)
    downloads: Downloads = current_app.config["DOWNLOADS"]
    downloads.check(archive.search(asked).total)
    return send_file(
        downloads.file(archive.export(asked, form, context)),
        mimetype=_TYPES[form],
        as_attachment=True,
        download_name=_name(asked.query, form),
        conditional=False,  # what has not changed is known before the file is made
        etag=False,
    )


def _name(query: str, form: Form) -> str:
    """The query as the name of a file, on any system; browsers of old take the part of it that is ASCII."""
    words = re.sub(r"\W+", "_", query).strip("_")[:40]
    return f"juanzong-{words}.{form}" if words else f"juanzong.{form}"
