"""Building and taking apart query trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.query.nodes import And, Field, Near, Node, Or, Pattern, Phrase, Term


def joined(kind: type[And] | type[Or], nodes: Iterable[Node]) -> Node | None:
    """One node for all, None for none: an And never stands directly in an And, an Or never in an Or."""
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, (And, Or)) and isinstance(node, kind) else (node,))
    if len(flat) < 2:
        return flat[0] if flat else None
    return kind(tuple(flat))


def both(left: Node, right: Node) -> Node:
    """``left`` and ``right``."""
    node = joined(And, (left, right))
    assert node is not None
    return node


def leaves(node: Node, *, in_fields: bool = False) -> Iterator[Term | Phrase | Pattern]:
    """The leaves that ask for text, in the order of the query: nothing under a Not, and no dates.

    ``in_fields``: also what is asked for in a title, a heading or a byline.
    """
    match node:
        case Term() | Phrase() | Pattern():
            yield node
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child, in_fields=in_fields)
        case Near(left, right):
            yield from leaves(left, in_fields=in_fields)
            yield from leaves(right, in_fields=in_fields)
        case Field(_, child) if in_fields:
            yield from leaves(child, in_fields=True)
        case _:
            return
