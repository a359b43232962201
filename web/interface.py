"""What every page needs: its language, its words, its addresses."""

from __future__ import annotations

from urllib.parse import quote, unquote

from flask import current_app, g, request
from msgspec import Struct

from web.addresses import Links
from web.i18n import Language, Translator, language_of

COOKIE = "lang"

_LONG = 2_000
"""Bytes of parameters up to which a sheet of paper names them."""


class Interface(Struct, frozen=True):
    """The surroundings of a page.

    Attributes:
        language: of the page's own words.
        html_lang: the same for the ``lang`` attribute.
        t: the words.
        links: the addresses.
        switch: this page in the other language.
        other: the other language, for the ``lang`` attribute of its link.
        address: of this page, as people read it, without a host.
    """

    language: Language
    html_lang: str
    t: Translator
    links: Links
    switch: str
    other: str
    address: str


def interface() -> Interface:
    """The surroundings of the page that is asked for now."""
    if "interface" not in g:
        g.interface = _interface()
    made: Interface = g.interface
    return made


def _interface() -> Interface:
    asked = language_of(request.args.get("lang"))
    kept = language_of(request.cookies.get(COOKIE))
    language = asked or kept or "zh"
    other: Language = "en" if language == "zh" else "zh"
    root = request.script_root
    # Until the cookie has come back, the address carries the choice; so the switch works without cookies too.
    carried = language if asked and asked != kept else None
    path = "/" if request.too_long else request.path  # type: ignore[attr-defined]
    arguments = request.args.copy()
    arguments.setlist("lang", [other])
    links = Links(root, carried, current_app.config["STATIC_VERSIONS"])
    return Interface(
        language=language,
        html_lang="zh-Hans" if language == "zh" else "en",
        t=Translator(language),
        links=links,
        switch=Links(root, None, {}).address(quote(path), arguments.items(multi=True)),
        other="en" if other == "en" else "zh-Hans",
        address=_address(),
    )


def _address() -> str:
    address = request.script_root + request.path[:_LONG]
    if not 0 < len(request.query_string) <= _LONG:
        return address
    return f"{address}?{unquote(request.query_string.decode('ascii', 'replace'))}"
