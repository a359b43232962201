"""The page to try the API: a form for each address, made from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from web.interface import Interface
from web.pages import Page

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
