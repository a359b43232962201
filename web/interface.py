"""What every page needs: its language, its words, its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from flask import current_app, g, request
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from archive.messages import LANGUAGES, Language, has_text, language_of, text_of
from web.addresses import Links

COOKIE = "lang"

_LONG = 2_000
"""Bytes of parameters up to which a sheet of paper names them."""

_MOST_REPEATED = 20_000
"""Bytes of parameters up to which the address in another language has them; a query takes 12,000."""


# The ``lang`` attribute chooses the font: the same code point is drawn in another way in each.
HTML_LANG: Mapping[Language, str] = {"zh": "zh-Hans", "zh-Hant": "zh-Hant", "en": "en"}
NAMES: Mapping[Language, str] = {"zh": "简体", "zh-Hant": "繁體", "en": "English"}


class Words(Struct, frozen=True):
    """The words of one language."""

    language: Language

    def known(self, key: str) -> str:
        """The text of a key; empty where there is none."""
        return self(key) if has_text(key) else ""

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in. KeyError for an unknown key."""
        text = text_of(self.language, key, values.get("n"))
        shown = {k: f"{v:,}" if type(v) is int and k == "n" else v for k, v in values.items()}
        return text.format(**shown) if shown else text


class Tongue(Struct, frozen=True):
    """A language that the page can be had in: its name, its ``lang`` attribute and the address."""

    name: str
    lang: str
    href: str


class Interface(Struct, frozen=True):
    """The surroundings of a page.

    Attributes:
        language: of the page's own words.
        html_lang: the same for the ``lang`` attribute.
        t: the words.
        links: the addresses.
        others: this page in the other languages.
        address: of this page, as people read it, without a host.
    """

    language: Language
    html_lang: str
    t: Words
    links: Links
    others: tuple[Tongue, ...]
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
    wished = (language_of(tag) for tag in request.accept_languages.values())
    language = asked or kept or next(filter(None, wished), None) or "zh"
    root = request.script_root
    # Until the cookie has come back, the address carries the choice; so the switch works without cookies too.
    carried = language if asked and asked != kept else None
    path = "/" if request.too_long else request.path  # type: ignore[attr-defined]
    repeated = len(request.query_string) <= _MOST_REPEATED
    same, here = Links(root, None, {}), request.args.copy() if repeated else MultiDict()
    others = []
    for other in LANGUAGES:
        if other != language:
            here.setlist("lang", [other])
            href = same.address(quote(path), here.items(multi=True))
            others.append(Tongue(NAMES[other], HTML_LANG[other], href))
    links = Links(root, carried, current_app.config["STATIC_VERSIONS"])
    return Interface(
        language=language,
        html_lang=HTML_LANG[language],
        t=Words(language),
        links=links,
        others=tuple(others),
        address=_address(),
    )


def _address() -> str:
    address = request.script_root + request.path[:_LONG]
    if not 0 < len(request.query_string) <= _LONG:
        return address
    return f"{address}?{unquote(request.query_string.decode('ascii', 'replace'))}"
