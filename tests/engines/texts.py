"""Texts to records, by the layout that docs/making/architecture.md describes, for the tests of the engines.

The engines get tokens and know nothing of analysis, so what they are tested with is as small as it can be:
Han and Latin characters count, everything else is a boundary, and a word is any pair of characters without
one between them.
"""

from __future__ import annotations

from collections.abc import Sequence

from index.engines.base import Record


def normal(text: str) -> str:
    """The characters that count, with one ``·`` where others stood between them."""
    kept = ["·"]
    for character in text:
        if character.isalnum() or character == "〇":
            kept.append(character.casefold())
        elif kept[-1] != "·":
            kept.append("·")
    return "".join(kept).strip("·")


def grams(text: str) -> list[str]:
    """The pairs of neighbouring characters, with the ``·`` between them inside."""
    folded = normal(text)
    pairs = []
    for place, character in enumerate(folded):
        if character != "·" and place + 1 < len(folded):
            pairs.append(folded[place : place + (3 if folded[place + 1] == "·" else 2)])
    return pairs


def chars(text: str) -> list[str]:
    """The single characters."""
    return list(normal(text).replace("·", ""))


def words(text: str) -> list[str]:
    """Something that ranks: the pairs without a boundary, and boundary tokens."""
    found = [gram for gram in grams(text) if "·" not in gram]
    for run in filter(None, normal(text).split("·")):
        found += [f"·{run[0]}", f"{run[-1]}·"]
    return found


def context(text: str) -> list[str]:
    """The stream of a title, heading or byline: grams, then characters."""
    return grams(text) + chars(text)


def record(
    text: str,
    *,
    document: int = 1,
    position: int = 0,
    section: int = 0,
    author: int = 0,
    collection: int = 0,
    details: int = 0,
    year: int = 0,
    dates: tuple[int, int] = (0, 0),
    kind: int = 6,
    title: str = "",
    heading: str = "",
    byline: str = "",
) -> Record:
    """A record of one passage."""
    key = document << 24 | position
    return Record(
        key=key,
        document=document,
        section=document << 24 | section + 1,
        author=author,
        collection=collection,
        details=details,
        year=year,
        date_from=dates[0],
        date_to=dates[1],
        by_date=(dates[0] or 99999999) << 32 | document << 16 | position,
        kind=kind,
        words=" ".join(words(text)),
        grams=" ".join(grams(text)),
        chars=" ".join(chars(text)),
        title=" ".join(context(title)),
        heading=" ".join(context(heading)),
        byline=" ".join(context(byline)),
    )


def records(texts: Sequence[str], document: int = 1) -> list[Record]:
    """One document of these passages."""
    return [record(text, document=document, position=number) for number, text in enumerate(texts)]
