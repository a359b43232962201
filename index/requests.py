"""What the archive is asked, as typed data, with the bounds and choices of each option."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from archive.errors import said
from archive.fields import COUNTED
from index.engines.base import Sort as EngineSort
from index.errors import OptionError, QueryError
from index.query.nodes import Detail, Match, Within

FacetName: TypeAlias = Literal["document", "section", "author", "year", "collection", "kind", Detail]
Sort: TypeAlias = Literal[EngineSort, "title", "author", Detail, "page"]
BrowseName: TypeAlias = Literal["collection", "author", "year"]
FacetUnit: TypeAlias = Literal["passages", "occurrences"]
By: TypeAlias = Literal[
    "year", "month", "decade", "reign", "dynasty", "document", "collection", "author", "source", "edition",
    "language", "rights", "kind",
]  # fmt: skip
Neighbour: TypeAlias = Literal[
    "left1", "left2", "left3", "left4", "left5", "right1", "right2", "right3", "right4", "right5"
]
LineSort: TypeAlias = Literal["place", "document", "form", Neighbour]
LineGroup: TypeAlias = Literal["form", Neighbour, FacetName]
Collation: TypeAlias = Literal["code", "pinyin", "strokes"]
Token: TypeAlias = Literal["character", "pair", "word"]
Side: TypeAlias = Literal["both", "left", "right"]
Measure: TypeAlias = Literal["log_likelihood", "mutual_information", "log_ratio", "count"]
MAX_QUERY = 1000
MAX_LIMIT = 100
MAX_WINDOW = 20
MAX_QUERIES = 5
MAX_PARTS = 200
MAX_SUGGESTIONS = 50
MAX_LINES = 1_000
"""Lines of a concordance, and groups of them, that are answered at a time."""

CONTEXT = 30
"""Characters before and behind a place, where nothing else is asked for."""

MOST_CONTEXT = 1_000
"""Characters before and behind a place that may be asked for: no passage has more."""


class SearchRequest(Struct, frozen=True):
    """A question to the archive. Filters of one name are alternatives; different names must all hold.

    ``complete``: where very many texts have to be read, all are, and not a sample of them. ``details``: names
    and values of other fields (``archive.fields.COUNTED`` and the owner's own). ``dates``: see
    ``index.query.dates.days``.
    ``kinds``: of passages (``Kind.label``). ``none`` is an author, a folder or a value of what has none.
    """

    query: str
    match: Match = "auto"
    limit: int = 20
    offset: int = 0
    sort: Sort = "relevance"
    documents: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    collections: tuple[str, ...] = ()
    facets: tuple[FacetName, ...] = ()
    counts: bool = False
    as_written: bool = False
    across: bool = False
    complete: bool = False
    within: Within | None = None
    facet_by: FacetUnit = "passages"
    details: tuple[tuple[str, str], ...] = ()
    dates: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def unfiltered(self) -> SearchRequest:
        """The same request without any filter."""
        return replace(self, details=(), **dict.fromkeys(LISTS.values(), ()))


LISTS = {"document": "documents", "author": "authors", "year": "years", "date": "dates"}
LISTS |= {"collection": "collections", "kind": "kinds"}
SWITCHES = {"written": "as_written", "across": "across", "complete": "complete", "counts": "counts"}
CHOICES = ("match", "sort", "within", "facet_by")
REPEATED = {name: name for name in CHOICES} | LISTS | SWITCHES | {"limit": "limit", "offset": "offset"}
"""What parameters of an address and options of a command call the fields of a SearchRequest."""

_DEFAULT = SearchRequest(query="")


def search_parameters(request: SearchRequest) -> list[tuple[str, str]]:
    """The parameters that ask for ``request`` again, without those that have their default."""
    pairs = [("q", request.query)]
    for name, field in REPEATED.items():
        value = getattr(request, field)
        if value != getattr(_DEFAULT, field):
            values = value if isinstance(value, tuple) else ("1" if value is True else value,)
            pairs += [(name, str(one)) for one in values]
    return [*pairs, *(one if one[0] in COUNTED else ("field", ":".join(one)) for one in request.details)]


class AssociationRequest(Struct, frozen=True):
    """What stands out near the places of a search (collocates), or in its passages (keyness).

    Attributes:
        search: what is looked for; its ``limit`` and ``offset`` count rows. Of keyness it may have filters
            only.
        unit: what is counted.
        window, side: of collocates, up to how many characters from a place, and where.
        least: how often a row is there at least.
        measure: by which rows are sorted.
        against: of keyness, the other passages; None is all others.
    """

    search: SearchRequest
    unit: Token = "pair"
    window: int = 5
    side: Side = "both"
    least: int = 3
    measure: Measure = "log_likelihood"
    against: SearchRequest | None = None


class ConcordanceRequest(Struct, frozen=True):
    """The lines of all places that a search finds.

    Attributes:
        search: what is looked for; its ``limit`` (up to ``MAX_LINES``) and ``offset`` count lines.
        context: characters of the passage to the left and to the right of a place.
        sort: ``place`` as in the archive; ``document`` by title; ``form`` by what is written at the place;
            ``right2`` by the second character to the right, then the third, up to the fifth. Equal ones are
            as in the archive.
        collation: the order of characters: code points, or customary pinyin or strokes by Unihan.
        group: by what the lines are counted: a neighbour, a written form, or a facet of a search.
        only: the lines of this group; of a neighbour or a written form.
    """

    search: SearchRequest
    context: int = CONTEXT
    sort: LineSort = "place"
    collation: Collation = "code"
    group: LineGroup | None = None
    only: str | None = None


AGAINST = ("query", *LISTS, *COUNTED)
"""What the other passages of keyness may be chosen by."""


def against(pairs: Iterable[tuple[str, str]]) -> SearchRequest | None:
    """The other passages as pairs of a name (``AGAINST``) and a value say; None without pairs.

    Raises:
        QueryError: another name, or a year that is not a number.
    """
    given: dict[str, Any] = {}
    for name, value in pairs:
        one_of("against", name, AGAINST)
        if name == "query":
            given[name] = value
        elif name in COUNTED:
            given["details"] = (*given.get("details", ()), (name, value))
        elif name == "year":
            if not (value.isascii() and value.isdecimal() and len(value) < 10):
                raise QueryError(said("{} is not a year.", value))
            given["years"] = (*given.get("years", ()), int(value))
        else:
            given[LISTS[name]] = (*given.get(LISTS[name], ()), value)
    return SearchRequest(**{"query": "", **given}) if given else None


# --- checks -------------------------------------------------------------------------------------------------


def require_types(request: Struct) -> None:
    """Raise ``QueryError`` for a field of another type: of a text where a tuple belongs each character would
    be a filter.
    """
    for name, hint in _hints(type(request)).items():
        value = getattr(request, name)
        if not _is(value, hint):
            wanted = type(request).__annotations__[name]
            raise QueryError(
                said("{} is {!r}; it has to be of the type {}.", name, value, wanted),
                hint="A text is '甲', a number 5, a tuple of one text ('甲',).",
            )


_hints = cache(get_type_hints)


def _is(value: object, hint: Any) -> bool:
    inner = get_args(hint)
    match get_origin(hint):
        case None:
            return isinstance(value, hint) and (hint is bool or not isinstance(value, bool))
        case origin if origin is Literal:
            return isinstance(value, str)
        case origin if origin is not tuple:
            return any(_is(value, one) for one in inner)
    if not isinstance(value, tuple):
        return False
    if inner[-1] is ...:
        return all(_is(one, inner[0]) for one in value)
    return len(value) == len(inner) and all(map(_is, value, inner))


def in_range(option: str, value: int, most: int, hint: str = "Use offset for the next page.") -> None:
    """Raise ``QueryError`` for a number above ``most`` or below 0."""
    if not 0 <= value <= most:
        raise QueryError(said("{} is {}; it can be 0 to {}.", option, value, most), hint=hint)


def one_of(option: str, value: object, known: tuple[str, ...]) -> None:
    """Raise ``OptionError`` for a value that is none of those known."""
    if value not in known:
        raise OptionError(option, value, known)
