"""The API described from the types of its answers: as OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), and as a
page of forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from msgspec import Struct
from werkzeug.datastructures import MultiDict

from index.query.dates import PATTERN, UNDATED
from index.requests import MAX_QUERIES, MAX_SUGGESTIONS, SearchRequest
from index.search.export import MEDIA_TYPES
from web.arguments import BYS, FIELDS, FILTERS, OF_ASSOCIATIONS, OF_LINES, OF_SEARCH, OTHERS, Values
from web.interface import Interface
from web.pages import Page

_SCHEMA = "#/components/schemas/{name}"


def _schema(values: Values) -> dict[str, Any]:
    if isinstance(values, range):
        return {"type": "integer", "minimum": values[0], "maximum": values[-1]}
    return {"enum": values}


# Parameters that are not fields of a SearchRequest, or take fewer values in an address.
_OWN: dict[str, dict[str, Any]] = {
    **{name: {"type": "array", "items": {"type": "string"}} for name in (*FILTERS, "against")},
    **{name: {"type": "string"} for name in ("id", "filter", "only")},
    "field": {"type": "array", "items": {"type": "string", "pattern": ".:."}},
    "date": {
        "type": "array",
        "items": {
            "type": "string",
            "pattern": PATTERN,
            "examples": ["1998", "1998-05", "1937-07..1945-08", "1937..", "=1998", UNDATED],
        },
    },
    "year": {"type": "array", "items": _schema(range(10_000))},
    "limit": _schema(OF_SEARCH["limit"]),
    **{name: _schema(values) for name, values in {**OTHERS, **OF_ASSOCIATIONS}.items()},
    # Parameters of one address only.
    **{f"/api/v1/concordance {name}": _schema(values) for name, values in OF_LINES.items()},
    "/api/v1/suggest limit": _schema(range(MAX_SUGGESTIONS + 1)),
    "/api/v1/compare document": {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 2,
        "maxItems": 2,
    },
    "/api/v1/distribution by": _schema(BYS),
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


def _with_own(schema: Any, own: Sequence[str]) -> Any:
    """A schema that names the fields of documents, with those of the owner's own."""
    if "items" in schema:
        return {**schema, "items": _with_own(schema["items"], own)}
    return {**schema, "enum": [*schema["enum"], *own]} if "source" in schema.get("enum", ()) else schema


def described(addresses: Sequence[Address], error: type, own: Sequence[str]) -> dict[str, Any]:
    """The OpenAPI document; ``error`` is the type of what is answered in place of an answer, ``own`` the
    names of the fields of the owner's own.
    """
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
        return {"name": name, "in": "query", "required": required, "schema": _with_own(schema, own)}

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


_CONTROLS = {"boolean": "switch", "integer": "number"}


def api_page(document: Mapping[str, Any], ui: Interface) -> Page:
    """The page of an OpenAPI document: of each address its path, what it is, where its form leads, and its
    parameters.
    """
    operations = []
    for path, methods in document["paths"].items():
        described = methods["get"]
        # A form cannot put what is typed into a path: the server does, and leads on.
        action = ui.links.address("/api" if "{" in path else path).partition("?")[0]
        operations.append((path, ui.t.of(described["summary"]), action, _parameters(described["parameters"])))
    return Page("api.html", ui.t("api.title"), operations=operations)


def _parameters(described: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Each parameter with its schema and its control in a form; one that is needed twice, twice."""
    for one in described:
        schema = one["schema"]
        schema = next((kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"), schema)
        control = "choice" if "enum" in schema else _CONTROLS.get(schema.get("type"), "text")
        yield from [{**one, "schema": schema, "control": control}] * one["schema"].get("minItems", 1)
