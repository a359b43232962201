"""Building and taking apart query trees."""

from __future__ import annotations

from collections.abc import Iterable

from index.query.nodes import And, Node, Or


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
