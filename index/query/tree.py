"""Building and taking apart query trees."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from index.query.nodes import And, Field, Near, Node, Not, Or, Pattern, Phrase, Problem, Term, problem

_MOST_PAIRS = 64


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


def near_node(
    left: Node, right: Node, distance: int, place: tuple[int, int], problems: list[Problem]
) -> Node:
    """``left`` near ``right``, both sides with places.

    (甲 乙) NEAR 丙 is 甲 NEAR 丙 and 乙 NEAR 丙; NOT 甲 NEAR 乙 is NOT (甲 NEAR 乙).
    """
    if _parts(left) * _parts(right) > _MOST_PAIRS:
        problems.append(problem("near_too_many", *place))
        return both(left, right)
    return _near(left, right, distance, place, problems)


def _parts(node: Node) -> int:
    if has_places(node):
        return 1
    if isinstance(node, (And, Or)):
        return sum(map(_parts, node.children))
    return _parts(node.child) if isinstance(node, Not) else 1


def has_places(node: Node) -> bool:
    """Whether the node can be a side of a Near."""
    if isinstance(node, Or):
        return all(map(has_places, node.children))
    return isinstance(node, (Term, Phrase, Pattern, Near))


def _near(left: Node, right: Node, distance: int, place: tuple[int, int], problems: list[Problem]) -> Node:
    if has_places(left) and has_places(right):
        return Near(left, right, distance, *place)

    def beside(part: Node, on_left: bool) -> Node:
        """``part`` of the left or the right side near the other side, whole."""
        pair = (part, right) if on_left else (left, part)
        return _near(*pair, distance, place, problems)

    for side, on_left in ((left, True), (right, False)):
        if isinstance(side, Not):
            return Not(beside(side.child, on_left))
        if isinstance(side, (And, Or)) and not has_places(side):
            node = joined(type(side), [beside(child, on_left) for child in side.children])
            assert node is not None
            return node
    problems.append(problem("near_not_text", *place))
    return both(left, right)
