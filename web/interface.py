"""What every page needs: its language, its words, its addresses."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, unquote

from flask import current_app, g, request
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from archive.messages import LANGUAGES, NAMES, Language, catalogue, has_text, language_of, text_of
from web.arguments import LOOKS
from web.links import Links

_LONG = 2_000
"""Bytes of parameters up to which a sheet of paper names them."""

_MOST_REPEATED = 20_000
"""Bytes of parameters up to which the address in another language has them; a query takes 12,000."""

_BIDI = dict.fromkeys([0x200E, 0x200F, 0x61C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Controls that would turn the rest of a sentence of ours; in a text they stay, and end with its element."""


class Words(Struct, frozen=True):
    """The words of one language."""

    language: Language

    def known(self, key: str) -> str:
        """The text of a key; empty where there is none."""
        return self(key) if has_text(key) else ""

    def field(self, group: str, name: str) -> str:
        """What a field is called in a group of texts; one of the owner's own has its name."""
        return self.known(f"{group}.{name}") or name

    def of(self, english: str) -> str:
        """The text that the catalogue has by its English, as the terminal says it."""
        return catalogue(self.language).gettext(english) if english else ""

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values filled in. KeyError for an unknown key."""
        text = text_of(self.language, key, values.get("n"))
        shown = {
            k: f"{v:,}" if type(v) is int and k == "n" else v.translate(_BIDI) if isinstance(v, str) else v
            for k, v in values.items()
        }
        return text.format(**shown) if shown else text


class Interface(Struct, frozen=True):
    """The surroundings of a page.

    Attributes:
        language: of the page's own words.
        html_lang: the same for the ``lang`` attribute.
        others: the languages that the page can be had in: name, ``lang`` attribute, address.
        look: how texts are set: of each of ``LOOKS`` one.
        address: of this page, as people read it, without a host.
    """

    language: Language
    html_lang: str
    t: Words
    links: Links
    others: tuple[tuple[str, str, str], ...]
    look: Mapping[str, str]
    address: str


def interface() -> Interface:
    """The surroundings of the page that is asked for now."""
    if "interface" not in g:
        g.interface = _interface()
    made: Interface = g.interface
    return made


def _interface() -> Interface:
    wished = (language_of(tag) for tag in request.accept_languages.values())
    chosen, kept = chosen_now(request.args), chosen_now(request.cookies)
    language = language_of({**kept, **chosen}.get("lang")) or next(filter(None, wished), None) or "zh"
    # Until the cookie has come back, the address carries the choice; so it holds without cookies too.
    carried = tuple(pair for pair in chosen.items() if pair not in kept.items())
    links = Links(request.script_root, carried, current_app.config["STATIC_VERSIONS"])
    return Interface(
        language=language,
        html_lang=_html_lang(language),
        t=Words(language),
        links=links,
        others=tuple(
            (NAMES[other], _html_lang(other), here("lang", other)) for other in LANGUAGES if other != language
        ),
        look={name: {**kept, **chosen}.get(name, values[0]) for name, values in LOOKS.items()},
        address=_address(),
    )


def _html_lang(language: Language) -> str:
    """The ``lang`` attribute, which chooses the font: the same code point is drawn in another way in each."""
    return "zh-Hans" if language == "zh" else language


def chosen_now(given: Mapping[str, str]) -> dict[str, str]:
    """Of parameters or cookies those of ``KEPT`` that have a value which there is."""
    found = {name: given.get(name, "") for name in LOOKS}
    chosen = {name: value for name, value in found.items() if value in LOOKS[name]}
    language = language_of(given.get("lang"))
    return {"lang": language, **chosen} if language else chosen


def here(name: str, value: str) -> str:
    """The address of this page with one of ``KEPT`` chosen."""
    repeated = len(request.query_string) <= _MOST_REPEATED
    parameters = request.args.copy() if repeated else MultiDict[str, str]()
    parameters.setlist(name, [value])
    path = "/" if request.too_long else request.path  # type: ignore[attr-defined]
    return Links(request.script_root, (), {}).address(quote(path), parameters.items(multi=True))


def _address() -> str:
    address = request.script_root + request.path[:_LONG]
    if not 0 < len(request.query_string) <= _LONG:
        return address
    return f"{address}?{unquote(request.query_string.decode('ascii', 'replace'))}"
