"""The API described as OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), from the types of its answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args
from urllib.parse import quote

import msgspec
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from archive.citation import STYLES
from index.requests import (
    MAX_LIMIT,
    MAX_LINES,
    MAX_PARTS,
    MAX_QUERIES,
    MAX_SUGGESTIONS,
    MAX_WINDOW,
    MOST_CONTEXT,
    Measure,
    SearchRequest,
    Side,
    Token,
)
from index.search.periods import PATTERN, UNDATED
from index.search.table_files import MEDIA_TYPES
from web.arguments import BYS, EXPORTS, FACETS, FIELDS, FILTERS, LIST_ORDERS, MAX_OFFSET, MAX_PART, OF_LINES

_SCHEMA = "#/components/schemas/{name}"
# What is not a field of a SearchRequest, or is more narrow in an address.
_OWN: dict[str, dict[str, Any]] = {
    **{name: {"type": "array", "items": {"type": "string"}} for name in FILTERS},
    "date": {
        "type": "array",
        "items": {
            "type": "string",
            "pattern": PATTERN,
            "examples": ["1998", "1998-05", "1937-07..1945-08", "1937..", "=1998", UNDATED],
        },
    },
    "year": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 9999}},
    "limit": {"type": "integer", "minimum": 0, "maximum": MAX_LIMIT},
    "offset": {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET},
    "part": {"type": "integer", "minimum": 1, "maximum": MAX_PART},
    "start": {"type": "integer", "minimum": 0, "maximum": MAX_OFFSET},
    "context": {"type": "integer", "minimum": 0, "maximum": MOST_CONTEXT},
    "format": {"enum": EXPORTS},
    "id": {"type": "string"},
    "facet": {"enum": tuple(name for name in FACETS if name in FILTERS)},
    "filter": {"type": "string"},
    "by": {"enum": LIST_ORDERS},
    "style": {"enum": tuple(STYLES)},
    "only": {"type": "string"},
    **{f"/api/v1/concordance {name}": {"enum": values} for name, values in OF_LINES.items()},
    "/api/v1/concordance limit": {"type": "integer", "minimum": 0, "maximum": MAX_LINES},
    "unit": {"enum": get_args(Token)},
    "side": {"enum": get_args(Side)},
    "measure": {"enum": get_args(Measure)},
    "window": {"type": "integer", "minimum": 1, "maximum": MAX_WINDOW},
    "least": {"type": "integer", "minimum": 1, "maximum": MAX_OFFSET},
    "against": {"type": "array", "items": {"type": "string"}},
    "parts": {"type": "integer", "minimum": 0, "maximum": MAX_PARTS},
    "/api/v1/suggest limit": {"type": "integer", "minimum": 0, "maximum": MAX_SUGGESTIONS},
    # Of one address otherwise than of the others.
    "/api/v1/compare document": {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 2,
        "maxItems": 2,
    },
    "/api/v1/distribution by": {"enum": BYS},
    "/api/v1/distribution q": {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 1,
        "maxItems": MAX_QUERIES,
    },
}


class Address(Struct, frozen=True):
    """An address of the API.

    Attributes:
        path: as Flask writes it, with ``<name>`` for a part that differs.
        parameters: names of what may follow the ``?``.
        answer: the type of what is answered; ``str`` for a file.
    """

    path: str
    about: str
    parameters: tuple[str, ...]
    answer: Any
    required: str = ""

    @property
    def parts(self) -> list[str]:
        """The names of the parts of the path that differ."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.path)

    @property
    def template(self) -> str:
        """The path with ``{name}`` for a part that differs."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.path)

    def filled(self, arguments: MultiDict[str, str]) -> tuple[str, list[tuple[str, str]]]:
        """The path with its parts, and the parameters after it, of a form that has them all."""
        path = self.template
        for part in self.parts:
            path = path.replace(f"{{{part}}}", quote(arguments.get(part, "")))
        given = arguments.items(multi=True)
        return path, [(name, value) for name, value in given if value and name in self.parameters]


class ListedAddress(Struct, frozen=True):
    """An address, what it answers, and what it may be asked."""

    path: str
    about: str
    parameters: tuple[str, ...]


class Addresses(Struct, frozen=True):
    """What the API has, and where it is described."""

    openapi: str
    addresses: tuple[ListedAddress, ...]


def listed(addresses: Sequence[Address]) -> Addresses:
    """The addresses as a list for people."""
    found = (ListedAddress(one.template, one.about, one.parameters) for one in addresses)
    return Addresses("/api/v1/openapi.json", tuple(found))


def described(addresses: Sequence[Address], error: type) -> dict[str, Any]:
    """The OpenAPI document; ``error`` is the type of what is answered in place of an answer."""
    types = list(dict.fromkeys((SearchRequest, error, *(one.answer for one in addresses))))
    found, components = msgspec.json.schema_components(
        types, ref_template=_SCHEMA, schema_hook=lambda _: {"type": "string"}
    )
    schemas = dict(zip(types, found, strict=True))
    fields = components["SearchRequest"]["properties"]

    def parameter(name: str, address: Address) -> dict[str, Any]:
        schema = _OWN.get(f"{address.path} {name}") or _OWN.get(name) or fields[FIELDS[name]]
        required = name == address.required
        if required and schema.get("type") == "string":
            schema = {**schema, "minLength": 1}
        return {"name": name, "in": "query", "required": required, "schema": schema}

    def operation(address: Address) -> dict[str, Any]:
        schema = {"schema": schemas[address.answer]}
        kinds = tuple(MEDIA_TYPES.values()) if address.answer is str else ("application/json",)
        return {
            "summary": address.about,
            "parameters": [
                *(
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in address.parts
                ),
                *(parameter(name, address) for name in address.parameters),
            ],
            "responses": {
                "200": {"description": address.about, "content": dict.fromkeys(kinds, schema)},
                "default": {
                    "description": "An error.",
                    "content": {"application/json": {"schema": schemas[error]}},
                },
            },
        }

    return {
        "openapi": "3.1.0",
        "info": {"title": "Juanzong", "version": "1"},
        "paths": {address.template: {"get": operation(address)} for address in addresses},
        "components": {"schemas": components},
    }
