"""Answers that a browser may keep, and asks about before it shows them again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from flask import Response, current_app, make_response, request

from web.interface import COOKIE
from web.protocol import Archive, OpenArchive


def answered(open_archive: OpenArchive, build: Callable[[Archive], Response]) -> Response:
    """The answer that ``build`` makes of the archive, or 304 where the browser has it already.

    The same generation gives the same address the same answer, apart from the time it took: a weak tag.
    """
    archive = open_archive()
    tag = _tag(archive.generation.name)
    known = request.if_none_match.contains_weak(tag)
    response = make_response("", 304) if known else build(archive)
    if response.status_code in (200, 304):
        response.set_etag(tag, weak=True)
        response.cache_control.private = True
        response.cache_control.no_cache = True
        response.vary.add("Cookie")
    return response


def _tag(generation: str) -> str:
    parts = (
        current_app.config["VERSION"],
        generation,
        request.cookies.get(COOKIE, ""),
        request.script_root,
        request.full_path,
    )
    return hashlib.blake2b("\0".join(parts).encode(errors="replace"), digest_size=12).hexdigest()
