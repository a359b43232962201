"""The page to try the API: a form for each address, made from the OpenAPI document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from web.interface import Interface
from web.pages import Page

Control: TypeAlias = Literal["text", "number", "choice", "switch"]


class Parameter(Struct, frozen=True):
    """A parameter as a control of a form."""

    name: str
    control: Control
    required: bool
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None


class Operation(Struct, frozen=True):
    """An address of the API; ``action`` is where its form leads."""

    path: str
    about: str
    action: str
    parameters: tuple[Parameter, ...]


def api_page(document: Mapping[str, Any], ui: Interface) -> Page:
    """The page of an OpenAPI document."""
    return Page("api.html", ui.t("api.title"), operations=list(_operations(document["paths"], ui)))


def _operations(paths: Mapping[str, Any], ui: Interface) -> Iterable[Operation]:
    for path, methods in paths.items():
        operation = methods["get"]
        # A form cannot put what is typed into a path: the server does, and leads on.
        action = ui.links.address("/api" if "{" in path else path).partition("?")[0]
        about = ui.t.of(operation["summary"])
        yield Operation(path, about, action, tuple(_parameters(operation["parameters"])))


def _parameters(described: Iterable[Mapping[str, Any]]) -> Iterator[Parameter]:
    """A control for each parameter, and for one that is needed twice, two."""
    for one in described:
        yield from [_parameter(one)] * one["schema"].get("minItems", 1)


def _parameter(described: Mapping[str, Any]) -> Parameter:
    schema = described["schema"]
    schema = next((one for one in schema.get("anyOf", ()) if one.get("type") != "null"), schema)
    control: Control = "text"
    if "enum" in schema:
        control = "choice"
    elif schema.get("type") == "boolean":
        control = "switch"
    elif schema.get("type") == "integer":
        control = "number"
    return Parameter(
        described["name"],
        control,
        described["required"],
        tuple(map(str, schema.get("enum", ()))),
        schema.get("minimum"),
        schema.get("maximum"),
    )
